"""Lesson 06's exercises know a right answer however it is written, and each mistake by its name."""

import math

import numpy as np
import pytest

from rnn_edu.core.training import clip
from rnn_edu.practice import lesson_06 as lesson

EXERCISES = [lesson.clipped_step, lesson.shortest_piece]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]


def step_with_if(weights, gradient, loss, rate, limit):
    length = np.linalg.norm(gradient)
    if length > limit:
        gradient = gradient / length * limit
    return weights - rate * gradient


def step_with_min(weights, gradient, loss, rate, limit):
    return weights - rate * min(1.0, limit / math.hypot(*gradient)) * gradient


def step_by_the_package(weights, gradient, loss, rate, limit):
    return weights - rate * clip(gradient, norm=limit)


def step_as_pascanu_writes_it(weights, gradient, loss, rate, limit):
    return weights - rate * gradient * limit / max(limit, (gradient @ gradient) ** 0.5)


def piece_with_a_generator(came, asked):
    return next(k for k in range(1, asked + 2) if came // k == asked // k)


def piece_from_the_gap_on(came, asked):
    k = asked - came + 1
    while came % k > asked % k or came // k != asked // k:
        k += 1
    return k


def piece_by_cutting_a_list(came, asked):
    for k in range(1, asked + 2):
        steps = list(range(asked + 1))
        pieces = [steps[start : start + k] for start in range(0, len(steps), k)]
        if any(came in piece and asked in piece for piece in pieces):
            return k
    return None


@pytest.mark.parametrize("answer", [step_with_if, step_with_min, step_by_the_package, step_as_pascanu_writes_it])
def test_a_right_step_is_right_however_it_is_written(answer):
    assert {lesson.clipped_step.check(answer, rng=seed).state for seed in range(30)} == {"correct"}


@pytest.mark.parametrize("answer", [piece_with_a_generator, piece_from_the_gap_on, piece_by_cutting_a_list])
def test_a_right_piece_is_right_however_it_is_found(answer):
    assert {lesson.shortest_piece.check(answer, rng=seed).state for seed in range(30)} == {"correct"}


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=lambda part: getattr(part, "name", ""))
def test_each_mistake_is_recognised_whatever_the_numbers(exercise, mistake):
    results = [exercise.check(mistake.wrong, rng=seed) for seed in range(30)]
    assert {(result.state, result.mistake) for result in results} == {("not yet", mistake.name)}


def test_clipping_each_entry_is_recognised_when_written_another_way():
    def answer(weights, gradient, loss, rate, limit):
        return weights - rate * np.array([max(-limit, min(limit, entry)) for entry in gradient])

    assert lesson.clipped_step.check(answer).mistake == "clip-each-entry"


def test_dividing_when_the_gradient_is_short_is_recognised_when_written_another_way():
    def answer(weights, gradient, loss, rate, limit):
        direction = gradient / np.linalg.norm(gradient)
        return weights - rate * limit * direction

    assert lesson.clipped_step.check(answer).mistake == "always-the-limit"


def test_the_stubs_of_the_lesson_count_as_not_tried():
    def clipped_step(weights, gradient, loss, rate, limit):
        length = ...  # noqa: F841
        shrink = ...
        return weights - rate * shrink * gradient

    def shortest_piece(came, asked):
        length = ...
        return length

    assert lesson.clipped_step.check(clipped_step).state == "not tried"
    assert lesson.shortest_piece.check(shortest_piece).state == "not tried"


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.title)
def test_the_solution_can_be_pasted_and_is_right(exercise):
    made = {"np": np}
    exec(exercise.solution().code, made)
    assert exercise.check(made[exercise.question.split("Write `")[1].split("(")[0]]).state == "correct"

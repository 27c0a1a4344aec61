"""Lesson 02's exercises know a right answer however it is written, and each mistake by its name."""

from math import exp, log

import numpy as np
import pytest

from rnn_edu.practice import lesson_02 as lesson

EXERCISES = [lesson.wire_lateral, lesson.half_life]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]


def by_emptying_the_diagonal(n, weight):
    W_hh = np.full((n, n), weight)
    np.fill_diagonal(W_hh, 0)
    return W_hh


def in_rows(n, weight):
    return [[0 if i == j else weight for j in range(n)] for i in range(n)]


def by_two_triangles(n, weight):
    above = np.triu(np.full((n, n), weight), 1)
    return above + above.T


def by_a_mask(n, weight):
    return np.where(np.eye(n) == 1, 0.0, weight)


@pytest.mark.parametrize("answer", [by_emptying_the_diagonal, in_rows, by_two_triangles, by_a_mask])
def test_lateral_weights_are_right_however_they_are_written(answer):
    assert {lesson.wire_lateral.check(answer, rng=seed).state for seed in range(20)} == {"correct"}


def by_logarithms(k):
    return exp(log(0.5) / k)


def by_numpy(k):
    return np.power(2.0, -1 / k)


def by_trying(k):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if middle**k < 0.5 else (low, middle)
    return low


@pytest.mark.parametrize("answer", [by_logarithms, by_numpy, by_trying, lambda k: (1 / 2) ** (1 / k)])
def test_the_half_life_is_right_however_it_is_found(answer):
    assert {lesson.half_life.check(answer, rng=seed).state for seed in range(20)} == {"correct"}


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=lambda part: getattr(part, "name", ""))
def test_each_mistake_is_recognised_whatever_the_numbers(exercise, mistake):
    results = [exercise.check(mistake.wrong, rng=seed) for seed in range(20)]
    assert {(result.state, result.mistake) for result in results} == {("not yet", mistake.name)}


def test_a_diagonal_forgotten_in_python_is_recognised_too():
    def answer(n, weight):
        return [[weight for _ in range(n)] for _ in range(n)]

    assert lesson.wire_lateral.check(answer).mistake == "self-loop-left-in"


def test_the_stubs_of_the_lesson_count_as_not_tried():
    def lateral_weights(n, weight):
        W_hh = ...
        return W_hh

    def loop_weight(k):
        w = ...
        return w

    assert lesson.wire_lateral.check(lateral_weights).state == "not tried"
    assert lesson.half_life.check(loop_weight).state == "not tried"


def test_the_solutions_can_be_pasted_and_are_right():
    made = {"np": np}
    exec(lesson.wire_lateral.solution().code, made)
    exec(lesson.half_life.solution().code, made)
    assert lesson.wire_lateral.check(made["lateral_weights"]).state == "correct"
    assert lesson.half_life.check(made["loop_weight"]).state == "correct"

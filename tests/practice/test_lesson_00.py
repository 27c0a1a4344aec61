"""Lesson 00's exercises know a right answer however it is written, and each mistake by its name."""

from collections import Counter
from functools import reduce

import numpy as np
import pytest

from rnn_edu.practice import lesson_00 as lesson

EXERCISES = [lesson.bag_of_words, lesson.run_loop]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]


def count_with_a_loop(words, vocabulary):
    counts = [0] * len(vocabulary)
    for word in words:
        counts[vocabulary.index(word)] += 1
    return counts


def count_with_a_counter(words, vocabulary):
    counter = Counter(words)
    return np.array([counter[word] for word in vocabulary])


def count_by_adding_one_hots(words, vocabulary):
    return sum(np.eye(len(vocabulary))[vocabulary.index(word)] for word in words)


def loop_with_places(inputs, w_x, w_h):
    h = [0]
    for place in range(len(inputs)):
        h.append(np.tanh(w_x * inputs[place] + w_h * h[place]))
    return h[-1]


def loop_as_a_fold(inputs, w_x, w_h):
    return reduce(lambda h, x: np.tanh(h * w_h + x * w_x), inputs, 0.0)


def loop_from_the_inside(inputs, w_x, w_h):
    if len(inputs) == 0:
        return np.array(0.0)
    return np.tanh(w_x * inputs[-1] + w_h * loop_from_the_inside(inputs[:-1], w_x, w_h))


@pytest.mark.parametrize("answer", [count_with_a_loop, count_with_a_counter, count_by_adding_one_hots])
def test_a_right_bag_is_right_however_it_is_written(answer):
    assert {lesson.bag_of_words.check(answer, rng=seed).state for seed in range(50)} == {"correct"}


@pytest.mark.parametrize("answer", [loop_with_places, loop_as_a_fold, loop_from_the_inside])
def test_a_right_loop_is_right_however_it_is_written(answer):
    assert {lesson.run_loop.check(answer, rng=seed).state for seed in range(50)} == {"correct"}


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=lambda part: getattr(part, "name", ""))
def test_each_mistake_is_recognised_on_every_sentence(exercise, mistake):
    results = [exercise.check(mistake.wrong, rng=seed) for seed in range(20)]
    assert {(result.state, result.mistake) for result in results} == {("not yet", mistake.name)}


def test_presence_is_recognised_when_written_another_way():
    def answer(words, vocabulary):
        return [1 if word in set(words) else 0 for word in vocabulary]

    assert lesson.bag_of_words.check(answer).mistake == "presence"


def test_a_loop_without_its_past_is_recognised_when_written_another_way():
    def answer(inputs, w_x, w_h):
        h = 0.0
        for x in inputs:
            h = np.tanh(w_x * x + w_h * 0)
        return h

    assert lesson.run_loop.check(answer).mistake == "loop-forgotten"


def test_the_stubs_of_the_lesson_count_as_not_tried():
    def bag_of_words(words, vocabulary):
        counts = ...
        return counts

    def run_loop(inputs, w_x, w_h):
        h = ...
        for x in inputs:  # noqa: B007
            h = ...
        return h

    assert lesson.bag_of_words.check(bag_of_words).state == "not tried"
    assert lesson.run_loop.check(run_loop).state == "not tried"


def test_a_half_filled_stub_is_not_called_right():
    def run_loop(inputs, w_x, w_h):
        h = ...
        for x in inputs:
            h = np.tanh(w_x * x)
        return h

    assert lesson.run_loop.check(run_loop).state != "correct"


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.title)
def test_the_solution_can_be_pasted_and_is_right(exercise):
    made = {"np": np}
    exec(exercise.solution().code, made)
    assert exercise.check(made[exercise.question.split("`")[1].split("(")[0]]).state == "correct"

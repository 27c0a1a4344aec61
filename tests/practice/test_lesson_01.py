"""Lesson 01's exercises know a right answer however it is written, and each mistake by its name."""

from functools import reduce
from operator import add

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.practice import lesson_01 as lesson

MISTAKES = [
    (exercise, mistake) for exercise in (lesson.fewest_delays, lesson.when_it_returns) for mistake in exercise.mistakes
]
NONE = dict.fromkeys(lesson.ARROWS, 0)


@pytest.mark.parametrize("one", [1, 1.0, np.int64(1)])
def test_one_delay_on_the_shared_arrow_is_right_however_it_is_written(one):
    assert lesson.fewest_delays.check(NONE | {"a → b": one}).state == "correct"
    assert lesson.fewest_delays.check({"a → b": one} | dict(reversed(NONE.items())) | {"a → b": one}).state == "correct"


def test_no_other_single_delay_makes_both_loops_run():
    for arrow in lesson.ARROWS:
        assert (lesson.fewest_delays.check(NONE | {arrow: 1}).state == "correct") == (arrow == "a → b")


@pytest.mark.parametrize("wrong", ["late", -1, 0.5, True, None, [1]])
def test_what_is_no_delay_is_called_so(wrong):
    assert "whole number" in str(lesson.fewest_delays.check(NONE | {"a → b": wrong}))


@pytest.mark.parametrize("wrong", [{"a → b": 1}, [1, 0, 0, 0, 0], "a → b", 1])
def test_what_is_no_list_of_delays_is_called_so(wrong):
    assert "five arrows" in str(lesson.fewest_delays.check(wrong))


def test_a_delay_longer_than_needed_and_two_delays_are_told_apart_from_none():
    assert "One step is enough" in str(lesson.fewest_delays.check(NONE | {"a → b": 2}))
    assert "fewer are enough" in str(lesson.fewest_delays.check(NONE | {"a → b": 1, "x → a": 1}))
    assert "a → b → y → a is a loop" in str(lesson.fewest_delays.check(NONE | {"b → a": 1, "x → a": 1}))


def by_a_loop(delays):
    step = 0
    for delay in delays:
        step += delay
    return step


def by_numpy(delays):
    return np.sum(delays)


def by_running_a_network(delays):
    names = [f"n{k}" for k in range(len(delays))]
    layers = [rnn.Layer("x", 1), *(rnn.Layer(name, 1, "identity") for name in names)]
    around = [rnn.Connection(a, b, d) for a, b, d in zip(names, [*names[1:], names[0]], delays, strict=True)]
    wiring = rnn.Topology(layers, [rnn.Connection("x", "n0"), *around])
    ones = {name: np.ones_like(w) for name, w in rnn.Network.random(wiring, rng=0).weights.items() if name[0] == "W"}
    pulse = np.eye(40)[:, :1]
    activity = rnn.Network.random(wiring, rng=0).replace_weights(ones).run(pulse)["n0"][:, 0]
    return int(np.flatnonzero(activity)[1])


@pytest.mark.parametrize("answer", [by_a_loop, by_numpy, by_running_a_network, lambda delays: reduce(add, delays, 0.0)])
def test_a_right_return_step_is_right_however_it_is_found(answer):
    assert {lesson.when_it_returns.check(answer, rng=seed).state for seed in range(20)} == {"correct"}


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=lambda part: getattr(part, "name", ""))
def test_each_mistake_is_recognised_whatever_the_numbers(exercise, mistake):
    results = [exercise.check(mistake.wrong, rng=seed) for seed in range(20)]
    assert {(result.state, result.mistake) for result in results} == {("not yet", mistake.name)}


def test_the_stubs_of_the_lesson_count_as_not_tried():
    def return_step(delays):
        step = ...
        return step

    assert lesson.fewest_delays.check(dict.fromkeys(lesson.ARROWS, ...)).state == "not tried"
    assert lesson.when_it_returns.check(return_step).state == "not tried"


def test_the_solutions_can_be_pasted_and_are_right():
    made = {}
    exec(lesson.fewest_delays.solution().code, made)
    exec(lesson.when_it_returns.solution().code, made)
    assert lesson.fewest_delays.check(made["delays"]).state == "correct"
    assert lesson.when_it_returns.check(made["return_step"]).state == "correct"

"""Lesson 05's exercises know a right answer however it is written, and each mistake by its name."""

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.practice import lesson_05 as lesson

EXERCISES = [lesson.way_back, lesson.radius_needed]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]


def back_by_index(W_hh, h, error):
    n_steps = len(h)
    sizes = np.zeros(n_steps)
    for lag in range(n_steps):
        sizes[lag] = np.sqrt((error**2).sum())
        t = n_steps - 1 - lag
        error = (error * (1 - h[t] * h[t])) @ W_hh
    return sizes


def back_by_jacobians(W_hh, h, error):
    whole, sizes = np.eye(len(error)), [np.linalg.norm(error)]
    for t in range(len(h) - 1, 0, -1):
        whole = whole @ (np.diag(1 - h[t] ** 2) @ W_hh)
        sizes.append(float(np.linalg.norm(error @ whole)))
    return sizes


def back_by_the_package(W_hh, h, error):
    """A network that is made to have just these activities, sent back by bptt."""
    before = np.vstack([np.zeros(len(error)), h[:-1]])
    x = np.arctanh(h) - before @ W_hh.T
    n = len(error)
    weights = {"W_xh": np.eye(n), "W_hh": W_hh, "b_h": np.zeros(n), "W_hy": np.zeros((1, n)), "b_y": [0.0]}
    network = rnn.Network(rnn.elman(n, n, 1), weights)
    d = np.zeros_like(h)
    d[-1] = error
    return np.linalg.norm(rnn.bptt(network, network.run(x), {"h": d})["h"], axis=1)[::-1]


def radius_by_logarithms(typical_slope, n_steps, left):
    return np.exp(np.log(left) / n_steps - np.log(typical_slope))


def radius_by_root(typical_slope, n_steps, left):
    one_step = np.power(left, 1.0 / n_steps)
    return one_step / typical_slope


def radius_by_halving(typical_slope, n_steps, left):
    low, high = 0.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if (middle * typical_slope) ** n_steps < left else (low, middle)
    return high


@pytest.mark.parametrize("answer", [back_by_index, back_by_jacobians, back_by_the_package])
def test_a_right_way_back_is_right_however_it_is_written(answer):
    assert {lesson.way_back.check(answer, rng=seed).state for seed in range(20)} == {"correct"}


@pytest.mark.parametrize("answer", [radius_by_logarithms, radius_by_root, radius_by_halving])
def test_a_right_radius_is_right_however_it_is_found(answer):
    assert {lesson.radius_needed.check(answer, rng=seed).state for seed in range(10)} == {"correct"}


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=lambda part: getattr(part, "name", ""))
def test_each_mistake_is_recognised_whatever_the_numbers(exercise, mistake):
    results = [exercise.check(mistake.wrong, rng=seed) for seed in range(20)]
    assert {(result.state, result.mistake) for result in results} == {("not yet", mistake.name)}


def test_a_swapped_axis_is_recognised_when_written_another_way():
    def answer(W_hh, h, error):
        sizes = [np.linalg.norm(error)]
        for h_t in h[:0:-1]:
            error = (error * (1 - h_t**2)) @ W_hh.T
            sizes.append(np.linalg.norm(error))
        return np.array(sizes)

    assert lesson.way_back.check(answer).mistake == "axis-order"


def test_the_stubs_of_the_lesson_count_as_not_tried():
    def way_back(W_hh, h, error):
        sizes = [np.linalg.norm(error)]
        for h_t in h[:0:-1]:  # noqa: B007
            error = ...
            sizes.append(np.linalg.norm(error))
        return np.array(sizes)

    def radius_needed(typical_slope, n_steps, left):
        factor_of_one_step = ...
        return factor_of_one_step / ...

    assert lesson.way_back.check(way_back).state == "not tried"
    assert lesson.radius_needed.check(radius_needed).state == "not tried"


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.title)
def test_the_solution_can_be_pasted_and_is_right(exercise):
    made = {"np": np}
    exec(exercise.solution().code, made)
    assert exercise.check(made[exercise.question.split("Write `")[1].split("(")[0]]).state == "correct"

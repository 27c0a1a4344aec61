"""Lesson 03's exercises know a right answer however it is written, and each mistake by its name."""

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.practice import lesson_03 as lesson

EXERCISES = [lesson.states, lesson.count_arrows]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]


def states_in_a_table(x, W_xh, W_hh, b):
    h = np.zeros((len(x) + 1, len(b)))
    for t in range(len(x)):
        h[t + 1] = np.tanh(W_xh.dot(x[t]) + W_hh.dot(h[t]) + b)
    return h[1:]


def states_as_one_matrix(x, W_xh, W_hh, b):
    both = np.hstack([W_xh, W_hh])
    rows = [np.zeros(len(b))]
    for x_t in x:
        rows.append(np.tanh(b + both @ np.concatenate([x_t, rows[-1]])))
    return rows[1:]


def states_by_the_package(x, W_xh, W_hh, b):
    wiring = rnn.elman(x.shape[1], len(b), 1)
    rest = {"W_hy": np.zeros((1, len(b))), "b_y": [0.0]}
    return rnn.Network(wiring, {"W_xh": W_xh, "W_hh": W_hh, "b_h": b, **rest}).run(x)["h"]


def arrows_by_drawing(n_inputs, n_hidden, n_outputs, n_steps):
    return len(rnn.unroll(rnn.elman(n_inputs, n_hidden, n_outputs), n_steps).arrows)


def arrows_by_counting_steps(n_inputs, n_hidden, n_outputs, n_steps):
    n_arrows = 0
    for step in range(n_steps):
        n_arrows += n_hidden * (n_inputs + n_outputs + (n_hidden if step > 0 else 0))
    return n_arrows


def arrows_as_a_column_less_the_first_gap(n_inputs, n_hidden, n_outputs, n_steps):
    return float(n_steps * n_hidden * (n_inputs + n_hidden + n_outputs) - n_hidden**2)


@pytest.mark.parametrize("answer", [states_in_a_table, states_as_one_matrix, states_by_the_package])
def test_right_states_are_right_however_they_are_written(answer):
    assert {lesson.states.check(answer, rng=seed).state for seed in range(50)} == {"correct"}


@pytest.mark.parametrize("answer", [arrows_by_drawing, arrows_by_counting_steps, arrows_as_a_column_less_the_first_gap])
def test_a_right_number_of_arrows_is_right_however_it_is_counted(answer):
    assert {lesson.count_arrows.check(answer, rng=seed).state for seed in range(10)} == {"correct"}


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=lambda part: getattr(part, "name", ""))
def test_each_mistake_is_recognised_whatever_the_numbers(exercise, mistake):
    results = [exercise.check(mistake.wrong, rng=seed) for seed in range(20)]
    assert {(result.state, result.mistake) for result in results} == {("not yet", mistake.name)}


def test_a_swapped_loop_matrix_is_recognised_when_written_another_way():
    def answer(x, W_xh, W_hh, b):
        h, rows = np.zeros(len(b)), []
        for x_t in x:
            h = np.tanh(W_xh @ x_t + W_hh.T @ h + b)
            rows.append(h)
        return np.array(rows)

    assert lesson.states.check(answer).mistake == "W_hh-swapped"


def test_appending_before_computing_is_recognised():
    def answer(x, W_xh, W_hh, b):
        h, rows = np.zeros(len(b)), []
        for x_t in x:
            rows.append(h)
            h = np.tanh(W_xh @ x_t + W_hh @ h + b)
        return np.array(rows)

    assert lesson.states.check(answer).mistake == "one-column-late"


def test_the_stubs_of_the_lesson_count_as_not_tried():
    def states(x, W_xh, W_hh, b):
        h = np.zeros(len(b))
        rows = []
        for x_t in x:  # noqa: B007
            h = ...
            rows.append(h)
        return np.array(rows)

    def count_arrows(n_inputs, n_hidden, n_outputs, n_steps):
        within_a_step = ...
        between_steps = ...
        return within_a_step + between_steps

    assert lesson.states.check(states).state == "not tried"
    assert lesson.count_arrows.check(count_arrows).state == "not tried"


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.title)
def test_the_solution_can_be_pasted_and_is_right(exercise):
    made = {"np": np}
    exec(exercise.solution().code, made)
    assert exercise.check(made[exercise.question.split("`")[1].split("(")[0]]).state == "correct"

"""Lesson 04's exercises know a right answer however it is written, and each mistake by its name."""

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.practice import lesson_04 as lesson

# ---- three right ways to the gradient ----------------------------------------------------------------------------


def by_all_pairs_of_steps(h, error, W_hh):
    """For each use and each later error, the product of all Jacobians between them."""
    dW = np.zeros(W_hh.shape)
    for used in range(1, len(h)):
        for wrong in range(used, len(h)):
            jacobian = np.eye(len(W_hh))
            for t in range(wrong, used, -1):
                jacobian = jacobian @ ((1 - h[t] ** 2)[:, None] * W_hh)
            dW += np.outer((error[wrong] @ jacobian) * (1 - h[used] ** 2), h[used - 1])
    return dW


def by_the_package(h, error, W_hh):
    """Inputs are found that make the network do just this; then the package is asked."""
    n = len(W_hh)
    before = np.vstack([np.zeros(n), h[:-1]])
    weights = {"W_xh": np.eye(n), "W_hh": W_hh, "W_hy": np.eye(n), "b_h": np.zeros(n), "b_y": np.zeros(n)}
    network = rnn.Network(rnn.elman(n, n, n), weights)
    run = network.run(np.arctanh(h) - before @ W_hh.T)
    return rnn.bptt(network, run, {"y": error}).weights["W_hh"]


def by_pushing_each_weight(h, error, W_hh):
    """Central differences: the drives that are not the loop's are kept, each weight is moved a little."""
    before = np.vstack([np.zeros(len(W_hh)), h[:-1]])
    rest = np.arctanh(h) - before @ W_hh.T

    def loss(W):
        state, total = np.zeros(len(W)), 0.0
        for drive, e in zip(rest, error, strict=True):
            state = np.tanh(drive + W @ state)
            total += e @ state
        return total

    dW = np.zeros_like(W_hh)
    for place in np.ndindex(*W_hh.shape):
        push = np.zeros_like(W_hh)
        push[place] = 1e-5
        dW[place] = (loss(W_hh + push) - loss(W_hh - push)) / 2e-5
    return dW


@pytest.mark.parametrize("answer", [by_all_pairs_of_steps, by_the_package, by_pushing_each_weight])
def test_a_right_gradient_is_right_however_it_is_found(answer):
    assert {lesson.loop_gradient.check(answer, rng=seed).state for seed in range(30)} == {"correct"}


# ---- the mistakes, written as a learner would ----------------------------------------------------------------------


def walk(body):
    """A learner's whole function, from the lines inside its loop."""
    indented = "\n".join("        " + line for line in body.strip().splitlines())
    code = (
        "def loop_gradient(h, error, W_hh):\n    dW, back = np.zeros_like(W_hh), np.zeros(len(W_hh))\n"
        f"    for t in reversed(range(1, len(h))):\n{indented}\n    return dW\n"
    )
    made = {"np": np}
    exec(code, made)
    return made["loop_gradient"]


RIGHT = """
dh = error[t] + back
dz = dh * (1 - h[t] ** 2)
dW += np.outer(dz, h[t - 1])
back = W_hh.T @ dz
"""

LISTED = {
    "not-accumulated": RIGHT.replace("dW +=", "dW ="),
    "slope-forgotten": RIGHT.replace("dh * (1 - h[t] ** 2)", "dh"),
    "slope-at-the-wrong-step": RIGHT.replace("1 - h[t] ** 2", "1 - h[t - 1] ** 2"),
    "weight-transposed": RIGHT.replace("W_hh.T @ dz", "W_hh @ dz"),
    "present-for-past": RIGHT.replace("np.outer(dz, h[t - 1])", "np.outer(dz, h[t])"),
    "immediate-for-total": RIGHT.replace("error[t] + back", "error[t]"),
}
FURTHER = {
    "gradient-transposed": RIGHT.replace("np.outer(dz, h[t - 1])", "np.outer(h[t - 1], dz)"),
    "slope-forgotten-on-the-way-back": RIGHT.replace("W_hh.T @ dz", "dh @ W_hh"),
    "weight-forgotten": RIGHT.replace("W_hh.T @ dz", "dz"),
    "back-piles-up": RIGHT.replace("back = W_hh.T @ dz", "back += W_hh.T @ dz"),
    "sign-turned": RIGHT.replace("dW +=", "dW -="),
    "slope-of-h-not-squared": RIGHT.replace("1 - h[t] ** 2", "1 - h[t]"),
    "squashed-twice": RIGHT.replace("1 - h[t] ** 2", "1 - np.tanh(h[t]) ** 2"),
    "averaged": RIGHT.replace("np.outer(dz, h[t - 1])", "np.outer(dz, h[t - 1]) / (len(h) - 1)"),
}


def test_the_lines_from_which_the_mistakes_are_made_are_right():
    assert lesson.loop_gradient.check(walk(RIGHT)).state == "correct"


@pytest.mark.parametrize("name", [*LISTED, *FURTHER])
def test_a_wrong_line_is_recognised(name):
    answer = walk({**LISTED, **FURTHER}[name])
    results = [lesson.loop_gradient.check(answer, rng=seed) for seed in range(30)]
    assert {(result.state, result.mistake) for result in results} == {("not yet", name)}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("dW = dW + error[t] * back", "the shape is right, but not the numbers"),  # a product in place of a sum
        (RIGHT.replace("dW += np.outer(dz, h[t - 1])", "dW += dz * h[t - 1]"), "not the numbers"),  # no outer product
        (RIGHT.replace("dW += np.outer(dz, h[t - 1])", "dW = dz"), "of shape (3, 3), and this has shape (3,)"),
        (RIGHT.replace("error[t]", "error[t + 1]"), "IndexError"),
        (RIGHT.replace("h[t - 1]", "h_before"), "h_before"),
    ],
)
def test_a_mistake_of_no_known_kind_is_told_by_what_it_does(body, words):
    result = lesson.loop_gradient.check(walk(body))
    assert result.state == "not yet" and words in repr(result)


def test_a_right_answer_stands_beside_the_package_with_the_same_numbers():
    paper = lesson.beside_the_package(walk(RIGHT))
    assert paper.text == "The same numbers."
    for line in paper.code.splitlines()[1:]:
        assert line.split()[:3] == line.split()[3:]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("dh = ...\ndW += ...", "Yours will stand here"),
        ("raise ValueError('no')", "Yours will stand here"),
        ("dW = dW[0]", "Yours will stand here"),
        (LISTED["weight-transposed"], "They differ."),
    ],
)
def test_any_other_answer_stands_beside_the_package_without_an_error(body, says):
    assert lesson.beside_the_package(walk(body)).text.startswith(says)


def test_going_down_to_step_zero_is_recognised_however_the_loop_is_written():
    def answer(h, error, W_hh):
        dW, back = np.zeros_like(W_hh), np.zeros(len(W_hh))
        t = len(h) - 1
        while t >= 0:
            dz = (error[t] + back) * (1 - h[t] ** 2)
            dW += dz[:, None] * h[t - 1]
            back = dz @ W_hh
            t -= 1
        return dW

    assert lesson.loop_gradient.check(answer).mistake == "wraps-around"


# ---- how much of it is near -----------------------------------------------------------------------------------------


def share_by_adding_up(weight, slope, n_near):
    parts = (weight * slope) ** np.arange(2000)
    return parts[:n_near].sum() / parts.sum()


def share_by_what_is_left(weight, slope, n_near):
    left = 1.0
    for _ in range(n_near):
        left *= weight * slope
    return 1.0 - left


def share_by_running_the_network(weight, slope, n_near):
    """The activity whose tanh has this slope, held by the input; then the package's parts by lag."""
    from rnn_edu.analysis.flow import contributions

    h, n_steps = np.sqrt(1 - slope), 400
    x = np.full((n_steps, 1), np.arctanh(h) - weight * h)
    x[0] = np.arctanh(h)
    weights = {"W_xh": [[1.0]], "W_hh": [[weight]], "b_h": [0.0], "W_hy": [[1.0]], "b_y": [0.0]}
    network = rnn.Network(rnn.direct_feedback(1, 1, 1), weights)
    error = np.zeros((n_steps, 1))
    error[-1] = 1.0
    parts = contributions(network, network.run(x), {"y": error}).by_lag["W_hh"][:, 0, 0]
    return parts[:n_near].sum() / parts.sum()


@pytest.mark.parametrize("answer", [share_by_adding_up, share_by_what_is_left, share_by_running_the_network])
def test_a_right_share_is_right_however_it_is_found(answer):
    assert {lesson.near_share.check(answer, rng=seed).state for seed in range(20)} == {"correct"}


@pytest.mark.parametrize("exercise", [lesson.loop_gradient, lesson.near_share], ids=lambda exercise: exercise.title)
def test_the_solution_can_be_pasted_and_is_right(exercise):
    made = {"np": np}
    exec(exercise.solution().code, made)
    assert exercise.check(made[exercise.question.split("Write `")[1].split("(")[0]]).state == "correct"


def test_the_stubs_of_the_lesson_count_as_not_tried():
    stub = walk("dh = ...\ndz = ...\ndW += ...\nback = ...")
    assert lesson.loop_gradient.check(stub).state == "not tried"

    def near_share(weight, slope, n_near):
        per_step = weight * slope  # noqa: F841
        return ...

    assert lesson.near_share.check(near_share).state == "not tried"

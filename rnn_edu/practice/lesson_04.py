"""Lesson 04's prediction, exercises and quiz: the error travels back."""

from collections.abc import Callable

import numpy as np

from rnn_edu.core.bptt import bptt
from rnn_edu.core.builders import elman
from rnn_edu.core.network import Network
from rnn_edu.practice import Exercise, Mistake, Prediction, Question, Quiz
from rnn_edu.practice.attempt import attempt
from rnn_edu.practice.result import Paper

Array = np.ndarray

prediction = Prediction(
    "04-which-uses-count",
    "Six steps, one neuron with a loop of weight 0.8. Only the last output is wrong. The loop's weight was used five"
    " times on the way there. Which of these uses take part in its gradient?",
    [
        "Only the last one, right before the error",
        "All five, by the same amount",
        "All five; the further back, the less",
        "Practically none: the gradient has vanished by then",
    ],
    truth=2,
    why="The error walks back through all of them and gets smaller at each step. The near uses still bring most of the"
    " gradient.",
)


# ---- exercise 1: the gradient of the loop's weights ------------------------------------------------------------------


def _loop_gradient(h: Array, error: Array, W_hh: Array) -> Array:
    dW, back = np.zeros_like(W_hh), np.zeros(len(W_hh))
    for t in reversed(range(1, len(h))):
        dh = error[t] + back
        dz = dh * (1 - h[t] ** 2)
        dW += np.outer(dz, h[t - 1])
        back = W_hh.T @ dz
    return dW


def _other(
    *,
    total: Callable[[Array, Array], Array] = lambda error, back: error + back,
    slope: Callable[[Array, int], Array] = lambda h, t: 1 - h[t] ** 2,
    share: Callable[[Array, Array, int], Array] = lambda dz, h, t: np.outer(dz, h[t - 1]),
    gather: Callable[[Array, Array], Array] = lambda dW, share: dW + share,
    send: Callable[[Array, Array, Array], Array] = lambda W, dz, dh: W.T @ dz,
    keep: Callable[[Array, Array], Array] = lambda back, sent: sent,
    steps: Callable[[int], range] = lambda n_steps: range(n_steps - 1, 0, -1),
    last: Callable[[Array, int], Array] = lambda dW, n_steps: dW,
) -> Callable[[Array, Array, Array], Array]:
    """The same walk with one line of it replaced: what a learner's function with that one slip would be."""

    def loop_gradient(h: Array, error: Array, W_hh: Array) -> Array:
        dW, back = np.zeros_like(W_hh), np.zeros(len(W_hh))
        for t in steps(len(h)):
            dh = total(error[t], back)
            dz = dh * slope(h, t)
            dW = gather(dW, share(dz, h, t))
            back = keep(back, send(W_hh, dz, dh))
        return last(dW, len(h))

    return loop_gradient


def _one_error(h: Array, error: Array, W_hh: Array) -> Array:
    """Only the last step's own error is sent back; what earlier outputs say is left out."""
    only_last = np.zeros_like(error)
    only_last[-1] = error[-1]
    return _loop_gradient(h, only_last, W_hh)


def _run(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Five steps of three neurons, and an error at each: all different, none zero, so that each slip shows."""
    W_hh = rng.normal(size=(3, 3))
    h = np.zeros((5, 3))
    for t in range(5):
        h[t] = np.tanh(rng.normal(size=3) + W_hh @ h[t - 1])
    return h, rng.normal(size=(5, 3)), W_hh


loop_gradient = Exercise(
    "Send the error back",
    "Write `loop_gradient(h, error, W_hh)`: the gradient of the weights `W_hh` with which a tanh layer hears itself one"
    " step later. `h` has one row of activities for each step. `error` has one row for each step too: what that step's"
    " own output says about `h[t]`, before anything has come back through the loop. Walk from the last step to step 1,"
    " and return an array of the shape of `W_hh`. At step 0 the loop brings nothing, so it is left out.",
    _loop_gradient,
    inputs=_run,
    mistakes=[
        Mistake("not-accumulated", _other(gather=lambda dW, share: share)),
        Mistake(
            "last-step-only",
            lambda h, error, W: _loop_gradient(h[-2:], error[-2:], W),
            "Only the last use of the weight is counted. It was used at every step: walk on, and add up with `+=`.",
        ),
        Mistake("slope-forgotten", _other(slope=lambda h, t: np.ones_like(h[t]))),
        Mistake(
            "slope-at-the-wrong-step",
            _other(slope=lambda h, t: 1 - h[t - 1] ** 2),
            "The slope is taken one step too early. What passes the neurons at step t meets *their* slope there,"
            " `1 - h[t] ** 2`.",
        ),
        Mistake(
            "weight-transposed",
            _other(send=lambda W, dz, dh: W @ dz),
            "On the way back `W_hh` is used as on the way forwards. Row i holds what arrives at neuron i, so column j"
            " holds what neuron j sends: back goes `W_hh.T @ dz`.",
        ),
        Mistake("present-for-past", _other(share=lambda dz, h, t: np.outer(dz, h[t]))),
        Mistake("immediate-for-total", _other(total=lambda error, back: error)),
        Mistake(
            "gradient-transposed",
            _other(share=lambda dz, h, t: np.outer(h[t - 1], dz)),
            "The gradient is the right one on its side: rows and columns are swapped. `W_hh` has the shape (target,"
            " source), so `dz` belongs first: `np.outer(dz, h[t - 1])`.",
        ),
        Mistake(
            "slope-forgotten-on-the-way-back",
            _other(send=lambda W, dz, dh: W.T @ dh),
            "What goes back through the loop has skipped the slope. Send `dz` through the weights, not `dh`: the error"
            " passes the neuron before it passes the arrow.",
        ),
        Mistake(
            "weight-forgotten",
            _other(send=lambda W, dz, dh: dz),
            "What goes back has met the slope, but not the weight. Each arrow multiplies by its weight, backwards too.",
        ),
        Mistake(
            "own-errors-forgotten",
            _one_error,
            "Only the last output's error is sent back. Every step has an error of its own: `error[t]` joins in at each"
            " step of the walk.",
        ),
        Mistake(
            "back-piles-up",
            _other(keep=lambda back, sent: back + sent),
            "What comes back is added up over the steps as well. It belongs to *one* step: set `back` anew with `=`."
            " Only `dW` gathers with `+=`.",
        ),
        Mistake(
            "walks-forwards",
            _other(steps=lambda n_steps: range(1, n_steps)),
            "The walk goes forwards in time. An error cannot come back from a step that has not been visited: begin at"
            " the last step.",
        ),
        Mistake(
            "wraps-around",
            _other(steps=lambda n_steps: range(n_steps - 1, -1, -1)),
            "The walk goes down to t = 0, and there `h[t - 1]` is `h[-1]`: in Python the *last* row. Nothing arrives at"
            " step 0, so stop at step 1.",
        ),
        Mistake(
            "averaged",
            _other(last=lambda dW, n_steps: dW / (n_steps - 1)),
            "This is the mean over the steps. The gradient is the sum: each use of the weight adds its part.",
        ),
        Mistake(
            "sign-turned",
            _other(last=lambda dW, n_steps: -dW),
            "The sign is turned. The gradient points where the loss grows; the minus comes later, when one steps down.",
        ),
        Mistake(
            "slope-of-h-not-squared",
            _other(slope=lambda h, t: 1 - h[t]),
            "The slope of tanh, told by its activity, is `1 - h[t] ** 2`. The square is missing.",
        ),
        Mistake(
            "squashed-twice",
            _other(slope=lambda h, t: 1 - np.tanh(h[t]) ** 2),
            "`h[t]` has been squashed already, so tanh was used twice. With the activity at hand the slope is"
            " `1 - h[t] ** 2`.",
        ),
    ],
    hints=[
        "`dh` is the whole gradient of h at step t: this step's own error, and what comes back from step t + 1.",
        "To pass the neuron, multiply by its slope, `1 - h[t] ** 2`. To pass the arrows, multiply by `W_hh.T`.",
        "One arrow's part: what arrives at its target after the slope, times what its source said one step earlier."
        " `np.outer(dz, h[t - 1])` does it for all arrows at once.",
    ],
    solution="""
        def loop_gradient(h, error, W_hh):
            dW, back = np.zeros_like(W_hh), np.zeros(len(W_hh))
            for t in reversed(range(1, len(h))):
                dh = error[t] + back
                dz = dh * (1 - h[t] ** 2)
                dW += np.outer(dz, h[t - 1])
                back = W_hh.T @ dz
            return dW
    """,
    because="That is backpropagation through time. The package does the same for any wiring.",
)


def beside_the_package(function: Callable[..., Array]) -> Paper:
    """What the package finds for a small Elman network, beside what the learner's function finds."""
    rng = np.random.default_rng(0)
    network = Network.random(elman(3, 3, 3), rng=0).replace_weights({"W_hy": np.eye(3)})
    run, error = network.run(rng.normal(size=(5, 3))), rng.normal(size=(5, 3))
    theirs = bptt(network, run, {"y": error}).weights["W_hh"]
    yours = attempt(function, (np.array(run["h"]), error, np.array(network.weights["W_hh"])))
    table = ["the package:", *(_row(row) for row in theirs)]
    if yours.untouched or yours.problem or np.shape(yours.value) != theirs.shape:
        return Paper("Side by side", "Yours will stand here as soon as it returns nine numbers.", "\n".join(table))
    table[0] = f"{table[0]:36}yours:"
    table[1:] = [f"{left:36}{_row(row)}" for left, row in zip(table[1:], yours.value, strict=True)]
    same = np.allclose(yours.value, theirs, rtol=0, atol=1e-9)
    return Paper("Side by side", "The same numbers." if same else "They differ.", "\n".join(table))


def _row(numbers: Array) -> str:
    return "  ".join(f"{number:8.4f}" for number in numbers)


# ---- exercise 2: how much of it is near ------------------------------------------------------------------------------


def _near_share(weight: float, slope: float, n_near: int) -> float:
    per_step = weight * slope
    return 1 - per_step**n_near


def _loop_of_a_long_sequence(rng: np.random.Generator) -> tuple[float, float, int]:
    return float(rng.uniform(0.5, 0.95)), float(rng.uniform(0.4, 0.9)), int(rng.integers(2, 6))


near_share = Exercise(
    "How much of it is near?",
    "A neuron with a loop has done the same at every step of a very long sequence, so that every use of the loop meets"
    " the same slope. The error is at the last step. The part with lag 0 is as large as you like; each lag more"
    " multiplies the part by `weight * slope`, which is below 1."
    "\n\nWrite `near_share(weight, slope, n_near)`: which share of the whole gradient, from 0 to 1, do the nearest"
    " `n_near` lags bring? For `n_near = 3` these are the lags 0, 1 and 2.",
    _near_share,
    inputs=_loop_of_a_long_sequence,
    mistakes=[
        Mistake(
            "far-for-near",
            lambda weight, slope, n_near: (weight * slope) ** n_near,
            "This is the share of the *far* lags, those that the nearest ones leave over.",
        ),
        Mistake(
            "slope-forgotten",
            lambda weight, slope, n_near: 1 - weight**n_near,
        ),
        Mistake(
            "weight-left-out",
            lambda weight, slope, n_near: 1 - slope**n_near,
            "Only the slope is at work here. Each step back multiplies by the slope *and* by the weight.",
        ),
        Mistake(
            "one-lag-too-many",
            lambda weight, slope, n_near: 1 - (weight * slope) ** (n_near + 1),
            "One lag too many: the nearest 3 lags are 0, 1 and 2.",
        ),
        Mistake(
            "one-lag-too-few",
            lambda weight, slope, n_near: 1 - (weight * slope) ** (n_near - 1),
            "One lag too few: lag 0 is one of them, so the nearest 3 lags are 0, 1 and 2.",
        ),
        Mistake(
            "sum-for-share",
            lambda weight, slope, n_near: sum((weight * slope) ** lag for lag in range(n_near)),
            "This is the sum of the near parts. A share is that sum divided by the sum of *all* parts, which is"
            " 1 / (1 - weight * slope).",
        ),
        Mistake(
            "one-lag-alone",
            lambda weight, slope, n_near: (1 - weight * slope) * (weight * slope) ** (n_near - 1),
            "This is the share of one lag alone, the last of the near ones. Add those before it.",
        ),
        Mistake("whole-gradient-vanishes", lambda weight, slope, n_near: 0.0),
    ],
    hints=[
        "Write q for `weight * slope`. The parts are 1, q, q², q³ … What do the first three add up to?",
        "All parts together are 1 / (1 − q). The far ones are the same row again, begun at q to the power `n_near`.",
    ],
    solution="""
        def near_share(weight, slope, n_near):
            per_step = weight * slope
            return 1 - per_step**n_near
    """,
    because="The smaller weight · slope is, the more of the gradient is near. What fades is the far end, not the"
    " whole.",
)


quiz = Quiz(
    "The error travels back",
    [
        Question(
            "h(3) feeds the output y(3) and, through the loop, h(4). Through y(3) comes a gradient of 0.2, through the"
            " loop 0.3. What is the gradient of h(3)?",
            ["0.2: only its own output counts", "0.06: the two are multiplied", "0.5: both ways count"],
            2,
            "A change of h(3) reaches the loss along both ways, so the two add up. Factors multiply along one way.",
            misconceptions={0: "immediate-for-total"},
            feedback={1: "Numbers multiply along a way, one factor after the other. Are these two behind each other?"},
        ),
        Question(
            "The last output is wrong. At step 0 the gradient is down to a millionth. Does the loop's weight still"
            " learn?",
            [
                "Yes, from its uses near the error",
                "No, the gradient has vanished",
                "Only if the gradient is clipped",
            ],
            0,
            "The weight's gradient is a sum over all its uses. The near ones are as large as ever. What is lost is what"
            " step 0 could have said.",
            misconceptions={1: "whole-gradient-vanishes", 2: "clipping-cures-vanishing"},
        ),
        Question(
            "A tanh neuron says 0.99 at step 4. What happens to an error that passes it on its way back?",
            [
                "It passes as it is",
                "It is nearly stopped: about 2 % get through",
                "It is amplified, since the activity is large",
            ],
            1,
            "The slope is 1 − 0.99², about 0.02. A neuron that is full hardly answers to a small push, so hardly any"
            " blame gets past it.",
            misconceptions={0: "slope-forgotten"},
            feedback={2: "Push the drive of a neuron at 0.99 a little. How much does its activity move?"},
        ),
    ],
)

"""Lesson 06's prediction, exercises and quiz: cliffs, clipping, and a good start."""

from collections.abc import Callable

import numpy as np

from rnn_edu.practice import Exercise, Mistake, Prediction, Question, Quiz

Array = np.ndarray

prediction = Prediction(
    "06-clip-on-the-plain",
    "Every gradient that is longer than 1 is shortened to 1. A ball lies on a plain, where the gradient is only 0.001"
    " long. What does clipping do for this ball?",
    [
        "It makes its steps longer",
        "It makes its steps shorter",
        "Nothing at all",
        "It lets the ball leave the plain, but slowly",
    ],
    truth=2,
    why="Clipping only touches a gradient that is longer than the limit. It never makes a short one longer.",
)


# ---- exercise 1 -----------------------------------------------------------------------------------------------------


def _clipped_step(weights: Array, gradient: Array, loss: float, rate: float, limit: float) -> Array:
    length = np.sqrt(np.sum(gradient**2))
    shrink = limit / length if length > limit else 1.0
    return weights - rate * shrink * gradient


def _step_with(shrink: Callable[[Array, float, float, float], Array | float]) -> Callable[..., Array]:
    """The same step with another factor: shrink(gradient, length, loss, limit)."""

    def step(weights: Array, gradient: Array, loss: float, rate: float, limit: float) -> Array:
        length = float(np.sqrt(np.sum(gradient**2)))
        return weights - rate * shrink(gradient, length, loss, limit) * gradient

    return step


def _each_entry(weights: Array, gradient: Array, loss: float, rate: float, limit: float) -> Array:
    return weights - rate * np.clip(gradient, -limit, limit)


def _only_above(weights: Array, gradient: Array, loss: float, rate: float, limit: float) -> Array:
    return weights - rate * np.minimum(gradient, limit)


def _the_step(weights: Array, gradient: Array, loss: float, rate: float, limit: float) -> Array:
    step = rate * gradient
    length = np.sqrt(np.sum(step**2))
    return weights - (step * limit / length if length > limit else step)


def _the_weights(weights: Array, gradient: Array, loss: float, rate: float, limit: float) -> Array:
    moved = weights - rate * gradient
    length = np.sqrt(np.sum(moved**2))
    return moved * limit / length if length > limit else moved


def _uphill(weights: Array, gradient: Array, loss: float, rate: float, limit: float) -> Array:
    return 2 * weights - _clipped_step(weights, gradient, loss, rate, limit)


def _step_inputs(rng: np.random.Generator) -> tuple[Array, Array, float, float, float]:
    """Every second gradient or so is shorter than the limit; the loss has nothing to do with either."""
    limit = float(rng.uniform(0.5, 2.0))
    direction = rng.normal(size=4)
    length = limit * float(rng.choice([rng.uniform(0.1, 0.8), rng.uniform(3.0, 9.0)]))
    gradient = length * direction / np.linalg.norm(direction)
    return rng.normal(size=4), gradient, float(limit * rng.uniform(1.5, 4.0)), float(rng.uniform(0.05, 0.3)), limit


clipped_step = Exercise(
    "Clip by norm",
    "Write `clipped_step(weights, gradient, loss, rate, limit)`: one step downhill, with the gradient clipped by its"
    " norm. If the gradient is longer than `limit`, shorten it to this length and keep its direction. If not, leave it"
    " as it is. Return the new weights. `loss` is handed over too; decide whether you need it.",
    _clipped_step,
    inputs=_step_inputs,
    trials=12,
    mistakes=[
        Mistake(
            "clip-each-entry",
            _each_entry,
            "Each entry is cut off by itself here. That is clipping by *value*, and it turns the step: long entries"
            " lose much, short ones nothing. Multiply the whole gradient by *one* number.",
        ),
        Mistake(
            "always-the-limit",
            _step_with(lambda gradient, length, loss, limit: limit / length),
            "A short gradient is made *longer* here. Divide only if the length is above the limit; on a plain this"
            " would turn a careful ball into a blind one.",
        ),
        Mistake(
            "clip-the-loss",
            _step_with(lambda gradient, length, loss, limit: limit / loss if loss > limit else 1.0),
            "The height was compared with the limit, and not the steepness. A ball can lie high on a flat plain, and"
            " low beside a cliff. The loss is not needed at all.",
        ),
        Mistake(
            "length-one",
            _step_with(lambda gradient, length, loss, limit: 1.0 / length if length > limit else 1.0),
            "A long gradient gets the length 1 here, whatever the limit is. It should get the length `limit`.",
        ),
        Mistake(
            "square-for-length",
            _step_with(
                lambda gradient, length, loss, limit: limit / length**2 if length**2 > limit else 1.0,
            ),
            "The sum of squares was taken for the length. A root is missing.",
        ),
        Mistake(
            "sum-for-length",
            _step_with(
                lambda gradient, length, loss, limit: (
                    limit / np.abs(gradient).sum() if np.abs(gradient).sum() > limit else 1.0
                ),
            ),
            "The sizes of the entries were added up. The length is the root of the sum of their *squares*, as for the"
            " long side of a right triangle.",
        ),
        Mistake(
            "largest-for-length",
            _step_with(
                lambda gradient, length, loss, limit: (
                    limit / np.abs(gradient).max() if np.abs(gradient).max() > limit else 1.0
                ),
            ),
            "The largest entry was taken for the length. All entries count: the root of the sum of their squares.",
        ),
        Mistake(
            "thrown-away",
            _step_with(lambda gradient, length, loss, limit: 0.0 if length > limit else 1.0),
            "A long gradient is thrown away here, and the ball stays where it is. Shorten it: its direction is still"
            " good.",
        ),
        Mistake(
            "only-above",
            _only_above,
            "Only what is above the limit is cut off here; an entry of −1000 passes. And each entry is cut off by"
            " itself: multiply the whole gradient by one number.",
        ),
        Mistake(
            "step-clipped",
            _the_step,
            "The step was clipped, after the learning rate had been multiplied in. Clip the gradient first: else the"
            " limit means something else for every learning rate.",
        ),
        Mistake(
            "weights-clipped",
            _the_weights,
            "The *weights* were shortened here. Clip the gradient, and leave the weights where the step takes them.",
        ),
        Mistake("uphill", _uphill, "This step leads uphill. The gradient points up, so subtract it."),
        Mistake(
            "not-clipped",
            _step_with(lambda gradient, length, loss, limit: 1.0),
            "Nothing was clipped. What should happen if the gradient is longer than `limit`?",
        ),
    ],
    hints=[
        "Three lines: how long is the gradient, by what is it multiplied, and where does the step lead?",
        "The length is `np.sqrt(np.sum(gradient**2))`. What must it be multiplied by, to become `limit`?",
        "The factor is `limit / length` if the length is above the limit, and 1 if it is not.",
    ],
    solution="""
        def clipped_step(weights, gradient, loss, rate, limit):
            length = np.sqrt(np.sum(gradient**2))
            shrink = limit / length if length > limit else 1.0
            return weights - rate * shrink * gradient
    """,
    because="One factor for the whole gradient keeps its direction, and it is 1 as long as the gradient is short.",
)


# ---- exercise 2 -----------------------------------------------------------------------------------------------------


def _shortest_piece(came: int, asked: int) -> int:
    length = 1
    while came // length != asked // length:
        length += 1
    return length


def _moments(rng: np.random.Generator) -> tuple[int, int]:
    came = int(rng.integers(2, 30))
    return came, came + int(rng.integers(2, 12))


shortest_piece = Exercise(
    "Choose a truncation length",
    "A sequence is cut into pieces of `k` steps: steps 0 to k − 1, steps k to 2k − 1, and so on. The state is handed on"
    " across a cut, the gradient is not. Something comes in at step `came`, and the answer is wanted at step `asked`."
    " Write `shortest_piece(came, asked)`: the smallest `k` with which the error at `asked` gets back to `came`.",
    _shortest_piece,
    inputs=_moments,
    trials=20,
    mistakes=[
        Mistake(
            "the-gap",
            lambda came, asked: asked - came,
            "This piece is one step too short to hold both: from step 3 to step 5 are *three* steps. And a cut may"
            " still fall between them.",
        ),
        Mistake(
            "gap-and-one",
            lambda came, asked: asked - came + 1,
            "Long enough, and still a cut can fall between the two: pieces begin at 0, k, 2k …, not where your event"
            " begins. Look in which piece each of them lies.",
        ),
        Mistake(
            "the-whole-past",
            lambda came, asked: asked + 1,
            "This always works: everything from step 0 on is in one piece. Is there a smaller piece that holds both?",
        ),
        Mistake(
            "the-state-is-enough",
            lambda came, asked: 1,
            "The *state* crosses the cut, so that the network still remembers. The *gradient* does not, so that it does"
            " not learn from there.",
        ),
        Mistake(
            "up-to-the-event",
            lambda came, asked: came + 1,
            "This piece ends with the event. The question must be in the same piece.",
        ),
        Mistake(
            "the-question-alone",
            lambda came, asked: asked,
            "A piece of `asked` steps ends one step before the question: steps are counted from 0.",
        ),
        Mistake(
            "twice-the-gap",
            lambda came, asked: 2 * (asked - came),
            "Twice the gap is a good rule of thumb, and no more: where the cuts fall decides.",
        ),
    ],
    hints=[
        "Step 7 lies in piece number `7 // k`. When do two steps lie in the same piece?",
        "Try `k = 1`, `k = 2`, `k = 3` … and stop at the first with `came // k == asked // k`.",
    ],
    solution="""
        def shortest_piece(came, asked):
            length = 1
            while came // length != asked // length:
                length += 1
            return length
    """,
    because="Both steps must lie in the same piece, so where the cuts fall counts as much as how long the pieces are.",
)


quiz = Quiz(
    "Cliffs, clipping, and a good start",
    [
        Question(
            "A network does not learn, because its gradients are 0.000001 long. Will clipping at 1 help?",
            ["No: only gradients above 1 are touched", "Yes: it brings them to 1", "Yes, with a smaller limit"],
            0,
            "Clipping cures long gradients. Against short ones a good start helps, or another architecture.",
            misconceptions={1: "clipping-cures-vanishing"},
            feedback={2: "A smaller limit shortens more gradients. Can it make a short one longer?"},
        ),
        Question(
            "Is clipping at 1 the same as a learning rate that is 500 times smaller?",
            [
                "Yes: both make the steps smaller",
                "Only for the gradients that are below 1",
                "No: it shortens the step at the cliff, and leaves the others",
            ],
            2,
            "With the small rate every step is short, everywhere. With clipping only those at the cliff are.",
            misconceptions={0: "clipping-is-a-small-rate"},
            feedback={1: "Those below 1 pass unchanged. What would the smaller rate do to them?"},
        ),
        Question(
            "The gradient is (300, 0.5). Clip it at 1, by value and by norm. Which of the two keeps its direction?",
            ["By value", "By norm", "Both"],
            1,
            "By norm it becomes about (1, 0.0017), the same direction. By value it becomes (1, 0.5), which is another.",
            misconceptions={2: "clip-keeps-direction"},
            feedback={0: "By value, 300 becomes 1 and 0.5 stays 0.5. Draw both as arrows."},
        ),
    ],
)

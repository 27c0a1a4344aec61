"""Lesson 05's prediction, exercises and quiz: why the gradient explodes or fades."""

from collections.abc import Callable

import numpy as np

from rnn_edu.practice import Exercise, Mistake, Prediction, Question, Quiz

Array = np.ndarray

prediction = Prediction(
    "05-one-and-a-half",
    "32 tanh neurons feed each other. Their loop, taken alone, makes everything it carries 1.5 times as large at each"
    " step. An error goes back through it over 50 steps. What becomes of it?",
    [
        "It grows: 1.5 is above 1",
        "It fades: tanh always makes things smaller",
        "That depends on the input",
        "It stays about as it was",
    ],
    truth=2,
    why="With a silent input it became four hundred million times as large. With a loud input, the same weights left"
    " less than a billionth of it.",
)


# ---- exercise 1 -----------------------------------------------------------------------------------------------------


def _way_back(W_hh: Array, h: Array, error: Array) -> Array:
    sizes = [np.linalg.norm(error)]
    for h_t in h[:0:-1]:
        error = W_hh.T @ ((1 - h_t**2) * error)
        sizes.append(np.linalg.norm(error))
    return np.array(sizes)


def _with_line(
    line: Callable[..., Array], *, states: Callable[[Array], Array] = lambda h: h[:0:-1]
) -> Callable[..., Array]:
    """The same loop with another line in the middle, line(W_hh, h_t, error), or with other states."""

    def way_back(W_hh: Array, h: Array, error: Array) -> Array:
        sizes = [np.linalg.norm(error)]
        for h_t in states(h):
            error = line(W_hh, h_t, error)
            sizes.append(np.linalg.norm(error))
        return np.array(sizes)

    return way_back


def _line(W_hh: Array, h_t: Array, error: Array) -> Array:
    return np.asarray(W_hh.T @ ((1 - h_t**2) * error))


def _powers_of_the_radius(W_hh: Array, h: Array, error: Array) -> Array:
    radius = np.abs(np.linalg.eigvals(W_hh)).max()
    return np.asarray(np.linalg.norm(error) * radius ** np.arange(len(h)))


def _back_inputs(rng: np.random.Generator) -> tuple[Array, ...]:
    """Five steps of four neurons, none of them silent or quite at an end."""
    h = rng.choice([-1.0, 1.0], size=(5, 4)) * rng.uniform(0.2, 0.95, size=(5, 4))
    return rng.normal(size=(4, 4)), h, rng.normal(size=4)


way_back = Exercise(
    "Send an error back",
    "Write `way_back(W_hh, h, error)`: how large the gradient is 0, 1, 2, … steps before the error. `h` has one row of"
    " tanh activities for each step, and `error` is dLoss/dh at the *last* step. Each step back goes through the slope"
    " of the neurons, 1 − h², and then against the arrows of the loop. Return one length (norm) for each step of `h`,"
    " that of `error` first.",
    _way_back,
    inputs=_back_inputs,
    mistakes=[
        Mistake(
            "axis-order",
            _with_line(lambda W, h_t, error: W @ ((1 - h_t**2) * error)),
        ),
        Mistake("slope-forgotten", _with_line(lambda W, h_t, error: W.T @ error)),
        Mistake(
            "slope-after-the-loop",
            _with_line(lambda W, h_t, error: (1 - h_t**2) * (W.T @ error)),
            "The slope comes first. The error arrives at the neurons of step t, so it passes *their* slope, and only"
            " then the loop, to step t − 1.",
        ),
        Mistake(
            "slope-one-step-early",
            _with_line(_line, states=lambda h: h[-2::-1]),
            "Each slope is one step too early. The first one to pass is that of the last step, where the error is.",
        ),
        Mistake(
            "forward-in-time",
            _with_line(_line, states=lambda h: h[1:]),
            "The slopes are right and their order is not: the error goes backwards, so the last step comes first.",
        ),
        Mistake(
            "activity-for-slope",
            _with_line(lambda W, h_t, error: W.T @ (h_t * error)),
            "The error was multiplied by the activity. What counts is the slope there, 1 − h²: near ±1 it is small.",
        ),
        Mistake(
            "not-squared",
            _with_line(lambda W, h_t, error: W.T @ ((1 - h_t) * error)),
            "The slope of tanh is 1 − h², with a square: it is the same at 0.9 and at −0.9.",
        ),
        Mistake(
            "size-rule",
            _powers_of_the_radius,
        ),
        Mistake(
            "squared-length",
            lambda W, h, error: _way_back(W, h, error) ** 2,
            "These are the squares of the lengths. `np.linalg.norm` takes the root.",
        ),
        Mistake(
            "from-first-to-last",
            lambda W, h, error: _way_back(W, h, error)[::-1],
            "The numbers are right, and the list runs the other way: the length of the error itself comes first.",
        ),
    ],
    hints=[
        "Two things happen on each step back: the slopes of the neurons, and the weights of the loop.",
        "Forward, the loop computes `W_hh @ h`. Against the arrows it is `W_hh.T @ …`.",
        "Inside the brackets belongs the error after the slopes of step t: `(1 - h_t**2) * error`.",
    ],
    solution="""
        def way_back(W_hh, h, error):
            sizes = [np.linalg.norm(error)]
            for h_t in h[:0:-1]:
                error = W_hh.T @ ((1 - h_t**2) * error)
                sizes.append(np.linalg.norm(error))
            return np.array(sizes)
    """,
    because="The same two factors at every step, the slopes and the loop. Everything in this lesson is that one line.",
)


# ---- exercise 2 -----------------------------------------------------------------------------------------------------


def _radius_needed(typical_slope: float, n_steps: int, left: float) -> float:
    return float(left ** (1 / n_steps) / typical_slope)


def _needed_inputs(rng: np.random.Generator) -> tuple[float, int, float]:
    return float(rng.uniform(0.3, 0.9)), int(rng.integers(10, 100)), float(10.0 ** rng.uniform(-3, -0.5))


radius_needed = Exercise(
    "Which radius lets it through?",
    "The typical slope of the neurons is known. Write `radius_needed(typical_slope, n_steps, left)`: which spectral"
    " radius leaves this share of the error after so many steps, if each step multiplies by radius · typical slope?"
    " With slope 0.5, after 10 steps, 1 is left if the radius is 2.",
    _radius_needed,
    inputs=_needed_inputs,
    mistakes=[
        Mistake(
            "slope-forgotten",
            lambda slope, n, left: left ** (1 / n),
        ),
        Mistake(
            "radius-for-one",
            lambda slope, n, left: 1 / slope,
            "This radius leaves the whole error. Here only the share `left` should arrive, so it may be a little less.",
        ),
        Mistake(
            "slope-the-wrong-way",
            lambda slope, n, left: left ** (1 / n) * slope,
            "The slope makes the error smaller, so the loop has to make up for it: divide by the slope.",
        ),
        Mistake(
            "shared-out",
            lambda slope, n, left: left / n / slope,
            "The factors of the steps are multiplied, not added. Which number, n times as a factor, gives `left`?",
        ),
        Mistake(
            "one-step",
            lambda slope, n, left: left / slope,
            "One step alone would leave `left` then. All the steps together should.",
        ),
        Mistake(
            "power-for-root",
            lambda slope, n, left: left**n / slope,
            "This is `left` multiplied n times. It is the other way round: n equal factors give `left`.",
        ),
        Mistake(
            "slope-inside-the-root",
            lambda slope, n, left: (left / slope) ** (1 / n),
            "The slope acts at every step, not once: take the root first, then divide.",
        ),
    ],
    hints=[
        "Call the factor of one step f. After n steps the share is f · f · … · f. What is f, if that is `left`?",
        "f is `left ** (1 / n_steps)`, and f is also radius · typical slope.",
    ],
    solution="""
        def radius_needed(typical_slope, n_steps, left):
            return left ** (1 / n_steps) / typical_slope
    """,
    because="A flat neuron needs a stronger loop. And it is a guess: the slopes differ from neuron to neuron, and with"
    " the input.",
)


quiz = Quiz(
    "Why it explodes or fades",
    [
        Question(
            "The spectral radius is 0.9. Which of these is certain?",
            [
                "The gradient fades, since 0.9 is below 1",
                "The gradient explodes, unless it is clipped",
                "Neither: what the neurons do decides as well",
            ],
            2,
            "A radius of 0.1 exploded, and one of 1.5 faded. The slopes and the shape of the matrix take part.",
            misconceptions={0: "size-rule"},
            feedback={1: "Look for a setting in the explorer where 0.9 fades. Is there one?"},
        ),
        Question(
            "A tanh network has large weights. Its input becomes louder. What becomes of the gradient?",
            [
                "It fades more: the neurons come near ±1, where tanh is flat",
                "It grows, since everything is larger",
                "Nothing: the input is not in the weights",
            ],
            0,
            "Loud input pushes the neurons to the flat ends. Each step then lets less through.",
            misconceptions={2: "size-rule"},
            feedback={1: "Larger activity, yes. And the slope there? Look at the lowest chart."},
        ),
        Question(
            "Fifty steps back the gradient is a billionth of the error. What can the network still learn?",
            [
                "Nothing: its gradient has vanished",
                "What depends on recent steps: near the error the gradient is large",
                "Everything, it only takes a billion times as long",
            ],
            1,
            "The curve fades with the distance. A few steps back it is still near 1.",
            misconceptions={0: "whole-gradient-vanishes"},
            feedback={2: "What the far steps say is added to what the near ones say. Which of the two is heard?"},
        ),
    ],
)

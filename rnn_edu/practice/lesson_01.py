"""Lesson 01's prediction, exercises and quiz: a loop needs a clock."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from rnn_edu.core.topology import Connection, Layer, Topology
from rnn_edu.practice import Exercise, Mistake, Prediction, Question, Quiz

prediction = Prediction(
    "01-loop-without-delay",
    "The output *y* feeds the hidden neuron *h*, and the arrow takes no time. One number comes in. What happens?",
    [
        "It goes around at once, within the same step",
        "It goes around for ever, and the numbers swing up and down",
        "Nothing can be computed: each waits for the other",
        "The new arrow does nothing",
    ],
    truth=2,
    why="*h* needs the number of *y*, and *y* needs the number of *h*. A delay gives *h* a number to begin with: the"
    " one from the step before.",
)


# ---- exercise 1 -----------------------------------------------------------------------------------------------------

ARROWS = ("x → a", "a → b", "b → y", "b → a", "y → a")
_LAYERS = tuple(Layer(name, 1) for name in "xaby")
_ON_THE_SHARED_ARROW = dict.fromkeys(ARROWS, 0) | {"a → b": 1}


def _problem_with(delays: Any) -> str:
    """Why these delays cannot be computed with, in one sentence; empty if they can."""
    if not isinstance(delays, Mapping) or set(delays) != set(ARROWS):
        return f"It needs a dictionary with one delay for each of the five arrows: {', '.join(ARROWS)}."
    if not all(_is_a_delay(delay) for delay in delays.values()):
        return "A delay is a whole number of steps: 0, 1, 2, …"
    ends = [name.split(" → ") for name in ARROWS]
    try:
        Topology(_LAYERS, [Connection(a, b, int(delays[f"{a} → {b}"])) for a, b in ends])
    except ValueError as error:
        loop = str(error).partition(" is a loop")[0]
        return f"Nobody can begin yet: {loop} is a loop in which no arrow has a delay."
    return ""


def _is_a_delay(delay: Any) -> bool:
    plain = isinstance(delay, int | float | np.integer | np.floating) and not isinstance(delay, bool)
    return plain and delay >= 0 and float(delay).is_integer()


def _runs_with_fewest(delays: Any) -> bool | str:
    problem = _problem_with(delays)
    if problem:
        return problem
    n_delayed = sum(delay > 0 for delay in delays.values())
    if n_delayed > 1:
        return f"This can be computed. But {n_delayed} arrows have a delay, and fewer are enough."
    if sum(delays.values()) > 1:
        return "The right arrow is delayed. One step is enough for it."
    return True


def _delayed(*names: str) -> dict[str, int]:
    return {name: int(name in names) for name in ARROWS}


def _delays_exactly(*names: str) -> Any:
    """Does an answer delay these arrows by one step and no others?"""
    return lambda delays: dict(delays) == _delayed(*names)


fewest_delays = Exercise(
    "As few delays as possible",
    "A network with two loops: `a → b → a` and `a → b → y → a`. Give each arrow a delay, 0 or 1, so that it can be"
    " computed. Use **as few delays as possible**.",
    _ON_THE_SHARED_ARROW,
    accept=_runs_with_fewest,
    mistakes=[
        Mistake(
            "one-for-each-arrow-back",
            _delayed("b → a", "y → a"),
            "This can be computed: both arrows that lead back have a delay. It can be done with a single one. Is there"
            " an arrow that both loops pass through?",
            recognise=_delays_exactly("b → a", "y → a"),
        ),
        Mistake(
            "delays-everywhere",
            _delayed(*ARROWS),
            "This can be computed, and it is slow: the input needs three steps to the output. Which delays can go?",
            recognise=_delays_exactly(*ARROWS),
        ),
        Mistake("feedback-is-instant", _delayed(), recognise=_delays_exactly()),
        Mistake(
            "outside-the-loops",
            _delayed("x → a"),
            "The arrow `x → a` is in no loop: nothing comes back to *x*. A delay there lets the input wait, and the two"
            " loops still have none.",
            recognise=_delays_exactly("x → a"),
        ),
        Mistake(
            "one-loop-left",
            _delayed("b → a"),
            "The loop `a → b → a` has its delay now. Go around the other loop, through *y*: is there one too?",
            recognise=_delays_exactly("b → a"),
        ),
        Mistake(
            "other-loop-left",
            _delayed("y → a"),
            "The loop through *y* has its delay now. Go around the other one, `a → b → a`: is there one too?",
            recognise=_delays_exactly("y → a"),
        ),
    ],
    hints=[
        "Draw the four neurons and the five arrows on paper. Go around each loop with a pencil.",
        "A loop needs one delay somewhere. Which arrow do you pass on both ways around?",
    ],
    solution="""
        delays = {
            "x → a": 0,
            "a → b": 1,
            "b → y": 0,
            "b → a": 0,
            "y → a": 0,
        }
    """,
    because="Both loops pass through `a → b`, so one delay there serves both. It has a price: the input now reaches the"
    " output one step late. The Bonus comes back to this.",
)


# ---- exercise 2 -----------------------------------------------------------------------------------------------------


def _steps_around(delays: list[int]) -> int:
    return sum(delays)


def _loop(rng: np.random.Generator) -> list[int]:
    """Three to five arrows around a loop; one has no delay, one has three steps at least."""
    some = [int(delay) for delay in rng.integers(1, 4, size=int(rng.integers(1, 4)))]
    return [int(delay) for delay in rng.permutation([0, int(rng.integers(3, 6)), *some])]


when_it_returns = Exercise(
    "When does it come back?",
    "Write `return_step(delays)`. A loop leads from a neuron through some others and back to it; `delays` lists the"
    " delays of its arrows, and some of them may be 0. A pulse is at the neuron at step 0. At which step does it come"
    " back for the first time?",
    _steps_around,
    inputs=_loop,
    mistakes=[
        Mistake(
            "longest-only",
            lambda delays: max(delays),
            "This is the longest of the delays. The pulse waits on every arrow, one after the other.",
        ),
        Mistake(
            "far-back-means-time",
            lambda delays: len(delays),
            "This counts the arrows. An arrow with delay 0 takes no step, and one with delay 3 takes three: *how many*"
            " arrows there are says nothing about time.",
        ),
        Mistake(
            "one-step-late",
            lambda delays: sum(delays) + 1,
            "One step too late. The pulse is there at step 0, so after a single arrow of delay 1 it is back at step 1.",
        ),
        Mistake(
            "one-step-early",
            lambda delays: sum(delays) - 1,
            "One step too early. After a single arrow of delay 1 the pulse is back at step 1, not at step 0.",
        ),
        Mistake(
            "delayed-arrows",
            lambda delays: sum(delay > 0 for delay in delays),
            "This counts the arrows that have a delay. A delay of 3 makes the pulse wait for three steps.",
        ),
        Mistake("feedback-is-instant", lambda delays: 0),
    ],
    hints=[
        "Take a loop of two arrows, with delays 1 and 2. Where is the pulse at step 1? And at step 3?",
        "The pulse waits on each arrow in turn. What do you do with the waiting times?",
    ],
    solution="""
        def return_step(delays):
            step = sum(delays)
            return step
    """,
    because="The waits on the way add up. How many neurons the way passes through does not matter.",
)


quiz = Quiz(
    "A loop needs a clock",
    [
        Question(
            "A neuron feeds itself with delay 1. A pulse comes in at step 4. When does the neuron feel its own echo?",
            ["At step 5", "At step 4", "At every step from the beginning"],
            0,
            "The arrow brings at step 5 what the neuron did at step 4.",
            misconceptions={1: "feedback-is-instant"},
            feedback={2: "Before step 4 the neuron was at rest. What could come back from that?"},
        ),
        Question(
            "An arrow leads from the tenth layer back to the first, another from a neuron to itself. Both have delay 1."
            " Which of them reaches further back in time?",
            ["The one over ten layers", "The one from a neuron to itself", "Neither"],
            2,
            "Both bring what happened one step ago. How many layers an arrow crosses says nothing about time.",
            misconceptions={0: "far-back-means-time"},
            feedback={1: "Look at its delay. How many steps does it take?"},
        ),
        Question(
            "When can the neurons of a network be computed one after the other?",
            [
                "When every arrow has a delay",
                "When every loop has a delay on one of its arrows",
                "Always: feedback goes around at once",
            ],
            1,
            "One delay breaks the waiting in a circle. All other arrows may be quick.",
            feedback={
                0: "That is enough, and more than is needed: a feed-forward network has no delay at all.",
            },
            misconceptions={2: "feedback-is-instant"},
        ),
    ],
)

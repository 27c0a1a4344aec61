"""Lesson 02's prediction, exercises and quiz: four kinds of feedback."""

import numpy as np

from rnn_edu.practice import Exercise, Mistake, Prediction, Question, Quiz

prediction = Prediction(
    "02-keep-the-lamp-on",
    "A pulse of one step should switch a lamp on, and the lamp should stay on when the pulse is gone."
    " What is the smallest wiring that can do it?",
    [
        "One neuron that feeds itself",
        "Two neurons that feed each other",
        "A hidden neuron, and an output that feeds it",
        "A few neurons, each of which feeds every one",
    ],
    truth=0,
    why="One neuron with one loop of weight 2 holds its own activity up. The other wirings can do it as well, with more"
    " arrows.",
)


# ---- exercise 1 -----------------------------------------------------------------------------------------------------


def _lateral_weights(n: int, weight: float) -> np.ndarray:
    return weight * (np.ones((n, n)) - np.eye(n))


def _layer_and_weight(rng: np.random.Generator) -> tuple[int, float]:
    return int(rng.integers(3, 7)), float(rng.choice((-1, 1)) * rng.uniform(0.2, 0.9))


_ONE_WAY = (
    "Here, of any two neurons only one hears the other. Lateral feedback goes both ways: fill the grid on *both* sides"
    " of the diagonal."
)

wire_lateral = Exercise(
    "Wire a layer to itself",
    "Write `lateral_weights(n, weight)`: the matrix `W_hh` of a layer of `n` neurons with lateral feedback, in which"
    " every arrow has the same weight. Its shape is (n, n), with one row for each neuron that receives."
    "\n\nNumPy has `np.ones((n, n))` for a matrix full of ones, and `np.eye(n)` for ones on the diagonal.",
    _lateral_weights,
    inputs=_layer_and_weight,
    mistakes=[
        Mistake("self-loop-left-in", lambda n, weight: np.full((n, n), weight)),
        Mistake("lateral-is-direct", lambda n, weight: weight * np.eye(n)),
        Mistake("one-way-up", lambda n, weight: weight * np.triu(np.ones((n, n)), 1), _ONE_WAY),
        Mistake("one-way-down", lambda n, weight: weight * np.tril(np.ones((n, n)), -1), _ONE_WAY),
        Mistake(
            "next-neighbours-only",
            lambda n, weight: weight * (np.eye(n, k=1) + np.eye(n, k=-1)),
            "Each neuron hears only the ones next to it here. In lateral feedback it hears *all* others of its layer.",
        ),
        Mistake(
            "weight-forgotten",
            lambda n, weight: np.ones((n, n)) - np.eye(n),
            "The places are right: everything beside the diagonal. Now give each of them the weight.",
        ),
    ],
    hints=[
        "Draw the grid for three neurons. Which cells stay empty?",
        "`np.ones((n, n))` has all cells. Which part of it has to go?",
        "Take the diagonal away with `- np.eye(n)`, then multiply by the weight.",
    ],
    solution="""
        def lateral_weights(n, weight):
            W_hh = weight * (np.ones((n, n)) - np.eye(n))
            return W_hh
    """,
    because="Everything but the diagonal: n² − n arrows. With a weight below zero, each neuron holds all others down.",
)


# ---- exercise 2 -----------------------------------------------------------------------------------------------------


def _loop_weight(k: float) -> float:
    return 0.5 ** (1 / k)


def _steps(rng: np.random.Generator) -> int:
    return int(rng.integers(2, 30))


half_life = Exercise(
    "A memory that fades as slowly as you like",
    "A neuron without a squash feeds itself with weight `w`. A pulse of 1 comes in at step 0, and then nothing."
    " Write `loop_weight(k)`: the `w` at which exactly half of the pulse is left after `k` steps. In Python, a to the"
    " power b is written `a ** b`.",
    _loop_weight,
    inputs=_steps,
    mistakes=[
        Mistake(
            "halved-in-a-straight-line",
            lambda k: 1 - 0.5 / k,
            "This takes the same *amount* away at every step, so that half is gone after k of them. The loop takes the"
            " same *share* away: it multiplies.",
        ),
        Mistake(
            "time-constant",
            lambda k: 1 - 1 / k,
            "With this weight a share of 1/k is lost at each step. After k steps only about 0.37 is left, or less."
            " You want a half.",
        ),
        Mistake(
            "divided",
            lambda k: 0.5 / k,
            "The loop acts k times, and each time it *multiplies*. Dividing by k does not undo that: with k = 2, your"
            " weight leaves 0.25 · 0.25.",
        ),
        Mistake(
            "power-for-root",
            lambda k: 0.5**k,
            "This is what is left after k steps at weight 0.5. Here the weight is what you look for: which number,"
            " multiplied k times, gives 0.5?",
        ),
        Mistake(
            "above-one",
            lambda k: 2 ** (1 / k),
            "A weight above 1 makes the pulse grow: this one doubles it in k steps. You want a half.",
        ),
        Mistake("doubled", lambda k: 2**k, "A weight above 1 makes the pulse grow at each step. You want it to fade."),
    ],
    hints=[
        "What is left after one step? After two? After k?",
        "After k steps w ** k is left. You want that to be 0.5.",
        "To undo a power, take a root. The k-th root of a is `a ** (1 / k)`.",
    ],
    solution="""
        def loop_weight(k):
            w = 0.5 ** (1 / k)
            return w
    """,
    because="After k steps w to the power k is left, so w is the k-th root of one half. For ten steps: about 0.933.",
)


quiz = Quiz(
    "Four kinds of feedback",
    [
        Question(
            "In one layer, h₀ feeds h₁, h₁ feeds h₂, and h₂ feeds itself, each one step later. Which feedback is it?",
            ["Lateral", "Direct and lateral", "Indirect, since it goes from one to the next"],
            1,
            "Two arrows lead to another neuron of the layer, and one leads to the neuron where it begins.",
            misconceptions={0: "self-loop-left-in"},
            feedback={2: "Indirect feedback reaches an earlier *layer*. Does any of these arrows leave the layer?"},
        ),
        Question(
            "A friend says: always take complete feedback, it contains all the others. What do you answer?",
            [
                "Right: more arrows can only help",
                "Wrong: it contains none of them",
                "It contains them, but many jobs need far fewer weights",
            ],
            2,
            "Set weights to zero and you have any other kind. But somebody has to find all those zeros.",
            misconceptions={0: "complete-is-best"},
            feedback={1: "Set the weights that another kind does not have to 0. What is left?"},
        ),
        Question(
            "Somebody draws the winner-take-all network without its lateral arrows, so that it looks tidier."
            " What happens when it runs?",
            ["All five neurons stay active", "The same as before: it is only a drawing", "The wrong neuron wins"],
            0,
            "Without those arrows nobody holds anybody down. A missing arrow is a weight of exactly zero.",
            misconceptions={1: "only-drawings"},
            feedback={2: "For somebody to win, the others have to lose. Who would hold them down now?"},
        ),
    ],
)

"""Lesson 03's prediction, exercises and quiz: unrolling."""

from collections.abc import Callable

import numpy as np

from rnn_edu.practice import Exercise, Mistake, Prediction, Question, Quiz

Array = np.ndarray

prediction = Prediction(
    "03-one-weight",
    "The network is unrolled over six steps, and its loop is drawn as five arrows. You change the weight of the loop"
    " once. How many of the five arrows change?",
    [
        "One: each arrow has its own weight",
        "All five",
        "The first one, and the others little by little",
        "None: the weight belongs to the folded drawing",
    ],
    truth=1,
    why="There is one weight. The unrolled drawing shows it once for each time that it is used.",
)


# ---- exercise 1 -----------------------------------------------------------------------------------------------------


def _states(x: Array, W_xh: Array, W_hh: Array, b: Array) -> Array:
    h = np.zeros(len(b))
    rows = []
    for x_t in x:
        h = np.tanh(W_xh @ x_t + W_hh @ h + b)
        rows.append(h)
    return np.array(rows)


def _with_step(step: Callable[..., Array], start: float = 0.0) -> Callable[..., Array]:
    """The same loop over the steps with another line in the middle: step(x_t, h, W_xh, W_hh, b)."""

    def states(x: Array, W_xh: Array, W_hh: Array, b: Array) -> Array:
        h = np.full(len(b), start)
        rows = []
        for x_t in x:
            h = step(x_t, h, W_xh, W_hh, b)
            rows.append(h)
        return np.array(rows)

    return states


def _step(x_t: Array, h: Array, W_xh: Array, W_hh: Array, b: Array) -> Array:
    return np.tanh(W_xh @ x_t + W_hh @ h + b)


def _one_column_late(x: Array, W_xh: Array, W_hh: Array, b: Array) -> Array:
    return np.vstack([np.zeros(len(b)), _states(x, W_xh, W_hh, b)[:-1]])


def _loop_from_input(x: Array, W_xh: Array, W_hh: Array, b: Array) -> Array:
    before = np.vstack([np.zeros(x.shape[1]), x[:-1]])
    return np.tanh(x @ W_xh.T + before @ W_hh.T + b)


def _state_inputs(rng: np.random.Generator) -> tuple[Array, ...]:
    """Four steps; three inputs and three neurons, so that a swapped axis gives wrong numbers and no error."""
    return rng.normal(size=(4, 3)), rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)


_SWAPPED = (
    "An axis of `{name}` is swapped: its rows were taken for sources. `{name}` has the shape (target, source), so that"
    " row i holds everything that arrives at neuron i. Write `{name} @ …`."
)

states = Exercise(
    "Unroll a layer by hand",
    "Write `states(x, W_xh, W_hh, b)`: run a whole layer of neurons, each of which hears all of them one step earlier."
    " `x` has one row for each step. Return one row of activities for each step. The line to fill in is the equation"
    " h(t) = tanh(W_xh x(t) + W_hh h(t − 1) + b).",
    _states,
    inputs=_state_inputs,
    mistakes=[
        Mistake(
            "W_hh-swapped",
            _with_step(lambda x_t, h, W_xh, W_hh, b: np.tanh(W_xh @ x_t + h @ W_hh + b)),
            _SWAPPED.format(name="W_hh"),
        ),
        Mistake(
            "W_xh-swapped",
            _with_step(lambda x_t, h, W_xh, W_hh, b: np.tanh(x_t @ W_xh + W_hh @ h + b)),
            _SWAPPED.format(name="W_xh"),
        ),
        Mistake("axis-order", _with_step(lambda x_t, h, W_xh, W_hh, b: np.tanh(x_t @ W_xh + h @ W_hh + b))),
        Mistake("bias-forgotten", _with_step(lambda x_t, h, W_xh, W_hh, b: np.tanh(W_xh @ x_t + W_hh @ h))),
        Mistake("activation-forgotten", _with_step(lambda x_t, h, W_xh, W_hh, b: W_xh @ x_t + W_hh @ h + b)),
        Mistake("loop-forgotten", _with_step(lambda x_t, h, W_xh, W_hh, b: np.tanh(W_xh @ x_t + b))),
        Mistake("input-forgotten", _with_step(lambda x_t, h, W_xh, W_hh, b: np.tanh(W_hh @ h + b))),
        Mistake("non-zero-start", _with_step(_step, start=1.0)),
        Mistake(
            "place-by-place",
            _with_step(lambda x_t, h, W_xh, W_hh, b: np.tanh(W_xh @ x_t + np.diag(W_hh) * h + b)),
            "Each neuron hears only itself here. In this layer each hears all of them: use the whole"
            " matrix, `W_hh @ h`.",
        ),
        Mistake(
            "input-for-activity",
            _loop_from_input,
            "`W_hh` was given the previous *input*. The loop brings back the previous *activity*, `h`.",
        ),
        Mistake(
            "one-column-late",
            _one_column_late,
            "Every row is one step late: the first one is the start, from before step 0. Compute the new `h` first,"
            " then append it.",
        ),
        Mistake("last-step-only", lambda x, W_xh, W_hh, b: _states(x, W_xh, W_hh, b)[-1]),
    ],
    hints=[
        "Three things arrive at the layer: what the input brings, what the loop brings, and the bias.",
        "`W_xh @ x_t` is what the input brings to each neuron. What is the same for the loop?",
        "On the right of `=`, `h` is still the activity one step earlier. Do not forget to squash.",
    ],
    solution="""
        def states(x, W_xh, W_hh, b):
            h = np.zeros(len(b))
            rows = []
            for x_t in x:
                h = np.tanh(W_xh @ x_t + W_hh @ h + b)
                rows.append(h)
            return np.array(rows)
    """,
    because="One line, the same at every step: that is the whole unrolled drawing.",
)


# ---- exercise 2 -----------------------------------------------------------------------------------------------------


def _n_arrows(n_inputs: int, n_hidden: int, n_outputs: int, n_steps: int) -> int:
    within_a_step = n_steps * (n_inputs * n_hidden + n_hidden * n_outputs)
    between_steps = (n_steps - 1) * n_hidden * n_hidden
    return within_a_step + between_steps


def _arrow_inputs(rng: np.random.Generator) -> tuple[int, ...]:
    n_inputs, n_hidden, n_outputs = (int(n) for n in 2 + rng.permutation(6)[:3])  # all different
    return n_inputs, n_hidden, n_outputs, int(rng.integers(3, 9))


count_arrows = Exercise(
    "How many arrows?",
    "Write `count_arrows(n_inputs, n_hidden, n_outputs, n_steps)`: the number of arrows in the unrolled drawing. Within"
    " a step each input feeds each hidden neuron, and each hidden neuron feeds each output. From one step to the next,"
    " each hidden neuron feeds *every* hidden neuron, itself too.",
    _n_arrows,
    inputs=_arrow_inputs,
    mistakes=[
        Mistake(
            "loop-at-step-zero",
            lambda i, h, o, n: n * (i * h + h * o + h * h),
            "There is one bundle of dashed arrows too many. Between two columns there is one gap, between three there"
            " are two: nothing arrives at step 0 from the left.",
        ),
        Mistake(
            "output-forgotten",
            lambda i, h, o, n: n * i * h + (n - 1) * h * h,
            "The arrows from the hidden neurons to the outputs are missing. There are some in every column.",
        ),
        Mistake(
            "weights-counted",
            lambda i, h, o, n: i * h + h * o + h * h,
            "This is the number of *weights*, the arrows of the folded drawing. Unrolled, each is drawn again at every"
            " step.",
        ),
        Mistake(
            "self-loops-only",
            lambda i, h, o, n: n * (i * h + h * o) + (n - 1) * h,
            "Each hidden neuron feeds only itself here. In this network each feeds all of them.",
        ),
        Mistake(
            "no-self-loops",
            lambda i, h, o, n: n * (i * h + h * o) + (n - 1) * h * (h - 1),
            "The neurons feed each other here, and not themselves. In this network each feeds itself too.",
        ),
        Mistake(
            "units-for-arrows",
            lambda i, h, o, n: n * (i + h + o),
            "These are the units. Two layers of 3 and 4 are joined by 3 · 4 arrows, one for each pair.",
        ),
        Mistake(
            "loop-forgotten",
            lambda i, h, o, n: n * (i * h + h * o),
        ),
    ],
    hints=[
        "How many arrows lead from 3 inputs to 4 hidden neurons? One for each pair.",
        "Six columns have five gaps between them.",
        "Try it: `len(rnn.unroll(rnn.elman(3, 4, 2), 6).arrows)`.",
    ],
    solution="""
        def count_arrows(n_inputs, n_hidden, n_outputs, n_steps):
            within_a_step = n_steps * (n_inputs * n_hidden + n_hidden * n_outputs)
            between_steps = (n_steps - 1) * n_hidden * n_hidden
            return within_a_step + between_steps
    """,
    because="The arrows grow with the number of steps. The weights behind them do not.",
)


quiz = Quiz(
    "Unrolling",
    [
        Question(
            "A sequence becomes twice as long. How many weights has the network now?",
            ["Twice as many", "As many as before", "It depends on the sequence"],
            1,
            "A longer sequence adds columns to the drawing. Each of them uses the same weights.",
            misconceptions={0: "weights-per-step"},
            feedback={2: "Count the weights in the folded drawing. Is the sequence anywhere in it?"},
        ),
        Question(
            "You change the input at step 3. Which activity is sure to stay as it was?",
            ["The hidden activity at step 2", "The hidden activity at step 3", "The output at step 5"],
            0,
            "No arrow leads to the left: what comes in at step 3 cannot change the past.",
            misconceptions={1: "input-forgotten"},
            feedback={2: "Follow the arrows from the square at step 3: up, to the right, to the right, and up."},
        ),
        Question(
            "The activity before step 0 is zero. What does the loop bring to step 4?",
            [
                "Zero, since the memory began at zero",
                "The input of step 3, unchanged",
                "What the neuron did at step 3, with traces of all earlier inputs",
            ],
            2,
            "Only step 0 sees the zero. After that the loop brings what the earlier inputs left behind.",
            misconceptions={0: "zero-start-no-memory"},
            feedback={1: "The loop begins at the neuron, not at the input. What does the neuron do with an input?"},
        ),
    ],
)

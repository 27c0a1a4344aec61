"""What lateral feedback is for: neurons that take from the others of their layer decide which one is the strongest."""

import numpy as np

from rnn_edu.core.network import Network
from rnn_edu.core.topology import Connection, Layer, Topology
from rnn_edu.tasks.job_parts import Array, Chart, Control, Job, JobRun, Outcome, number

N_RIVALS, N_STEPS, N_TRIALS = 5, 30, 100
SEED = 4
ACTIVE = 0.01  # a neuron whose activity is smaller than this counts as silent
_WIRING = Topology(
    [
        Layer("x", N_RIVALS, "identity", bias=False, label="input"),
        Layer("h", N_RIVALS, "relu", bias=False, label="rivals"),
        Layer("y", N_RIVALS, "identity", bias=False, label="output"),
    ],
    [
        Connection("x", "h", pattern="one-to-one"),
        Connection("h", "h", delay=1),
        Connection("h", "y", pattern="one-to-one"),
    ],
)


def rivals(inhibition: float, own_loop: float = 0.9) -> Network:
    """Five neurons that each see one input, keep a share of themselves, and take from all the others.

    The lateral arrows decide. The direct ones make the neurons slow, so that they do not all fall silent at once.

    >>> rivals(0.4).weights["W_hh"][0].tolist()
    [0.9, -0.4, -0.4, -0.4, -0.4]
    """
    same = np.eye(N_RIVALS)
    weights = {
        "W_xh": (1 - own_loop) * same,  # so that a neuron alone comes to the very number of its input
        "W_hh": own_loop * same - inhibition * (1 - same),
        "W_hy": same,
    }
    return Network(_WIRING, weights)


def rival_inputs() -> Array:
    """The inputs that are tried, always the same ones: (N_TRIALS, N_RIVALS), each number between 0.2 and 1."""
    return np.random.default_rng(SEED).uniform(0.2, 1.0, (N_TRIALS, N_RIVALS))


def active_at_the_end(activity: Array) -> Array:
    """Which neurons are not silent in the last two steps: (..., n_units) of True and False.

    Two steps, since neurons that blink are silent in every second one.
    """
    return np.any(activity[-2:] > ACTIVE, axis=0)


def _decide(inhibition: float, own_loop: float, which_input: float) -> JobRun:
    network, inputs = rivals(inhibition, own_loop), rival_inputs()
    h = network.run(np.repeat(inputs[None], N_STEPS, axis=0))["h"]
    active = active_at_the_end(h)
    n_right = int(((active.sum(axis=1) == 1) & (active.argmax(axis=1) == inputs.argmax(axis=1))).sum())
    own = int(which_input) - 1
    x = np.repeat(inputs[own][None], N_STEPS, axis=0)
    trajectory = network.run(x)
    outcome = Outcome(
        float(active[own].sum()), "neurons active at the end", _verdict(h[:, own], inputs[own]) + _score(n_right)
    )
    lines = {f"{_name(i)} ← {number(x[0, i])}": trajectory["h"][:, i] for i in range(N_RIVALS)}
    return JobRun(network, x, trajectory, outcome, (Chart("activity of the five neurons", lines, 0.0, 1.0),))


def _verdict(h: Array, inputs: Array) -> str:
    active = active_at_the_end(h)
    if abs(h[-1] - h[-2]).max() > 0.05:
        return f"Nobody wins: at the end {active.sum()} neurons still blink on and off."
    if active.sum() != 1:
        return f"No single winner: at the end {active.sum()} of {N_RIVALS} neurons are active."
    winner = int(active.argmax())
    largest = "the largest" if winner == inputs.argmax() else "not the largest"
    return f"One neuron is left: {_name(winner)}, whose input of {number(inputs[winner])} is {largest}."


def _name(index: int) -> str:
    return f"h{'₀₁₂₃₄'[index]}"


def _score(n_right: int) -> str:
    return f" The largest input wins alone for {n_right} of {N_TRIALS} inputs."


WINNER_TAKE_ALL = Job(
    "winner-take-all",
    "lateral",
    "Each neuron sees one number, and takes from all the others of its layer. In the end only the one with the largest"
    " number is left.",
    "How little inhibition is too little? Then take the neurons' own loops away: why do they blink?",
    (
        Control("inhibition", "inhibition", 0.0, 0.6, 0.05, 0.4),
        Control("own_loop", "weight of their own loops", 0.0, 0.9, 0.1, 0.9),
        Control("which_input", "which input", 1, N_TRIALS, 1, 1),
    ),
    _decide,
)

"""What direct feedback is for: one neuron that feeds itself can let a number fade slowly, or keep a yes or a no."""

from math import inf, log

import numpy as np

from rnn_edu.core.builders import direct_feedback
from rnn_edu.core.network import Network
from rnn_edu.tasks.job_parts import Array, Chart, Control, Job, JobRun, Outcome, number

FADE_STEPS = 40
SET, RESET, LATCH_STEPS = 2, 22, 44  # the steps of the two pulses, and how long the picture is
SILENCE = 100  # steps after which the latch is asked what is left
PUSH = 4.0  # the weight of the latch's input: strong enough to turn it round at any weight of the loop


def leaky_memory(decay: float) -> Network:
    """One neuron without a squash that keeps a share of itself at every step; the share is the weight of its loop.

    >>> leaky_memory(0.5).run([[1.0], [0.0], [0.0]])["h"].ravel().tolist()
    [1.0, 0.5, 0.25]
    """
    topology = direct_feedback(1, 1, 1, activation="identity")
    return Network(topology, {"W_xh": [[1.0]], "W_hh": [[decay]], "W_hy": [[1.0]], "b_h": [0.0], "b_y": [0.0]})


def latch(weight: float) -> Network:
    """One tanh neuron that feeds itself. With a weight above 1 it has two states of its own and stays in either.

    >>> round(float(latch(2.0).run([[1.0]] + [[0.0]] * 50)["h"][-1, 0]), 3)
    0.958
    """
    topology = direct_feedback(1, 1, 1)
    return Network(topology, {"W_xh": [[PUSH]], "W_hh": [[weight]], "W_hy": [[1.0]], "b_h": [0.0], "b_y": [0.0]})


def half_life(activity: Array) -> float:
    """The number of steps until half of the first number is left: inf if it never comes to that, 0 if all goes at once.

    Between two steps it is read off a straight line in the logarithm, on which a steady fade lies.

    >>> half_life(np.array([1.0, 0.5, 0.25]))
    1.0
    """
    share = np.asarray(activity) / activity[0]
    below = np.flatnonzero(share <= 0.5)
    if not below.size:
        return inf
    last = int(below[0]) - 1
    if share[last + 1] <= 0:
        return float(last)
    return last + log(share[last] / 0.5) / log(share[last] / share[last + 1])


def _fade(decay: float) -> JobRun:
    x = np.zeros((FADE_STEPS, 1))
    x[0] = 1.0
    network = leaky_memory(decay)
    trajectory = network.run(x)
    h = trajectory["h"][:, 0]
    steps, left = half_life(h), f"after {FADE_STEPS - 1} steps {number(h[-1])} is left"
    if steps == inf:
        sentence = f"Half of the pulse is never gone in this run: {left}."
    elif steps == 0:
        sentence = "The pulse is gone one step later: without its loop the neuron keeps nothing."
    else:
        sentence = f"Half of the pulse is gone after {steps:.1f} step{'' if f'{steps:.1f}' == '1.0' else 's'}; {left}."
    chart = Chart("activity of the neuron", {"h": h}, 0.0, 1.0, (0.5, "half"))
    return JobRun(network, x, trajectory, Outcome(steps, "steps until half is left", sentence), (chart,))


def after_silence(weight: float, n_steps: int = SILENCE) -> Array:
    """The latch's activity after one pulse and then silence: (n_steps + 1,), the pulse first."""
    return latch(weight).run(np.eye(n_steps + 1)[:, :1])["h"][:, 0]


def _hold(loop_weight: float) -> JobRun:
    x = np.zeros((LATCH_STEPS, 1))
    x[SET], x[RESET] = 1.0, -1.0
    network = latch(loop_weight)
    trajectory = network.run(x)
    h, left = trajectory["h"][:, 0], float(after_silence(loop_weight)[-1])
    sentence = (
        f"The first pulse sets the neuron to {number(h[SET])}. {RESET - SET - 1} silent steps later it is at"
        f" {number(h[RESET - 1])}, and {SILENCE} silent steps would leave {number(left)}."
        f" The second pulse turns it to {number(h[RESET])}; at the end it is at {number(h[-1])}."
    )
    chart = Chart("activity of the neuron", {"h": h}, -1.0, 1.0)
    return JobRun(network, x, trajectory, Outcome(left, f"left after {SILENCE} silent steps", sentence), (chart,))


LEAKY_MEMORY = Job(
    "leaky memory",
    "direct",
    "A neuron that feeds itself remembers what came in, and lets it fade. It gets one pulse and then silence.",
    "Find the weight at which half of the pulse is gone after 10 steps. What happens at 1?",
    (Control("decay", "weight of the loop", 0.0, 1.0, 0.01, 0.9),),
    _fade,
)
LATCH = Job(
    "latch",
    "direct",
    "A squashed neuron that feeds itself strongly is a switch: a pulse turns it on, it stays on, and the opposite pulse"
    " turns it round.",
    "Below which weight does it forget?",
    (Control("loop_weight", "weight of the loop", 0.0, 3.0, 0.05, 2.0),),
    _hold,
)

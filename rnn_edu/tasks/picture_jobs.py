"""What feedback from above and from all to all are for: a picture with holes is filled, a noisy one recalled."""

import numpy as np

from rnn_edu.core.network import Network
from rnn_edu.core.topology import Connection, Layer, Topology
from rnn_edu.tasks.job_parts import Array, Chart, Control, Grid, Job, JobRun, Outcome, number
from rnn_edu.tasks.patterns import large_pictures, small_pictures

N_TRIALS = 100
COMPLETION_STEPS, RECALL_STEPS = 8, 10
CLEAR = 0.5  # a pixel counts as filled from here on; 0 is unknown
GAIN = 3.0  # how steep the neurons of the recalling network are

# ---- indirect: completion from above --------------------------------------------------------------------------------


def completer(feedback: float) -> Network:
    """Nine pixels, and above them one neuron for each known picture, which sends its picture back down.

    >>> sorted(completer(1.5).topology.feedback_kinds)
    ['indirect']
    """
    known = np.array(list(small_pictures().values()))
    n_known, n_pixels = known.shape
    topology = Topology(
        [
            Layer("x", n_pixels, "identity", bias=False, label="pixels"),
            Layer("h", n_pixels, bias=False, label="what is seen"),
            Layer("y", n_known, "sigmoid", label="T, X or O?"),
        ],
        [Connection("x", "h", pattern="one-to-one"), Connection("h", "y"), Connection("y", "h", delay=1)],
    )
    # a neuron of y wakes up when the pixels agree with its picture on about a third of them more than they differ
    weights = {"W_hy": 14 * known / n_pixels, "b_y": np.full(n_known, -4.2), "W_yh": feedback * known.T}
    return Network(topology, {"W_xh": 2 * np.eye(n_pixels), **weights})


def with_holes(n_missing: int) -> tuple[Array, Array]:
    """One hundred pictures with holes, always the same: what is left of them and what they were, (100, 9) each.

    A missing pixel is 0.
    """
    rng = np.random.default_rng(0)
    known = np.array(list(small_pictures().values()))
    whole = known[np.arange(N_TRIALS) % len(known)]
    holes = np.argsort(rng.random(whole.shape), axis=1) < n_missing
    return np.where(holes, 0.0, whole), whole


def _complete(feedback: float, n_missing: float, which_picture: float) -> JobRun:
    network = completer(feedback)
    given, whole = with_holes(int(n_missing))
    h = network.run(np.repeat(given[None], COMPLETION_STEPS, axis=0))["h"]
    filled = h[-1] * whole > CLEAR
    own = int(which_picture) - 1
    x = np.repeat(given[own][None], COMPLETION_STEPS, axis=0)
    trajectory = network.run(x)
    n_filled, holes = int(filled[own][given[own] == 0].sum()), int(n_missing)
    sentence = (
        f"{n_filled} of {holes} missing pixel{'s' if holes > 1 else ''} filled in rightly. Of {N_TRIALS} pictures with"
        f" such holes {int(filled.all(axis=1).sum())} end whole."
    )
    names = list(small_pictures())
    chart = Chart("who is recognised", {n: trajectory["y"][:, i] for i, n in enumerate(names)}, 0.0, 1.0)
    grids = (
        Grid("what comes in", x, (3, 3)),
        Grid("what is seen", trajectory["h"], (3, 3)),
        Grid("the whole picture", whole[own][None].repeat(COMPLETION_STEPS, axis=0), (3, 3)),
    )
    share = float(filled[given == 0].mean())
    outcome = Outcome(share, "of missing pixels filled", sentence)
    return JobRun(network, x, trajectory, outcome, (chart,), grids, _known(small_pictures(), (3, 3)))


def _known(pictures: dict[str, Array], shape: tuple[int, int]) -> tuple[Grid, ...]:
    return tuple(Grid(name, picture[None], shape) for name, picture in pictures.items())


# ---- complete: recall of a stored picture ---------------------------------------------------------------------------


def memory_of(pictures: Array) -> Network:
    """A network in which every neuron feeds every neuron, and whose weights hold these pictures (n_pictures, n_pixels).

    Two neurons that are often alike in the pictures pull each other the same way: W = gain/n · Σ p pᵀ (Hopfield, 1982;
    here with tanh neurons, which all move at once). The input is a single pulse at step 0.

    >>> sorted(memory_of(np.eye(4)[:1] * 2 - 1).topology.feedback_kinds)
    ['complete']
    """
    n_pixels = pictures.shape[1]
    topology = Topology(
        [Layer("x", n_pixels, "identity", bias=False, label="start"), Layer("y", n_pixels, bias=False, label="memory")],
        [Connection("x", "y", pattern="one-to-one"), Connection("y", "y", delay=1)],
    )
    return Network(topology, {"W_xy": 2 * np.eye(n_pixels), "W_yy": GAIN / n_pixels * pictures.T @ pictures})


def energy(network: Network, activity: Array) -> Array:
    """How badly the neurons of a memory disagree: it never rises from one step to the next while no input comes.

    E = −½ aᵀ W a + Σ ∫₀ᵃ artanh. Activity is (..., n_units), the energy has one number for each row of it. Since W is a
    sum of p pᵀ, this holds even though all neurons move at once (Marcus & Westervelt, 1989).
    """
    weights = network.weights["W_yy"]
    inside = np.clip(activity, -1 + 1e-15, 1 - 1e-15)
    cost = inside * np.arctanh(inside) + 0.5 * np.log1p(-inside * inside)
    return cost.sum(axis=-1) - 0.5 * np.einsum("...i,ij,...j->...", activity, weights, activity)


def noisy(pictures: Array, n_wrong: int) -> tuple[Array, Array]:
    """One hundred noisy pictures, always the same: what is left of them and what they were, (100, n_pixels) each.

    In each of them `n_wrong` pixels are turned round.
    """
    rng = np.random.default_rng(0)
    whole = pictures[np.arange(N_TRIALS) % len(pictures)]
    wrong = np.argsort(rng.random(whole.shape), axis=1) < n_wrong
    return np.where(wrong, -whole, whole), whole


def _recall(noise: float, n_pictures: float, which_start: float) -> JobRun:
    names, stored = list(large_pictures())[: int(n_pictures)], np.array(list(large_pictures().values()))
    stored = stored[: int(n_pictures)]
    network = memory_of(stored)
    starts, whole = noisy(stored, round(noise * stored.shape[1]))
    pulse = np.eye(RECALL_STEPS)[0]
    y = network.run(pulse[:, None, None] * starts)["y"][-1]
    own = int(which_start) - 1
    x = pulse[:, None] * starts[own]
    trajectory = network.run(x)
    likeness = trajectory["y"] @ stored.T / stored.shape[1]
    lines = {f"like {name}": likeness[:, i] for i, name in enumerate(names)}
    grids = (
        Grid("the noisy start", starts[own][None].repeat(RECALL_STEPS, axis=0), (5, 5)),
        Grid("what is recalled", trajectory["y"], (5, 5)),
        Grid("what was stored", whole[own][None].repeat(RECALL_STEPS, axis=0), (5, 5)),
    )
    return JobRun(
        network, x, trajectory, _recalled(network, trajectory["y"], starts, whole, y, own),
        (Chart("how like each stored picture", lines, -1.0, 1.0),), grids,
        _known(dict(zip(names, stored, strict=True)), (5, 5)),
    )  # fmt: skip


def _recalled(network: Network, activity: Array, starts: Array, whole: Array, ends: Array, own: int) -> Outcome:
    right = np.sign(ends) == whole
    n_right, n_before = int(right[own].sum()), int((starts[own] == whole[own]).sum())
    energies = energy(network, activity)
    sentence = (
        f"{n_before} of {whole.shape[1]} pixels were right at the start, {n_right} are right at the end; the energy"
        f" went from {number(energies[0])} to {number(energies[-1])}. Of {N_TRIALS} noisy pictures"
        f" {int(right.all(axis=1).sum())} came back whole."
    )
    return Outcome(float(right.all(axis=1).mean()), "of the noisy pictures came back whole", sentence)


COMPLETION = Job(
    "completion from above",
    "indirect",
    "A later layer recognises a picture from the part that is there, and tells the earlier layer what should be in the"
    " holes.",
    "Set the feedback to 0. How many pixels may be missing before the wrong picture is seen?",
    (
        Control("feedback", "strength of the feedback", 0.0, 2.0, 0.1, 1.5),
        Control("n_missing", "missing pixels", 1, 8, 1, 4),
        Control("which_picture", "which picture", 1, N_TRIALS, 1, 1),
    ),
    _complete,
)
RECALL = Job(
    "recall",
    "complete",
    "Every neuron feeds every neuron. The weights hold a few pictures; started from a noisy one, the network falls into"
    " the picture that it knows.",
    "Store more pictures. At how many does it begin to mix them up, even with no noise?",
    (
        Control("noise", "share of wrong pixels", 0.0, 0.4, 0.04, 0.2),
        Control("n_pictures", "stored pictures", 1, 8, 1, 3),
        Control("which_start", "which start", 1, N_TRIALS, 1, 1),
    ),
    _recall,
)

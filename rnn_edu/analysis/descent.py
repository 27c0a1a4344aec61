"""A ball that rolls down in the landscape of two weights, with or without a clipped gradient.

Clipping: Pascanu, Mikolov and Bengio 2013, algorithm 1 (by norm); Mikolov 2012 (by value).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.analysis.addresses import WeightAddress, address, place, value, with_values
from rnn_edu.core.bptt import bptt
from rnn_edu.core.losses import squared_error
from rnn_edu.core.network import Network
from rnn_edu.core.training import clip

Array = np.ndarray
Loss = Callable[..., tuple[float, Array]]


@dataclass(frozen=True, eq=False)
class Path:
    """A descent: where the ball was, how high, how steep it was there, and what was done about it.

    points: (n_points, 2), losses (n_points,), gradients (n_points, 2) before clipping, norms (n_points,) their lengths,
    clipped (n_points,) whether the step from there was shortened, and `said`, one sentence for each point. n_points is
    n_steps + 1, or fewer if the descent left all numbers; then `ended` says where and why, and is empty otherwise.
    """

    points: Array
    losses: Array
    gradients: Array
    norms: Array
    clipped: Array
    said: tuple[str, ...]
    ended: str = ""


def descend(
    network: Network,
    x: ArrayLike,
    target: ArrayLike,
    first: tuple,
    second: tuple,
    *,
    learning_rate: float,
    n_steps: int,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    truncate: int | None = None,
    loss: Loss = squared_error,
    mask: ArrayLike | None = None,
) -> Path:
    """Roll downhill: only these two weights move, each step against their gradient, clipped if so asked.

    `clip_norm` shortens a longer gradient to this length, `clip_value` cuts each of the two numbers off there.
    `truncate` cuts the run into pieces of so many steps, and no error goes back across a cut; the loss stays the whole
    one. Plain steps: weight − learning_rate · gradient. The descent ends early where the loss or the gradient is no
    longer a finite number.

    >>> from rnn_edu.core.builders import elman
    >>> network = Network.random(elman(1, 1, 1))
    >>> path = descend(network, [[1.0]], [[0.0]], ("W_hy", 0, 0), ("b_y", 0), learning_rate=0.5, n_steps=20)
    >>> bool(path.losses[-1] < 1e-3 * path.losses[0])
    True
    """
    one, other = address(network.topology, first), address(network.topology, second)
    _check_descent(learning_rate, n_steps, clip_norm, clip_value, truncate)
    point = np.array([value(network, one), value(network, other)])
    points, losses, gradients, clipped, said = [], [], [], [], []
    ended = ""
    for step in range(n_steps + 1):
        here = with_values(network, (one, other), point)
        height, slope = _look(here, x, target, (one, other), loss, mask, truncate)
        used = clip(slope, clip_norm, clip_value) if np.isfinite(slope).all() else slope
        points.append(point)
        losses.append(height)
        gradients.append(slope)
        clipped.append(bool((used != slope).any()) and bool(np.isfinite(slope).all()))
        said.append(_sentence(step, height, slope, used))
        if not (np.isfinite(height) and np.isfinite(slope).all()):
            ended = f"ended at step {step}: the {'loss' if not np.isfinite(height) else 'gradient'} is no finite number"
            break
        with np.errstate(over="ignore"):
            point = point - learning_rate * used
        if not np.isfinite(point).all():
            ended = f"ended after step {step}: the next weight would be infinite"
            break
    steep = np.array(gradients)
    with np.errstate(over="ignore"):
        norms = np.hypot(steep[:, 0], steep[:, 1])
    return Path(np.array(points), np.array(losses), steep, norms, np.array(clipped), tuple(said), ended)


# ---- inside ---------------------------------------------------------------------------------------------------------


def _look(
    network: Network,
    x: ArrayLike,
    target: ArrayLike,
    addresses: tuple[WeightAddress, ...],
    loss: Loss,
    mask: ArrayLike | None,
    truncate: int | None,
) -> tuple[float, Array]:
    """The loss, and its slope along the two weights."""
    output, inputs = network.topology.output.name, np.asarray(x, float)
    whole = network.run(inputs)
    if whole.n_sequences is not None:
        raise ValueError("several sequences were given, but a descent follows one; pass x of shape (n_steps, n_inputs)")
    with np.errstate(all="ignore"):
        height, dy = loss(whole[output], target, mask)
    slope, before = np.zeros(len(addresses)), None
    length = truncate or len(inputs)
    for start in range(0, len(inputs), length):
        piece = slice(start, start + length)
        before = whole if length >= len(inputs) else network.run(inputs[piece], after=before)
        weights = bptt(network, before, {output: dy[piece]}).weights
        slope += [float(weights[at.name][place(at, weights[at.name].ndim)]) for at in addresses]
    return height, slope


def _sentence(step: int, height: float, slope: Array, used: Array) -> str:
    if not np.isfinite(height):
        return f"step {step}: the loss is no finite number, so there is no downhill"
    if not np.isfinite(slope).all():
        return f"step {step}: loss {height:.3g}, and the gradient is no finite number; clipping cannot tell where to go"
    length = float(np.hypot(*slope))
    if length == 0:
        return f"step {step}: loss {height:.3g}, gradient exactly 0: it stays where it is"
    shortened = f", clipped to {float(np.hypot(*used)):.3g}" if (used != slope).any() else ""
    return f"step {step}: loss {height:.3g}, gradient {length:.3g}{shortened}"


def _check_descent(
    learning_rate: float, n_steps: int, clip_norm: float | None, clip_value: float | None, truncate: int | None
) -> None:
    for name, given in (("learning_rate", learning_rate), ("clip_norm", clip_norm), ("clip_value", clip_value)):
        if given is not None and not 0 < given < np.inf:
            raise ValueError(f"{name} was {given!r}; it needs a finite number above 0" + (name[0] == "c") * ", or None")
    if n_steps < 0:
        raise ValueError(f"n_steps was {n_steps!r}; it needs 0 or more")
    if truncate is not None and truncate < 1:
        raise ValueError(f"truncate was {truncate!r}; it needs 1 or more, or None for the whole way back")

"""The loss as a landscape over two weights.

A recurrent network multiplies by the same weights at every step, so the landscape has plains and cliffs: Pascanu,
Mikolov and Bengio 2013, section 2.3 and figure 6.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.analysis.addresses import WeightAddress, address, place, value
from rnn_edu.analysis.stacks import Stack, run_stack
from rnn_edu.core.losses import squared_error
from rnn_edu.core.network import Network

Array = np.ndarray
Loss = Callable[..., tuple[float, Array]]
Span = float | tuple[float, float] | tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Surface:
    """The loss for every pair of values of two weights: `loss[j, i]` belongs to first_values[i], second_values[j].

    The rows go with the second weight, so that the array is drawn with the first weight to the right. Where the run or
    its loss left all numbers the loss is inf or NaN, and `diverged` is True.
    """

    first: WeightAddress
    second: WeightAddress
    first_values: Array
    second_values: Array
    loss: Array

    @property
    def diverged(self) -> Array:
        """Where the loss is not a finite number: (n, n)."""
        return ~np.isfinite(self.loss)


def loss_surface(
    network: Network,
    x: ArrayLike,
    target: ArrayLike,
    first: tuple,
    second: tuple,
    *,
    span: Span,
    n: int = 41,
    loss: Loss = squared_error,
    mask: ArrayLike | None = None,
) -> Surface:
    """The loss of one sequence over two weights, all others as they are.

    `first` and `second` are `WeightAddress`es. `span` is a number (so far to both sides of where the weights are), one
    (low, high) for both, or one for each. Raises KeyError or ValueError if a weight is not there, or if `span` is none.

    >>> from rnn_edu.core.builders import elman
    >>> network = Network.random(elman(1, 1, 1))
    >>> surface = loss_surface(network, [[1.0]], [[0.0]], ("W_xh", 0, 0), ("b_y", 0), span=(-1.0, 1.0), n=3)
    >>> surface.first_values.tolist(), surface.loss.shape
    ([-1.0, 0.0, 1.0], (3, 3))
    """
    one, other = address(network.topology, first), address(network.topology, second)
    if one == other:
        raise ValueError(f"both weights are {one}; a surface needs two different ones")
    columns, rows = _values(network, (one, other), span, n)
    weights = {name: weight[None].astype(float) for name, weight in network.weights.items()}
    for name in {one.name, other.name}:
        weights[name] = np.repeat(weights[name], n * n, axis=0)
    for at, numbers in ((one, np.tile(columns, n)), (other, np.repeat(rows, n))):
        of_all = np.moveaxis(weights[at.name], 0, -1)  # the networks last, so that one address names one of each
        of_all[place(at, of_all.ndim - 1)] = numbers
    output = network.topology.output.name
    answers = run_stack(Stack(network.topology, weights), x, {output})[output]
    heights = _heights(np.broadcast_to(answers, (len(answers), n * n, answers.shape[2])), target, loss, mask)
    return Surface(one, other, columns, rows, heights.reshape(n, n))


# ---- inside ---------------------------------------------------------------------------------------------------------


def _values(network: Network, addresses: tuple[WeightAddress, ...], span: Span, n: int) -> tuple[Array, Array]:
    """The n values of each weight."""
    if n < 2:
        raise ValueError(f"n was {n!r}, but a surface needs at least 2 values of each weight")
    wanted = np.asarray(span, float)
    if wanted.ndim == 0:
        here = np.array([value(network, at) for at in addresses])
        ends = np.stack([here - wanted, here + wanted], axis=1)
    else:
        ends = np.broadcast_to(wanted, (2, 2)) if wanted.shape in ((2,), (2, 2)) else np.zeros((2, 2))
    if not np.isfinite(ends).all() or not (ends[:, 0] < ends[:, 1]).all():
        raise ValueError(
            f"span was {span!r}; it needs a number above 0, or (low, high) with low below high, or one such"
            " pair for each weight"
        )
    return np.linspace(ends[0, 0], ends[0, 1], n), np.linspace(ends[1, 0], ends[1, 1], n)


def _heights(answers: Array, target: ArrayLike, loss: Loss, mask: ArrayLike | None) -> Array:
    """The loss of each answer: (n_answers,)."""
    loss(np.zeros_like(answers[:, 0]), target, mask)  # raises what it has to say about the target
    with np.errstate(all="ignore"):
        if loss is not squared_error:
            return np.array([loss(answers[:, k], target, mask)[0] for k in range(answers.shape[1])])
        off = answers - np.asarray(target, float)[:, None]
        if mask is not None:
            off = off[np.asarray(mask, bool)]
        return 0.5 * np.einsum("tno,tno->n", off, off)

"""What each derivative is multiplied with on the way back through a loop, computed for a stretch of steps at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnn_edu.core.at_once import multiply, strengths
from rnn_edu.core.grouping import is_dense
from rnn_edu.core.memory import Memory
from rnn_edu.core.topology import Connection

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

Array = np.ndarray


class Factor(NamedTuple):
    """How what a connection brings changes with its source or with its gate: it is the other one of the two."""

    connection: Connection
    other: str | None


Factors = list[tuple[Array, list[Factor]]]  # where they go, and what is to be added up


class Slopes(NamedTuple):
    """Layers of one activation function that lie together, and where their slopes go."""

    slope: Callable[[Array, Array], Array]
    activity: Array  # at all steps
    out: Array  # for the steps of one stretch


def fill_with_slopes(
    network: Network, memory: Memory, stretch: slice, slopes: Iterable[Slopes], factors: Factors
) -> None:
    """Fill dLoss/d drive with the slopes of a stretch of steps, and multiply those of riders by their factors."""
    n = stretch.stop - stretch.start
    for slope, activity, out in slopes:
        slope(activity[stretch], out[:n])
    for d, others in factors:
        parts = [_other_factor(network, memory, stretch, factor) for factor in others]
        np.multiply(d[:n], parts[0] if len(parts) == 1 else sum(parts[1:], parts[0]), d[:n])


def _other_factor(network: Network, memory: Memory, stretch: slice, factor: Factor) -> Array:
    connection, other = factor
    if is_dense(connection):
        return brought(network, memory, stretch, connection)
    part: Array | None = None
    if other is not None:
        part = memory.ago((other,), connection.delay if other == connection.source else 0)[stretch]
    if connection.fixed == 1 and part is not None:
        return part
    strength = strengths(network, connection)
    return strength if part is None else part * strength


def brought(network: Network, memory: Memory, stretch: slice, connection: Connection) -> Array:
    """What a connection brought at each step of a stretch, before its gate."""
    if memory.has(connection):
        return memory.layer(connection)[stretch]
    known = memory.ago((connection.source,), connection.delay)[stretch]
    if not is_dense(connection):
        return known * strengths(network, connection)
    weights = network.matrix(connection)
    return multiply(weights, known, np.empty((len(known), len(weights), known.shape[2]), known.dtype))

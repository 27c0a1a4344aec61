"""What each derivative is multiplied with on the way back through a loop, computed a stretch of steps at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.at_once import strengths
from rnn_edu.core.grouping import is_dense
from rnn_edu.core.memory import Memory
from rnn_edu.core.topology import Connection

if TYPE_CHECKING:
    from rnn_edu.core.way_back import WayBack

Array = np.ndarray
NEAR = 2**19  # so many bytes are sure to stay in a core's own memory until they are used


class Factor(NamedTuple):
    """How what a connection brings changes with its source or with its gate: it is the other one of the two."""

    connection: Connection
    other: str | None


def stretches(back: WayBack, names: Collection[str]) -> list[slice | None]:
    """For each step, the stretch of steps that ends there, or None: short enough to stay near until it is used."""
    n_steps = back.d_drive.n_steps
    length = max(1, NEAR // sum(back.d_drive.layer(name)[0].nbytes for name in names))
    ends = range(n_steps - 1, -1, -length)
    return [slice(max(0, t + 1 - length), t + 1) if t in ends else None for t in range(n_steps)]


def fill_with_slopes(back: WayBack, factors: Mapping[str, list[Factor]], stretch: slice | None) -> None:
    """Fill a stretch of dLoss/d drive with slopes, those of riders times their factors."""
    if stretch is None:
        return
    for name, others in factors.items():
        d = back.d_drive.layer(name)[stretch]
        slope = ACTIVATIONS[back.network.topology.layer(name).activation].slope
        slope(back.memory.layer(name)[stretch], d)
        parts = [_other_factor(back, factor, stretch) for factor in others]
        if parts:
            np.multiply(d, parts[0] if len(parts) == 1 else sum(parts[1:], parts[0]), d)


def _other_factor(back: WayBack, factor: Factor, stretch: slice) -> Array:
    """The other factor at each step of a stretch."""
    connection, other = factor
    if is_dense(connection):
        return back.brought(connection)[stretch]
    part: Array | None = None
    if other is not None:
        part = _ago(back.memory, other, connection.delay if other == connection.source else 0, stretch)
    if connection.fixed == 1 and part is not None:
        return part
    strength = strengths(back.network, connection)
    return strength if part is None else part * strength


def _ago(memory: Memory, name: str, delay: int, stretch: slice) -> Array:
    """A layer `delay` steps before each step of a stretch."""
    if delay <= stretch.start:
        return memory.layer(name)[stretch.start - delay : stretch.stop - delay]
    known, n_silent = memory.ago(name, delay)
    silence = np.zeros((max(0, min(n_silent, stretch.stop) - stretch.start), *known.shape[1:]), known.dtype)
    return np.concatenate([silence, known[max(0, stretch.start - n_silent) : max(0, stretch.stop - n_silent)]])

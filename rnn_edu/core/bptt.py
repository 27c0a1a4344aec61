"""Backpropagation through time: the run, walked backwards.

Source: Werbos 1990, "Backpropagation through time: what it does and how to do it".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.back_loop import BackLoop, Loops
from rnn_edu.core.network import Network
from rnn_edu.core.plan import compile_plan
from rnn_edu.core.prepared import Prepared
from rnn_edu.core.records import Gradients, OnDemand, Trajectory, frozen
from rnn_edu.core.way_back import WayBack

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Array = np.ndarray


def bptt(network: Network, trajectory: Trajectory, d_activity: Mapping[str, ArrayLike]) -> Gradients:
    """How the loss changes with every weight, and with every activity at every step.

    `d_activity` says how the loss depends on activities directly: {"y": dLoss/dy}, each of the shape of that layer's
    activity; layers left out count as zero. Raises ValueError or KeyError if a layer or a shape does not fit the run.

    >>> from rnn_edu.core.builders import elman
    >>> network = Network.random(elman(1, 2, 1))
    >>> trajectory = network.run([[1.0], [0.5]])
    >>> gradients = bptt(network, trajectory, {"y": trajectory["y"] - 1.0})
    >>> gradients.weights["W_hh"].shape, gradients["h"].shape
    ((2, 2), (2, 2))
    """
    topology = network.topology
    if not isinstance(trajectory, Trajectory):
        raise TypeError(
            f"the trajectory was given as {type(trajectory).__name__}; run the network and pass what comes back"
        )
    if trajectory.topology != topology:
        raise ValueError(
            "the trajectory comes from another topology than the network; run this network and pass that run"
        )
    if not isinstance(d_activity, Mapping):
        raise TypeError(
            f"the derivative was given as {type(d_activity).__name__}, but it must say of which layer it is;"
            f' write {{"{topology.output.name}": ...}}'
        )
    given = _checked(trajectory, d_activity, network.dtype)
    way = WayBack(network, trajectory.prepared.memory, given)
    waiting = trajectory.prepared.ways_back.setdefault(frozenset(given), [])
    try:
        loops = waiting.pop()  # in one go, so that no other thread gets it too
    except IndexError:
        loops = _back_loops(trajectory.prepared, frozenset(given))
    _walk(way, loops)
    waiting.append(loops)
    names = tuple(layer.name for layer in topology.layers)
    activity = OnDemand(names, lambda: _whole(network, trajectory, given))
    return Gradients(topology, frozen(_all_weights(network, way)), activity)


def _back_loops(prepared: Prepared, given: frozenset[str], *, whole: bool = False) -> Loops:
    """The blocks of a topology's plan, last ones first, those that loop with the calls of their way back."""
    topology, memory = prepared.shape[0], prepared.memory
    blocks = reversed(compile_plan(topology).blocks)
    return [(b, BackLoop(topology, b, memory, given, whole=whole) if b.loops else None) for b in blocks]


def _walk(way: WayBack, loops: Loops) -> None:
    with np.errstate(over="ignore", invalid="ignore"):  # an exploding gradient shows as inf, which is what happened
        for block, loop in loops:
            if loop is not None:
                loop.run(way)
            else:
                way.at_once(block.layers[0])


def _all_weights(network: Network, way: WayBack) -> dict[str, Array]:
    """In the order of the network; zero where the loss does not depend on a weight."""
    found = way.weights
    return {name: found[name] if name in found else np.zeros_like(weights) for name, weights in network.weights.items()}


def _whole(network: Network, trajectory: Trajectory, given: Mapping[str, Array]) -> dict[str, Array]:
    """dLoss/d activity of every layer: the same way back once more, but now everything is kept."""
    way = WayBack(network, trajectory.prepared.memory, given, whole=True)
    loops = _back_loops(trajectory.prepared, frozenset(given), whole=True)
    _walk(way, loops)
    found = dict(way.d_activity)
    with np.errstate(over="ignore", invalid="ignore"):
        for _, loop in loops:
            found |= loop.totals(way) if loop is not None else {}
    shapes = {layer.name: way.memory.layer(layer.name) for layer in network.topology.layers}
    whole = {name: found[name] if name in found else np.zeros_like(like) for name, like in shapes.items()}
    single = trajectory.n_sequences is None
    return {name: np.ascontiguousarray(d[:, :, 0] if single else d.swapaxes(1, 2)) for name, d in whole.items()}


def _checked(trajectory: Trajectory, d_activity: Mapping[str, ArrayLike], dtype: np.dtype) -> dict[str, Array]:
    """dLoss/d activity where the loss depends on it directly: copies, (n_steps, n_units, n_sequences)."""
    given = {}
    for name, d in d_activity.items():
        if isinstance(name, tuple) or name not in trajectory.activity:
            known = ", ".join(trajectory.activity)
            raise KeyError(f"the derivative was given for {name!r}, but it must be for a whole layer: one of {known}")
        try:
            array = np.asarray(d)
        except ValueError:
            raise ValueError(f"the derivative for {name!r} has rows of different lengths; make them equal") from None
        if array.dtype.kind not in "fiub":
            raise ValueError(f"the derivative for {name!r} was given as {array.dtype}; it must hold real numbers")
        needed = trajectory[name].shape
        if array.shape != needed:
            raise ValueError(
                f"the derivative for {name!r} was given with shape {array.shape}, but that activity has {needed}"
            )
        given[name] = np.array(array[:, :, None] if array.ndim == 2 else array.swapaxes(1, 2), dtype, order="C")
    return given

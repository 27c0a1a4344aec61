"""Backpropagation through time: the run, walked backwards.

Source: Werbos 1990, "Backpropagation through time: what it does and how to do it".
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.core.back_loop import compile_back_loops
from rnn_edu.core.network import Network
from rnn_edu.core.records import Gradients, Trajectory, frozen
from rnn_edu.core.way_back import WayBack

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
    back = WayBack(network, trajectory, _checked(trajectory, d_activity))
    with np.errstate(over="ignore", invalid="ignore"):  # an exploding gradient shows as inf, which is what happened
        for block, loop in compile_back_loops(topology, frozenset(back.given)):
            if loop is not None:
                loop.run(back)
            else:
                back.block_at_once(block)
        weights = back.weight_gradients()
    return Gradients(topology, frozen(weights), back.record())


def _checked(trajectory: Trajectory, d_activity: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """dLoss/d activity where the loss depends on it directly: (n_steps, n_sequences, n_units)."""
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
        given[name] = array[:, None] if array.ndim == 2 else array
    return given

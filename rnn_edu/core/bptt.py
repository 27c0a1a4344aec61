"""Backpropagation through time: the run, walked backwards.

Source: Werbos 1990, "Backpropagation through time: what it does and how to do it".
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.engine import Product, arriving, one_step
from rnn_edu.core.network import Network
from rnn_edu.core.plan import Block, compile_plan
from rnn_edu.core.records import Gradients, Trajectory, frozen, steps_ago
from rnn_edu.core.start import mask
from rnn_edu.core.topology import Connection, Topology

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
    topology, n_steps = network.topology, trajectory.n_steps
    if trajectory.topology != topology:
        raise ValueError(
            "the trajectory comes from another topology than the network; run this network and pass that run"
        )
    if not isinstance(d_activity, Mapping):
        raise TypeError(
            f"the derivative was given as {type(d_activity).__name__}, but it must say of which layer it is;"
            f' write {{"{topology.output.name}": ...}}'
        )
    plan = compile_plan(topology)
    d_padded = _direct(trajectory, d_activity, network.dtype, plan.longest_delay)
    d_drive: dict[str, Array] = {}
    with np.errstate(over="ignore", invalid="ignore"):  # an exploding gradient shows as inf, which is what happened
        for block in reversed(plan.blocks):
            if block.loops:
                _walk_back_loop(network, block, trajectory, d_padded, d_drive)
            for layer in reversed(block.layers):
                if not block.loops:
                    d_drive[layer.name] = _slope(network, trajectory, layer.name) * steps_ago(
                        d_padded[layer.name], 0, n_steps
                    )
                for connection in layer.outside:
                    _pass_back(network, connection, trajectory, d_padded, d_drive[layer.name])
        weights = _weight_gradients(network, trajectory, d_drive)
    single = trajectory.n_sequences is None
    activity = {name: values[plan.longest_delay :] for name, values in d_padded.items()}
    return Gradients(
        topology, frozen(weights), frozen({name: d[:, 0] if single else d for name, d in activity.items()})
    )


def _direct(
    trajectory: Trajectory, d_activity: Mapping[str, ArrayLike], dtype: np.dtype, n_before: int
) -> dict[str, Array]:
    """dLoss/d activity where the loss depends on it directly, with room in front for what flows out before step 0."""
    d_padded = {name: np.zeros_like(values) for name, values in trajectory.before.items()}
    for name, given in d_activity.items():
        d = np.asarray(given)
        if d.dtype.kind not in "fiub":
            raise ValueError(f"the derivative for {name!r} was given as {d.dtype}; it must hold real numbers")
        needed = trajectory[name].shape
        if d.shape != needed:
            raise ValueError(
                f"the derivative for {name!r} was given with shape {d.shape}, but that activity has {needed}"
            )
        d_padded[name][n_before:] = (d[:, None] if d.ndim == 2 else d).astype(dtype)
    return d_padded


def _slope(network: Network, trajectory: Trajectory, name: str) -> Array:
    activity = steps_ago(trajectory.before[name], 0, trajectory.n_steps)
    return ACTIVATIONS[network.topology.layer(name).activation].slope(activity)


def _pass_back(
    network: Network, connection: Connection, trajectory: Trajectory, d_padded: dict[str, Array], d_drive: Array
) -> None:
    """Carry dLoss/d drive of the target back to the source, and to the gate, for all steps at once."""
    n_steps = trajectory.n_steps
    if connection.gate is not None:
        brought = arriving(network, connection, trajectory.before, n_steps)
        steps_ago(d_padded[connection.gate], 0, n_steps)[...] += d_drive * brought
        d_drive = d_drive * steps_ago(trajectory.before[connection.gate], 0, n_steps)
    d_source = steps_ago(d_padded[connection.source], connection.delay, n_steps)
    d_source += _times_matrix(network, connection)(d_drive)


def _times_matrix(network: Network, connection: Connection) -> Product:
    """dLoss/d drive → dLoss/d source: the product of a connection, taken backwards."""
    if connection.fixed is not None or connection.pattern == "one-to-one":
        return one_step(network, connection)  # a diagonal matrix is its own transpose
    matrix = network.matrix(connection)
    return lambda d: d.dot(matrix)


def _walk_back_loop(
    network: Network, block: Block, trajectory: Trajectory, d_padded: dict[str, Array], d_drive: dict[str, Array]
) -> None:
    """Step backwards through a block that loops: each step hands its share to the steps before it."""
    n_steps = trajectory.n_steps
    programme = []
    for layer in reversed(block.layers):
        d_drive[layer.name] = _slope(network, trajectory, layer.name)  # filled with the slopes, multiplied below
        outgoing = [
            (
                _times_matrix(network, connection),
                list(steps_ago(d_padded[connection.source], connection.delay, n_steps)),
                *_gate_views(network, connection, trajectory, d_padded),
            )
            for connection in layer.inside
        ]
        programme.append((list(d_drive[layer.name]), list(steps_ago(d_padded[layer.name], 0, n_steps)), outgoing))
    for t in reversed(range(n_steps)):
        for d_drive_at, d_activity_at, outgoing in programme:
            d = d_drive_at[t]
            d *= d_activity_at[t]
            for back, d_source_at, gate_at, d_gate_at, brought_at in outgoing:
                if gate_at is None:
                    d_source_at[t] += back(d)
                else:
                    d_gate_at[t] += d * brought_at[t]
                    d_source_at[t] += back(d * gate_at[t])


def _gate_views(network: Network, connection: Connection, trajectory: Trajectory, d_padded: dict[str, Array]) -> tuple:
    if connection.gate is None:
        return None, None, None
    n_steps = trajectory.n_steps
    return (
        list(steps_ago(trajectory.before[connection.gate], 0, n_steps)),
        list(steps_ago(d_padded[connection.gate], 0, n_steps)),
        list(arriving(network, connection, trajectory.before, n_steps)),
    )


def _weight_gradients(network: Network, trajectory: Trajectory, d_drive: dict[str, Array]) -> dict[str, Array]:
    """Every weight acts at every step, so its gradient is the sum over steps: one product for each weight."""
    topology, n_steps = network.topology, trajectory.n_steps
    weights: dict[str, Array] = {}
    for connection in topology.learned:
        d = d_drive[connection.target]
        if connection.gate is not None:
            d = d * steps_ago(trajectory.before[connection.gate], 0, n_steps)
        source = steps_ago(trajectory.before[connection.source], connection.delay, n_steps)
        weights[topology.weight_name(connection)] = _summed_outer(d, source, topology, connection)
    for layer in topology.layers[1:]:
        if layer.bias:
            weights[f"b_{layer.name}"] = d_drive[layer.name].sum(axis=(0, 1))
    return {name: weights[name] for name in network.weights}


def _summed_outer(d: Array, source: Array, topology: Topology, connection: Connection) -> Array:
    if connection.pattern == "one-to-one":
        return np.diag((d * source).sum(axis=(0, 1)))
    full = d.reshape(-1, d.shape[-1]).T @ source.reshape(-1, source.shape[-1])
    full[~mask(topology, connection)] = 0.0  # not full * mask: inf * 0 would be NaN
    return full

"""The one engine that runs any topology forward.

It follows the plan block by block. Whatever does not depend on a loop's own past is one product over all steps; only
the loop itself is stepped through time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.plan import Block, LayerPlan, compile_plan
from rnn_edu.core.records import Trajectory, frozen, steps_ago
from rnn_edu.core.topology import Connection, Topology

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

Array = np.ndarray
Product = Callable[[Array], Array]


def run(network: Network, x: ArrayLike, after: Trajectory | None = None) -> Trajectory:
    """The trajectory of one sequence or of several; see `Network.run`."""
    topology = network.topology
    plan = compile_plan(topology)
    inputs, single = _checked_input(topology, x, network.dtype)
    n_steps, n_sequences, _ = inputs.shape
    padded = {
        layer.name: np.zeros((plan.longest_delay + n_steps, n_sequences, layer.size), network.dtype)
        for layer in topology.layers
    }
    padded[topology.input.name][plan.longest_delay :] = inputs
    if after is not None and plan.longest_delay:
        _carry_over(topology, after, padded, plan.longest_delay)
    with np.errstate(over="ignore", invalid="ignore"):  # a run may blow up; `trajectory.diverged_at` says when
        for block in plan.blocks:
            (_run_loop if block.loops else _run_at_once)(network, block, padded, n_steps)
    return _trajectory(topology, padded, plan.longest_delay, single)


def _carry_over(topology: Topology, after: Trajectory, padded: dict[str, Array], n_before: int) -> None:
    """Put the last steps of an earlier run in front of this one, where otherwise all is zero."""
    if after.topology != topology:
        raise ValueError("the run to go on from is of another topology; pass a run of this network")
    for name, values in padded.items():
        if after.before[name].shape[1] != values.shape[1]:
            raise ValueError(
                f"the run to go on from has {after.before[name].shape[1]} sequences, but the input has"
                f" {values.shape[1]}; give both the same"
            )
        values[:n_before] = after.before[name][-n_before:]


def arriving(network: Network, connection: Connection, padded: Mapping[str, Array], n_steps: int) -> Array:
    """What a connection brings at every step, before its gate: (n_steps, n_sequences, n_targets), newly made."""
    source = steps_ago(padded[connection.source], connection.delay, n_steps)
    if connection.fixed is not None:
        return source * source.dtype.type(connection.fixed)
    matrix = network.matrix(connection)
    if connection.pattern == "one-to-one":
        return source * np.diag(matrix)
    flat = source.reshape(-1, source.shape[-1]) @ matrix.T
    return flat.reshape(n_steps, -1, len(matrix))


def _drive_from_outside(network: Network, layer: LayerPlan, padded: dict[str, Array], n_steps: int) -> Array:
    """The part of a layer's drive that is known for all steps before its block begins."""
    shape = n_steps, padded[layer.name].shape[1], padded[layer.name].shape[2]
    drive = np.zeros(shape, network.dtype)
    if network.topology.layer(layer.name).bias:
        drive += network.weights[f"b_{layer.name}"]
    for connection in layer.outside:
        brought = arriving(network, connection, padded, n_steps)
        if connection.gate is not None:
            brought = brought * steps_ago(padded[connection.gate], 0, n_steps)
        drive += brought
    return drive


def _run_at_once(network: Network, block: Block, padded: dict[str, Array], n_steps: int) -> None:
    for layer in block.layers:
        drive = _drive_from_outside(network, layer, padded, n_steps)
        ACTIVATIONS[network.topology.layer(layer.name).activation].value(
            drive, steps_ago(padded[layer.name], 0, n_steps)
        )


def _run_loop(network: Network, block: Block, padded: dict[str, Array], n_steps: int) -> None:
    programme = []
    for layer in block.layers:
        drive = _drive_from_outside(network, layer, padded, n_steps)
        value = ACTIVATIONS[network.topology.layer(layer.name).activation].value
        incoming = [
            (
                one_step(network, connection),
                list(steps_ago(padded[connection.source], connection.delay, n_steps)),
                None if connection.gate is None else list(steps_ago(padded[connection.gate], 0, n_steps)),
            )
            for connection in layer.inside
        ]
        programme.append((list(drive), incoming, value, list(steps_ago(padded[layer.name], 0, n_steps))))
    for t in range(n_steps):
        for drive_at, incoming, value, activity_at in programme:
            drive = drive_at[t]
            for product, source_at, gate_at in incoming:
                brought = product(source_at[t])
                drive += brought if gate_at is None else brought * gate_at[t]
            value(drive, activity_at[t])


def one_step(network: Network, connection: Connection) -> Product:
    """The product of a connection with one step's activity (n_sequences, n_sources)."""
    if connection.fixed is not None:
        number = network.dtype.type(connection.fixed)
        return lambda activity: activity * number
    matrix = network.matrix(connection)
    if connection.pattern == "one-to-one":
        diagonal = np.diag(matrix).copy()
        return lambda activity: activity * diagonal
    transposed = np.ascontiguousarray(matrix.T)  # small products are up to twice as fast on it
    return lambda activity: activity.dot(transposed)


def _checked_input(topology: Topology, x: ArrayLike, dtype: np.dtype) -> tuple[Array, bool]:
    """The input as (n_steps, n_sequences, n_inputs), in the network's precision, and whether it was one sequence."""
    needed = f"(n_steps, {topology.input.size}) or (n_steps, n_sequences, {topology.input.size})"
    try:
        given = np.asarray(x)
    except ValueError:
        raise ValueError(
            f"the input's rows have different lengths, but it needs the shape {needed}; make them equal"
        ) from None
    if given.dtype.kind not in "fiub":
        raise ValueError(
            f"the input was given as {given.dtype}, but it must hold real numbers; pass an array of shape {needed}"
        )
    if given.ndim not in (2, 3) or given.shape[-1] != topology.input.size:
        hint = "; for one input a step, write x[:, None]" if given.ndim == 1 and topology.input.size == 1 else ""
        raise ValueError(f"the input was given with shape {given.shape}, but it needs {needed}{hint}")
    if 0 in given.shape:
        raise ValueError(
            f"the input was given with shape {given.shape}: it holds no numbers; give at least one step and sequence"
        )
    with np.errstate(over="ignore"):  # too large for float32: told below, with its place
        inputs = given.astype(dtype)
    if not np.isfinite(inputs).all():
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(inputs))[0])
        raise ValueError(
            f"the input is not a finite {dtype} number at index {where}; replace it or leave that sequence out"
        )
    single = inputs.ndim == 2
    return (inputs[:, None] if single else inputs), single


def _trajectory(topology: Topology, padded: dict[str, Array], n_before: int, single: bool) -> Trajectory:
    before = frozen(padded)
    activity = {name: values[n_before:, 0] if single else values[n_before:] for name, values in padded.items()}
    return Trajectory(topology, frozen(activity), before)

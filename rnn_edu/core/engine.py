"""The one engine that runs any topology forward.

It follows the plan block by block. Whatever does not depend on a loop's own past is one product over all steps; only
the loop itself is stepped through time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.at_once import begin_with_outside
from rnn_edu.core.grouping import Store
from rnn_edu.core.loop import compile_loops
from rnn_edu.core.memory import Memory
from rnn_edu.core.plan import Block
from rnn_edu.core.records import Trajectory, frozen
from rnn_edu.core.topology import Connection, Topology

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

Array = np.ndarray


def run(network: Network, x: ArrayLike, after: Trajectory | None = None) -> Trajectory:
    """The trajectory of one sequence or of several; see `Network.run`."""
    topology = network.topology
    inputs, single = _checked_input(topology, x, network.dtype)
    n_steps, n_sequences, _ = inputs.shape
    memory = Memory({layer.name: layer.size for layer in topology.layers}, n_steps, n_sequences, network.dtype)
    memory.put(Store((topology.input.name,)), inputs)
    if after is not None:
        memory.past = _last_steps(topology, after, n_sequences)
    arrived: dict[Connection, Array] = {}
    with np.errstate(over="ignore", invalid="ignore"):  # a run may blow up; `trajectory.diverged_at` says when
        for block, loop in compile_loops(topology):
            for store in block.stores:
                memory.keep(store)
            if loop is not None:
                loop.run(network, memory, arrived)
            else:
                _run_at_once(network, block, memory)
    activity = {layer.name: memory.layer(layer.name) for layer in topology.layers}
    frozen(memory.stores)
    return Trajectory(
        topology,
        frozen({name: values[:, 0] if single else values for name, values in activity.items()}),
        frozen(arrived),
        frozen(memory.past),
    )


def _last_steps(topology: Topology, after: Trajectory, n_sequences: int) -> dict[str, Array]:
    """The end of an earlier run, as far back as the longest delay reaches: (n_steps, n_sequences, n_units) each."""
    if not isinstance(after, Trajectory):
        raise TypeError(
            f"the run to go on from was given as {type(after).__name__}; pass what an earlier run gave back"
        )
    if after.topology != topology:
        raise ValueError("the run to go on from is of another topology; pass a run of this network")
    n_before = max((connection.delay for connection in topology.connections), default=0)
    past = {}
    for name, values in after.activity.items():
        steps = values[:, None] if values.ndim == 2 else values
        if steps.shape[1] != n_sequences:
            raise ValueError(
                f"the run to go on from has {steps.shape[1]} sequences, but the input has {n_sequences};"
                " give both the same"
            )
        still_before = after.past.get(name, np.zeros((n_before, *steps.shape[1:]), steps.dtype))
        past[name] = np.concatenate([still_before, steps])[len(steps) :]
    return past if n_before else {}


def _run_at_once(network: Network, block: Block, memory: Memory) -> None:
    for update in block.updates:
        activity = memory.together(update.layers)
        if not begin_with_outside(network, update, memory):
            activity[...] = 0
        ACTIVATIONS[network.topology.layer(update.layers[0]).activation].value(activity, activity)


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

"""The one engine that runs any topology forward.

It follows the plan block by block. Whatever does not depend on a loop's own past is one product over all steps; only
the loop itself is stepped through time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.prepared import put_back, take
from rnn_edu.core.records import Trajectory, frozen
from rnn_edu.core.topology import Topology

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from rnn_edu.core.network import Network

Array = np.ndarray


def run(network: Network, x: ArrayLike, after: Trajectory | None = None) -> Trajectory:
    """The trajectory of one sequence or of several; see `Network.run`."""
    topology = network.topology
    inputs = _checked_input(topology, x, network.dtype)
    single = inputs.ndim == 2
    n_steps, n_sequences = len(inputs), 1 if single else inputs.shape[1]
    past = {} if after is None else _last_steps(topology, after, n_sequences)
    prepared = take((topology, n_steps, n_sequences, network.dtype))
    prepared.run(network, inputs[:, :, None] if single else inputs.swapaxes(1, 2), past)
    activity = prepared.memory.results((layer.name for layer in topology.layers), single=single)
    trajectory = Trajectory(topology, frozen(activity), prepared)
    put_back(prepared)
    return trajectory


def _last_steps(topology: Topology, after: Trajectory, n_sequences: int) -> dict[str, Array]:
    """The end of an earlier run, as far back as the longest delay reaches: (n_steps, n_units, n_sequences) each."""
    if not isinstance(after, Trajectory):
        raise TypeError(
            f"the run to go on from was given as {type(after).__name__}; pass what an earlier run gave back"
        )
    if after.topology != topology:
        raise ValueError("the run to go on from is of another topology; pass a run of this network")
    memory = after.prepared.memory
    if memory.n_sequences != n_sequences:
        raise ValueError(
            f"the run to go on from has {memory.n_sequences} sequences, but the input has {n_sequences};"
            " give both the same"
        )
    return {layer.name: memory.whole((layer.name,))[memory.n_steps :] for layer in topology.layers}


def _checked_input(topology: Topology, x: ArrayLike, dtype: np.dtype) -> Array:
    """The input in the network's precision."""
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
        inputs = given.astype(dtype, copy=False)
    if not np.isfinite(inputs).all():
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(inputs))[0])
        raise ValueError(
            f"the input is not a finite {dtype} number at index {where}; replace it or leave that sequence out"
        )
    return inputs

"""What is computed for all steps at once: products with activities that are already known."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.grouping import is_dense
from rnn_edu.core.memory import Memory
from rnn_edu.core.plan import Update
from rnn_edu.core.topology import Connection

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

Array = np.ndarray


def multiply(weights: Array, known: Array, out: Array) -> Array:
    """(targets, sources) times (n_steps, sources, n_sequences), for every step."""
    if known.shape[2] == 1:  # one sequence: steps take its place
        out[:, :, 0] = known[:, :, 0] @ weights.T
        return out
    return np.matmul(weights, known, out=out)


def flat(array: Array) -> Array:
    """All steps and sequences in one row: (n_units, n_steps · n_sequences)."""
    return array[:, :, 0].T if array.shape[2] == 1 else array.swapaxes(0, 1).reshape(array.shape[1], -1)


def summed_products(d: Array, known: Array) -> Array:
    """The sum of d · knownᵀ over all steps and sequences: (n_targets, n_sources)."""
    rows, columns = flat(d), flat(known)
    if len(rows) >= len(columns):
        return rows @ columns.T
    return (columns @ rows.T).T  # BLAS is up to a fifth faster with the larger one in front


def strengths(network: Network, connection: Connection) -> Array:
    """The weights of a connection from same number to same number: (n_units, 1), or one number for all."""
    if connection.fixed is not None:
        return np.array(connection.fixed, network.dtype)
    return np.diag(network.matrix(connection))[:, None].copy()


def arriving(network: Network, connection: Connection, memory: Memory, out: Array | None = None) -> Array:
    """What a connection brings at every step, before its gate."""
    known = memory.ago((connection.source,), connection.delay)
    if out is None:
        out = np.empty((memory.n_steps, memory.sizes[connection.target], memory.n_sequences), memory.dtype)
    if is_dense(connection):
        return multiply(network.matrix(connection), known, out)
    return np.multiply(known, strengths(network, connection), out)


def passed_back(network: Network, connection: Connection, d: Array) -> Array:
    """dLoss/d activity of the source, from dLoss/d what the connection brings."""
    if not is_dense(connection):
        return d * strengths(network, connection)
    weights = network.matrix(connection).T
    return multiply(weights, d, np.empty((len(d), len(weights), d.shape[2]), d.dtype))


def begin_with_known(network: Network, update: Update, memory: Memory, halved: Collection[str] = ()) -> bool:
    """Write what is known of a layer's drive, bias included, into its memory; was there anything?

    The layers in `halved` get half of it.
    """
    (name,) = update.layers
    drive = memory.layer(name)
    half = network.dtype.type(0.5)
    for number, connection in enumerate(update.known):
        brought = arriving(network, connection, memory, None if number else drive)
        if connection.gate is not None:
            np.multiply(brought, memory.layer(connection.gate), brought)
        if number:
            np.add(drive, brought, drive)
    if name in halved and update.known:
        np.multiply(drive, half, drive)
    if update.has_bias:
        bias = network.weights[f"b_{name}"][:, None] * (half if name in halved else network.dtype.type(1))
        np.add(drive, bias, drive) if update.known else np.copyto(drive, bias)
    return bool(update.known) or update.has_bias

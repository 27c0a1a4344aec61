"""What is computed for all steps at once: products with activities that are already known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.grouping import is_dense, is_plain_product
from rnn_edu.core.memory import Memory
from rnn_edu.core.plan import Update
from rnn_edu.core.topology import Connection

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

Array = np.ndarray


def arriving(network: Network, connection: Connection, memory: Memory) -> Array:
    """What a connection brings at every step, before its gate: (n_steps, n_sequences, n_targets), newly made."""
    known, n_silent = memory.ago(connection.source, connection.delay)
    n_units = network.topology.layer(connection.target).size
    brought = np.empty((memory.n_steps, memory.n_sequences, n_units), known.dtype)
    brought[:n_silent] = 0
    if is_dense(connection):
        np.dot(flat(known), network.matrix(connection).T, out=flat(brought[n_silent:]))
    else:
        np.multiply(known, strengths(network, connection), out=brought[n_silent:])
    return brought


def strengths(network: Network, connection: Connection) -> Array:
    """The weights of a connection from same number to same number: one for each unit, or one for all."""
    if connection.fixed is not None:
        return np.array(connection.fixed, network.dtype)
    return np.diag(network.matrix(connection)).copy()


def flat(array: Array) -> Array:
    """All steps and sequences in one column: (n_steps · n_sequences, n_units)."""
    return array.reshape(-1, array.shape[-1])


def passed_back(network: Network, connection: Connection, d_drive: Array, gate: Array | None) -> Array:
    """dLoss/d activity of the source through one connection, from dLoss/d drive of its target, for all steps."""
    delay = min(connection.delay, len(d_drive))
    d = d_drive[delay:] if gate is None else d_drive[delay:] * gate[delay:]
    n_units = network.topology.layer(connection.source).size
    back = np.empty((*d_drive.shape[:2], n_units), d_drive.dtype)
    back[len(back) - delay :] = 0
    if is_dense(connection):
        np.dot(flat(d), network.matrix(connection), out=flat(back[: len(back) - delay]))
    else:
        np.multiply(d, strengths(network, connection), out=back[: len(back) - delay])
    return back


def begin_with_outside(network: Network, update: Update, memory: Memory, halved: Iterable[str] = ()) -> bool:
    """Write what layers receive from outside their loop, bias included, into their memory; was there anything?

    The layers in `halved` get half of it.
    """
    scale = {name: network.dtype.type(0.5 if name in halved else 1) for name in update.layers}
    begun = False
    for same in update.outside:
        if not begun and is_plain_product(same[0]) and len(same) == len(update.layers):
            weights = [network.matrix(connection).T * scale[connection.target] for connection in same]
            _product_for_all_steps(memory.layer(same[0].source), weights, memory.together(update.layers))
        else:
            for connection in same:
                brought = arriving(network, connection, memory)
                if connection.gate is not None:
                    brought *= memory.layer(connection.gate)
                brought *= scale[connection.target]
                drive = memory.layer(connection.target)
                np.add(drive, brought, drive) if begun else np.copyto(drive, brought)
        begun = True
    for name in update.layers:
        if network.topology.layer(name).bias:
            drive, bias = memory.layer(name), network.weights[f"b_{name}"] * scale[name]
            np.add(drive, bias, drive) if begun else np.copyto(drive, bias)
    return begun or network.topology.layer(update.layers[0]).bias


def _product_for_all_steps(source: Array, weights: list[Array], drive: Array) -> None:
    """One product for every input of every step, straight into the memory of the layer or of the stack of layers."""
    if drive.flags.c_contiguous and len(weights) == 1:
        np.dot(flat(source), np.ascontiguousarray(weights[0]), out=flat(drive))
    elif len(weights) == 1:
        np.matmul(source, np.ascontiguousarray(weights[0]), out=drive)
    else:
        np.matmul(source[:, None], np.ascontiguousarray(np.stack(weights)), out=drive)

"""A block that loops, forward: each step adds its own past to what comes from outside, and squashes the sum.

Everything happens in the memory of the activities itself, which begins as what arrives from outside.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.at_once import arriving, begin_with_outside, strengths
from rnn_edu.core.grouping import Product, Store, is_dense
from rnn_edu.core.memory import Layers, Memory, Programme, Rows
from rnn_edu.core.plan import Block, Update
from rnn_edu.core.topology import Connection

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

Array = np.ndarray
Addend = tuple[Rows | Array, Array | None]  # what arrives at each step, times these strengths; None: as it is


class Loop:
    """Computes the layers of one block, step by step.

    `arrived` keeps what came by weights and met a gate, since the way back needs it.
    """

    def __init__(self, network: Network, block: Block, memory: Memory, arrived: dict[Connection, Array]) -> None:
        self.network, self.block, self.memory, self.arrived = network, block, memory, arrived
        self.programme = Programme()
        self.half = np.array(0.5, network.dtype)
        # sigmoid(z) = (1 + tanh(z / 2)) / 2; where all that arrives has weights, the half is taken of them
        self.halved = {
            name
            for update in block.updates
            for name in update.layers
            if network.topology.layer(name).activation == "sigmoid" and not update.sums
        }

    def run(self) -> None:
        """Fill the memory of this block's layers."""
        begun = [self._begin(update) for update in self.block.updates]
        for product in self.block.products:
            self._add_product(product)
        for update, has_begun in zip(self.block.updates, begun, strict=True):
            for product in update.products:
                self._add_product(product)
            self._squash(update, self._add_sums(update, has_begun))
        self.programme.run()

    def _begin(self, update: Update) -> bool:
        """Write what is known beforehand into the memory; False if the first sum is to be written and not added."""
        if begin_with_outside(self.network, update, self.memory, self.halved):
            return True
        products = (*self.block.products, *update.products)
        if any(c.target in update.layers and c.gate is None for product in products for c in product.connections):
            self.memory.together(update.layers)[...] = 0
            return True
        return False

    # ---- the calls of one step ---------------------------------------------------------------------------------------

    def _add_product(self, product: Product) -> None:
        """One product, added to all its targets but those that let it through a gate."""
        gated = {connection.target for connection in product.connections if connection.gate is not None}
        room = self.memory.beside(Store(product.targets, product.stacked), n_steps=None if gated else 1)
        for connection in product.connections:
            if connection.gate is not None:
                self.arrived[connection] = room.layer(connection.target)

        def brought(layers: Layers) -> Rows | Array:
            return room.rows(layers) if gated else room.rows(layers)[0]

        source = self.memory.rows(product.sources, product.delay)
        multiply = np.matmul if product.stacked else np.ndarray.dot
        self.programme.add(multiply, source, self._weights(product), brought(product.targets))
        for layers in self.memory.runs(product.targets, without=gated):
            drive = self.memory.rows(layers)
            self.programme.add(np.add, drive, brought(layers), drive)

    def _weights(self, product: Product) -> Array:
        """The matrix that a step is multiplied with; for a stack one for each of its layers."""
        weights = weights_of(self.network, product, self.halved)
        return np.ascontiguousarray(weights.swapaxes(-1, -2))  # small products are up to twice as fast on it

    def _add_sums(self, update: Update, begun: bool) -> Rows | Array:
        """Add the terms that are not open products; returns where the whole sum then is."""
        out = self.memory.rows(update.layers)
        total: Rows | Array | None = out if begun else None
        for gate, connections in update.sums:
            addends = [self._addend(connection) for connection in connections]
            if gate is None:
                total = self._sum(addends if total is None else [(total, None), *addends], out)
            elif total is None:
                self.programme.add(np.multiply, self._sum(addends, out), self.memory.rows((gate,)), out)
                total = out
            else:
                gated = self.programme.scratch(out[0], "behind a gate")
                self.programme.add(np.multiply, self._sum(addends, gated), self.memory.rows((gate,)), gated)
                self.programme.add(np.add, out, gated, out)
        return out if total is None else total

    def _addend(self, connection: Connection) -> Addend:
        if connection in self.arrived:
            return list(self.arrived[connection]), None
        if is_dense(connection):  # from outside, but its gate is inside
            self.arrived[connection] = arriving(self.network, connection, self.memory.layer(connection.source))
            return list(self.arrived[connection]), None
        source = self.memory.rows((connection.source,), connection.delay)
        return source, None if connection.fixed == 1 else strengths(self.network, connection)

    def _sum(self, addends: list[Addend], out: Rows | Array) -> Rows | Array:
        """Add up, in `out` if there is anything to do; returns where the sum is."""
        total: Rows | Array | None = None
        for arriving_now, strength in addends:
            if strength is not None and total is not None and strength.ndim == 0 and strength == -1:
                self.programme.add(np.subtract, total, arriving_now, out)
                total = out
                continue
            if strength is not None:
                room = out if total is None else self.programme.scratch(arriving_now[0], "times a strength")
                self.programme.add(np.multiply, arriving_now, strength, room)
                arriving_now = room
            if total is None:
                total = arriving_now
            else:
                self.programme.add(np.add, total, arriving_now, out)
                total = out
        assert total is not None
        return total

    def _squash(self, update: Update, total: Rows | Array) -> None:
        """Put the activity in the place of the sum."""
        out = self.memory.rows(update.layers)
        activations = [self.network.topology.layer(name).activation for name in update.layers]
        sigmoids = update.layers[: activations.count("sigmoid")]
        if activations[0] == "identity":
            if total is not out:
                self.programme.add(np.positive, total, out)
        elif activations[0] == "relu":
            self.programme.add(ACTIVATIONS["relu"].value, total, out)
        else:
            if sigmoids and not self.halved.issuperset(sigmoids):
                self.programme.add(np.multiply, total, self.half, out)
                total = out
            self.programme.add(np.tanh, total, out)
        if sigmoids:
            part = self.memory.rows(sigmoids)
            self.programme.add(np.multiply, part, self.half, part)
            self.programme.add(np.add, part, self.half, part)


def weights_of(network: Network, product: Product, halved: Collection[str] = ()) -> Array:
    """The weights of a product: (n_layers, targets, source) if stacked, else all targets by all sources."""
    scale = {name: network.dtype.type(0.5 if name in halved else 1) for name in product.targets}
    if len(product.sources) == 1:
        stack = [network.matrix(connection) * scale[connection.target] for connection in product.connections]
        return np.stack(stack) if product.stacked else stack[0]
    size = {name: network.topology.layer(name).size for name in (*product.sources, *product.targets)}
    joining = {(connection.target, connection.source): connection for connection in product.connections}
    return np.block(
        [
            [
                network.matrix(joining[target, source]) * scale[target]
                if (target, source) in joining
                else np.zeros((size[target], size[source]), network.dtype)
                for source in product.sources
            ]
            for target in product.targets
        ]
    )

"""A block that loops, forward: each step adds its own past to what comes from outside, and squashes the sum.

Everything happens in the memory of the activities itself, which begins as what arrives from outside.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.at_once import arriving, begin_with_outside, strengths
from rnn_edu.core.grouping import Product, Store, is_dense
from rnn_edu.core.memory import Layers, Memory, Operand, Programme, Rows, runs
from rnn_edu.core.plan import Block, Update, compile_plan
from rnn_edu.core.topology import Connection, Topology

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

Array = np.ndarray
Addend = tuple[Operand, Connection | None]  # what arrives, times the strengths of that connection; None: as it is


class LoopRun:
    """One run of a block that loops: where the operands of its programme find their numbers.

    `arrived` keeps what came by weights and met a gate, since the way back needs it.
    """

    def __init__(self, network: Network, memory: Memory, arrived: dict[Connection, Array], halved: set[str]) -> None:
        self.network, self.memory, self.arrived, self.halved = network, memory, arrived, halved
        self.half = np.array(0.5, memory.dtype)
        self.rooms: dict[int, Memory] = {}

    def room(self, number: int, product: Product, gated: set[str]) -> Memory:
        """Where a product is put: kept for all steps if some of it meets a gate."""
        if number not in self.rooms:
            store = Store(product.targets, product.stacked)
            self.rooms[number] = room = self.memory.beside(store, n_steps=None if gated else 1)
            for connection in product.connections:
                if connection.gate is not None:
                    self.arrived[connection] = room.layer(connection.target)
        return self.rooms[number]

    def weights(self, product: Product) -> Array:
        """The weights of a product, (…, sources, targets)."""
        weights = weights_of(self.network, product, self.halved)
        return np.ascontiguousarray(weights.swapaxes(-1, -2))  # small products are up to twice as fast on it

    def brought(self, connection: Connection) -> Rows:
        """What a connection brings by weights to its gate, at each step."""
        if connection not in self.arrived:  # from outside, but its gate is inside
            self.arrived[connection] = arriving(self.network, connection, self.memory)
        return list(self.arrived[connection])


class Loop:
    """Makes the programme of one block that loops, and runs it."""

    def __init__(self, topology: Topology, block: Block) -> None:
        self.topology, self.block = topology, block
        self.programme = Programme()
        # sigmoid(z) = (1 + tanh(z / 2)) / 2; where all that arrives has weights, the half is taken of them
        self.halved = {
            name
            for update in block.updates
            for name in update.layers
            if topology.layer(name).activation == "sigmoid" and not update.sums
        }
        products = (*block.products, *(product for update in block.updates for product in update.products))
        self.number = {product: number for number, product in enumerate(products)}
        self.summed = {c.target for product in products for c in product.connections if c.gate is None}
        for product in block.products:
            self._add_product(product)
        for update in block.updates:
            for product in update.products:
                self._add_product(product)
            out = rows(update.layers)
            self._squash(update, self._add_sums(update, out), out)

    def run(self, network: Network, memory: Memory, arrived: dict[Connection, Array]) -> None:
        """Fill the memory of this block's layers."""
        for update in self.block.updates:
            if not begin_with_outside(network, update, memory, self.halved) and update.layers[0] in self.summed:
                memory.together(update.layers)[...] = 0
        self.programme.run(LoopRun(network, memory, arrived, self.halved))

    # ---- the calls of one step ---------------------------------------------------------------------------------------

    def _add_product(self, product: Product) -> None:
        """One product, added to all its targets but those that let it through a gate."""
        gated = {connection.target for connection in product.connections if connection.gate is not None}
        number = self.number[product]

        def brought(layers: Layers) -> Operand:
            if gated:
                return lambda run: run.room(number, product, gated).rows(layers)
            return lambda run: run.room(number, product, gated).rows(layers)[0]

        multiply = np.matmul if product.stacked else np.ndarray.dot
        source = rows(product.sources, product.delay)
        self.programme.add(multiply, source, lambda run: run.weights(product), brought(product.targets))
        for layers in runs(self.block.stores, product.targets, without=gated):
            self.programme.add(np.add, rows(layers), brought(layers), rows(layers))

    def _add_sums(self, update: Update, out: Operand) -> Operand:
        """Add the terms that are not open products; returns where the whole sum then is."""
        total: Operand | None = out if self._has_begun(update) else None
        for gate, connections in update.sums:
            addends = [self._addend(connection) for connection in connections]
            if gate is None:
                total = self._sum(addends if total is None else [(total, None), *addends], out, update.layers)
            elif total is None:
                self.programme.add(np.multiply, self._sum(addends, out, update.layers), rows((gate,)), out)
                total = out
            else:
                gated = scratch(update.layers, "behind a gate")
                self.programme.add(np.multiply, self._sum(addends, gated, update.layers), rows((gate,)), gated)
                self.programme.add(np.add, out, gated, out)
        return out if total is None else total

    def _has_begun(self, update: Update) -> bool:
        """Is there something in the memory already that the sums must be added to?"""
        name = update.layers[0]
        return bool(update.outside) or self.topology.layer(name).bias or name in self.summed

    def _addend(self, connection: Connection) -> Addend:
        if is_dense(connection):
            return lambda run: run.brought(connection), None
        return rows((connection.source,), connection.delay), None if connection.fixed == 1 else connection

    def _sum(self, addends: list[Addend], out: Operand, layers: Layers) -> Operand:
        """Add up, in `out` if there is anything to do; returns where the sum is."""
        total: Operand | None = None
        for arriving_now, connection in addends:
            if connection is not None and connection.fixed == -1 and total is not None:
                self.programme.add(np.subtract, total, arriving_now, out)
                total = out
                continue
            if connection is not None:
                room = out if total is None else scratch(layers, "times a strength")
                self.programme.add(np.multiply, arriving_now, strength(connection), room)
                arriving_now = room
            if total is None:
                total = arriving_now
            else:
                self.programme.add(np.add, total, arriving_now, out)
                total = out
        assert total is not None
        return total

    def _squash(self, update: Update, total: Operand, out: Operand) -> None:
        """Put the activity in the place of the sum."""
        activations = [self.topology.layer(name).activation for name in update.layers]
        sigmoids = update.layers[: activations.count("sigmoid")]
        if activations[0] == "identity":
            if total is not out:
                self.programme.add(np.positive, total, out)
        elif activations[0] == "relu":
            self.programme.add(ACTIVATIONS["relu"].value, total, out)
        else:
            if sigmoids and not self.halved.issuperset(sigmoids):
                self.programme.add(np.multiply, total, half, out)
                total = out
            self.programme.add(np.tanh, total, out)
        if sigmoids:
            part = rows(sigmoids)
            self.programme.add(np.multiply, part, half, part)
            self.programme.add(np.add, part, half, part)


@lru_cache(maxsize=256)
def compile_loops(topology: Topology) -> tuple[tuple[Block, Loop | None], ...]:
    """The blocks of a topology's plan, in order, those that loop with their programmes. Made once and kept."""
    return tuple((block, Loop(topology, block) if block.loops else None) for block in compile_plan(topology).blocks)


# ---- operands --------------------------------------------------------------------------------------------------------


def rows(layers: Layers, delay: int = 0) -> Operand:
    """Layers at each step, as they were `delay` steps before."""
    return lambda run: run.memory.rows(layers, delay)


def scratch(layers: Layers, use: str) -> Operand:
    """Room for an intermediate result."""
    return lambda run: run.memory.scratch(layers, use)


def strength(connection: Connection) -> Operand:
    """The weights of a connection from same number to same number."""
    return lambda run: strengths(run.network, connection)


def half(run: LoopRun) -> Array:
    """The number 0.5, in the precision of the run."""
    return run.half


def weights_of(network: Network, product: Product, halved: Collection[str] = ()) -> Array:
    """The weights of a product: (n_layers, targets, source) if stacked, else all targets by all sources."""
    scale = {name: network.dtype.type(0.5 if name in halved else 1) for name in product.targets}
    if len(product.sources) == 1:
        stack = [network.matrix(connection) * scale[connection.target] for connection in product.connections]
        return np.stack(stack) if product.stacked else stack[0]
    size = {layer.name: layer.size for layer in network.topology.layers}
    rows_of, columns_of = _places(product.targets, size), _places(product.sources, size)
    whole = np.zeros(
        (sum(size[name] for name in product.targets), sum(size[name] for name in product.sources)), network.dtype
    )
    for connection in product.connections:
        part = whole[rows_of[connection.target], columns_of[connection.source]]
        np.multiply(network.matrix(connection), scale[connection.target], part)
    return whole


def _places(layers: Layers, size: Mapping[str, int]) -> dict[str, slice]:
    """Where each of some layers lies, side by side."""
    ends = dict(zip(layers, accumulate(size[name] for name in layers), strict=True))
    return {name: slice(end - size[name], end) for name, end in ends.items()}

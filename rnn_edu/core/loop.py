"""A block that loops, forward: each step adds its own past to what comes from outside, and squashes the sum.

Everything happens in the memory of the activities itself, which may begin with what is known for all steps.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.at_once import arriving, begin_with_known, strengths
from rnn_edu.core.grouping import Product, is_dense
from rnn_edu.core.matrices import Matrix
from rnn_edu.core.memory import Memory
from rnn_edu.core.plan import Block, Update
from rnn_edu.core.programme import Operand, Programme
from rnn_edu.core.topology import Connection, Topology

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

Array = np.ndarray
Addend = tuple[Operand, Connection | None]  # what arrives, times the strengths of that connection; None: as it is


class Strengths:
    """The weights of connections from same number to same number, each as a column, filled in before a run."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.columns: dict[Connection, Array] = {}

    def of(self, connection: Connection) -> Array:
        """Room for the strengths of a connection."""
        n_units = 1 if connection.fixed is not None else self.memory.sizes[connection.target]
        return self.columns.setdefault(connection, np.empty((n_units, 1), self.memory.dtype))

    def fill(self, network: Network) -> None:
        """Put the weights of a network in their places."""
        for connection, column in self.columns.items():
            column[...] = strengths(network, connection)


class Loop:
    """The calls of one block that loops, on a given memory."""

    def __init__(self, topology: Topology, block: Block, memory: Memory) -> None:
        self.topology, self.block, self.memory = topology, block, memory
        self.programme, self.strengths = Programme(), Strengths(memory)
        self.half = np.array(0.5, memory.dtype)
        # sigmoid(z) = (1 + tanh(z / 2)) / 2; where all that arrives has weights, the half is taken of them
        self.halved = {
            name
            for update in block.updates
            for name in update.layers
            if topology.layer(name).activation == "sigmoid" and not update.sums
        }
        self.matrices = {product: Matrix(topology, product, memory.dtype) for product in block.all_products}
        self.begun = {update.layers[0] for update in block.updates if update.known or update.has_bias}
        self.aside: dict[str, list[Operand]] = defaultdict(list)  # what products have brought elsewhere, by target
        for product in block.products:
            self._add_product(product)
        for update in block.updates:
            for product in update.products:
                self._add_product(product)
            self._squash(update, self._total(update))

    def run(self, network: Network) -> None:
        """Fill the memory of this block's layers."""
        for matrix in self.matrices.values():
            matrix.fill(network, self.halved)
        self.strengths.fill(network)
        for store in self.block.stores:
            self.memory.fill_front(store)
        for update in self.block.updates:
            if update.known or update.has_bias:
                begin_with_known(network, update, self.memory, self.halved)
            for connection in (c for gated in update.sums for c in gated.connections):
                if is_dense(connection) and connection.source not in self.block.layers:  # but its gate is inside
                    arriving(network, connection, self.memory, self.memory.layer(connection))
        self.programme.run(0, self.memory.n_steps)

    # ---- the calls of one step ---------------------------------------------------------------------------------------

    def _add_product(self, product: Product) -> None:
        """One product: straight into the memory of its slots, if that is one piece and there is nothing in it yet."""
        memory, weights = self.memory, self.matrices[product].array
        column = list(memory.column(product))
        if memory.is_one_piece(product.slots) and not self.begun.intersection(product.slots):
            self.programme.add_product(weights, column, memory.rows(product.slots))
            self.begun.update(slot for slot in product.slots if isinstance(slot, str))
            return
        room = np.empty((len(weights), memory.n_sequences), memory.dtype)
        self.programme.add_product(weights, column, room)
        end = 0
        for slot in product.slots:
            start, end = end, end + memory.size(slot)
            if isinstance(slot, str):
                self.aside[slot].append(room[start:end])
            else:
                self.programme.add(np.positive, room[start:end], memory.rows((slot,)))

    def _total(self, update: Update) -> Operand | None:
        """Add up all that arrives; returns where the sum then is."""
        name, out = update.layers[0], self.memory.rows(update.layers)
        total: Operand | None = out if name in self.begun else None
        for brought in self.aside[name]:
            total = brought if total is None else self._add(total, brought, out)
        for gate, connections in update.sums:
            addends = [self._addend(connection) for connection in connections]
            if gate is None:
                total = self._sum(addends if total is None else [(total, None), *addends], out)
            else:
                gated = out if total is None else self._room(name)
                self.programme.add(np.multiply, self._sum(addends, gated), self.memory.rows((gate,)), gated)
                total = gated if total is None else self._add(total, gated, out)
        return total

    def _addend(self, connection: Connection) -> Addend:
        if is_dense(connection):
            return self.memory.rows((connection,)), None
        return self.memory.rows((connection.source,), connection.delay), None if connection.fixed == 1 else connection

    def _sum(self, addends: list[Addend], out: Operand) -> Operand:
        """Add up, in `out` if there is anything to do; returns where the sum is."""
        total: Operand | None = None
        for arriving_now, connection in addends:
            if connection is not None and connection.fixed == -1 and total is not None:
                self.programme.add(np.subtract, total, arriving_now, out)
                total = out
                continue
            if connection is not None:
                room = out if total is None else self._room(connection.target)
                self.programme.add(np.multiply, arriving_now, self.strengths.of(connection), room)
                arriving_now = room
            total = arriving_now if total is None else self._add(total, arriving_now, out)
        assert total is not None
        return total

    def _add(self, one: Operand, other: Operand, out: Operand) -> Operand:
        self.programme.add(np.add, one, other, out)
        return out

    def _room(self, name: str) -> Array:
        """Room for an intermediate result."""
        return np.empty((self.memory.sizes[name], self.memory.n_sequences), self.memory.dtype)

    def _squash(self, update: Update, total: Operand | None) -> None:
        """Put the activity in the place of the sum."""
        out = self.memory.rows(update.layers)
        activations = [self.topology.layer(name).activation for name in update.layers]
        sigmoids = update.layers[: activations.count("sigmoid")]
        if total is None:  # nothing ever arrives
            total = self._room(update.layers[0])
            total[...] = 0
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

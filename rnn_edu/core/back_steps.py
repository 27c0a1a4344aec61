"""The calls of one step on the way back through a loop."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.back_roles import Roles
from rnn_edu.core.grouping import Slots, Store, is_dense
from rnn_edu.core.loop import Strengths
from rnn_edu.core.matrices import Matrix
from rnn_edu.core.memory import Memory, Rows
from rnn_edu.core.programme import Operand, Programme
from rnn_edu.core.slopes import Slopes
from rnn_edu.core.topology import Connection

Array = np.ndarray


class BackSteps:
    """Makes the calls that find dLoss/d drive of the layers of a block, on memory for a stretch of `length` steps.

    `d_drive` must be filled with slopes before: each step multiplies them in place.
    """

    def __init__(self, roles: Roles, memory: Memory, length: int) -> None:
        self.roles, self.memory, self.length = roles, memory, length
        self._make_room()
        self.slopes = list(self._slopes())
        self.factors = [(self.d_drive.layer(name), some) for name, some in roles.factors.items() if some]
        self.matrices = [Matrix(roles.topology, product, memory.dtype, back=True) for product in roles.products]
        self.strengths = Strengths(memory)
        self.programme = Programme(backwards=True)
        for name in reversed(roles.block.layers):
            if name not in roles.rides:
                self._walk(name)
        for number, product in enumerate(roles.products):
            if product.delay:
                self._through_product(number)

    def d_product(self, number: int) -> Array:
        """dLoss/d what a product brought, for a stretch of steps."""
        slots = self.roles.products[number].slots
        return self.rooms.get(number, self.d_drive).whole(slots)

    def _make_room(self) -> None:
        """Memory for one stretch; where a layer has a home, dLoss/d drive lies there."""
        roles, memory = self.roles, self.memory

        def room(n_before: int = 0) -> Memory:
            return Memory(memory.sizes, self.length, memory.n_sequences, memory.dtype, n_before)

        self.rooms = {number: room() for number in roles.roomy}
        for number, one in self.rooms.items():
            one.keep(Store(roles.products[number].slots))
        self.d_drive, self.d_activity = room(), room(memory.n_before)
        together = roles.side_by_side
        if together:
            self.d_activity.keep(Store(together))
        for name, home in roles.home.items():
            if name not in roles.rides and name not in together:
                self.d_activity.keep(Store((name,)))
            if home is not None:
                self.d_drive.put(Store((name,)), self.rooms[home].layer(name))
            elif name in roles.same:
                self.d_drive.put(Store((name,)), self.d_activity.layer(name))
            else:
                self.d_drive.keep(Store((name,)))

    def _slopes(self) -> Iterator[Slopes]:
        """Where slopes go: neighbours of one activation function together, if they are neighbours in the run too."""
        topology, memory = self.roles.topology, self.memory
        activation = {name: topology.layer(name).activation for name in self.roles.factors}

        def slopes(name: str, activity: Array, out: Array) -> Slopes:
            return Slopes(ACTIVATIONS[activation[name]].slope, activity, out)

        for number, room in self.rooms.items():
            slots = self.roles.products[number].slots
            at_home = [slot for slot in slots if isinstance(slot, str) and self.roles.home[slot] == number]
            for _, run in groupby(at_home, key=activation.__getitem__):
                names = tuple(run)
                pieces = [names] if memory.is_one_piece(names) and room.is_one_piece(names) else [(n,) for n in names]
                for piece in pieces:
                    yield slopes(piece[0], memory.ago(piece, 0), room.whole(piece))
        for name in activation:
            if self.roles.home[name] is None:
                yield slopes(name, memory.layer(name), self.d_drive.layer(name))

    # ---- the calls ---------------------------------------------------------------------------------------------------

    def _walk(self, name: str) -> None:
        """dLoss/d drive of a layer and of all that rides on it, and what they hand to the layers before them."""
        d = self._rows(self.d_drive, (name,))
        if name not in self.roles.rides and name not in self.roles.same:
            self.programme.add(np.multiply, self._rows(self.d_activity, (name,)), d, d)
        for factor in self._riders_of(name):
            self.programme.add(np.multiply, factor, d, factor)
        for rider, other in self.roles.rides.items():
            if other == name:
                self._walk(rider)
        for connection in self.roles.inside[name]:
            self._hand_back(connection, d)

    def _riders_of(self, name: str) -> Iterator[Operand]:
        """The factors of a layer's riders; those in one piece as one: (n_riders, n_units, n_sequences)."""
        riders = [rider for rider, other in self.roles.rides.items() if other == name]
        for number in self.roles.roomy:
            slots = self.roles.products[number].slots
            here = [slot in riders and self.roles.home[slot] == number for slot in slots]
            for is_here, run in groupby(zip(here, slots, strict=True), key=lambda pair: pair[0]):
                if is_here:
                    some = tuple(slot for _, slot in run)
                    shape = (len(some), self.memory.sizes[name], self.memory.n_sequences)
                    yield [factor.reshape(shape) for factor in self._rows(self.rooms[number], some)]
                    riders = [rider for rider in riders if rider not in some]
        yield from (self._rows(self.d_drive, (rider,)) for rider in riders)

    def _hand_back(self, connection: Connection, d: Operand) -> None:
        """What one connection hands to its source and to its gate; riders get theirs otherwise."""
        gate = [] if connection.gate is None else [self.memory.rows((connection.gate,))]
        number = self.roles.product_of.get(connection)
        if number is not None:
            if gate:
                self.programme.add(np.multiply, d, *gate, self._rows(self.rooms[number], (connection,)))
            elif number in self.roles.roomy and self.roles.home[connection.target] != number:
                self.programme.add(np.positive, d, self._rows(self.rooms[number], (connection.target,)))
            if connection.delay == 0:
                self._through_product(number)
        elif connection.source in self.roles.inside and connection.source not in self.roles.rides:
            strengths = [] if connection.fixed in (1, -1) else [self.strengths.of(connection)]
            self._collect(connection, [d, *gate, *strengths])
        if connection.gate in self.roles.inside and connection.gate not in self.roles.rides:
            out = self._rows(self.d_activity, (connection.gate,))
            product = self._multiply([d, *self._brought(connection)], self._scratch((connection.gate,)))
            self.programme.add(np.add, out, product, out)

    def _brought(self, connection: Connection) -> list[Operand]:
        """What a connection brings to its gate, as factors."""
        if is_dense(connection):
            return [self.memory.rows((connection,))]
        source = self.memory.rows((connection.source,), connection.delay)
        return [source] if connection.fixed == 1 else [source, self.strengths.of(connection)]

    def _collect(self, connection: Connection, factors: list[Operand]) -> None:
        """Add what goes back through a connection from same number to same number, or begin with it."""
        out = self._rows(self.d_activity, (connection.source,), connection.delay)
        minus = connection.fixed == -1
        if self.roles.first.get(connection.source) != connection:
            product = self._multiply(factors, self._scratch((connection.source,)))
            self.programme.add(np.subtract if minus else np.add, out, product, out)
        elif minus or len(factors) == 1:
            product = self._multiply(factors, out)
            self.programme.add(np.negative if minus else np.positive, product, out)
        else:
            self._multiply(factors, out)

    def _multiply(self, factors: list[Operand], out: Operand) -> Operand:
        """The product of all factors, in `out`; a single one stays where it is. Returns where it is."""
        first, *others = factors
        for other in others:
            self.programme.add(np.multiply, first, other, out)
            first = out
        return first

    def _through_product(self, number: int) -> None:
        """Back through the weights of a product, for all its layers at once."""
        product = self.roles.products[number]
        d = self._rows(self.rooms[number] if number in self.roles.roomy else self.d_drive, product.slots)
        room = self._scratch(product.sources)
        self.programme.add_product(self.matrices[number].array, d, room)
        out = self._rows(self.d_activity, product.sources, product.delay)
        self.programme.add(np.add, out, room, out)

    def _rows(self, memory: Memory, slots: Slots, delay: int = 0) -> Rows:
        """Rows of the memory of one stretch, once for each stretch."""
        rows = memory.rows(slots, delay)
        return (rows * -(-self.memory.n_steps // len(rows)))[: self.memory.n_steps]

    def _scratch(self, slots: Slots) -> Array:
        """Room for an intermediate result."""
        return np.empty((sum(map(self.memory.size, slots)), self.memory.n_sequences), self.memory.dtype)

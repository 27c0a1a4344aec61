"""A block that loops, backward: each step hands its share of the derivative to the steps before it.

dLoss/d drive = slope · dLoss/d activity. Its memory is filled with slopes, a stretch of steps at a time, and each step
multiplies them in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.grouping import Product, Store, is_dense
from rnn_edu.core.loop import rows, strength, weights_of
from rnn_edu.core.memory import Layers, Operand, Programme
from rnn_edu.core.plan import Block, compile_plan
from rnn_edu.core.slopes import Factor, fill_with_slopes, stretches
from rnn_edu.core.topology import Connection, Topology

if TYPE_CHECKING:
    from rnn_edu.core.way_back import WayBack

Array = np.ndarray


class BackLoop:
    """Makes the programme that finds dLoss/d drive of the layers of one block, and runs it.

    A *rider* acts on one other layer only, unit by unit and within the step. Its derivative is that of the other layer
    times a factor that is known beforehand, so nothing needs to be collected for it.
    """

    def __init__(self, topology: Topology, block: Block, given: frozenset[str]) -> None:
        self.topology, self.block = topology, block
        self.rides = {name: other for name, other in block.riders.items() if name not in given}
        self.inside = {
            name: [c for c in topology.into(name) if c.source in block.layers or c.gate in block.layers]
            for name in block.layers
        }
        self.later = [connection for connection in topology.connections if connection.target not in block.layers]
        self.products = (*block.products, *(product for update in block.updates for product in update.products))
        self.product_of = {c: number for number, product in enumerate(self.products) for c in product.connections}
        # a product of several layers, or one behind a gate, has memory of its own for what goes back through it
        self.roomy = {
            number
            for number, product in enumerate(self.products)
            if len(product.targets) > 1 or product.connections[0].gate is not None
        }
        self.home = {name: self._home(name) for name in block.layers}
        self.same = {  # dLoss/d drive is dLoss/d activity
            name
            for name in block.layers
            if self.home[name] is None and topology.layer(name).activation == "identity" and name not in self.rides
        }
        self.first = {name: self._first(name) for name in block.layers if not self._known_later(name, given)}
        self.factors = {name: self._factors(name) for name in block.layers if name not in self.same}
        self.programme = Programme(backwards=True)
        self._make_programme()

    def run(self, back: WayBack) -> None:
        """Walk back from the last step to the first one."""
        for number in self.roomy:
            product = self.products[number]
            back.rooms[product] = room = back.d_drive.beside(Store(product.targets, product.stacked))
            for connection in product.connections:
                if connection.gate is not None:
                    back.behind_gate[connection] = room.layer(connection.target)
        for store in self.block.stores:
            self._make_d_activity(back, store)
        for name, home in self.home.items():
            if home is not None:
                back.d_drive.put(Store((name,)), back.rooms[self.products[home]].layer(name))
            elif name in self.same:
                back.d_drive.put(Store((name,)), back.d_activity.layer(name))
            else:
                back.d_drive.keep(Store((name,)))
        self.programme.run(back)

    def _make_d_activity(self, back: WayBack, store: Store) -> None:
        """Begin with what the question and later blocks say; riders need none."""
        collecting = tuple(name for name in store.layers if name not in self.rides)
        joined = not store.stacked and len(collecting) > 1
        if joined:
            back.d_activity.keep(store)[...] = 0
        for name in collecting:
            found = back.gathered(name, self.later)
            if joined and found is not None:
                back.d_activity.layer(name)[...] = found
            elif not joined and found is not None:
                back.d_activity.put(Store((name,)), found)
            elif not joined:
                first, array = self.first[name], back.d_activity.keep(Store((name,)))
                array[0 if first is None else max(0, len(array) - first.delay) :] = 0

    # ---- what belongs where ------------------------------------------------------------------------------------------

    def _home(self, name: str) -> int | None:
        """The first product in whose memory this layer's dLoss/d drive can lie, if there is one."""
        numbers = (self.product_of.get(connection) for connection in self.inside[name] if connection.gate is None)
        return next((number for number in numbers if number in self.roomy), None)

    def _known_later(self, name: str, given: frozenset[str]) -> bool:
        return name in given or any(name in (connection.source, connection.gate) for connection in self.later)

    def _first(self, name: str) -> Connection | None:
        """The connection that brings something from further ahead than all others: it writes, the others add."""
        acts = [c for connections in self.inside.values() for c in connections if name in (c.source, c.gate)]
        reaches = [c.delay if c.source == name else 0 for c in acts]
        ahead = acts[reaches.index(max(reaches))]
        alone = reaches.count(ahead.delay) == 1 and name not in (ahead.gate, *self._side_by_side())
        return ahead if alone and ahead.source == name and not is_dense(ahead) else None

    def _side_by_side(self) -> Layers:
        return next((s.layers for s in self.block.stores if len(s.layers) > 1 and not s.stacked), ())

    def _factors(self, name: str) -> list[Factor]:
        """How the layer that a rider acts on changes with it: the other factors of its terms, to be added up."""
        factors = []
        for connection in self.topology.into(self.rides[name]) if name in self.rides else ():
            if connection.gate == name:
                factors.append(Factor(connection, connection.source))
            if connection.source == name:
                factors.append(Factor(connection, connection.gate))
        return factors

    # ---- the calls of one step ---------------------------------------------------------------------------------------

    def _make_programme(self) -> None:
        if self.factors:
            self.programme.add(
                fill_with_slopes, itself, lambda back: self.factors, lambda back: stretches(back, self.factors)
            )
        for name in reversed(self.block.layers):
            if name not in self.rides:
                self._walk(name)
        for number, product in enumerate(self.products):
            if product.delay:
                self._through_product(number)

    def _walk(self, name: str) -> None:
        """dLoss/d drive of a layer and of all that rides on it, and what they hand to the layers before them."""
        d = d_drive((name,))
        if name not in self.rides and name not in self.same:
            self.programme.add(np.multiply, d_activity((name,)), d, d)
        for factor in self._riders_of(name):
            self.programme.add(np.multiply, factor, d, factor)  # for a stack of riders in one call
        for rider, other in self.rides.items():
            if other == name:
                self._walk(rider)
        for connection in self.inside[name]:
            self._hand_back(connection, d)

    def _riders_of(self, name: str) -> Iterator[Operand]:
        """The factors of a layer's riders, those in one piece that lie together in a stack."""
        riders = [rider for rider, other in self.rides.items() if other == name]
        for number in self.roomy:
            product = self.products[number]
            here = [target in riders and self.home[target] == number for target in product.targets]
            for is_here, run in groupby(zip(here, product.targets, strict=True), key=lambda pair: pair[0]):
                layers = tuple(target for _, target in run)
                if is_here and product.stacked:
                    yield in_room(product, layers)
                    riders = [rider for rider in riders if rider not in layers]
        yield from (d_drive((rider,)) for rider in riders)

    def _hand_back(self, connection: Connection, d: Operand) -> None:
        """What one connection hands to its source and to its gate; riders get theirs otherwise."""
        gate = [] if connection.gate is None else [rows((connection.gate,))]
        number = self.product_of.get(connection)
        if number is not None:
            room = in_room(self.products[number], (connection.target,))
            if gate:
                self.programme.add(np.multiply, d, *gate, room)
            elif number in self.roomy and self.home[connection.target] != number:
                self.programme.add(np.positive, d, room)
            if connection.delay == 0:
                self._through_product(number)
        elif connection.source in self.inside and connection.source not in self.rides:
            strengths = [] if connection.fixed in (1, -1) else [strength(connection)]
            self._collect(connection, [d, *gate, *strengths])
        if connection.gate in self.inside and connection.gate not in self.rides:
            out = d_activity((connection.gate,))
            brought = self._multiply([d, lambda back: list(back.brought(connection))], scratch((connection.gate,)))
            self.programme.add(np.add, out, brought, out)

    def _collect(self, connection: Connection, factors: list[Operand]) -> None:
        """Add what goes back through a connection from same number to same number, or begin with it."""
        out = d_activity((connection.source,), connection.delay)
        minus = connection.fixed == -1
        if self.first.get(connection.source) != connection:
            brought = self._multiply(factors, scratch((connection.source,)))
            self.programme.add(np.subtract if minus else np.add, out, brought, out)
        elif minus or len(factors) == 1:
            brought = self._multiply(factors, out)
            self.programme.add(np.negative if minus else np.positive, brought, out)
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
        product = self.products[number]
        d = in_room(product, product.targets) if number in self.roomy else d_drive(product.targets)
        out, brought = d_activity(product.sources, product.delay), scratch(product.sources)

        def weights(back: WayBack) -> Array:
            return weights_of(back.network, product)

        if product.stacked:
            each = for_each_target(product)
            self.programme.add(np.matmul, d, weights, each)
            self.programme.add(np.add.reduce, each, lambda back: 0, lambda back: None, brought)
        else:
            self.programme.add(np.ndarray.dot, d, weights, brought)
        self.programme.add(np.add, out, brought, out)


@lru_cache(maxsize=256)
def compile_back_loops(topology: Topology, given: frozenset[str]) -> tuple[tuple[Block, BackLoop | None], ...]:
    """The blocks of a topology's plan, last ones first, those that loop with the programme of their way back.

    `given` are the layers that the loss depends on directly. Made once for each question, and kept.
    """
    blocks = reversed(compile_plan(topology).blocks)
    return tuple((block, BackLoop(topology, block, given) if block.loops else None) for block in blocks)


# ---- operands --------------------------------------------------------------------------------------------------------


def itself(back: WayBack) -> WayBack:
    """The run itself."""
    return back


def d_drive(layers: Layers) -> Operand:
    """dLoss/d drive at each step."""
    return lambda back: back.d_drive.rows(layers)


def d_activity(layers: Layers, delay: int = 0) -> Operand:
    """dLoss/d activity, `delay` steps before each step."""
    return lambda back: back.d_activity.rows(layers, delay)


def in_room(product: Product, layers: Layers) -> Operand:
    """Layers in the memory of what goes back through a product."""
    return lambda back: back.rooms[product].rows(layers)


def for_each_target(product: Product) -> Operand:
    """Room for what goes back from each layer of a stack, before it is added up."""
    return lambda back: back.d_activity.scratch(product.sources, "way back", n_times=len(product.targets))


def scratch(layers: Layers) -> Operand:
    """Room for an intermediate result."""
    return lambda back: back.d_activity.scratch(layers, "way back")

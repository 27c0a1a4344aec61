"""A block that loops, backward: each step hands its share of the derivative to the steps before it.

dLoss/d drive = slope · dLoss/d activity. Its memory begins as the slopes, computed for all steps at once, and each step
multiplies them in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.at_once import strengths
from rnn_edu.core.grouping import Product, Store, is_dense
from rnn_edu.core.loop import weights_of
from rnn_edu.core.memory import Layers, Memory, Programme, Rows
from rnn_edu.core.plan import Block
from rnn_edu.core.topology import Connection
from rnn_edu.core.way_back import WayBack

Array = np.ndarray
Factor = tuple[Array, int, Array | None]  # an activity, as it was so many steps before, times these strengths
NEAR = 2**19  # bytes of numbers that are sure to stay in a core's own memory


def _before(activity: Array, delay: int, start: int, stop: int) -> Array:
    """The activity `delay` steps before each of the steps from `start` to `stop`."""
    if delay <= start:
        return activity[start - delay : stop - delay]
    silence = np.zeros((min(delay, stop) - start, *activity.shape[1:]), activity.dtype)
    return np.concatenate([silence, activity[: max(0, stop - delay)]])


class BackLoop:
    """Finds dLoss/d drive of the layers of one block, step by step.

    A *rider* acts on one other layer only, unit by unit and within the step. Its derivative is that of the other layer
    times a factor that is known beforehand, so nothing needs to be collected for it.
    """

    def __init__(self, back: WayBack, block: Block) -> None:
        self.back, self.block = back, block
        self.topology, self.d_drive, self.d_activity = back.network.topology, back.d_drive, back.d_activity
        self.rides = {name: other for name, other in block.riders.items() if name not in back.given}
        self.programme = Programme(backwards=True)
        self.inside = {
            name: [c for c in self.topology.into(name) if c.source in block.layers or c.gate in block.layers]
            for name in block.layers
        }
        products = (*block.products, *(product for update in block.updates for product in update.products))
        self.product_of = {connection: product for product in products for connection in product.connections}
        # a product of several layers, or one behind a gate, has memory of its own for what goes back through it
        self.rooms = {
            product: self.d_drive.beside(Store(product.targets, product.stacked))
            for product in products
            if len(product.targets) > 1 or product.connections[0].gate is not None
        }
        self.slopes: list[tuple[str, list[Factor]]] = []
        self.first: dict[str, Connection] = {}  # what is written into a layer's d_activity; all else is added

    def run(self) -> None:
        """Walk back from the last step to the first one."""
        for store in self.block.stores:
            self._make_d_activity(store)
        for name in self.block.layers:
            self._make_d_drive(name)
        self._add_slopes()
        for name in reversed(self.block.layers):
            if name not in self.rides:
                self._walk(name)
        for product in self.block.products:
            self._through_product(product)
        self.programme.run()

    # ---- before the last step ----------------------------------------------------------------------------------------

    def _make_d_activity(self, store: Store) -> None:
        """Begin with what the question and later blocks say; riders need none."""
        collecting = tuple(name for name in store.layers if name not in self.rides)
        joined = not store.stacked and len(collecting) > 1
        if joined:
            self.d_activity.keep(store)[...] = 0
        for name in collecting:
            later = [
                connection for connection in self.topology.connections if connection.target not in self.block.layers
            ]
            found = self.back.gathered(name, later)
            if joined and found is not None:
                self.d_activity.layer(name)[...] = found
            elif not joined and found is not None:
                self.d_activity.put(Store((name,)), found)
            elif not joined:
                self._begin_empty(name)

    def _begin_empty(self, name: str) -> None:
        """Zeros; but if one term comes from further ahead than all others, it is written, and zeros end the run."""
        array = self.d_activity.keep(Store((name,)))
        acts = [c for connections in self.inside.values() for c in connections if name in (c.source, c.gate)]
        ahead = max(acts, key=lambda c: c.delay if c.source == name else 0)
        reaches = [c.delay if c.source == name else 0 for c in acts]
        if ahead.source == name and not is_dense(ahead) and reaches.count(ahead.delay) == 1:
            self.first[name] = ahead
            array[max(0, len(array) - ahead.delay) :] = 0
        else:
            array[...] = 0

    def _make_d_drive(self, name: str) -> None:
        """Room for dLoss/d drive: in a product's memory if it can lie there; the identity needs none of its own."""
        home = self._home(name)
        if home is not None:
            self.d_drive.put(Store((name,)), home.layer(name))
        elif self.topology.layer(name).activation == "identity" and name not in self.rides:
            self.d_drive.put(Store((name,)), self.d_activity.layer(name))
            return
        else:
            self.d_drive.keep(Store((name,)))
        self.slopes.append((name, self._factors(name) if name in self.rides else []))

    def _add_slopes(self) -> None:
        """Begin each stretch of steps with its slopes: few calls, and their numbers are still near when needed."""
        bytes_a_step = sum(self.d_drive.layer(name)[0].nbytes for name, _ in self.slopes)
        n_steps, stretch = self.d_drive.n_steps, max(1, NEAR // max(1, bytes_a_step))

        def fill(t: int) -> None:
            if (n_steps - 1 - t) % stretch == 0:
                self._fill_with_slopes(max(0, t + 1 - stretch), t + 1)

        if self.slopes:
            self.programme.add(fill, list(range(n_steps)))

    def _fill_with_slopes(self, start: int, stop: int) -> None:
        """The slopes of these steps, times the factors of riders."""
        for name, factors in self.slopes:
            d = self.d_drive.layer(name)[start:stop]
            ACTIVATIONS[self.topology.layer(name).activation].slope(self.back.activity[name][start:stop], d)
            total = None
            for source, delay, strength in factors:
                part = _before(source, delay, start, stop)
                part = part if strength is None else part * strength
                total = part if total is None else total + part
            if total is not None:
                np.multiply(d, total, d)

    def _home(self, name: str) -> Memory | None:
        """The first product's memory that this layer's dLoss/d drive can lie in, if there is one."""
        open_products = (self.product_of.get(c) for c in self.inside[name] if c.gate is None)
        return next((self.rooms[product] for product in open_products if product in self.rooms), None)

    def _factors(self, name: str) -> list[Factor]:
        """How the layer that a rider acts on changes with it: the other factors of its terms, to be added up."""
        factors: list[Factor] = []
        for connection in self.topology.into(self.rides[name]):
            strength = (
                None if connection.fixed == 1 or is_dense(connection) else strengths(self.back.network, connection)
            )
            if connection.gate == name and is_dense(connection):
                factors.append((self.back.brought(connection), 0, None))
            elif connection.gate == name:
                factors.append((self.back.activity[connection.source], connection.delay, strength))
            if connection.source == name and connection.gate is not None:
                factors.append((self.back.activity[connection.gate], 0, strength))
            elif connection.source == name:
                ones = np.broadcast_to(np.ones((), self.d_drive.dtype), self.d_drive.layer(name).shape)
                factors.append((ones, 0, strength))
        return factors

    # ---- the calls of one step ---------------------------------------------------------------------------------------

    def _walk(self, name: str) -> None:
        """dLoss/d drive of a layer and of all that rides on it, and what they hand to the layers before them."""
        d = self.d_drive.rows((name,))
        if name not in self.rides and self.d_drive.layer(name) is not self.d_activity.layer(name):
            self.programme.add(np.multiply, self.d_activity.rows((name,)), d, d)
        for memory, layers in self._riders_of(name):
            factor = memory.rows(layers)
            self.programme.add(np.multiply, factor, d, factor)  # for a stack of riders in one call
        for rider, other in self.rides.items():
            if other == name:
                self._walk(rider)
        for connection in self.inside[name]:
            self._hand_back(connection, d)

    def _riders_of(self, name: str) -> Iterator[tuple[Memory, Layers]]:
        """The riders of a layer, those together that lie together in a stack."""
        riders = [rider for rider, other in self.rides.items() if other == name]
        for product, room in self.rooms.items():
            here = [target in riders and self._home(target) is room for target in product.targets]
            for is_here, run in groupby(zip(here, product.targets, strict=True), key=lambda pair: pair[0]):
                layers = tuple(target for _, target in run)
                if is_here and product.stacked:
                    yield room, layers
                    riders = [rider for rider in riders if rider not in layers]
        yield from ((self.d_drive, (rider,)) for rider in riders)

    def _hand_back(self, connection: Connection, d: Rows) -> None:
        """What one connection hands to its source and to its gate; riders get theirs otherwise."""
        gate = None if connection.gate is None else self.back.activity[connection.gate]
        product = self.product_of.get(connection)
        if product is not None:
            if gate is not None:
                self._put(connection, [d, list(gate)])
            elif product in self.rooms and self._home(connection.target) is not self.rooms[product]:
                self._put(connection, [d])
            if product.delay == 0:
                self._through_product(product)
        elif connection.source in self.block.layers and connection.source not in self.rides:
            strength = None if connection.fixed in (1, -1) else strengths(self.back.network, connection)
            factors: list[Rows | Array] = [
                d,
                *([] if gate is None else [list(gate)]),
                *([] if strength is None else [strength]),
            ]
            self._collect(connection, factors, minus=connection.fixed == -1)
        if connection.gate in self.block.layers and connection.gate not in self.rides:
            out, brought = self.d_activity.rows((connection.gate,)), list(self.back.brought(connection))
            scratch = self._multiply([d, brought], self.programme.scratch(out[0], "to collect"))
            self.programme.add(np.add, out, scratch, out)

    def _put(self, connection: Connection, factors: list[Rows]) -> None:
        """What is to go back through a product, put into that product's memory."""
        room = self.rooms[self.product_of[connection]]
        self.programme.add(np.multiply if len(factors) > 1 else np.positive, *factors, room.rows((connection.target,)))
        if len(factors) > 1:
            self.back.behind_gate[connection] = room.layer(connection.target)

    def _collect(self, connection: Connection, factors: list[Rows | Array], minus: bool) -> None:
        """Add what goes back through a connection from same number to same number, or begin with it."""
        out = self.d_activity.rows((connection.source,), connection.delay)
        if self.first.get(connection.source) == connection:
            self._multiply(factors, out)
            if minus:
                self.programme.add(np.negative, out, out)
        else:
            scratch = self.programme.scratch(out[0], "to collect")
            self.programme.add(np.subtract if minus else np.add, out, self._multiply(factors, scratch), out)

    def _multiply(self, factors: list[Rows | Array], out: Rows | Array) -> Rows | Array:
        """The product of all factors, in `out`; a single one stays where it is, unless `out` is part of the record."""
        first, *others = factors
        if not others and isinstance(out, list):
            self.programme.add(np.positive, first, out)
            return out
        for other in others:
            self.programme.add(np.multiply, first, other, out)
            first = out
        return first

    def _through_product(self, product: Product) -> None:
        """Back through the weights of a product, for all its layers at once."""
        room = self.rooms.get(product, self.d_drive)
        d, weights = room.rows(product.targets), weights_of(self.back.network, product)
        out = self.d_activity.rows(product.sources, product.delay)
        brought = self.programme.scratch(out[0], "back")
        if product.stacked:
            each = self.programme.scratch(np.empty((len(weights), *brought.shape), brought.dtype), "back, each")
            self.programme.add(np.matmul, d, weights, each)
            self.programme.add(np.add.reduce, each, 0, None, brought)
        else:
            self.programme.add(np.ndarray.dot, d, weights, brought)
        self.programme.add(np.add, out, brought, out)

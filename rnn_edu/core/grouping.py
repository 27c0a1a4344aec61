"""Which connections of a loop act in one product, and which numbers therefore lie together in memory.

Both are for speed only: a step of a small network costs what its numpy calls cost, so few calls with much to do win.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rnn_edu.core.topology import Connection, Topology

Slot = str | Connection  # what has a place in memory: a layer, or what a connection brings to its gate
Slots = tuple[Slot, ...]


class Product(NamedTuple):
    """Weights that act together: one matrix, times one column of what all of them read.

    `connections` read layers of the block, equally long ago. `outside` and `biases` need no loop, but are in the same
    matrix if they fit: then the column begins with the layers outside, as they are now, and with a row of ones.
    """

    connections: tuple[Connection, ...]
    sources: tuple[str, ...]
    delay: int
    slots: Slots
    outside: tuple[Connection, ...] = ()
    biases: tuple[str, ...] = ()

    @property
    def front(self) -> tuple[str, ...]:
        """The layers outside that it reads."""
        return tuple(dict.fromkeys(connection.source for connection in self.outside))

    def __str__(self) -> str:
        ago = f" before {self.delay}" if self.delay else ""
        column = [*self.front, *["1"] * bool(self.biases), ", ".join(self.sources) + ago]
        targets = ", ".join(slot if isinstance(slot, str) else slot.target for slot in self.slots)
        return f"one product with {', '.join(column)}, for {targets}"


class Store(NamedTuple):
    """Slots that lie one below the other, so that they are one piece in every step.

    In front of them may lie what a product reads beside them: copies of layers outside, `ahead` steps later than the
    slots are, and a row of ones.
    """

    slots: Slots
    front: tuple[str, ...] = ()
    ones: bool = False
    ahead: int = 0


class Grouping(NamedTuple):
    """What lies together, what acts together, and which layers are squashed together."""

    stores: tuple[Store, ...]
    products: tuple[Product, ...]
    group: tuple[str, ...]


Inside = Mapping[str, tuple[Connection, ...]]


def is_dense(connection: Connection) -> bool:
    """Does the connection need a matrix product? (Same number to same number needs none.)"""
    return connection.fixed is None and connection.pattern != "one-to-one"


def is_plain_product(connection: Connection) -> bool:
    """Is what the connection brings one product with its source as it is now?"""
    return is_dense(connection) and connection.gate is None and connection.delay == 0


def slot_of(connection: Connection) -> Slot:
    """Where a product puts what the connection brings: into its target, or aside until it meets its gate."""
    return connection.target if connection.gate is None else connection


def grouped(topology: Topology, names: tuple[str, ...], inside: Inside) -> Grouping:
    """How a block that loops is computed. `inside` are the connections within the block, by target."""
    dense = [c for name in names for c in inside[name] if is_dense(c) and c.source in names]
    delays = sorted({connection.delay for connection in dense} - {0})
    products = [product for delay in delays for product in _joined(topology, names, dense, delay)]
    stores: list[Store] = []
    group: tuple[str, ...] = ()
    if products:
        largest = max(products, key=lambda product: _n_weights(topology, product))
        main, group = _ordered(topology, _with_outside(topology, largest, inside), inside)
        others = [part for other in products if other != largest for part in _readable(other, main)]
        products = [main, *others]
        stores.append(Store(main.sources, main.front, bool(main.biases), main.delay))
        if not set(main.slots) & set(main.sources):
            stores.append(Store(main.slots))
    products += [Product((c,), (c.source,), 0, (slot_of(c),)) for c in dense if c.delay == 0]
    placed = {slot for store in stores for slot in store.slots}
    met_by_gates = [c for name in names for c in inside[name] if is_dense(c) and c.gate is not None]
    slots: Slots = (*names, *met_by_gates)
    stores += [Store((slot,)) for slot in slots if slot not in placed]
    return Grouping(tuple(stores), tuple(products), group)


def _joined(topology: Topology, names: Iterable[str], dense: list[Connection], delay: int) -> list[Product]:
    """One product for all that was the case `delay` steps ago, or one for each source if it would be mostly zeros."""
    same = [connection for connection in dense if connection.delay == delay]
    sources = tuple(name for name in names if name in {connection.source for connection in same})
    whole = _product(sources, same)
    return [whole] if _is_full(topology, whole) else _by_source(whole)


def _by_source(product: Product) -> list[Product]:
    return [_product((s,), [c for c in product.connections if c.source == s]) for s in product.sources]


def _product(sources: tuple[str, ...], connections: list[Connection]) -> Product:
    slots = tuple(dict.fromkeys(map(slot_of, connections)))
    return Product(tuple(connections), sources, connections[0].delay, slots)


def _readable(product: Product, main: Product) -> list[Product]:
    """Sources lie in the order of the main product; who reads them otherwise reads them one by one."""
    n = len(product.sources)
    one_piece = any(main.sources[k : k + n] == product.sources for k in range(len(main.sources)))
    return [product] if one_piece or n == 1 else _by_source(product)


def _with_outside(topology: Topology, product: Product, inside: Inside) -> Product:
    """The same product, with what its targets receive from outside, if the matrix is then not mostly zeros."""
    targets = [slot for slot in product.slots if isinstance(slot, str)]
    into = [c for name in targets for c in topology.into(name) if c not in inside[name]]
    outside = tuple(connection for connection in into if is_plain_product(connection))
    biases = tuple(name for name in targets if topology.layer(name).bias)
    full = product._replace(outside=outside, biases=biases)
    return full if _is_full(topology, full) else product


def _is_full(topology: Topology, product: Product) -> bool:
    """Is at least half of the matrix of a product really there?"""
    n_rows = sum(topology.layer(slot if isinstance(slot, str) else slot.target).size for slot in product.slots)
    n_columns = sum(topology.layer(name).size for name in (*product.front, *product.sources)) + bool(product.biases)
    return len(product.slots) == 1 or 2 * _n_weights(topology, product) >= n_rows * n_columns


def _n_weights(topology: Topology, product: Product) -> int:
    size = {layer.name: layer.size for layer in topology.layers}
    return sum(size[c.target] * size[c.source] for c in (*product.connections, *product.outside)) + sum(
        size[name] for name in product.biases
    )


def _ordered(topology: Topology, product: Product, inside: Inside) -> tuple[Product, tuple[str, ...]]:
    """The product with its slots in the best order, and the layers that are squashed as soon as it is made.

    These come first, sigmoids before the others so that they are one piece, and next to each other those that act on
    the same layer. If all slots are sources too, they have the order of the sources.
    """
    if set(product.slots) == set(product.sources):
        return product._replace(slots=product.sources), ()

    def place(name: str) -> tuple[int, int]:
        acts_on = {c.target for c in topology.connections if name in (c.source, c.gate)}
        first = min((topology.update_order.index(target) for target in acts_on), default=0)
        return (0, -first) if topology.layer(name).activation == "sigmoid" else (1, first)

    complete = {*product.connections, *product.outside}
    group = [
        slot
        for slot in product.slots
        if isinstance(slot, str)
        and topology.layer(slot).activation in ("sigmoid", "tanh")
        and complete.issuperset(topology.into(slot))
        and (slot in product.biases or not topology.layer(slot).bias)
    ]
    if set(product.slots) & set(product.sources) or len(group) < 2:
        group = []
    group.sort(key=place)
    return product._replace(slots=(*group, *(slot for slot in product.slots if slot not in group))), tuple(group)


def riders(topology: Topology, names: tuple[str, ...]) -> dict[str, str]:
    """Layers that act on one single layer of their own block, unit by unit and within the step: {layer: that one}.

    The derivative of such a layer is that of the other one, times a factor that is known before the way back begins.
    """
    ride = {}
    for name in names:
        acts = [c for c in topology.connections if name in (c.source, c.gate)]
        targets = {c.target for c in acts}
        unit_by_unit = all(c.source != name or (c.delay == 0 and not is_dense(c)) for c in acts)
        if len(targets) == 1 and unit_by_unit and targets <= set(names):
            ride[name] = targets.pop()
    return ride

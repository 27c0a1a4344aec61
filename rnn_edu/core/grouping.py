"""Which layers of a loop lie together in memory, and which of its connections act in one product.

Both are for speed only: a step of a small network costs what its numpy calls cost, so few calls with much to do win.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rnn_edu.core.topology import Connection, Topology


class Store(NamedTuple):
    """Layers that share one piece of memory: stacked (each step holds one layer after the other), or side by side."""

    layers: tuple[str, ...]
    stacked: bool = False


class Product(NamedTuple):
    """Learned weights that act on the same activity, equally long ago: put together, they need one product.

    Several sources lie side by side. Several targets of one source have one size, and their sums are stacked.
    """

    connections: tuple[Connection, ...]
    sources: tuple[str, ...]
    delay: int
    targets: tuple[str, ...]

    @property
    def stacked(self) -> bool:
        """Do the sums for the targets come one after the other, rather than side by side?"""
        return len(self.sources) == 1 and len(self.targets) > 1

    def __str__(self) -> str:
        ago = f" before {self.delay}" if self.delay else ""
        return f"one product with {', '.join(self.sources)}{ago}, for {', '.join(self.targets)}"


Inside = Mapping[str, tuple[Connection, ...]]


def is_dense(connection: Connection) -> bool:
    """Does the connection need a matrix product? (Same number to same number needs none.)"""
    return connection.fixed is None and connection.pattern != "one-to-one"


def is_plain_product(connection: Connection) -> bool:
    """Is what the connection brings one product with its source as it is now?"""
    return is_dense(connection) and connection.gate is None and connection.delay == 0


def alike(connections: Iterable[Connection]) -> tuple[tuple[Connection, ...], ...]:
    """Connections into the layers of one update, those together that read the same thing; plain products first."""
    groups: dict[tuple[object, ...], list[Connection]] = {}
    for connection in sorted(connections, key=lambda connection: not is_plain_product(connection)):
        key = connection.source, connection.delay, connection.gate, connection.fixed, is_dense(connection)
        groups.setdefault(key, []).append(connection)
    return tuple(map(tuple, groups.values()))


def grouped(
    topology: Topology, names: tuple[str, ...], inside: Inside
) -> tuple[tuple[Store, ...], tuple[Product, ...]]:
    """The stores of a block, and the products of each of its steps. `inside` are the connections within the block."""
    dense = [c for name in names for c in inside[name] if is_dense(c) and c.source in names]
    joined = _joined(names, dense)
    products = [joined] if joined else []
    dense = [connection for connection in dense if not joined or connection not in joined.connections]
    side_by_side = joined.sources if joined else ()
    taken = {*side_by_side, *(joined.targets if joined else ())}
    stacks = _stacks(topology, [name for name in names if name not in taken], inside)
    stores = [Store(side_by_side)] if joined else []
    stores += [Store(stack, stacked=True) for stack in stacks]
    together = {name for store in stores for name in store.layers}
    stores += [Store((name,)) for name in names if name not in together]
    order = [name for stack in stacks for name in stack]
    order += [name for name in names if name not in order]
    return tuple(stores), (*products, *_by_source(topology, dense, order))


def _joined(names: tuple[str, ...], dense: list[Connection]) -> Product | None:
    """One product for all that was the case `delay` steps ago, if more than half of its matrix is really there."""
    for delay in sorted({connection.delay for connection in dense} - {0}):
        same = [connection for connection in dense if connection.delay == delay and connection.gate is None]
        sources = _among(names, (connection.source for connection in same))
        targets = _among(names, (connection.target for connection in same))
        if len(sources) > 1 and 2 * len(same) > len(sources) * len(targets):
            return Product(tuple(same), sources, delay, targets)
    return None


def _among(names: Iterable[str], chosen: Iterable[str]) -> tuple[str, ...]:
    wanted = set(chosen)
    return tuple(name for name in names if name in wanted)


def _by_source(topology: Topology, dense: list[Connection], order: list[str]) -> list[Product]:
    """One product for each source and delay, with all targets of one size; within a step, one for each connection."""
    together: dict[tuple[object, ...], list[Connection]] = {}
    for connection in sorted(dense, key=lambda connection: order.index(connection.target)):
        alone = connection.target if connection.delay == 0 else None
        key = connection.source, connection.delay, topology.layer(connection.target).size, alone
        together.setdefault(key, []).append(connection)
    return [
        Product(tuple(same), (same[0].source,), same[0].delay, tuple(connection.target for connection in same))
        for same in together.values()
    ]


def _stacks(topology: Topology, names: list[str], inside: Inside) -> list[tuple[str, ...]]:
    """Layers of one size that read the same: earlier activities by products, and nothing of their own step."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for name in names:
        plain = all(is_dense(c) and c.gate is None and c.delay for c in inside[name])
        layer = topology.layer(name)
        if plain and inside[name] and layer.activation in ("sigmoid", "tanh"):
            reads = frozenset((c.source, c.delay, c.gate, c.fixed, is_dense(c)) for c in topology.into(name))
            alike.setdefault((layer.size, layer.bias, reads), []).append(name)
    return [_ordered(topology, group) for group in alike.values() if len(group) > 1]


def _ordered(topology: Topology, group: list[str]) -> tuple[str, ...]:
    """Sigmoids first, so that they are one piece; next to each other those that act on the same layer."""

    def place(name: str) -> tuple[int, int]:
        acts_on = {c.target for c in topology.connections if name in (c.source, c.gate)}
        first = min((topology.update_order.index(target) for target in acts_on), default=0)
        return (0, -first) if topology.layer(name).activation == "sigmoid" else (1, first)

    return tuple(sorted(group, key=place))


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

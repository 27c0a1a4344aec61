"""Who is who on the way back through a loop: read off the plan, before there are any numbers."""

from __future__ import annotations

from rnn_edu.core.grouping import is_dense
from rnn_edu.core.plan import Block
from rnn_edu.core.slopes import Factor
from rnn_edu.core.topology import Connection, Topology


class Roles:
    """What the way back through one block needs to know. `given` are the layers that the loss depends on directly.

    A *rider* acts on one other layer only, unit by unit and within the step. Its derivative is that of the other layer
    times a factor that is known beforehand, so nothing needs to be collected for it.
    """

    def __init__(self, topology: Topology, block: Block, given: frozenset[str], *, whole: bool) -> None:
        self.topology, self.block = topology, block
        self.rides = {name: other for name, other in block.riders.items() if name not in given}
        self.inside = {
            name: [c for c in topology.into(name) if c.source in block.layers or c.gate in block.layers]
            for name in block.layers
        }
        self.products = block.all_products
        self.product_of = {c: number for number, product in enumerate(self.products) for c in product.connections}
        # a product of several layers, or one behind a gate, has memory of its own for what goes back through it
        self.roomy = {
            number
            for number, product in enumerate(self.products)
            if len(product.slots) > 1 or product.connections[0].gate is not None
        }
        self.home = {name: self._home(name) for name in block.layers}
        self.same = {  # dLoss/d drive is dLoss/d activity
            name
            for name in block.layers
            if self.home[name] is None and topology.layer(name).activation == "identity" and name not in self.rides
        }
        self.first = {name: self._first(name) for name in block.layers if not self._known_later(name, given)}
        self.factors = {name: self._factors(name) for name in block.layers if name not in self.same}
        into = [connection for name in block.layers for connection in topology.into(name)]
        in_products = {c for product in self.products for c in (*product.connections, *product.outside)}
        self.alone = [c for c in into if c.fixed is None and c not in in_products]
        ends_here = {None, *block.layers} if whole else {None, *block.layers, topology.input.name}
        self.outward = [c for c in into if not {c.source, c.gate} <= ends_here]

    def _home(self, name: str) -> int | None:
        """The first product in whose memory this layer's dLoss/d drive can lie, if there is one."""
        numbers = (self.product_of.get(connection) for connection in self.inside[name] if connection.gate is None)
        return next((number for number in numbers if number in self.roomy), None)

    def _known_later(self, name: str, given: frozenset[str]) -> bool:
        return name in given or any(
            name in (c.source, c.gate) and c.target not in self.block.layers for c in self.topology.connections
        )

    def _first(self, name: str) -> Connection | None:
        """The connection that brings something from further ahead than all others: it writes, the others add."""
        acts = [c for connections in self.inside.values() for c in connections if name in (c.source, c.gate)]
        reaches = [c.delay if c.source == name else 0 for c in acts]
        ahead = acts[reaches.index(max(reaches))]
        alone = reaches.count(ahead.delay) == 1 and name not in (ahead.gate, *self.side_by_side)
        return ahead if alone and ahead.source == name and not is_dense(ahead) else None

    @property
    def side_by_side(self) -> tuple[str, ...]:
        """The layers that the main product reads: it hands back to all of them at once."""
        main = self.products[0] if self.products else None
        return main.sources if main and main.delay and len(main.sources) > 1 else ()

    def _factors(self, name: str) -> list[Factor]:
        """How the layer that a rider acts on changes with it: the other factors of its terms, to be added up."""
        factors = []
        for connection in self.topology.into(self.rides[name]) if name in self.rides else ():
            if connection.gate == name:
                factors.append(Factor(connection, connection.source))
            if connection.source == name:
                factors.append(Factor(connection, connection.gate))
        return factors

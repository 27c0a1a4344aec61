"""A wiring that grows arrow by arrow: what a learner draws, and what it means.

A `Wiring` is layers plus single arrows between neurons. It never changes: every edit makes another one, so an undo is
the one before. What an arrow may be is `Topology`'s to say; here it is only asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from types import MappingProxyType

import numpy as np

from rnn_edu.core import builders
from rnn_edu.core.network import Network
from rnn_edu.core.parts import Layer, Unit
from rnn_edu.core.topology import Topology
from rnn_edu.core.wires import Ends, Wire, bundle, neuron

__all__ = ["FIRST_WEIGHT", "STARTS", "Wire", "Wiring", "neuron"]

STARTS: Mapping[str, Callable[..., Topology]] = MappingProxyType(
    {
        "feedforward": builders.feedforward,
        "direct": builders.direct_feedback,
        "indirect": builders.indirect_feedback,
        "lateral": builders.lateral_feedback,
        "complete": builders.complete_feedback,
    }
)
"""The wirings to begin with, by name."""

FIRST_WEIGHT: Mapping[str, float] = MappingProxyType(
    {"feedforward": 1.0, "direct": 0.8, "lateral": -0.6, "indirect": 0.6, "forward": 0.4}
)
"""The weight that a new arrow of each kind begins with: large enough to be seen at work."""


@dataclass(frozen=True)
class Wiring:
    """Layers of neurons and the arrows between them. `add`, `remove`, `reweigh` and `redelay` each give a new one.

    Raises what `Topology` raises for a wiring that cannot be, for example a loop with no delay.

    >>> wiring = Wiring.empty(builders.feedforward(1, 1, 1)).add(Unit("h", 0), Unit("h", 0), delay=1)
    >>> wiring.topology.feedback_kinds
    frozenset({'direct'})
    """

    layers: tuple[Layer, ...]
    wires: tuple[Wire, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        object.__setattr__(self, "wires", tuple(self.wires))
        for place, wire in enumerate(self.wires):
            if any(wire.same_place(other) for other in self.wires[:place]):
                raise ValueError(
                    f"the arrow {wire} is there already; change its weight, or give the second one another delay"
                )
        _ = self.topology  # raises if this cannot be wired

    # ---- where a wiring comes from ----------------------------------------------------------------------------------

    @classmethod
    def start(cls, name: str, inputs: int = 1, hidden: builders.Hidden = 3, outputs: int = 2) -> Wiring:
        """A classical wiring to begin with, by its name in `STARTS`, as its builder wires it.

        >>> Wiring.start("lateral").describe()
        'This wiring has lateral feedback.'
        """
        if name not in STARTS:
            raise ValueError(f"there is no wiring called {name!r} to start from; choose one of {', '.join(STARTS)}")
        # tanh outputs keep every activity between -1 and 1, whatever is wired on top
        return cls.of(STARTS[name](inputs, hidden, outputs, output_activation="tanh"))

    @classmethod
    def empty(cls, topology: Topology) -> Wiring:
        """The same neurons without any arrow."""
        return cls(topology.layers)

    @classmethod
    def of(cls, topology: Topology, rng: int | np.random.Generator = 0) -> Wiring:
        """The arrows of a topology, one by one, in the order of its connections.

        Arrows within a step get random weights of one decimal (none of them small), feedback those of `FIRST_WEIGHT`.
        Raises ValueError for gates and fixed connections: a wiring has only plain, learned arrows.
        """
        random = np.random.default_rng(rng)
        wires = []
        for connection in topology.connections:
            if connection.gate is not None or connection.fixed is not None:
                raise ValueError(
                    f"the connection {connection} is gated or fixed, but single arrows are learned and have no gate;"
                    " begin with a topology without it"
                )
            for i, j in topology.weights_allowed(connection):
                kind = topology.kind(connection, i, j)
                spread = round(float(random.choice((-1, 1, 1)) * random.uniform(0.4, 1.2)), 1)
                weight = spread if kind == "feedforward" else FIRST_WEIGHT[kind]
                ends = Unit(connection.source, j), Unit(connection.target, i)
                wires.append(Wire(*ends, connection.delay, weight))
        return cls(topology.layers, tuple(wires))

    # ---- edits ------------------------------------------------------------------------------------------------------

    def add(self, source: Unit, target: Unit, delay: int = 0, weight: float | None = None) -> Wiring:
        """This wiring with one more arrow. Without `weight` it begins with `FIRST_WEIGHT` of its kind."""
        wire = Wire(source, target, delay, 0.0 if weight is None else weight)
        grown = Wiring(self.layers, (*self.wires, wire))
        return grown if weight is not None else grown.reweigh(wire, FIRST_WEIGHT[grown.kind(wire)])

    def remove(self, wire: Wire) -> Wiring:
        """This wiring without one arrow; all other weights stay."""
        found = self.find(wire)
        return Wiring(self.layers, tuple(other for other in self.wires if other is not found))

    def reweigh(self, wire: Wire, weight: float) -> Wiring:
        """This wiring with another weight on one arrow."""
        found = self.find(wire)
        heavier = Wire(found.source, found.target, found.delay, weight)
        return Wiring(self.layers, tuple(heavier if other is found else other for other in self.wires))

    def redelay(self, wire: Wire, delay: int) -> Wiring:
        """This wiring with another delay on one arrow; its weight stays."""
        found = self.find(wire)
        later = Wire(found.source, found.target, delay, found.weight)
        return Wiring(self.layers, tuple(later if other is found else other for other in self.wires))

    # ---- what it is -------------------------------------------------------------------------------------------------

    @cached_property
    def topology(self) -> Topology:
        """The wiring as layers and connections: all arrows between two layers at one delay are one connection."""
        groups: dict[Ends, list[tuple[int, int]]] = {}
        for wire in self.wires:
            groups.setdefault(wire.ends, []).append((wire.target.index, wire.source.index))
        return Topology(self.layers, [bundle(self.layers, ends, pairs) for ends, pairs in groups.items()])

    def network(self) -> Network:
        """The wiring with its weights, ready to run. Biases are zero."""
        size = {layer.name: layer.size for layer in self.layers}
        weights: dict[str, np.ndarray] = {
            f"b_{layer.name}": np.zeros(layer.size) for layer in self.layers[1:] if layer.bias
        }
        for connection in self.topology.connections:
            matrix = np.zeros((size[connection.target], size[connection.source]))
            for wire in self.wires:
                if wire.ends == (connection.source, connection.target, connection.delay):
                    matrix[wire.target.index, wire.source.index] = wire.weight
            weights[self.topology.weight_name(connection)] = matrix
        return Network(self.topology, weights)

    def find(self, wire: Wire) -> Wire:
        """The arrow of this wiring at the same place, with its weight; ValueError if there is none."""
        for other in self.wires:
            if other.same_place(wire):
                return other
        raise ValueError(f"there is no arrow {wire} in this wiring; choose one of its {len(self.wires)} arrows")

    def between(self, source: Unit, target: Unit) -> tuple[Wire, ...]:
        """The arrows from one neuron to another, at whatever delay."""
        return tuple(wire for wire in self.wires if (wire.source, wire.target) == (source, target))

    def kind(self, wire: Wire) -> str:
        """What one arrow is: "feedforward", "direct", "lateral", "indirect" or "forward"."""
        connection = next(c for c in self.topology.connections if (c.source, c.target, c.delay) == wire.ends)
        return self.topology.kind(connection, wire.target.index, wire.source.index)

    def name(self, unit: Unit) -> str:
        """What a neuron is called here: "h₂", or "y" if it is alone in its layer."""
        return neuron(unit, alone=self.topology.layer(unit.layer).size == 1)

    def arrow(self, wire: Wire) -> str:
        """What an arrow is called here: "y → h₂ (delay 1)"."""
        return f"{self.name(wire.source)} → {self.name(wire.target)}" + (f" (delay {wire.delay})" if wire.delay else "")

    def layers_back(self, source: Unit, target: Unit) -> int:
        """How many layers an arrow goes back: 0 within a layer, below 0 if it goes forward. Its delay plays no part."""
        place = {layer.name: number for number, layer in enumerate(self.layers)}
        return place[source.layer] - place[target.layer]

    def describe(self) -> str:
        """One sentence: how the whole wiring feeds back."""
        kinds = self.topology.feedback_kinds
        late = " late forward arrows" if "forward" in kinds else ""
        loops = [kind for kind in FIRST_WEIGHT if kind in kinds and kind != "forward"]
        if kinds == {"complete"}:
            return "This wiring has complete feedback: every neuron feeds every neuron."
        if not loops:
            return f"This wiring has no feedback{late and ', only' + late}."
        return f"This wiring has {_listed(loops)} feedback{late and ', and' + late}."

    # ---- asking before an arrow is drawn ----------------------------------------------------------------------------

    def smallest_delay(self, source: Unit, target: Unit) -> int:
        """The shortest delay that a new arrow between these neurons can have.

        Raises `Topology`'s own error if no delay helps, for example for an arrow into the input.
        """
        taken = {wire.delay for wire in self.between(source, target)}
        refused: ValueError | None = None
        for delay in count():
            if delay not in taken:
                try:
                    self.add(source, target, delay)
                except ValueError as error:
                    if delay > 0:  # with a delay it cannot be a loop that is in the way
                        raise refused or error from None
                    refused = error
                else:
                    return delay
        raise AssertionError("unreachable: some delay is free")

    def waiting(self, source: Unit, target: Unit) -> tuple[Unit, ...]:
        """The neurons that would wait for each other if this arrow had no delay: source, target, …, source.

        Shortest way round; empty if single neurons would not, though their layers may.
        """
        ways: dict[Unit, tuple[Unit, ...]] = {target: (source, target)}
        queue = [target]
        for unit in queue:
            if unit == source:
                return ways[unit]
            for wire in self.wires:
                if wire.source == unit and wire.delay == 0 and wire.target not in ways:
                    ways[wire.target] = (*ways[unit], wire.target)
                    queue.append(wire.target)
        return ()

    def why_delay(self, source: Unit, target: Unit) -> str:
        """Why a new arrow needs a delay, in one sentence for the learner; empty if it needs none.

        >>> wiring = Wiring.start("feedforward", 1, 1, 1)
        >>> wiring.why_delay(Unit("y", 0), Unit("h", 0))
        'y → h needs a delay of at least 1, because y → h → y would each have to wait for the other.'
        """
        smallest = self.smallest_delay(source, target)
        if smallest == 0:
            return ""
        arrow = f"{self.name(source)} → {self.name(target)}"
        needs = f"{arrow} needs a delay of at least {smallest}, because"
        if any(wire.delay == smallest - 1 for wire in self.between(source, target)):
            return f"A second arrow {needs} one with delay {smallest - 1} is there already."
        loop = self.waiting(source, target)
        if source == target:
            return f"{needs} {self.name(source)} cannot know its own value before it has it."
        if loop:
            each = "each have to wait for the other" if len(loop) == 3 else "all have to wait for each other"
            return f"{needs} {' → '.join(map(self.name, loop))} would {each}."
        if source.layer == target.layer:
            return f"{needs} all neurons of layer {source.layer} are computed at the same moment."
        return (
            f"{needs} a layer is computed as a whole, and layer {source.layer} is computed after layer {target.layer}:"
            " each layer would have to wait for the other."
        )


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last

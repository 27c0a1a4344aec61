"""The graph of a network as plain data: where every neuron stands and which way every arrow goes.

Nothing here draws. Two renderers read a `Diagram`: `NetworkPicture` (matplotlib) and `network_svg` (live).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from rnn_edu.core.topology import Connection, Topology, Unit, checked
from rnn_edu.drawings.routes import Point, Route, extremes, free_route, preferred_bow

RADIUS = 0.31  # of a unit; the distance between neighbours is about 1
FOLDED_STEP, FOLDED_RISE = 1.5, 2.2  # between neighbours of a layer; between layers
# right and up between neighbours; clear room between layers
UNROLLED_STEP, UNROLLED_SLANT, UNROLLED_RISE = 0.7, 0.7, 1.5
COLUMN_GAP = 1.9  # clear room between two time columns


class Arrow(NamedTuple):
    """One neuron's influence on another: a weight, or a gate that acts on what arrives (then `source` is the gate)."""

    connection: Connection
    source: Unit
    target: Unit


@dataclass(frozen=True, eq=False)
class Diagram:
    """A network drawn as units and arrows: folded (`n_steps` is None) or unrolled over `n_steps` steps.

    `positions` maps every unit to its (x, y), y upwards. There is one arrow for each weight that a pattern has, and one
    for each gate that acts on a target. Activity before step 0 is zero, so no arrow comes from there.
    """

    topology: Topology
    n_steps: int | None
    positions: Mapping[Unit, Point]
    arrows: tuple[Arrow, ...]
    radius: float = RADIUS

    def kind(self, arrow: Arrow) -> str:
        """ "feedforward", "direct", "lateral", "indirect", "forward", or "gate"."""
        if is_gate(arrow):
            return "gate"
        return self.topology.kind(arrow.connection, arrow.target.index, arrow.source.index)

    def route(self, arrow: Arrow) -> Route:
        """Four points of a cubic Bézier curve, from the rim of the source to the rim of the target."""
        return self._routes[arrow]

    def touching(self, unit: Unit) -> tuple[tuple[Arrow, ...], tuple[Arrow, ...]]:
        """The arrows that end on a unit, and those that begin there."""
        return self._incoming.get(unit, ()), self._outgoing.get(unit, ())

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) of everything, curves included."""
        across, up = (
            [place[axis] + rim for place in self.positions.values() for rim in (-self.radius, self.radius)]
            + [end for route in self._routes.values() for end in extremes(route, axis)]
            for axis in (0, 1)
        )
        return min(across), min(up), max(across), max(up)

    @cached_property
    def _routes(self) -> dict[Arrow, Route]:
        """All routes. Those of an unrolled drawing repeat from step to step, so each is found once and then shifted."""
        found: dict[Arrow, Route] = {}
        taken: dict[frozenset[Unit], list[Route]] = {}
        routes = {}
        for arrow in self.arrows:
            first, shift = self._at_the_start(arrow)
            if first not in found:
                between = taken.setdefault(frozenset((first.source, first.target)), [])
                found[first] = self._find_route(first, between)
                between.append(found[first])
            routes[arrow] = _shifted(found[first], shift)
        return routes

    def _at_the_start(self, arrow: Arrow) -> tuple[Arrow, float]:
        """The same arrow where its source is at step 0, and how far to the right of that it is."""
        source, target = arrow.source, arrow.target
        if source.time is None or target.time is None:
            return arrow, 0.0
        first = Arrow(arrow.connection, source._replace(time=0), target._replace(time=target.time - source.time))
        return first, self.positions[source][0] - self.positions[first.source][0]

    def _find_route(self, arrow: Arrow, taken: list[Route]) -> Route:
        source, target = self.positions[arrow.source], self.positions[arrow.target]
        level = {layer.name: index for index, layer in enumerate(self.topology.layers)}
        levels = level[arrow.target.layer] - level[arrow.source.layer]
        delayed = arrow.connection.delay > 0 and not is_gate(arrow)
        steps = None if arrow.target.time is None else arrow.target.time
        bow = preferred_bow(target[0] - source[0], levels, delayed, steps)
        others = [
            place
            for unit, place in self.positions.items()
            if unit not in (arrow.source, arrow.target) and (unit.time is None or unit.time <= (steps or 0))
        ]
        return free_route(source, target, bow, self.radius, others=others, taken=taken)

    @cached_property
    def _incoming(self) -> dict[Unit, tuple[Arrow, ...]]:
        return _grouped(self.arrows, "target")

    @cached_property
    def _outgoing(self) -> dict[Unit, tuple[Arrow, ...]]:
        return _grouped(self.arrows, "source")


def fold(topology: Topology) -> Diagram:
    """The network as one graph, feedback drawn as loops.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> len(fold(direct_feedback(1, 2, 1)).arrows)  # 2 in, 2 loops, 2 out
    6
    """
    positions = {
        Unit(layer.name, index): (FOLDED_STEP * (index - (layer.size - 1) / 2), FOLDED_RISE * level)
        for level, layer in enumerate(checked(topology).layers)
        for index in range(layer.size)
    }
    return Diagram(topology, None, MappingProxyType(positions), tuple(_arrows(topology, None)))


def unroll(topology: Topology, n_steps: int) -> Diagram:
    """The same network spread over time: one column for each step, and every loop an arrow to the right.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> len(unroll(direct_feedback(1, 2, 1), 3).arrows)  # three times 4 within a step, twice 2 between steps
    16
    """
    if isinstance(n_steps, bool) or not hasattr(n_steps, "__index__") or n_steps < 1:
        raise ValueError(f"n_steps was {n_steps!r}; unrolling needs a whole number of steps, 1 or more")
    widest = max(layer.size for layer in checked(topology).layers)
    column = (widest - 1) * UNROLLED_STEP + COLUMN_GAP
    positions: dict[Unit, Point] = {}
    for time in range(n_steps):
        base = 0.0
        for layer in topology.layers:
            middle = (widest - layer.size) / 2  # narrow layers stand in the middle of the column
            for index in range(layer.size):
                x = time * column + (index + middle) * UNROLLED_STEP
                positions[Unit(layer.name, index, time)] = (x, base + index * UNROLLED_SLANT)
            base += (layer.size - 1) * UNROLLED_SLANT + UNROLLED_RISE
    return Diagram(topology, n_steps, MappingProxyType(positions), tuple(_arrows(topology, n_steps)))


def is_gate(arrow: Arrow) -> bool:
    """Does this arrow stand for a gate's influence rather than for a weight?"""
    connection, source = arrow.connection, arrow.source
    if connection.gate is None or source.layer != connection.gate:
        return False
    # a layer that gates its own delayed arrival is told apart by the time at which it acts
    return connection.gate != connection.source or (
        connection.delay > 0 and source.time is not None and source.time == arrow.target.time
    )


def _arrows(topology: Topology, n_steps: int | None) -> Iterator[Arrow]:
    for time in [None] if n_steps is None else range(n_steps):
        for connection in topology.connections:
            past = None if time is None else time - connection.delay
            # before step 0 all is zero: nothing arrives, and a gate has nothing to act on
            if past is None or past >= 0:
                yield from dict.fromkeys(_arrows_of(topology, connection, past, time))


def _arrows_of(topology: Topology, connection: Connection, past: int | None, now: int | None) -> Iterator[Arrow]:
    pairs = list(topology.weights_allowed(connection))
    for i, j in pairs:
        yield Arrow(connection, Unit(connection.source, j, past), Unit(connection.target, i, now))
    if connection.gate is not None:
        for i in sorted({i for i, _ in pairs}):
            yield Arrow(connection, Unit(connection.gate, i, now), Unit(connection.target, i, now))


def _shifted(route: Route, across: float) -> Route:
    first, second, third, last = ((x + across, y) for x, y in route)
    return first, second, third, last


def _grouped(arrows: tuple[Arrow, ...], end: str) -> dict[Unit, tuple[Arrow, ...]]:
    groups: dict[Unit, list[Arrow]] = {}
    for arrow in arrows:
        groups.setdefault(getattr(arrow, end), []).append(arrow)
    return {unit: tuple(members) for unit, members in groups.items()}

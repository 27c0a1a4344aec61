"""On how many ways, and along which arrows, an error travels back through an unrolled diagram."""

from collections.abc import Collection, Mapping

from rnn_edu.core.topology import Unit
from rnn_edu.drawings.diagram import Arrow, Diagram


def ways_to(diagram: Diagram, errors: Collection[Unit]) -> dict[Unit, int]:
    """Count, for each unit, the different ways along the arrows from it to the units that have an error of their own.

    >>> from rnn_edu.core.builders import elman
    >>> from rnn_edu.drawings.diagram import unroll
    >>> ways_to(unroll(elman(1, 2, 1), 3), [Unit("y", 0, 2)])[Unit("x", 0, 0)]
    8
    """
    counts: dict[Unit, int] = {}
    for unit in reversed(_in_order(diagram)):
        _, leaving = diagram.touching(unit)
        counts[unit] = (unit in errors) + sum(counts[arrow.target] for arrow in leaving)
    return counts


def only_way(diagram: Diagram, arrow: Arrow, ways: Mapping[Unit, int]) -> tuple[Arrow, ...]:
    """The arrows that an error passes on its only way back, from the first that it meets to this one; none if there
    are several ways, or none at all.

    `ways` is what `ways_to` counted.
    """
    if ways[arrow.target] != 1:
        return ()
    found = [arrow]
    while True:
        _, leaving = diagram.touching(found[-1].target)
        onward = [further for further in leaving if ways[further.target]]
        if not onward:
            return tuple(reversed(found))
        found.append(onward[0])


def on_the_way(diagram: Diagram, unit: Unit, ways: Mapping[Unit, int]) -> frozenset[Arrow]:
    """All arrows along which an error travels on its ways back to this unit."""
    found: set[Arrow] = set()
    waiting = [unit]
    while waiting:
        _, leaving = diagram.touching(waiting.pop())
        new = {arrow for arrow in leaving if ways[arrow.target]} - found
        found |= new
        waiting += [arrow.target for arrow in new]
    return frozenset(found)


def _in_order(diagram: Diagram) -> list[Unit]:
    """The units in an order in which every arrow leads onwards."""
    order: list[Unit] = []
    missing = {unit: len(diagram.touching(unit)[0]) for unit in diagram.positions}
    ready = [unit for unit, count in missing.items() if not count]
    while ready:
        order.append(ready.pop())
        for arrow in diagram.touching(order[-1])[1]:
            missing[arrow.target] -= 1
            if not missing[arrow.target]:
                ready.append(arrow.target)
    return order

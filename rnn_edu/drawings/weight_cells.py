"""The cells of a weight matrix, and how they are dealt out on panels: the same for the printed and the live one."""

from collections.abc import Mapping
from typing import NamedTuple

from rnn_edu.core.topology import Connection, Topology, Unit


class Cell(NamedTuple):
    """One weight that a pattern has: its connection, its two neurons and its kind."""

    connection: Connection
    target: Unit
    source: Unit
    kind: str


def cells_of(topology: Topology) -> tuple[Cell, ...]:
    """List the weights that the patterns have, those of the shortest delay first.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> [cell.kind for cell in cells_of(direct_feedback(1, 1, 1))]
    ['feedforward', 'feedforward', 'direct']
    """
    return tuple(
        Cell(connection, Unit(connection.target, i), Unit(connection.source, j), topology.kind(connection, i, j))
        for connection in sorted(topology.connections, key=lambda connection: connection.delay)
        for i, j in topology.weights_allowed(connection)
    )


def panels_of(topology: Topology) -> Mapping[int | None, tuple[Cell, ...]]:
    """Deal out the cells: all under None, or, if two delays join the same two neurons, a panel for each delay.

    >>> from rnn_edu.core.builders import complete_feedback, elman
    >>> list(panels_of(elman(2, 3, 1))), list(panels_of(complete_feedback(2, 3, 1)))
    ([None], [0, 1])
    """
    cells = cells_of(topology)
    with_delay = {(cell.target, cell.source, cell.connection.delay) for cell in cells}
    if len({(target, source) for target, source, _ in with_delay}) == len(with_delay):
        return {None: cells}
    delays = dict.fromkeys(cell.connection.delay for cell in cells)
    return {delay: tuple(cell for cell in cells if cell.connection.delay == delay) for delay in delays}

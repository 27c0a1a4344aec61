"""The state of a network: everything that the next step knows of the past, and what one step does to it."""

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rnn_edu.core.plan import compile_plan
from rnn_edu.core.topology import Connection, Topology, checked

Array = np.ndarray


class StateUnit(NamedTuple):
    """One number of the state: a unit's activity, `ago` steps before the latest one."""

    layer: str
    index: int  # type: ignore[assignment]  # the field takes the place of tuple.index
    ago: int = 0


class Slot(NamedTuple):
    """One layer's place in the state: its activity `ago` steps before the latest one."""

    layer: str
    ago: int
    place: slice


def state_units(topology: Topology) -> tuple[StateUnit, ...]:
    """The units that make up the state: those on a loop that some later step reads, in the order of the layers.

    A unit that is read d steps later is there d times, the latest first. A gate, or any unit that only its own step
    reads, hands nothing on by itself, so it is not part of the state; a unit between two loops is, if it is read later.
    Without loops there is no state: ().

    >>> from rnn_edu.core.builders import elman
    >>> state_units(elman(1, 2, 1))
    (StateUnit(layer='h', index=0, ago=0), StateUnit(layer='h', index=1, ago=0))
    """
    return tuple(
        StateUnit(slot.layer, index, slot.ago)
        for slot in slots(checked(topology))
        for index in range(topology.layer(slot.layer).size)
    )


@lru_cache(maxsize=256)
def slots(topology: Topology) -> tuple[Slot, ...]:
    """The state, layer by layer."""
    carries = carrying(topology)
    memory: dict[str, int] = {}
    for connection in topology.connections:
        if connection.source in carries and connection.target in carries and connection.delay:
            memory[connection.source] = max(memory.get(connection.source, 0), connection.delay)
    found, end = [], 0
    for layer in topology.layers:
        for ago in range(memory.get(layer.name, 0)):
            found.append(Slot(layer.name, ago, slice(end, end + layer.size)))
            end += layer.size
    return tuple(found)


def state_size(topology: Topology) -> int:
    """How many numbers the state holds."""
    return max((slot.place.stop for slot in slots(topology)), default=0)


@lru_cache(maxsize=256)
def carrying(topology: Topology) -> frozenset[str]:
    """The layers on a loop, and those on the way from one loop to another."""
    loops = {name for block in compile_plan(topology).blocks if block.loops for name in block.layers}
    return frozenset(reached(topology, loops, forwards=True) & reached(topology, loops, forwards=False))


def reached(topology: Topology, names: Collection[str], *, forwards: bool) -> set[str]:
    """These layers and all that they influence (forwards), or all that influences them."""
    found, waiting = set(names), list(names)
    while waiting:
        name = waiting.pop()
        for connection in topology.connections:
            causes = {connection.source, connection.gate} - {None}
            if forwards:
                new = {connection.target} if name in causes else set()
            else:
                new = {str(cause) for cause in causes} if name == connection.target else set()
            waiting += new - found
            found |= new
    return found


class Step(NamedTuple):
    """What the derivative of a step needs to know; every array may have further axes in front.

    `matrix(connection)` (…, n_targets, n_sources); `slope[layer]` and `gate[layer]` (…, n_units);
    `arrived(connection)`, what the connection brings before its gate, (…, n_targets). A slope of None is 1.
    """

    matrix: Callable[[Connection], Array]
    slope: Callable[[str], Array | None]
    gate: Callable[[str], Array]
    arrived: Callable[[Connection], Array]


def step_matrix(topology: Topology, step: Step) -> Array:
    """d state(t) / d state(t-1), exact for any wiring: (…, n_state, n_state).

    Forwards through the layers of one step, by the product rule: a layer's row block is its slope times the sum, over
    its connections, of gate · weight · (row block of the source) and of what arrived · (row block of the gate).
    """
    size = state_size(topology)
    rows: dict[str, Array] = {}
    for name in topology.update_order:
        if name not in carrying(topology):
            continue
        found = None
        for connection in topology.into(name):
            for part in _parts(topology, step, connection, rows):
                found = part if found is None else found + part
        if found is not None:
            slope = step.slope(name)
            rows[name] = found if slope is None else slope[..., None] * found
    return _stacked(topology, rows, size)


def _parts(topology: Topology, step: Step, connection: Connection, rows: Mapping[str, Array]) -> list[Array]:
    parts = []
    source = _source_rows(topology, step, connection, rows)
    if source is not None:
        parts.append(source if connection.gate is None else step.gate(connection.gate)[..., None] * source)
    if connection.gate in rows:
        parts.append(step.arrived(connection)[..., None] * rows[str(connection.gate)])
    return parts


def _source_rows(topology: Topology, step: Step, connection: Connection, rows: Mapping[str, Array]) -> Array | None:
    """d (what the connection brings) / d state(t-1), or None if it does not depend on it."""
    if connection.delay == 0:
        return step.matrix(connection) @ rows[connection.source] if connection.source in rows else None
    for slot in slots(topology):
        if slot.layer == connection.source and slot.ago == connection.delay - 1:
            matrix = np.asarray(step.matrix(connection), float)
            if matrix.shape[-1] == state_size(topology):
                return matrix
            wide = np.zeros((*matrix.shape[:-1], state_size(topology)))
            wide[..., slot.place] = matrix
            return wide
    return None


def _stacked(topology: Topology, rows: Mapping[str, Array], size: int) -> Array:
    """The row blocks of all parts of the state, those that are only shifted by one step included."""
    places = slots(topology)
    if len(places) == 1 and places[0].layer in rows:
        return rows[places[0].layer]
    front = np.broadcast_shapes(*(block.shape[:-2] for block in rows.values()))
    whole = np.zeros((*front, size, size))
    for slot, before in zip(places, (None, *places), strict=False):
        if slot.ago == 0:
            if slot.layer in rows:
                whole[..., slot.place, :] = rows[slot.layer]
        elif before is not None:
            whole[..., slot.place, before.place] = np.eye(slot.place.stop - slot.place.start)
    return whole

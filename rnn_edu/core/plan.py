"""A topology, compiled once: which layers must be stepped through time together, and which need no clock.

Layers that feed one another in a loop form one block, computed step by step. Every other layer is a block of its own
and is computed for all steps in one product; so is whatever enters a loop from outside it.
"""

from functools import lru_cache
from typing import NamedTuple

from rnn_edu.core.topology import Connection, Topology


class LayerPlan(NamedTuple):
    """What one layer receives: from outside its block (all steps at once) and from inside (step by step)."""

    name: str
    outside: tuple[Connection, ...]
    inside: tuple[Connection, ...]


class Block(NamedTuple):
    """Layers that are computed together, in order; `loops` says whether they must be stepped through time."""

    layers: tuple[LayerPlan, ...]
    loops: bool

    def __str__(self) -> str:
        when = "for each step" if self.loops else "all steps at once"
        return "\n".join(f"{when}: {_sum(layer)}" for layer in self.layers)


class Plan(NamedTuple):
    """The blocks in the order in which they are computed. `print(plan)` shows one line for each layer."""

    blocks: tuple[Block, ...]
    longest_delay: int

    def __str__(self) -> str:
        return "\n".join(str(block) for block in self.blocks)


@lru_cache(maxsize=256)
def compile_plan(topology: Topology) -> Plan:
    """The plan of a topology, made once and kept.

    >>> from rnn_edu.core.builders import elman
    >>> print(compile_plan(elman(2, 3, 1)))
    for each step: h ← x + [h before 1]
    all steps at once: y ← h
    """
    reaches = _reachable(topology)
    blocks: list[Block] = []
    placed: set[str] = set()
    while len(placed) < len(topology.update_order):
        # the first layer all of whose causes outside its own loop are placed begins the next block
        waiting = [name for name in topology.update_order if name not in placed]
        loop_of = {
            name: [other for other in waiting if other == name or _mutual(reaches, name, other)] for name in waiting
        }
        names = next(loop for loop in loop_of.values() if _causes(reaches, loop, waiting) <= set(loop))
        blocks.append(_block(topology, names, loops=any(name in reaches[name] for name in names)))
        placed.update(names)
    delays = [connection.delay for connection in topology.connections]
    return Plan(tuple(blocks), max(delays, default=0))


def _block(topology: Topology, names: list[str], loops: bool) -> Block:
    def is_inside(connection: Connection) -> bool:
        return loops and (connection.source in names or connection.gate in names)

    return Block(
        tuple(
            LayerPlan(
                name,
                outside=tuple(connection for connection in topology.into(name) if not is_inside(connection)),
                inside=tuple(connection for connection in topology.into(name) if is_inside(connection)),
            )
            for name in names
        ),
        loops,
    )


def _reachable(topology: Topology) -> dict[str, set[str]]:
    """For each layer, the layers that it influences, directly or through others, at once or later."""
    reaches: dict[str, set[str]] = {layer.name: set() for layer in topology.layers}
    for connection in topology.connections:
        for cause in (connection.source, connection.gate):
            if cause is not None:
                reaches[cause].add(connection.target)
    for middle in reaches:
        for targets in reaches.values():
            if middle in targets:
                targets |= reaches[middle]
    return reaches


def _mutual(reaches: dict[str, set[str]], one: str, other: str) -> bool:
    return other in reaches[one] and one in reaches[other]


def _causes(reaches: dict[str, set[str]], loop: list[str], waiting: list[str]) -> set[str]:
    return {cause for cause in waiting if reaches[cause] & set(loop)}


def _sum(layer: LayerPlan) -> str:
    def word(connection: Connection) -> str:
        source = connection.source + (f" before {connection.delay}" if connection.delay else "")
        return f"{connection.gate} ⊙ {source}" if connection.gate else source

    parts = [word(connection) for connection in layer.outside]
    parts += [f"[{word(connection)}]" for connection in layer.inside]
    return f"{layer.name} ← {' + '.join(parts) or '0'}"

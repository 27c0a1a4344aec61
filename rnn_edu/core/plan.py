"""A topology, compiled once: what is computed for all steps at once, what step by step, and what in one product.

Layers that feed one another in a loop form one block, which is stepped through time. Every other layer is a block of
its own and is computed for all steps at once; so is whatever enters a loop from outside it, before the loop begins.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from rnn_edu.core.grouping import Product, Store, grouped, is_dense, is_plain_product, riders
from rnn_edu.core.topology import Connection, Topology


class Sum(NamedTuple):
    """What a layer adds up behind one gate: gate ⊙ (arriving + arriving + …); `gate` is None where there is none."""

    gate: str | None
    connections: tuple[Connection, ...]


class Update(NamedTuple):
    """One step of the plan: layers that get their activity together.

    What is `known`, and the bias if it `has_bias`, is in their memory for all steps before the block begins. In every
    step, what the products of the block bring and what the `sums` say is added, and the total is squashed.
    """

    layers: tuple[str, ...]
    known: tuple[Connection, ...]
    has_bias: bool
    products: tuple[Product, ...]  # those that must wait for another layer of the same step
    sums: tuple[Sum, ...]
    words: str

    def __str__(self) -> str:
        return self.words


class Block(NamedTuple):
    """Layers that are computed together; `loops` says whether they must be stepped through time."""

    layers: tuple[str, ...]
    loops: bool
    stores: tuple[Store, ...]
    products: tuple[Product, ...]  # with activities of earlier steps, so each step begins with them
    updates: tuple[Update, ...]
    riders: Mapping[str, str]

    def __str__(self) -> str:
        shared = [product for product in self.products if len(product.slots) > 1 or len(product.sources) > 1]
        when = "for each step" if self.loops else "all steps at once"
        return "\n".join(f"{when}: {step}" for step in (*shared, *self.updates))

    @property
    def all_products(self) -> tuple[Product, ...]:
        """Those at the beginning of a step, and those within it."""
        return *self.products, *(product for update in self.updates for product in update.products)


class Plan(NamedTuple):
    """The blocks in the order in which they are computed. `print(plan)` shows one line for each step of them."""

    blocks: tuple[Block, ...]

    def __str__(self) -> str:
        return "\n".join(str(block) for block in self.blocks)


@lru_cache(maxsize=256)
def compile_plan(topology: Topology) -> Plan:
    """The plan of a topology, made once and kept. What stands in [ ] is known before the loop begins.

    >>> from rnn_edu.core.gated import gru
    >>> print(compile_plan(gru(2, 3, 1)))
    for each step: one product with x, 1, h before 1, for z, r, n
    for each step: z, r ← sigmoid(x + bias + h before 1)
    for each step: n ← tanh([x + bias] + r ⊙ h before 1)
    for each step: h ← z ⊙ (h before 1 - n) + n
    all steps at once: y ← h + bias
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
        blocks.append(_block(topology, tuple(names), loops=any(name in reaches[name] for name in names)))
        placed.update(names)
    return Plan(tuple(blocks))


def _block(topology: Topology, names: tuple[str, ...], loops: bool) -> Block:
    def is_inside(connection: Connection) -> bool:
        return loops and (connection.source in names or connection.gate in names)

    inside = {name: tuple(filter(is_inside, topology.into(name))) for name in names}
    stores, products, group = grouped(topology, names, inside)
    updates = []
    for layers in ((group,) if group else ()) + tuple((name,) for name in names if name not in group):
        name = layers[0]
        read = {c for product in products for c in product.outside}
        known = tuple(c for c in topology.into(name) if c not in inside[name] and c not in read)
        has_bias = topology.layer(name).bias and not any(name in product.biases for product in products)
        waiting = tuple(p for p in products if p.delay == 0 and p.connections[0].target == name)
        sums = () if name in group else _sums(names, inside[name])
        words = _words(topology, layers, known, has_bias, inside[name])
        updates.append(Update(layers, tuple(sorted(known, key=_not_plain)), has_bias, waiting, sums, words))
    delayed = tuple(product for product in products if product.delay)
    return Block(names, loops, stores, delayed, tuple(updates), riders(topology, names) if loops else {})


def _not_plain(connection: Connection) -> bool:
    return not is_plain_product(connection)


def _sums(names: tuple[str, ...], inside: tuple[Connection, ...]) -> tuple[Sum, ...]:
    """What arrives step by step other than by an open product; gated sums come first, plain terms last."""
    rest = [c for c in inside if c.gate is not None or c.source not in names or not is_dense(c)]
    gates = sorted(dict.fromkeys(connection.gate for connection in rest), key=lambda gate: gate is None)
    return tuple(Sum(gate, _plus_first([c for c in rest if c.gate == gate])) for gate in gates)


def _plus_first(connections: list[Connection]) -> tuple[Connection, ...]:
    return tuple(sorted(connections, key=lambda c: (c.fixed not in (None, 1.0), c.delay == 0)))


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


def _words(
    topology: Topology,
    layers: tuple[str, ...],
    known: tuple[Connection, ...],
    has_bias: bool,
    inside: tuple[Connection, ...],
) -> str:
    """One line: the layers, and the sum that each of them squashes."""
    name = layers[0]
    now = tuple(connection for connection in topology.into(name) if connection not in (*known, *inside))
    beforehand = _formula(known) + ["bias"] * has_bias
    in_step = _formula(now) + ["bias"] * (topology.layer(name).bias and not has_bias) + _formula(inside)
    if beforehand and in_step:
        beforehand = [f"[{' + '.join(beforehand)}]"]
    total = " + ".join([*beforehand, *in_step]).replace("+ -", "- ") or "0"
    squash = dict.fromkeys(topology.layer(name).activation for name in layers)
    names = ", ".join(layers)
    if len(squash) > 1:  # sigmoids come first
        n_first = sum(topology.layer(name).activation == next(iter(squash)) for name in layers)
        parts = [", ".join(layers[:n_first]), ", ".join(layers[n_first:])]
        return f"{names} ← {' and '.join(f'{f} for {part}' for f, part in zip(squash, parts, strict=True))} of {total}"
    (activation,) = squash
    return f"{names} ← {total}" if activation == "identity" else f"{names} ← {activation}({total})"


def _formula(connections: tuple[Connection, ...]) -> list[str]:
    """The terms of a sum in words, those behind the same gate in one bracket."""

    def word(connection: Connection) -> str:
        number = {None: "", 1.0: "", -1.0: "-"}.get(connection.fixed, f"{connection.fixed} · ")
        return number + connection.source + (f" before {connection.delay}" if connection.delay else "")

    terms = []
    for gate in sorted(dict.fromkeys(connection.gate for connection in connections), key=lambda gate: gate is None):
        words = [word(connection) for connection in _plus_first([c for c in connections if c.gate == gate])]
        joined = " + ".join(words).replace("+ -", "- ")
        bracket = f"({joined})" if len(words) > 1 or joined.startswith("-") else joined
        terms += words if gate is None else [f"{gate} ⊙ {bracket}"]
    return terms

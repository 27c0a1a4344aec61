"""The weights of a product, put together in one matrix; and its gradient, taken apart again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from rnn_edu.core.grouping import Product, slot_of
from rnn_edu.core.start import mask
from rnn_edu.core.topology import Connection, Topology

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

Array = np.ndarray
Key = TypeVar("Key")
ONES = "1"  # the row of ones that a bias reads; no layer can have this name


class Part(NamedTuple):
    """Where one weight or bias lies in the matrix of a product: rows are what it brings, columns what it reads."""

    name: str
    target: str
    connection: Connection | None  # None for a bias
    rows: slice
    columns: slice


class Matrix:
    """The matrix of a product: (slots, what it reads); for the way back (sources, slots), without what is in front."""

    def __init__(self, topology: Topology, product: Product, dtype: np.dtype, *, back: bool = False) -> None:
        self.parts = parts(topology, product)
        n_rows = max(part.rows.stop for part in self.parts)
        n_columns = max(part.columns.stop for part in self.parts)
        n_front = min(part.columns.start for part in self.parts if part.connection in product.connections)
        used = [part for part in self.parts if not back or part.columns.start >= n_front]
        whole = np.zeros((n_columns - n_front, n_rows) if back else (n_rows, n_columns), dtype)
        turned, shift = (whole.T, n_front) if back else (whole, 0)
        self.array = whole
        self.half = dtype.type(0.5)
        self.views = [
            (part, turned[part.rows, part.columns.start - shift : part.columns.stop - shift]) for part in used
        ]

    def fill(self, network: Network, halved: Collection[str] = ()) -> None:
        """Put the weights of a network in their places, of those into the layers in `halved` the half."""
        for part, view in self.views:
            weights = network.weights[part.name]
            if part.connection is None:
                weights = weights[:, None]
            np.multiply(weights, self.half, view) if part.target in halved else np.copyto(view, weights)


def parts(topology: Topology, product: Product) -> list[Part]:
    """Where each weight and each bias of a product lies."""
    size = {layer.name: layer.size for layer in topology.layers}
    rows = _places(product.slots, [size[slot if isinstance(slot, str) else slot.target] for slot in product.slots])
    front = [*product.front, *[ONES] * bool(product.biases)]
    columns = _places(range(len(front) + len(product.sources)), [size.get(n, 1) for n in (*front, *product.sources)])
    at_front = {name: columns[number] for number, name in enumerate(front)}
    at_source = {name: columns[number + len(front)] for number, name in enumerate(product.sources)}
    found = [
        Part(topology.weight_name(c), c.target, c, rows[slot_of(c)], at[c.source])
        for at, connections in ((at_front, product.outside), (at_source, product.connections))
        for c in connections
    ]
    return found + [Part(f"b_{name}", name, None, rows[name], at_front[ONES]) for name in product.biases]


def _places(names: Iterable[Key], sizes: list[int]) -> dict[Key, slice]:
    """Where each lies, one after the other."""
    return {name: slice(end - n, end) for name, n, end in zip(names, sizes, accumulate(sizes), strict=True)}


def taken_apart(topology: Topology, places: Iterable[Part], gradient: Array) -> Mapping[str, Array]:
    """The gradient of each weight and bias, from that of the whole matrix."""
    found = {}
    for part in places:
        d = gradient[part.rows, part.columns]
        found[part.name] = d[:, 0] if part.connection is None else without_forbidden(topology, part.connection, d)
    return found


def without_forbidden(topology: Topology, connection: Connection, d: Array) -> Array:
    """Zero where the pattern has no weight."""
    if connection.pattern != "all":
        d[~mask(topology, connection)] = 0.0  # not d * mask: inf * 0 would be NaN
    return d

"""The list of calls that one step of time makes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import repeat
from typing import Any

import numpy as np

Array = np.ndarray
Operand = Array | list[Array]


class Programme:
    """The calls of one time step, in order. An operand is a list with one array for each step, or the same always.

    >>> programme, total = Programme(), np.zeros(1)
    >>> programme.add(np.add, total, [np.ones(1), 2 * np.ones(1)], total)
    >>> programme.run(0, 2)
    >>> total
    array([3.])
    """

    def __init__(self, *, backwards: bool = False) -> None:
        self.backwards = backwards
        self.calls: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

    def add(self, function: Callable[..., Any], *operands: Any) -> None:
        """Call `function` at every step."""
        self.calls.append((function, operands))

    def add_product(self, weights: Array, column: Operand, out: Operand) -> None:
        """Multiply (targets, sources) by (sources, sequences).

        BLAS is up to 1.4 times as fast if a product of medium size is made in parts.
        """
        n_parts = _n_parts(weights, column[0] if isinstance(column, list) else column)
        if n_parts == 1:
            self.add(np.ndarray.dot, weights, column, out)
        else:

            def in_parts(array: Array) -> Array:
                return array.reshape(n_parts, -1, array.shape[-1])

            parts = [in_parts(array) for array in out] if isinstance(out, list) else in_parts(out)
            self.add(np.matmul, in_parts(weights), column, parts)

    def run(self, first: int, end: int) -> None:
        """Make all calls of one step, then all calls of the next one, and so on, from `first` to before `end`."""
        turn = -1 if self.backwards else 1
        calls = []
        for function, operands in self.calls:
            found = [o[first:end][::turn] if isinstance(o, list) else repeat(o) for o in operands]
            calls.append(map(function, *found))
        deque(zip(*calls, strict=False), maxlen=0)  # zip takes one from each, and to take one from a map makes its call


def _n_parts(weights: Array, column: Array) -> int:
    """BLAS needs no packing up to about a million multiplications (OpenBLAS with AVX-512)."""
    n_multiplications = weights.size * column.shape[-1]
    if 10**6 < n_multiplications < 5 * 10**6:
        for n_parts in (2, 4, 8):
            if n_multiplications <= n_parts * 10**6 and len(weights) % n_parts == 0:
                return n_parts
    return 1

"""Where the numbers of a run lie, and the list of calls that one step of time makes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import repeat
from typing import Any

import numpy as np

from rnn_edu.core.grouping import Store

Array = np.ndarray
Rows = list[Array]  # one array for each step
Layers = tuple[str, ...]
Operand = Callable[[Any], Any]


class Memory:
    """One number for each unit, sequence and step; the layers of one store lie together.

    `layer("h")` is (n_steps, n_sequences, n_units); `rows(("h",), delay=1)` are its steps one by one, as they were one
    step earlier. What was before step 0 is in `past`, or else zero; what is written there is forgotten.
    """

    def __init__(self, sizes: Mapping[str, int], n_steps: int, n_sequences: int, dtype: np.dtype) -> None:
        self.sizes, self.n_steps, self.n_sequences, self.dtype = sizes, n_steps, n_sequences, dtype
        self.past: Mapping[str, Array] = {}
        self.stores: dict[Store, Array] = {}
        self._views: dict[Layers, Array] = {}
        self._rows: dict[tuple[Layers, int], Rows] = {}
        self._scratch: dict[tuple[Layers, str, int | None], Array] = {}

    def keep(self, store: Store) -> Array:
        """Make room for a store: stacked (n_steps, n_layers, n_sequences, n_units), else side by side."""
        sizes = [self.sizes[name] for name in store.layers]
        step = (len(sizes), self.n_sequences, sizes[0]) if store.stacked else (self.n_sequences, sum(sizes))
        return self.put(store, np.empty((self.n_steps, *step), self.dtype))

    def put(self, store: Store, array: Array) -> Array:
        """Use an array that is there already."""
        self.stores[store] = self._views[store.layers] = array
        if len(store.layers) > 1:
            end = 0
            for k, name in enumerate(store.layers):
                start, end = end, end + self.sizes[name]
                self._views[name,] = array[:, k] if store.stacked else array[:, :, start:end]
        return array

    def has(self, name: str) -> bool:
        """Is there room for this layer?"""
        return any(name in store.layers for store in self.stores)

    def layer(self, name: str) -> Array:
        """One layer at all steps."""
        return self._views[name,]

    def together(self, layers: Layers) -> Array:
        """Layers that lie together, at all steps: a whole store, or neighbours in it."""
        if layers not in self._views:
            store = next(store for store in self.stores if _is_run(layers, store.layers))
            first = store.layers.index(layers[0])
            if store.stacked:
                self._views[layers] = self.stores[store][:, first : first + len(layers)]
            else:
                start, width = (sum(map(self.sizes.__getitem__, some)) for some in (store.layers[:first], layers))
                self._views[layers] = self.stores[store][:, :, start : start + width]
        return self._views[layers]

    def rows(self, layers: Layers, delay: int = 0) -> Rows:
        """Layers that lie together, at each step, as they were `delay` steps before."""
        if (layers, delay) not in self._rows:
            if delay:
                now = self.rows(layers)
                self._rows[layers, delay] = self._rows_before(layers, delay)[: len(now)] + now[:-delay]
            else:
                self._rows[layers, 0] = list(self.together(layers))
        return self._rows[layers, delay]

    def _rows_before(self, layers: Layers, delay: int) -> Rows:
        if self.past:
            return list(np.concatenate([self.past[name][-delay:] for name in layers], axis=-1))
        return [np.zeros_like(self.rows(layers)[0])] * delay

    def ago(self, name: str, delay: int) -> tuple[Array, int]:
        """A layer `delay` steps before each step, but for the first steps if it was still zero; how many these are."""
        layer, n_silent = self.layer(name), min(delay, self.n_steps)
        known = layer[: self.n_steps - n_silent]
        if self.past and delay:
            return np.concatenate([self.past[name][-delay:][: self.n_steps], known]), 0
        return known, n_silent

    def scratch(self, layers: Layers, use: str, n_times: int | None = None) -> Array:
        """Room for an intermediate result: one step of these layers, or several times that; each use has its own."""
        key = layers, use, n_times
        if key not in self._scratch:
            shape = self.rows(layers)[0].shape
            self._scratch[key] = np.empty(shape if n_times is None else (n_times, *shape), self.dtype)
        return self._scratch[key]

    def beside(self, store: Store, n_steps: int | None = None) -> Memory:
        """Other memory for one store, for as many steps or for fewer."""
        other = Memory(self.sizes, self.n_steps if n_steps is None else n_steps, self.n_sequences, self.dtype)
        other.keep(store)
        return other


def _is_run(layers: Layers, of: Layers) -> bool:
    return any(of[first : first + len(layers)] == layers for first in range(len(of) - len(layers) + 1))


def runs(stores: Iterable[Store], layers: Layers, without: Collection[str] = ()) -> list[Layers]:
    """These layers in as few pieces as possible, such that each lies together both in the stores and in `layers`."""
    whole = [s.layers for s in stores if _is_run(s.layers, layers) and not set(s.layers) & set(without)]
    in_whole = {name for run in whole for name in run}
    return whole + [(name,) for name in layers if name not in in_whole and name not in without]


class Programme:
    """The calls of one time step, in order. It is made once and run with any numbers.

    An operand is a function of the run: what it finds there is a list, with one entry for each step, or anything else,
    which is then the same in every step.

    >>> programme = Programme()
    >>> programme.add(np.add, lambda run: run["total"], lambda run: run["steps"], lambda run: run["total"])
    >>> run = {"total": np.zeros(1), "steps": [np.ones(1), 2 * np.ones(1)]}
    >>> programme.run(run)
    >>> run["total"]
    array([3.])
    """

    def __init__(self, *, backwards: bool = False) -> None:
        self.turn = -1 if backwards else 1
        self.calls: list[tuple[Callable[..., Any], tuple[Operand, ...]]] = []

    def add(self, function: Callable[..., Any], *operands: Operand) -> None:
        """Call `function` at every step."""
        self.calls.append((function, operands))

    def run(self, run: Any) -> None:
        """Make all calls of the first step, then all calls of the next one, and so on."""
        calls = []
        for function, operands in self.calls:
            found = [operand(run) for operand in operands]
            calls.append(map(function, *(o[:: self.turn] if isinstance(o, list) else repeat(o) for o in found)))
        for _ in zip(*calls, strict=False):  # zip takes one from each, and to take one from a map makes its call
            pass

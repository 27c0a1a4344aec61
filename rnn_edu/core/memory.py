"""Where the numbers of a run lie: steps first, then units, then sequences."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping

import numpy as np

from rnn_edu.core.grouping import Product, Slot, Slots, Store

Array = np.ndarray
Rows = list[Array]  # one array for each step


class Memory:
    """One number for each unit, sequence and step: (n_steps, n_units, n_sequences).

    So a layer is one piece in every step, and so are neighbours in one store; a product with weights (target, source)
    needs no turning. In front of the first step there is room for `n_before` earlier ones.
    """

    def __init__(self, sizes: Mapping[str, int], n_steps: int, n_sequences: int, dtype: np.dtype, n_before: int = 0):
        self.sizes, self.n_steps, self.n_sequences, self.dtype = sizes, n_steps, n_sequences, dtype
        self.n_before = n_before
        self._arrays: list[Array] = []
        self._lent: list[weakref.ref[Array]] = []
        self._fronts: dict[Store, list[tuple[str, Array]]] = {}  # copies of other layers
        self._places: dict[Slot, tuple[Array, int, int]] = {}
        self._rows: dict[tuple[Slots, int], Rows] = {}

    def size(self, slot: Slot) -> int:
        """How many units a layer has, or what meets a gate."""
        return self.sizes[slot if isinstance(slot, str) else slot.target]

    def keep(self, store: Store) -> None:
        """Make room for a store."""
        n_front = sum(map(self.size, store.front)) + store.ones
        n_units = n_front + sum(map(self.size, store.slots))
        array = np.empty((self.n_before + self.n_steps, n_units, self.n_sequences), self.dtype)
        self._arrays.append(array)
        self.put(store, array)

    def put(self, store: Store, array: Array) -> None:
        """Use an array that is there already."""
        end, first = 0, self.n_before - store.ahead
        for name in store.front:
            start, end = end, end + self.size(name)
            copy = array[first : first + self.n_steps, start:end]
            self._fronts.setdefault(store, []).append((name, copy))
        if store.ones:
            array[:, end] = 1
            end += 1
        for slot in store.slots:
            start, end = end, end + self.size(slot)
            self._places[slot] = array, start, end

    def has(self, slot: Slot) -> bool:
        """Is there room for it?"""
        return slot in self._places

    def is_one_piece(self, slots: Slots) -> bool:
        """Do these lie one below the other, in this order?"""
        places = [self._places[slot] for slot in slots]
        return all(a[0] is b[0] and a[2] == b[1] for a, b in zip(places, places[1:], strict=False))

    def whole(self, slots: Slots) -> Array:
        """Slots that lie together, at all steps and at those before."""
        (array, start, _), (_, _, end) = self._places[slots[0]], self._places[slots[-1]]
        return array[:, start:end]

    def layer(self, slot: Slot) -> Array:
        """One slot at all steps."""
        return self.whole((slot,))[self.n_before :]

    def ago(self, slots: Slots, delay: int) -> Array:
        """Slots that lie together as they were `delay` steps before each step."""
        first = self.n_before - delay
        return self.whole(slots)[first : first + self.n_steps]

    def column(self, product: Product) -> Array:
        """All that a product reads in each step, what lies in front included."""
        array = (
            self._places[product.sources[0]][0] if product.biases or product.outside else self.whole(product.sources)
        )
        first = self.n_before - product.delay
        return array[first : first + self.n_steps]

    def rows(self, slots: Slots, delay: int = 0) -> Rows:
        """Slots that lie together, step by step, as they were `delay` steps before."""
        if (slots, delay) not in self._rows:
            self._rows[slots, delay] = list(self.ago(slots, delay))
        return self._rows[slots, delay]

    def fill_front(self, store: Store) -> None:
        """Copy what lies in front of a store from where it is."""
        for name, copy in self._fronts.get(store, ()):
            copy[...] = self.layer(name)

    # ---- results -----------------------------------------------------------------------------------------------------

    @property
    def n_bytes(self) -> int:
        """How much memory that is."""
        return sum(array.nbytes for array in self._arrays)

    def results(self, names: Iterable[str], *, single: bool) -> dict[str, Array]:
        """Layers as others see them: (n_steps, [n_sequences,] n_units), and nobody can write to them.

        numpy keeps the whole of a lent array alive as long as any part of it is in use; so we know when none is.
        """
        lent = {id(array): _lend(array) for array in self._arrays}
        self._lent = [weakref.ref(array) for array in lent.values()]
        found = {}
        for name in names:
            array, start, end = self._places[name]
            layer = lent[id(array)].reshape(array.shape)[self.n_before :, start:end]
            found[name] = layer[:, :, 0] if single else layer.swapaxes(1, 2)
        return found

    def is_free(self) -> bool:
        """Has everybody let go of the results?"""
        return all(array() is None for array in self._lent)


def _lend(array: Array) -> Array:
    return np.frombuffer(array.data.toreadonly(), array.dtype)  # numpy does not look behind it for the owner

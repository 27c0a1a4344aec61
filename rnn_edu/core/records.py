"""What a run and a backward pass leave behind: frozen records, addressed by layer or by `Unit`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from rnn_edu.core.topology import Topology, Unit

if TYPE_CHECKING:
    from rnn_edu.core.prepared import Prepared

Array = np.ndarray
Key = TypeVar("Key")


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Every unit's activity at every step of one run.

    `trajectory["h"]` is (n_steps, n_units) for one sequence and (n_steps, n_sequences, n_units) for several;
    `trajectory[Unit("h", 3, time=2)]` is one number, or one for each sequence. Nothing in it can be changed.
    """

    topology: Topology
    activity: Mapping[str, Array]
    prepared: Prepared = field(repr=False)  # the memory that it lies in, for the way back

    @property
    def n_steps(self) -> int:
        """How many steps the run had."""
        return len(self.activity[self.topology.input.name])

    @property
    def n_sequences(self) -> int | None:
        """How many sequences ran side by side; None if it was a single one."""
        shape = self.activity[self.topology.input.name].shape
        return None if len(shape) == 2 else shape[1]

    @cached_property
    def diverged_at(self) -> int | None:
        """The first step at which some activity is no longer a finite number, or None."""
        finite = np.ones(self.n_steps, bool)
        for values in self.activity.values():
            finite &= np.isfinite(values).reshape(self.n_steps, -1).all(axis=1)
        return None if finite.all() else int(np.argmin(finite))

    def __getitem__(self, key: str | Unit) -> Array:
        return look_up(self.activity, key)


@dataclass(frozen=True, eq=False)
class Gradients:
    """How much the loss changes with every weight, and with every unit's activity at every step.

    `gradients.weights["W_hh"]` has the shape of the weight. `gradients.activity["h"]`, or `gradients["h"]`, has the
    shape of the activity and is the total derivative: along all ways on which that activity reaches the loss.
    """

    topology: Topology
    weights: Mapping[str, Array]
    activity: Mapping[str, Array]

    def __getitem__(self, key: str | Unit) -> Array:
        return look_up(self.activity, key)


def look_up(activity: Mapping[str, Array], key: str | Unit) -> Array:
    """One layer by its name, or one unit by its address."""
    name = key.layer if isinstance(key, Unit) else key
    if not isinstance(name, str) or name not in activity:
        raise KeyError(f"there is no layer {name!r} in this record; it has {', '.join(activity)}")
    values = activity[name]
    if not isinstance(key, Unit):
        return values
    n_steps, n_units = values.shape[0], values.shape[-1]
    if key.time is None or key.time not in range(n_steps) or key.index not in range(n_units):
        raise KeyError(
            f"{key} is not in this record; layer {name!r} has indices 0 to {n_units - 1} and times 0 to {n_steps - 1}"
        )
    return values[int(key.time), ..., int(key.index)]


def frozen(arrays: Mapping[Key, Array]) -> Mapping[Key, Array]:
    """The same arrays, which can no longer be changed, in a mapping that cannot be changed either."""
    for array in arrays.values():
        array.flags.writeable = False
    return MappingProxyType(dict(arrays))


class OnDemand(Mapping[str, Array]):
    """Arrays by name, which are computed when somebody first asks for one. Cannot be changed."""

    def __init__(self, names: tuple[str, ...], compute: Callable[[], Mapping[str, Array]]) -> None:
        self._names, self._compute = names, compute

    @cached_property
    def _known(self) -> Mapping[str, Array]:
        return frozen(self._compute())  # two threads may both compute it: they find the same numbers

    def __getitem__(self, name: str) -> Array:
        if name not in self._names:
            raise KeyError(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

"""What a network is made of: layers of neurons, connections that carry a delay, and the address of one neuron."""

import operator
import re
from dataclasses import dataclass
from numbers import Real
from typing import NamedTuple, cast

from rnn_edu.core.activations import ACTIVATIONS

PATTERNS = ("all", "one-to-one", "all-but-self")
Pairs = tuple[tuple[int, int], ...]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Unit(NamedTuple):
    """The address of one neuron: one circle in a drawing, one number in a trajectory, one number in the gradients.

    `index` counts from 0 within the layer. `time` is the step, from 0; None means "at every step" (a folded drawing).

    >>> Unit("h", index=3, time=2)
    Unit(layer='h', index=3, time=2)
    """

    layer: str
    index: int  # type: ignore[assignment]  # the field takes the place of tuple.index, which no address needs
    time: int | None = None


@dataclass(frozen=True)
class Layer:
    """A group of `size` neurons that share one activation function.

    The first layer of a topology is the input: it takes the numbers as they come, without activation or bias.

    >>> Layer("h", 3)
    Layer(name='h', size=3, activation='tanh', bias=True, label=None)
    """

    name: str
    size: int
    activation: str = "tanh"
    bias: bool = True
    label: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ValueError(
                f"a layer's name was {self.name!r}, but it must be letters, digits and _ and begin with a letter;"
                " put other text into label=..."
            )
        if isinstance(self.size, bool) or not hasattr(self.size, "__index__") or self.size < 1:
            raise ValueError(f"layer {self.name!r} was given size {self.size!r}; it needs a whole number of 1 or more")
        object.__setattr__(self, "size", int(self.size))
        if not isinstance(self.activation, str) or self.activation not in ACTIVATIONS:
            raise ValueError(
                f"layer {self.name!r} was given activation {self.activation!r}; choose one of {', '.join(ACTIVATIONS)}"
            )


@dataclass(frozen=True)
class Connection:
    """An arrow from one layer to another: what `source` did `delay` steps ago reaches `target` now.

    `pattern` says which neurons are joined: "all" (each with each), "one-to-one" (same number to same number),
    "all-but-self" (each with each other number), or the very pairs, wired by hand: ((target index, source index), …).
    `gate` names a layer of the target's size whose activity, unit by unit, multiplies what arrives. `fixed` is None for
    learned weights; a number means that many identities, never learned, and makes the pattern "one-to-one".

    >>> Connection("h", "h", delay=1, fixed=1.0).pattern
    'one-to-one'
    """

    source: str
    target: str
    delay: int = 0
    pattern: str | Pairs = "all"
    gate: str | None = None
    fixed: float | None = None

    def __post_init__(self) -> None:
        if isinstance(self.delay, bool) or not hasattr(self.delay, "__index__") or self.delay < 0:
            raise ValueError(
                f"the connection {self.source} → {self.target} was given delay {self.delay!r}; it needs a whole number"
                " of steps, 0 or more"
            )
        object.__setattr__(self, "delay", int(self.delay))
        if not isinstance(self.pattern, str):
            object.__setattr__(self, "pattern", self._checked_pairs())
        elif self.pattern not in PATTERNS:
            raise ValueError(
                f"the connection {self.source} → {self.target} was given pattern {self.pattern!r};"
                f" choose one of {', '.join(PATTERNS)}, or give pairs (target index, source index)"
            )
        if self.fixed is not None:
            self._check_fixed(self.fixed)

    def _check_fixed(self, fixed: float) -> None:
        if not isinstance(fixed, Real) or not abs(fixed) < float("inf"):
            raise ValueError(
                f"the connection {self.source} → {self.target} was given fixed={fixed!r}; it needs a finite number"
            )
        if self.pattern not in ("all", "one-to-one"):
            raise ValueError(
                f"the connection {self.source} → {self.target} is fixed, so it joins same numbers only;"
                f" leave out pattern={self.pattern!r} or leave out fixed"
            )
        object.__setattr__(self, "fixed", float(fixed))
        object.__setattr__(self, "pattern", "one-to-one")

    def _checked_pairs(self) -> Pairs:
        try:
            given = cast("Pairs", self.pattern)
            pairs = sorted({(operator.index(i), operator.index(j)) for i, j in given})
        except (TypeError, ValueError):
            pairs = []
        if not pairs or min(min(pair) for pair in pairs) < 0:
            raise ValueError(
                f"the connection {self.source} → {self.target} was given pattern {self.pattern!r}; it needs one or more"
                " pairs (target index, source index), counted from 0"
            )
        return tuple(pairs)

    def __str__(self) -> str:
        return f"{self.source} → {self.target}" + (f" (delay {self.delay})" if self.delay else "")

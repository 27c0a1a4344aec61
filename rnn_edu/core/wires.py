"""Single arrows between neurons, and the connections that they add up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from rnn_edu.core.parts import PATTERNS, Connection, Layer, Pairs, Unit
from rnn_edu.core.topology import Topology

_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
Ends = tuple[str, str, int]  # source layer, target layer, delay


@dataclass(frozen=True)
class Wire:
    """One arrow: `delay` steps after `source` was active, `target` receives `weight` times that activity."""

    source: Unit
    target: Unit
    delay: int = 0
    weight: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", Unit(*self.source)._replace(time=None))
        object.__setattr__(self, "target", Unit(*self.target)._replace(time=None))
        if not isfinite(self.weight):
            raise ValueError(f"the arrow {self} was given weight {self.weight!r}; it needs a finite number")
        object.__setattr__(self, "weight", float(self.weight))

    @property
    def ends(self) -> Ends:
        """Source layer, target layer and delay: what the arrows of one connection share."""
        return self.source.layer, self.target.layer, self.delay

    def same_place(self, other: "Wire") -> bool:
        """Do both arrows join the same neurons at the same delay?"""
        return (self.source, self.target, self.delay) == (other.source, other.target, other.delay)

    def __str__(self) -> str:
        return f"{neuron(self.source)} → {neuron(self.target)}" + (f" (delay {self.delay})" if self.delay else "")


def neuron(unit: Unit, *, alone: bool = False) -> str:
    """A neuron's name as the equations write it: h₂, or h¹₂ in layer h1. `alone` in its layer, it needs no number.

    >>> neuron(Unit("h", 2)), neuron(Unit("h1", 2)), neuron(Unit("h1", 0), alone=True)
    ('h₂', 'h¹₂', 'h¹')
    """
    stem = unit.layer.rstrip("0123456789")
    layer = stem + unit.layer[len(stem) :].translate(_SUPERSCRIPT)
    return layer if alone else layer + str(unit.index).translate(_SUBSCRIPT)


@lru_cache(maxsize=512)
def _patterns(layers: tuple[Layer, ...], ends: Ends) -> Mapping[Pairs, str]:
    """The named patterns that these two layers can have, by the pairs that they join, as Topology says them."""
    source, target, delay = ends
    named: dict[Pairs, str] = {}
    for pattern in PATTERNS:
        connection = Connection(source, target, delay, pattern)
        try:
            topology = Topology(layers, [connection])
        except ValueError:  # this pattern is not for layers of these sizes
            continue
        named.setdefault(tuple(sorted(topology.weights_allowed(connection))), pattern)
    return named


def bundle(layers: tuple[Layer, ...], ends: Ends, pairs: Iterable[tuple[int, int]]) -> Connection:
    """One connection for these pairs: by its pattern's name if it has one, so that its equation reads as usual."""
    joined = tuple(sorted(pairs))
    return Connection(*ends, pattern=_patterns(layers, ends).get(joined, joined))

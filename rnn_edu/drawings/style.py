"""The one visual language: every picture, on paper and on screen, takes its colours, dashes and shapes from here.

Never colour alone: each kind of arrow has its own dash, each role its own shape, and a number that is no number its
own mark. Colours are from matplotlib's colour-blind-safe sets; each meets WCAG AA (4.5 : 1) on its background. Only the
standard library is imported here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import floor, inf, isfinite, isnan, log10
from types import MappingProxyType
from typing import Any, NamedTuple

PAPER = "#FFFFFF"
DARK_PAPER = "#111111"  # JupyterLab's dark background
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


class KindStyle(NamedTuple):
    """How one kind of arrow looks.

    ``colour`` is for light paper and ``dark`` for a dark theme; ``dash`` is in line widths (empty means a solid line);
    ``letter`` stands for the kind where there is no room for the ``word``.
    """

    colour: str
    dash: tuple[float, ...]
    word: str
    letter: str
    dark: str


KIND: Mapping[str, KindStyle] = MappingProxyType(
    {
        "feedforward": KindStyle("#595959", (), "feed-forward", "→", "#B8B8B8"),
        "direct": KindStyle("#006BA4", (4.0, 2.0), "direct", "D", "#6DB5E8"),
        "lateral": KindStyle("#832DB6", (1.0, 1.6), "lateral", "L", "#CE9BEE"),
        "indirect": KindStyle("#C85200", (5.0, 1.6, 1.0, 1.6), "indirect", "I", "#FF9E5C"),
        "forward": KindStyle("#2A7F62", (8.0, 2.5), "forward", "F", "#62C9A2"),
        "gate": KindStyle("#000000", (2.0, 1.0), "gate", "⊙", "#FFFFFF"),
        "complete": KindStyle("#BD1F01", (6.0, 2.0, 2.0, 2.0), "complete", "C", "#FF8F78"),
    }
)
"""The look of the six kinds of arrow, and of "complete" as a name for all of the feedback together."""

SHAPE: Mapping[str, str] = MappingProxyType({"input": "square", "hidden": "circle", "output": "diamond"})
NOT_A_NUMBER = "#FFE04D"  # the look of NaN and of infinity: yellow, always together with a mark

_DIVERGING = ("#2166AC", "#67A9CF", "#D1E5F0", "#FFFFFF", "#FDDBC7", "#EF8A62", "#B2182B")
_SEQUENTIAL = ("#F4FAF3", "#C7E9C0", "#74C476", "#238B45", "#00441B")


def shape_of(topology: Any, layer_name: str) -> str:
    """Say which shape the units of a layer have: the input's are squares, the output's diamonds, all others circles.

    The input wins if one layer is both.
    """
    if layer_name == topology.input.name:
        return SHAPE["input"]
    return SHAPE["output"] if layer_name == topology.output.name else SHAPE["hidden"]


@dataclass(frozen=True)
class ActivityScale:
    """Turn an activity into a colour: white is zero, blue negative, red positive, full colour at ``limit``.

    >>> ActivityScale(1.0).colour(0.0), ActivityScale(1.0).colour(2.0)
    ('#FFFFFF', '#B2182B')
    """

    limit: float

    def __post_init__(self) -> None:
        if not (isfinite(self.limit) and self.limit > 0):
            raise ValueError(f"an activity scale ends at {self.limit}; give a positive, finite limit, for example 1.0")

    def colour(self, value: float) -> str:
        """Give the colour of one activity as "#RRGGBB"; values beyond the limit keep the colour of the limit."""
        if not isfinite(value):
            return NOT_A_NUMBER
        return blend(_DIVERGING, (max(-1.0, min(1.0, value / self.limit)) + 1) / 2)

    def label(self, value: float) -> str:
        """Write the value in at most a few characters."""
        return short(value)


@dataclass(frozen=True)
class GradientScale:
    """Turn a gradient into a colour by its size alone, on a logarithmic scale from nearly white to dark green.

    An exact zero is pure white with the label "0"; NaN and infinity are yellow with a label of their own.

    >>> scale = GradientScale(1e-6, 1.0)
    >>> scale.colour(0.0), scale.colour(-1.0), scale.label(-0.00012)
    ('#FFFFFF', '#00441B', '−1e-4')
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high < inf:
            raise ValueError(
                f"a gradient scale runs from {self.low} to {self.high}; give two positive numbers, the smaller first"
            )

    def colour(self, value: float) -> str:
        """Give the colour of one gradient as "#RRGGBB"; the sign does not matter."""
        if not isfinite(value):
            return NOT_A_NUMBER
        if value == 0:
            return PAPER
        # max() guards the logarithm's quotient when both ends of the scale are far apart
        part = (log10(abs(value)) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return blend(_SEQUENTIAL, max(0.0, min(1.0, part)))

    def label(self, value: float) -> str:
        """Write the value in at most a few characters."""
        return short(value)


def activity_scale(record: Any) -> ActivityScale:
    """Choose the scale that fits a record: the next of 1, 2, 5, 10 … above its largest finite activity, but at least 1.

    A record is anything with an ``activity`` mapping of arrays.
    """
    largest = max((float(sizes.max()) for sizes in _finite_sizes(record)), default=0.0)
    return ActivityScale(min(_round_up(largest), 1e308))


def gradient_scale(record: Any) -> GradientScale:
    """Choose the scale that fits a record: at most twelve whole powers of ten round its finite non-zero gradients."""
    sizes = [part[part > 0] for part in _finite_sizes(record)]
    highest = max((float(part.max()) for part in sizes if part.size), default=1.0)
    lowest = min((float(part.min()) for part in sizes if part.size), default=1e-3)
    top = max(-300, min(308, -floor(-log10(highest))))
    bottom = max(min(floor(log10(lowest)), top - 2), top - 12, -323)
    return GradientScale(10.0**bottom, 10.0**top)


def _finite_sizes(record: Any) -> Iterator[Any]:
    for values in record.activity.values():
        sizes = abs(values)
        sizes = sizes[sizes < inf]
        if sizes.size:
            yield sizes


def _round_up(value: float) -> float:
    if value <= 1:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next((step * power for step in (1, 2, 5) if step * power >= value), 10 * power)


def short(value: float) -> str:
    """Write a number so that it fits into a unit: two decimals, or a power of ten when that would mislead.

    >>> short(0.4249), short(-0.05), short(12.34), short(0.0), short(3.1e-7), short(1e300)
    ('0.42', '−0.05', '12.3', '0', '3e-7', '1e300')
    """
    if isnan(value):
        return "NaN"
    sign, size = ("−" if value < 0 else ""), abs(value)
    if size == inf:
        return sign + "∞"
    if size == 0:
        return "0"
    if size < 0.00995 or size >= 9999.5:
        digits, power = f"{size:.0e}".split("e")
        return f"{sign}{digits}e{int(power)}"
    decimals = 2 if size < 9.995 else 1 if size < 99.95 else 0
    return f"{sign}{size:.{decimals}f}"


def contrast(first: str, second: str) -> float:
    """Measure the contrast of two colours, from 1 (equal) to 21 (black on white).

    Source: Web Content Accessibility Guidelines 2.2, "contrast ratio" and "relative luminance".

    >>> round(contrast("#000000", "#FFFFFF"), 3)
    21.0
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=4096)
def text_on(colour: str) -> str:
    """Choose black or white text for a coloured background, whichever can be read better.

    >>> text_on("#00441B"), text_on("#D1E5F0")
    ('#FFFFFF', '#000000')
    """
    # black wins where (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05): one luminance a unit, not four
    return "#000000" if _luminance(colour) + 0.05 > (1.05 * 0.05) ** 0.5 else "#FFFFFF"


def _luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def blend(stops: tuple[str, ...], part: float) -> str:
    """The colour at a part, from 0 to 1, of the way through some colours."""
    place = part * (len(stops) - 1)
    first = min(int(place), len(stops) - 2)
    share = place - first
    pairs = zip(_rgb(stops[first]), _rgb(stops[first + 1]), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02X}" for low, high in pairs)

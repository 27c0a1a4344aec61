"""The error on its way back: an unrolled network whose units and arrows show what they carry, forwards and back."""

import math
from collections.abc import Collection, Iterator, Mapping
from html import escape
from typing import Any, NamedTuple

from rnn_edu.core.topology import Unit
from rnn_edu.drawings import style, svg
from rnn_edu.drawings.diagram import Arrow, Diagram
from rnn_edu.drawings.svg_arrows import Place
from rnn_edu.drawings.svg_error_arrows import CHOSEN, arrow_svg, walking

VIEWS = ("activity", "gradient", "both")
_LENGTH, _WIDEST = 76.0, 940.0  # pixels of one length in the diagram; of a whole picture
_HEAD = 40  # pixels above the graph, for the steps and the errors
_CSS = (
    ".rnn-back{fill:#00592B}.rnn-error{fill:#BD1F01}"
    '[data-jp-theme-light="false"] .rnn-back{fill:#7FD694}[data-jp-theme-light="false"] .rnn-error{fill:#FF8F78}'
    "[data-arrow]:hover .rnn-hit{stroke-opacity:.14}"
    "[data-arrow]:focus-visible .rnn-hit{stroke:#D55E00;stroke-opacity:.55}"
)


class Carried(NamedTuple):
    """All numbers of one way forwards and back.

    `activity` and `gradient` are records; `forward` holds what each arrow brings to its target, `back` what it brings
    to its source; `errors` what each unit that has an error of its own brings into the network.
    """

    activity: Any
    gradient: Any
    forward: Mapping[Arrow, float]
    back: Mapping[Arrow, float]
    errors: Mapping[Unit, float]


class _Pen(NamedTuple):
    diagram: Diagram
    place: Place
    carried: Carried
    view: str
    activity_scale: style.ActivityScale
    gradient_scale: style.GradientScale
    selected: Unit | Arrow | None
    lit: Collection[Arrow] | None

    def moments(self, time: int) -> tuple[int, int]:
        """The moments of the player at which a column's activity and its gradient are there."""
        n_steps = self.diagram.n_steps or 1
        back = n_steps - 1 - time
        return time, back + n_steps if self.view == "both" else back


def n_moments(view: str, n_steps: int) -> int:
    """How many moments the player has: one for each step, and for both directions twice as many.

    >>> n_moments("both", 4)
    8
    """
    return 2 * n_steps if view == "both" else n_steps


def error_svg(
    diagram: Diagram,
    carried: Carried,
    *,
    view: str = "gradient",
    selected: Unit | Arrow | None = None,
    lit: Collection[Arrow] | None = None,
    labelled: Collection[Arrow] | None = None,
    name: str = "error",
) -> str:
    """Draw an unrolled network as SVG text with the numbers of one view: "activity", "gradient" or "both".

    `lit` arrows stay strong while all others fade (None: all are strong); `labelled` ones carry their number (None:
    all). Each unit is data-unit, each arrow data-arrow with its steps (see `arrow_key`).
    """
    left, bottom, right, top = diagram.bounds
    titles = svg.layer_titles(diagram.topology)
    margin = 16 + 7.2 * max(len(title) for title in titles.values())
    length = min(_LENGTH, (_WIDEST - margin - 20) / (right - left))
    place = Place(length, margin - left * length, _HEAD + top * length)
    scales = style.activity_scale(carried.activity), style.gradient_scale(carried.gradient)
    pen = _Pen(diagram, place, carried, view, *scales, selected, lit)
    width = max(margin + (right - left) * length + 20, 560.0)
    height = _HEAD + (top - bottom) * length + 14
    body = "".join((*_names(pen, titles), *_arrows(pen, labelled), *_units(pen), _key(pen, width, height, name)))
    about = f"{len(diagram.positions)} units, {len(diagram.arrows)} arrows; shown: {view}"
    title = f"Network, unrolled over {diagram.n_steps} steps"
    return svg.frame(body, (width, height + 48), title=title, description=about, name=name, interactive=True, css=_CSS)


def _names(pen: _Pen, titles: Mapping[str, str]) -> Iterator[str]:
    """The layers' names on the left, the steps' above their columns, and the errors above the units that have one."""
    for layer in pen.diagram.topology.layers:
        heights = [pen.place.at(pen.diagram.positions[Unit(layer.name, k, 0)])[1] for k in range(layer.size)]
        yield svg.text(4, sum(heights) / len(heights) + 4, titles[layer.name], anchor="start", more='opacity="0.85"')
    for step in range(pen.diagram.n_steps or 0):
        xs = [pen.place.at(place)[0] for unit, place in pen.diagram.positions.items() if unit.time == step]
        moment = pen.moments(step)[pen.view == "gradient"]
        more = f'opacity="0.85" data-time="{moment}"'
        yield svg.text((min(xs) + max(xs)) / 2, 13, f"step {step}", more=more)
    for unit, error in pen.carried.errors.items() if pen.view != "activity" else ():
        x, y = pen.place.at(pen.diagram.positions[unit])
        y -= pen.diagram.radius * pen.place.length * 1.2 + 5
        moment = pen.moments(unit.time or 0)[1]
        more = f'class="rnn-error" font-weight="600" data-time="{moment}"'
        yield svg.text(x, y, f"▾ error {style.short(error)}", more=more)


def _arrows(pen: _Pen, labelled: Collection[Arrow] | None) -> Iterator[str]:
    ways = walking(pen.diagram)
    for arrow in pen.diagram.arrows:
        forward, back = pen.carried.forward[arrow], pen.carried.back[arrow]
        size = (
            _linear(forward, pen.activity_scale) if pen.view == "activity" else _logarithmic(back, pen.gradient_scale)
        )
        if pen.view == "both" and forward != 0:
            size = max(size, 0.02)  # it carries something, if only forwards
        labels = [("", style.short(forward))] if pen.view != "gradient" else []
        if pen.view != "activity":
            labels.append(("rnn-back", style.short(back)))
        moments = pen.moments(arrow.target.time or 0)
        yield arrow_svg(
            pen.diagram,
            [pen.place.at(point) for point in pen.diagram.route(arrow)],
            arrow,
            forward=None if pen.view == "gradient" else forward,
            back=None if pen.view == "activity" else back,
            size=size,
            chosen=arrow == pen.selected,
            faint=pen.lit is not None and arrow not in pen.lit,
            labels=labels if labelled is None or arrow in labelled else (),
            moment=moments[pen.view == "gradient"],
            ways=ways[arrow],
        )


def _linear(value: float, scale: style.ActivityScale) -> float:
    return min(abs(value) / scale.limit, 1.0) if math.isfinite(value) else 1.0


def _logarithmic(value: float, scale: style.GradientScale) -> float:
    """Where a number stands on the scale; below its low end a trace is left, and nothing of an exact zero."""
    if not math.isfinite(value):
        return 1.0
    if value == 0:
        return 0.0
    low, high = math.log10(scale.low), math.log10(scale.high)
    return max(0.02, min(1.0, (math.log10(abs(value)) - low) / (high - low)))


# ---- units -----------------------------------------------------------------------------------------------------------


def _units(pen: _Pen) -> Iterator[str]:
    ways = walking(pen.diagram)
    for unit, position in pen.diagram.positions.items():
        x, y = pen.place.at(position)
        radius = pen.diagram.radius * pen.place.length
        shape = style.shape_of(pen.diagram.topology, unit.layer)
        values = float(pen.carried.activity[unit]), float(pen.carried.gradient[unit])
        said = f"neuron {unit.layer} {unit.index} at step {unit.time}, activity {style.short(values[0])}"
        said += f", gradient {style.short(values[1])}"
        mark = f'data-unit="{svg.unit_key(unit)}" tabindex="-1" role="button" aria-label="{escape(said)}"{ways[unit]}'
        shown = {"activity": [(0, "all")], "gradient": [(1, "all")]}.get(pen.view, [(0, "upper"), (1, "lower")])
        faces = "".join(
            f'<g data-time="{pen.moments(unit.time or 0)[which]}">'
            f"{_face(shape, (x, y), radius, part, values[which], (pen.activity_scale, pen.gradient_scale)[which])}</g>"
            for which, part in shown
        )
        chosen = unit == pen.selected
        line = f'stroke="{CHOSEN if chosen else "currentColor"}" stroke-width="{3.4 if chosen else 1.2}"'
        base = f'<path class="rnn-shape" d="{_outline(shape, x, y, radius, "all")}" fill="{style.PAPER}" {line}/>'
        rim = f'<path d="{_outline(shape, x, y, radius, "all")}" fill="none" {line} pointer-events="none"/>'
        yield f"<g {mark}>{base}{faces}{rim}</g>"


def _face(shape: str, centre: tuple[float, float], radius: float, part: str, value: float, scale: Any) -> str:
    x, y = centre
    colour, words = scale.colour(value), scale.label(value)
    room = 1.0 if part == "all" else 0.8
    wide = sum({".": 0.32, "−": 0.84}.get(sign, 0.64) for sign in words)  # in sizes of the text
    size = min(13.0, radius * 0.85 * room, 1.75 * radius * room / wide)
    down = {"all": 0.36 * size, "upper": -0.16 * radius, "lower": 0.16 * radius + 0.74 * size}[part]
    number = svg.text(x, y + down, words, more=f'font-size="{size:.3g}" fill="{style.text_on(colour)}"')
    return f'<path d="{_outline(shape, x, y, radius, part)}" fill="{colour}"/>{number}'


def _outline(shape: str, x: float, y: float, radius: float, part: str) -> str:
    """A unit's shape as a path: all of it, or its upper or lower half."""
    if shape == "circle":
        ends, arc = f"M{x - radius:.1f} {y:.1f}", f"A{radius:.1f} {radius:.1f} 0 0 "
        over, under = f"{arc}1 {x + radius:.1f} {y:.1f}", f"{arc}0 {x + radius:.1f} {y:.1f}"
        back = f"{arc}1 {x - radius:.1f} {y:.1f}"
        return ends + {"all": over + back, "upper": over, "lower": under}[part] + "Z"
    if shape == "square":
        side = radius * 0.94
        top, height = {"all": (y - side, 2 * side), "upper": (y - side, side), "lower": (y, side)}[part]
        return f"M{x - side:.1f} {top:.1f}h{2 * side:.1f}v{height:.1f}h{-2 * side:.1f}Z"
    reach = radius * 1.2
    over, under = (
        f"l{reach:.1f} {-reach:.1f}l{reach:.1f} {reach:.1f}",
        f"l{reach:.1f} {reach:.1f}l{reach:.1f} {-reach:.1f}",
    )
    back = f"l{-reach:.1f} {reach:.1f}"
    return f"M{x - reach:.1f} {y:.1f}" + {"all": over + back, "upper": over, "lower": under}[part] + "Z"


def _key(pen: _Pen, width: float, height: float, name: str) -> str:
    """The scales of the colours that are shown, and what the thickness of an arrow means."""
    shown = {"activity": [0], "gradient": [1]}.get(pen.view, [0, 1])
    scales = ((pen.activity_scale, "activity"), (pen.gradient_scale, "gradient"))
    parts = []
    for place, which in enumerate(shown):
        scale, title = scales[which]
        if pen.view == "both":
            title = ("above: ", "below: ")[which] + title
        parts.append(svg.scale_key(scale, 130 + 280 * place, height + 8, name=f"{name}-{which}", title=title))
    words = "thick arrows carry much, dotted ones nothing"
    parts.append(svg.text(160 + 280 * len(shown), height + 17, words, anchor="start", more='opacity="0.85"'))
    return "".join(parts)

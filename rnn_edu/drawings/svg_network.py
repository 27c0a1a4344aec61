"""A diagram as live SVG: the same units and arrows as the printed picture, on which one can point, click and walk."""

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from rnn_edu.core.topology import Unit
from rnn_edu.drawings import style, svg
from rnn_edu.drawings.diagram import Arrow, Diagram
from rnn_edu.drawings.routes import Point, Route
from rnn_edu.drawings.selection import Selection, is_chosen, is_lit

_LENGTH, _WIDEST = 54.0, 960.0  # pixels of one length in the diagram; of a whole picture
_FAINT = 0.16


class _Pen(NamedTuple):
    """What every part needs to be drawn: the diagram, its place on the page, the numbers and what is selected."""

    diagram: Diagram
    record: Any
    scale: Any
    times: tuple[int | None, ...]
    selected: Selection
    interactive: bool
    length: float
    left: float
    top: float
    copy_label: str

    def at(self, point: Point) -> Point:
        return self.left + point[0] * self.length, self.top - point[1] * self.length


def network_svg(
    diagram: Diagram,
    record: Any = None,
    *,
    scale: Any = None,
    time: int | None = None,
    times: Sequence[int] | None = None,
    selected: Selection = None,
    interactive: bool = False,
    name: str = "network",
    description: str = "",
    copy_label: str = "",
    length: float = _LENGTH,
    widest: float = _WIDEST,
) -> str:
    """Draw a diagram as SVG text: exactly its units and arrows, coloured by the numbers of a record.

    In a folded diagram `time` says which step's numbers to show; `times` puts several steps into one picture, of which
    the stage shows one. `selected` is a unit, whose arrows light up, or a weight (target, source, delay), all of whose
    copies light up and carry `copy_label`. `length` is the size of one length of the diagram in pixels; it shrinks so
    that the picture is at most `widest` pixels wide.
    """
    left, bottom, right, top = diagram.bounds
    titles = svg.layer_titles(diagram.topology)
    margin = 14 + 7.2 * max(len(title) for title in titles.values())
    length = min(length, (widest - margin - 16) / (right - left))
    if diagram.n_steps is not None:
        steps: tuple[int | None, ...] = (None,)
    else:
        steps = tuple(times) if times else (time,)
    if record is not None and scale is None:
        scale = style.gradient_scale(record) if hasattr(record, "weights") else style.activity_scale(record)
    head = 26 if diagram.n_steps is not None else 10
    across, down = margin - left * length, head + top * length
    pen = _Pen(diagram, record, scale, steps, selected, interactive, length, across, down, copy_label)
    height = head + (top - bottom) * length + 12
    width = max(margin + (right - left) * length + 16, 280.0)
    body = "".join((*_names(pen, titles), *_arrows(pen), *_units(pen)))
    if record is not None:
        word = "gradient" if isinstance(scale, style.GradientScale) else "activity"
        body += svg.scale_key(scale, width / 2 - 30, height + 8, name=name, title=word)
        height += 44
    form = "folded" if diagram.n_steps is None else f"unrolled over {diagram.n_steps} steps"
    about = description or f"{len(diagram.positions)} units, {len(diagram.arrows)} arrows"
    return svg.frame(
        body, (width, height), title=f"Network, {form}", description=about, name=name, interactive=interactive
    )


# ---- the parts -------------------------------------------------------------------------------------------------------


def _names(pen: _Pen, titles: dict[str, str]) -> Iterator[str]:
    """The layers' names on the left, and the steps' above their columns."""
    first = 0 if pen.diagram.n_steps is not None else None
    for layer in pen.diagram.topology.layers:
        heights = [pen.at(pen.diagram.positions[Unit(layer.name, k, first)])[1] for k in range(layer.size)]
        yield svg.text(4, sum(heights) / len(heights) + 4, titles[layer.name], anchor="start", more='opacity="0.85"')
    for step in range(pen.diagram.n_steps or 0):
        xs = [pen.at(place)[0] for unit, place in pen.diagram.positions.items() if unit.time == step]
        yield svg.text((min(xs) + max(xs)) / 2, 13, f"step {step}", more=f'opacity="0.85" data-time="{step}"')


def _arrows(pen: _Pen) -> Iterator[str]:
    """The arrows, kind by kind; lit ones come last, so that they lie on top."""
    by_look: dict[tuple[bool, str], list[Arrow]] = {}
    for arrow in pen.diagram.arrows:
        by_look.setdefault((is_lit(arrow, pen.selected), pen.diagram.kind(arrow)), []).append(arrow)
    for lit, kind in sorted(by_look):
        look = style.KIND[kind]
        faded = f' opacity="{_FAINT}"' if pen.selected is not None and not lit else ""
        width = (1.1 if kind == "feedforward" else 1.7) * (1.5 if lit else 1.0)
        label = pen.copy_label if lit and not isinstance(pen.selected, Unit) else ""
        drawn = "".join(_arrow(pen, arrow, kind, width, label) for arrow in by_look[lit, kind])
        yield f'<g class="rnn-{kind}" color="{look.colour}" fill="none" stroke="currentColor"{faded}>{drawn}</g>'


def _arrow(pen: _Pen, arrow: Arrow, kind: str, width: float, label: str) -> str:
    points = [pen.at(point) for point in pen.diagram.route(arrow)]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    distance = math.hypot(x3 - x2, y3 - y2) or 1.0
    ux, uy = (x3 - x2) / distance, (y3 - y2) / distance
    size = 4.5 + 1.5 * width
    bx, by = x3 - ux * size, y3 - uy * size  # the line ends at the head's base
    path = f"M{x0:.1f} {y0:.1f}C{x1:.1f} {y1:.1f} {x2:.1f} {y2:.1f} {bx:.1f} {by:.1f}"
    wing = size * 0.42
    head = f"M{x3:.1f} {y3:.1f}L{bx - uy * wing:.1f} {by + ux * wing:.1f}L{bx + uy * wing:.1f} {by - ux * wing:.1f}Z"
    ends = f'data-ends="{svg.unit_key(arrow.target)} {svg.unit_key(arrow.source)}" data-kind="{kind}"'
    place = "" if arrow.target.time is None else f' data-time="{arrow.target.time}"'
    note = hit = ""
    if kind == "gate":
        gx, gy = _middle(points)
        note = f'<g fill="currentColor" stroke="none">{svg.text(gx, gy + 5, "⊙", more=_font(15))}</g>'
    else:
        address = svg.cell_key(
            arrow.target._replace(time=None), arrow.source._replace(time=None), arrow.connection.delay
        )
        ends += f' data-cell="{escape(address)}"'
        hit = f'<path d="{path}" stroke="transparent" stroke-width="9"/>' if pen.interactive else ""
        if pen.diagram.n_steps is None and arrow.connection.delay > 1:
            gx, gy = _middle(points)
            note = f'<g fill="currentColor" stroke="none">{svg.text(gx + 8, gy, str(arrow.connection.delay))}</g>'
    if label:
        note += _copy_label(points, label)
    line = f'<path d="{path}" stroke-width="{width:.3g}"{svg.dashes(kind, width)}/>'
    return f'<g {ends}{place}>{hit}{line}<path d="{head}" fill="currentColor" stroke="none"/>{note}</g>'


def _copy_label(points: Sequence[Point], label: str) -> str:
    x, y = _middle(points)
    halo = 'stroke="var(--jp-layout-color0, #FFFFFF)" stroke-width="5" paint-order="stroke" font-weight="600"'
    return f'<g fill="currentColor">{svg.text(x, y + 4, label, more=halo)}</g>'


def _middle(points: Sequence[Point] | Route) -> Point:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    return (x0 + 3 * x1 + 3 * x2 + x3) / 8, (y0 + 3 * y1 + 3 * y2 + y3) / 8


def _units(pen: _Pen) -> Iterator[str]:
    order = list(pen.diagram.positions)
    ways = _neighbours(pen.diagram) if pen.interactive else {}
    for unit in order:
        x, y = pen.at(pen.diagram.positions[unit])
        mark = f'data-unit="{svg.unit_key(unit)}"' + ("" if unit.time is None else f' data-time="{unit.time}"')
        if pen.interactive:
            steer = "".join(f' data-{way}="{svg.unit_key(to)}"' for way, to in ways[unit].items())
            mark += f' tabindex="-1" role="button" aria-label="{escape(_said(pen, unit))}"{steer}'
        yield f"<g {mark}>{_faces(pen, unit, x, y)}</g>"


def _faces(pen: _Pen, unit: Unit, x: float, y: float) -> str:
    """A unit's shape and number; in a folded picture one for each step, of which the stage shows one.

    A unit whose number is the same at all steps is drawn once, since long runs make large pictures.
    """
    if pen.record is None or len({_number(pen, unit, time) for time in pen.times}) == 1:
        return _face(pen, unit, x, y, pen.times[0])
    return "".join(
        f'<g data-step="{time}"{"" if place == 0 else " display=" + chr(34) + "none" + chr(34)}>'
        f"{_face(pen, unit, x, y, time)}</g>"
        for place, time in enumerate(pen.times)
    )


def _face(pen: _Pen, unit: Unit, x: float, y: float, time: int | None) -> str:
    radius = pen.diagram.radius * pen.length
    shape = style.shape_of(pen.diagram.topology, unit.layer)
    value = _number(pen, unit, time)
    fill = style.PAPER if value is None else pen.scale.colour(value)
    chosen = is_chosen(unit, pen.selected)
    line = f'class="rnn-shape" fill="{fill}" stroke="{"#D55E00" if chosen else "currentColor"}"'
    line += f' stroke-width="{3 if chosen else 1.2}"'
    if shape == "circle":
        drawn = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {line}/>'
    elif shape == "square":
        side = radius * 0.94
        drawn = f'<rect x="{x - side:.1f}" y="{y - side:.1f}" width="{2 * side:.1f}" height="{2 * side:.1f}" {line}/>'
    else:
        reach = radius * 1.2
        around = f"l{reach:.1f} {reach:.1f}l{-reach:.1f} {reach:.1f}l{-reach:.1f} {-reach:.1f}Z"
        drawn = f'<path d="M{x:.1f} {y - reach:.1f}{around}" {line}/>'
    if value is None or radius < 10:
        return drawn
    words = pen.scale.label(value)
    if radius < 16:
        words = words.replace("0.", ".")  # a small unit has no room for the zero
    wide = sum({".": 0.32, "−": 0.84}.get(sign, 0.64) for sign in words)  # in sizes of the text
    size = min(12.0, radius * 0.85, 1.75 * radius / wide)
    return drawn + f'<g fill="{style.text_on(fill)}">{svg.text(x, y + size * 0.36, words, more=_font(size))}</g>'


def _number(pen: _Pen, unit: Unit, time: int | None) -> float | None:
    if pen.record is None:
        return None
    value = pen.record[unit if unit.time is not None else unit._replace(time=time)]
    return float(value if getattr(value, "ndim", 0) == 0 else value[0])


def _said(pen: _Pen, unit: Unit) -> str:
    at = "" if unit.time is None else f" at step {unit.time}"
    value = _number(pen, unit, pen.times[0]) if len(pen.times) == 1 else None
    number = "" if value is None else f", {pen.scale.label(value)}"
    return f"neuron {unit.layer} {unit.index}{at}{number}"


def _neighbours(diagram: Diagram) -> dict[Unit, dict[str, Unit]]:
    """Where the arrow keys lead: along a layer, to the next layer, and over the edge of a column to the next step."""
    layers = diagram.topology.layers
    ways: dict[Unit, dict[str, Unit]] = {}
    for unit in diagram.positions:
        level = next(k for k, layer in enumerate(layers) if layer.name == unit.layer)
        found: dict[str, Unit] = {}
        for way, step in (("left", -1), ("right", 1)):
            beside = unit._replace(index=unit.index + step)
            if beside not in diagram.positions and unit.time is not None:
                edge = layers[level].size - 1 if step < 0 else 0
                beside = unit._replace(index=edge, time=unit.time + step)
            found[way] = beside
        for way, step in (("up", 1), ("down", -1)):
            if 0 <= level + step < len(layers):
                other = layers[level + step]
                found[way] = Unit(other.name, min(unit.index, other.size - 1), unit.time)
        ways[unit] = {way: to for way, to in found.items() if to in diagram.positions}
    return ways


def _font(size: float) -> str:
    return f'font-size="{size:.3g}"'

"""A diagram as live SVG: the same units and arrows as the printed picture, on which one can point, click and walk."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from rnn_edu.core.topology import Unit
from rnn_edu.drawings import style, svg
from rnn_edu.drawings.diagram import Diagram
from rnn_edu.drawings.selection import Selection, is_chosen
from rnn_edu.drawings.svg_arrows import Place, arrows_svg, steering

_LENGTH, _WIDEST = 54.0, 960.0  # pixels of one length in the diagram; of a whole picture


class _Pen(NamedTuple):
    """What every part needs to be drawn: the diagram, its place on the page, the numbers and what is selected."""

    diagram: Diagram
    place: Place
    record: Any
    scale: Any
    times: tuple[int | None, ...]
    selected: Selection
    interactive: bool


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
    place = Place(length, margin - left * length, head + top * length)
    pen = _Pen(diagram, place, record, scale, steps, selected, interactive)
    height = head + (top - bottom) * length + 12
    width = max(margin + (right - left) * length + 16, 280.0)
    body = "".join((*_names(pen, titles), arrows_svg(diagram, place, selected, interactive, copy_label), *_units(pen)))
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
        heights = [pen.place.at(pen.diagram.positions[Unit(layer.name, k, first)])[1] for k in range(layer.size)]
        yield svg.text(4, sum(heights) / len(heights) + 4, titles[layer.name], anchor="start", more='opacity="0.85"')
    for step in range(pen.diagram.n_steps or 0):
        xs = [pen.place.at(place)[0] for unit, place in pen.diagram.positions.items() if unit.time == step]
        yield svg.text((min(xs) + max(xs)) / 2, 13, f"step {step}", more=f'opacity="0.85" data-time="{step}"')


def _units(pen: _Pen) -> Iterator[str]:
    order = list(pen.diagram.positions)
    ways = steering(pen.diagram) if pen.interactive else {}
    for unit in order:
        x, y = pen.place.at(pen.diagram.positions[unit])
        mark = f'data-unit="{svg.unit_key(unit)}"' + ("" if unit.time is None else f' data-time="{unit.time}"')
        if pen.interactive:
            mark += f' tabindex="-1" role="button" aria-label="{escape(_said(pen, unit))}"{ways[unit]}'
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
    radius = pen.diagram.radius * pen.place.length
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


def _font(size: float) -> str:
    return f'font-size="{size:.3g}"'

"""Arrows that carry numbers, forwards or back: as thick as the number is large, each with an address of its own."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape

from rnn_edu.core.topology import Unit
from rnn_edu.drawings import style, svg
from rnn_edu.drawings.diagram import Arrow, Diagram, is_gate
from rnn_edu.drawings.routes import Point

CHOSEN = "#D55E00"
_THIN, _THICK = 0.9, 4.6  # pixels
_HALO = 'stroke="var(--jp-layout-color0, #FFFFFF)" stroke-width="4" paint-order="stroke" stroke-linejoin="round"'


def arrow_key(diagram: Diagram, arrow: Arrow) -> str:
    """Write the address of one arrow of an unrolled diagram, such as "h:0:2<h:0:1" for what h sends to itself.

    Where two arrows join the same units, the number of the connection makes them different.
    """
    place = diagram.topology.connections.index(arrow.connection)
    return f"{svg.unit_key(arrow.target)}<{svg.unit_key(arrow.source)}@{place}{'g' if is_gate(arrow) else ''}"


def arrow_words(arrow: Arrow) -> str:
    """Say which arrow it is.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> from rnn_edu.drawings.diagram import unroll
    >>> arrow_words(unroll(direct_feedback(1, 1, 1), 2).arrows[-1])
    'h₀ → h₀ at step 1'
    """
    return f"{svg.unit_symbol(arrow.source)} → {svg.unit_symbol(arrow.target)} at step {arrow.target.time}"


def arrow_svg(
    diagram: Diagram,
    points: Sequence[Point],
    arrow: Arrow,
    *,
    forward: float | None,
    back: float | None,
    size: float,
    chosen: bool,
    faint: bool,
    labels: Sequence[tuple[str, str]],
    moment: int,
    ways: str,
) -> str:
    """Draw one arrow that carries `forward` to its target, or `back` to its source, or both (None: not shown).

    `size` from 0 to 1 is its thickness, `labels` are pairs of a word's class and what is written on it.
    """
    kind = diagram.kind(arrow)
    nothing = size <= 0
    width = _THIN + (_THICK - _THIN) * max(0.0, min(1.0, size))
    numbers = [("carries on", forward), ("carries back", back)]
    said = ", ".join(f"{words} {style.short(value)}" for words, value in numbers if value is not None)
    said = f"arrow {arrow_words(arrow)}, {said}"
    head = 5.5 + 1.5 * width
    start, to_source = _head(points[1], points[0], head, shown=back is not None)
    end, to_target = _head(points[2], points[3], head, shown=forward is not None)
    path = "M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}".format(*start, *points[1], *points[2], *end)
    dash = f' stroke-dasharray="{"1 5" if nothing else _dash(kind, min(width, 2.2))}"'
    opacity = 0.2 if faint else 0.55 if nothing else 1
    glow = (
        f'<path d="{path}" stroke="{CHOSEN}" stroke-width="{width + 8:.3g}" stroke-opacity="{0.4 if chosen else 0}"/>'
    )
    return (
        f'<g data-arrow="{escape(arrow_key(diagram, arrow))}" data-time="{moment}" tabindex="-1" role="button" '
        f'aria-label="{escape(said)}"{ways}><g class="rnn-{kind}" color="{style.KIND[kind].colour}" fill="none" '
        f'stroke="currentColor" opacity="{opacity}"><path class="rnn-hit" d="{path}" stroke-opacity="0" '
        f'stroke-width="13"/>{glow}<path d="{path}" stroke-width="{width:.3g}"{dash}/>'
        f'<path d="{to_source}" fill="currentColor" stroke="none"/><path d="{to_target}" fill="currentColor" '
        f'stroke="none"/></g>{_labels(points, labels)}</g>'
    )


def _dash(kind: str, width: float) -> str:
    return " ".join(f"{part * width:.3g}" for part in style.KIND[kind].dash) or "none"


def _head(before: Point, tip: Point, size: float, *, shown: bool) -> tuple[Point, str]:
    """Where the line ends, and the triangle from there to the tip; if it is not shown, the tip and a mere point."""
    if not shown:
        return tip, f"M{tip[0]:.1f} {tip[1]:.1f}Z"
    distance = math.hypot(tip[0] - before[0], tip[1] - before[1]) or 1.0
    ux, uy = (tip[0] - before[0]) / distance, (tip[1] - before[1]) / distance
    bx, by, wing = tip[0] - ux * size, tip[1] - uy * size, size * 0.45
    corners = f"L{bx - uy * wing:.1f} {by + ux * wing:.1f}L{bx + uy * wing:.1f} {by - ux * wing:.1f}Z"
    return (bx, by), f"M{tip[0]:.1f} {tip[1]:.1f}{corners}"


def _labels(points: Sequence[Point], labels: Sequence[tuple[str, str]]) -> str:
    """The numbers beside the middle of an arrow: above and below a level one, left and right of an upright one."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    x, y = (x0 + 3 * x1 + 3 * x2 + x3) / 8, (y0 + 3 * y1 + 3 * y2 + y3) / 8
    if abs(x3 - x0) > abs(y3 - y0):
        places = [(x, y - 8, "middle"), (x, y + 18, "middle")]
    else:
        places = [(x - 8, y + 4, "end"), (x + 8, y + 4, "start")]
        places = places if len(labels) > 1 else places[1:]
    return "".join(
        svg.text(across, up, words, anchor=anchor, more=f'class="{kind}" font-weight="600" {_HALO}')
        for (across, up, anchor), (kind, words) in zip(places, labels, strict=False)
    )


# ---- the keyboard ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def walking(diagram: Diagram) -> Mapping[Unit | Arrow, str]:
    """Write for each unit and each arrow, as attributes, where the arrow keys lead: along the arrows.

    From a unit onto an arrow and on to its other end; across an arrow lie the others that begin at the same unit.
    """
    ways: dict[Unit | Arrow, str] = {}
    for unit in diagram.positions:
        ways[unit] = _attributes(diagram, _from_unit(diagram, unit))
    for arrow in diagram.arrows:
        ways[arrow] = _attributes(diagram, _from_arrow(diagram, arrow))
    return ways


def _from_unit(diagram: Diagram, unit: Unit) -> dict[str, Unit | Arrow]:
    time = unit.time or 0
    levels = [layer.name for layer in diagram.topology.layers]
    beside = {way: unit._replace(time=time + step) for way, step in (("left", -1), ("right", 1))}
    for way, step in (("up", 1), ("down", -1)):
        level = levels.index(unit.layer) + step
        if 0 <= level < len(levels):
            beside[way] = Unit(levels[level], 0, time)
    found: dict[str, Unit | Arrow] = {way: to for way, to in beside.items() if to in diagram.positions}
    arriving, leaving = diagram.touching(unit)
    for arrow in reversed(arriving):
        found["left" if _is_late(arrow) else "down"] = arrow
    for arrow in reversed(leaving):
        found["right" if _is_late(arrow) else "up"] = arrow
    return found


def _from_arrow(diagram: Diagram, arrow: Arrow) -> dict[str, Unit | Arrow]:
    late = _is_late(arrow)
    beside = [other for other in diagram.touching(arrow.source)[1] if _is_late(other) == late]
    place = beside.index(arrow)
    onward, back, more, less = ("right", "left", "up", "down") if late else ("up", "down", "right", "left")
    found: dict[str, Unit | Arrow] = {onward: arrow.target, back: arrow.source}
    found[more], found[less] = beside[(place + 1) % len(beside)], beside[place - 1]
    return found


def _is_late(arrow: Arrow) -> bool:
    return arrow.source.time != arrow.target.time


def _attributes(diagram: Diagram, ways: Mapping[str, Unit | Arrow]) -> str:
    keys = {way: svg.unit_key(to) if isinstance(to, Unit) else arrow_key(diagram, to) for way, to in ways.items()}
    return "".join(f' data-{way}="{escape(key)}"' for way, key in keys.items())

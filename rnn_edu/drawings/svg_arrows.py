"""What stays the same in a live picture while its numbers change: the arrows, and the ways of the arrow keys.

Both are kept for the diagrams drawn last, since a slider changes numbers many times in a second.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

from rnn_edu.core.topology import Unit
from rnn_edu.drawings import style, svg
from rnn_edu.drawings.diagram import Arrow, Diagram
from rnn_edu.drawings.routes import Point, Route
from rnn_edu.drawings.selection import Selection, is_lit

_FAINT = 0.16


class Place(NamedTuple):
    """Where a diagram is on the page: how many pixels one of its lengths has, and where its zero is."""

    length: float
    left: float
    top: float

    def at(self, point: Point) -> Point:
        """A point of the diagram in pixels."""
        return self.left + point[0] * self.length, self.top - point[1] * self.length


@lru_cache(maxsize=64)
def arrows_svg(diagram: Diagram, place: Place, selected: Selection, interactive: bool, copy_label: str) -> str:
    """Write the arrows, kind by kind; lit ones come last, so that they lie on top."""
    parts = []
    by_look: dict[tuple[bool, str], list[Arrow]] = {}
    for arrow in diagram.arrows:
        by_look.setdefault((is_lit(arrow, selected), diagram.kind(arrow)), []).append(arrow)
    for lit, kind in sorted(by_look):
        look = style.KIND[kind]
        faded = f' opacity="{_FAINT}"' if selected is not None and not lit else ""
        width = (1.1 if kind == "feedforward" else 1.7) * (1.5 if lit else 1.0)
        label = copy_label if lit and not isinstance(selected, Unit) else ""
        drawn = "".join(_arrow(diagram, place, arrow, kind, width, label, interactive) for arrow in by_look[lit, kind])
        colour = f'class="rnn-{kind}" color="{look.colour}" fill="none" stroke="currentColor"'
        parts.append(f"<g {colour}{faded}>{drawn}</g>")
    return "".join(parts)


def _arrow(diagram: Diagram, place: Place, arrow: Arrow, kind: str, width: float, label: str, interactive: bool) -> str:
    points = [place.at(point) for point in diagram.route(arrow)]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    distance = math.hypot(x3 - x2, y3 - y2) or 1.0
    ux, uy = (x3 - x2) / distance, (y3 - y2) / distance
    size = 4.5 + 1.5 * width
    bx, by = x3 - ux * size, y3 - uy * size  # the line ends at the head's base
    path = f"M{x0:.1f} {y0:.1f}C{x1:.1f} {y1:.1f} {x2:.1f} {y2:.1f} {bx:.1f} {by:.1f}"
    wing = size * 0.42
    head = f"M{x3:.1f} {y3:.1f}L{bx - uy * wing:.1f} {by + ux * wing:.1f}L{bx + uy * wing:.1f} {by - ux * wing:.1f}Z"
    ends = f'data-ends="{svg.unit_key(arrow.target)} {svg.unit_key(arrow.source)}" data-kind="{kind}"'
    if arrow.target.time is not None:
        ends += f' data-time="{arrow.target.time}"'
    note = hit = ""
    if kind == "gate":
        gx, gy = _middle(points)
        sign = svg.text(gx, gy + 5, "⊙", more='font-size="15"')
        note = f'<g fill="currentColor" stroke="none">{sign}</g>'
    else:
        address = svg.cell_key(
            arrow.target._replace(time=None), arrow.source._replace(time=None), arrow.connection.delay
        )
        ends += f' data-cell="{escape(address)}"'
        hit = f'<path d="{path}" stroke="transparent" stroke-width="9"/>' if interactive else ""
        if diagram.n_steps is None and arrow.connection.delay > 1:
            gx, gy = _middle(points)
            note = f'<g fill="currentColor" stroke="none">{svg.text(gx + 8, gy, str(arrow.connection.delay))}</g>'
    if label:
        note += _copy_label(points, label)
    line = f'<path d="{path}" stroke-width="{width:.3g}"{svg.dashes(kind, width)}/>'
    return f'<g {ends}>{hit}{line}<path d="{head}" fill="currentColor" stroke="none"/>{note}</g>'


def _copy_label(points: Sequence[Point], label: str) -> str:
    x, y = _middle(points)
    halo = 'stroke="var(--jp-layout-color0, #FFFFFF)" stroke-width="5" paint-order="stroke" font-weight="600"'
    return f'<g fill="currentColor">{svg.text(x, y + 4, label, more=halo)}</g>'


def _middle(points: Sequence[Point] | Route) -> Point:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    return (x0 + 3 * x1 + 3 * x2 + x3) / 8, (y0 + 3 * y1 + 3 * y2 + y3) / 8


@lru_cache(maxsize=64)
def steering(diagram: Diagram) -> dict[Unit, str]:
    """Write for each unit, as attributes, where the arrow keys lead.

    Along a layer, to the next layer, and over the edge of a column to the next step.
    """
    layers = diagram.topology.layers
    ways: dict[Unit, str] = {}
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
        there = {way: to for way, to in found.items() if to in diagram.positions}
        ways[unit] = "".join(f' data-{way}="{svg.unit_key(to)}"' for way, to in there.items())
    return ways

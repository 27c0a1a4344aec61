"""A landscape of losses seen from above, with a ball that rolls down in it, for the browser.

The map and all moves of the ball are drawn once; the stage shows one move (data-step). The elements are the same
whatever the numbers are, so that only what changed is sent.
"""

from collections.abc import Sequence
from html import escape
from math import hypot, isfinite
from typing import NamedTuple

from rnn_edu.drawings import svg
from rnn_edu.drawings.style import NOT_A_NUMBER, short

BALL, GREY = "#D55E00", "#6F6F6F"
HEIGHTS = ("#FFFFFF", "#DCEAF6", "#9DC5E3", "#5691C2", "#2B5B93", "#16305C")  # from the valley to the plain
SIZE = (560.0, 420.0)
_LEFT, _TOP, _WIDE, _HIGH = 46.0, 30.0, 496.0, 308.0  # the map
_HALO = 'paint-order="stroke" stroke="#FFFFFF" stroke-width="4" stroke-linejoin="round" fill="#000000"'
SPOTS = (20, 15)  # fields that can be clicked, across and up
Point = tuple[float, float]
Span = tuple[tuple[float, float], tuple[float, float]]


class Roll(NamedTuple):
    """One descent as plain numbers, as long as the number of moves asked for: where it ended early it stays put."""

    points: Sequence[Point]
    wanted: Sequence[Point]  # where the whole gradient would have led
    losses: Sequence[float]
    norms: Sequence[float]
    clipped: Sequence[bool]
    said: Sequence[str]
    n_points: int  # how many of them are real


class Land(NamedTuple):
    """The landscape: its colours as an image, its contour lines, and how far it reaches."""

    image: str
    contours: Sequence[Sequence[Sequence[Point]]]
    names: Sequence[str]  # of the contour lines
    span: Span
    n_lost: int  # points without a finite loss
    axes: tuple[str, str]


class _Map(NamedTuple):
    span: Span

    def x(self, value: float) -> float:
        low, high = self.span[0]
        return _LEFT + (value - low) / (high - low) * _WIDE

    def y(self, value: float) -> float:
        low, high = self.span[1]
        return _TOP + _HIGH - (value - low) / (high - low) * _HIGH

    def inside(self, point: Point) -> bool:
        return all(isfinite(part) and low <= part <= high for part, (low, high) in zip(point, self.span, strict=True))

    def at(self, point: Point) -> Point:
        """Where a point is drawn; one outside is put on the edge of the map."""
        return _within(self.x(point[0]), _LEFT, _LEFT + _WIDE), _within(self.y(point[1]), _TOP, _TOP + _HIGH)


def cliff_svg(
    land: Land, roll: Roll, other: Roll, *, start: tuple[int, int], n_places: tuple[int, int], name: str
) -> str:
    """Draw the map, the ball's way (orange) and its way without clipping (grey, dashed).

    `start` is the place of the start among `n_places` places across and up, which the arrow keys lead through.
    """
    place = _Map(land.span)
    parts = [
        f'<clipPath id="{name}-clip"><rect x="{_LEFT}" y="{_TOP}" width="{_WIDE}" height="{_HIGH}"/></clipPath>',
        _ground(land, place, name),
        _spots(),
        f'<g clip-path="url(#{name}-clip)" pointer-events="none">{_other_way(place, other)}{_way(place, roll)}</g>',
        _other_name(place, roll, other),
        _handles(place, start, n_places),
        *(_moment(place, move, roll, other) for move in range(len(roll.points))),
        _axes(land, place),
        _key(name, land.n_lost),
    ]
    said = f"{roll.said[0]}; {roll.said[-1]}"
    title = f"the loss over {land.axes[0]} and {land.axes[1]}, and the way of a ball"
    return svg.frame("".join(parts), SIZE, title=title, description=said, name=name, interactive=True)


def _ground(land: Land, place: _Map, name: str) -> str:
    lines = "".join(
        f'<path d="{_lines(place, level)}" fill="none" stroke="#16305C" stroke-opacity="0.45" stroke-width="0.8"/>'
        for level in land.contours
    )
    box = f'x="{_LEFT}" y="{_TOP}" width="{_WIDE}" height="{_HIGH}"'
    return (
        f'<image {box} preserveAspectRatio="none" href="{land.image}"/>'
        f'<g clip-path="url(#{name}-clip)" pointer-events="none">{lines}</g>'
        f'<rect {box} fill="none" stroke="currentColor" stroke-opacity="0.6" pointer-events="none"/>'
    )


def _lines(place: _Map, lines: Sequence[Sequence[Point]]) -> str:
    parts = ["L".join(f"{place.x(x):.4g} {place.y(y):.4g}" for x, y in line) for line in lines]
    return "".join(f"M{part}" for part in parts) or "M0 0"


def _spots() -> str:
    """Fields without colour; a click on one begins there."""
    across, up = SPOTS
    wide, high = _WIDE / across, _HIGH / up
    fields = (
        f'<path data-unit="spot:{i}:{j}" d="M{_LEFT + i * wide:.4g} {_TOP + _HIGH - (j + 1) * high:.4g}h{wide:.4g}'
        f'v{high:.4g}h-{wide:.4g}z"/>'
        for i in range(across)
        for j in range(up)
    )
    return f'<g fill="transparent">{"".join(fields)}</g>'


def _way(place: _Map, roll: Roll) -> str:
    parts = (
        f'<path data-time="{move}" d="{_leg(place, roll.points[move - 1], roll.points[move])}"/>'
        for move in range(1, len(roll.points))
    )
    return f'<g stroke="{BALL}" stroke-width="2.2" stroke-linecap="round">{"".join(parts)}</g>'


def _other_way(place: _Map, other: Roll) -> str:
    line = "".join(_leg(place, *other.points[move : move + 2]) for move in range(len(other.points) - 1))
    return (
        f'<path d="{line}" fill="none" stroke="#FFFFFF" stroke-opacity="0.75" stroke-width="3.2"/>'
        f'<path d="{line}" fill="none" stroke="#404040" stroke-width="1.5" stroke-dasharray="5 4"/>'
    )


def _leg(place: _Map, point: Point, to: Point) -> str:
    """The line from one point of a way to the next: in the right direction, and no longer than the map needs."""
    if not (place.inside(point) or place.inside(to)):
        return "M0 0"
    near, far = (point, to) if place.inside(point) else (to, point)
    x, y = place.at(near)
    dx, dy = place.x(far[0]) - x, place.y(far[1]) - y
    longest = max(abs(dx), abs(dy))
    if not isfinite(longest):
        return "M0 0"
    part = 1.0 if longest < 3000 else 3000 / longest
    return f"M{x:.4g} {y:.4g}l{dx * part:.4g} {dy * part:.4g}"


def _other_name(place: _Map, roll: Roll, other: Roll) -> str:
    """The name of the grey way, where it leaves the map, or where it ends."""
    same = list(roll.points) == list(other.points)
    gone = next((point for point in other.points if not place.inside(point)), other.points[-1])
    x, y = place.at(gone)
    x, y = _within(x + 62, _LEFT + 60, _LEFT + _WIDE - 60), _within(y + 4, _TOP + 18, _TOP + _HIGH - 10)
    return svg.text(x, y, "\xa0" if same else "without clipping", more=f'{_HALO} pointer-events="none"')


def _handles(place: _Map, start: tuple[int, int], n_places: tuple[int, int]) -> str:
    """The start and its eight neighbours, so that the arrow keys can move it; each keeps its element while it moves."""
    parts = []
    for row in range(3):
        for column in range(3):
            i, j = (own + (slot - own + 1) % 3 - 1 for own, slot in zip(start, (column, row), strict=True))
            there = 0 <= i < n_places[0] and 0 <= j < n_places[1]
            ways = {"left": (i - 1, j), "right": (i + 1, j), "up": (i, j + 1), "down": (i, j - 1)}
            led = "".join(
                f' data-{way}="at:{a}:{b}"'
                for way, (a, b) in ways.items()
                if 0 <= a < n_places[0] and 0 <= b < n_places[1]
            )
            x = _LEFT + i / (n_places[0] - 1) * _WIDE
            y = _TOP + _HIGH - j / (n_places[1] - 1) * _HIGH
            mine = (i, j) == start
            key = f"at:{i}:{j}" if there else f"nowhere:{column}:{row}"
            parts.append(
                f'<g data-unit="{key}" tabindex="-1" role="button" aria-label="the start: arrow keys move it"'
                f'{led} pointer-events="none"><circle cx="{x:.5g}" cy="{y:.5g}" r="11" fill="none"'
                f' stroke="{"#FFFFFF" if mine else "none"}" stroke-width="3"/><circle cx="{x:.5g}" cy="{y:.5g}" r="11"'
                f' fill="none" stroke="{"#000000" if mine else "none"}" stroke-width="1.4" stroke-dasharray="4 3"/></g>'
            )
    return "".join(parts)


def _moment(place: _Map, move: int, roll: Roll, other: Roll) -> str:
    """The ball after so many moves, what is said of it, and where it goes next."""
    point, away = roll.points[move], not place.inside(roll.points[move])
    x, y = place.at(point)
    a, b = place.at(other.points[move])
    right = x < _LEFT + 0.6 * _WIDE
    words = f"loss {short(roll.losses[move])}"
    if away:
        words = f"off the map, at {_number(point[0])}, {_number(point[1])}"
    high = y + (5 if _TOP + 20 < y < _TOP + _HIGH - 20 else 24 if y <= _TOP + 20 else -14)
    label = svg.text(
        x + (14 if right else -14), high, words, anchor="start" if right else "end", more=f'{_HALO} font-weight="600"'
    )
    said = svg.text(_LEFT, 18, roll.said[move], anchor="start", more='font-size="13" font-weight="600"')
    hidden, arrow = "" if move == 0 else ' display="none"', _arrow(place, point, roll.wanted[move])
    return (
        f'<g data-step="{move}"{hidden} pointer-events="none">'
        f'<circle cx="{a:.5g}" cy="{b:.5g}" r="5" fill="#FFFFFF" stroke="{GREY}" stroke-width="2"/>'
        f'<path d="{arrow}" stroke="#FFFFFF" stroke-width="4"/><path d="{arrow}" stroke="#000000" stroke-width="1.6"/>'
        f'<circle cx="{x:.5g}" cy="{y:.5g}" r="7.5" fill="{"#FFFFFF" if away else BALL}"'
        f' stroke="{BALL if away else "#FFFFFF"}" stroke-width="2.5"/>{label}'
        f"{said}</g>"
    )


def _arrow(place: _Map, point: Point, to: Point) -> str:
    """A line of at most 60 pixels towards where the whole gradient would lead; nothing where it leads nowhere."""
    if not place.inside(point) or not all(isfinite(part) for part in to):
        return "M0 0"
    x, y = place.at(point)
    dx, dy = place.x(to[0]) - x, place.y(to[1]) - y
    length = hypot(dx, dy) if isfinite(dx) and isfinite(dy) else 0.0
    if not 0 < length < 1e300:
        return "M0 0"
    part = min(1.0, 60 / length)
    return f"M{x:.5g} {y:.5g}l{dx * part:.4g} {dy * part:.4g}"


def _axes(land: Land, place: _Map) -> str:
    parts = []
    for value in _ticks(land.span[0]):
        parts.append(svg.text(place.x(value), _TOP + _HIGH + 17, _number(value)))
    for value in _ticks(land.span[1]):
        parts.append(svg.text(_LEFT - 8, place.y(value) + 4, _number(value), anchor="end"))
    parts.append(svg.text(_LEFT + _WIDE / 2, _TOP + _HIGH + 34, land.axes[0]))
    x, y = 12, _TOP + _HIGH / 2
    parts.append(svg.text(x, y, land.axes[1], more=f'transform="rotate(-90 {x:g} {y:g})"'))
    return "".join(parts)


def _key(name: str, n_lost: int) -> str:
    """The scale of the colours, below the map."""
    from_, y, wide = _LEFT + 46, _TOP + _HIGH + 50, 220.0
    stops = "".join(f'<stop offset="{k / 5:.3g}" stop-color="{colour}"/>' for k, colour in enumerate(HEIGHTS))
    numbers = "".join(
        svg.text(from_ + wide * k / 4, y + 24, words)
        for k, words in enumerate(("0.0001", "0.001", "0.01", "0.1", "1 or more"))
    )
    lost = "yellow: no finite number" if n_lost else "\xa0"
    return (
        f'<linearGradient id="{name}-heights">{stops}</linearGradient><rect x="{from_}" y="{y}" width="{wide}"'
        f' height="10" fill="url(#{name}-heights)" stroke="currentColor" stroke-width="0.6"/>{numbers}'
        f"{svg.text(from_ - 12, y + 9, 'loss', anchor='end')}"
        f'<rect x="{from_ + wide + 50}" y="{y}" width="14" height="10" fill="{NOT_A_NUMBER}"'
        f' opacity="{1 if n_lost else 0}"/>{svg.text(from_ + wide + 70, y + 9, lost, anchor="start")}'
    )


def table(roll: Roll) -> str:
    """Every move of the ball in numbers."""
    rows = "".join(
        f"<tr><th>{move}</th><td>{_number(w)}</td><td>{_number(b)}</td><td>{roll.losses[move]:.3g}</td>"
        f"<td>{roll.norms[move]:.3g}</td><td>{'yes' if roll.clipped[move] else 'no'}</td></tr>"
        for move, (w, b) in enumerate(roll.points[: roll.n_points])
    )
    heads = "".join(f"<th>{escape(word)}</th>" for word in ("step", "w", "b", "loss", "gradient", "clipped"))
    return f'<table class="rnn-numbers"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _ticks(span: Point) -> list[float]:
    low, high = span
    step = 1.0 if high - low > 3 else 0.5
    n = round((high - low) / step)
    return [low + k * step for k in range(n + 1)]


def _number(value: float) -> str:
    text = f"{value:.3g}" if abs(value) < 1e4 or not isfinite(value) else f"{value:.0e}".replace("e+", "e")
    return text.replace("-", "−").replace("inf", "∞")


def _within(value: float, low: float, high: float) -> float:
    return low if value != value else min(max(value, low), high)

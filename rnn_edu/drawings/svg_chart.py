"""Lines over time, for the browser: drawn once for all steps, with a mark for each step that the stage shows alone."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import NamedTuple

from rnn_edu.drawings import svg
from rnn_edu.drawings.style import KIND, short

LEFT, RIGHT, TOP, BOTTOM = 34, 108, 26, 34  # room for the numbers, the names of the lines, the title and the steps
NAME_GAP = 15  # between the names of two lines
_HALO = 'paint-order="stroke" stroke="var(--jp-layout-color0, #FFFFFF)" stroke-width="3"'


class _Plot(NamedTuple):
    """Where the numbers stand, and how the strong line looks."""

    n_steps: int
    low: float
    high: float
    size: tuple[float, float]
    kind: str
    strong: str | None

    def x(self, time: float) -> float:
        return LEFT + time * (self.size[0] - LEFT - RIGHT) / max(self.n_steps - 1, 1)

    def y(self, value: float) -> float:
        height = self.size[1] - TOP - BOTTOM
        return self.size[1] - BOTTOM - (value - self.low) / (self.high - self.low) * height

    def shows(self, value: float) -> bool:
        return isfinite(value) and self.low - 1e-9 <= value <= self.high + 1e-9

    def look(self, label: str) -> str:
        """The attributes that give the strong line its colour; nothing for any other one."""
        return f'class="rnn-{self.kind}" color="{KIND[self.kind].colour}"' if label == self.strong else ""


def chart_svg(
    lines: Mapping[str, Sequence[float]],
    *,
    low: float,
    high: float,
    title: str,
    name: str,
    kind: str = "feedforward",
    strong: str | None = None,
    level: tuple[float, str] | None = None,
    size: tuple[float, float] = (520, 210),
) -> str:
    """Draw lines of numbers over the steps, each with its name at its end.

    `low` and `high` are the ends of the scale, `kind` gives the colour of the `strong` line, `level` is a still line
    with its name. A line ends where a number is outside the scale, or is none. Marks that belong to one step carry
    data-step. `name` makes the picture's ids unique.

    >>> "half" in chart_svg({"h": [1.0, 0.5]}, low=0, high=1, title="h", name="c", level=(0.5, "half"))
    True
    """
    plot = _Plot(max(len(line) for line in lines.values()), low, high, size, kind, strong)
    ordered = sorted(lines, key=lambda label: label == strong)  # the strong one lies on top
    parts = [_axes(plot, title, level)]
    parts += [_line(plot, label, lines[label]) for label in ordered]
    parts.append(_names(plot, lines))
    parts += [_moment(plot, time, lines) for time in range(plot.n_steps)]
    said = ". ".join(f"{label} goes from {short(line[0])} to {short(line[-1])}" for label, line in lines.items())
    return svg.frame("".join(parts), size, title=title, description=said, name=name, interactive=False)


def _axes(plot: _Plot, title: str, level: tuple[float, str] | None) -> str:
    left, right, bottom = plot.x(0), plot.x(plot.n_steps - 1), plot.y(plot.low)
    parts = [svg.text(left - 24, 14, title, anchor="start", more='font-weight="600"')]
    for value in (plot.low, 0.0, plot.high) if plot.low < 0 < plot.high else (plot.low, plot.high):
        strength = 0.4 if value == 0 else 0.15
        parts.append(_rule(left, right, plot.y(value), f'stroke-opacity="{strength}"'))
        parts.append(svg.text(left - 8, plot.y(value) + 4, f"{value:g}".replace("-", "−"), anchor="end"))
    if level is not None:
        y = plot.y(level[0])
        parts.append(_rule(left, right, y, 'stroke-opacity="0.5" stroke-dasharray="2 4"'))
        parts.append(svg.text(right - 2, y - 5, level[1], anchor="end"))
    every = 10 if plot.n_steps > 20 else 2 if plot.n_steps > 6 else 1
    parts += [svg.text(plot.x(time), bottom + 16, str(time)) for time in range(0, plot.n_steps, every)]
    parts.append(svg.text((left + right) / 2, bottom + 30, "step"))
    return "".join(parts)


def _rule(left: float, right: float, y: float, look: str) -> str:
    return f'<path d="M{left:.5g} {y:.5g}H{right:.5g}" stroke="currentColor" {look}/>'


def _line(plot: _Plot, label: str, line: Sequence[float]) -> str:
    places = [f"{plot.x(time):.5g} {plot.y(value):.5g}" for time, value in enumerate(line) if plot.shows(value)]
    look = f'{plot.look(label)} stroke-width="2.4"' if label == plot.strong else 'stroke-opacity="0.55"'
    return f'<path d="M{"L".join(places)}" fill="none" stroke="currentColor" {look}/>' if places else ""


def _names(plot: _Plot, lines: Mapping[str, Sequence[float]]) -> str:
    """The names at the ends of the lines, moved apart where they would cover each other."""
    ends = {label: plot.y(line[-1] if plot.shows(line[-1]) else plot.low) + 4 for label, line in lines.items()}
    lowest = plot.size[1] - BOTTOM + 6
    heights: dict[str, float] = {}
    for place, (label, y) in enumerate(sorted(ends.items(), key=lambda item: item[1])):
        room_below = NAME_GAP * (len(ends) - 1 - place)  # for the names that are still to come
        heights[label] = max(max(heights.values(), default=0.0) + NAME_GAP, min(y, lowest - room_below))
    x = plot.x(plot.n_steps - 1) + 10
    return "".join(
        svg.text(x, y, label, anchor="start", more=f"{plot.look(label)} {_weight(label == plot.strong)}")
        for label, y in heights.items()
    )


def _weight(strong: bool) -> str:
    return 'fill="currentColor" font-weight="600"' if strong else ""


def _moment(plot: _Plot, time: int, lines: Mapping[str, Sequence[float]]) -> str:
    """The mark of one step: a thin upright line, and a dot on every line, with its number on the strong one."""
    x = plot.x(time)
    parts = [f'<path d="M{x:.5g} {plot.y(plot.low):.5g}V{TOP - 4}" stroke="currentColor" stroke-opacity="0.35"/>']
    for label, line in lines.items():
        if time < len(line) and plot.shows(line[time]):
            dot = f'cx="{x:.5g}" cy="{plot.y(line[time]):.5g}" r="{4.5 if label == plot.strong else 2.5}"'
            parts.append(f'<circle {dot} fill="currentColor" {plot.look(label)}/>')
    if plot.strong is not None and plot.shows(lines[plot.strong][time]):
        value, right = lines[plot.strong][time], time < 0.8 * plot.n_steps
        y = plot.y(value) + (18 if plot.y(value) < TOP + 30 else -8)  # below the line where it runs along the top
        more = f"{plot.look(plot.strong)} {_weight(True)} {_HALO}"
        parts.append(svg.text(x + (9 if right else -9), y, short(value), anchor="start" if right else "end", more=more))
    hidden = "" if time == 0 else ' display="none"'
    return f'<g data-step="{time}"{hidden}>{"".join(parts)}</g>'

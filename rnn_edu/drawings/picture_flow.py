"""Explode or fade on paper: the same four views as the live picture, from the same facts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from rnn_edu.drawings import flow_scale, ink
from rnn_edu.drawings.flow_facts import Facts
from rnn_edu.drawings.style import short
from rnn_edu.drawings.svg_flow import COLOURS

_GREEN, _ORANGE, _GREY, _BLUE = (COLOURS[name][0] for name in ("gradient", "radius", "norm", "slope"))
_DASHES = ("solid", (0, (4, 2)), (0, (1.5, 2)))
SMALL = ink.TEXT - 0.5


class FlowPicture:
    """The picture in a notebook, with its facts in words."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def __repr__(self) -> str:
        return self.facts.sentence

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return ink.bundle(flow_figure(self.facts), repr(self))


def flow_figure(facts: Facts) -> Figure:
    """Gradient, stretch and slopes over the steps back from the error; the eigenvalues and the account beside them."""
    figure = Figure(figsize=(9.6, 6.2))
    left = figure.add_gridspec(
        3, 1, left=0.075, right=0.52, top=0.9, bottom=0.085, height_ratios=(26, 10, 7), hspace=0.42
    )
    gradient, stretch, slope = (figure.add_subplot(left[row, 0]) for row in range(3))
    _draw_gradient(gradient, facts)
    _draw_stretch(stretch, facts)
    _draw_slopes(slope, facts)
    for ax in (gradient, stretch, slope):
        ax.axvline(facts.lag, color="#000000", alpha=0.4, linewidth=0.8)
        ax.set_xlim(0, max(facts.record.n_steps - 1, 1))
        ax.set_xticks(sorted(set(flow_scale.lag_ticks(facts.record.n_steps))))
        ax.tick_params(labelsize=SMALL, length=2, labelbottom=ax is slope)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
    slope.set_xlabel("k, steps back from the error", fontsize=SMALL)
    _draw_plane(figure.add_axes((0.685, 0.475, 0.29, 0.43)), facts)
    _write_account(figure, facts)
    return figure


def _heading(ax: Axes, words: str) -> None:
    ax.set_title(words, loc="left", fontsize=ink.TEXT, fontweight="bold", x=-0.12, y=1.0, pad=5)


def _draw_gradient(ax: Axes, facts: Facts) -> None:
    _heading(ax, "Gradient, k steps before the error\n")
    ax.annotate(facts.verdict, (-0.12, 1.035), xycoords="axes fraction", fontsize=ink.TEXT, color=_GREEN)
    for line in facts.fan:
        ax.plot(_inside(line, facts.end), color=_GREEN, alpha=0.42, linewidth=0.7)
    ax.plot(_inside(facts.gradient, facts.end), color=_GREEN, linewidth=2.4)
    ax.plot(_inside(facts.by_norm, facts.end), color=_GREY, linewidth=1.5, linestyle=(0, (1, 2)))
    ax.plot(_inside(facts.by_radius, facts.end), color=_ORANGE, linewidth=1.5, linestyle=(0, (5, 3)))
    _powers(ax, facts.end, flow_scale.ticks(facts.end))
    ends = (
        (f"gradient {facts.said(facts.gradient[-1])}", facts.gradient[-1], _GREEN),
        (f"ρᵏ {facts.said(facts.by_radius[-1])}", facts.by_radius[-1], _ORANGE),
        (f"{facts.ceiling} {facts.said(facts.by_norm[-1])}", facts.by_norm[-1], _GREY),
    )
    _names(ax, ends, gap=0.065)


def _draw_stretch(ax: Axes, facts: Facts) -> None:
    _heading(ax, "Stretch of a whole way back: longest and shortest")
    ends = []
    for word, line, dash in zip(("largest", "smallest"), (facts.largest, facts.smallest), _DASHES, strict=False):
        ax.plot(facts.record.stretch_lags, _inside(line, facts.end), color=_GREEN, linewidth=1.5, linestyle=dash)
        ends.append((f"{word} {facts.said(line[-1])}", line[-1], _GREEN))
    _powers(ax, facts.end, (-facts.end, 0, facts.end))
    _names(ax, ends, gap=0.17)


def _draw_slopes(ax: Axes, facts: Facts) -> None:
    _heading(ax, facts.slope_title)
    ends = []
    for (word, line), dash in zip(facts.slopes.items(), _DASHES, strict=False):
        ax.plot(line, color=_BLUE, linewidth=1.5, linestyle=dash)
        ends.append((f"{word} {line[facts.lag]:.2f}", line[-1], _BLUE))
    ax.set_ylim(0, 1.02)
    ax.set_yticks([0, 1])
    _names(ax, ends, gap=0.25)


def _inside(line: Sequence[float], end: float) -> Any:
    """The line with what is far outside brought near, so that matplotlib can bear it."""
    return np.clip(line, -2 * end, 2 * end)


def _powers(ax: Axes, end: int, ticks: Sequence[int]) -> None:
    ax.set_ylim(-end, end)
    ax.set_yticks(ticks, [flow_scale.tick_text(tick) for tick in ticks])
    ax.grid(axis="y", color="#000000", alpha=0.1, linewidth=0.6)
    ax.axhline(0, color="#000000", alpha=0.5, linewidth=0.8)


def _names(ax: Axes, ends: Sequence[tuple[str, float, str]], *, gap: float) -> None:
    """Names at the ends of the lines, moved apart, in shares of the height."""
    low, high = ax.get_ylim()
    heights = [min(1.0, max(0.0, (end - low) / (high - low))) if end == end else 0.5 for _, end, _ in ends]
    lowest = -gap
    for place in sorted(range(len(ends)), key=lambda place: heights[place]):
        room_above = gap * (len(ends) - 1) - gap * sorted(heights).index(heights[place])
        lowest = max(lowest + gap, min(heights[place], 1.0 - room_above))
        words, _, colour = ends[place]
        ax.annotate(
            words, (1.02, lowest), xycoords="axes fraction", fontsize=SMALL, color=colour, va="center",
            annotation_clip=False,
        )  # fmt: skip


def _draw_plane(ax: Axes, facts: Facts) -> None:
    limit = flow_scale.limit_of([facts.radius, 1.1, *(abs(value) for value in facts.at_step)])
    ax.set_aspect("equal")
    ax.set_xlim(-limit, limit)
    ax.set_ylim(-limit, limit)
    ax.axhline(0, color="#000000", alpha=0.15, linewidth=0.7)
    ax.axvline(0, color="#000000", alpha=0.15, linewidth=0.7)
    ax.add_patch(Circle((0, 0), 1.0, facecolor="#F2F2F2", edgecolor="#000000", linewidth=1.1))
    ax.add_patch(Circle((0, 0), facts.radius, fill=False, edgecolor=_ORANGE, linewidth=1.2, linestyle=(0, (5, 3))))
    for values, colour, look in ((facts.at_step, _BLUE, "o"), (facts.eigenvalues, _ORANGE, ".")):
        found = np.array(values)
        face = "none" if look == "o" else colour
        ax.plot(found.real, found.imag, look, color=colour, markerfacecolor=face, markersize=5, zorder=3)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_title("Eigenvalues of one step\n", loc="left", fontsize=ink.TEXT, fontweight="bold", pad=5)
    ax.text(0.66, -0.84, "1", fontsize=SMALL, ha="left")
    keys = (("● the weights alone", _ORANGE, 0.0), (f"○ with the slopes, k = {max(facts.lag, 1)}", _BLUE, 0.47))
    for words, colour, x in keys:
        ax.annotate(words, (x, 1.03), xycoords="axes fraction", fontsize=SMALL, color=colour)
    ax.set_xlabel("unit circle: solid. Spectral radius ρ: dashed", fontsize=SMALL)


def _write_account(figure: Figure, facts: Facts) -> None:
    slope, guess = facts.typical_slope, facts.guess
    rows = (
        ("spectral radius ρ", short(facts.radius), _ORANGE),
        ("× typical slope", "gates" if slope is None else short(slope), _BLUE),
        ("= a guess: each step times", "–" if guess is None else short(guess), _GREY),
        ("measured: each step times", short(facts.measured), _GREEN),
    )
    x, y = 0.66, 0.345
    figure.text(x, y, "What one step multiplies with, on average", fontsize=ink.TEXT, fontweight="bold")
    for place, (words, value, colour) in enumerate(rows):
        height = y - 0.045 * (place + 1)
        figure.text(x, height, words, fontsize=ink.TEXT, color=colour)
        figure.text(x + 0.27, height, value, fontsize=ink.TEXT + 2, color=colour, ha="right", fontweight="bold")
    figure.text(x, y - 0.255, facts.fan_words, fontsize=SMALL)

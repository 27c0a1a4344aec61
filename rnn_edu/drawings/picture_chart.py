"""Charts on paper: lines over time, small pictures of pixels, and dots on a number line. The live ones are SVG."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from rnn_edu.drawings import ink, style
from rnn_edu.drawings.diagram import Diagram
from rnn_edu.drawings.picture import NetworkPicture

Grid = tuple[str, Sequence[Sequence[float]], tuple[int, int]]
_GREY, _MARK = "#6F6F6F", "#D55E00"


def png_of(figure: Figure) -> bytes:
    """The figure as a PNG file, in the resolution of all pictures of a lesson."""
    return bytes(ink.bundle(figure, "")["image/png"])


def draw_lines(
    ax: Axes,
    lines: Mapping[str, Sequence[float]],
    *,
    low: float,
    high: float,
    title: str,
    kind: str,
    strong: str | None,
    time: int,
    level: tuple[float, str] | None = None,
) -> None:
    """Draw lines over the steps with their names at their ends, and the step that is shown as an upright line."""
    n_steps = max(len(line) for line in lines.values())
    bare(ax)
    ax.set_title(title, loc="left", fontsize=ink.TEXT, fontweight="bold")
    ax.set_xlim(0, max(n_steps - 1, 1))
    room = 0.04 * (high - low)
    ax.set_ylim(low - room, high + room)
    ax.set_yticks(sorted({low, 0.0, high}))
    ax.set_xlabel("step", fontsize=ink.TEXT)
    ax.axvline(time, color=_GREY, linewidth=0.8)
    if level is not None:
        ax.axhline(level[0], color=_GREY, linewidth=0.8, linestyle=(0, (2, 3)))
        ax.text(n_steps - 1, level[0], f"{level[1]} ", fontsize=ink.TEXT, ha="right", va="bottom")
    heights = _apart({label: float(line[-1]) for label, line in lines.items()}, 0.085 * (high - low))
    for label, line in lines.items():
        colour, width = (style.KIND[kind].colour, 2.0) if label == strong else (_GREY, 1.0)
        ax.plot(range(len(line)), line, color=colour, linewidth=width, zorder=3 if label == strong else 2)
        ax.annotate(
            label, (1.02, heights[label]), xycoords=("axes fraction", "data"), fontsize=ink.TEXT, color=colour,
            va="center", annotation_clip=False,
        )  # fmt: skip


def draw_pixels(ax: Axes, grid: Grid, time: int) -> None:
    """Draw one small picture at one step; a pixel of 0 carries a question mark."""
    title, frames, (rows, columns) = grid
    scale = style.ActivityScale(1.0)
    colours = [to_rgb(scale.colour(float(value))) for value in frames[time]]
    ax.imshow(np.reshape(colours, (rows, columns, 3)), interpolation="nearest")
    for place, value in enumerate(frames[time]):
        if abs(value) < 0.05:
            ax.text(place % columns, place // columns, "?", ha="center", va="center", fontsize=ink.TEXT, color=_GREY)
    ax.set_title(title, fontsize=ink.TEXT)
    ax.set_xticks(np.arange(columns + 1) - 0.5, [])
    ax.set_yticks(np.arange(rows + 1) - 0.5, [])
    ax.grid(color="#7F7F7F", linewidth=0.5)
    ax.tick_params(length=0)


def job_figure(
    diagram: Diagram | None, record: Any, chart: Mapping[str, Any], grids: Sequence[Grid], time: int
) -> Figure:
    """A network at one step beside its activity over time, and below them its small pictures.

    `chart` holds the arguments of `draw_lines`, `diagram` is None where the network has too many arrows to be drawn.
    """
    figure = Figure(figsize=(9.0, 3.4 + 1.9 * bool(grids)))
    share = 1.9 / (3.4 + 1.9) if grids else 0.0
    if diagram is not None:
        picture = NetworkPicture(diagram, record, time=time, scale=style.ActivityScale(1.0))
        picture.draw(figure.add_axes((0.02, share, 0.42, 1 - share)))
    left = 0.5 if diagram is not None else 0.06
    ax = figure.add_axes((left, share + 0.2 * (1 - share), 0.86 - left, 0.66 * (1 - share)))
    draw_lines(ax, time=time, **chart)
    for place, grid in enumerate(grids):
        draw_pixels(figure.add_axes((0.04 + 0.28 * place, 0.05, 0.22, share * 0.68)), grid, time)
    return figure


def orders_figure(
    words: Sequence[str], states: Sequence[float], bag: Sequence[float], loop: Sequence[float], now: tuple[float, float]
) -> Figure:
    """One sentence with the looping neuron's number at each word, and all answers of both networks on number lines.

    `bag` and `loop` hold the answers to all orders, `now` those to the order that is shown.
    """
    figure = Figure(figsize=(9.0, 2.5))
    top = figure.add_axes((0, 0.6, 1, 0.4))
    top.set_axis_off()
    for place, (word, state) in enumerate(zip(words, states, strict=True)):
        x = 0.18 + 0.8 * (place + 0.5) / len(words)
        top.text(
            x,
            0.75,
            word,
            ha="center",
            va="center",
            fontsize=ink.TEXT + 1,
            bbox={"boxstyle": "round", "fc": "#F2F2F2", "ec": _GREY},
        )
        top.text(
            x,
            0.3,
            style.short(float(state)),
            ha="center",
            va="center",
            fontsize=ink.TEXT,
            color=style.KIND["direct"].colour,
        )
    top.text(0.01, 0.75, "the sentence", fontsize=ink.TEXT, fontweight="bold", va="center")
    top.text(0.01, 0.3, "the looping neuron", fontsize=ink.TEXT, fontweight="bold", va="center")
    ax = figure.add_axes((0.2, 0.14, 0.76, 0.42))
    bare(ax)
    ax.set_xlim(-1, 1)
    ax.set_ylim(-0.6, 1.6)
    ax.set_yticks([1, 0], ["looping neuron", "bag of words"], fontsize=ink.TEXT)
    for y, answers, colour in ((1, loop, style.KIND["direct"].colour), (0, bag, "#000000")):
        ax.axhline(y, color=_GREY, linewidth=0.6, zorder=0)
        ax.plot(answers, np.full(len(answers), y), "o", color=colour, alpha=0.4, markersize=6, markeredgewidth=0)
        ax.plot(now[y], y, "o", markerfacecolor="none", markeredgecolor=_MARK, markersize=10, markeredgewidth=2)
    return figure


def bare(ax: Axes) -> None:
    """Leave only what one reads: no box, small numbers, no ticks."""
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.tick_params(labelsize=ink.TEXT, length=0)


def _apart(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Heights moved upwards until each is at least `gap` above the one below it."""
    placed: dict[str, float] = {}
    for label, height in sorted(heights.items(), key=lambda item: item[1]):
        placed[label] = max(height, max(placed.values(), default=height - gap) + gap)
    return placed

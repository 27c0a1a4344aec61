"""What is written beside a printed picture: the colour scale of its numbers and the names of its arrows."""

from collections.abc import Sequence
from math import log10
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from rnn_edu.drawings import curves, ink, style
from rnn_edu.drawings.diagram import Arrow, Diagram
from rnn_edu.drawings.svg import layer_titles

Scale = style.ActivityScale | style.GradientScale
Rows = list[list[tuple[str, float]]]  # for each row of a key the kinds in it, and how far from the left
Label = tuple[str, float, float, str]  # what is written, where, and which of its ends is there
DELAY_NOTE = "a number on an arrow: its delay in steps"
LETTER = 0.155  # width of a letter in diagram lengths, at the usual size
SCALE_WIDTH, SCALE_HEIGHT, ROW = 3.0, 0.22, 0.75
_SAMPLE = 1.15


def text_width(text: str) -> float:
    """About how wide a text is, in the diagram's lengths.

    >>> text_width("ab") == 2 * text_width("a")
    True
    """
    return LETTER * len(text)


def draw_scale(ax: Axes, scale: Scale, corner: tuple[float, float], size: float, *, words: str) -> None:
    """Draw the colour scale to the right of and above `corner`, with its ends and, in words, what the colours mean."""
    left, bottom = corner
    values, ticks = _scale_values(scale)
    step = SCALE_WIDTH / len(values)
    for k, value in enumerate(values):
        width = step * (1.0 if k == len(values) - 1 else 1.2)  # no hairlines between the colours
        place = left + k * step, bottom
        ax.add_artist(Rectangle(place, width, SCALE_HEIGHT, facecolor=scale.colour(value), linewidth=0))
    ax.add_artist(
        Rectangle((left, bottom), SCALE_WIDTH, SCALE_HEIGHT, fill=False, edgecolor="#000000", linewidth=0.6 * size)
    )
    font: dict[str, Any] = {"fontsize": 0.85 * ink.TEXT * size, "color": "#000000"}
    for part, label in ticks:
        ax.text(left + part * SCALE_WIDTH, bottom - 0.1, label, ha="center", va="top", **font)
    ax.text(left + SCALE_WIDTH + 0.45, bottom + SCALE_HEIGHT / 2, words, ha="left", va="center", **font)


def _scale_values(scale: Scale) -> tuple[list[float], list[tuple[float, str]]]:
    if isinstance(scale, style.ActivityScale):
        ends = [scale.label(value) for value in (-scale.limit, 0.0, scale.limit)]
        values = np.linspace(-scale.limit, scale.limit, 48).tolist()
        return values, list(zip((0.0, 0.5, 1.0), ends, strict=True))
    low, high = log10(scale.low), log10(scale.high)
    values = (10.0 ** np.linspace(low, high, 48)).tolist()
    ticks = [(0.0, scale.label(scale.low)), (1.0, scale.label(scale.high))]
    return values, ticks


def key_rows(kinds: Sequence[str], width: float) -> Rows:
    """Arrange the names of the kinds of arrow in rows no wider than `width`: for each row (kind, place from the left).

    >>> key_rows(["direct", "lateral"], 3)
    [[('direct', 0.0)], [('lateral', 0.0)]]
    """
    rows: Rows = [[]]
    place = 0.0
    for kind in kinds:
        needed = _SAMPLE + 0.2 + text_width(style.KIND[kind].word)
        if rows[-1] and place + needed > width:
            rows.append([])
            place = 0.0
        rows[-1].append((kind, place))
        place += needed + 0.7
    return rows


def draw_key(ax: Axes, rows: Rows, corner: tuple[float, float], radius: float, size: float) -> None:
    """Name each kind of arrow beside a sample of it; the first row begins at `corner` and the others follow below."""
    for k, row in enumerate(rows):
        y = corner[1] - k * ROW
        for kind, place in row:
            x = corner[0] + place
            sample = [[(x + _SAMPLE * part, y) for part in (0, 1 / 3, 2 / 3, 1)]]
            ink.draw_arrows(ax, sample, kind, radius=radius, size=size, name="key")
            ax.text(
                x + _SAMPLE + 0.2,
                y,
                style.KIND[kind].word,
                ha="left",
                va="center",
                fontsize=ink.TEXT * size,
                color=style.KIND[kind].colour,
            )


def draw_cell_key(ax: Axes, rows: Rows, corner: tuple[float, float], size: float) -> None:
    """The same for a weight matrix: beside each name stands the frame of its cells, and its letter before it."""
    for k, row in enumerate(rows):
        y = corner[1] - 1.2 * ROW * k
        for kind, place in row:
            look, x = style.KIND[kind], corner[0] + place
            text = look.word if kind == "feedforward" else f"{look.letter} {look.word}"
            frame = ink.frame_style(kind, size)
            ax.add_artist(Rectangle((x, y - 0.3), 0.6, 0.6, facecolor=style.PAPER, **frame))
            ax.text(x + 0.85, y, text, ha="left", va="center", fontsize=ink.TEXT * size, color=look.colour)


def draw_delay(ax: Axes, diagram: Diagram, arrow: Arrow, size: float, *, alpha: float) -> None:
    """Write how many steps later an arrow arrives onto its middle: folded, its loop alone could not say."""
    x, y = curves.points_on(diagram.route(arrow), [0.5])[0, 0]
    ax.text(
        x,
        y,
        str(arrow.connection.delay),
        ha="center",
        va="center",
        fontsize=0.8 * ink.TEXT * size,
        color=style.KIND[diagram.kind(arrow)].colour,
        alpha=alpha,
        bbox={"boxstyle": "circle,pad=0.12", "facecolor": style.PAPER, "linewidth": 0},
        zorder=3,
    )


def layer_labels(diagram: Diagram) -> list[Label]:
    """The name of each layer, to the left of its neurons."""
    left = diagram.bounds[0] - 0.25
    labels = []
    for name, title in layer_titles(diagram.topology).items():
        heights = [y for unit, (_, y) in diagram.positions.items() if unit.layer == name]
        labels.append((title, left, sum(heights) / len(heights), "right"))
    return labels


def step_labels(diagram: Diagram) -> list[Label]:
    """The number of each step, under its column; none in a folded drawing."""
    y = diagram.bounds[1] - 0.4
    labels = []
    for step in range(diagram.n_steps or 0):
        across = [x for unit, (x, _) in diagram.positions.items() if unit.time == step]
        labels.append((f"step {step}", (min(across) + max(across)) / 2, y, "center"))
    return labels

"""What is written beside a printed picture: the colour scale of its numbers and the names of its arrows."""

from collections.abc import Sequence
from math import log10

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from rnn_edu.drawings import ink, style

Scale = style.ActivityScale | style.GradientScale
LETTER = 0.155  # width of a letter in diagram lengths, at the usual size
SCALE_WIDTH, SCALE_HEIGHT, ROW = 3.0, 0.22, 0.75
_SAMPLE = 1.15


def text_width(text: str) -> float:
    """About how wide a text is, in the diagram's lengths.

    >>> text_width("ab") == 2 * text_width("a")
    True
    """
    return LETTER * len(text)


def draw_scale(ax: Axes, scale: Scale, corner: tuple[float, float], size: float) -> None:
    """Draw the colour scale to the right of and above `corner`, with its ends and its meaning in words."""
    left, bottom = corner
    values, ticks, words = _scale_values(scale)
    step = SCALE_WIDTH / len(values)
    for k, value in enumerate(values):
        box = Rectangle((left + k * step, bottom), step * 1.05, SCALE_HEIGHT, facecolor=scale.colour(value), linewidth=0)
        ax.add_artist(box)
    ax.add_artist(
        Rectangle((left, bottom), SCALE_WIDTH, SCALE_HEIGHT, fill=False, edgecolor="#000000", linewidth=0.6 * size)
    )
    font = {"fontsize": 0.85 * ink.TEXT * size, "color": "#000000"}
    for part, label in ticks:
        ax.text(left + part * SCALE_WIDTH, bottom - 0.1, label, ha="center", va="top", **font)
    ax.text(left + SCALE_WIDTH + 0.45, bottom + SCALE_HEIGHT / 2, words, ha="left", va="center", **font)


def _scale_values(scale: Scale) -> tuple[list[float], list[tuple[float, str]], str]:
    if isinstance(scale, style.ActivityScale):
        ends = [scale.label(value) for value in (-scale.limit, 0.0, scale.limit)]
        values = np.linspace(-scale.limit, scale.limit, 48).tolist()
        return values, list(zip((0.0, 0.5, 1.0), ends, strict=True)), "activity"
    low, high = log10(scale.low), log10(scale.high)
    values = (10.0 ** np.linspace(low, high, 48)).tolist()
    ticks = [(0.0, scale.label(scale.low)), (1.0, scale.label(scale.high))]
    return values, ticks, "size of the gradient"


def key_rows(kinds: Sequence[str], width: float) -> list[list[tuple[str, float]]]:
    """Arrange the names of the kinds of arrow in rows no wider than `width`: for each row (kind, place from the left).

    >>> key_rows(["direct", "lateral"], 3)
    [[('direct', 0.0)], [('lateral', 0.0)]]
    """
    rows: list[list[tuple[str, float]]] = [[]]
    place = 0.0
    for kind in kinds:
        needed = _SAMPLE + 0.2 + text_width(style.KIND[kind].word)
        if rows[-1] and place + needed > width:
            rows.append([])
            place = 0.0
        rows[-1].append((kind, place))
        place += needed + 0.7
    return rows


def draw_key(ax: Axes, rows: list[list[tuple[str, float]]], corner: tuple[float, float], radius: float, size: float) -> None:
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

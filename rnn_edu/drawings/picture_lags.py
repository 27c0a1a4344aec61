"""Bars by lag on paper, beside the unrolled network whose gradients they belong to."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnn_edu.drawings import ink
from rnn_edu.drawings.diagram import Diagram
from rnn_edu.drawings.picture import INCHES, NetworkPicture
from rnn_edu.drawings.style import NOT_A_NUMBER, short

_BAR, _CHOSEN = "#238B45", "#D55E00"
_BESIDE = 3.6  # inches for the bars


def error_figure(
    diagram: Diagram, record: Any, by_lag: Sequence[float], *, title: str, chosen: int | None = None
) -> Figure:
    """Draw the network with the numbers of a record on the left, and the bars of one weight on the right."""
    picture = NetworkPicture(diagram, record)
    left, bottom, right, top = picture.extent
    width, height = (right - left) * INCHES, max((top - bottom) * INCHES, 2.6)
    figure = Figure(figsize=(width + _BESIDE, height))
    picture.draw(figure.add_axes((0, 0, width / (width + _BESIDE), 1)))
    share = _BESIDE / (width + _BESIDE)
    draw_lags(figure.add_axes((1 - 0.9 * share, 0.2, 0.8 * share, 0.6)), by_lag, title=title, chosen=chosen)
    return figure


def draw_lags(ax: Axes, by_lag: Sequence[float], *, title: str, chosen: int | None = None) -> None:
    """Draw one bar for each lag, lag 0 on the right, as the present is in the unrolled network."""
    largest = max((abs(value) for value in by_lag if isfinite(value)), default=0.0) or 1.0
    heights = [value / largest if isfinite(value) else 1.0 for value in by_lag]
    places = [-lag for lag in range(len(by_lag))]
    colours = [
        NOT_A_NUMBER if not isfinite(value) else _CHOSEN if lag == chosen else _BAR for lag, value in enumerate(by_lag)
    ]
    ax.bar(places, heights, color=colours, width=0.64)
    for place, height, value in zip(places, heights, by_lag, strict=True):
        above = height >= 0
        ax.annotate(
            short(value), (place, height), (0, 3 if above else -3), textcoords="offset points", ha="center",
            va="bottom" if above else "top", fontsize=min(ink.TEXT, 0.83 * ink.TEXT * 6 / len(by_lag) + 1),
        )  # fmt: skip
    ax.axhline(0, color="#000000", linewidth=0.8)
    room = 0.12 * max(0.5, max(heights) - min(heights))  # for the numbers above and below
    ax.set_ylim(min(0.0, *heights) - room * (min(heights) < 0), max(0.05, *heights) + room)
    ax.set_xlim(min(places) - 0.6, 0.6)
    ax.set_yticks([])
    ax.set_xticks(places, [str(-place) for place in places], fontsize=ink.TEXT)
    ax.tick_params(length=0)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_xlabel("lag: steps from use to error", fontsize=ink.TEXT)
    ax.set_title(title, fontsize=ink.TEXT, fontweight="bold", loc="left", pad=14)

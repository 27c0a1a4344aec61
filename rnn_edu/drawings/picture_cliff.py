"""The landscape of losses with the way of the ball, for print; and what is left of an error under several starts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from rnn_edu.drawings import ink, style
from rnn_edu.drawings.picture_chart import bare
from rnn_edu.drawings.surface_image import HIGH, LEVELS, LOW
from rnn_edu.drawings.svg_cliff import BALL, GREY, HEIGHTS, Roll

Array = np.ndarray
_HEIGHTS = LinearSegmentedColormap.from_list("heights", HEIGHTS).with_extremes(bad=style.NOT_A_NUMBER)


class SurfacePicture:
    """A landscape of losses over two weights, with words at some of its places.

    `words` are {"the cliff": (w, b)}; `axes` names the two weights.

    >>> SurfacePicture([0.0, 1.0], [0.0, 1.0], [[0.1, 0.2], [0.3, 4.0]])
    The loss over the first weight and the second weight: from 0.10 to 4.00.
    """

    def __init__(
        self,
        first: ArrayLike,
        second: ArrayLike,
        loss: ArrayLike,
        *,
        axes: tuple[str, str] = ("the first weight", "the second weight"),
        words: Mapping[str, tuple[float, float]] | None = None,
    ) -> None:
        self._first, self._second, self._loss = (np.asarray(part, float) for part in (first, second, loss))
        self._axes, self._words = axes, dict(words or {})

    def figure(self) -> Figure:
        """The picture on a page of its own."""
        figure = Figure(figsize=(6.4, 3.9))
        ax = figure.add_axes((0.11, 0.14, 0.86, 0.82))
        draw_map(ax, self._first, self._second, self._loss, axes=self._axes)
        for word, place in self._words.items():
            box = {"facecolor": "#FFFFFF", "edgecolor": "none", "alpha": 0.85, "pad": 2.5}
            ax.text(*place, word, fontsize=ink.TEXT, ha="center", va="center", bbox=box)
        return figure

    def __repr__(self) -> str:
        known = self._loss[np.isfinite(self._loss)]
        ends = f"from {style.short(float(known.min()))} to {style.short(float(known.max()))}" if known.size else "none"
        lost = self._loss.size - known.size
        more = f"; at {lost} of {self._loss.size} places it is no finite number" if lost else ""
        places = "".join(f" {word} at ({w:g}, {b:g})." for word, (w, b) in self._words.items())
        return f"The loss over {self._axes[0]} and {self._axes[1]}: {ends}{more}.{places}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return ink.bundle(self.figure(), repr(self))


def cliff_figure(
    first: Array, second: Array, loss: Array, roll: Roll, other: Roll, *, axes: tuple[str, str], limit: float | None
) -> Figure:
    """The map with both ways on the left, the length of the gradient at each step on the right."""
    figure = Figure(figsize=(9.0, 3.9))
    ax = figure.add_axes((0.07, 0.14, 0.48, 0.8))
    draw_map(ax, first, second, loss, axes=axes)
    for some, colour, dash, width in ((other, GREY, (0, (4, 3)), 1.3), (roll, BALL, "solid", 1.8)):
        # far away points would make the line leave the picture in any direction: all that matters is that it leaves
        points = np.clip(np.array(some.points[: some.n_points], float), -1e3, 1e3)
        ax.plot(points[:, 0], points[:, 1], color="#FFFFFF", linewidth=width + 1.6, alpha=0.75)
        ax.plot(points[:, 0], points[:, 1], color=colour, linestyle=dash, linewidth=width)
    start, end = roll.points[0], roll.points[-1]
    for colour, width in (("#FFFFFF", 3.0), ("#000000", 1.2)):
        ax.plot(*start, "o", markerfacecolor="none", markeredgecolor=colour, markersize=11, markeredgewidth=width)
    if first[0] <= end[0] <= first[-1] and second[0] <= end[1] <= second[-1]:
        ax.plot(*end, "o", color=BALL, markeredgecolor="#FFFFFF", markersize=9)
    chart = figure.add_axes((0.66, 0.2, 0.32, 0.62))
    _draw_lengths(chart, roll, other, limit)
    return figure


def draw_map(ax: Axes, first: Array, second: Array, loss: Array, *, axes: tuple[str, str]) -> None:
    """Draw the loss over two weights: white is low, dark is high, yellow is no finite number."""
    with np.errstate(all="ignore"):
        shown = np.ma.masked_invalid(np.clip(loss, 10.0**LOW, 10.0**HIGH))
    extent = (first[0], first[-1], second[0], second[-1])
    picture = ax.imshow(
        shown,
        origin="lower",
        extent=extent,
        aspect="auto",
        cmap=_HEIGHTS,
        norm=LogNorm(10.0**LOW, 10.0**HIGH),
        interpolation="bilinear",
    )
    if shown.count() and shown.min() < shown.max():
        ax.contour(
            first, second, shown, levels=[10.0**level for level in LEVELS], colors="#16305C", linewidths=0.5, alpha=0.5
        )
    ax.set_xlim(extent[:2])
    ax.set_ylim(extent[2:])
    ax.set_xlabel(axes[0], fontsize=ink.TEXT)
    ax.set_ylabel(axes[1], fontsize=ink.TEXT)
    ax.tick_params(labelsize=ink.TEXT)
    inset = ax.inset_axes((0.05, 0.1, 0.34, 0.035))
    ax.figure.colorbar(picture, cax=inset, orientation="horizontal")
    inset.tick_params(labelsize=ink.TEXT - 1, length=2)
    inset.set_xticks([1e-4, 1e-2, 1.0], ["0.0001", "0.01", "1"])
    inset.minorticks_off()
    inset.set_title("loss", fontsize=ink.TEXT, pad=3)
    for words in (*inset.get_xticklabels(), inset.title):
        words.set_bbox({"facecolor": "#FFFFFF", "edgecolor": "none", "alpha": 0.75, "pad": 0.8})


def _draw_lengths(ax: Axes, roll: Roll, other: Roll, limit: float | None) -> None:
    bare(ax)
    ax.set_title("length of the gradient", loc="left", fontsize=ink.TEXT, fontweight="bold")
    ax.set_yscale("log")
    ax.set_ylim(1e-8, 1e6)
    ax.set_yticks([1e-8, 1e-4, 1, 1e4])
    ax.set_xlabel("step of the ball", fontsize=ink.TEXT)
    for some, colour, dash in ((other, GREY, (0, (4, 3))), (roll, BALL, "solid")):
        norms = np.clip(np.nan_to_num(np.array(some.norms), nan=1e6), 1e-8, 1e6)
        ax.plot(norms, color=colour, linestyle=dash)
    if limit:
        ax.axhline(limit, color="#000000", linewidth=0.9, linestyle=(0, (6, 3)))
        ax.text(1, limit * 1.6, f"limit {limit:g}", fontsize=ink.TEXT)


def starts_figure(lines: Mapping[str, Sequence[Sequence[float]]], colours: Mapping[str, str]) -> Figure:
    """What is left of an error by lag, one thin line for each network and one thick one for the middle of each start.

    `lines` are powers of ten.
    """
    figure = Figure(figsize=(8.0, 3.4))
    ax = figure.add_axes((0.1, 0.16, 0.68, 0.7))
    bare(ax)
    ax.set_title("left of an error of length 1", loc="left", fontsize=ink.TEXT, fontweight="bold")
    ax.set_xlabel("steps back", fontsize=ink.TEXT)
    ax.set_ylabel("power of ten", fontsize=ink.TEXT)
    ends: dict[str, float] = {}
    for name, some in lines.items():
        each = np.clip(np.nan_to_num(np.array(some, float), nan=6.0, neginf=-30, posinf=6), -30, 6)
        for line in each:
            ax.plot(line, color=colours[name], linewidth=0.5, alpha=0.45)
        middle = np.median(each, axis=0)
        ax.plot(middle, color=colours[name], linewidth=2.4)
        ends[name] = float(middle[-1])
    low, high = ax.get_ylim()
    gap, last = 0.08 * (high - low), -np.inf
    for name, end in sorted(ends.items(), key=lambda item: item[1]):
        last = max(end, last + gap)
        ax.annotate(
            name, (1.02, last), xycoords=("axes fraction", "data"), fontsize=ink.TEXT, color=colours[name],
            va="center", annotation_clip=False,
        )  # fmt: skip
    return figure

"""How one unit and one arrow look on paper. Lengths are the diagram's, widths are points times `size`."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from rnn_edu.core.topology import Unit
from rnn_edu.drawings import curves, style
from rnn_edu.drawings.svg import unit_key

TEXT = 9.0  # points
_DPI = 110
_CURVE = (Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4)
_WIDTH = {"feedforward": 0.55, "gate": 0.9}
_FEEDBACK_WIDTH = 1.5
_CORNERS = {
    "square": ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88), (-0.88, -0.88)),
    "diamond": ((0.0, -1.12), (1.12, 0.0), (0.0, 1.12), (-1.12, 0.0), (0.0, -1.12)),
}


def prepare(ax: Axes, extent: tuple[float, float, float, float], inches: float) -> float:
    """Give `ax` the limits of a picture; returns the size of its words and lines, 1 where a length is `inches` wide."""
    left, bottom, right, top = extent
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    ax.set_aspect("equal")
    ax.set_axis_off()
    room = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())  # in inches
    return min(room.width / (right - left), room.height / (top - bottom)) / inches


def bundle(figure: Figure, text: str) -> dict[str, Any]:
    """What a notebook shows: the figure as PNG, and a sentence for those who cannot see it."""
    png = BytesIO()
    figure.savefig(png, format="png", dpi=_DPI, facecolor=style.PAPER)
    return {"image/png": png.getvalue(), "text/plain": text}


def outline(shape: str, centre: tuple[float, float], radius: float) -> Path:
    """The outline of a unit: "circle", "square" or "diamond", all of about the same area."""
    if shape == "circle":
        return Path.circle(centre, radius)
    return Path(np.asarray(_CORNERS[shape]) * radius + centre, closed=True)


def frame_style(kind: str, size: float) -> dict[str, Any]:
    """How the frame of a weight's cell looks: matplotlib's names for the colour, width and dash of its kind."""
    look = style.KIND[kind]
    return {
        "edgecolor": look.colour,
        "linewidth": size * (0.7 if kind == "feedforward" else 1.6),
        "linestyle": (0, look.dash) if look.dash else "solid",
    }


def draw_unit(
    ax: Axes, unit: Unit, shape: str, centre: tuple[float, float], radius: float, *, fill: str, width: float
) -> None:
    """Draw one unit; its artist carries the name "unit:h:3:2", so that it can be found again."""
    ax.add_artist(
        PathPatch(
            outline(shape, centre, radius),
            facecolor=fill,
            edgecolor="#000000",
            linewidth=width,
            zorder=4,
            gid=f"unit:{unit_key(unit)}",
        )
    )


def draw_arrows(
    ax: Axes,
    routes: Sequence[Any],
    kind: str,
    *,
    radius: float,
    size: float,
    strength: float = 1.0,
    alpha: float = 1.0,
    name: str = "arrow",
) -> None:
    """Draw all arrows of one kind at once: artists "arrow:direct:lines" and "arrow:direct:heads", in the order given.

    A gate's head is ⊙: a ring with a point in it, where the gate meets its unit.
    """
    if not len(routes):
        return
    look = style.KIND[kind]
    width = strength * size * _WIDTH.get(kind, _FEEDBACK_WIDTH)
    head = radius * {"feedforward": 0.34, "gate": 0.62}.get(kind, 0.62)
    zorder = 1 if kind == "feedforward" else 2
    ways = np.asarray(routes, dtype=float)
    _add_lines(ax, curves.cut_short(ways, head * 0.9), look, width, alpha, zorder, f"{name}:{kind}:lines")
    directions = curves.arriving(ways, head)
    if kind == "gate":
        _add_rings(ax, ways[:, 3] - directions * head / 2, head / 2, width, alpha, name)
        return
    corners = curves.triangles(ways[:, 3], directions, head)
    ax.add_collection(
        PolyCollection(
            list(corners),
            facecolors=look.colour,
            edgecolors="none",
            alpha=alpha,
            zorder=zorder + 0.1,
            gid=f"{name}:{kind}:heads",
        ),
        autolim=False,
    )


def _add_lines(
    ax: Axes, routes: Iterable[Any], look: style.KindStyle, width: float, alpha: float, zorder: float, name: str
) -> None:
    ax.add_collection(
        PathCollection(
            [Path(route, _CURVE) for route in routes],
            facecolors="none",
            edgecolors=look.colour,
            linewidths=width,
            linestyles=[(0, look.dash) if look.dash else "solid"],
            alpha=alpha,
            zorder=zorder,
            gid=name,
        ),
        autolim=False,
    )


def _add_rings(ax: Axes, centres: Any, radius: float, width: float, alpha: float, name: str) -> None:
    for part, colour, what in ((1.0, style.PAPER, "heads"), (0.3, "#000000", "points")):
        ax.add_collection(
            PathCollection(
                [Path.circle(centre, radius * part) for centre in centres],
                facecolors=colour,
                edgecolors="#000000",
                linewidths=width,
                alpha=alpha,
                zorder=5,
                gid=f"{name}:gate:{what}",
            ),
            autolim=False,
        )

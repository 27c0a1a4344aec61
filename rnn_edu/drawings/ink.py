"""How one unit and one arrow look on paper. Lengths are the diagram's, widths are points times `size`."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from rnn_edu.core.topology import Unit
from rnn_edu.drawings import curves, style

TEXT = 9.0  # points
_CURVE = (Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4)
_WIDTH = {"feedforward": 0.65, "gate": 0.9}
_FEEDBACK_WIDTH = 1.35
_CORNERS = {
    "square": ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88), (-0.88, -0.88)),
    "diamond": ((0.0, -1.12), (1.12, 0.0), (0.0, 1.12), (-1.12, 0.0), (0.0, -1.12)),
}


def unit_name(unit: Unit) -> str:
    """Name a unit as both renderers do: "h:3:2", or "h:3" in a folded picture.

    >>> unit_name(Unit("h", 3, 2)), unit_name(Unit("h", 3))
    ('h:3:2', 'h:3')
    """
    return ":".join(str(part) for part in unit if part is not None)


def outline(shape: str, centre: tuple[float, float], radius: float) -> Path:
    """The outline of a unit: "circle", "square" or "diamond", all of about the same area."""
    if shape == "circle":
        return Path.circle(centre, radius)
    return Path(np.asarray(_CORNERS[shape]) * radius + centre, closed=True)


def draw_unit(
    ax: Axes, unit: Unit, shape: str, centre: tuple[float, float], radius: float, *, fill: str, width: float, alpha: float
) -> None:
    """Draw one unit; its artist carries the name "unit:h:3:2", so that it can be found again."""
    ax.add_artist(
        PathPatch(
            outline(shape, centre, radius),
            facecolor=fill,
            edgecolor="#000000",
            linewidth=width,
            alpha=alpha,
            zorder=4,
            gid=f"unit:{unit_name(unit)}",
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
    head = radius * {"feedforward": 0.38, "gate": 0.62}.get(kind, 0.62)
    zorder = 1 if kind == "feedforward" else 2
    routes = np.asarray(routes, dtype=float)
    _add_lines(ax, curves.cut_short(routes, head * 0.9), look, width, alpha, zorder, f"{name}:{kind}:lines")
    directions = curves.arriving(routes, head)
    if kind == "gate":
        _add_rings(ax, routes[:, 3] - directions * head / 2, head / 2, width, alpha, name)
        return
    corners = curves.triangles(routes[:, 3], directions, head)
    ax.add_collection(
        PolyCollection(
            list(corners), facecolors=look.colour, edgecolors="none", alpha=alpha, zorder=zorder + 0.1, gid=f"{name}:{kind}:heads"
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

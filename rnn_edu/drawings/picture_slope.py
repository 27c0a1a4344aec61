"""Two small pictures of what an error meets on its way back: the slope of a neuron, and the eigenvalues of a loop."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.drawings import ink
from rnn_edu.drawings.flow_scale import limit_of
from rnn_edu.drawings.style import short
from rnn_edu.drawings.svg_flow import COLOURS

_BLUE, _ORANGE = COLOURS["slope"][0], COLOURS["radius"][0]
_REACH = 4.0  # how far the axis of the drive goes


class SlopePicture:
    """An activation function with the slope at a few places drawn as short straight lines.

    >>> SlopePicture("tanh", drives=(0.0, 1.0))
    tanh: slope 1.00 at 0, 0.42 at 1
    """

    def __init__(self, activation: str = "tanh", drives: Sequence[float] = (0.0, 1.0, 3.0)) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation was {activation!r}; choose one of {', '.join(ACTIVATIONS)}")
        self.activation, self.drives = activation, tuple(drives)

    def slopes(self) -> list[float]:
        """The slope at each of the drives."""
        found = ACTIVATIONS[self.activation]
        activity = found.value(np.array(self.drives), np.empty(len(self.drives)))
        return [float(slope) for slope in found.slope(activity, np.empty(len(self.drives)))]

    def figure(self) -> Figure:
        """The picture, as wide as a page."""
        figure = Figure(figsize=(7.2, 3.0))
        ax = figure.add_axes((0.1, 0.16, 0.86, 0.78))
        found, drive = ACTIVATIONS[self.activation], np.linspace(-_REACH, _REACH, 401)
        ax.plot(drive, found.value(drive.copy(), np.empty_like(drive)), color="#000000", linewidth=1.4)
        for at, slope in zip(self.drives, self.slopes(), strict=True):
            self._tangent(ax, at, slope)
        ax.set_xlim(-_REACH, _REACH)
        ax.set_ylim(-1.25, 1.25)
        ax.set_yticks([-1, 0, 1])
        ax.set_xlabel("drive: the sum that arrives at the neuron", fontsize=ink.TEXT)
        ax.set_ylabel("activity", fontsize=ink.TEXT)
        ax.tick_params(labelsize=ink.TEXT, length=2)
        ax.grid(color="#000000", alpha=0.08)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        return figure

    def _tangent(self, ax: Axes, at: float, slope: float) -> None:
        found = ACTIVATIONS[self.activation]
        height = float(found.value(np.array([at]), np.empty(1))[0])
        reach = 0.58 / (1 + slope**2) ** 0.5
        ax.plot([at - reach, at + reach], [height - reach * slope, height + reach * slope], color=_BLUE, linewidth=3.5)
        ax.plot(at, height, "o", color=_BLUE, markersize=6)
        ax.annotate(
            f"slope {slope:.2f}", (at, height), (at + 0.18, height - 0.3), fontsize=ink.TEXT + 1, color=_BLUE,
            fontweight="bold",
        )  # fmt: skip

    def __repr__(self) -> str:
        said = (f"{slope:.2f} at {at:g}" for at, slope in zip(self.drives, self.slopes(), strict=True))
        return f"{self.activation}: slope {', '.join(said)}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return ink.bundle(self.figure(), repr(self))


class EigenvaluePicture:
    """The eigenvalues of square matrices as dots in their plane, each with the unit circle and its spectral radius.

    >>> EigenvaluePicture({"a turn, 1.5 times as large": [[0.0, -1.5], [1.5, 0.0]]})
    a turn, 1.5 times as large: spectral radius 1.50, longest stretch of one step 1.50
    """

    def __init__(self, matrices: dict[str, Any]) -> None:
        self.matrices = {name: np.asarray(matrix, float) for name, matrix in matrices.items()}

    def figure(self) -> Figure:
        """One plane for each matrix, side by side, on one scale."""
        figure = Figure(figsize=(3.0 * len(self.matrices) + 0.2, 3.5))
        limit = limit_of([1.1, *(_radius(matrix) for matrix in self.matrices.values())])
        for place, (name, matrix) in enumerate(self.matrices.items()):
            ax = figure.add_subplot(1, len(self.matrices), place + 1)
            self._draw(ax, matrix, limit)
            ax.set_title(name, fontsize=ink.TEXT, fontweight="bold")
            ax.set_xlabel(f"spectral radius {short(_radius(matrix))}", fontsize=ink.TEXT, color=_ORANGE)
        figure.subplots_adjust(left=0.02, right=0.98, top=0.9, bottom=0.09, wspace=0.06)
        return figure

    def _draw(self, ax: Axes, matrix: Any, limit: float) -> None:
        values = np.linalg.eigvals(matrix)
        ax.set_aspect("equal")
        ax.set_xlim(-limit, limit)
        ax.set_ylim(-limit, limit)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.axhline(0, color="#000000", alpha=0.15, linewidth=0.7)
        ax.axvline(0, color="#000000", alpha=0.15, linewidth=0.7)
        ax.add_patch(Circle((0, 0), 1.0, facecolor="#F2F2F2", edgecolor="#000000", linewidth=1.1))
        dashed = (0, (5, 3))
        ax.add_patch(Circle((0, 0), _radius(matrix), fill=False, edgecolor=_ORANGE, linewidth=1.2, linestyle=dashed))
        ax.plot(values.real, values.imag, "o", color=_ORANGE, markersize=4.5)
        ax.text(0.76, -0.87, "1", fontsize=ink.TEXT, ha="left")

    def __repr__(self) -> str:
        return "; ".join(
            f"{name}: spectral radius {short(_radius(matrix))}, longest stretch of one step"
            f" {short(float(np.linalg.norm(matrix, 2)))}"
            for name, matrix in self.matrices.items()
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return ink.bundle(self.figure(), repr(self))


def _radius(matrix: Any) -> float:
    return float(np.abs(np.linalg.eigvals(matrix)).max())

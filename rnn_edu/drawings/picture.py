"""Pictures of networks for paper, GitHub and PDF: a diagram's units and arrows, drawn by matplotlib.

The live view draws the same diagram as SVG; both take their looks from `rnn_edu.drawings.style`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnn_edu.core.topology import Unit
from rnn_edu.drawings import curves, ink, legends, style
from rnn_edu.drawings.diagram import Arrow, Diagram
from rnn_edu.drawings.svg import layer_titles

INCHES = 0.5  # of one length in the diagram, where neighbouring units are 1 apart
_FAINT = 0.22
_DELAY_NOTE = "a number on an arrow: its delay in steps"
_RIM = 0.1  # room for the width of an outline


@dataclass(frozen=True)
class NetworkPicture:
    """Show a diagram on paper: its units, its arrows, and by colour the numbers of a record.

    `record` is a trajectory or gradients with numbers for the units drawn; in a folded diagram `time` says which
    step's. `scale` turns numbers into colours and is chosen to fit the record if left out. With `selected`, a unit, its
    incoming and outgoing arrows stand out. `words=False` leaves out all text but the numbers.

    >>> import rnn_edu as rnn
    >>> NetworkPicture(rnn.fold(rnn.direct_feedback(2, 3, 1))).figure().axes[0].get_aspect()
    1.0
    """

    diagram: Diagram
    record: Any = None
    _: KW_ONLY
    scale: legends.Scale | None = None
    time: int | None = None
    selected: Unit | None = None
    title: str | None = None
    sequence: int = 0
    words: bool = True

    def __post_init__(self) -> None:
        if self.record is not None and self.diagram.n_steps is None and self.time is None:
            raise ValueError(
                "a folded picture was given a record but no time; say which step's numbers to show, for example time=0"
            )
        if self.record is not None and self.scale is None:
            is_trajectory = not hasattr(self.record, "weights")
            choose = style.activity_scale if is_trajectory else style.gradient_scale
            object.__setattr__(self, "scale", choose(self.record))

    # ---- showing ----------------------------------------------------------------------------------------------------

    def figure(self) -> Figure:
        """Make a matplotlib figure, sized to the diagram, with this picture in it."""
        left, bottom, right, top = self.extent
        figure = Figure(figsize=((right - left) * INCHES, (top - bottom) * INCHES))
        self.draw(figure.add_axes((0, 0, 1, 1)))
        return figure

    def draw(self, ax: Axes) -> None:
        """Draw the picture into `ax`, which takes on the picture's limits and equal scales."""
        size = ink.prepare(ax, self.extent, INCHES)
        self._draw_arrows(ax, size)
        self._draw_units(ax, size)
        if self.words:
            self._draw_words(ax, size)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return ink.bundle(self.figure(), str(self))

    def __str__(self) -> str:
        """Say in one sentence what the picture shows."""
        diagram = self.diagram
        over = "folded" if diagram.n_steps is None else f"unrolled over {diagram.n_steps} steps"
        counts = Counter(diagram.kind(arrow) for arrow in diagram.arrows)
        arrows = ", ".join(f"{counts[kind]} {style.KIND[kind].word}" for kind in self._kinds) or "none"
        return f"Network {over}: {len(diagram.positions)} units; arrows: {arrows}"

    # ---- the parts --------------------------------------------------------------------------------------------------

    def number(self, unit: Unit) -> float | None:
        """The record's number for a unit of the picture; None without a record."""
        if self.record is None:
            return None
        at = unit if unit.time is not None else unit._replace(time=self.time)
        value = self.record[at]
        return float(value if getattr(value, "ndim", 0) == 0 else value[self.sequence])

    def is_lit(self, arrow: Arrow) -> bool:
        """Does the arrow begin or end at the selected unit?"""
        return self._is_selected(arrow.source) or self._is_selected(arrow.target)

    def _is_selected(self, unit: Unit) -> bool:
        chosen = self.selected
        if chosen is None or unit[:2] != chosen[:2]:
            return False
        return unit.time is None or chosen.time is None or unit.time == chosen.time

    def _draw_arrows(self, ax: Axes, size: float) -> None:
        diagram = self.diagram
        for kind in self._kinds:
            of_kind = [arrow for arrow in diagram.arrows if diagram.kind(arrow) == kind]
            for lit in (False, True):
                routes = [diagram.route(arrow) for arrow in of_kind if self.is_lit(arrow) == lit]
                faint = self.selected is not None and not lit
                ink.draw_arrows(
                    ax,
                    routes,
                    kind,
                    radius=diagram.radius,
                    size=size,
                    strength=1.5 if lit else 1.0,
                    alpha=_FAINT if faint else 1.0,
                )

    def _draw_units(self, ax: Axes, size: float) -> None:
        for unit, place in self.diagram.positions.items():
            value = self.number(unit)
            fill = style.PAPER if value is None or self.scale is None else self.scale.colour(value)
            width = size * (2.4 if self._is_selected(unit) else 1.0)
            shape = style.shape_of(self.diagram.topology, unit.layer)
            ink.draw_unit(ax, unit, shape, place, self.diagram.radius, fill=fill, width=width)
            if value is not None and self.scale is not None:
                text = self.scale.label(value)
                room = self.diagram.radius * (1.6 if shape == "diamond" else 2.0) * INCHES * 72
                points = size * min(7.5, room / (0.72 * max(len(text), 4)))
                ax.text(*place, text, ha="center", va="center", fontsize=points, color=style.text_on(fill), zorder=6)

    def _draw_words(self, ax: Axes, size: float) -> None:
        left, bottom, _, top = self.diagram.bounds
        font: dict[str, Any] = {"fontsize": ink.TEXT * size, "color": "#000000"}
        for text, x, y, align in self._labels:
            ax.text(x, y, text, ha=align, va="center", **font)
        y = bottom - self._below_steps
        if self._key:
            legends.draw_key(ax, self._key, (left, y - 0.4), self.diagram.radius, size)
            y -= legends.ROW * len(self._key)
        if self._slow_arrows:
            self._draw_delays(ax, (left, y - 0.4), size)
            y -= legends.ROW
        if self.scale is not None:
            legends.draw_scale(ax, self.scale, (left, y - 0.6), size, words=self._scale_words)
        if self.title is not None:
            ax.text(self.extent[0] + 0.2, top + 0.6, self.title, ha="left", va="center", fontweight="bold", **font)

    def _draw_delays(self, ax: Axes, corner: tuple[float, float], size: float) -> None:
        """Folded, an arrow that takes more than one step says so: its loop alone could not."""
        for arrow in self._slow_arrows:
            x, y = curves.points_on(self.diagram.route(arrow), [0.5])[0, 0]
            ax.text(
                x,
                y,
                str(arrow.connection.delay),
                ha="center",
                va="center",
                fontsize=0.8 * ink.TEXT * size,
                color=style.KIND[self.diagram.kind(arrow)].colour,
                alpha=1.0 if self.selected is None or self.is_lit(arrow) else _FAINT,
                bbox={"boxstyle": "circle,pad=0.12", "facecolor": style.PAPER, "linewidth": 0},
                zorder=3,
            )
        ax.text(corner[0], corner[1], _DELAY_NOTE, ha="left", va="center", fontsize=ink.TEXT * size, color="#000000")

    # ---- where things are -------------------------------------------------------------------------------------------

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """The room the picture takes, words included: left, bottom, right, top, in the diagram's lengths."""
        left, bottom, right, top = self.diagram.bounds
        if not self.words:
            return left - _RIM, bottom - _RIM, right + _RIM, top + _RIM
        below = (
            self._below_steps
            + legends.ROW * (len(self._key) + bool(self._slow_arrows))
            + (1.1 if self.scale is not None else 0.0)
        )
        words = max((legends.text_width(text) for text, *_ in self._layer_labels), default=0.0)
        widest = max((place + legends.text_width(kind) + 1.6 for row in self._key for kind, place in row), default=0.0)
        if self._slow_arrows:
            widest = max(widest, legends.text_width(_DELAY_NOTE))
        if self.scale is not None:
            widest = max(widest, legends.SCALE_WIDTH + 0.6 + legends.text_width(self._scale_words))
        above = 1.0 if self.title is not None else 0.25
        return left - words - 0.5, bottom - below - 0.25, max(right, left + widest) + 0.25, top + above

    @cached_property
    def _kinds(self) -> list[str]:
        present = {self.diagram.kind(arrow) for arrow in self.diagram.arrows}
        return [kind for kind in style.KIND if kind in present]

    @cached_property
    def _slow_arrows(self) -> list[Arrow]:
        """The arrows of a folded diagram that take more than one step."""
        if self.diagram.n_steps is not None:
            return []
        arrows = self.diagram.arrows
        return [arrow for arrow in arrows if arrow.connection.delay > 1 and self.diagram.kind(arrow) != "gate"]

    @cached_property
    def _key(self) -> list[list[tuple[str, float]]]:
        if self._kinds in ([], ["feedforward"]):
            return []
        left, _, right, _ = self.diagram.bounds
        return legends.key_rows(self._kinds, max(right - left, 5.0))

    @property
    def _scale_words(self) -> str:
        return "activity" if isinstance(self.scale, style.ActivityScale) else "size of the gradient"

    @property
    def _below_steps(self) -> float:
        return 0.1 if self.diagram.n_steps is None else 0.8

    @property
    def _layer_labels(self) -> list[tuple[str, float, float, str]]:
        left = self.diagram.bounds[0] - 0.25
        labels = []
        for name, title in layer_titles(self.diagram.topology).items():
            heights = [y for unit, (_, y) in self.diagram.positions.items() if unit.layer == name]
            labels.append((title, left, sum(heights) / len(heights), "right"))
        return labels

    @property
    def _step_labels(self) -> Iterable[tuple[str, float, float, str]]:
        y = self.diagram.bounds[1] - 0.4
        for step in range(self.diagram.n_steps or 0):
            across = [x for unit, (x, _) in self.diagram.positions.items() if unit.time == step]
            yield f"step {step}", (min(across) + max(across)) / 2, y, "center"

    @property
    def _labels(self) -> list[tuple[str, float, float, str]]:
        return [*self._layer_labels, *self._step_labels]

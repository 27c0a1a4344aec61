"""Pictures of networks for paper, GitHub and PDF: a diagram's units and arrows, drawn by matplotlib.

The live view draws the same diagram as SVG; both take their looks from `rnn_edu.drawings.style`.
"""

from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnn_edu.core.topology import Unit
from rnn_edu.drawings import ink, legends, style
from rnn_edu.drawings.describe import describe_diagram
from rnn_edu.drawings.diagram import Arrow, Diagram
from rnn_edu.drawings.record_check import check_record
from rnn_edu.drawings.selection import Selection, is_chosen, is_lit

INCHES = 0.5  # of one length in the diagram, where neighbouring units are 1 apart
_FAINT = 0.22
_RIM = 0.1  # room for the width of an outline


@dataclass(frozen=True)
class NetworkPicture:
    """Show a diagram on paper: its units, its arrows, and by colour the numbers of a record.

    `record` is a trajectory or gradients with numbers for the units drawn; in a folded diagram `time` says which
    step's. `scale` turns numbers into colours and is chosen to fit the record if left out. With `selected`, a unit or a
    weight (target, source, delay), the arrows that touch the one or stand for the other stand out. `words=False` leaves
    out all text but the numbers.

    >>> import rnn_edu as rnn
    >>> NetworkPicture(rnn.fold(rnn.direct_feedback(2, 3, 1))).figure().axes[0].get_aspect()
    1.0
    """

    diagram: Diagram
    record: Any = None
    _: KW_ONLY
    scale: legends.Scale | None = None
    time: int | None = None
    selected: Selection = None
    title: str | None = None
    sequence: int = 0
    words: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.diagram, Diagram):
            raise TypeError(
                f"a {type(self.diagram).__name__} was given where a diagram is needed; pass fold(topology) or"
                " unroll(topology, n_steps)"
            )
        if self.record is not None:
            check_record(self.diagram, self.record, self.time, self.sequence)
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
        return describe_diagram(self.diagram)

    # ---- the parts --------------------------------------------------------------------------------------------------

    def number(self, unit: Unit) -> float | None:
        """The record's number for a unit of the picture; None without a record."""
        if self.record is None:
            return None
        at = unit if unit.time is not None else unit._replace(time=self.time)
        value = self.record[at]
        return float(value if getattr(value, "ndim", 0) == 0 else value[self.sequence])

    def _draw_arrows(self, ax: Axes, size: float) -> None:
        diagram = self.diagram
        for kind in self._kinds:
            of_kind = [arrow for arrow in diagram.arrows if diagram.kind(arrow) == kind]
            for lit in (False, True):
                routes = [diagram.route(arrow) for arrow in of_kind if is_lit(arrow, self.selected) == lit]
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
            width = size * (2.4 if is_chosen(unit, self.selected) else 1.0)
            shape = style.shape_of(self.diagram.topology, unit.layer)
            ink.draw_unit(ax, unit, shape, place, self.diagram.radius, fill=fill, width=width)
            if value is not None and self.scale is not None:
                text = self.scale.label(value)
                room = self.diagram.radius * (1.8 if shape == "diamond" else 2.0) * INCHES * 72
                points = size * min(8.0, room / (0.6 * max(len(text), 4)))
                ax.text(*place, text, ha="center", va="center", fontsize=points, color=style.text_on(fill), zorder=6)

    def _draw_words(self, ax: Axes, size: float) -> None:
        diagram, selected = self.diagram, self.selected
        left, bottom, _, top = diagram.bounds
        font: dict[str, Any] = {"fontsize": ink.TEXT * size, "color": "#000000"}
        for text, x, y, align in (*legends.layer_labels(diagram), *legends.step_labels(diagram)):
            ax.text(x, y, text, ha=align, va="center", **font)
        y = bottom - self._below_steps
        if self._key:
            legends.draw_key(ax, self._key, (left, y - 0.4), diagram.radius, size)
            y -= legends.ROW * len(self._key)
        if self._slow_arrows:
            for arrow in self._slow_arrows:
                strength = 1.0 if selected is None or is_lit(arrow, selected) else _FAINT
                legends.draw_delay(ax, diagram, arrow, size, alpha=strength)
            ax.text(left, y - 0.4, legends.DELAY_NOTE, ha="left", va="center", **font)
            y -= legends.ROW
        if self.scale is not None:
            legends.draw_scale(ax, self.scale, (left, y - 0.6), size, words=self._scale_words)
        if self.title is not None:
            ax.text(self.extent[0] + 0.2, top + 0.6, self.title, ha="left", va="center", fontweight="bold", **font)

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
        words = max((legends.text_width(text) for text, *_ in legends.layer_labels(self.diagram)), default=0.0)
        widest = max((place + legends.text_width(kind) + 1.6 for row in self._key for kind, place in row), default=0.0)
        if self._slow_arrows:
            widest = max(widest, legends.text_width(legends.DELAY_NOTE))
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

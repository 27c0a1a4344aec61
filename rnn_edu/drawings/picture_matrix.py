"""All weights of a network as a grid on paper: rows are targets, columns are sources."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from rnn_edu.core.network import Network
from rnn_edu.core.topology import Topology, Unit, checked
from rnn_edu.drawings import ink, legends, style
from rnn_edu.drawings.describe import describe_matrix, later
from rnn_edu.drawings.svg import cell_key, layer_symbol
from rnn_edu.drawings.weight_cells import Cell, panels_of

INCHES = 0.42  # of one cell
_BLOCK_GAP = 0.25  # between two layers
_PANEL_GAP = 2.4
_LEFT, _ABOVE = 2.0, 2.2  # room for the names of rows and of columns


@dataclass(frozen=True)
class MatrixPicture:
    """Show every weight as a cell on paper: who receives is the row, who sends is the column.

    If two weights join the same two neurons, one later than the other, there is a panel for each delay. A cell's frame
    and letter tell its kind; where a pattern has no weight there is only a dot. With a `network`, colours and numbers
    are its weights. With `selected`, the row and the column of one neuron stand out.

    >>> import rnn_edu as rnn
    >>> len(MatrixPicture(rnn.complete_feedback(2, 3, 1)).panels[1])  # four neurons feed four, one step later
    16
    """

    topology: Topology
    network: Network | None = None
    _: KW_ONLY
    scale: style.ActivityScale | None = None
    selected: Unit | None = None
    title: str | None = None

    def __post_init__(self) -> None:
        checked(self.topology)
        if self.network is not None and self.network.topology != self.topology:
            raise ValueError("the network has another topology than the one given; pass network.topology")
        if self.network is not None and self.scale is None:
            object.__setattr__(self, "scale", _fitting_scale(self.network))

    @cached_property
    def panels(self) -> Mapping[int | None, tuple[Cell, ...]]:
        """The cells of each panel: all under None, or by delay if two delays join the same two neurons."""
        return panels_of(self.topology)

    # ---- showing ----------------------------------------------------------------------------------------------------

    def figure(self) -> Figure:
        """Make a matplotlib figure, sized to the matrix, with this picture in it."""
        left, bottom, right, top = self.extent
        figure = Figure(figsize=((right - left) * INCHES, (top - bottom) * INCHES))
        self.draw(figure.add_axes((0, 0, 1, 1)))
        return figure

    def draw(self, ax: Axes) -> None:
        """Draw the picture into `ax`, which takes on the picture's limits and equal scales."""
        size = ink.prepare(ax, self.extent, INCHES)
        for panel, (delay, cells) in enumerate(self.panels.items()):
            shift = panel * (self._across[1] + _PANEL_GAP)
            self._draw_names(ax, delay, shift, size)
            self._draw_missing(ax, delay, cells, shift)
            for cell in cells:
                self._draw_cell(ax, cell, shift, size)
        self._draw_legend(ax, size)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return ink.bundle(self.figure(), str(self))

    def __str__(self) -> str:
        return describe_matrix(self.topology)

    # ---- the parts --------------------------------------------------------------------------------------------------

    def _draw_cell(self, ax: Axes, cell: Cell, shift: float, size: float) -> None:
        x, y = self._columns[cell.source] + shift, self._rows[cell.target]
        look, number = style.KIND[cell.kind], self._number(cell)
        fill = style.PAPER if number is None or self.scale is None else self.scale.colour(number)
        alpha = 1.0 if self.selected is None or self.selected[:2] in (cell.target[:2], cell.source[:2]) else 0.4
        ax.add_artist(
            Rectangle(
                (x + 0.07, y + 0.07),
                0.86,
                0.86,
                facecolor=fill,
                alpha=alpha,
                gid=f"cell:{cell_key(cell.target, cell.source, cell.connection.delay)}",
                **ink.frame_style(cell.kind, size),
            )
        )
        letter = "" if cell.kind == "feedforward" else look.letter
        middle: dict[str, Any] = {"ha": "center", "va": "center_baseline", "alpha": alpha}
        if number is not None and self.scale is not None:
            text = self.scale.label(number)
            place = (x + 0.5, y + (0.33 if letter else 0.5))
            ax.text(*place, text, fontsize=6.6 * size, color=style.text_on(fill), **middle)
        if letter:
            colour = look.colour if number is None else style.text_on(fill)
            place = (x + 0.5, y + (0.5 if number is None else 0.7))
            points = 9 if number is None else 7
            ax.text(*place, letter, fontsize=points * size, color=colour, fontweight="bold", **middle)

    def _draw_missing(self, ax: Axes, delay: int | None, cells: tuple[Cell, ...], shift: float) -> None:
        there = {(cell.target, cell.source) for cell in cells}
        for target, y in self._rows.items():
            for source, x in self._columns.items():
                if (target, source) not in there:
                    name = f"none:{cell_key(target, source, delay)}"
                    ax.add_artist(Circle((x + shift + 0.5, y + 0.5), 0.045, color="#8C8C8C", linewidth=0, gid=name))

    def _draw_names(self, ax: Axes, delay: int | None, shift: float, size: float) -> None:
        left, right = shift, shift + self._across[1]
        font: dict[str, Any] = {"fontsize": ink.TEXT * size, "color": "#000000", "va": "center"}
        small: dict[str, Any] = {"fontsize": 0.85 * ink.TEXT * size, "color": "#404040", "va": "center", "ha": "center"}
        if delay is not None:
            ax.text((left + right) / 2, 1.75, later(delay), ha="center", fontweight="bold", **font)
        for unit, x in self._columns.items():
            ax.text(x + shift + 0.5, 0.3, str(unit.index), **small)
        for unit, y in self._rows.items():
            ax.text(left - 0.35, y + 0.5, str(unit.index), **small)
        for layer in self.topology.layers:
            first, last = Unit(layer.name, 0), Unit(layer.name, layer.size - 1)
            middle = (self._columns[first] + self._columns[last] + 1) / 2
            ax.text(middle + shift, 0.95, layer_symbol(layer.name), ha="center", **font)
            if first in self._rows:
                middle = (self._rows[first] + self._rows[last] + 1) / 2
                ax.text(left - 0.85, middle, layer_symbol(layer.name), ha="right", **font)
        if shift == 0:
            ax.text(left - _LEFT + 0.35, self._bottom / 2, "to", rotation=90, ha="center", **font)
        ax.text(left - 0.35, 0.95, "from", ha="right", **font)

    def _draw_legend(self, ax: Axes, size: float) -> None:
        y = self._bottom - 0.8
        legends.draw_cell_key(ax, self._key, (0.0, y), size)
        y -= legends.ROW * 1.2 * len(self._key)
        if self.scale is not None:
            legends.draw_scale(ax, self.scale, (0.2, y - 0.2), size, words="weight")
        if self.title is not None:
            x, top = self.extent[0] + 0.2, self.extent[3] - 0.5
            ax.text(x, top, self.title, ha="left", va="center", fontweight="bold", fontsize=ink.TEXT * size)

    def _number(self, cell: Cell) -> float | None:
        if self.network is None:
            return None
        return float(self.network.matrix(cell.connection)[cell.target.index, cell.source.index])

    # ---- where things are -------------------------------------------------------------------------------------------

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """The room the picture takes: left, bottom, right, top, in cells."""
        right = self._panels_width
        ends = (x + 0.85 + legends.text_width(style.KIND[kind].word) * 1.2 for row in self._key for kind, x in row)
        widest = max(ends, default=0.0)
        bottom = self._bottom - 0.5 - legends.ROW * 1.2 * len(self._key) - (1.2 if self.scale is not None else 0.0)
        return -_LEFT, bottom, max(right, widest, 6.5) + 0.3, _ABOVE + (0.9 if self.title is not None else 0.0)

    @property
    def _panels_width(self) -> float:
        return len(self.panels) * (self._across[1] + _PANEL_GAP) - _PANEL_GAP

    @cached_property
    def _across(self) -> tuple[dict[Unit, float], float]:
        return _places(self.topology, [layer.name for layer in self.topology.layers])

    @property
    def _columns(self) -> dict[Unit, float]:
        return self._across[0]

    @cached_property
    def _rows(self) -> dict[Unit, float]:
        places, _ = _places(self.topology, [layer.name for layer in self.topology.layers[1:]])
        return {unit: -place - 1 for unit, place in places.items()}

    @property
    def _bottom(self) -> float:
        return min(self._rows.values(), default=0.0)

    @cached_property
    def _key(self) -> list[list[tuple[str, float]]]:
        present = {cell.kind for cells in self.panels.values() for cell in cells}
        kinds = [kind for kind in style.KIND if kind in present]
        return legends.key_rows(kinds, max(self._panels_width, 6.0))


def _places(topology: Topology, names: list[str]) -> tuple[dict[Unit, float], float]:
    """Where each row or column begins, with a gap between layers, and where the last one ends."""
    places: dict[Unit, float] = {}
    place = -_BLOCK_GAP
    for name in names:
        place += _BLOCK_GAP
        for index in range(topology.layer(name).size):
            places[Unit(name, index)] = place
            place += 1
    return places, max(place, 0.0)


def _fitting_scale(network: Network) -> style.ActivityScale:
    largest = max((float(abs(network.matrix(c)).max()) for c in network.topology.connections), default=1.0)
    return style.ActivityScale(max(largest, 1e-6))

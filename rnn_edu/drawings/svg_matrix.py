"""All the weights of a network as one grid of SVG: rows are targets, columns are sources."""

from collections.abc import Iterable
from html import escape
from typing import Any, NamedTuple

from rnn_edu.core.topology import Connection, Topology, Unit
from rnn_edu.drawings import style, svg
from rnn_edu.drawings.selection import Selection, is_weight
from rnn_edu.drawings.weight_cells import panels_of

_GUTTER = 64  # for the names of the rows
_BLOCK_GAP = 8  # between the layers
_TOP = 62


class _Cell(NamedTuple):
    connection: Connection
    kind: str


_Grid = dict[tuple[Unit, Unit], _Cell]


def matrix_svg(
    topology: Topology,
    network: Any = None,
    *,
    selected: Selection = None,
    scale: style.ActivityScale | None = None,
    cell: float | None = None,
    interactive: bool = False,
    name: str = "matrix",
) -> str:
    """Draw every weight as one cell: the row is the neuron that receives, the column the neuron that sends.

    Where the pattern has no weight there is only a faint dot. The frame of a cell tells the kind of its arrow, with a
    letter for feedback; with a ``network``, its colour and number are the weight. If two weights join the same neurons
    (one in the same step, one later), there is a panel for each delay. ``selected`` lights one neuron's row (what it
    receives) and column (what it sends), or one weight's cell. ``cell`` is the side of a cell in pixels, chosen to fit
    if it is left out.
    """
    panels = _panels(topology)
    columns = [Unit(layer.name, index) for layer in topology.layers for index in range(layer.size)]
    rows = [unit for unit in columns if unit.layer != topology.input.name]
    side = cell or max(12.0, min(44.0, (880 / len(panels) - _GUTTER) / len(columns), 620 / max(1, len(rows))))
    weights = {c: network.matrix(c).tolist() for c in topology.connections} if network is not None else {}
    scale = scale or _weight_scale(weights.values())
    pen = _Pen(topology, side, weights, scale, selected, interactive)
    x_of, panel_width = _places(columns, _GUTTER, side)
    y_of, bottom = _places(rows, _TOP, side)
    keys = {
        (row, number * len(columns) + column): svg.cell_key(target, source, delay)
        for number, delay in enumerate(panels)
        for row, target in enumerate(rows)
        for column, source in enumerate(columns)
    }
    body = ""
    for number, (delay, grid) in enumerate(panels.items()):
        panel = _panel(pen, delay, number, keys, grid, x_of, y_of)
        body += f'<g transform="translate({number * (panel_width + 16)} 0)">{panel}</g>'
    width = max(panel_width * len(panels) + 16 * (len(panels) - 1) + 8, 300)
    kinds = {item.kind for grid in panels.values() for item in grid.values()}
    key, key_end = svg.kinds_key(kinds, _GUTTER, bottom + 26, letters=True)
    if key_end + 8 > width:  # in two rows then, since a wider picture would be shrunk with all its words
        first = [kind for kind in style.KIND if kind in kinds][:3]
        key, key_end = svg.kinds_key(first, _GUTTER, bottom + 26, letters=True)
        rest, rest_end = svg.kinds_key(kinds.difference(first), _GUTTER, bottom + 46, letters=True)
        key, key_end, bottom = key + rest, max(key_end, rest_end), bottom + 20
    width = max(width, key_end + 8)
    if weights:
        body += svg.scale_key(scale, _GUTTER + 60, bottom + 40, name=name, title="weight")
    size = (width, bottom + (76 if weights else 36))
    about = (
        f"Rows receive, columns send. {_count(panels)} weights in {len(rows)} rows and {len(columns)} columns; "
        "where there is none, a dot"
    )
    title = "Weight matrix"
    return svg.frame(body + key, size, title=title, description=about, name=name, interactive=interactive)


def _count(panels: dict[int | None, _Grid]) -> int:
    return sum(len(grid) for grid in panels.values())


def _panels(topology: Topology) -> dict[int | None, _Grid]:
    return {
        delay: {(cell.target, cell.source): _Cell(cell.connection, cell.kind) for cell in cells}
        for delay, cells in panels_of(topology).items()
    }


def _places(units: Iterable[Unit], start: float, side: float) -> tuple[dict[Unit, float], float]:
    """Where each row or column begins, with a gap between the layers, and where the last one ends."""
    places: dict[Unit, float] = {}
    layer, place = None, start - _BLOCK_GAP
    for unit in units:
        if unit.layer != layer:
            layer, place = unit.layer, place + _BLOCK_GAP
        places[unit] = place
        place += side
    return places, place


def _weight_scale(weights: Iterable[list[list[float]]]) -> style.ActivityScale:
    sizes = [abs(w) for matrix in weights for row in matrix for w in row if abs(w) < float("inf")]
    largest = max(sizes, default=1.0)
    return style.ActivityScale(float(style.short(largest)) if 0.01 <= largest < 1000 else max(largest, 1e-300))


class _Pen(NamedTuple):
    """What every cell needs to be drawn."""

    topology: Topology
    side: float
    weights: dict[Connection, list[list[float]]]
    scale: style.ActivityScale
    selected: Selection
    interactive: bool

    @property
    def neuron(self) -> Unit | None:
        """The selected neuron, whatever its time."""
        return self.selected._replace(time=None) if isinstance(self.selected, Unit) else None

    def strength(self, item: _Cell, target: Unit, source: Unit) -> float:
        if self.selected is None or self.neuron in (target, source):
            return 1.0
        return 1.0 if is_weight(target, source, item.connection.delay, self.selected) else 0.38

    def number(self, item: _Cell, target: Unit, source: Unit) -> float | None:
        return self.weights[item.connection][target.index][source.index] if self.weights else None


def _panel(
    pen: _Pen,
    delay: int | None,
    number: int,
    keys: dict[tuple[int, int], str],
    grid: _Grid,
    x_of: dict[Unit, float],
    y_of: dict[Unit, float],
) -> str:
    """One grid. `keys` has the addresses of all panels side by side: the arrow keys lead from one to the next."""
    cells = []
    for row, (target, y) in enumerate(y_of.items()):
        for column, (source, x) in enumerate(x_of.items(), start=number * len(x_of)):
            item, key = grid.get((target, source)), keys[row, column]
            mark = f' data-cell="{escape(key)}" data-ends="{svg.unit_key(target)} {svg.unit_key(source)}"'
            if pen.interactive:
                said = _said(pen, item, target, source)
                mark += f' tabindex="{0 if row == column == 0 else -1}" role="button" aria-label="{escape(said)}"'
                mark += svg.steer(keys, (row, column))
            cells.append(f"<g{mark}>{_cell(pen, item, target, source, x, y)}</g>")
    return _headings(pen, delay, x_of, y_of) + "".join(cells)


def _headings(pen: _Pen, delay: int | None, x_of: dict[Unit, float], y_of: dict[Unit, float]) -> str:
    """The names of rows and columns, and bands behind the selected neuron's."""
    side, parts = pen.side, []
    right, bottom = max(x_of.values()) + side, max(y_of.values(), default=_TOP) + side
    chosen = pen.neuron
    band = 'fill="currentColor" opacity="0.13" rx="4"'
    if chosen in y_of:
        parts.append(
            f'<rect x="{_GUTTER - 22}" y="{y_of[chosen]:.5g}" '
            f'width="{right - _GUTTER + 22:.5g}" height="{side:.5g}" {band}/>'
        )
    if chosen in x_of:
        parts.append(
            f'<rect x="{x_of[chosen]:.5g}" y="{_TOP - 18}" '
            f'width="{side:.5g}" height="{bottom - _TOP + 18:.5g}" {band}/>'
        )
    meaning = {None: "from", 0: "from · same step", 1: "from · one step earlier"}.get(
        delay, f"from · {delay} steps earlier"
    )
    parts.append(svg.text((_GUTTER + right) / 2, 13, meaning, more='opacity="0.75"'))
    parts.append(
        svg.text(
            14, (_TOP + bottom) / 2, "to", more=f'opacity="0.75" transform="rotate(-90 14 {(_TOP + bottom) / 2:.5g})"'
        )
    )
    for unit, x in x_of.items():
        parts.append(_index(unit, chosen, x + side / 2, _TOP - 6))
    for unit, y in y_of.items():
        parts.append(_index(unit, chosen, _GUTTER - 11, y + side / 2 + 4))
    for layer in pen.topology.layers:
        middle = side * layer.size / 2
        symbol = svg.layer_symbol(layer.name)
        bold = f'font-weight="bold" font-size="{svg.MEDIUM}"'
        parts.append(svg.text(x_of[Unit(layer.name, 0)] + middle, _TOP - 26, symbol, more=bold))
        if Unit(layer.name, 0) in y_of:
            parts.append(
                svg.text(_GUTTER - 26, y_of[Unit(layer.name, 0)] + middle + 4, symbol, anchor="end", more=bold)
            )
    return "".join(parts)


def _index(unit: Unit, chosen: Unit | None, x: float, y: float) -> str:
    more = f'data-neuron="{svg.unit_key(unit)}"' + (' font-weight="bold"' if unit == chosen else "")
    return svg.text(x, y, str(unit.index), more=more)


def _cell(pen: _Pen, item: _Cell | None, target: Unit, source: Unit, x: float, y: float) -> str:
    side = pen.side
    area = f'x="{x + 1.5:.5g}" y="{y + 1.5:.5g}" width="{side - 3:.5g}" height="{side - 3:.5g}" rx="3"'
    if item is None:
        dot = f'<circle cx="{x + side / 2:.5g}" cy="{y + side / 2:.5g}" r="1.3" opacity="0.4"/>'
        return f'<rect {area} fill="transparent"/>{dot}'
    look = style.KIND[item.kind]
    number = pen.number(item, target, source)
    fill = style.PAPER if number is None else pen.scale.colour(number)
    width = 0.8 if item.kind == "feedforward" else 2
    parts = [f'<rect {area} fill="{fill}" stroke="currentColor" stroke-width="{width}"{svg.dashes(item.kind, width)}/>']
    ink = style.text_on(fill)
    letter = look.letter if item.kind != "feedforward" and side >= 18 else ""
    told = number is not None and side >= 36
    if number is not None and told:
        place = y + side / 2 + (9 if letter else 4)
        parts.append(
            f'<g fill="{ink}">{svg.text(x + side / 2, place, pen.scale.label(number), more=_number_size(side))}</g>'
        )
    if letter:
        colour = look.colour if number is None else ink
        high = y + (side / 2 - 4 if told else side / 2 + 4)
        bold = f'fill="{colour}" font-weight="bold" font-size="{11 if side >= 36 else 10}"'
        parts.append(svg.text(x + side / 2, high, letter, more=bold))
    strength = pen.strength(item, target, source)
    faded = f' opacity="{strength}"' if strength < 1 else ""
    return f'<g class="rnn-{item.kind}" color="{look.colour}"{faded}>{"".join(parts)}</g>'


def _number_size(side: float) -> str:
    return f'font-size="{min(12.0, side / 3.7):.3g}"'


def _said(pen: _Pen, item: _Cell | None, target: Unit, source: Unit) -> str:
    ends = f"from {source.layer} {source.index} to {target.layer} {target.index}"
    if item is None:
        return f"no weight {ends}"
    number = pen.number(item, target, source)
    value = "" if number is None else f" {pen.scale.label(number)}"
    later = {0: "", 1: ", one step later"}.get(item.connection.delay, f", {item.connection.delay} steps later")
    return f"weight{value} {ends}{later}, {style.KIND[item.kind].word}"

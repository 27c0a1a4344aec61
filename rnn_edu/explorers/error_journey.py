"""One error's journey back through a run: every number of it, and the products and sums that made each one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from rnn_edu.analysis.chains import arrow_flow, chain
from rnn_edu.analysis.flow import Contributions, contributions
from rnn_edu.core.bptt import bptt
from rnn_edu.core.equations import worked
from rnn_edu.core.network import Network
from rnn_edu.core.records import Gradients, Trajectory
from rnn_edu.core.topology import Unit
from rnn_edu.drawings.diagram import Arrow, Diagram, is_gate
from rnn_edu.drawings.style import short
from rnn_edu.drawings.svg import unit_symbol
from rnn_edu.drawings.svg_chain import Chain, Tile
from rnn_edu.drawings.svg_error import Carried
from rnn_edu.drawings.ways import only_way, ways_to
from rnn_edu.tasks.travelling_error import error_at

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Journey:
    """A run, an error at some of its steps, and what it became on its way back."""

    network: Network
    diagram: Diagram
    trajectory: Trajectory
    gradients: Gradients
    parts: Contributions
    carried: Carried
    ways: Mapping[Unit, int]

    def part_of(self, arrow: Arrow) -> float:
        """What this one use of a weight adds to the weight's gradient."""
        before = float(self.trajectory[arrow.source])
        return prod([tile.value for tile in _up_to_weight(self, arrow)]) * before


def travel(network: Network, diagram: Diagram, x: Array, size: float, steps: Sequence[int]) -> Journey:
    """Run the network, let its output be `size` too high at these steps, and send the error back."""
    trajectory = network.run(x)
    given = error_at(network, trajectory.n_steps, size, steps)
    gradients = bptt(network, trajectory, given)
    output = network.topology.output
    errors = {Unit(output.name, index, step): size for step in steps for index in range(output.size)}
    back = {Arrow(*influence): carried for influence, carried in arrow_flow(network, trajectory, gradients).items()}
    carried = Carried(trajectory, gradients, _forward(network, trajectory, diagram), back, errors)
    ways = ways_to(diagram, errors)
    with np.errstate(over="ignore", invalid="ignore"):
        parts = contributions(network, trajectory, given)
    return Journey(network, diagram, trajectory, gradients, parts, carried, ways)


def _forward(network: Network, trajectory: Trajectory, diagram: Diagram) -> dict[Arrow, float]:
    """What every arrow brings to its target; a gate's arrow brings the gate's own number."""
    found: dict[Arrow, float] = {}
    for unit in diagram.positions:
        for term in worked(network, trajectory, unit).terms:
            found[Arrow(term.connection, term.source, unit)] = term.product
    return {arrow: found.get(arrow, float(trajectory[arrow.source])) for arrow in diagram.arrows}


# ---- products and sums ----------------------------------------------------------------------------------------------


def arrow_chains(journey: Journey, arrow: Arrow) -> list[Chain]:
    """How the number of one arrow was made, what this use adds to its weight's gradient, and where it all came from."""
    factors = _up_to_weight(journey, arrow)
    weight = _factors(journey, arrow)[-1]
    target, source = arrow.target, arrow.source
    there = Tile(journey.carried.back[arrow], f"to {_at(source)}")
    rows = [Chain(f"What the arrow {_at(source)} → {_at(target)} carries back", [*factors, weight], there)]
    if arrow.connection.fixed is None and not is_gate(arrow):
        before = Tile(float(journey.trajectory[source]), f"activity {_at(source)}", "activity")
        part = Tile(journey.part_of(arrow), "its part")
        rows.append(Chain("What this use adds to the gradient of its weight", [*factors, before], part))
    return [*rows, _origin(journey, arrow)]


def unit_chain(journey: Journey, unit: Unit) -> Chain:
    """The gradient of one unit as a sum: its own error, and what each of its arrows brings back."""
    _, leaving = journey.diagram.touching(unit)
    tiles = []
    if unit in journey.carried.errors:
        tiles.append(Tile(journey.carried.errors[unit], "its own error", "error"))
    for arrow in leaving:
        kind = journey.diagram.kind(arrow)
        tiles.append(Tile(journey.carried.back[arrow], f"from {_at(arrow.target)}", kind, "+"))
    total = Tile(float(journey.gradients[unit]), f"gradient {_at(unit)}")
    now = sum([journey.carried.back[arrow] for arrow in leaving if arrow.target.time == unit.time], 0.0)
    now += journey.carried.errors.get(unit, 0.0)
    later = sum([journey.carried.back[arrow] for arrow in leaving if arrow.target.time != unit.time], 0.0)
    note = f"Within its own step: {short(now)}. Through later steps: {short(later)}. In total: {short(total.value)}."
    note += f" {_ways(journey, unit)}." if journey.ways[unit] else ""
    title = f"Where the gradient of {_at(unit)} comes from"
    if not tiles:
        return Chain(title, [Tile(0.0, "nothing comes back to it")], total)
    return Chain(title, tiles, total, note)


def _factors(journey: Journey, arrow: Arrow) -> list[Tile]:
    """All factors of what an arrow carries back, as tiles; the last is its weight."""
    tiles = []
    for factor in chain(journey.network, journey.trajectory, journey.gradients, arrow):
        unit = factor.unit
        if factor.what == "error":
            tiles.append(Tile(factor.value, f"gradient {_at(arrow.target)}", "gradient"))
        elif factor.what == "slope":
            tiles.append(Tile(factor.value, f"slope at {_at(unit)}", "slope"))
        elif factor.what == "weight":
            symbol = factor.symbol.removesuffix("[0, 0]") if len(factor.symbol) < 12 else "weight"
            tiles.append(Tile(factor.value, symbol, journey.diagram.kind(arrow)))
        else:
            tiles.append(Tile(factor.value, "what arrives" if factor.what == "sum" else f"gate {_at(unit)}", "gate"))
    return tiles


def _up_to_weight(journey: Journey, arrow: Arrow) -> list[Tile]:
    return _factors(journey, arrow)[:-1]


def _origin(journey: Journey, arrow: Arrow) -> Chain:
    """Where the gradient of an arrow's target comes from: the only way from the error, or a sum over its arrows."""
    target, ways = arrow.target, journey.ways
    title = f"Where the {short(float(journey.gradients[target]))} at {_at(target)} comes from"
    way = only_way(journey.diagram, arrow, ways)[:-1]
    if not way:
        row = unit_chain(journey, target)
        count = ways[target]
        how = _ways(journey, target) if count else "No way leads here from an error"
        return Chain(f"{title}. {how}", row.tiles, row.result)
    start = way[0].target
    tiles = [Tile(journey.carried.errors[start], f"error {_at(start)}", "error")]
    for passed in way:
        straight = journey.network.topology.layer(passed.target.layer).activation == "identity"
        tiles += _factors(journey, passed)[2 if straight else 1 :]
    return Chain(
        f"{title}: the only way, from the error on", tiles, Tile(float(journey.gradients[target]), _at(target))
    )


def _ways(journey: Journey, unit: Unit) -> str:
    count, start = journey.ways[unit], "the error" if len(journey.carried.errors) == 1 else "the errors"
    return f"{'1 way leads' if count == 1 else f'{count} ways lead'} from {start} to here"


def _at(unit: Unit) -> str:
    return f"{unit_symbol(unit)}({unit.time})"

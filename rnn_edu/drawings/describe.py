"""Text twins: what a picture shows, said in words, for those who cannot see it and those who want the numbers."""

from collections import Counter
from collections.abc import Sized
from html import escape
from typing import Any

from rnn_edu.core.equations import worked
from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory
from rnn_edu.core.topology import Topology, Unit
from rnn_edu.drawings import style
from rnn_edu.drawings.diagram import Diagram
from rnn_edu.drawings.selection import Weight, is_lit, is_weight
from rnn_edu.drawings.weight_cells import cells_of

_TABLE = (
    "table.rnn-numbers{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}"
    "table.rnn-numbers caption{text-align:left;padding:6px 0;font-weight:600}"
    "table.rnn-numbers :is(th,td){padding:3px 12px;text-align:right;white-space:nowrap}"
    "table.rnn-numbers tbody tr{border-top:1px solid rgba(128,128,128,.35)}"
)


def describe_wiring(topology: Topology) -> str:
    """Say which layers there are and what kind of feedback joins them.

    >>> from rnn_edu.core.builders import elman
    >>> describe_wiring(elman(2, 3, 1))
    '2 inputs x, 3 neurons h, 1 output y; direct and lateral feedback'
    """
    parts = []
    for layer in topology.layers:
        word = "input" if layer == topology.input else "output" if layer == topology.output else "neuron"
        parts.append(f"{layer.size} {word}{'s' if layer.size > 1 else ''} {layer.name}")
    kinds = sorted(topology.feedback_kinds)
    return f"{', '.join(parts)}; {' and '.join(kinds) + ' feedback' if kinds else 'no feedback'}"


def describe_diagram(diagram: Diagram) -> str:
    """Say how many units and arrows a picture of a network shows.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> from rnn_edu.drawings.diagram import fold
    >>> describe_diagram(fold(direct_feedback(2, 3, 1)))
    'Network folded: 6 units; arrows: 9 feed-forward, 3 direct'
    """
    over = "folded" if diagram.n_steps is None else f"unrolled over {diagram.n_steps} steps"
    counts = Counter(diagram.kind(arrow) for arrow in diagram.arrows)
    arrows = ", ".join(f"{counts[kind]} {look.word}" for kind, look in style.KIND.items() if counts[kind]) or "none"
    return f"Network {over}: {len(diagram.positions)} units; arrows: {arrows}"


def describe_matrix(topology: Topology) -> str:
    """Say how many weights there are, and how many steps later they act.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> describe_matrix(direct_feedback(2, 3, 1))
    'Weight matrix, rows receive and columns send: 9 same step, 3 one step later'
    """
    counts = Counter(cell.connection.delay for cell in cells_of(topology))
    parts = [f"{counts[delay]} {later(delay)}" for delay in sorted({0, *counts})]
    return f"Weight matrix, rows receive and columns send: {', '.join(parts)}"


def later(delay: int) -> str:
    """Say in words how much later something arrives.

    >>> later(0), later(1), later(3)
    ('same step', 'one step later', '3 steps later')
    """
    return {0: "same step", 1: "one step later"}.get(delay, f"{delay} steps later")


def describe_unit(
    diagram: Diagram, trajectory: Trajectory, unit: Unit, gradients: Any = None, *, network: Network | None = None
) -> str:
    """Say one unit's numbers and how many arrows it has. `unit` needs a time if the diagram is unrolled.

    With the `network` its drive is told too: what arrives, before the activation.
    """
    incoming, outgoing = diagram.touching(unit if diagram.n_steps is not None else unit._replace(time=None))
    text = f"{unit.layer} {unit.index}"
    if unit.time is not None:
        text += f" at step {unit.time}: activity {style.short(float(trajectory[unit]))}"
        if network is not None and unit.layer != network.topology.input.name:
            text += f", drive {style.short(worked(network, trajectory, unit).drive)}"
        if gradients is not None:
            text += f", gradient {style.short(float(gradients[unit]))}"
    return f"{text}; {_count(incoming)} in, {_count(outgoing)} out"


def describe_weight(diagram: Diagram, network: Network, weight: Weight, gradients: Any = None) -> str:
    """Say one weight's number, its kind and how many arrows of the diagram stand for it.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> from rnn_edu.drawings.diagram import unroll
    >>> topology = direct_feedback(1, 1, 1)
    >>> network = Network.random(topology, rng=0).replace_weights({"W_hh": [[0.5]]})
    >>> describe_weight(unroll(topology, 4), network, (Unit("h", 0), Unit("h", 0), 1))
    'weight from h 0 to h 0, one step later: 0.50, direct; one number with 3 arrows'
    """
    target, source, _ = weight
    topology, parts = network.topology, []
    for connection in topology.connections:
        ends = (connection.target, connection.source) == (target.layer, source.layer)
        if not (ends and is_weight(target, source, connection.delay, weight)):
            continue
        if not topology.allows(connection, target.index, source.index):
            continue
        later = {0: "", 1: ", one step later"}.get(connection.delay, f", {connection.delay} steps later")
        number = style.short(float(network.matrix(connection)[target.index, source.index]))
        kind = style.KIND[topology.kind(connection, target.index, source.index)].word
        text = f"weight from {source.layer} {source.index} to {target.layer} {target.index}{later}: {number}, {kind}"
        if gradients is not None and connection.fixed is None:
            gradient = gradients.weights[topology.weight_name(connection)][target.index, source.index]
            text += f", gradient {style.short(float(gradient))}"
        copies = [arrow for arrow in diagram.arrows if is_lit(arrow, (target, source, connection.delay))]
        parts.append(f"{text}; one number with {_count(copies)}")
    return " · ".join(parts) or f"no weight from {source.layer} {source.index} to {target.layer} {target.index}"


def table_html(record: Any, *, caption: str) -> str:
    """Write every number of a record of one sequence as a table: one row for each neuron, one column for each step."""
    topology: Topology = record.topology
    steps = range(len(record[topology.input.name]))
    head = "".join(f'<th scope="col">step {step}</th>' for step in steps)
    rows = "".join(
        f'<tr><th scope="row">{layer.name} {index}</th>'
        + "".join(f"<td>{style.short(float(record[Unit(layer.name, index, step)]))}</td>" for step in steps)
        + "</tr>"
        for layer in topology.layers
        for index in range(layer.size)
    )
    return (
        f'<div style="overflow-x:auto"><style>{_TABLE}</style>'
        f'<table class="rnn-numbers"><caption>{escape(caption)}</caption>'
        f"<thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _count(arrows: Sized) -> str:
    return f"{len(arrows)} arrow{'' if len(arrows) == 1 else 's'}"

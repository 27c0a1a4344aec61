"""Text twins: what a picture shows, said in words, for those who cannot see it and those who want the numbers."""

from html import escape
from typing import Any

from rnn_edu.core.records import Trajectory
from rnn_edu.core.topology import Topology, Unit
from rnn_edu.drawings import style
from rnn_edu.drawings.diagram import Diagram


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


def describe_unit(diagram: Diagram, trajectory: Trajectory, unit: Unit, gradients: Any = None) -> str:
    """Say one unit's numbers and how many arrows it has. `unit` needs a time if the diagram is unrolled."""
    incoming, outgoing = diagram.touching(unit if diagram.n_steps is not None else unit._replace(time=None))
    text = f"{unit.layer} {unit.index}"
    if unit.time is not None:
        text += f" at step {unit.time}: activity {style.short(float(trajectory[unit]))}"
        if gradients is not None:
            text += f", gradient {style.short(float(gradients[unit]))}"
    return f"{text}; {len(incoming)} arrows in, {len(outgoing)} arrows out"


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
        f'<div style="overflow-x:auto"><table class="rnn-numbers"><caption>{escape(caption)}</caption>'
        f"<thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )

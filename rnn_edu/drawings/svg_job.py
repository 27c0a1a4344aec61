"""A network at work, for the browser: its graph step by step, its activity over time, and its small pictures."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory
from rnn_edu.drawings.diagram import Diagram, fold
from rnn_edu.drawings.style import KIND, ActivityScale
from rnn_edu.drawings.svg_chart import chart_svg
from rnn_edu.drawings.svg_grid import grids_svg
from rnn_edu.drawings.svg_network import network_svg

MOST_ARROWS = 200  # of a graph that can still be read; beyond, the weights are shown as a picture of their own
SCALE = ActivityScale(1.0)
_UNDER = "flex:0 1 960px;display:flex;flex-wrap:wrap;justify-content:center;align-items:center;gap:40px;margin-top:6px"
Grid = tuple[str, Sequence[Sequence[float]], tuple[int, int]]


def readable_diagram(network: Network) -> Diagram | None:
    """The folded graph of a network, or None if it has so many arrows that they would cover each other."""
    diagram = fold(network.topology)
    return diagram if len(diagram.arrows) <= MOST_ARROWS else None


def job_svg(
    network: Network,
    trajectory: Trajectory,
    *,
    kind: str,
    chart: Mapping[str, Any],
    grids: Sequence[Grid] = (),
    known: Sequence[Grid] = (),
    name: str,
) -> str:
    """Write one piece of HTML: the graph on the left, the chart on the right, small pictures below.

    `chart` holds the arguments of `chart_svg`, `known` pictures that the network's weights hold. All steps are in it;
    the stage shows one.
    """
    diagram = readable_diagram(network)
    if diagram is not None:
        left = network_svg(
            diagram, trajectory, scale=SCALE, times=range(trajectory.n_steps), name=f"{name}-graph", widest=440
        )
    else:
        left = _weights(network, name)
    right = chart_svg(**chart, kind=kind, name=f"{name}-chart")
    below = grids_svg(grids, scale=SCALE, name=f"{name}-grids") if grids else ""
    if known:
        stored = grids_svg(known, scale=SCALE, name=f"{name}-known", side=56, gap=12)
        below += f'<div style="text-align:left"><div style="font-size:12px">its weights know</div>{stored}</div>'
    beside = f'<div style="flex:0 1 440px;text-align:center">{left}</div><div style="flex:0 1 520px">{right}</div>'
    under = f'<div style="{_UNDER}">{below}</div>' if below else ""
    return f'<div style="display:flex;flex-wrap:wrap;align-items:center;column-gap:20px">{beside}{under}</div>'


def _weights(network: Network, name: str) -> str:
    """The weights of the last connection as one picture: rows receive, columns send."""
    connection = network.topology.connections[-1]
    matrix = network.matrix(connection).tolist()
    largest = max(abs(weight) for row in matrix for weight in row) or 1.0
    flat = [weight for row in matrix for weight in row]
    n_rows, n_columns = len(matrix), len(matrix[0])
    title = f"all {n_rows * n_columns} weights: rows receive, columns send"
    return grids_svg(
        [(title, [flat], (n_rows, n_columns))], scale=ActivityScale(largest), name=f"{name}-weights", side=250
    )


def job_words(kind: str, purpose: str, question: str) -> str:
    """What a job is for, behind the name of its kind of feedback in that kind's colour, and something to try."""
    look = KIND[kind]
    style = "border:1.5px solid currentColor;border-radius:10px;padding:1px 9px;font-weight:600"
    # :where() lets the colour for a dark theme win, which every picture brings along
    colour = f"<style>:where(.rnn-{kind}-job){{color:{look.colour}}}</style>"
    tag = f'{colour}<span class="rnn-{kind} rnn-{kind}-job" style="{style}">{look.word} feedback</span>'
    return (
        f'<div style="max-width:960px;line-height:1.6">{tag}&ensp;{escape(purpose)}'
        f"<br><b>Try</b>&ensp;{escape(question)}</div>"
    )

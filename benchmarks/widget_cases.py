"""What `widget_latency.py` moves: the explorers of lessons 01 to 03 and 05, and the same done with inline figures.

The inline form is what a notebook usually has: `interactive_output`, and a function that draws a figure anew. It
gets the same controls, the same numbers and the same printed pictures as the explorer.
"""

from typing import NamedTuple


class Move(NamedTuple):
    """One control: what it is called, its role for the keyboard, how many values it has, and the keys to and fro."""

    name: str
    role: str = "slider"
    n_values: int = 0
    keys: tuple[str, str] = ("ArrowRight", "ArrowLeft")


class Case(NamedTuple):
    """An explorer, the cell that shows it, the cell that shows the same with inline figures, and the moves."""

    lesson: str
    explorer: str
    live: str
    inline: str
    moves: tuple[Move, ...]


FIRST = """
%matplotlib inline
import ipywidgets as widgets, numpy as np, rnn_edu as rnn
from IPython.display import display
from matplotlib.figure import Figure
from rnn_edu.core.signals import signal
from rnn_edu.drawings.picture import NetworkPicture
from rnn_edu.drawings.picture_matrix import MatrixPicture
from rnn_edu.explorers.clock_explorer import ClockExplorer
from rnn_edu.explorers.frame import SliderNames
from rnn_edu.explorers.job_explorer import JobExplorer
from rnn_edu.explorers.unrolling_explorer import UnrollingExplorer
from rnn_edu.explorers.wiring_board import WiringBoard

def show(*top, below=None, height):  # as large, and in the same order, as on the explorer's stage
    figure = Figure(figsize=(9.6, height))
    rows, widths = (2, None) if below else (1, (1, 3))
    grid = figure.add_gridspec(rows, len(top), width_ratios=widths, left=0, right=1, bottom=0, top=1)
    for place, picture in enumerate(top):
        picture.draw(figure.add_subplot(grid[0, place]))
    if below:
        below.draw(figure.add_subplot(grid[1, :]))
    display(figure)

def usual(draw, **controls):
    return widgets.VBox([*controls.values(), widgets.interactive_output(draw, controls), SliderNames()])
"""

CLOCK = Case(
    "01",
    "ClockExplorer",
    """
clock = ClockExplorer()
clock.draw("y:0", "h1:0", delay=1)
clock
""",
    """
chain = ClockExplorer().chain
def draw(delay, step):
    wiring = chain.add(rnn.Unit("y", 0), rnn.Unit("h1", 0), delay, 0.9) if delay else chain
    run = wiring.network().run(signal("pulse", 8))
    folded = NetworkPicture(rnn.fold(wiring.topology), run, time=step)
    show(folded, below=NetworkPicture(rnn.unroll(wiring.topology, 8), run), height=8)
usual(draw, delay=widgets.IntSlider(1, 0, 3, description="delay of the arrow", style={"description_width": "initial"}),
      step=widgets.IntSlider(0, 0, 7, description="step"))
""",
    (Move("delay of the arrow", n_values=4), Move("step", n_values=8)),
)
BOARD = Case(
    "02",
    "WiringBoard",
    """
board = WiringBoard()
board.draw("h:0", "h:0", delay=1)
board
""",
    """
board = WiringBoard()
board.draw("h:0", "h:0", delay=1)
def draw(weight, step):
    wiring = board.wiring.reweigh(board.wiring.wires[-1], weight)
    network = wiring.network()
    run = network.run(signal("pulse", 6))
    folded = NetworkPicture(rnn.fold(wiring.topology), run, time=step)
    matrix = MatrixPicture(wiring.topology, network)
    show(folded, matrix, below=NetworkPicture(rnn.unroll(wiring.topology, 6), run), height=7.2)
usual(draw, weight=widgets.BoundedFloatText(1.0, min=-3, max=3, step=0.1, description="weight"),
      step=widgets.IntSlider(0, 0, 5, description="step"))
""",
    (Move("weight", "spinbutton", keys=("ArrowUp", "ArrowDown")), Move("step", n_values=6)),
)
JOB = Case(
    "02",
    "JobExplorer",
    'JobExplorer("direct")',
    """
from rnn_edu.drawings.picture_chart import job_figure
from rnn_edu.drawings.svg_job import readable_diagram
job = JobExplorer("direct").job_now
def draw(decay, step):
    run = job.run(decay=decay)
    chart = run.charts[0]
    chart = chart._asdict() | {"lines": {name: line.tolist() for name, line in chart.lines.items()}}
    chart |= {"strong": run.charts[0].strong, "kind": job.kind}
    display(job_figure(readable_diagram(run.network), run.trajectory, chart, [], step))
decay = next(control for control in job.controls if control.name == "decay")
usual(draw, decay=widgets.FloatSlider(decay[5], min=decay[2], max=decay[3], step=decay[4], description=decay.label,
      style={"description_width": "initial"}), step=widgets.IntSlider(0, 0, 39, description="step"))
""",
    (Move("weight of the loop", n_values=101), Move("step", n_values=40)),
)
UNROLLING = Case(
    "03",
    "UnrollingExplorer",
    "UnrollingExplorer()",
    """
from rnn_edu.tasks import unrolling
network = UnrollingExplorer().network
loop = next(weight for weight in unrolling.all_weights(network.topology) if weight[0].delay)
x = unrolling.example_input(10)[:6]
def draw(number, step):
    turned = unrolling.with_weight(network, loop, number)
    run = turned.run(x)
    folded = NetworkPicture(rnn.fold(network.topology), run, time=step)
    show(folded, NetworkPicture(rnn.unroll(network.topology, 6), run), height=3.6)
usual(draw, number=widgets.FloatSlider(0.8, min=-2, max=2, step=0.05, description="its number"),
      step=widgets.IntSlider(5, 0, 5, description="step"))
""",
    (Move("its number", n_values=81), Move("step", n_values=6, keys=("ArrowLeft", "ArrowRight"))),
)
FLOW = Case(
    "05",
    "FlowExplorer",
    "rnn.FlowExplorer()",
    """
from dataclasses import replace
from rnn_edu.analysis.explode_or_fade import explode_or_fade
from rnn_edu.drawings.flow_facts import facts_of
from rnn_edu.drawings.picture_flow import flow_figure
from rnn_edu.tasks import flow_networks as nets
begin = nets.Setting()
def draw(radius, drive):
    setting = replace(begin, radius=round(radius, 6), drive=round(drive, 6))
    weights, x = nets.stacked_weights(setting), nets.inputs(setting)
    record = explode_or_fade(nets.topology_of(setting), weights, x, look_at=20)
    display(flow_figure(facts_of(record, 20)))
usual(draw, radius=widgets.FloatSlider(1.0, min=0, max=3, step=0.05, description="spectral radius",
      style={"description_width": "initial"}), drive=widgets.FloatSlider(0.3, min=0, max=3, step=0.05,
      description="input drive", style={"description_width": "initial"}))
""",
    (Move("spectral radius", n_values=61), Move("input drive", n_values=61)),
)
NETWORK = Case(
    "any",
    "NetworkExplorer",
    """
network = rnn.Network.random(rnn.elman(2, 3, 1), rng=1)
rnn.NetworkExplorer(network, np.random.default_rng(0).normal(size=(8, 2)), target=np.zeros((8, 1)))
""",
    """
network = rnn.Network.random(rnn.elman(2, 3, 1), rng=1)
def draw(step):
    run = network.run(np.random.default_rng(0).normal(size=(8, 2)))
    folded = NetworkPicture(rnn.fold(network.topology), run, time=step)
    matrix = MatrixPicture(network.topology, network)
    show(folded, matrix, below=NetworkPicture(rnn.unroll(network.topology, 8), run), height=7.2)
usual(draw, step=widgets.IntSlider(0, 0, 7, description="step"))
""",
    (Move("step", n_values=8),),
)
CASES = (CLOCK, BOARD, JOB, UNROLLING, FLOW, NETWORK)

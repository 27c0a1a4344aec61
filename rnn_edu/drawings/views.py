"""One network seen in several ways at once: folded, unrolled, as a matrix and as an equation, with one selection."""

from collections.abc import Sequence
from typing import Any

from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory
from rnn_edu.core.topology import Topology, Unit
from rnn_edu.drawings import style
from rnn_edu.drawings.diagram import Diagram, fold, unroll
from rnn_edu.drawings.equation_html import equations_html, worked_html
from rnn_edu.drawings.selection import Selection
from rnn_edu.drawings.svg_matrix import matrix_svg
from rnn_edu.drawings.svg_network import network_svg

VIEWS = ("folded", "matrix", "unrolled", "equation")


class LinkedViews:
    """The diagrams of one topology, laid out once, and the page that shows them for any numbers and selection.

    >>> from rnn_edu.core.builders import elman
    >>> network = Network.random(elman(1, 2, 1))
    >>> page = LinkedViews(network.topology, 3, name="demo").page(network, network.run([[1.0], [0.0], [0.0]]))
    >>> page.count("<svg")
    3
    """

    def __init__(self, topology: Topology, n_steps: int, *, views: Sequence[str] = VIEWS, name: str = "views") -> None:
        unknown = [view for view in views if view not in VIEWS]
        if unknown:
            raise ValueError(f"there is no view {unknown[0]!r}; choose from {', '.join(VIEWS)}")
        self.views, self.name = tuple(views), name
        self.folded: Diagram = fold(topology)
        self.unrolled: Diagram = unroll(topology, n_steps)

    def page(
        self,
        network: Network,
        trajectory: Trajectory,
        *,
        record: Any = None,
        scale: Any = None,
        selected: Selection = None,
        step: int = 0,
    ) -> str:
        """Write all views as HTML. `record` colours the units (the trajectory, if left out); it begins at `step`."""
        record = trajectory if record is None else record
        if scale is None:
            scale = style.gradient_scale(record) if hasattr(record, "weights") else style.activity_scale(record)
        parts = {
            "folded": lambda: network_svg(
                self.folded,
                record,
                scale=scale,
                times=range(trajectory.n_steps),
                selected=selected,
                interactive=True,
                name=f"{self.name}-folded",
                widest=420,
            ),
            "matrix": lambda: matrix_svg(
                network.topology,
                network,
                selected=selected,
                interactive=True,
                name=f"{self.name}-matrix",
                cell=min(42.0, 380 / _n_units(network)),
            ),
            "unrolled": lambda: network_svg(
                self.unrolled, record, scale=scale, selected=selected, interactive=True, name=f"{self.name}-unrolled"
            ),
            "equation": lambda: self.equation(network, trajectory, selected, step),
        }
        shown = "".join(f'<div class="rnn-view rnn-view-{view}">{parts[view]()}</div>' for view in self.views)
        return f'<div class="rnn-views">{shown}</div>'

    def equation(self, network: Network, trajectory: Trajectory, selected: Selection, step: int) -> str:
        """Write the formulas or, if something is selected, that neuron's equation at its step with its numbers.

        A neuron without a time is shown at `step`. For a weight it is the neuron that it feeds, and its term is marked.
        """
        if selected is None:
            return equations_html(network.topology)
        if isinstance(selected, Unit):
            unit = selected if selected.time is not None else selected._replace(time=step)
            return worked_html(network, trajectory, unit)
        # where the weight brings something: not before its delay
        time = min(max(step, selected[2] or 0), trajectory.n_steps - 1)
        return worked_html(network, trajectory, selected[0]._replace(time=time), lit=selected)


def _n_units(network: Network) -> int:
    return sum(layer.size for layer in network.topology.layers)

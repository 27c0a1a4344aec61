"""The network explorer: one network in linked views, to point at, to walk through and to step through time."""

import io
from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets
from numpy.typing import ArrayLike

from rnn_edu.core.bptt import bptt
from rnn_edu.core.losses import squared_error
from rnn_edu.core.network import Network
from rnn_edu.core.records import Gradients, Trajectory
from rnn_edu.core.topology import Unit
from rnn_edu.drawings import describe
from rnn_edu.drawings.svg import cell_of, unit_key, unit_of
from rnn_edu.drawings.svg_network import Selection
from rnn_edu.drawings.views import VIEWS, LinkedViews
from rnn_edu.explorers.frame import Frame, SliderNames
from rnn_edu.explorers.stage import Stage


class NetworkExplorer:
    """Show a network with the numbers of one run: folded, as a matrix, unrolled, and as an equation, all linked.

    `x` is one sequence (n_steps, n_inputs). With a `target` (n_steps, n_outputs) the gradients of the squared error can
    be shown on the same units. Public controls: `step`, `play`, `colour`, `numbers`, and `stage` (what was touched).

    >>> from rnn_edu.core.builders import elman
    >>> explorer = NetworkExplorer(Network.random(elman(1, 2, 1)), [[1.0], [0.0], [0.0]])
    >>> explorer.select(Unit("h", 1, 2)); explorer.stage.selected
    'h:1:2'
    """

    def __init__(
        self, network: Network, x: ArrayLike, *, target: ArrayLike | None = None, views: Sequence[str] = VIEWS
    ) -> None:
        self._views = tuple(views)
        self.frame = Frame(facts=self.facts, png=self._png)
        self.stage = Stage()
        self.details = widgets.HTML()
        self.table = widgets.HTML()
        self.step = widgets.IntSlider(description="step", min=0, max=0, layout=widgets.Layout(width="320px"))
        self.play = widgets.Play(min=0, max=0, interval=500, description="play through time")
        self.colour = widgets.ToggleButtons(options=["activity", "gradient"], description="colours show")
        self.numbers = widgets.ToggleButton(description="Show the numbers", tooltip="every number as a table")
        self._take(network, x, target)
        widgets.jslink((self.play, "value"), (self.step, "value"))
        widgets.jslink((self.step, "value"), (self.stage, "step"))
        self._listen()
        controls = [self.play, self.step, self.numbers, SliderNames()]
        if target is not None:
            controls.insert(2, self.colour)
        row = widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap", align_items="center"))
        self.panel = self.frame.show(row, self.stage, self.details, self.table)
        self._draw()

    # ---- what is shown ----------------------------------------------------------------------------------------------

    @property
    def selection(self) -> Selection:
        """The selected unit, or the selected weight as (target, source, delay), or None."""
        key = self.stage.selected
        if not key:
            return None
        return cell_of(key) if "<" in key else unit_of(key)

    def select(self, unit: Unit | None) -> None:
        """Select a unit as a click would; None lets go."""
        self.stage.selected = "" if unit is None else unit_key(unit)

    def set_network(self, network: Network, x: ArrayLike, target: ArrayLike | None = None) -> None:
        """Show another network or another input in the same views."""
        self._take(network, x, target)
        self.frame.guard(self._draw)()

    def facts(self) -> str:
        """One line with the facts shown."""
        text = f"{describe.describe_wiring(self.network.topology)}; {self.trajectory.n_steps} steps"
        unit = self._unit()
        if unit is None:
            return text
        return (
            f"{text}; selected: {describe.describe_unit(self._pages.unrolled, self.trajectory, unit, self.gradients)}"
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self.frame.bundle()

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _take(self, network: Network, x: ArrayLike, target: ArrayLike | None) -> None:
        trajectory = network.run(x)
        if trajectory.n_sequences is not None:
            raise ValueError(f"x holds {trajectory.n_sequences} sequences, but an explorer shows one; give x[:, 0]")
        self.gradients: Gradients | None = None
        if target is not None:
            output = network.topology.output.name
            _, dy = squared_error(trajectory[output], target)
            self.gradients = bptt(network, trajectory, {output: dy})
        last = trajectory.n_steps - 1
        if not hasattr(self, "trajectory") or (network.topology, last) != (self.network.topology, self.step.max):
            name = f"n{self.stage.model_id[:8]}"
            self._pages = LinkedViews(network.topology, trajectory.n_steps, views=self._views, name=name)
        self.network: Network = network
        self.trajectory: Trajectory = trajectory
        self.step.max = self.play.max = last

    def _listen(self) -> None:
        redraw = self.frame.guard(self._draw)
        self.stage.observe(redraw, "selected")
        self.colour.observe(redraw, "value")
        self.numbers.observe(redraw, "value")
        tell = self.frame.guard(self._tell)
        self.stage.observe(tell, "hovered")
        self.step.observe(tell, "value")

    def _record(self) -> Trajectory | Gradients:
        return self.gradients if self.colour.value == "gradient" and self.gradients is not None else self.trajectory

    def _unit(self, key: str | None = None) -> Unit | None:
        """The unit that a key names, or the selected one, at the present step if it has no time of its own."""
        key = self.stage.selected if key is None else key
        if not key or "<" in key:
            return None
        unit = unit_of(key)
        return unit._replace(time=self.step.value) if unit.time is None else unit

    def _draw(self) -> None:
        self.stage.picture = self._pages.page(
            self.network, self.trajectory, record=self._record(), selected=self.selection, step=self.step.value
        )
        self.stage.label = f"Network: {describe.describe_wiring(self.network.topology)}"
        self.table.value = (
            describe.table_html(self._record(), caption=f"{self.colour.value} of every neuron at every step")
            if self.numbers.value
            else ""
        )
        self._tell()

    def _tell(self) -> None:
        """Say what is under the pointer, or else what is selected."""
        unit = self._unit(self.stage.hovered) if self.stage.hovered else None
        unit = unit or self._unit()
        self.details.value = (
            "Point at a neuron, or select it, to see its numbers."
            if unit is None
            else describe.describe_unit(self._pages.unrolled, self.trajectory, unit, self.gradients)
        )

    def _png(self) -> bytes:
        from rnn_edu.drawings.picture import NetworkPicture

        selected = self.selection if isinstance(self.selection, Unit) else None
        figure = NetworkPicture(self._pages.unrolled, self._record(), selected=selected).figure()
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=110)
        return file.getvalue()

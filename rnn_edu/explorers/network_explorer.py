"""The network explorer: one network in linked views, to point at, to walk through and to step through time."""

import io
from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
from numpy.typing import ArrayLike

from rnn_edu.core.bptt import bptt
from rnn_edu.core.losses import squared_error
from rnn_edu.core.network import Network
from rnn_edu.core.records import Gradients, Trajectory
from rnn_edu.core.topology import Unit
from rnn_edu.drawings import describe
from rnn_edu.drawings.selection import Selection
from rnn_edu.drawings.svg import cell_of, unit_key, unit_of
from rnn_edu.drawings.views import VIEWS, LinkedViews
from rnn_edu.explorers.frame import Frame, SliderNames
from rnn_edu.explorers.stage import Stage

_HINT = "Point at a neuron or at an arrow to read its numbers; click it, or use the arrow keys and Enter, to select it."


class NetworkExplorer:
    """Show a network with the numbers of one run: folded, as a matrix, unrolled, and as an equation, all linked.

    `x` is one sequence (n_steps, n_inputs). With a `target` (n_steps, n_outputs) the gradients of the squared error can
    be shown on the same units. Public controls: `step`, `play`, `colour`, `numbers`, and `stage` (what was touched);
    `equation` and `details` follow them.

    >>> from rnn_edu.core.builders import elman
    >>> explorer = NetworkExplorer(Network.random(elman(1, 2, 1)), [[1.0], [0.0], [0.0]])
    >>> explorer.select(Unit("h", 1, 2)); explorer.stage.selected
    'h:1:2'
    """

    def __init__(
        self, network: Network, x: ArrayLike, *, target: ArrayLike | None = None, views: Sequence[str] = VIEWS
    ) -> None:
        if not isinstance(network, Network):
            raise TypeError(
                f"the explorer was given {type(network).__name__}, but it shows a Network; write Network.random(…)"
            )
        self._views = tuple(views)
        self.frame = Frame(facts=self.facts, png=self._png)
        self.stage = Stage()
        self.equation = Stage(label="the equation, with its numbers", layout={"min_height": "140px"})
        self.details = widgets.HTML(_HINT)
        self.table = widgets.HTML()
        self.network: Network
        self.trajectory: Trajectory
        self._make_controls()
        self._take(network, x, target)
        self._listen()
        self.panel = self.frame.show(
            self._row(), self.stage, *([self.equation] if "equation" in views else []), self.details, self.table
        )
        self._draw()

    # ---- controls ---------------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.play = widgets.Play(min=0, max=0, interval=500, description="play through time")
        self.step = widgets.IntSlider(
            description="step",
            min=0,
            max=0,
            readout=False,
            layout={"width": "260px"},
            style={"description_width": "34px"},
        )
        self._box = widgets.BoundedIntText(min=0, max=0, layout={"width": "56px"})
        self._box.tooltip = "step"
        self.colour = widgets.ToggleButtons(
            options=["activity", "gradient"], style={"button_width": "84px"}, tooltips=["activity", "gradient"]
        )
        self._colour_row = widgets.HBox(
            [widgets.Label("colours show"), self.colour], layout={"align_items": "center", "grid_gap": "0 6px"}
        )
        self.numbers = widgets.ToggleButton(description="Show the numbers", tooltip="every number as a table")
        # linked in the browser: no picture waits for Python
        widgets.jslink((self.play, "value"), (self.step, "value"))
        widgets.jslink((self.step, "value"), (self._box, "value"))
        widgets.jslink((self.step, "value"), (self.stage, "step"))

    def _row(self) -> widgets.HBox:
        time = widgets.HBox([self.play, self.step, self._box], layout={"align_items": "center"})
        return widgets.HBox(
            [time, self._colour_row, self.numbers, SliderNames()],
            layout=widgets.Layout(flex_flow="row wrap", align_items="center", grid_gap="4px 24px", margin="0 0 8px"),
        )

    def _listen(self) -> None:
        redraw = self.frame.guard(self._draw)
        self.stage.observe(self.frame.guard(self._take_selection), "selected")
        self.equation.on_key("activate", self._choose)
        self.colour.observe(redraw, "value")
        self.numbers.observe(redraw, "value")
        tell = self.frame.guard(self._tell)
        self.stage.observe(tell, "hovered")
        self.step.observe(tell, "value")

    # ---- what is shown ----------------------------------------------------------------------------------------------

    @property
    def selection(self) -> Selection:
        """The selected unit, or the selected weight as (target, source, delay), or None."""
        return self._find(self.stage.selected)

    def select(self, unit: Unit | None) -> None:
        """Select a unit as a click would; None lets go. ValueError if the network has no such unit."""
        if unit is not None:
            self._read(unit_key(unit))
        self.stage.selected = "" if unit is None else unit_key(unit)

    def set_network(self, network: Network, x: ArrayLike, target: ArrayLike | None = None) -> None:
        """Show another network or another input in the same views."""
        self._take(network, x, target)
        self.frame.guard(self._draw)()

    def facts(self) -> str:
        """One line with the facts shown."""
        text = f"{describe.describe_wiring(self.network.topology)}; {self.trajectory.n_steps} steps"
        selected = self.selection
        return f"{text}; selected: {self._said(selected)}" if selected is not None else text

    def __repr__(self) -> str:
        return self.facts()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self.frame.bundle()

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _take(self, network: Network, x: ArrayLike, target: ArrayLike | None) -> None:
        """Run the network and keep what is shown. What can fail comes first, so that nothing is left half done."""
        trajectory = network.run(x)
        if trajectory.n_sequences is not None:
            raise ValueError(f"x holds {trajectory.n_sequences} sequences, but an explorer shows one; give x[:, 0]")
        gradients: Gradients | None = None
        if target is not None:
            output = network.topology.output.name
            _, dy = squared_error(trajectory[output], target)
            gradients = bptt(network, trajectory, {output: dy})
        last = trajectory.n_steps - 1
        if not hasattr(self, "trajectory") or (network.topology, last) != (self.network.topology, self.step.max):
            drawn = [view for view in self._views if view != "equation"]
            self._pages = LinkedViews(
                network.topology, trajectory.n_steps, views=drawn, name=f"n{self.stage.model_id[:8]}"
            )
        self.network, self.trajectory, self.gradients = network, trajectory, gradients
        for part in (self._box, self.play, self.step):
            part.value = min(part.value, last)
            part.max = last
        self.stage.step = min(self.stage.step, last)
        self._colour_row.layout.display = "none" if gradients is None else None

    def _read(self, key: str) -> Selection:
        """What an address means; ValueError if this network has no such unit."""
        if not key:
            return None
        found: Selection = cell_of(key) if "<" in key else unit_of(key)
        for unit in (found,) if isinstance(found, Unit) else (found or ())[:2]:
            there = self._pages.folded if unit.time is None else self._pages.unrolled
            if unit not in there.positions:
                raise ValueError(
                    f"there is no {key!r} in this network: {describe.describe_wiring(self.network.topology)}"
                )
        return found

    def _find(self, key: str) -> Selection:
        """The same, and None for what this network does not have: an earlier one may have had it."""
        try:
            return self._read(key)
        except ValueError:
            return None

    def _choose(self, key: str) -> None:
        self.stage.selected = key

    def _take_selection(self) -> None:
        try:
            self._read(self.stage.selected)
        except ValueError:
            self.stage.selected = ""
            raise
        self._draw()

    def _record(self) -> Trajectory | Gradients:
        return self.gradients if self.colour.value == "gradient" and self.gradients is not None else self.trajectory

    def _now(self, unit: Unit) -> Unit:
        """The unit itself, at the present step if it has no time of its own."""
        return unit._replace(time=self.step.value) if unit.time is None else unit

    def _said(self, selected: Selection) -> str:
        if selected is None:
            return ""
        unrolled = self._pages.unrolled
        if isinstance(selected, Unit):
            unit = self._now(selected)
            return describe.describe_unit(unrolled, self.trajectory, unit, self.gradients, network=self.network)
        return describe.describe_weight(unrolled, self.network, selected, self.gradients)

    def _draw(self) -> None:
        record = self._record()
        self.stage.picture = self._pages.page(
            self.network, self.trajectory, record=record, selected=self.selection, step=self.step.value
        )
        self.stage.label = f"Network: {describe.describe_wiring(self.network.topology)}"
        what = "activity" if record is self.trajectory else "gradient"
        caption = f"{what} of every neuron at every step"
        self.table.value = describe.table_html(record, caption=caption) if self.numbers.value else ""
        self._tell()

    def _tell(self) -> None:
        """Say what is under the pointer and write its equation, or else that of what is selected."""
        hovered, selected = self._find(self.stage.hovered), self.selection
        shown = hovered if isinstance(hovered, Unit) else selected
        self.equation.picture = self._pages.equation(self.network, self.trajectory, shown, self.step.value)
        said = self._said(hovered) or ("" if selected is not None else _HINT)
        self.details.value = f'<div style="min-height:1.6em;line-height:1.6">{escape(said)}</div>'

    def _png(self) -> bytes:
        from rnn_edu.drawings.picture import NetworkPicture

        selected = self.selection if isinstance(self.selection, Unit) else None
        figure = NetworkPicture(self._pages.unrolled, self._record(), selected=selected).figure()
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=110)
        return file.getvalue()

"""The error travels back: the unrolled network with its activities and gradients, and each number taken apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from typing import Any

import ipywidgets as widgets

from rnn_edu.core.network import Network
from rnn_edu.core.topology import Unit
from rnn_edu.drawings.describe import table_html
from rnn_edu.drawings.diagram import Arrow, unroll
from rnn_edu.drawings.picture_chart import png_of
from rnn_edu.drawings.picture_lags import error_figure
from rnn_edu.drawings.svg import unit_key
from rnn_edu.drawings.svg_error import VIEWS, error_svg, n_moments
from rnn_edu.drawings.svg_error_arrows import arrow_key
from rnn_edu.drawings.ways import on_the_way
from rnn_edu.explorers.error_journey import travel
from rnn_edu.explorers.error_words import below_html, facts_of
from rnn_edu.explorers.frame import Frame, SliderNames, numbered, tidy
from rnn_edu.explorers.stage import Stage
from rnn_edu.explorers.stepper import Stepper
from rnn_edu.explorers.unrolling_explorer import weight_words
from rnn_edu.tasks import unrolling
from rnn_edu.tasks.travelling_error import example_input

OWN = "the given network"
EVERY = "every step"
MOST_STEPS = 8


class ErrorExplorer:
    """The unrolled network with what travels forwards and back, and each of its numbers taken apart.

    `wiring` is a name in `rnn_edu.tasks.unrolling.WIRINGS`, or a network with one input. The output is `error` too high
    at `error_step`. Controls: `wiring`, `n_steps`, `error_step`, `error`, `weight` with its `number` and its `use` (one
    arrow of the drawing; an arrow can be clicked too), `view` (activity, gradient, or both), `step` (the player) and
    `numbers` (a table). `selected` is the arrow or unit that is taken apart.

    >>> explorer = ErrorExplorer(n_steps=2)
    >>> explorer.error.value = 0.5
    >>> float(explorer.journey.gradients[Unit("h", 0, 1)])
    0.5
    """

    def __init__(self, wiring: str | Network = "one neuron with a loop", *, n_steps: int = 6) -> None:
        self._own = wiring if isinstance(wiring, Network) else None
        _check(wiring, n_steps)
        self._frame = Frame(facts=self._facts, png=self._png)
        self._filling = False
        self._make_controls(OWN if self._own is not None else str(wiring), n_steps)
        self.stage = Stage(label="an error on its way back through a network", dim_future=True)
        self.below = Stage(label="the number that is selected, factor by factor, and the contributions by lag")
        self._table = widgets.HTML()
        self._stepper = Stepper(self.stage, n_steps=n_steps, interval=900)
        self.step = self._stepper.step
        self.step.description = "moment"
        self.selected: Arrow | Unit | None = None
        self._x = example_input(MOST_STEPS)
        self._take_wiring()
        self._listen()
        self.panel = self._frame.show(*self._layout())

    # ---- controls ---------------------------------------------------------------------------------------------------

    def _make_controls(self, wiring: str, n_steps: int) -> None:
        names = [*unrolling.WIRINGS, *([OWN] if self._own is not None else [])]
        words = {"description_width": "initial"}
        self.wiring = widgets.Dropdown(options=names, value=wiring, description="network", style=words)
        self.n_steps = widgets.IntSlider(n_steps, min=1, max=MOST_STEPS, style=words)
        self.error_step = widgets.Dropdown(
            options=[EVERY, *range(n_steps)], value=n_steps - 1, description="error at step", style=words
        )
        self.error = widgets.FloatSlider(1.0, min=-2.0, max=2.0, step=0.1, style=words)
        self.weight = widgets.Dropdown(description="weight", style=words)
        self.number = widgets.FloatSlider(0.0, min=-2.0, max=2.0, step=0.05, style=words)
        self.use = widgets.Dropdown(description="used at step", style=words, layout={"width": "170px"})
        self.error_step.layout.width = "200px"
        self.view = widgets.ToggleButtons(
            options=VIEWS, value="gradient", style={"button_width": "84px"}, tooltips=list(VIEWS)
        )
        self.numbers = widgets.ToggleButton(description="Show the numbers", tooltip="every number as a table")

    def _layout(self) -> tuple[widgets.Widget, ...]:
        def box(slider: widgets.Widget, kind: type = widgets.BoundedFloatText) -> widgets.Widget:
            made = kind(slider.value, min=slider.min, max=slider.max, step=slider.step, layout={"width": "68px"})
            for end in ("max", "min"):
                widgets.link((slider, end), (made, end))
            return made

        def row(*parts: widgets.Widget) -> widgets.HBox:
            line = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "0 24px"}
            return widgets.HBox(list(parts), layout=line)

        colours = row(widgets.Label("shown:"), self.view, self.numbers)
        return (
            row(self.wiring, numbered(self.n_steps, box(self.n_steps, widgets.BoundedIntText), "number of steps")),
            row(self.error_step, numbered(self.error, box(self.error), "the output is too high by")),
            row(self.weight, self.use, numbered(self.number, box(self.number), "its number")),
            colours,
            self.stage,
            self._stepper.row,
            self.below,
            self._table,
            SliderNames(),
        )

    def _listen(self) -> None:
        for control, take in (
            (self.wiring, self._take_wiring),
            (self.n_steps, self._take_steps),
            (self.error_step, self._travel),
            (self.error, self._travel),
            (self.weight, self._take_weight),
            (self.use, self._take_use),
            (self.number, self._change_weight),
            (self.view, self._take_view),
            (self.numbers, self._draw),
        ):
            control.observe(self._frame.guard(take), "value")
        self.stage.observe(self._frame.guard(self._take_selection), "selected")

    # ---- moves ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _fill(self) -> Iterator[None]:
        """While controls get new choices and values from here, their own moves wait."""
        before, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = before

    def _take_wiring(self) -> None:
        given = self._own if self.wiring.value == OWN else None
        self.network = given or unrolling.example_network(unrolling.WIRINGS[self.wiring.value]())
        self._weights = {weight_words(weight): weight for weight in unrolling.all_weights(self.network.topology)}
        with self._fill():
            self.weight.options = list(self._weights)
            self.weight.value = next(iter(self._weights))
        self._take_steps()

    def _take_steps(self) -> None:
        n_steps = self.n_steps.value
        self._unrolled = unroll(self.network.topology, n_steps)
        self._arrows = {arrow_key(self._unrolled, arrow): arrow for arrow in self._unrolled.arrows}
        was, last = self.error_step.value, len(self.error_step.options) - 2
        with self._fill():
            self.error_step.options = [EVERY, *range(n_steps)]
            self.error_step.value = was if was == EVERY else n_steps - 1 if was == last else min(was, n_steps - 1)
        self._resize()
        self._take_weight()

    def _resize(self) -> None:
        moments = n_moments(self.view.value, self.n_steps.value)
        self._stepper.resize(moments)
        self.step.value = moments - 1  # all of it is seen until somebody plays
        self._stepper.show()

    def _take_view(self) -> None:
        self._resize()
        self._draw()

    def _take_weight(self) -> None:
        if self._filling or self.weight.value not in self._weights:
            return
        connection, _, _ = self.chosen
        uses = range(connection.delay, self.n_steps.value)
        number = self._weight_now()
        with self._fill():
            before = self.use.value
            self.use.options = list(uses)
            if uses:
                self.use.value = before if before in uses else self._middle(uses)
            self.number.max = max(2.0, abs(number))
            self.number.min = -self.number.max
            self.number.value = number
        self._take_use(travelled=False)

    def _middle(self, uses: range) -> int:
        """A use that is neither the first nor the last, if there is one: its chain has something to tell."""
        return uses[max(0, len(uses) - 3)]

    def _take_use(self, *, travelled: bool = True) -> None:
        if self._filling:
            return
        self.selected = self._arrow()
        with self._fill():
            self.stage.selected = "" if self.selected is None else arrow_key(self._unrolled, self.selected)
        if travelled:
            self._draw()
        else:
            self._travel()

    def _arrow(self) -> Arrow | None:
        """The arrow of the chosen weight at the chosen use; None if the weight is not used at all."""
        connection, target, source = self.chosen
        step = self.use.value
        ends = (Unit(connection.target, target, step), connection, source)
        return next(
            (arrow for arrow in self._arrows.values() if (arrow.target, arrow.connection, arrow.source.index) == ends),
            None,
        )

    def _take_selection(self) -> None:
        """An arrow or a unit was touched, or let go."""
        if self._filling:
            return
        key = self.stage.selected
        if key in self._arrows:
            self.selected = arrow = self._arrows[key]
            wanted = arrow.connection, arrow.target.index, arrow.source.index
            words = next((words for words, weight in self._weights.items() if weight == wanted), None)
            if words is not None:
                with self._fill():
                    self.use.options, self.weight.value = [], words
                    self.use.options = list(range(arrow.connection.delay, self.n_steps.value))
                    self.use.value = arrow.target.time
                self._take_weight()
                return
        else:
            self.selected = next((unit for unit in self._unrolled.positions if unit_key(unit) == key), None)
        self._draw()

    def _change_weight(self) -> None:
        number = tidy(self.number.value)
        if not self._filling and number != tidy(self._weight_now()):
            self.network = unrolling.with_weight(self.network, self.chosen, number)
            self._travel()

    @property
    def chosen(self) -> unrolling.Weight:
        """The weight that is chosen: its connection, the index of its target, the index of its source."""
        return self._weights[self.weight.value]

    @property
    def error_steps(self) -> tuple[int, ...]:
        """The steps at which the output is wrong."""
        step = self.error_step.value
        return tuple(range(self.n_steps.value)) if step == EVERY else (step,)

    def _weight_now(self) -> float:
        connection, target, source = self.chosen
        return float(self.network.weights[self.network.topology.weight_name(connection)][target, source])

    # ---- what is shown ----------------------------------------------------------------------------------------------

    def _travel(self) -> None:
        if self._filling:
            return
        x = self._x[: self.n_steps.value]
        self.journey = travel(self.network, self._unrolled, x, tidy(self.error.value), self.error_steps)
        self._draw()

    @property
    def by_lag(self) -> list[float]:
        """What the errors of each age add to the gradient of the chosen weight."""
        connection, target, source = self.chosen
        parts = self.journey.parts.by_lag[self.network.topology.weight_name(connection)]
        return [float(part) for part in parts[:, target, source]]

    def _draw(self) -> None:
        selected, name = self.selected, f"error-{self.stage.model_id[:8]}"
        start = selected.target if isinstance(selected, Arrow) else selected
        lit = None if start is None else on_the_way(self._unrolled, start, self.journey.ways)
        if lit is not None and isinstance(selected, Arrow):
            lit = lit | {selected}
        narrow = all(layer.size == 1 for layer in self.network.topology.layers)
        one = [selected] if isinstance(selected, Arrow) else []  # more numbers would cover each other
        self.stage.picture = error_svg(
            self._unrolled,
            self.journey.carried,
            view=self.view.value,
            selected=selected,
            lit=lit,
            labelled=None if narrow else one,
            name=name,
        )
        self.below.picture = below_html(self.journey, selected, self.weight.value, self.by_lag, self._lag, name)
        self._table.value = self._tables() if self.numbers.value else ""

    @property
    def _lag(self) -> int | None:
        """The lag of the selected arrow; None if it takes part in several."""
        if not isinstance(self.selected, Arrow) or len(self.error_steps) != 1:
            return None
        lag = self.error_steps[0] - (self.selected.target.time or 0)
        return lag if lag >= 0 else None

    def _tables(self) -> str:
        trajectory, gradients = self.journey.trajectory, self.journey.gradients
        return table_html(trajectory, caption="activity of every neuron at every step") + table_html(
            gradients, caption="gradient of every neuron at every step: how the loss changes with its activity"
        )

    def _facts(self) -> str:
        return facts_of(self.journey, self.selected, self.weight.value, self.by_lag, self.error_steps)

    def _png(self) -> bytes:
        record = self.journey.trajectory if self.view.value == "activity" else self.journey.gradients
        title = f"Gradient of {self.weight.value}"
        return png_of(error_figure(self._unrolled, record, self.by_lag, title=title, chosen=self._lag))

    def __repr__(self) -> str:
        return self._facts()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return self._frame.bundle()


def _check(wiring: str | Network, n_steps: int) -> None:
    if isinstance(wiring, Network):
        size = wiring.topology.input.size
        if size != 1:
            raise ValueError(f"the network has {size} inputs, but this explorer shows one input; give a network with 1")
        if not all(isfinite(float(abs(weight).max())) for weight in wiring.weights.values() if weight.size):
            raise ValueError("a weight of the network is not a finite number; give a network with finite weights")
    elif wiring not in unrolling.WIRINGS:
        known = ", ".join(unrolling.WIRINGS)
        raise ValueError(f"there is no wiring {wiring!r}; choose one of {known}, or give a network")
    if not 1 <= n_steps <= MOST_STEPS:
        raise ValueError(f"n_steps was {n_steps}; this explorer shows 1 to {MOST_STEPS} steps")

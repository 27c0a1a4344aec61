"""One network, folded and unrolled: go through time, change one weight, and see every copy of it change."""

from typing import Any

import ipywidgets as widgets

from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory
from rnn_edu.core.topology import Unit
from rnn_edu.drawings.diagram import fold, unroll
from rnn_edu.drawings.picture import NetworkPicture
from rnn_edu.drawings.picture_chart import png_of
from rnn_edu.drawings.style import activity_scale, short
from rnn_edu.drawings.svg import cell_key, cell_of, unit_of, unit_symbol
from rnn_edu.drawings.svg_network import Selection
from rnn_edu.drawings.svg_unrolling import unrolling_html
from rnn_edu.explorers.ahead import Ahead
from rnn_edu.explorers.frame import Frame, SliderNames, numbered, tidy
from rnn_edu.explorers.stage import Stage
from rnn_edu.explorers.stepper import Stepper
from rnn_edu.tasks import unrolling

OWN = "the given network"
MOST_STEPS = 10


class UnrollingExplorer:
    """The same network as a loop and as a chain of 1 to 10 steps, with one weight lit wherever it is used.

    `wiring` is a name in `rnn_edu.tasks.unrolling.WIRINGS`, or a network with one input. Controls: `wiring`, `n_steps`,
    `weight` (which one; an arrow can be clicked too), `number` (its number), `input_step` and `input` (one number that
    comes in), `step`. Units whose number the last move changed have a green ring; they are `moved`.

    >>> explorer = UnrollingExplorer(n_steps=6)
    >>> explorer.number.value = 0.5
    >>> sorted({unit.time for unit in explorer.moved})  # the loop brings nothing to step 0
    [1, 2, 3, 4, 5]
    """

    def __init__(self, wiring: str | Network = "one neuron with a loop", *, n_steps: int = 6) -> None:
        self._own = wiring if isinstance(wiring, Network) else None
        if self._own is not None and self._own.topology.input.size != 1:
            size = self._own.topology.input.size
            raise ValueError(f"the network has {size} inputs, but this explorer shows one input; give a network with 1")
        if self._own is None and wiring not in unrolling.WIRINGS:
            raise ValueError(
                f"there is no wiring {wiring!r}; choose one of {', '.join(unrolling.WIRINGS)}, or give a network"
            )
        if not 1 <= n_steps <= MOST_STEPS:
            raise ValueError(f"n_steps was {n_steps}; this explorer shows 1 to {MOST_STEPS} steps")
        self._frame = Frame(facts=self._facts, png=self._png)
        self._make_controls(OWN if self._own is not None else str(wiring), n_steps)
        self.stage = Stage(label="one network, folded and unrolled", step=n_steps - 1, dim_future=True)
        self._stepper = Stepper(self.stage, n_steps=n_steps, interval=700)
        self._ahead = Ahead([self.stage], self.number, self._with_number)
        self._given = 0  # how often anything but the number was changed
        self.step = self._stepper.step
        self._x = unrolling.example_input(MOST_STEPS)
        self.trajectory: Trajectory
        self.moved: tuple[Unit, ...] = ()
        self._lit: Selection = None
        self._take_wiring()
        self.step.value = n_steps - 1
        self._stepper.show()
        self._listen()
        self.panel = self._frame.show(*self._layout())

    # ---- controls ---------------------------------------------------------------------------------------------------

    def _make_controls(self, wiring: str, n_steps: int) -> None:
        names = [*unrolling.WIRINGS, *([OWN] if self._own is not None else [])]
        words = {"description_width": "initial"}
        self.wiring = widgets.Dropdown(options=names, value=wiring, description="network", style=words)
        self.n_steps = widgets.IntSlider(n_steps, min=1, max=MOST_STEPS, style=words)
        self.weight = widgets.Dropdown(description="weight", style=words)
        self.number = widgets.FloatSlider(0.0, min=-2.0, max=2.0, step=0.05, style=words)
        self.input_step = widgets.BoundedIntText(
            min(2, n_steps - 1), min=0, max=n_steps - 1, description="input at step", style=words
        )
        self.input = widgets.FloatSlider(0.0, min=-2.0, max=2.0, step=0.1, style=words)
        self.input_step.layout.width = "150px"

    def _layout(self) -> tuple[widgets.Widget, ...]:
        def box(slider: widgets.Widget, kind: type = widgets.BoundedFloatText) -> widgets.Widget:
            made = kind(slider.value, min=slider.min, max=slider.max, step=slider.step, layout={"width": "68px"})
            for end in ("max", "min"):
                widgets.link((slider, end), (made, end))
            return made

        line = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "0 24px"}
        return (
            widgets.HBox(
                [self.wiring, numbered(self.n_steps, box(self.n_steps, widgets.BoundedIntText), "number of steps")],
                layout=line,
            ),
            widgets.HBox([self.weight, numbered(self.number, box(self.number), "its number")], layout=line),
            widgets.HBox([self.input_step, numbered(self.input, box(self.input), "is")], layout=line),
            self.stage,
            self._stepper.row,
            SliderNames(),
        )

    def _listen(self) -> None:
        guard = self._frame.guard
        self.wiring.observe(guard(self._take_wiring), "value")
        self.n_steps.observe(guard(self._take_steps), "value")
        self.weight.observe(guard(self._take_weight), "value")
        self.number.observe(guard(self._change_weight), "value")
        self.input_step.observe(guard(self._take_input_step), "value")
        self.input.observe(guard(self._change_input), "value")
        self.stage.observe(guard(self._take_selection), "selected")

    # ---- moves ------------------------------------------------------------------------------------------------------

    def _take_wiring(self) -> None:
        given = self._own if self.wiring.value == OWN else None
        self.network = given or unrolling.example_network(unrolling.WIRINGS[self.wiring.value]())
        self._weights = {weight_words(weight): weight for weight in unrolling.all_weights(self.network.topology)}
        first = next(iter(self._weights))
        self._chosen = self._weights[first]
        self._take_steps()
        self.weight.options = list(self._weights)
        self.weight.value = first
        self._take_weight()

    def _take_steps(self) -> None:
        n_steps = self.n_steps.value
        self._folded, self._unrolled = fold(self.network.topology), unroll(self.network.topology, n_steps)
        self._run(compare=False)
        self._stepper.resize(n_steps)
        self.input_step.max = n_steps - 1
        self._take_input_step()

    def _take_weight(self) -> None:
        if self.weight.value not in self._weights:  # while the list changes, nothing is chosen
            return
        self._chosen = connection, target, source = self._weights[self.weight.value]
        self._lit = Unit(connection.target, target), Unit(connection.source, source), connection.delay
        number = self._weight_now()
        self.number.max = max(2.0, abs(number))
        self.number.min = -self.number.max
        self.number.value = number
        self.stage.selected = cell_key(*self._lit)
        self._draw()

    def _take_input_step(self) -> None:
        self.input.value = float(self._x[self.input_step.value, 0])

    def _take_selection(self) -> None:
        """An arrow was clicked: its weight is chosen. A unit was clicked: its arrows light up."""
        key = self.stage.selected
        if "<" in key:
            target, source, delay = cell_of(key)
            wanted = (target.index, source.index)
            for words, (connection, *pair) in self._weights.items():
                ends = connection.target, connection.source, connection.delay
                if ends == (target.layer, source.layer, delay) and tuple(pair) == wanted:
                    self.weight.value = words
            self._lit = target, source, delay
        else:
            self._lit = unit_of(key) if key else None
        self._draw()

    def _change_weight(self) -> None:
        number = tidy(self.number.value)
        if number != tidy(self._weight_now()):
            self.network = unrolling.with_weight(self.network, self._chosen, number)
            self._run(number_only=True)

    def _change_input(self) -> None:
        number = tidy(self.input.value)
        if self._x[self.input_step.value, 0] != number:
            self._x = self._x.copy()
            self._x[self.input_step.value] = number
            self._run()

    def _weight_now(self) -> float:
        connection, target, source = self._chosen
        return float(self.network.weights[self.network.topology.weight_name(connection)][target, source])

    # ---- what is shown ----------------------------------------------------------------------------------------------

    def _run(self, *, compare: bool = True, number_only: bool = False) -> None:
        after = self.network.run(self._x[: self.n_steps.value])
        self.moved = unrolling.moved_units(self.trajectory, after) if compare else ()
        self.trajectory = after
        self._draw(number_only=number_only)

    def _draw(self, *, number_only: bool = False) -> None:
        self._given += not number_only
        picture = self._picture(self.trajectory, self.number.value, self.moved)
        self._ahead.show([picture], self._given)

    def _with_number(self, number: float) -> list[str]:
        """The picture as it would be with another number for the chosen weight."""
        other = unrolling.with_weight(self.network, self._chosen, number).run(self._x[: self.n_steps.value])
        return [self._picture(other, number, unrolling.moved_units(self.trajectory, other))]

    def _picture(self, trajectory: Trajectory, number: float, moved: tuple[Unit, ...]) -> str:
        return unrolling_html(
            self._folded,
            self._unrolled,
            trajectory,
            scale=activity_scale(trajectory),
            selected=self._lit,
            copy_label=short(number),
            moved=moved,
            name=f"unrolling-{self.stage.model_id[:8]}",
        )

    def _facts(self) -> str:
        n_weights, n_arrows = len(self._weights), len(self._unrolled.arrows)
        n_steps, copies = self.n_steps.value, unrolling.n_copies(self._chosen, self.n_steps.value)
        text = (
            f"{_count(n_weights, 'weight')}, {_count(n_arrows, 'arrow')} over {_count(n_steps, 'step')}."
            f" The weight {self.weight.value} is {short(self.number.value)}: one number with"
            f" {_count(copies, 'arrow')}."
        )
        if not self.moved:
            return text
        n_units = len(self._unrolled.positions)
        first = min(unit.time or 0 for unit in self.moved)
        return f"{text} The last move changed {len(self.moved)} of {_count(n_units, 'unit')}, from step {first} on."

    def _png(self) -> bytes:
        selected = self._lit if isinstance(self._lit, Unit) else None
        return png_of(NetworkPicture(self._unrolled, self.trajectory, selected=selected).figure())

    def __repr__(self) -> str:
        return self._facts()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return self._frame.bundle()


def weight_words(weight: unrolling.Weight) -> str:
    """The name of one weight by its ends, such as "h₀ → h₁ (one step later)"."""
    connection, target, source = weight
    later = {0: "", 1: " (one step later)"}.get(connection.delay, f" ({connection.delay} steps later)")
    return f"{unit_symbol(Unit(connection.source, source))} → {unit_symbol(Unit(connection.target, target))}{later}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

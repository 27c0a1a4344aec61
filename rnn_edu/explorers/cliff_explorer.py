"""The loss as a landscape of two weights, and a ball that rolls down in it, with clipping and without."""

from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import numpy as np

from rnn_edu.analysis.descent import Path, descend
from rnn_edu.analysis.surface import Surface, loss_surface
from rnn_edu.drawings.picture_chart import png_of
from rnn_edu.drawings.picture_cliff import cliff_figure
from rnn_edu.drawings.style import short
from rnn_edu.drawings.surface_image import LEVELS, contours, image_uri
from rnn_edu.drawings.svg_cliff import SPOTS, Land, Roll, cliff_svg, table
from rnn_edu.drawings.svg_descent import descent_svg
from rnn_edu.explorers.frame import Frame, SliderNames, numbered, tidy
from rnn_edu.explorers.stage import Stage
from rnn_edu.explorers.stepper import Stepper
from rnn_edu.tasks import cliff

CLIPPING = ("no clipping", "by norm", "by value")
FREE = "(your own)"
AXES = ("loop weight w", "push b")
N_MOVES = 40
GRID = 101  # points of the landscape in each direction
STEP = 0.05  # between two places of the start
_ARRIVED, _FLAT = 1e-3, 1e-6


class CliffExplorer:
    """A map of the loss over a neuron's loop weight and push, with a ball that starts where you say and rolls 40 steps.

    `start` is a name in `rnn_edu.tasks.cliff.STARTS`. Controls: `neuron`, `n_steps` (of the sequence), `clipping`,
    `limit`, `learning_rate`, `truncate` (the length of the pieces that the gradient is cut into; all of them: no cut),
    `start`, `loop` and `push` (where the ball begins; on the map the arrow keys or a click do it too), `step` and
    `numbers` (a table). `path` is the descent that is shown, `without` the same without clipping, `surface` the map.

    >>> explorer = CliffExplorer("on the plain")
    >>> bool(explorer.path.norms.max() < 1e-3), bool(explorer.path.clipped.any())
    (True, False)
    """

    def __init__(self, start: str = "below the cliff", *, n_steps: int = 12, clipping: str = "no clipping") -> None:
        if start not in cliff.STARTS:
            raise ValueError(f"there is no start {start!r}; choose one of {', '.join(cliff.STARTS)}")
        if clipping not in CLIPPING:
            raise ValueError(f"clipping was {clipping!r}; choose one of {', '.join(CLIPPING)}")
        if not 1 <= n_steps <= 60:
            raise ValueError(f"n_steps was {n_steps}; this explorer shows 1 to 60 steps")
        self._frame = Frame(facts=self._facts, png=self._png)
        self._surface_of = lru_cache(maxsize=8)(_surface)
        self._land_of = lru_cache(maxsize=8)(lambda *settings: _land(self._surface_of(*settings)))
        self._make_controls(start, n_steps, clipping)
        self.stage = Stage(label="the map of the loss, and the ball", dim_future=True)
        self.charts = Stage(label="length of the gradient and loss at each step")
        self._table = widgets.HTML()
        self._stepper = Stepper(self.stage, self.charts, n_steps=N_MOVES + 1, interval=250)
        self.step = self._stepper.step
        self._filling = False
        self.surface: Surface
        self.path: Path
        self.without: Path
        self._draw()
        self._listen()
        self.panel = self._frame.show(*self._layout())

    # ---- controls ---------------------------------------------------------------------------------------------------

    def _make_controls(self, start: str, n_steps: int, clipping: str) -> None:
        words = {"description_width": "initial"}  # the words of a slider, not a width that cuts them off
        loop, push = cliff.STARTS[start]
        spans = dict(zip(("loop", "push"), cliff.SPAN, strict=True))
        self.neuron = widgets.Dropdown(options=list(cliff.NEURONS), description="neuron", style=words)
        self.neuron.layout.width = "180px"
        self.n_steps = widgets.IntSlider(n_steps, min=1, max=60, style=words)
        self.clipping = widgets.ToggleButtons(
            options=CLIPPING, value=clipping, style={"button_width": "104px"}, tooltips=list(CLIPPING)
        )
        self.limit = widgets.FloatSlider(1.0, min=0.1, max=5.0, step=0.1, style=words)
        self.learning_rate = widgets.FloatSlider(0.5, min=0.01, max=2.0, step=0.01, style=words)
        self.truncate = widgets.IntSlider(n_steps, min=1, max=n_steps, style=words)
        self.start = widgets.Dropdown(options=[*cliff.STARTS, FREE], value=start, description="start", style=words)
        self.start.layout.width = "270px"
        self.loop, self.push = (
            widgets.FloatSlider(value, min=spans[name][0], max=spans[name][1], step=STEP, style=words)
            for name, value in (("loop", loop), ("push", push))
        )
        self.numbers = widgets.ToggleButton(description="Show the numbers", tooltip="every step as a table")

    def _layout(self) -> tuple[widgets.Widget, ...]:
        def box(slider: widgets.Widget) -> widgets.Widget:
            kind = widgets.BoundedIntText if isinstance(slider, widgets.IntSlider) else widgets.BoundedFloatText
            made = kind(slider.value, min=slider.min, max=slider.max, step=slider.step, layout={"width": "68px"})
            for end in ("max", "min"):
                widgets.link((slider, end), (made, end))
            return made

        def row(*parts: widgets.Widget) -> widgets.HBox:
            line = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "0 24px"}
            return widgets.HBox(list(parts), layout=line)

        def one(slider: widgets.Widget, label: str) -> widgets.HBox:
            slider.layout.width = f"{128 + 6.5 * len(label):.0f}px"
            return numbered(slider, box(slider), label)

        return (
            row(self.start, one(self.loop, "loop weight w"), one(self.push, "push b")),
            row(self.clipping, one(self.limit, "limit"), one(self.learning_rate, "learning rate")),
            row(
                self.neuron,
                one(self.n_steps, "steps of the sequence"),
                one(self.truncate, "gradient cut into pieces of"),
            ),
            row(self.stage, self.charts),
            row(self._stepper.row, self.numbers),
            self._table,
            SliderNames(),
        )

    def _listen(self) -> None:
        guard = self._frame.guard
        self.start.observe(guard(self._take_start), "value")
        self.n_steps.observe(guard(self._take_steps), "value")
        for slider in (self.loop, self.push):
            slider.observe(guard(self._take_place), "value")
        for control in (self.neuron, self.clipping, self.limit, self.learning_rate, self.truncate, self.numbers):
            control.observe(guard(self._draw), "value")
        self.stage.observe(guard(self._take_key), "hovered")
        self.stage.on_key("activate", lambda key: guard(lambda: self._take_click(key))())

    # ---- moves ------------------------------------------------------------------------------------------------------

    def _take_start(self) -> None:
        if self.start.value != FREE:
            self._put(*cliff.STARTS[self.start.value])

    def _put(self, loop: float, push: float) -> None:
        """Begin at another place; the two sliders follow, and are heard once."""
        self._filling = True
        try:
            self.loop.value, self.push.value = loop, push
        finally:
            self._filling = False
        self._take_place()

    def _take_place(self) -> None:
        if self._filling:
            return
        here = tidy(self.loop.value), tidy(self.push.value)
        named = next((name for name, place in cliff.STARTS.items() if place == here), FREE)
        if self.start.value != named:
            self.start.value = named  # comes back here, and finds everything in its place
        self._draw()

    def _take_steps(self) -> None:
        whole = self.truncate.value == self.truncate.max
        n_steps = self.n_steps.value
        if whole:
            self.truncate.max = max(n_steps, self.truncate.max)
            self.truncate.value = n_steps
        self.truncate.value = min(self.truncate.value, n_steps)
        self.truncate.max = n_steps
        self._draw()

    def _take_key(self) -> None:
        """An arrow key led to a neighbour of the start: begin there."""
        what, *numbers = self.stage.hovered.split(":")
        if what == "at" and tuple(map(int, numbers)) != self._place():
            (low, _), (base, _) = cliff.SPAN
            self._put(tidy(low + int(numbers[0]) * STEP), tidy(base + int(numbers[1]) * STEP))

    def _take_click(self, key: str) -> None:
        what, *numbers = key.split(":")
        if what == "spot":
            ends = [
                low + (int(number) + 0.5) / n * (high - low)
                for (low, high), number, n in zip(cliff.SPAN, numbers, SPOTS, strict=True)
            ]
            self._put(*(tidy(round(end / STEP) * STEP) for end in ends))

    def _place(self) -> tuple[int, int]:
        """The start among the places of the map, counted across and up."""
        return tuple(
            round((slider.value - low) / STEP)
            for slider, (low, _) in zip((self.loop, self.push), cliff.SPAN, strict=True)
        )

    # ---- what is shown ----------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        n_steps, kind = self.n_steps.value, self.neuron.value
        self.surface = self._surface_of(kind, n_steps)
        land = self._land_of(kind, n_steps)
        limit = tidy(self.limit.value)
        options = {"by norm": {"clip_norm": limit}, "by value": {"clip_value": limit}}.get(self.clipping.value, {})
        self.without = self._descend()
        self.path = self._descend(**options) if options else self.without
        rate = tidy(self.learning_rate.value)
        self._roll, self._other = _roll(self.path, rate), _roll(self.without, rate)
        name = f"cliff-{self.stage.model_id[:8]}"
        places = tuple(round((high - low) / STEP) + 1 for low, high in cliff.SPAN)
        self.stage.picture = cliff_svg(
            land, self._roll, self._other, start=self._place(), n_places=(places[0], places[1]), name=name
        )
        self.charts.picture = descent_svg(
            self._roll, self._other, limit=limit if options else None, name=f"{name}-charts"
        )
        self._table.value = table(self._roll) if self.numbers.value else ""

    def _descend(self, **options: Any) -> Path:
        task = cliff.task(self.n_steps.value)
        cut = self.truncate.value if self.truncate.value < self.n_steps.value else None
        return descend(
            cliff.neuron(tidy(self.loop.value), tidy(self.push.value), self.neuron.value),
            task.x,
            task.target,
            cliff.LOOP,
            cliff.PUSH,
            learning_rate=tidy(self.learning_rate.value),
            n_steps=N_MOVES,
            truncate=cut,
            mask=task.mask,
            **options,
        )

    def _facts(self) -> str:
        path = self.path
        clip = self.clipping.value
        how = clip if clip == CLIPPING[0] else f"clipped {clip} at {self.limit.value:g}"
        place = f"From w = {self.loop.value:g}, b = {self.push.value:g}, {how}, learning rate"
        text = f"{place} {self.learning_rate.value:g}: {_end(path)}. {_steepest(path)}"
        if clip != CLIPPING[0]:
            text += f" {int(path.clipped.sum())} of {len(path.losses)} gradients were clipped."
            text += f" Without clipping: {_end(self.without)}."
        lost = int(self.surface.diverged.sum())
        if lost:
            text += f" On {100 * lost / self.surface.loss.size:.0f} % of the map the loss is no finite number."
        return text

    def _png(self) -> bytes:
        limit = self.limit.value if self.clipping.value != CLIPPING[0] else None
        surface = self.surface
        return png_of(
            cliff_figure(
                surface.first_values,
                surface.second_values,
                surface.loss,
                self._roll,
                self._other,
                axes=AXES,
                limit=limit,
            )
        )

    def __repr__(self) -> str:
        return self._facts()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return self._frame.bundle()


def _surface(kind: str, n_steps: int) -> Surface:
    task = cliff.task(n_steps)
    network = cliff.neuron(0.0, 0.0, kind)
    return loss_surface(network, task.x, task.target, cliff.LOOP, cliff.PUSH, span=cliff.SPAN, n=GRID, mask=task.mask)


def _land(surface: Surface) -> Land:
    lines = contours(surface.first_values, surface.second_values, surface.loss)
    plain = tuple(tuple(line.tolist() for line in level) for level in lines)
    names = tuple(f"{10.0**level:g}" for level in LEVELS)
    return Land(image_uri(surface.loss), plain, names, cliff.SPAN, int(surface.diverged.sum()), AXES)


def _roll(path: Path, rate: float) -> Roll:
    """The descent as plain numbers, with as many points as moves were asked for."""
    n_points = len(path.losses)
    more = N_MOVES + 1 - n_points
    with np.errstate(all="ignore"):
        wanted = path.points - rate * path.gradients
    said = [*path.said, *([path.ended[:1].upper() + path.ended[1:]] * more)]

    def long(values: np.ndarray) -> list[Any]:
        listed: list[Any] = values.tolist()
        return listed + listed[-1:] * more

    points = [tuple(point) for point in long(path.points)]
    return Roll(points, long(wanted), long(path.losses), long(path.norms), long(path.clipped), said, n_points)


def _end(path: Path) -> str:
    """Where the ball ends, in words."""
    loss, norm, (w, b) = path.losses[-1], path.norms[-1], path.points[-1]
    if path.ended:
        return f"the descent {path.ended}"
    inside = all(low <= part <= high for part, (low, high) in zip((w, b), cliff.SPAN, strict=True))
    where = "" if inside else f", far off the map at w = {w:.3g}, b = {b:.3g}"
    if loss < _ARRIVED:
        return f"the ball arrives in the valley, loss {short(loss)}{where}"
    if norm == 0:
        return f"it stands still with loss {short(loss)}{where}, where the gradient is exactly 0"
    if norm < _FLAT:
        return f"it hardly moves: loss {short(loss)}{where}, gradient {short(norm)}"
    return f"after {len(path.losses) - 1} steps the loss is {short(loss)}{where}"


def _steepest(path: Path) -> str:
    known = path.norms[np.isfinite(path.norms)]
    return f"The longest gradient on its way was {short(float(known.max()))}." if known.size else ""

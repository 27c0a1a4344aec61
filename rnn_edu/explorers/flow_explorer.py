"""Explode or fade: turn the loops, the input and the activation, and see what becomes of the gradient, and why."""

from dataclasses import fields, replace
from functools import partial
from typing import Any

import ipywidgets as widgets

from rnn_edu.analysis.explode_or_fade import FlowRecord, explode_or_fade
from rnn_edu.drawings.flow_facts import Facts, facts_of, table_html
from rnn_edu.drawings.picture_chart import png_of
from rnn_edu.drawings.picture_flow import flow_figure
from rnn_edu.drawings.svg_flow import flow_svg
from rnn_edu.explorers.ahead import Ahead
from rnn_edu.explorers.frame import Frame, SliderNames, numbered, tidy
from rnn_edu.explorers.stage import Stage
from rnn_edu.tasks import flow_networks as tasks
from rnn_edu.tasks.flow_networks import Setting, Surprise

_WORDS = {"description_width": "initial"}


class FlowExplorer:
    """How large the gradient is k steps before the error, beside what is said to rule it, for twenty networks at once.

    `surprise` is the name of a setting in `rnn_edu.tasks.flow_networks.SURPRISES`; `setting` are fields of a `Setting`,
    such as `radius=1.5`. Controls: `spectral_radius`, `input_drive`, `activation`, `start`, `topology`, `length`,
    `seed` (which of the twenty is drawn strong), `lag` (what is looked at; a place in the picture can be clicked too),
    `numbers` (a table), and `surprises`, a button for each. `record` and `facts` are what is shown.

    >>> explorer = FlowExplorer("quiet input")
    >>> explorer.facts.verdict
    'explodes: of an error of 1, 4e8 is left 49 steps back'
    """

    def __init__(self, surprise: str | None = None, *, seed: int = 0, **setting: Any) -> None:
        begin, seed = _begin(surprise, seed, setting)
        self._frame = Frame(facts=self._facts, png=self._png)
        self._make_controls(begin, seed)
        self.stage = Stage(label="explode or fade: gradient, stretch, slopes, eigenvalues")
        self.table = Stage(label="the numbers behind the picture")
        self._ahead = Ahead([self.stage], self.spectral_radius, self._with_radius)
        self._said = widgets.HTML()
        self._hold = False  # several controls are being set: compute when all of them are
        self._shown: tuple[Setting, int] | None = None
        self.record: FlowRecord
        self.facts: Facts
        self._update()
        self._say(_surprise(surprise) if surprise is not None else None)
        self._listen()
        self.panel = self._frame.show(*self._layout())

    # ---- controls ---------------------------------------------------------------------------------------------------

    def _make_controls(self, setting: Setting, seed: int) -> None:
        self.spectral_radius = widgets.FloatSlider(setting.radius, min=0.0, max=3.0, step=0.05)
        self.input_drive = widgets.FloatSlider(setting.drive, min=0.0, max=3.0, step=0.05)
        self.length = widgets.IntSlider(setting.n_steps, min=5, max=tasks.LONGEST)
        self.seed = widgets.IntSlider(seed, min=0, max=tasks.N_SEEDS - 1)
        self.lag = widgets.IntSlider(min(20, setting.n_steps - 1), min=0, max=setting.n_steps - 1)
        for slider in (self.spectral_radius, self.input_drive, self.length, self.seed, self.lag):
            slider.style = _WORDS
        self.topology = _choice("topology", list(tasks.WIRINGS), setting.topology)
        self.activation = _choice("activation", list(tasks.ACTIVATIONS), setting.activation)
        self.start = _choice("start", list(tasks.STARTS), setting.start)
        self.numbers = widgets.ToggleButton(description="Show the numbers", tooltip="every view as a table")
        self.surprises = {
            surprise.name: widgets.Button(description=surprise.name, tooltip=surprise.words, layout={"width": "auto"})
            for surprise in tasks.SURPRISES
        }

    def _layout(self) -> tuple[widgets.Widget, ...]:
        def row(*children: widgets.Widget) -> widgets.HBox:
            return widgets.HBox(
                children, layout={"flex_flow": "row wrap", "align_items": "center", "grid_gap": "0 24px"}
            )

        return (
            row(widgets.HTML("<b>Surprises</b>"), *self.surprises.values()),
            row(_numbered(self.spectral_radius, "spectral radius"), _numbered(self.input_drive, "input drive")),
            row(_numbered(self.length, "length"), _numbered(self.seed, "seed")),
            row(self.topology, self.activation, self.start),
            self._said,
            self.stage,
            row(_numbered(self.lag, "look back k ="), self.numbers),
            self.table,
            SliderNames(),
        )

    def _listen(self) -> None:
        guard = self._frame.guard
        for control in (self.spectral_radius, self.input_drive, self.length, self.seed, self.activation):
            control.observe(guard(self._update), "value")
        self.topology.observe(guard(self._take_topology), "value")
        self.start.observe(guard(self._take_start), "value")
        self.lag.observe(guard(self._draw), "value")
        self.numbers.observe(guard(self._draw), "value")
        self.stage.observe(guard(self._take_place), "selected")
        self.stage.observe(guard(self._draw), "hovered")
        for surprise in tasks.SURPRISES:
            self.surprises[surprise.name].on_click(guard(partial(self._show_surprise, surprise)))

    # ---- moves ------------------------------------------------------------------------------------------------------

    def show_surprise(self, name: str) -> None:
        """Set all controls to one of the surprises; ValueError if there is none of this name."""
        self._show_surprise(_surprise(name))

    def _show_surprise(self, surprise: Surprise) -> None:
        self._set(surprise.setting, surprise.seed)
        self._update()
        self._say(surprise)

    def _say(self, surprise: Surprise | None) -> None:
        if surprise is not None:
            self._said.value = (
                f'<div style="max-width:960px"><b>{surprise.name.capitalize()}.</b> {surprise.words}</div>'
            )

    def _set(self, setting: Setting, seed: int) -> None:
        self._hold = True
        try:
            self.spectral_radius.value, self.input_drive.value = setting.radius, setting.drive
            self.topology.value, self.activation.value = setting.topology, setting.activation
            self.start.value, self.length.value, self.seed.value = setting.start, setting.n_steps, seed
        finally:
            self._hold = False

    def _take_topology(self) -> None:
        """A hidden chain needs a layer in which every neuron feeds every neuron: another wiring begins without one."""
        if self.topology.value != "elman" and self.start.value == tasks.HIDDEN_CHAIN:
            self.start.value = "orthogonal"
        self._update()

    def _take_start(self) -> None:
        if self.start.value == tasks.HIDDEN_CHAIN and self.topology.value != "elman":
            self.topology.value = "elman"
        self._update()

    def _take_place(self) -> None:
        """A place in the picture was clicked."""
        lag = _lag_of(self.stage.selected)
        if lag is not None:
            self.lag.value = min(lag, self.lag.max)
            self.stage.selected = ""  # so that a second click on the same place is heard too

    def _update(self) -> None:
        if self._hold:
            return
        setting = self.setting
        if (setting, self.seed.value) == self._shown:  # the same number again, such as 0.15 after 0.15000000000000002
            return
        self.record = record_of(setting, seed=self.seed.value, look_at=self.lag.value)
        self._shown = setting, self.seed.value
        self._said.value = ""
        self._fit_lag(setting.n_steps - 1)
        self._draw()

    def _fit_lag(self, last: int) -> None:
        self._hold, hold = True, self._hold
        self.lag.max = last
        self._hold = hold

    @property
    def setting(self) -> Setting:
        """What the controls say."""
        return Setting(
            topology=self.topology.value,
            start=self.start.value,
            activation=self.activation.value,
            radius=tidy(self.spectral_radius.value),
            drive=tidy(self.input_drive.value),
            n_steps=self.length.value,
        )

    # ---- what is shown ----------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        if self._hold:
            return
        hovered = _lag_of(self.stage.hovered)
        self._looked_at = self.lag.value if hovered is None else hovered
        self.facts = facts_of(self.record, self._looked_at)
        others = replace(self.setting, radius=0.0), self.seed.value, self._looked_at
        self._ahead.show([self._picture(self.facts)], others)
        self.table.picture = table_html(self.facts) if self.numbers.value else ""

    def _with_radius(self, radius: float) -> list[str]:
        """The picture as it would be with another spectral radius."""
        record = record_of(replace(self.setting, radius=radius), seed=self.seed.value, look_at=self.lag.value)
        return [self._picture(facts_of(record, self._looked_at))]

    def _picture(self, facts: Facts) -> str:
        return flow_svg(facts, name=f"flow-{self.stage.model_id[:8]}")

    def _facts(self) -> str:
        return f"{self.facts.sentence} ({_in_words(self._shown)})"

    def _png(self) -> bytes:
        return png_of(flow_figure(self.facts))

    def __repr__(self) -> str:
        return self._facts()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return self._frame.bundle()


def record_of(setting: Setting, *, seed: int = 0, look_at: int = 0) -> FlowRecord:
    """What the explorer shows for a setting: twenty networks, and one of them looked at closely.

    >>> record_of(Setting(radius=0.5, drive=0.0, n_steps=11)).gradient.round(2).tolist()[1:3]
    [-0.69, -1.39]
    """
    weights, x = tasks.stacked_weights(setting), tasks.inputs(setting)
    return explode_or_fade(tasks.topology_of(setting), weights, x, seed=seed, look_at=look_at)


def _begin(surprise: str | None, seed: int, given: dict[str, Any]) -> tuple[Setting, int]:
    """The setting to begin with; ValueError in the learner's words if something in it is not there."""
    known = [field.name for field in fields(Setting)]
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"there is no setting {unknown[0]!r}; give {', '.join(known)}")
    found = _surprise(surprise) if surprise is not None else None
    setting = replace(found.setting if found else Setting(), **given)
    for name, names in (("topology", tasks.WIRINGS), ("activation", tasks.ACTIVATIONS), ("start", tasks.STARTS)):
        if getattr(setting, name) not in names:
            raise ValueError(f"{name} was {getattr(setting, name)!r}; choose one of {', '.join(names)}")
    if setting.start == tasks.HIDDEN_CHAIN and setting.topology != "elman":
        raise ValueError(f"a hidden chain needs topology='elman', not {setting.topology!r}; it is one full matrix")
    ends = (("radius", 0, 3), ("drive", 0, 3), ("n_steps", 5, tasks.LONGEST))
    for name, low, high in ends:
        if not low <= getattr(setting, name) <= high:
            raise ValueError(f"{name} was {getattr(setting, name)}; this explorer shows {low} to {high}")
    if seed not in range(tasks.N_SEEDS):
        raise ValueError(f"seed was {seed}; there are {tasks.N_SEEDS} networks, 0 to {tasks.N_SEEDS - 1}")
    return setting, found.seed if found and not seed else seed


def _surprise(name: str) -> Surprise:
    for surprise in tasks.SURPRISES:
        if surprise.name == name:
            return surprise
    names = ", ".join(repr(surprise.name) for surprise in tasks.SURPRISES)
    raise ValueError(f"there is no surprise {name!r}; choose one of {names}")


def _choice(label: str, names: list[str], value: str) -> widgets.Dropdown:
    return widgets.Dropdown(options=names, value=value, description=label, style=_WORDS, layout={"width": "200px"})


def _numbered(slider: widgets.Widget, label: str) -> widgets.HBox:
    kind = widgets.BoundedIntText if isinstance(slider.value, int) else widgets.BoundedFloatText
    box = kind(slider.value, min=slider.min, max=slider.max, step=slider.step, layout={"width": "68px"})
    widgets.link((slider, "max"), (box, "max"))
    return numbered(slider, box, label)


def _lag_of(key: str) -> int | None:
    """The lag in an address such as "lag:17"; None for anything else."""
    word, _, lag = key.partition(":")
    return int(lag) if word == "lag" and lag.isdecimal() else None


def _in_words(shown: tuple[Setting, int] | None) -> str:
    if shown is None:
        return ""
    setting, seed = shown
    return (
        f"{setting.topology}, {setting.activation}, {setting.start} start, radius {setting.radius:g}, input drive"
        f" {setting.drive:g}, {setting.n_steps} steps, seed {seed}"
    )

"""Twenty networks with an orthogonal start, and twenty with a uniform one: how much of an error is left, lag by lag."""

from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import numpy as np

from rnn_edu.analysis.lags import fan
from rnn_edu.core.network import Network
from rnn_edu.drawings.picture_chart import png_of
from rnn_edu.drawings.picture_cliff import starts_figure
from rnn_edu.drawings.style import short
from rnn_edu.drawings.svg_starts import COLOURS, starts_svg
from rnn_edu.explorers.frame import Frame, SliderNames, numbered, tidy
from rnn_edu.explorers.stage import Stage
from rnn_edu.tasks import cliff

N_SEEDS = 20
TEN = np.log(10.0)


class StartExplorer:
    """What is left of an error of length 1, step by step back, for 20 networks with each of two starts.

    Controls: `n_hidden` (neurons), `n_steps`, `loudness` (the standard deviation of a random input), and `numbers`.
    `lines` holds the powers of ten, {"orthogonal": (20, n_steps), "uniform": (20, n_steps)}.

    >>> explorer = StartExplorer(n_hidden=8, n_steps=20)
    >>> bool(explorer.lines["orthogonal"][:, -1].min() > explorer.lines["uniform"][:, -1].max())
    True
    """

    def __init__(self, *, n_hidden: int = 16, n_steps: int = 50, loudness: float = 0.1) -> None:
        if not 1 <= n_hidden <= 64 or not 2 <= n_steps <= 200 or not 0 <= loudness <= 3:
            raise ValueError(
                f"n_hidden was {n_hidden}, n_steps {n_steps} and loudness {loudness}; this explorer shows 1 to 64"
                " neurons, 2 to 200 steps and a loudness from 0 to 3"
            )
        words = {"description_width": "initial"}
        self.n_hidden = widgets.IntSlider(n_hidden, min=1, max=64, style=words)
        self.n_steps = widgets.IntSlider(n_steps, min=2, max=200, style=words)
        self.loudness = widgets.FloatSlider(loudness, min=0.0, max=3.0, step=0.1, style=words)
        self.numbers = widgets.ToggleButton(description="Show the numbers", tooltip="every network as a table")
        self.stage = Stage(label="what is left of an error, for two starts")
        self._table = widgets.HTML()
        self._networks = lru_cache(maxsize=16)(_networks)
        self._frame = Frame(facts=self._facts, png=self._png)
        self.lines: dict[str, np.ndarray] = {}
        self._draw()
        for control in (self.n_hidden, self.n_steps, self.loudness, self.numbers):
            control.observe(self._frame.guard(self._draw), "value")
        self.panel = self._frame.show(*self._layout())

    def _layout(self) -> tuple[widgets.Widget, ...]:
        def one(slider: widgets.Widget, label: str) -> widgets.HBox:
            kind = widgets.BoundedIntText if isinstance(slider, widgets.IntSlider) else widgets.BoundedFloatText
            box = kind(slider.value, min=slider.min, max=slider.max, step=slider.step, layout={"width": "68px"})
            return numbered(slider, box, label)

        line = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "0 24px"}
        sliders = (
            one(self.n_hidden, "neurons"),
            one(self.n_steps, "steps"),
            one(self.loudness, "loudness of the input"),
        )
        controls = widgets.HBox([*sliders, self.numbers], layout=line)
        return controls, self.stage, self._table, SliderNames()

    # ---- what is shown ----------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        x = cliff.noise(self.n_steps.value, tidy(self.loudness.value))
        self.lines = {start: fan(self._networks(self.n_hidden.value, start), x) / TEN for start in COLOURS}
        self._middles = {start: np.median(lines, axis=0) for start, lines in self.lines.items()}
        self.stage.picture = starts_svg(
            {start: lines.tolist() for start, lines in self.lines.items()},
            {start: line.tolist() for start, line in self._middles.items()},
            name=f"starts-{self.stage.model_id[:8]}",
        )
        self._table.value = self._numbers() if self.numbers.value else ""

    def _numbers(self) -> str:
        heads = "".join(f"<th>{word}</th>" for word in ("seed", *self.lines))
        rows = "".join(
            f"<tr><th>{seed}</th>" + "".join(f"<td>{_left(lines[seed, -1])}</td>" for lines in self.lines.values())
            for seed in range(N_SEEDS)
        )
        caption = f"<caption>left after {self.n_steps.value - 1} steps back</caption>"
        return f'<table class="rnn-numbers">{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'

    def _facts(self) -> str:
        parts = []
        for start, lines in self.lines.items():
            low, middle, high = np.sort(lines[:, -1])[[1, N_SEEDS // 2, N_SEEDS - 2]]
            parts.append(f"{start} start {_left(middle)} (18 of 20 networks between {_left(low)} and {_left(high)})")
        n_back, n_hidden = self.n_steps.value - 1, self.n_hidden.value
        back, units = f"{n_back} step{'s' * (n_back > 1)}", f"{n_hidden} neuron{'s' * (n_hidden > 1)}"
        settings = f"{units}, input of loudness {self.loudness.value:g}"
        return f"Left of an error after {back} back: {'; '.join(parts)}. {settings}."

    def _png(self) -> bytes:
        return png_of(starts_figure({start: lines.tolist() for start, lines in self.lines.items()}, COLOURS))

    def __repr__(self) -> str:
        return self._facts()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return self._frame.bundle()


def _networks(n_hidden: int, start: str) -> tuple[Network, ...]:
    return cliff.started(n_hidden, start, n_seeds=N_SEEDS)


def _left(power: float) -> str:
    """A power of ten as a number in words: also one that no float can hold."""
    if np.isnan(power):
        return "no number"
    if power == -np.inf:
        return "exactly 0"
    if -300 < power < 300:
        return short(float(10.0**power))
    return f"1e{power:.0f}".replace("-", "−")

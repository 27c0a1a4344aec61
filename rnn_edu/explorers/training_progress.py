"""How far a training has come, as a bar and in words: step, loss, time left."""

import time
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from rnn_edu.core.training import TrainingStep
from rnn_edu.drawings.style import short

_PAUSE = 0.25  # seconds between two sentences: a screen reader needs time to say one


class TrainingProgress:
    """A progress bar with words, to be shown in a cell and handed to `fit` as `watch`.

    `n_steps` is how many steps are planned; `unit` what the loss is measured in. `clock` tells the time in seconds.

    >>> progress = TrainingProgress(100)
    >>> progress.text
    'Not begun: 0 of 100 steps.'
    """

    def __init__(self, n_steps: int, *, unit: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        if n_steps < 1:
            raise ValueError(f"n_steps was {n_steps!r}; a progress bar needs at least one step to come")
        self.n_steps, self._unit, self._clock = n_steps, unit, clock
        self._began: float | None = None
        self._said = -_PAUSE
        self.text = f"Not begun: 0 of {n_steps} steps."
        self.bar = widgets.IntProgress(0, 0, n_steps, description="training", layout={"width": "320px"})
        self.words = widgets.HTML()
        self.panel = widgets.HBox([self.bar, self.words], layout={"align_items": "center"})
        self._show()

    def __call__(self, step: TrainingStep) -> None:
        """Take note of one step."""
        now = self._clock()
        if self._began is None:
            self._began = now
        done = step.number >= self.n_steps
        if done or now - self._said >= _PAUSE:
            self._said = now
            loss = f"loss {short(step.loss)}{f' {self._unit}' if self._unit else ''}"
            self.text = f"Step {step.number} of {self.n_steps}, {loss}, {self._left(step.number, now - self._began)}."
            self.bar.value = min(step.number, self.n_steps)
            self._show()

    def _left(self, n_done: int, seconds: float) -> str:
        if n_done >= self.n_steps:
            return "done"
        if n_done < 2 or seconds <= 0:
            return "just begun"
        left = seconds / (n_done - 1) * (self.n_steps - n_done)
        return "less than a second left" if left < 1 else f"about {left:.0f} s left"

    def _show(self) -> None:
        self.words.value = f'<div role="status" aria-live="polite">{escape(self.text)}</div>'

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.panel.model_id}
        plan = f"Training, {self.n_steps} steps"
        return {"application/vnd.jupyter.widget-view+json": view, "text/plain": plan}

"""Pictures sent ahead: what a control would show at its next values, so that the browser need not wait for Python."""

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import ipywidgets as widgets

from rnn_edu.explorers.frame import tidy
from rnn_edu.explorers.stage import Stage

LONGEST = 0.02  # seconds spent on it after each move: Python should be free when the next move comes


class Ahead:
    """After each move of a control, sends the pictures for the values around it, the nearest first.

    `draw(value)` makes one picture for each stage. What was sent holds while everything but this control stays as it
    is, which `context` stands for. Python still draws each picture itself when the move arrives, and its own wins.
    """

    def __init__(self, stages: Sequence[Stage], control: Any, draw: Callable[[float], Sequence[str]]) -> None:
        self._stages, self._control, self._draw = tuple(stages), control, draw
        self._sent: dict[str, list[int | None]] = {}  # for which editions of the stages' bases
        self._context: Hashable = None
        self._shown_for = ""
        for stage in self._stages:
            widgets.jslink((control, "value"), (stage, "at"))

    def show(self, pictures: Sequence[str], context: Hashable) -> None:
        """Show the pictures for the control's present value; if it was only the control that moved, send the next ones.

        A context of None: the control is out of use, so nothing is sent ahead.
        """
        now = value_name(self._control.value)
        new_context, moved = context != self._context, now != self._shown_for
        for stage, picture in zip(self._stages, pictures, strict=True):
            with stage.hold_sync():
                stage.take += new_context
                stage.show(picture, drawn_for=now)
        if new_context:
            self._sent = {}
        self._context, self._shown_for = context, now
        if moved and not new_context and context is not None:
            self._send()

    def _send(self) -> None:
        end = time.perf_counter() + LONGEST
        for value in self._values():
            name = value_name(value)
            if name in self._sent and self._still_holds(self._sent[name]):
                continue
            drawn = zip(self._stages, self._draw(value), strict=True)
            self._sent[name] = [stage.send_ahead(name, picture) for stage, picture in drawn]
            if time.perf_counter() > end:
                return

    def _still_holds(self, editions: Sequence[int | None]) -> bool:
        return all(edition in (None, stage.edition) for stage, edition in zip(self._stages, editions, strict=True))

    def _values(self) -> Iterator[float]:
        """All values of the control but the present one, from the nearest to the farthest."""
        low, high, step, now = (getattr(self._control, name) for name in ("min", "max", "step", "value"))
        n_values = round((high - low) / step) + 1
        values = [min(tidy(low + place * step), high) for place in range(n_values)]
        return iter(sorted((value for value in values if abs(value - now) > step / 2), key=lambda v: abs(v - now)))


def value_name(value: float) -> str:
    """Write a number as the browser does.

    >>> value_name(1.0), value_name(0.7999999999999998), value_name(-0.0)
    ('1', '0.8', '0')
    """
    return f"{tidy(value) + 0.0:.10g}"

"""Bars by lag: how much of a weight's gradient comes from errors that lie so many steps after its use."""

from collections.abc import Sequence
from math import isfinite

from rnn_edu.drawings import svg
from rnn_edu.drawings.style import NOT_A_NUMBER, short

_LEFT, _RIGHT, _TOP, _BOTTOM = 22, 22, 74, 58
_CSS = (
    ".rnn-bar{fill:#238B45}.rnn-bar-chosen{fill:#D55E00}.rnn-bar-sick{fill:" + NOT_A_NUMBER + ";stroke:currentColor}"
    '[data-jp-theme-light="false"] .rnn-bar{fill:#74C476}'
)


def lags_svg(
    parts: Sequence[float],
    *,
    title: str,
    said: str,
    chosen: int | None = None,
    size: tuple[float, float] = (340, 250),
    name: str = "lags",
) -> str:
    """Draw one bar for each lag; lag 0 is on the right, as the present is in the unrolled network.

    `said` is a line below the title, `chosen` the lag whose bar is marked. What is no number fills its place in yellow.

    >>> "steps from use to error" in lags_svg([0.5, 0.25], title="W", said="sum 0.75")
    True
    """
    width, height = size
    finite = [value for value in parts if isfinite(value)]
    highest, lowest = max([0.0, *finite]), min([0.0, *finite])
    largest = max(highest, -lowest) or 1.0
    # quotients, since a difference of two huge numbers would be infinite
    high, low = highest / largest, lowest / largest
    span = (high - low) or 1.0
    room = height - _TOP - _BOTTOM
    zero = _TOP + room * (high / span if span else 1.0)
    step = (width - _LEFT - _RIGHT) / len(parts)
    drawn = []
    for lag, value in enumerate(parts):
        x = width - _RIGHT - (lag + 0.5) * step
        tall = room * (value / largest) / span if isfinite(value) else room * high / span
        drawn.append(_bar(x, zero, tall, step, value, lag == chosen))
        drawn.append(svg.text(x, height - _BOTTOM + 34, str(lag), more='font-weight="700"' if lag == chosen else ""))
    rule = f'<path d="M{_LEFT - 8} {zero:.1f}H{width - _RIGHT + 8}" stroke="currentColor" stroke-opacity="0.6"/>'
    head = svg.text(_LEFT - 8, 15, title, anchor="start", more='font-weight="600" font-size="13"')
    head += svg.text(_LEFT - 8, 34, said, anchor="start", more='opacity="0.85"')
    foot = svg.text(width / 2, height - 6, "lag: steps from use to error", more='opacity="0.85"')
    about = ", ".join(f"lag {lag}: {short(value)}" for lag, value in enumerate(parts))
    body = "".join((head, rule, *drawn, foot))
    return svg.frame(body, size, title=title, description=about, name=name, interactive=False, css=_CSS)


def _bar(x: float, zero: float, tall: float, step: float, value: float, chosen: bool) -> str:
    width = min(0.64 * step, 46)
    look = "rnn-bar-sick" if not isfinite(value) else "rnn-bar-chosen" if chosen else "rnn-bar"
    top = zero - max(tall, 0.0)
    bar = f'<rect class="{look}" x="{x - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}" height="{abs(tall):.1f}"/>'
    y = top - 6 if tall >= 0 else zero - tall + 15
    words = short(value)
    size = min(12.0, 1.6 * step / len(words))  # the numbers of narrow neighbours do not touch
    return bar + svg.text(x, y, words, more=f'font-size="{size:.3g}" font-weight="{700 if chosen else 400}"')

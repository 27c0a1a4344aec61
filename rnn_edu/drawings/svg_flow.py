"""Explode or fade, for the browser: how large the gradient is so many steps before the error, and why, in linked views.

Three charts share one axis, the steps back from the error. The elements are the same for all numbers: only attributes
and words differ, so that a move sends little.
Each place on the axis carries data-cell="lag:17".
"""

from collections.abc import Sequence
from typing import NamedTuple

from rnn_edu.drawings import flow_scale, svg
from rnn_edu.drawings.flow_facts import Facts
from rnn_edu.drawings.svg_plane import HALO, account, plane

SIZE = (960, 600)
LEFT, RIGHT = 58.0, 500.0  # of the plots
GRADIENT, SINGULAR, SLOPE = (46.0, 306.0), (350.0, 450.0), (494.0, 554.0)  # top and bottom of each
N_ZONES = 50  # places that can be pointed at
MOST_POINTS = 50  # of a thin line
COLOURS = {  # on light paper, in a dark theme
    "gradient": ("#00702E", "#63D08E"),
    "radius": ("#C85200", "#FF9E5C"),
    "norm": ("#595959", "#B8B8B8"),
    "slope": ("#006BA4", "#6DB5E8"),
}
_CSS = "".join(
    f'.rnn-flow-{name}{{color:{light}}}[data-jp-theme-light="false"] .rnn-flow-{name}{{color:{dark}}}'
    for name, (light, dark) in COLOURS.items()
) + (
    ".rnn-flow-zone:hover{fill-opacity:.1}.rnn-flow-zone:focus-visible{outline:none;fill:#D55E00;fill-opacity:.35}"
    ".rnn-flow-fan path{stroke-width:1;stroke-opacity:.42}"
)


class Plot(NamedTuple):
    """Where lags and powers of ten (or slopes) stand."""

    n_steps: int
    top: float
    bottom: float
    low: float
    high: float

    def x(self, lag: float) -> float:
        return LEFT + lag * (RIGHT - LEFT) / max(self.n_steps - 1, 1)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) * (self.bottom - self.top) / (self.high - self.low)

    def line(self, values: Sequence[float], *, most: int = 1000, lags: Sequence[int] | None = None) -> str:
        """A line as the text of a path: what is beyond the ends runs out of the picture, what is no number is a gap."""
        every = -(-len(values) // most)
        above, below = self.top - 300.0, self.bottom + 300.0  # well outside; the frame cuts it
        stretch = (self.bottom - self.top) / (self.high - self.low)
        zero = self.bottom + self.low * stretch
        across = (RIGHT - LEFT) / max(self.n_steps - 1, 1)
        text, pen = [], "M"
        for place in [*range(0, len(values) - 1, every), len(values) - 1]:
            value, lag = values[place], place if lags is None else lags[place]
            if value != value:
                pen = "M"
                continue
            y = zero - value * stretch
            y = above if y < above else below if y > below else y
            text.append(f"{pen}{LEFT + lag * across:.1f} {y:.1f}")
            pen = " "
        return "".join(text) or "M0 0"


def flow_svg(facts: Facts, *, name: str) -> str:
    """Draw the four views as one picture. `name` makes its ids unique on the page."""
    end = float(facts.end)
    n_steps = facts.record.n_steps
    gradient = Plot(n_steps, *GRADIENT, -end, end)
    singular = Plot(n_steps, *SINGULAR, -end, end)
    slope = Plot(n_steps, *SLOPE, 0.0, 1.0)
    parts = [
        _clips(name),
        _gradient(gradient, facts, name),
        _singular(singular, facts, name),
        _slope(slope, facts, name),
        _axis(slope),
        _moment(gradient, singular, slope, facts),
        plane(facts, name=name),
        account(facts),
        _zones(gradient),
    ]
    return svg.frame(
        "".join(parts),
        SIZE,
        title="explode or fade",
        description=facts.sentence,
        name=name,
        interactive=True,
        css=_CSS,
    )


# ---- the three charts -----------------------------------------------------------------------------------------------


def _gradient(plot: Plot, facts: Facts, name: str) -> str:
    fan = "".join(f'<path d="{plot.line(line, most=MOST_POINTS)}"/>' for line in facts.fan)
    lines = (
        f'<g class="rnn-flow-gradient rnn-flow-fan">{fan}</g>'
        + _stroke("gradient", plot.line(facts.gradient), 'stroke-width="3.2"')
        + _stroke("norm", plot.line(facts.by_norm), 'stroke-width="2" stroke-dasharray="2 5"')
        + _stroke("radius", plot.line(facts.by_radius), 'stroke-width="2" stroke-dasharray="9 6"')
    )
    ends = [
        ("gradient", f"gradient {facts.said(facts.gradient[-1])}", facts.gradient[-1]),
        ("radius", f"ρᵏ {facts.said(facts.by_radius[-1])}", facts.by_radius[-1]),
        ("norm", f"{facts.ceiling} {facts.said(facts.by_norm[-1])}", facts.by_norm[-1]),
    ]
    corner = f'fill-opacity="0.75" {HALO}'
    return (
        svg.text(LEFT - 46, 14, "Gradient, k steps before the error", anchor="start", more='font-weight="600"')
        + svg.text(LEFT - 46, 32, facts.verdict, anchor="start", more='class="rnn-flow-gradient" fill="currentColor"')
        + _frame(plot, flow_scale.ticks(facts.end))
        + f'<g clip-path="url(#{name}-a)" fill="none" stroke="currentColor">{lines}</g>'
        + svg.text(LEFT + 8, plot.top + 16, "↑ explodes", anchor="start", more=corner)
        + svg.text(LEFT + 8, plot.bottom - 8, "↓ fades", anchor="start", more=corner)
        + _names(plot, ends)
    )


def _singular(plot: Plot, facts: Facts, name: str) -> str:
    back = facts.largest, facts.smallest
    largest, smallest = (plot.line(line, lags=facts.record.stretch_lags) for line in back)
    lines = _stroke("gradient", largest, 'stroke-width="2"')
    lines += _stroke("gradient", smallest, 'stroke-width="2" stroke-dasharray="5 3"')
    ends = [
        ("gradient", f"{word} {facts.said(line[-1])}", line[-1]) for word, line in zip(_SINGULAR, back, strict=True)
    ]
    return (
        svg.text(
            LEFT - 46, plot.top - 12, "Stretch of a whole way back: longest and shortest", anchor="start", more=_BOLD
        )
        + _frame(plot, (-facts.end, 0, facts.end))
        + f'<g clip-path="url(#{name}-b)" fill="none" stroke="currentColor">{lines}</g>'
        + _names(plot, ends)
    )


_SINGULAR = ("largest", "smallest")
_BOLD = 'font-weight="600"'
_DASHES = ("", 'stroke-dasharray="7 3"', 'stroke-dasharray="2 3"')


def _slope(plot: Plot, facts: Facts, name: str) -> str:
    shown = [*facts.slopes.items()][:3]
    empty: tuple[str, list[float]] = ("\N{NO-BREAK SPACE}", [])
    lines, ends = "", []
    for place, dash in enumerate(_DASHES):
        word, line = shown[place] if place < len(shown) else empty
        lines += _stroke("slope", plot.line(line) if line else "M0 0", f'stroke-width="2" {dash}')
        ends.append(("slope", f"{word} {line[facts.lag]:.2f}" if line else word, line[-1] if line else 0.0))
    return (
        svg.text(LEFT - 46, plot.top - 12, facts.slope_title, anchor="start", more=_BOLD)
        + _frame(plot, (0, 1), words=("0", "1"))
        + f'<g clip-path="url(#{name}-c)" fill="none" stroke="currentColor">{lines}</g>'
        + _names(plot, ends)
    )


def _stroke(colour: str, line: str, look: str) -> str:
    return f'<path class="rnn-flow-{colour}" d="{line}" {look}/>'


def _frame(plot: Plot, ticks: Sequence[float], *, words: Sequence[str] = ()) -> str:
    """The frame of a chart with its ticks; the line of 1, where nothing grows or fades, is strong."""
    rules = "".join(f"M{LEFT} {plot.y(tick):.1f}H{RIGHT}" for tick in ticks)
    middle = "" if words else f"M{LEFT} {plot.y(0):.1f}H{RIGHT}"
    texts = "".join(
        svg.text(LEFT - 7, plot.y(tick) + 4, word, anchor="end")
        for tick, word in zip(ticks, words or [flow_scale.tick_text(int(tick)) for tick in ticks], strict=True)
    )
    return (
        f'<path d="{rules}" stroke="currentColor" stroke-opacity="0.13"/>'
        f'<path d="{middle or "M0 0"}" stroke="currentColor" stroke-opacity="0.55"/>{texts}'
    )


def _names(plot: Plot, ends: Sequence[tuple[str, str, float]], gap: float = 16.0) -> str:
    """The name of each line at its end, moved apart where they would cover each other."""
    heights = [plot.y(max(plot.low, min(plot.high, end))) if end == end else plot.y(0.0) for _, _, end in ends]
    order = sorted(range(len(ends)), key=lambda place: heights[place])
    lowest = plot.bottom + 4 - gap * (len(ends) - 1)
    placed: dict[int, float] = {}
    for rank, place in enumerate(order):
        free = max(placed.values(), default=-1e9) + gap
        placed[place] = max(free, min(heights[place] + 4, lowest + gap * rank))
    return "".join(
        svg.text(RIGHT + 9, placed[place], words, anchor="start", more=f'class="rnn-flow-{colour}" fill="currentColor"')
        for place, (colour, words, _) in enumerate(ends)
    )


def _axis(plot: Plot) -> str:
    lags = flow_scale.lag_ticks(plot.n_steps)
    last, room = lags[-1], (plot.n_steps - 1) / 12  # what is too near the last one gives way to it
    words = [*(str(lag) if last - lag >= max(room, 1) else "\N{NO-BREAK SPACE}" for lag in lags[:-1]), str(last)]
    numbers = "".join(svg.text(plot.x(lag), plot.bottom + 18, word) for lag, word in zip(lags, words, strict=True))
    return numbers + svg.text((LEFT + RIGHT) / 2, plot.bottom + 36, "k, steps back from the error")


# ---- what is looked at ----------------------------------------------------------------------------------------------


def _moment(gradient: Plot, singular: Plot, slope: Plot, facts: Facts) -> str:
    """An upright line through all three charts, a dot on the gradient, and its number."""
    x, value = gradient.x(facts.lag), facts.gradient[facts.lag]
    rules = "".join(f"M{x:.1f} {plot.top:.1f}V{plot.bottom:.1f}" for plot in (gradient, singular, slope))
    inside = value == value and gradient.low <= value <= gradient.high
    y = gradient.y(value) if inside else gradient.bottom if value < 0 else gradient.top
    left = facts.lag > 0.72 * (gradient.n_steps - 1)
    words = svg.text(
        x + (-9 if left else 9),
        y + (20 if y < gradient.top + 34 else -10),
        facts.said(value),
        anchor="end" if left else "start",
        more=f'class="rnn-flow-gradient" fill="currentColor" font-weight="600" {HALO}',
    )
    return (
        f'<g pointer-events="none"><path d="{rules}" stroke="currentColor" stroke-opacity="0.45"/>'
        f'<circle class="rnn-flow-gradient" cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="currentColor" '
        f'fill-opacity="{1 if inside else 0}"/>{words}</g>'
    )


def _zones(plot: Plot) -> str:
    """Fifty places on the axis that can be pointed at; for short sequences some are folded away."""
    last = plot.n_steps - 1
    lags = [round(place * last / (N_ZONES - 1)) if last >= N_ZONES else min(place, last) for place in range(N_ZONES)]
    shown = sorted(set(lags))
    width = (RIGHT - LEFT) / max(len(shown) - 1, 1)
    parts = []
    for place in range(N_ZONES):
        if place >= len(shown):
            parts.append('<rect class="rnn-flow-zone" x="0" y="0" width="0" height="0" fill="none"/>')
            continue
        ways = "".join(
            f' data-{way}="lag:{shown[to]}"' for way, to in (("left", place - 1), ("right", place + 1))
            if 0 <= to < len(shown)
        )  # fmt: skip
        parts.append(
            f'<rect class="rnn-flow-zone" data-cell="lag:{shown[place]}" data-focus=""{ways} role="button" '
            f'aria-label="{shown[place]} steps back" x="{plot.x(shown[place]) - width / 2:.1f}" y="{GRADIENT[0]:.0f}" '
            f'width="{width:.1f}" height="{SLOPE[1] - GRADIENT[0]:.0f}" fill="currentColor" fill-opacity="0"/>'
        )
    return "".join(parts)


def _clips(name: str) -> str:
    boxes = zip("abc", (GRADIENT, SINGULAR, SLOPE), strict=True)
    return (
        "<defs>"
        + "".join(
            f'<clipPath id="{name}-{letter}"><rect x="{LEFT - 3}" y="{top - 3}" width="{RIGHT - LEFT + 6}" '
            f'height="{bottom - top + 6}"/></clipPath>'
            for letter, (top, bottom) in boxes
        )
        + "</defs>"
    )

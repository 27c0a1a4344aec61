"""The right side of the explode-or-fade picture: the eigenvalues in their plane, and the account step by step."""

from collections.abc import Iterable
from math import inf, isfinite, log10

from rnn_edu.drawings import svg
from rnn_edu.drawings.flow_facts import ARRIVES, Facts
from rnn_edu.drawings.flow_scale import limit_of
from rnn_edu.drawings.style import short

CENTRE, HALF = (800.0, 178.0), 132.0
_LEFT, _VALUES, _TOP = 650.0, 900.0, 382.0  # of the account
_BOLD = 'font-weight="600"'
HALO = 'paint-order="stroke" stroke="var(--jp-layout-color0, #FFFFFF)" stroke-width="4"'  # around words on lines


def plane(facts: Facts, *, name: str) -> str:
    """Draw the eigenvalues of the loop as dots, those of the step looked at as rings, and two circles."""
    there = [abs(value) for value in facts.at_step]
    limit = limit_of([facts.radius, 1.1, *there])
    scale = HALF / limit
    x, y = CENTRE
    radius = min(facts.radius * scale, 3 * HALF) if isfinite(facts.radius) else 3 * HALF
    cross = f"M{x - HALF:.1f} {y:.1f}H{x + HALF:.1f}M{x:.1f} {y - HALF:.1f}V{y + HALF:.1f}"
    box = f'x="{x - HALF}" y="{y - HALF}" width="{2 * HALF}" height="{2 * HALF}"'
    inside = (
        f'<path d="{cross}" stroke="currentColor" stroke-opacity="0.18"/>'
        f'<circle cx="{x}" cy="{y}" r="{scale:.1f}" fill="currentColor" fill-opacity="0.05" stroke="currentColor" '
        f'stroke-width="1.4"/>'
        f'<circle class="rnn-flow-radius" cx="{x}" cy="{y}" r="{radius:.1f}" fill="none" stroke="currentColor" '
        f'stroke-width="1.6" stroke-dasharray="9 4"/>'
        f'<path class="rnn-flow-slope" d="{_rings(facts.at_step, scale)}" fill="none" stroke="currentColor" '
        f'stroke-width="1.5"/>'
        f'<path class="rnn-flow-radius" d="{_dots(facts.eigenvalues, scale)}" fill="none" stroke="currentColor" '
        f'stroke-width="6" stroke-linecap="round"/>'
    )
    step = max(facts.lag, 1)
    return (
        f'<clipPath id="{name}-p"><rect {box}/></clipPath>'
        + svg.text(_LEFT, 14, "Eigenvalues of one step", anchor="start", more=_BOLD)
        + _key(32, "● the weights alone", "radius")
        + _key(32, f"○ with the slopes, k = {step}", "slope", shift=136)
        + f'<g clip-path="url(#{name}-p)">{inside}</g>'
        + f'<rect {box} fill="none" stroke="currentColor" stroke-opacity="0.2"/>'
        + svg.text(x + 0.71 * scale + 5, y + 0.71 * scale + 13, "1", anchor="start", more=HALO)
        + svg.text(x, y + HALF + 20, "unit circle: solid. Spectral radius ρ: dashed")
    )


def _key(y: float, words: str, colour: str, shift: float = 0.0) -> str:
    return svg.text(_LEFT + shift, y, words, anchor="start", more=f'class="rnn-flow-{colour}" fill="currentColor"')


def _dots(values: Iterable[complex], scale: float) -> str:
    x, y = CENTRE
    return "".join(f"M{x + v.real * scale:.1f} {y - v.imag * scale:.1f}h0" for v in values if _shown(v)) or "M0 0"


def _rings(values: Iterable[complex], scale: float) -> str:
    x, y = CENTRE
    return (
        "".join(
            f"M{x + v.real * scale - 3.5:.1f} {y - v.imag * scale:.1f}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0"
            for v in values
            if _shown(v)
        )
        or "M0 0"
    )


def _shown(value: complex) -> bool:
    return isfinite(value.real) and isfinite(value.imag) and abs(value) < 1e4


def account(facts: Facts) -> str:
    """Write what each step multiplies the gradient with: by the rule of thumb, and measured."""
    slope, guess = facts.typical_slope, facts.guess
    rows = [
        ("radius", "spectral radius ρ", short(facts.radius), ""),
        ("slope", "× typical slope", "gates" if slope is None else short(slope), ""),
        ("norm", "= a guess: each step times", "–" if guess is None else short(guess), _tends(guess, facts)),
        ("gradient", "measured: each step times", short(facts.measured), _tends(facts.measured, facts)),
    ]
    lines = [svg.text(_LEFT, _TOP, "What one step multiplies with, on average", anchor="start", more=_BOLD)]
    for place, (colour, words, value, tends) in enumerate(rows):
        y = _TOP + 26 + 24 * place
        look = f'class="rnn-flow-{colour}" fill="currentColor"'
        strong = f'{look} font-size="15" font-weight="600"'
        lines.append(svg.text(_LEFT, y, words, anchor="start", more=look))
        lines.append(svg.text(_VALUES - 22, y, value, anchor="end", more=strong))
        lines.append(svg.text(_VALUES - 12, y, tends or "\N{NO-BREAK SPACE}", anchor="start", more=look))
    lag = facts.lag
    stretch = f"{facts.said(facts.stretch[0])} … {facts.said(facts.stretch[1])}"
    there = (
        f"k = {lag}: gradient {facts.said(facts.gradient[lag])}, between {stretch}",
        facts.fan_words,
    )
    y = _TOP + 140
    for place, words in enumerate(there):
        lines.append(svg.text(_LEFT, y + 20 * place, words, anchor="start"))
    return "".join(lines)


def _tends(factor: float | None, facts: Facts) -> str:
    """What so many steps of this factor come to."""
    if factor is None or factor != factor:
        return ""
    if factor <= 0:
        return "fades"
    if factor == inf:
        return "explodes"
    power = log10(factor) * max(len(facts.gradient) - 1, 1)
    return "explodes" if power > ARRIVES else "fades" if power < -ARRIVES else "arrives"

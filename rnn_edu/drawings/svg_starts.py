"""What is left of an error, lag by lag, for many networks under several starts, for the browser."""

from collections.abc import Mapping, Sequence
from math import isnan

from rnn_edu.drawings import svg

COLOURS: Mapping[str, str] = {"orthogonal": "#006BA4", "uniform": "#C85200"}
_DARK: Mapping[str, str] = {"orthogonal": "#6DB5E8", "uniform": "#FF9E5C"}
DASHES: Mapping[str, str] = {"orthogonal": "none", "uniform": "9 4"}
SIZE = (760.0, 330.0)
LOW, HIGH = -30, 6  # powers of ten
_LEFT, _RIGHT, _TOP, _HIGH = 60.0, 640.0, 34.0, 240.0


def starts_svg(
    lines: Mapping[str, Sequence[Sequence[float]]], middles: Mapping[str, Sequence[float]], *, name: str
) -> str:
    """Draw one thin line for each network and a thick one for the middle of each start; numbers are powers of ten."""
    n_lags = len(next(iter(middles.values())))
    parts = [_axes(n_lags)]
    for start, some in lines.items():
        look = f'class="rnn-start-{start}" color="{COLOURS[start]}" stroke="currentColor" fill="none"'
        thin = "".join(f'<path d="{_line(line)}" stroke-width="0.8" stroke-opacity="0.4"/>' for line in some)
        thick = f'<path d="{_line(middles[start])}" stroke-width="3" stroke-dasharray="{DASHES[start]}"/>'
        parts.append(f"<g {look}>{thin}{thick}</g>")
    parts.append(_names(middles))
    css = "".join(f'[data-jp-theme-light="false"] .rnn-start-{start}{{color:{c}}}' for start, c in _DARK.items())
    said = "; ".join(f"{start}: 10 to the power {line[-1]:.1f} at the last lag" for start, line in middles.items())
    title = "what is left of an error of length 1, by steps back"
    return svg.frame("".join(parts), SIZE, title=title, description=said, name=name, interactive=False, css=css)


def _y(power: float) -> float:
    place = HIGH if isnan(power) else min(max(power, LOW), HIGH)
    return _TOP + _HIGH * (HIGH - place) / (HIGH - LOW)


def _line(powers: Sequence[float]) -> str:
    last = max(len(powers) - 1, 1)
    return "M" + "L".join(
        f"{_LEFT + (_RIGHT - _LEFT) * lag / last:.4g} {_y(power):.4g}" for lag, power in enumerate(powers)
    )


def _axes(n_lags: int) -> str:
    parts = [svg.text(8, 16, "left of an error of length 1", anchor="start", more='font-size="13" font-weight="600"')]
    for power in range(LOW, HIGH + 1, 6):
        strength = 0.5 if power == 0 else 0.15
        y = _y(power)
        parts.append(f'<path d="M{_LEFT:g} {y:.4g}H{_RIGHT:g}" stroke="currentColor" stroke-opacity="{strength}"/>')
        words = "1" if power == 0 else f"1e{power}".replace("-", "−")
        parts.append(svg.text(_LEFT - 8, y + 4, words, anchor="end"))
    last = max(n_lags - 1, 1)
    for part in range(5):
        lag = round(last * part / 4)
        parts.append(svg.text(_LEFT + (_RIGHT - _LEFT) * lag / last, _TOP + _HIGH + 18, str(lag)))
    parts.append(svg.text((_LEFT + _RIGHT) / 2, _TOP + _HIGH + 36, "steps back"))
    return "".join(parts)


def _names(middles: Mapping[str, Sequence[float]]) -> str:
    parts, last = [], -1e9
    for start, line in sorted(middles.items(), key=lambda item: _y(item[1][-1])):
        last = max(_y(line[-1]) + 5, last + 18)
        more = (
            f'class="rnn-start-{start}" color="{COLOURS[start]}" fill="currentColor" font-size="13" font-weight="600"'
        )
        parts.append(svg.text(_RIGHT + 10, last, start, anchor="start", more=more))
    return "".join(parts)

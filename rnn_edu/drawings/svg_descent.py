"""How long the gradient was at each move of the ball, and how high the ball lay, for the browser: two charts."""

from collections.abc import Callable, Sequence
from math import isfinite, log10

from rnn_edu.drawings import svg
from rnn_edu.drawings.style import short
from rnn_edu.drawings.svg_cliff import BALL, GREY, Roll

SIZE = (360.0, 420.0)
_LEFT, _RIGHT, _HIGH = 52.0, 344.0, 136.0
_TOPS = (44.0, 246.0)
NORM_ENDS, LOSS_ENDS = (-8, 6), (-8, 4)  # powers of ten
_HALO = 'paint-order="stroke" stroke="var(--jp-layout-color0, #FFFFFF)" stroke-width="3"'


def descent_svg(roll: Roll, other: Roll, *, limit: float | None, name: str) -> str:
    """Draw both charts: the ball's line (orange) and the line without clipping (grey, dashed), over the moves.

    `limit` is where clipping begins, or None. Scales are powers of ten; what lies below or above is put at the end.
    """
    n_moves = len(roll.points) - 1
    norm = _height(_TOPS[0], NORM_ENDS)
    loss = _height(_TOPS[1], LOSS_ENDS)
    parts = [
        _axes("length of the gradient, before clipping", _TOPS[0], NORM_ENDS, 4, n_moves),
        _axes("loss", _TOPS[1], LOSS_ENDS, 4, n_moves),
        _limit(limit, norm),
        _line(
            other.norms[: other.n_points], norm, f'stroke="{GREY}" stroke-width="1.4" stroke-dasharray="4 4"', n_moves
        ),
        _line(
            other.losses[: other.n_points], loss, f'stroke="{GREY}" stroke-width="1.4" stroke-dasharray="4 4"', n_moves
        ),
        _line(roll.norms[: roll.n_points], norm, f'stroke="{BALL}" stroke-width="2.2"', n_moves),
        _line(roll.losses[: roll.n_points], loss, f'stroke="{BALL}" stroke-width="2.2"', n_moves),
        *(_moment(move, roll, norm, loss, n_moves) for move in range(n_moves + 1)),
    ]
    ended = roll.said[-1] if roll.n_points <= n_moves else "\xa0"
    parts.append(svg.text(_RIGHT, _TOPS[1] + 16, ended, anchor="end", more=_HALO))
    norms, losses = ((short(values[0]), short(values[-1])) for values in (roll.norms, roll.losses))
    said = f"from {norms[0]} to {norms[1]}, loss from {losses[0]} to {losses[1]}"
    return svg.frame(
        "".join(parts), SIZE, title="length of the gradient, and loss", description=said, name=name, interactive=False
    )


def _height(top: float, ends: tuple[int, int]) -> Callable[[float], float]:
    """Where a number stands: upwards by powers of ten; 0 at the lower end, infinity and NaN at the upper one."""

    def y(value: float) -> float:
        power = ends[1] if not isfinite(value) else ends[0] if value <= 0 else log10(value)
        return top + _HIGH * (1 - (min(max(power, ends[0]), ends[1]) - ends[0]) / (ends[1] - ends[0]))

    return y


def _x(move: int, n_moves: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * move / max(n_moves, 1)


def _axes(title: str, top: float, ends: tuple[int, int], every: int, n_moves: int) -> str:
    y = _height(top, ends)
    parts = [svg.text(_LEFT - 44, top - 16, title, anchor="start", more='font-weight="600"')]
    for power in range(ends[0], ends[1] + 1):
        if power % every == 0 or power == ends[0]:
            at = y(10.0**power)
            parts.append(f'<path d="M{_LEFT:g} {at:.4g}H{_RIGHT:g}" stroke="currentColor" stroke-opacity="0.16"/>')
            words = {0: "1", 4: "10 000"}.get(power, f"1e{power}".replace("-", "−"))
            parts.append(svg.text(_LEFT - 8, at + 4, words, anchor="end"))
    for move in range(0, n_moves + 1, 10):
        parts.append(svg.text(_x(move, n_moves), top + _HIGH + 16, str(move)))
    parts.append(svg.text((_LEFT + _RIGHT) / 2, top + _HIGH + 30, "step of the ball"))
    return "".join(parts)


def _limit(limit: float | None, y: Callable[[float], float]) -> str:
    at = y(limit or 1.0)
    path = f"M{_LEFT:g} {at:.4g}H{_RIGHT:g}" if limit else "M0 0"
    words = f"limit {limit:g}" if limit else "\xa0"
    return (
        f'<path d="{path}" stroke="currentColor" stroke-width="1.4" stroke-dasharray="7 3"/>'
        f"{svg.text(_RIGHT, at - 6, words, anchor='end', more=_HALO)}"
    )


def _line(values: Sequence[float], y: Callable[[float], float], look: str, n_moves: int) -> str:
    places = "L".join(f"{_x(move, n_moves):.4g} {y(value):.4g}" for move, value in enumerate(values))
    return f'<path d="M{places}" fill="none" {look}/>'


def _moment(move: int, roll: Roll, norm: Callable[[float], float], loss: Callable[[float], float], n_moves: int) -> str:
    x = _x(move, n_moves)
    upright = "".join(f"M{x:.4g} {top:g}v{_HIGH:g}" for top in _TOPS)
    dots = "".join(
        f'<circle cx="{x:.4g}" cy="{y(values[move]):.4g}" r="4.5" fill="{BALL}"/>'
        for values, y in ((roll.norms, norm), (roll.losses, loss))
    )
    hidden = "" if move == 0 else ' display="none"'
    return f'<g data-step="{move}"{hidden}><path d="{upright}" stroke="currentColor" stroke-opacity="0.35"/>{dots}</g>'

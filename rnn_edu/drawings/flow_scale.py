"""The scales of a gradient's way back: powers of ten with stated ends, and numbers too small or large for a computer.

Everything here is a logarithm to base ten, so that 1e-400 is a number like any other; -inf stands for exactly 0.
"""

from collections.abc import Iterable
from math import floor, inf, isfinite, isnan

from rnn_edu.drawings.style import short

ENDS = (3, 6, 9, 12, 18, 24, 36, 48, 72, 96, 144, 192, 240, 330)  # each can be cut into three
RADII = (1.25, 1.6, 2.2, 3.2, 4.5, 6.5, 10.0)
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def end_of(logs: Iterable[float]) -> int:
    """The end of a symmetric axis of powers of ten that holds these numbers: 12 means from 1e-12 to 1e12.

    >>> end_of([0.0, -7.5, float("-inf")])
    9
    """
    largest = max((abs(log) for log in logs if isfinite(log)), default=0.0)
    return next((end for end in ENDS if end >= largest), ENDS[-1])


def limit_of(radii: Iterable[float]) -> float:
    """Half the width of a plane that holds the unit circle and circles of these radii."""
    largest = max((radius for radius in radii if isfinite(radius)), default=0.0) * 1.04
    return next((limit for limit in RADII if limit >= largest), max(RADII[-1], largest))


def ticks(end: int) -> tuple[int, ...]:
    """Seven powers of ten, from one end to the other.

    >>> ticks(12)
    (-12, -8, -4, 0, 4, 8, 12)
    """
    return tuple(end * part // 3 for part in range(-3, 4))


def tick_text(power: int) -> str:
    """A power of ten beside an axis.

    >>> tick_text(-12), tick_text(0)
    ('10⁻¹²', '1')
    """
    return f"10{str(power).translate(_SUPERSCRIPT)}" if power else "1"


def number(log: float) -> str:
    """The number behind its logarithm, in a few characters.

    >>> number(-2.0), number(-400.3), number(1.0), number(float("-inf"))
    ('0.01', '5e-401', '10.0', '0')
    """
    if isnan(log):
        return "no number"
    if log == -inf:
        return "0"
    if log == inf:
        return "∞"
    if -2 <= log < 3.9:
        return short(10.0**log)
    power = floor(log)
    digit = round(10 ** (log - power))
    return f"1e{power + 1}" if digit == 10 else f"{digit}e{power}"


def lag_ticks(n_steps: int) -> tuple[int, ...]:
    """Six places along an axis of lags from 0 to n_steps - 1, round ones where there is room.

    >>> lag_ticks(100), lag_ticks(5)
    ((0, 20, 40, 60, 80, 99), (0, 1, 2, 3, 4, 4))
    """
    last = n_steps - 1
    every = next(step for step in (1, 2, 5, 10, 20, 40, 80) if step * 5.2 >= last or step == 80)
    return (*(min(every * place, last) for place in range(5)), last)

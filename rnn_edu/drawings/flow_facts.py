"""What the explode-or-fade picture shows, as plain numbers and words: every view and every reading takes it from here.

All logarithms in here are to base ten, so "−12" means 1e-12; a list's place is the lag, the steps back from the error.
"""

from dataclasses import dataclass
from functools import cached_property
from math import exp, inf, isfinite, isnan, log10
from typing import Any

from rnn_edu.drawings.flow_scale import end_of, number
from rnn_edu.drawings.style import short

_TEN = log10(exp(1.0))  # from natural logarithms to powers of ten
ARRIVES = 3.0  # between 1e-3 and 1e3 we say that the gradient arrives
_SMALLEST, _LARGEST = -323.3, 308.2  # of ordinary (64-bit) numbers
N_ROWS = 9  # of the table


@dataclass(frozen=True)
class Facts:
    """The numbers behind the four views of one `FlowRecord`, seen at one lag."""

    record: Any
    lag: int

    # ---- the lines ---------------------------------------------------------------------------------------------------

    @cached_property
    def gradient(self) -> list[float]:
        """Size of the gradient of the chosen network."""
        return _powers(self.record.gradient)

    @cached_property
    def fan(self) -> list[list[float]]:
        """The same for all twenty."""
        return _powers(self.record.fan)

    @cached_property
    def by_radius(self) -> list[float]:
        """ρ to the power of the lag."""
        return _powers(self.record.by_radius)

    @cached_property
    def by_norm(self) -> list[float]:
        """(σ · slope) to the power of the lag: what the gradient cannot exceed if one layer loops."""
        return _powers(self.record.by_norm)

    @cached_property
    def largest(self) -> list[float]:
        """How far a whole way back stretches at most, at `record.stretch_lags`."""
        return _powers(self.record.largest)

    @cached_property
    def smallest(self) -> list[float]:
        """How far a whole way back stretches at least, at `record.stretch_lags`."""
        return _powers(self.record.smallest)

    @cached_property
    def stretch(self) -> tuple[float, float]:
        """How far a way back to the lag that is looked at stretches, at least and at most."""
        return self._stretch_at(self.lag)

    @cached_property
    def slopes(self) -> dict[str, list[float]]:
        """Slopes (or gates) by their name in the picture."""
        return {word: line.tolist() for word, line in self.record.slopes.items()}

    @cached_property
    def eigenvalues(self) -> list[complex]:
        """Of the loop with every slope 1."""
        return list(self.record.eigenvalues.tolist())

    @cached_property
    def at_step(self) -> list[complex]:
        """Of the one step that carries the gradient to this lag, slopes and gates included."""
        return list(self.record.eigenvalues_at(max(self.lag, 1)).tolist())

    # ---- single numbers ----------------------------------------------------------------------------------------------

    @property
    def radius(self) -> float:
        """The spectral radius of the loop: the largest distance of its eigenvalues from 0."""
        return float(self.record.radius)

    @cached_property
    def end(self) -> int:
        """Where the axes of powers of ten end."""
        lines = [self.gradient, *self.fan]
        return end_of(value for line in lines for value in (line[-1], max(line, default=0.0)))

    @cached_property
    def measured(self) -> float:
        """What the gradient was multiplied with per step, on average, from the error to the first step."""
        steps = len(self.gradient) - 1
        return _ten_to((self.gradient[-1] - self.gradient[0]) / steps) if steps else 1.0

    @property
    def typical_slope(self) -> float | None:
        """The typical slope over all steps; None where gates take part."""
        return None if self.record.typical_slope is None else float(self.record.typical_slope)

    @property
    def guess(self) -> float | None:
        """Radius times typical slope; None where gates take part."""
        return None if self.typical_slope is None else self.radius * self.typical_slope

    # ---- words -------------------------------------------------------------------------------------------------------

    @staticmethod
    def said(log: float) -> str:
        """A number by its power of ten."""
        return number(log)

    @property
    def ceiling(self) -> str:
        """What the dotted line is called: a ceiling if one layer loops without gates, else only σᵏ."""
        return "ceiling" if self.record.is_ceiling else "σᵏ"

    @property
    def slope_title(self) -> str:
        """What the lowest chart shows."""
        return "Slopes and the gate that keeps" if self.record.gated else "Slope of the activation at that step"

    @cached_property
    def verdict(self) -> str:
        """What became of the gradient, in one line."""
        lags, last = len(self.gradient) - 1, self.gradient[-1]
        if any(isnan(value) for value in self.gradient):
            step = self.record.diverged_at
            return "no gradient: " + (
                "a number is no number" if step is None else f"the activity left all numbers at step {step}"
            )
        if last == -inf:
            first = next(lag for lag, value in enumerate(self.gradient) if value == -inf)
            return f"exactly 0 from {_steps(first)} back on: nothing gets through"
        word = "explodes" if last > ARRIVES else "fades" if last < -ARRIVES else "arrives"
        top = max(self.gradient)
        if top - max(last, self.gradient[0]) > 1.3:  # twenty-fold
            word = f"first up to {number(top)}, then {'fades' if last < -ARRIVES else 'down'}"
        told = f"{word}: of an error of 1, {number(last)} is left {_steps(lags)} back"
        ordinary = ", where ordinary numbers would say 0" if last <= _SMALLEST else ""
        return told + (", where ordinary numbers would say ∞" if last >= _LARGEST else ordinary)

    @cached_property
    def fan_words(self) -> str:
        """How far the twenty are apart at the first step."""
        ends = sorted(line[-1] for line in self.fan)
        finite = [end for end in ends if isfinite(end)]
        if len(finite) < len(ends):
            return f"{len(ends) - len(finite)} of {len(ends)} seeds: 0 or no number at the first step"
        apart = finite[-1] - finite[0]
        return f"{len(ends)} seeds: from {number(finite[0])} to {number(finite[-1])}, a factor of {number(apart)}"

    @cached_property
    def sentence(self) -> str:
        """The picture in words."""
        lag = self.lag
        slopes = ", ".join(f"{word} {line[lag]:.2f}" for word, line in self.slopes.items())
        least = "below 1e-300" if -inf < self.stretch[0] < -300 else number(self.stretch[0])
        guess = "" if self.guess is None else f", radius times typical slope {short(self.guess)}"
        return (
            f"The gradient {self.verdict}. Spectral radius {short(self.radius)}{guess}; measured, each step multiplies"
            f" by {short(self.measured)}. {_steps(lag)} back: gradient {number(self.gradient[lag])}, stretch from"
            f" {least} to {number(self.stretch[1])}, {slopes}. {self.fan_words}."
        )

    @cached_property
    def rows(self) -> list[tuple[int, list[str]]]:
        """The table: from the first step to the error, the lag and what every view shows there."""
        last = len(self.gradient) - 1
        lags = [round(last * (N_ROWS - 1 - place) / (N_ROWS - 1)) for place in range(N_ROWS)]
        return [(lag, self._row(lag)) for lag in lags]

    def _row(self, lag: int) -> list[str]:
        smallest, largest = self._stretch_at(lag)
        numbers = (self.gradient[lag], self.by_radius[lag], self.by_norm[lag], largest, smallest)
        ends = sorted(line[lag] for line in self.fan)
        slope = next(iter(self.slopes.values()))[lag]
        return [*map(number, numbers), f"{slope:.2f}", number(ends[0]), number(ends[len(ends) // 2]), number(ends[-1])]

    def _stretch_at(self, lag: int) -> tuple[float, float]:
        smallest, largest = self.record.stretch_at(lag)
        return smallest * _TEN, largest * _TEN


def facts_of(record: Any, lag: int = 0) -> Facts:
    """The facts of a record, seen at a lag (the nearest that there is)."""
    return Facts(record, max(0, min(lag, record.n_steps - 1)))


def table_html(facts: Facts) -> str:
    """The numbers behind the picture as a table; its first row is the first step, its last the error."""
    first = next(iter(facts.slopes))
    heads = (
        "step", "k, steps back", "gradient", "ρᵏ", facts.ceiling, "largest stretch", "smallest", first,
        "20 seeds: least", "middle", "most",
    )  # fmt: skip
    head = "".join(f'<th scope="col">{word}</th>' for word in heads)
    body = "".join(
        f'<tr><th scope="row">{facts.record.n_steps - 1 - lag}</th><td>{lag}</td>'
        + "".join(f"<td>{word}</td>" for word in words)
        + "</tr>"
        for lag, words in facts.rows
    )
    return (
        '<table class="rnn-numbers"><caption>From the first step to the error. A gradient is measured as a multiple of'
        f" the error.</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _powers(logs: Any) -> Any:
    return (logs * _TEN).tolist()


def _ten_to(power: float) -> float:
    return inf if power > 308 else 10.0**power if power == power else power


def _steps(number: int) -> str:
    return f"{number} step{'' if number == 1 else 's'}"

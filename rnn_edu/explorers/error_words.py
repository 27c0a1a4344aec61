"""What the error explorer says below its picture: products, bars by lag, one line of facts, and a picture on paper."""

from collections.abc import Sequence
from math import isfinite

from rnn_edu.core.topology import Unit
from rnn_edu.drawings.diagram import Arrow
from rnn_edu.drawings.style import short
from rnn_edu.drawings.svg_chain import Chain, Tile, chains_html
from rnn_edu.drawings.svg_error_arrows import arrow_words
from rnn_edu.drawings.svg_lags import lags_svg
from rnn_edu.explorers.error_journey import Journey, arrow_chains, unit_chain

HINT = "Click an arrow or a unit to see what made its number. With the keyboard: Tab, arrow keys, Enter."


def below_html(
    journey: Journey, selected: Arrow | Unit | None, weight: str, by_lag: Sequence[float], lag: int | None, name: str
) -> str:
    """Write the selected number factor by factor on the left, and the bars of the chosen weight on the right."""
    if isinstance(selected, Arrow):
        rows = arrow_chains(journey, selected)
    elif isinstance(selected, Unit):
        rows = [unit_chain(journey, selected)]
    else:
        rows = [Chain(HINT, [])]
    bars = lags_svg(
        by_lag, title=f"Gradient of {weight}, by lag", said=sum_words(by_lag), chosen=lag, name=f"{name}-lags"
    )
    trouble = "".join(f'<div class="rnn-chain-note" role="note">{words}</div>' for words in trouble_of(journey))
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:8px 32px;align-items:flex-start">'
        f'<div style="flex:1 1 520px;max-width:620px">{chains_html(rows)}{trouble}</div>'
        f'<div style="flex:0 1 340px">{bars}</div></div>'
    )


def facts_of(
    journey: Journey, selected: Arrow | Unit | None, weight: str, by_lag: Sequence[float], steps: Sequence[int]
) -> str:
    """One line with the facts shown."""
    size = next(iter(journey.carried.errors.values()))
    n_steps = journey.trajectory.n_steps
    where = f"at step {steps[0]}" if len(steps) == 1 else f"at each of the {n_steps} steps"
    parts = [f"{n_steps} step{'' if n_steps == 1 else 's'}, error {short(size)} {where}."]
    if isinstance(selected, Arrow):
        row = arrow_chains(journey, selected)[0]
        parts.append(f"The arrow {arrow_words(selected)} carries back {_product(row)}.")
    elif isinstance(selected, Unit):
        row = unit_chain(journey, selected)
        parts.append(f"{row.title}: {_product(row)}.")
    bars = ", ".join(f"lag {lag}: {short(value)}" for lag, value in enumerate(by_lag))
    parts.append(f"The gradient of the weight {weight} is {short(_sum(by_lag))}. By lag: {bars}.")
    return " ".join([*parts, *trouble_of(journey)])


def sum_words(by_lag: Sequence[float]) -> str:
    """Say the sum of all lags, and how much of it the nearest two bring where that can be said.

    >>> sum_words([0.5, 0.25, 0.25])
    'sum 1.00; lags 0 and 1 bring 75 %'
    """
    total = _sum(by_lag)
    words = f"sum {short(total)}"
    same_sign = all(value >= 0 for value in by_lag) or all(value <= 0 for value in by_lag)
    if len(by_lag) > 2 and isfinite(total) and total != 0 and same_sign:
        words += f"; lags 0 and 1 bring {round(100 * (by_lag[0] / total + by_lag[1] / total))} %"
    elif not same_sign:
        words += "; parts of both signs partly cancel"
    return words


def trouble_of(journey: Journey) -> list[str]:
    """Say what happened where the numbers are all zero, or no longer numbers."""
    trajectory, errors = journey.trajectory, journey.carried.errors
    found = [abs(float(journey.gradients[unit])) for unit in journey.diagram.positions]
    if trajectory.diverged_at is not None:
        return [f"The activity is no longer a finite number from step {trajectory.diverged_at} on: the run blew up."]
    if not all(map(isfinite, found)):
        broken = [
            unit.time or 0 for unit, size in zip(journey.diagram.positions, found, strict=True) if not isfinite(size)
        ]
        return [
            f"On its way back the gradient grew beyond the largest number there is: from step {max(broken)} back it is"
            " ∞, or NaN where ∞ met 0 or −∞."
        ]
    if not any(errors.values()):
        return ["The output is right: the error is 0, nothing travels back, and every gradient is exactly 0."]
    if trajectory.n_steps == 1:
        return ["With one step no loop has been used yet: the gradient of its weight is exactly 0."]
    stopped = sorted({unit.layer for unit, size in zip(journey.diagram.positions, found, strict=True) if not size})
    everywhere = [
        name
        for name in stopped
        if not any(float(journey.gradients[unit]) for unit in journey.diagram.positions if unit.layer == name)
    ]
    return [f"Nothing reaches {' and '.join(everywhere)}: every gradient there is exactly 0."] if everywhere else []


def _sum(values: Sequence[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def _product(row: Chain) -> str:
    def written(place: int, tile: Tile) -> str:
        sign = f" {tile.sign} " if place else ""
        return f"{sign}{short(tile.value)}"

    made = "".join(written(place, tile) for place, tile in enumerate(row.tiles))
    return made if row.result is None else f"{short(row.result.value)} = {made}"

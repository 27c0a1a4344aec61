"""What the jobs are made of: controls, what a run leaves behind, and the words for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory

Array = np.ndarray


class Control(NamedTuple):
    """One thing that the learner can turn: a range, the size of a step, and where it begins."""

    name: str
    label: str
    low: float
    high: float
    step: float
    start: float


class Outcome(NamedTuple):
    """What was measured: the number that the job is about, what it counts, and one plain sentence."""

    number: float
    unit: str
    sentence: str


class Chart(NamedTuple):
    """Lines over time, (n_steps,) each, from `low` to `high`; `level` is a still line to compare with."""

    title: str
    lines: dict[str, Array]
    low: float
    high: float
    level: tuple[float, str] | None = None

    @property
    def strong(self) -> str:
        """The line that ends highest: the one to look at."""
        return max(self.lines, key=lambda name: float(self.lines[name][-1]))


class Grid(NamedTuple):
    """A small picture of pixels at every step: frames are (n_steps, n_pixels), shape is (rows, columns)."""

    title: str
    frames: Array
    shape: tuple[int, int]


@dataclass(frozen=True, eq=False)
class JobRun:
    """A network at work: what it is, what it was given, what it did, and what came of it.

    `trajectory` is the one sequence that is shown. The outcome may rest on many more. `known` are the pictures that the
    weights hold.
    """

    network: Network
    x: Array
    trajectory: Trajectory
    outcome: Outcome
    charts: tuple[Chart, ...]
    grids: tuple[Grid, ...] = ()
    known: tuple[Grid, ...] = ()


@dataclass(frozen=True, eq=False)
class Job:
    """Something that a kind of feedback is good for, and how to try it.

    `perform(**settings)` builds the network, its weights set by hand, runs it and measures; `run` fills in what is not
    given.
    """

    name: str
    kind: str
    purpose: str
    try_this: str
    controls: tuple[Control, ...]
    perform: Callable[..., JobRun]

    def run(self, **settings: float) -> JobRun:
        """Do the job with these settings, and with the starting value of every other control.

        Raises KeyError for a control that this job does not have, and ValueError for a number outside its range.
        """
        known = {control.name: control for control in self.controls}
        for name, number in settings.items():
            if name not in known:
                raise KeyError(f"the job {self.name!r} has no control {name!r}; it has {', '.join(known)}")
            low, high = known[name].low, known[name].high
            if not low <= number <= high:
                raise ValueError(f"{name} was {number!r}, but it goes from {low:g} to {high:g}; choose one in between")
        return self.perform(**{name: control.start for name, control in known.items()} | settings)


def number(value: float) -> str:
    """Write a number with two digits after the point, and no minus before a zero.

    >>> number(-0.001), number(-0.957), number(40.0)
    ('0.00', '−0.96', '40.00')
    """
    return f"{0.0 if abs(value) < 0.005 else value:.2f}".replace("-", "−")

"""The four activation functions, each with its slope and its symbol.

A slope is written in terms of the activity itself, since that is the number which a trajectory keeps.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Array = np.ndarray


class Activation(NamedTuple):
    """One activation function: its formula symbol, its value and its slope."""

    symbol: str  # LaTeX in front of the bracket; empty for the identity
    value: Callable[[Array, Array], Array]  # (drive, out) -> activity, written into out
    slope: Callable[[Array, Array], Array]  # (activity, out) -> d activity / d drive, written into out


def _sigmoid(drive: Array, out: Array) -> Array:
    np.multiply(drive, 0.5, out)  # sigmoid(z) = (1 + tanh(z / 2)) / 2: no overflow, no cases
    np.tanh(out, out)
    np.multiply(out, 0.5, out)
    return np.add(out, 0.5, out)


def _slope_of_one(activity: Array, out: Array) -> Array:
    out[...] = 1
    return out


def _slope_of_tanh(activity: Array, out: Array) -> Array:
    np.multiply(activity, activity, out)
    return np.subtract(1, out, out)


def _slope_of_sigmoid(activity: Array, out: Array) -> Array:
    np.subtract(1, activity, out)
    return np.multiply(activity, out, out)


ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation("", lambda drive, out: np.positive(drive, out), _slope_of_one),
    "tanh": Activation(r"\tanh", lambda drive, out: np.tanh(drive, out), _slope_of_tanh),
    "sigmoid": Activation(r"\sigma", _sigmoid, _slope_of_sigmoid),
    "relu": Activation(
        r"\mathrm{relu}",
        lambda drive, out: np.maximum(drive, 0, out=out),
        lambda activity, out: np.greater(activity, 0, out),
    ),
}

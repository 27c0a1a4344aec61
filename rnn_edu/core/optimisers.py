"""How a gradient moves the weights: plain steps downhill, or Adam's steps of a steadier size.

An optimiser is a frozen description. What it remembers from step to step is a state that is handed in and handed back.
All learned weights of a network are one long vector here.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

Array = np.ndarray
State = tuple[Array, ...]


class Optimiser(Protocol):
    """Anything with a beginning and a step."""

    def begin(self, n_weights: int, dtype: np.dtype) -> State:
        """The state before the first step."""

    def step(self, gradient: Array, state: State, number: int) -> tuple[Array, State]:
        """What to add to the weights at this step (counted from 1), and the new state."""


@dataclass(frozen=True)
class SGD:
    """Straight downhill: weights − learning_rate · gradient.

    >>> import numpy as np
    >>> SGD(0.1).step(np.array([2.0]), (), 1)[0]
    array([-0.2])
    """

    learning_rate: float = 0.1

    def __post_init__(self) -> None:
        _positive("learning_rate", self.learning_rate)

    def begin(self, n_weights: int, dtype: np.dtype) -> State:
        """Nothing is remembered."""
        return ()

    def step(self, gradient: Array, state: State, number: int) -> tuple[Array, State]:
        """The move for this gradient."""
        return gradient * gradient.dtype.type(-self.learning_rate), ()


@dataclass(frozen=True)
class Adam:
    """Steps of about learning_rate in every weight: the gradient's running mean over the root of its running square.

    Source: Kingma and Ba 2015, algorithm 1.

    >>> import numpy as np
    >>> adam = Adam(0.1)
    >>> move, _ = adam.step(np.array([1e-3, -50.0]), adam.begin(2, np.dtype(float)), 1)
    >>> move.round(3)
    array([-0.1,  0.1])
    """

    learning_rate: float = 1e-2
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        _positive("learning_rate", self.learning_rate)
        for name in ("beta_1", "beta_2"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} was {getattr(self, name)!r}; it needs a number from 0 up to, not with, 1")

    def begin(self, n_weights: int, dtype: np.dtype) -> State:
        """Mean and mean square, both zero."""
        return np.zeros(n_weights, dtype), np.zeros(n_weights, dtype)

    def step(self, gradient: Array, state: State, number: int) -> tuple[Array, State]:
        """The move for this gradient."""
        mean = self.beta_1 * state[0] + (1 - self.beta_1) * gradient
        square = self.beta_2 * state[1] + (1 - self.beta_2) * gradient * gradient
        size = self.learning_rate / (1 - self.beta_1**number)
        root = np.sqrt(square / (1 - self.beta_2**number))
        return (-size * mean / (root + self.epsilon)).astype(gradient.dtype, copy=False), (mean, square)


def _positive(name: str, value: float) -> None:
    if not 0 < value < float("inf"):
        raise ValueError(f"{name} was {value!r}; it needs a finite number above 0")

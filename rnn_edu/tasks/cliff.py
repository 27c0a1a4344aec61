"""One neuron that must say a number after some steps of silence: a landscape over two weights, with a cliff in it.

The neuron hears nothing but a constant push: h(t) = activation(w · h(t − 1) + b). After the last step it should say
0.5. The loss counts that step only. With tanh and a loop weight above 1 the neuron falls to one side or the other, and
the sign of the push decides: that is the cliff. Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of
training recurrent neural networks", section 2.3 and figure 6, with another neuron and another target.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.core.builders import direct_feedback, elman
from rnn_edu.core.network import Network

Array = np.ndarray
LOOP, PUSH = ("W_hh", 0, 0), ("b_h", 0)
"""The two weights: the address of the loop weight w, and that of the push b (the neuron's bias)."""

SPAN = ((-1.0, 4.0), (-1.0, 1.5))  # of w and of b, as far as the map reaches
TARGET = 0.5
NEURONS = ("tanh", "relu", "identity")
STARTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "below the cliff": (2.2, -0.5),
        "above the cliff": (1.6, 0.1),
        "on the plain": (3.8, -0.9),
        "loop weight 1 (orthogonal)": (1.0, -0.5),
        "on an easy slope": (0.2, -0.2),
    }
)
"""Where a descent can begin, as (w, b)."""


class Task(NamedTuple):
    """What the neuron hears, what it should say, and which steps count: the last one."""

    x: Array
    target: Array
    mask: Array


def neuron(loop: float, push: float, activation: str = "tanh") -> Network:
    """One neuron with a loop, whose output is its activity.

    >>> neuron(2.0, 0.1).run(np.zeros((12, 1)))["y"][-1].round(2).tolist()
    [0.97]
    """
    weights: dict[str, ArrayLike] = {"W_xh": [[0.0]], "W_hh": [[loop]], "b_h": [push], "W_hy": [[1.0]], "b_y": [0.0]}
    return Network(direct_feedback(1, 1, 1, activation=activation), weights)


def task(n_steps: int) -> Task:
    """Silence for so many steps, and 0.5 wanted after the last of them."""
    return Task(np.zeros((n_steps, 1)), np.full((n_steps, 1), TARGET), np.arange(n_steps) == n_steps - 1)


def started(n_hidden: int, start: str, *, n_seeds: int = 20, rng: int = 0) -> tuple[Network, ...]:
    """Networks that differ in their random start only; `start` is "orthogonal", "uniform" or "gaussian".

    >>> len(started(4, "orthogonal", n_seeds=3))
    3
    """
    return tuple(Network.random(elman(1, n_hidden, 1), rng=rng + seed, recurrent=start) for seed in range(n_seeds))


def noise(n_steps: int, loudness: float, *, rng: int = 0) -> Array:
    """Random input of this standard deviation: (n_steps, 1)."""
    return loudness * np.random.default_rng(rng).normal(size=(n_steps, 1))


def near_the_cliff(n_starts: int, *, rng: int = 0) -> Array:
    """Random starts (w, b) round the edge of the cliff: (n_starts, 2).

    >>> near_the_cliff(3).shape
    (3, 2)
    """
    return np.random.default_rng(rng).uniform((1.2, -0.6), (2.4, 0.2), size=(n_starts, 2))


def interval(n_found: int, n_all: int) -> tuple[float, float]:
    """The 95 % interval for a share, as two numbers from 0 to 1.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".

    >>> [round(end, 2) for end in interval(38, 100)]
    [0.29, 0.48]
    """
    z = 1.96
    share, spread = n_found / n_all, z * z / n_all
    half = z * ((share * (1 - share) + spread / 4) / n_all) ** 0.5
    return (share + spread / 2 - half) / (1 + spread), (share + spread / 2 + half) / (1 + spread)

"""Small inputs to try a network with, and how its answer is read."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from rnn_edu.core.records import Trajectory
from rnn_edu.core.topology import Unit

SIGNALS: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {"pulse": (1.0, 0.0), "steady": (1.0, 1.0), "alternating": (1.0, -1.0)}
)
"""By name: the first two numbers. A pulse is one number and then silence; the other two go on as they began."""


def signal(name: str, n_steps: int, n_inputs: int = 1) -> np.ndarray:
    """An input to try a network with, the same for all its input neurons: (n_steps, n_inputs).

    >>> signal("pulse", 3).ravel().tolist(), signal("alternating", 3).ravel().tolist()
    ([1.0, 0.0, 0.0], [1.0, -1.0, 1.0])
    """
    if name not in SIGNALS:
        raise ValueError(f"there is no signal {name!r}; choose one of {', '.join(SIGNALS)}")
    first, second = SIGNALS[name]
    steps = np.arange(n_steps)
    numbers = np.where(steps == 0, first, second) if name == "pulse" else np.where(steps % 2 == 0, first, second)
    return np.repeat(numbers[:, None], n_inputs, axis=1)


def active_steps(trajectory: Trajectory, unit: Unit) -> tuple[int, ...]:
    """The steps at which a neuron is not at rest: after one pulse, when the pulse is there and when it comes back.

    `unit` has no time; of several sequences any one counts.

    >>> from rnn_edu.core.builders import jordan
    >>> from rnn_edu.core.network import Network
    >>> trajectory = Network.random(jordan(1, 1, 1)).run(signal("pulse", 3))
    >>> active_steps(trajectory, Unit("x", 0)), active_steps(trajectory, Unit("y", 0))
    ((0,), (0, 1, 2))
    """
    activity = trajectory[unit.layer][..., unit.index].reshape(trajectory.n_steps, -1)
    return tuple(int(t) for t in np.flatnonzero(np.any(activity != 0, axis=1)))

"""Small networks to unroll, and what a change of one number does to all the others."""

from collections.abc import Callable, Mapping
from itertools import cycle
from types import MappingProxyType

import numpy as np

from rnn_edu.core import builders
from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory
from rnn_edu.core.topology import Connection, Topology, Unit

Array = np.ndarray
Weight = tuple[Connection, int, int]  # a connection, the index of its target, the index of its source

WIRINGS: Mapping[str, Callable[[], Topology]] = MappingProxyType(
    {
        "one neuron with a loop": lambda: builders.direct_feedback(1, 1, 1),
        "direct feedback": lambda: builders.direct_feedback(1, 2, 1),
        "lateral feedback": lambda: builders.lateral_feedback(1, 2, 1),
        "indirect feedback": lambda: builders.indirect_feedback(1, 2, 1),
        "complete feedback": lambda: builders.complete_feedback(1, 2, 1),
        "direct and lateral (Elman)": lambda: builders.elman(1, 2, 1),
    }
)
"""Wirings that are small enough to be read when they are unrolled. Each has one input."""

_INPUT = (1.0, 0.0, -1.0, 0.0, 0.5, 0.0, 0.0, 1.0, 0.0, -0.5)
_SAME_STEP, _LATE = (1.0, -0.7), (0.8, -0.5, 0.6, -0.3)  # taken in turn; none of them is zero


def example_network(topology: Topology) -> Network:
    """A network of this wiring with short weights that are easy to read, and no biases.

    >>> {name: float(w.flat[0]) for name, w in example_network(builders.direct_feedback(1, 1, 1)).weights.items()}
    {'W_xh': 1.0, 'W_hy': 1.0, 'W_hh': 0.8, 'b_h': 0.0, 'b_y': 0.0}
    """
    weights: dict[str, Array] = {}
    for connection in topology.learned:
        turn = cycle(_LATE if connection.delay else _SAME_STEP)
        matrix = np.zeros((topology.layer(connection.target).size, topology.layer(connection.source).size))
        for place in topology.weights_allowed(connection):
            matrix[place] = next(turn)
        weights[topology.weight_name(connection)] = matrix
    biases = {f"b_{layer.name}": np.zeros(layer.size) for layer in topology.layers[1:] if layer.bias}
    return Network(topology, weights | biases)


def example_input(n_steps: int) -> Array:
    """One input number for each step: (n_steps, 1)."""
    return np.resize(np.array(_INPUT), n_steps)[:, None]


def all_weights(topology: Topology) -> tuple[Weight, ...]:
    """Every single weight of a wiring, without the biases: those that feed back come first."""
    found = [
        (connection, target, source)
        for connection in topology.learned
        for target, source in topology.weights_allowed(connection)
    ]
    return tuple(sorted(found, key=lambda weight: weight[0].delay == 0))


def n_copies(weight: Weight, n_steps: int) -> int:
    """How many arrows of the unrolled drawing stand for this weight: one for each step at which something arrives."""
    return max(n_steps - weight[0].delay, 0)


def with_weight(network: Network, weight: Weight, number: float) -> Network:
    """The same network with one weight changed."""
    connection, target, source = weight
    name = network.topology.weight_name(connection)
    matrix = network.weights[name].copy()
    matrix[target, source] = number
    return network.replace_weights({name: matrix})


def moved_units(before: Trajectory, after: Trajectory) -> tuple[Unit, ...]:
    """The units whose number is not the same in two runs of one wiring; steps that only one run has are left out.

    >>> network = example_network(builders.direct_feedback(1, 1, 1))
    >>> moved_units(network.run([[1.0], [0.0]]), network.run([[1.0], [0.5]]))
    (Unit(layer='x', index=0, time=1), Unit(layer='h', index=0, time=1), Unit(layer='y', index=0, time=1))
    """
    n_steps = min(before.n_steps, after.n_steps)
    return tuple(
        Unit(layer.name, int(index), int(time))
        for layer in after.topology.layers
        for time, index in np.argwhere(before[layer.name][:n_steps] != after[layer.name][:n_steps])
    )

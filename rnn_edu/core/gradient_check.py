"""Is the gradient right? Ask the definition of a derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.bptt import bptt
from rnn_edu.core.losses import squared_error
from rnn_edu.core.network import Network

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def check_gradients(
    network: Network, x: ArrayLike, target: ArrayLike, *, step: float = 1e-5, tolerance: float = 1e-7
) -> float:
    """Compare BPTT with central differences for every single weight, on the squared error of the output.

    x: (n_steps, [n_sequences,] n_inputs); target: the shape of the output. Works in float64, whatever the network's
    precision. Returns the largest error, relative to the largest gradient; raises AssertionError with both numbers if
    it is above `tolerance`.

    >>> from rnn_edu.core.builders import lateral_feedback
    >>> check_gradients(Network.random(lateral_feedback(1, 3, 1)), [[1.0], [0.5]], [[0.0], [1.0]]) < 1e-7
    True
    """
    exact = Network(network.topology, {name: array.astype(float) for name, array in network.weights.items()})
    output = network.topology.output.name
    trajectory = exact.run(x)
    _, dy = squared_error(trajectory[output], target)
    gradients = bptt(exact, trajectory, {output: dy}).weights
    size = max((float(np.abs(gradient).max()) for gradient in gradients.values()), default=0.0) or 1.0
    worst = 0.0
    for name, gradient in gradients.items():
        for index in _learned_entries(exact, name):
            by_difference = _central_difference(exact, x, target, name, index, step)
            error = float(abs(gradient[index] - by_difference)) / size
            if not error <= tolerance:
                raise AssertionError(
                    f"dLoss/d{name}{list(index)} is {gradient[index]:.10g} by backpropagation through time, but"
                    f" {by_difference:.10g} by central differences: relative error {error:.1e}, allowed {tolerance:.1e}"
                )
            worst = max(worst, error)
    return worst


def _learned_entries(network: Network, name: str) -> list[tuple[int, ...]]:
    """The entries of a weight that the pattern has; the others are zero for good."""
    topology = network.topology
    for connection in topology.learned:
        if topology.weight_name(connection) == name:
            return list(topology.weights_allowed(connection))
    return list(np.ndindex(network.weights[name].shape))


def _central_difference(
    network: Network, x: ArrayLike, target: ArrayLike, name: str, index: tuple[int, ...], step: float
) -> float:
    def loss(change: float) -> float:
        weights = network.weights[name].copy()
        weights[index] += change
        return squared_error(network.replace_weights({name: weights}).run(x)[network.topology.output.name], target)[0]

    return (loss(step) - loss(-step)) / (2 * step)

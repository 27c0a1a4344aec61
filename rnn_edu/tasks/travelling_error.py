"""What lesson 04 sends back through a network: an input that is easy to follow, and an error at a chosen step."""

from collections.abc import Iterable

import numpy as np

from rnn_edu.core.network import Network

Array = np.ndarray

_INPUT = (
    0.7,
    0.2,
    0.3,
    0.1,
    0.3,
    0.2,
    0.2,
    0.3,
)  # keeps a looping neuron near 0.6: what fades is not the input's doing


def example_input(n_steps: int) -> Array:
    """One input number for each step: (n_steps, 1).

    >>> example_input(3)[:, 0].tolist()
    [0.7, 0.2, 0.3]
    """
    return np.resize(np.array(_INPUT), n_steps)[:, None]


def error_at(network: Network, n_steps: int, size: float, steps: Iterable[int]) -> dict[str, Array]:
    """The derivative of the loss by the output where the output is `size` too high at these steps, and right elsewhere.

    The loss is half the squared difference from what the output should have been, so its derivative is that difference.

    >>> from rnn_edu.core import builders
    >>> error_at(Network.random(builders.direct_feedback(1, 1, 1)), 3, 0.5, [2])["y"].tolist()
    [[0.0], [0.0], [0.5]]
    """
    output = network.topology.output
    error = np.zeros((n_steps, output.size))
    error[list(steps)] = size
    return {output.name: error}

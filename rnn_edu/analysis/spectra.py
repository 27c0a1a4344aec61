"""What the weights alone say about the gradient, and how much the slopes of a run change that.

Sources for the two bounds: Hochreiter 1991; Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013,
section 2.1. For orthogonal weights, whose singular values are all 1: Saxe, McClelland and Ganguli 2014.
"""

from typing import NamedTuple

import numpy as np

from rnn_edu.analysis.reading import check_single, slope
from rnn_edu.analysis.state import Step, state_size, step_matrix
from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory

Array = np.ndarray


class Bounds(NamedTuple):
    """The two classical estimates, as natural logarithms, for 0 … n_lags steps: (n_lags + 1,) each.

    `radius` is log ρᵏ: what the gradient does in the long run if all slopes are 1. `norm` is log (σ_max · slope)ᵏ: what
    it cannot exceed.
    """

    radius: Array
    norm: Array


def recurrent_matrix(network: Network, trajectory: Trajectory | None = None) -> Array:
    """One step of the state with every slope 1: (n_state, n_state). For one looping layer this is its weight, W_hh.

    Gates stand at their mean over the run that is given; without a run, where their biases hold them in silence.

    >>> from rnn_edu.core.builders import elman
    >>> network = Network.random(elman(1, 2, 1))
    >>> bool((recurrent_matrix(network) == network.weights["W_hh"]).all())
    True
    """
    if trajectory is not None:
        check_single(trajectory)
    run = network.run(np.zeros((1, network.topology.input.size))) if trajectory is None else trajectory
    size = state_size(network.topology)
    if size == 0:
        return np.zeros((0, 0))
    step = Step(
        lambda connection: network.matrix(connection).astype(float),
        lambda name: None,
        lambda name: np.asarray(run[name], float).mean(axis=0),
        lambda connection: np.zeros(network.topology.layer(connection.target).size),  # gates stand still
    )
    return np.array(step_matrix(network.topology, step))


def eigenvalues(network: Network, trajectory: Trajectory | None = None) -> Array:
    """The eigenvalues of `recurrent_matrix`, the largest in absolute value first: (n_state,), complex."""
    return sorted_eigenvalues(recurrent_matrix(network, trajectory))


def sorted_eigenvalues(matrix: Array) -> Array:
    """The eigenvalues of one matrix, the largest in absolute value first, complex."""
    found = np.linalg.eigvals(matrix).astype(complex)
    return found[np.argsort(-np.abs(found), kind="stable")]


def spectral_radius(network: Network, trajectory: Trajectory | None = None) -> float:
    """The largest absolute eigenvalue of `recurrent_matrix`; 0.0 without loops.

    >>> from rnn_edu.core.builders import elman
    >>> round(spectral_radius(Network.random(elman(1, 5, 1), spectral_radius=0.7)), 9)
    0.7
    """
    return float(np.abs(eigenvalues(network, trajectory)).max(initial=0.0))


def largest_singular_value(network: Network, trajectory: Trajectory | None = None) -> float:
    """How much one step can stretch the state at most, with every slope 1; 0.0 without loops.

    >>> from rnn_edu.core.builders import elman
    >>> round(largest_singular_value(Network.random(elman(1, 5, 1), recurrent="orthogonal")), 9)
    1.0
    """
    matrix = recurrent_matrix(network, trajectory)
    return float(np.linalg.norm(matrix, 2)) if matrix.size else 0.0


def bounds(network: Network, n_lags: int, slope: float = 1.0, *, trajectory: Trajectory | None = None) -> Bounds:
    """The two classical estimates of what is left of a gradient after 0 … n_lags steps, as natural logarithms.

    `slope` is the steepest slope of the activation: 1 for tanh, relu and identity, 1/4 for sigmoid. With gates neither
    is a bound, since gates act too.

    >>> from rnn_edu.core.builders import elman
    >>> network = Network.random(elman(1, 2, 1)).replace_weights({"W_hh": [[0.5, 2.0], [0.0, 0.5]]})
    >>> bounds(network, 2).radius.round(2).tolist()
    [0.0, -0.69, -1.39]
    """
    lags = np.arange(n_lags + 1)
    return Bounds(
        powers(spectral_radius(network, trajectory), lags),
        powers(largest_singular_value(network, trajectory) * slope, lags),
    )


def powers(base: float, lags: Array) -> Array:
    """log baseᵏ, where 0⁰ = 1."""
    if base == 0:
        return np.where(lags == 0, 0.0, -np.inf)
    return lags * np.log(base) + 0.0  # not −0.0


def mean_slope(trajectory: Trajectory) -> dict[str, Array]:
    """The mean slope of every layer's activation function at every step: {layer: (n_steps,)}, without the input.

    >>> from rnn_edu.core.builders import elman
    >>> mean_slope(Network.random(elman(1, 2, 1)).run([[0.0]]))["h"].tolist()
    [1.0]
    """
    check_single(trajectory)
    return {layer.name: slope(trajectory, layer.name).mean(axis=1) for layer in trajectory.topology.layers[1:]}

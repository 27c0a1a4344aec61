"""What the steps of a run do to a small change of the state: one step, many steps, how far they stretch it.

A gradient goes back through the product of the steps' Jacobians, so their singular values say how much of it can be
left. Sources: Hochreiter 1991; Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013, section 2; Benettin
et al. 1980 (re-orthogonalising instead of multiplying, for Lyapunov exponents).
"""

import numpy as np

from rnn_edu.analysis.reading import arriving, check_one_sequence, slope
from rnn_edu.analysis.state import Step, state_size, step_matrix
from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory

Array = np.ndarray


def step_jacobians(network: Network, trajectory: Trajectory) -> Array:
    """J[t] = d state(t) / d state(t-1) at every step of a run: (n_steps, n_state, n_state), for `state_units`.

    Exact for every wiring, with delays and gates; J[0] is the step from the state before the run. Where the activity
    is no longer finite, so are these not. Raises ValueError for several sequences, TypeError for anything else.

    >>> from rnn_edu.core.builders import elman
    >>> network = Network.random(elman(1, 2, 1)).replace_weights({"W_hh": [[0.0, 2.0], [1.0, 0.0]]})
    >>> step_jacobians(network, network.run([[0.0]])).tolist()
    [[[0.0, 2.0], [1.0, 0.0]]]
    """
    check_one_sequence(network, trajectory)
    size = state_size(network.topology)
    step = Step(
        lambda connection: network.matrix(connection).astype(float),
        lambda name: None if network.topology.layer(name).activation == "identity" else slope(trajectory, name),
        lambda name: np.asarray(trajectory[name], float),
        lambda connection: arriving(network, trajectory, connection),
    )
    if size == 0:
        return np.zeros((trajectory.n_steps, 0, 0))
    with np.errstate(over="ignore", invalid="ignore"):
        found = step_matrix(network.topology, step)
    return np.ascontiguousarray(np.broadcast_to(found, (trajectory.n_steps, size, size)))


def jacobian_products(jacobians: Array) -> Array:
    """P[k] = d state(T-1) / d state(T-1-k), for k = 0 … T: (n_steps + 1, n_state, n_state). P[0] is the identity.

    These are plain products: over many steps they may become inf, NaN or 0, and their small singular values drown in
    rounding errors. `log_singular_values` bears any length.

    >>> jacobian_products(np.full((2, 1, 1), 0.5)).ravel().tolist()
    [1.0, 0.5, 0.25]
    """
    steps = checked_steps(jacobians)
    products = np.empty((len(steps) + 1, *steps.shape[1:]))
    products[0] = np.eye(steps.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        for k, jacobian in enumerate(steps[::-1]):
            products[k].dot(jacobian, products[k + 1])
    return products


def lyapunov_exponents(jacobians: Array, n: int | None = None) -> Array:
    """How fast small changes of the state grow per step, in nats, the largest first: (n,), all of them by default.

    Finite-time exponents: a frame of n axes is carried through the run and made square again at every step, and the
    logarithms of its stretching are averaged (Benettin et al. 1980). −inf where something is lost completely.

    >>> lyapunov_exponents(np.tile(np.diag([2.0, 0.5]), (9, 1, 1))).round(4).tolist()
    [0.6931, -0.6931]
    """
    steps = checked_steps(jacobians)
    size = steps.shape[1]
    n = size if n is None else n
    if not 1 <= n <= size:
        raise ValueError(f"{n} exponents were asked for, but the state has {size} numbers; ask for 1 to {size}")
    if not np.isfinite(steps).all():
        return np.full(n, np.nan)
    frame = np.eye(size)[:, :n]
    total = np.zeros(n)
    for jacobian in steps:
        frame, triangle = np.linalg.qr(jacobian @ frame)
        with np.errstate(divide="ignore"):  # log 0 = −inf is the answer
            total += np.log(np.abs(np.diag(triangle)))
    return np.sort(total / len(steps))[::-1]


def checked_steps(jacobians: Array) -> Array:
    """The Jacobians as float64; ValueError unless their shape is (n_steps, n_state, n_state)."""
    steps = np.asarray(jacobians, float)
    if steps.ndim != 3 or steps.shape[1] != steps.shape[2] or len(steps) == 0:
        raise ValueError(
            f"the Jacobians were given with shape {steps.shape}, but they need (n_steps, n_state, n_state);"
            " pass what step_jacobians gave back"
        )
    return steps

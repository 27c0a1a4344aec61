"""What is left of one error, lag by lag, in logarithms that bear any length."""

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.analysis.jacobians import checked_steps, step_jacobians
from rnn_edu.analysis.state import slots
from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory
from rnn_edu.core.topology import Topology

Array = np.ndarray


def gradient_by_lag(
    network: Network,
    trajectory: Trajectory,
    *,
    error: ArrayLike | None = None,
    jacobians: Array | None = None,
) -> Array:
    """log ‖dLoss/d state(T-1-k)‖ for an error of length 1 at the last step, in nats, for k = 0 … T-1: (n_steps,).

    `error` is dLoss/d state(T-1), of any length but 0, which is brought to length 1; by default all units of the latest
    step share it equally. `jacobians` saves time if `step_jacobians` has been asked already. The gradient is brought to
    length 1 at every step and the logarithms are added, so 1e-400 and 1e400 are still numbers here; −inf means that it
    is exactly 0 from there on, NaN that an activity is no longer finite.

    >>> from rnn_edu.core.builders import elman
    >>> network = Network.random(elman(1, 2, 1)).replace_weights({"W_hh": [[0.5, 0.0], [0.0, 0.5]]})
    >>> np.exp(gradient_by_lag(network, network.run(np.zeros((4, 1))))).round(9).tolist()
    [1.0, 0.5, 0.25, 0.125]
    """
    steps = step_jacobians(network, trajectory) if jacobians is None else checked_steps(jacobians)
    direction = first_error(network.topology, error)
    logs = np.full(len(steps), -np.inf)
    logs[0], log = 0.0, 0.0
    with np.errstate(all="ignore"):
        for k, jacobian in enumerate(steps[:0:-1], start=1):
            direction = direction @ jacobian
            size = np.sqrt(direction @ direction)
            if not 1e-150 < size < 1e150:  # its square is not safe
                largest = np.abs(direction).max()
                size = largest * np.linalg.norm(direction / largest) if largest > 0 else largest
            if size == 0:
                break
            log += float(np.log(size))
            logs[k] = log
            direction /= size
    return logs


def first_error(topology: Topology, error: ArrayLike | None = None) -> Array:
    """An error of length 1 at the last step: (n_state,)."""
    places = slots(topology)
    if not places:
        raise ValueError("this network has no loops, so it has no state to send an error back to; add a delayed loop")
    size = places[-1].place.stop
    if error is None:
        given = np.zeros(size)
        for slot in places:
            given[slot.place] = slot.ago == 0
    else:
        given = np.asarray(error, float)
        if given.shape != (size,) or not np.isfinite(given).all() or not given.any():
            raise ValueError(
                f"the error was given with shape {given.shape}; it needs {size} finite numbers, one for each of"
                " state_units(topology), not all of them 0"
            )
    given = given / np.abs(given).max()
    return given / np.linalg.norm(given)

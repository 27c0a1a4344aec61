"""What is left of one error, lag by lag, in logarithms that bear any length."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.analysis.jacobians import checked_steps, step_jacobians
from rnn_edu.analysis.stacks import Stack, checked_inputs, in_parts, run_stack, step_back
from rnn_edu.analysis.state import carrying, slots, state_size
from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory
from rnn_edu.core.topology import Topology

Array = np.ndarray
TOGETHER, NEAR_ZERO = 8, 1e-120  # so many steps are taken before a gradient is rescaled, if it stays above this


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


def fan(networks: Sequence[Network] | Stack, x: ArrayLike, *, error: ArrayLike | None = None) -> Array:
    """`gradient_by_lag` of many networks of one wiring at once: (n_networks, n_steps), natural logarithms.

    x: (n_steps, n_inputs) for all, or (n_steps, n_networks, n_inputs). `error`: one for all, (n_state,), or one
    for each, (n_networks, n_state). A `Stack` saves the time to put the weights together.

    >>> from rnn_edu.core.builders import elman
    >>> networks = [Network.random(elman(1, 8, 1), rng=seed, spectral_radius=0.5) for seed in range(20)]
    >>> lines = fan(networks, np.ones((30, 1)))
    >>> lines.shape, bool((lines[:, -1] < lines[:, 0]).all())
    ((20, 30), True)
    """
    stack = networks if isinstance(networks, Stack) else Stack.of(networks)
    inputs = checked_inputs(stack, x)
    errors = np.broadcast_to(_errors(stack, error), (stack.n_networks, state_size(stack.topology)))
    lines = np.empty((stack.n_networks, len(inputs)))
    for some in in_parts(stack):
        part = stack.part(some)
        activity = run_stack(part, inputs if inputs.shape[1] == 1 else inputs[:, some], carrying(stack.topology))
        lines[some], safe = _lines(part, activity, errors[some].copy(), TOGETHER)
        if not safe:
            lines[some], _ = _lines(part, activity, errors[some].copy(), 1)
    return lines


def _lines(stack: Stack, activity: Mapping[str, Array], errors: Array, together: int) -> tuple[Array, bool]:
    """Gradients are divided by their largest number every so many steps. Did all stay far from the ends of numbers?"""
    n_steps = len(activity[stack.topology.input.name])
    states, logs = np.empty((n_steps, *errors.shape)), np.zeros((n_steps, stack.n_networks))
    safe = True
    with np.errstate(all="ignore"):  # log 0 = −inf, and inf − inf = NaN, are the answers
        for k, state in enumerate(step_back(stack, activity, errors)):
            if k and k % together == 0:
                size = np.abs(state).max(axis=1)
                safe = safe and bool(((size > NEAR_ZERO) & (size < 1 / NEAR_ZERO) | np.isnan(size)).all())
                state /= np.where(size > 0, size, 1.0)[:, None]
                logs[k:] += np.log(size)
            states[k] = state
        lengths = np.log(np.einsum("kns,kns->kn", states, states)) / 2
        safe = safe and bool((np.abs(lengths) < -np.log(NEAR_ZERO)).all())
        return (logs + lengths).T, safe


def _errors(stack: Stack, error: ArrayLike | None) -> Array:
    given = None if error is None else np.asarray(error, float)
    if given is None or given.ndim == 1:
        return first_error(stack.topology, given)
    return np.stack([first_error(stack.topology, each) for each in given])

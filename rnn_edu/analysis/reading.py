"""What the analyses read off one run: slopes, earlier activities, and lengths that neither over- nor underflow."""

from collections.abc import Mapping

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.network import Network
from rnn_edu.core.prepared import Prepared
from rnn_edu.core.records import Gradients, Trajectory
from rnn_edu.core.topology import Connection

Array = np.ndarray


def check_one_sequence(network: Network, trajectory: Trajectory) -> None:
    """Raise TypeError or ValueError, in one sentence, unless this is a run of one sequence through this wiring."""
    if not isinstance(network, Network):
        raise TypeError(f"the network was given as {type(network).__name__}; pass a Network")
    check_single(trajectory)
    if trajectory.topology != network.topology:
        raise ValueError(
            "the trajectory comes from another topology than the network; run this network and pass that run"
        )


def check_single(trajectory: Trajectory) -> None:
    """Raise TypeError or ValueError, in one sentence, unless this is a run of one sequence."""
    if not isinstance(trajectory, Trajectory):
        raise TypeError(
            f"the trajectory was given as {type(trajectory).__name__}; run the network and pass what comes back"
        )
    if trajectory.n_sequences is not None:
        raise ValueError(
            f"the trajectory holds {trajectory.n_sequences} sequences side by side, but one is looked at here;"
            " run the network on one sequence, of shape (n_steps, n_inputs)"
        )


def slope(trajectory: Trajectory, name: str) -> Array:
    """The slope of a layer's activation function at every step: (n_steps, [n_sequences,] n_units), float64."""
    activity = np.asarray(trajectory[name], float)
    if name == trajectory.topology.input.name:
        return np.ones_like(activity)
    with np.errstate(over="ignore", invalid="ignore"):  # a run that blew up has no slope: it shows as inf or NaN
        return ACTIVATIONS[trajectory.topology.layer(name).activation].slope(activity, np.empty_like(activity))


def earlier(trajectory: Trajectory, name: str, delay: int) -> Array:
    """A layer's activity `delay` steps before each step of one run: (n_steps, n_units).

    Before the first step it is zero, or, in a run that goes on from an earlier one, what it was there.
    """
    return np.asarray(trajectory.prepared.memory.ago((name,), delay)[:, :, 0], float)


def past_of(activity: Mapping[str, Array], network: Network) -> Trajectory | None:
    """A past for a run to go on from: {layer: (n_steps, n_sequences, n_units)}. None if no step looks back."""
    n_steps, n_sequences, _ = activity[network.topology.input.name].shape
    if n_steps == 0:
        return None
    prepared = Prepared((network.topology, n_steps, n_sequences, network.dtype))
    names = [layer.name for layer in network.topology.layers]
    for name in names:
        prepared.memory.layer(name)[...] = activity[name].swapaxes(1, 2)
    return Trajectory(network.topology, prepared.memory.results(names, single=False), prepared)


def past_at_every_step(network: Network, trajectory: Trajectory) -> Trajectory | None:
    """The past of every step of one run, side by side: sequence t of it ends one step before step t."""
    n_before = longest_delay(network)
    return past_of(
        {
            layer.name: np.stack([earlier(trajectory, layer.name, delay) for delay in range(n_before, 0, -1)])
            if n_before
            else np.empty((0, 1, layer.size))
            for layer in network.topology.layers
        },
        network,
    )


def same_past(network: Network, trajectory: Trajectory, n_sequences: int) -> Trajectory | None:
    """The past of one run, as many times side by side."""
    n_before = longest_delay(network)
    memory = trajectory.prepared.memory
    return past_of(
        {
            layer.name: np.repeat(memory.whole((layer.name,))[:n_before].swapaxes(1, 2), n_sequences, axis=1)
            for layer in network.topology.layers
        },
        network,
    )


def longest_delay(network: Network) -> int:
    """How many steps back any connection looks."""
    return max((connection.delay for connection in network.topology.connections), default=0)


def arriving(network: Network, trajectory: Trajectory, connection: Connection) -> Array:
    """What a connection brings at every step of one run, before its gate: (n_steps, n_targets)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return earlier(trajectory, connection.source, connection.delay) @ network.matrix(connection).T.astype(float)


def lengths(vectors: Array, n_axes: int = 1) -> Array:
    """The Euclidean length over the last `n_axes` axes, exact from 1e-308 to 1e308; inf and NaN stay what they are.

    >>> lengths(np.array([[0.0, 4e200], [0.0, 4e-200], [0.0, 0.0]])).tolist()
    [4e+200, 4e-200, 0.0]
    """
    rows = vectors.reshape(*vectors.shape[: vectors.ndim - n_axes], -1)
    largest = np.abs(rows).max(axis=-1, initial=0.0)
    scale = np.where(np.isfinite(largest) & (largest > 0), largest, 1.0)
    scaled = rows / scale[..., None]  # squares of numbers up to 1 cannot overflow
    return np.sqrt(np.einsum("...i,...i->...", scaled, scaled)) * scale


def check_single_gradients(gradients: Gradients) -> None:
    """Raise TypeError or ValueError, in one sentence, unless these are the gradients of one sequence."""
    if not isinstance(gradients, Gradients):
        raise TypeError(f"the gradients were given as {type(gradients).__name__}; pass what bptt gave back")
    name = gradients.topology.input.name
    if gradients[name].ndim != 2:
        raise ValueError(
            f"the gradients are of {gradients[name].shape[1]} sequences side by side, but one is looked at here;"
            " run the network on one sequence, of shape (n_steps, n_inputs)"
        )

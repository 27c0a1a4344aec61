"""Where the error goes on its way back, how old it is when it reaches a weight, and which factors it met.

The total derivative adds all ways to the loss; the immediate one holds everything earlier still (Werbos 1990; Pascanu,
Mikolov and Bengio 2013, equations 3 to 5, where the immediate one is written ∂⁺).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.analysis.reading import (
    check_one_sequence,
    check_single_gradients,
    earlier,
    lengths,
    past_at_every_step,
    same_past,
    slope,
)
from rnn_edu.core.bptt import bptt
from rnn_edu.core.network import Network, pattern_mask
from rnn_edu.core.records import Gradients, Trajectory, frozen
from rnn_edu.core.topology import Connection

Array = np.ndarray
ROOM = 2**22  # so many numbers of one layer are walked back at a time


def gradient_norms(gradients: Gradients) -> dict[str, Array]:
    """How long the gradient of every layer is at every step: {layer: (n_steps,)}, in loss per unit of activity.

    Exactly 0 where nothing arrives; inf or NaN where the gradient is no longer a finite number.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> network = Network.random(direct_feedback(1, 1, 1)).replace_weights({"W_hh": [[0.5]], "W_xh": [[0.0]]})
    >>> gradients = bptt(network, network.run(np.zeros((3, 1))), {"h": [[0.0], [0.0], [8.0]]})
    >>> gradient_norms(gradients)["h"].tolist()
    [2.0, 4.0, 8.0]
    """
    check_single_gradients(gradients)
    return {layer.name: lengths(np.asarray(gradients[layer.name], float)) for layer in gradients.topology.layers}


@dataclass(frozen=True, eq=False)
class Contributions:
    """Each weight's gradient, taken apart by the age of the error.

    `by_lag["W_hh"][k]` is what errors say that were made exactly k steps after the weight was used. The sum over k is
    `total["W_hh"]`, the gradient that `bptt` gives.
    """

    by_lag: Mapping[str, Array]
    total: Mapping[str, Array]

    @cached_property
    def norms(self) -> Mapping[str, Array]:
        """How long each part is: {weight: (n_steps,)}. Parts may point against each other: lengths do not add up."""
        return frozen({name: lengths(parts, parts.ndim - 1) for name, parts in self.by_lag.items()})

    def share(self, name: str) -> Array:
        """Which share of a weight's gradient is how old: (n_steps,), and the shares add up to 1.

        It is the part's length in the direction of the whole, part · whole / |whole|², so a part that points the other
        way has a share below 0. All 0 if nothing arrives at all; all NaN if parts cancel to exactly 0 or blew up.
        """
        if name not in self.by_lag:
            raise KeyError(f"there is no weight {name!r} here; this network has {', '.join(self.by_lag)}")
        parts = self.by_lag[name].reshape(len(self.by_lag[name]), -1)
        if not parts.any():
            return np.zeros(len(parts))
        largest = np.abs(parts).max()
        if not np.isfinite(largest):
            return np.full(len(parts), np.nan)
        scaled = parts / largest
        along = scaled @ scaled.sum(axis=0)
        return along / along.sum() if along.sum() > 0 else np.full(len(parts), np.nan)


def contributions(network: Network, trajectory: Trajectory, d_activity: Mapping[str, ArrayLike]) -> Contributions:
    """How much of every weight's gradient comes from errors that are k steps old, for all k.

    `d_activity` is what `bptt` takes: {"y": dLoss/dy}. Every step's error walks back as one sequence of a batch. Raises
    ValueError for several sequences, and whatever `bptt` raises.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> network = Network.random(direct_feedback(1, 1, 1, activation="identity"))
    >>> network = network.replace_weights({"W_hh": [[0.5]], "W_xh": [[1.0]]})
    >>> parts = contributions(network, network.run([[1.0], [1.0], [1.0]]), {"h": [[0.0], [0.0], [1.0]]})
    >>> parts.by_lag["W_xh"].ravel().tolist()
    [1.0, 0.5, 0.25]
    """
    check_one_sequence(network, trajectory)
    total = bptt(network, trajectory, d_activity).weights
    given = {name: np.asarray(d) for name, d in d_activity.items()}
    by_lag = {name: np.zeros((trajectory.n_steps, *weight.shape)) for name, weight in network.weights.items()}
    with np.errstate(over="ignore", invalid="ignore"):
        for steps in _error_steps(trajectory, given):
            _add_parts(by_lag, network, trajectory, given, steps)
    return Contributions(frozen(by_lag), total)


def immediate(network: Network, trajectory: Trajectory, d_activity: Mapping[str, ArrayLike]) -> Gradients:
    """The immediate derivative: how the loss would change if everything before each step were held still.

    Each step is its own little run that begins where the last one ended, and no error crosses the border. `bptt` gives
    the total derivative instead; the two agree exactly if the network has no delayed connections.
    """
    check_one_sequence(network, trajectory)
    bptt(network, trajectory, d_activity)  # raises what it has to say about d_activity
    apart = network.run(trajectory[network.topology.input.name][None], after=past_at_every_step(network, trajectory))
    found = bptt(network, apart, {name: np.asarray(d)[None] for name, d in d_activity.items()})
    activity = {layer.name: found[layer.name][0] for layer in network.topology.layers}
    return Gradients(network.topology, found.weights, frozen(activity))


# ---- inside ---------------------------------------------------------------------------------------------------------


def _error_steps(trajectory: Trajectory, given: Mapping[str, Array]) -> Iterator[Array]:
    """The steps at which there is an error, so many at a time that their way back needs little room."""
    wrong = np.zeros(trajectory.n_steps, bool)
    for d in given.values():
        wrong |= (d != 0).any(axis=1)
    steps = np.flatnonzero(wrong)
    widest = max(layer.size for layer in trajectory.topology.layers)
    n_together = max(1, ROOM // (trajectory.n_steps * widest))
    for first in range(0, len(steps), n_together):
        yield steps[first : first + n_together]


def _add_parts(
    by_lag: Mapping[str, Array],
    network: Network,
    trajectory: Trajectory,
    given: Mapping[str, Array],
    steps: Array,
) -> None:
    """Walk the errors of these steps back, each on its own, and add what they say about each weight to its lag."""
    n_steps, n_errors = int(steps[-1]) + 1, len(steps)
    d_activity = {name: np.zeros((n_steps, n_errors, d.shape[1])) for name, d in given.items()}
    for name, d in given.items():
        d_activity[name][steps, np.arange(n_errors)] = d[steps]
    x = np.repeat(trajectory[network.topology.input.name][:n_steps, None], n_errors, axis=1)
    run = network.run(x, after=same_past(network, trajectory, n_errors))
    found = bptt(network, run, d_activity)
    topology = network.topology
    for layer in topology.layers[1:]:
        d_drive = found[layer.name] * slope(trajectory, layer.name)[:n_steps, None]
        if layer.bias:
            _sum_by_lag(by_lag[f"b_{layer.name}"], d_drive, None, steps)
        for connection in topology.into(layer.name):
            if connection.fixed is None:
                _add_weight(by_lag[topology.weight_name(connection)], network, trajectory, connection, d_drive, steps)


def _add_weight(
    parts: Array, network: Network, trajectory: Trajectory, connection: Connection, d_drive: Array, steps: Array
) -> None:
    if connection.gate is not None:
        d_drive = d_drive * trajectory[connection.gate][: len(d_drive), None]
    new = np.zeros_like(parts)
    _sum_by_lag(new, d_drive, earlier(trajectory, connection.source, connection.delay), steps)
    new[:, ~pattern_mask(network.topology, connection)] = 0.0
    parts += new


def _sum_by_lag(parts: Array, d_drive: Array, before: Array | None, steps: Array) -> None:
    """Add d_drive(t) · before(t) to the part of lag step − t, for the errors of all these steps."""
    for lag in range(int(steps[-1]) + 1):
        late_enough = np.flatnonzero(steps >= lag)
        used = steps[late_enough] - lag
        d = d_drive[used, late_enough]
        parts[lag] += d.sum(axis=0) if before is None else _products(d, before[used])


def _products(d: Array, before: Array) -> Array:
    """The sum of d · before over the errors; what was silent before says exactly 0, however large the error grew."""
    found = d.T @ before
    if np.isfinite(found).all():
        return found
    return np.where(before[:, None] == 0, 0.0, d[:, :, None] * before[:, None]).sum(axis=0)

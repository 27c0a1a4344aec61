"""Many networks of one wiring at once: their weights are stacked, so that one call steps all of them.

For one network `Network.run` and `bptt` are faster. Here a small network costs little more twenty times than once.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.analysis.state import carrying, reached, slots
from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.grouping import is_dense
from rnn_edu.core.network import Network, weight_shapes
from rnn_edu.core.plan import compile_plan
from rnn_edu.core.topology import Connection, Topology, checked

Array = np.ndarray
NEAR = 2**20  # so many bytes of weights stay in a core's own memory from step to step


@dataclass(frozen=True, eq=False)
class Stack:
    """Networks of one wiring: `weights` are {"W_hh": (n_networks, n_targets, n_sources), "b_h": (n_networks, n_units)}.

    A weight that all share may be there once: its first axis is then 1. Raises ValueError or KeyError if one is missing
    or of the wrong shape.
    """

    topology: Topology
    weights: Mapping[str, Array]

    def __post_init__(self) -> None:
        shapes = weight_shapes(checked(self.topology))
        if set(shapes) != set(self.weights):
            raise KeyError(f"the weights given are {', '.join(self.weights)}; this topology needs {', '.join(shapes)}")
        weights = {name: np.asarray(weight, float) for name, weight in self.weights.items()}
        numbers = {len(weight) for weight in weights.values() if weight.ndim} - {1}
        for name, weight in weights.items():
            if weight.shape[1:] != shapes[name] or len(numbers) > 1:
                raise ValueError(
                    f"the weight {name!r} was given with shape {weight.shape}, but it needs (n_networks,"
                    f" {', '.join(map(str, shapes[name]))}), with as many networks as the others, or 1"
                )
        object.__setattr__(self, "weights", MappingProxyType(weights))

    @classmethod
    def of(cls, networks: Sequence[Network]) -> "Stack":
        """The weights of these networks, stacked. ValueError unless they have one topology."""
        networks = list(networks)
        if not networks or any(network.topology != networks[0].topology for network in networks):
            raise ValueError(
                f"{len(networks)} networks were given, but a stack needs at least one, and one topology for all of them"
            )
        names = networks[0].weights
        return cls(networks[0].topology, {name: np.stack([each.weights[name] for each in networks]) for name in names})

    @property
    def n_networks(self) -> int:
        """How many networks there are."""
        return max((len(weight) for weight in self.weights.values()), default=1)

    def part(self, networks: slice) -> "Stack":
        """Some of the networks."""
        return Stack(
            self.topology,
            {name: weight if len(weight) == 1 else weight[networks] for name, weight in self.weights.items()},
        )

    def strength(self, connection: Connection) -> Array:
        """The weights of a connection, (n_networks, n_targets, n_sources), or (n_networks, n_units) if one-to-one."""
        if connection.fixed is not None:
            return np.full((1, self.topology.layer(connection.target).size), connection.fixed)
        weight = self.weights[self.topology.weight_name(connection)]
        return weight if is_dense(connection) else np.ascontiguousarray(np.einsum("nii->ni", weight))


def in_parts(stack: Stack) -> Iterator[slice]:
    """Slices of networks that are best computed together."""
    largest = max((weight[0].nbytes for weight in stack.weights.values()), default=1)
    n_together = max(1, NEAR // largest)
    for first in range(0, stack.n_networks, n_together):
        yield slice(first, min(first + n_together, stack.n_networks))


def run_stack(stack: Stack, x: ArrayLike, layers: Collection[str] | None = None) -> dict[str, Array]:
    """Run all networks: {layer: (n_steps, n_networks, n_units)}, as `Network.run` would one after the other.

    x: (n_steps, n_inputs) for all of them, or (n_steps, n_networks, n_inputs). `layers` says which are wanted;
    others are left out if these can do without them.

    >>> from rnn_edu.core.builders import elman
    >>> stack = Stack.of([Network.random(elman(1, 2, 1), rng=seed) for seed in range(20)])
    >>> run_stack(stack, np.ones((5, 1)))["h"].shape
    (5, 20, 2)
    """
    inputs = checked_inputs(stack, x)
    activity = {stack.topology.input.name: inputs}
    needed = None if layers is None else reached(stack.topology, layers, forwards=False)
    with np.errstate(over="ignore", invalid="ignore"):
        for block in compile_plan(stack.topology).blocks:
            if needed is None or needed & set(block.layers):
                _run_block(stack, block.layers, block.loops, activity)
    return activity


def checked_inputs(stack: Stack, x: ArrayLike) -> Array:
    """The inputs as (n_steps, n_networks or 1, n_inputs); ValueError if they do not fit."""
    given = np.asarray(x, float)
    n_inputs = stack.topology.input.size
    inputs = given[:, None] if given.ndim == 2 else given
    if (
        inputs.ndim != 3
        or inputs.shape[1] not in (1, stack.n_networks)
        or inputs.shape[2] != n_inputs
        or not inputs.size
    ):
        raise ValueError(
            f"the input was given with shape {given.shape}, but {stack.n_networks} networks need (n_steps, {n_inputs}),"
            f" or (n_steps, {stack.n_networks}, {n_inputs}), with at least one step"
        )
    if not np.isfinite(inputs).all():
        raise ValueError("the input holds NaN or infinity; give it finite numbers only")
    return inputs


def brought_by(stack: Stack, connection: Connection, source: Array) -> Array:
    """What a connection brings at every step, before its gate: (n_steps, n_networks or 1, n_targets), new."""
    delay = min(connection.delay, len(source))
    known, strength = source[: len(source) - delay], stack.strength(connection)
    if not is_dense(connection):
        brought = known * strength
    elif known.shape[1] == 1:  # all networks read the same
        flat = strength.reshape(-1, strength.shape[-1])
        brought = (known[:, 0] @ flat.T).reshape(len(known), *strength.shape[:2])
    else:
        brought = np.matmul(known.transpose(1, 0, 2), strength.transpose(0, 2, 1)).transpose(1, 0, 2)
    return np.concatenate([np.zeros((delay, *brought.shape[1:])), brought]) if delay else brought


def _run_block(stack: Stack, names: tuple[str, ...], loops: bool, activity: dict[str, Array]) -> None:
    """Give the layers of a block their activity; within a loop, step by step."""
    n_steps = len(activity[stack.topology.input.name])
    inside: dict[str, list[Connection]] = {}
    for name in names:
        layer = stack.topology.layer(name)
        drive: Array | None = None
        inside[name] = []
        for connection in stack.topology.into(name):
            if loops and (connection.source in names or connection.gate in names):
                inside[name].append(connection)
                continue
            brought = brought_by(stack, connection, activity[connection.source])
            if connection.gate is not None:
                brought = brought * activity[connection.gate]
            if drive is None and brought.shape[1] == stack.n_networks:
                drive = np.ascontiguousarray(brought)
            else:
                drive = brought + (np.zeros((n_steps, stack.n_networks, layer.size)) if drive is None else drive)
        if drive is None:
            drive = np.zeros((n_steps, stack.n_networks, layer.size))
        if layer.bias:
            drive += stack.weights[f"b_{name}"]
        activity[name] = drive
    if not loops:
        for name in names:
            ACTIVATIONS[stack.topology.layer(name).activation].value(activity[name], activity[name])
        return
    _step_through(stack, names, inside, activity)


def _step_through(
    stack: Stack, names: tuple[str, ...], inside: Mapping[str, list[Connection]], activity: Mapping[str, Array]
) -> None:
    rows = {name: list(values) for name, values in activity.items()}
    acts = []
    for name in names:
        value = ACTIVATIONS[stack.topology.layer(name).activation].value
        acts.append((rows[name], value, [_bringer(stack, connection, rows) for connection in inside[name]]))
    for t in range(len(rows[names[0]])):
        for now, value, bringers in acts:
            drive = now[t]
            for delay, bring in bringers:
                if t >= delay:  # before that nothing can arrive
                    np.add(drive, bring(t), drive)
            value(drive, drive)


def _bringer(
    stack: Stack, connection: Connection, rows: Mapping[str, list[Array]]
) -> tuple[int, Callable[[int], Array]]:
    """The delay of a connection, and a function that gives what it brings at a step, its gate included."""
    delay, strength, source = connection.delay, stack.strength(connection), rows[connection.source]
    room = np.empty(np.broadcast_shapes((stack.n_networks, 1), strength.shape[:2]))
    gate = None if connection.gate is None else rows[connection.gate]
    column, columns = room[..., None], [row[..., None] for row in source]

    def bring(t: int) -> Array:
        if strength.ndim == 3:
            np.matmul(strength, columns[t - delay], column)
        else:
            np.multiply(strength, source[t - delay], room)
        return room if gate is None else np.multiply(room, gate[t], room)

    return delay, bring


def step_back(stack: Stack, activity: Mapping[str, Array], errors: Array) -> Iterator[Array]:
    """dLoss/d state(t), brought back step by step from the last one; the caller may rescale what it gets in place.

    `errors`: dLoss/d state(T-1), (n_networks, n_state). Yields (n_networks, n_state) for t = T-1, T-2, … 0.
    """
    topology = stack.topology
    names = [name for name in reversed(topology.update_order) if name in carrying(topology)]
    slopes = {name: _slopes(topology, name, activity[name]) for name in names}
    strengths = {connection: stack.strength(connection) for name in names for connection in topology.into(name)}
    arrived = {
        connection: brought_by(stack, connection, activity[connection.source])
        for connection in strengths
        if connection.gate in names
    }
    into = {name: topology.into(name) for name in names}
    places = slots(topology)
    state = errors
    yield state
    for t in range(len(activity[topology.input.name]) - 1, 0, -1):
        d = {slot.layer: state[:, slot.place] for slot in places if slot.ago == 0}
        before: dict[tuple[str, int], Array] = {
            (slot.layer, slot.ago - 1): state[:, slot.place] for slot in places if slot.ago
        }
        for name in names:
            if name not in d:
                continue
            slope = slopes[name]
            d_drive = d[name] if slope is None else d[name] * slope[t]
            for connection in into[name]:
                behind = d_drive if connection.gate is None else d_drive * activity[connection.gate][t]
                if connection.source in names and connection.delay == 0:
                    _add(d, connection.source, _through(strengths[connection], behind))
                elif connection.source in names:
                    _add(before, (connection.source, connection.delay - 1), _through(strengths[connection], behind))
                if connection.gate in names:
                    _add(d, str(connection.gate), d_drive * arrived[connection][t])
        state = _joined(topology, before, state)
        yield state


def _slopes(topology: Topology, name: str, activity: Array) -> Array | None:
    activation = topology.layer(name).activation
    return None if activation == "identity" else ACTIVATIONS[activation].slope(activity, np.empty_like(activity))


def _through(strength: Array, behind: Array) -> Array:
    """Back through a connection's weights: (n_networks, n_sources)."""
    return behind * strength if strength.ndim == 2 else np.matmul(behind[:, None], strength)[:, 0]


def _add(found: dict, key: object, part: Array) -> None:
    found[key] = found[key] + part if key in found else part


def _joined(topology: Topology, before: Mapping[tuple[str, int], Array], state: Array) -> Array:
    places = slots(topology)
    if len(places) == 1 and (places[0].layer, 0) in before:
        return before[places[0].layer, 0]
    joined = np.zeros_like(state)
    for slot in places:
        if (slot.layer, slot.ago) in before:
            joined[:, slot.place] = before[slot.layer, slot.ago]
    return joined

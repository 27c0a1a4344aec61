"""What one arrow of the unrolled drawing carries back, factor by factor: error · slope · gate · weight.

An arrow is anything with a `connection`, a `source` and a `target`, such as the arrows of `unroll`. The product rule,
walked from the loss to the beginning: Hochreiter 1991; Werbos 1990.
"""

from typing import NamedTuple, Protocol

import numpy as np

from rnn_edu.analysis.reading import arriving, check_one_sequence, check_single_gradients, slope
from rnn_edu.core.network import Network
from rnn_edu.core.records import Gradients, Trajectory
from rnn_edu.core.topology import Connection, Unit
from rnn_edu.core.wires import neuron

Array = np.ndarray


class AnyArrow(Protocol):
    """What is needed of an arrow."""

    @property
    def connection(self) -> Connection: ...
    @property
    def source(self) -> Unit: ...
    @property
    def target(self) -> Unit: ...


class Influence(NamedTuple):
    """One neuron's influence on another: equal, as a key too, to the arrow of the unrolled drawing that shows it."""

    connection: Connection
    source: Unit
    target: Unit


class Factor(NamedTuple):
    """One factor of a chain. `what` is "error", "slope", "weight", "gate" or "sum"; `unit` is where it is read.

    A "sum" is what arrives behind a gate, and multiplies what a gate's own arrow carries back.
    """

    what: str
    unit: Unit
    value: float
    symbol: str


def chain(network: Network, trajectory: Trajectory, gradients: Gradients, arrow: AnyArrow) -> tuple[Factor, ...]:
    """The factors whose product is what this arrow carries back to its source.

    dLoss/da of the target, the slope of the target's activation there, the gate if there is one, and the weight; a
    gate's own arrow has what arrives behind the gate instead. Raises KeyError if the arrow is not in the unrolled run.

    >>> from rnn_edu.core.bptt import bptt
    >>> from rnn_edu.core.builders import direct_feedback
    >>> network = Network.random(direct_feedback(1, 1, 1)).replace_weights({"W_hh": [[0.5]], "W_xh": [[0.0]]})
    >>> trajectory = network.run([[0.0], [0.0]])
    >>> gradients = bptt(network, trajectory, {"h": [[0.0], [2.0]]})
    >>> arrow = Influence(network.topology.connections[-1], Unit("h", 0, 0), Unit("h", 0, 1))
    >>> [(factor.what, factor.value) for factor in chain(network, trajectory, gradients, arrow)]
    [('error', 2.0), ('slope', 1.0), ('weight', 0.5)]
    """
    check_one_sequence(network, trajectory)
    check_single_gradients(gradients)
    connection, source, target = arrow.connection, Unit(*arrow.source), Unit(*arrow.target)
    weighs, gates = _roles(network, trajectory, connection, source, target)
    time, i = int(target.time or 0), target.index
    layer = network.topology.layer(target.layer)
    rise = float(slope(trajectory, target.layer)[time, i])
    symbol = "1" if layer.activation == "identity" else f"{layer.activation}′"
    factors = [
        Factor("error", target, float(gradients[target]), f"d{_at(target)}"),
        Factor("slope", target, rise, symbol),
    ]
    weight = Factor("weight", source, _weight(network, connection, i, source.index), _name(network, arrow))
    gate = None
    if connection.gate is not None:
        unit = Unit(connection.gate, i, time)
        gate = Factor("gate", unit, float(trajectory[unit]), _at(unit))
    arrived = None
    if gates:
        arrived = Factor("sum", target, float(arriving(network, trajectory, connection)[time, i]), "what arrives")
    if arrived is not None and gate is not None and weighs:  # a neuron that gates its own arrival: both ways at once
        both = gate.value * weight.value + arrived.value
        return (*factors, Factor("weight", source, both, f"({gate.symbol}·{weight.symbol} + {arrived.symbol})"))
    if arrived is not None:
        return (*factors, arrived)
    return (*factors, *([gate] if gate is not None else []), weight)


def arrow_flow(network: Network, trajectory: Trajectory, gradients: Gradients) -> dict[Influence, float]:
    """What every arrow of the unrolled drawing carries back to its source; look it up with the drawing's own arrows.

    A unit's outgoing arrows, and the error that it gets from outside, add up to its gradient.
    """
    check_one_sequence(network, trajectory)
    check_single_gradients(gradients)
    flow: dict[Influence, float] = {}
    for connection in network.topology.connections:
        _add_flow(flow, network, trajectory, gradients, connection)
    return flow


# ---- inside ---------------------------------------------------------------------------------------------------------


def _add_flow(
    flow: dict[Influence, float],
    network: Network,
    trajectory: Trajectory,
    gradients: Gradients,
    connection: Connection,
) -> None:
    target, gate, delay = connection.target, connection.gate, connection.delay
    pairs = list(network.topology.weights_allowed(connection))
    with np.errstate(over="ignore", invalid="ignore"):
        d_drive = np.asarray(gradients[target], float) * slope(trajectory, target)
        behind = d_drive if gate is None else d_drive * trajectory[gate]
        to_gate = None if gate is None else d_drive * arriving(network, trajectory, connection)
    weights = network.matrix(connection)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(delay, trajectory.n_steps):
            for i, j in pairs:
                influence = Influence(connection, Unit(connection.source, j, t - delay), Unit(target, i, t))
                flow[influence] = flow.get(influence, 0.0) + float(behind[t, i] * weights[i, j])
            if gate is not None and to_gate is not None:
                for i in sorted({i for i, _ in pairs}):
                    influence = Influence(connection, Unit(gate, i, t), Unit(target, i, t))
                    flow[influence] = flow.get(influence, 0.0) + float(to_gate[t, i])


def _roles(
    network: Network, trajectory: Trajectory, connection: Connection, source: Unit, target: Unit
) -> tuple[bool, bool]:
    """Does the arrow carry a weight, and does it carry a gate's influence? One that does neither is not there."""
    weighs = gates = False
    if connection in network.topology.connections and target.layer == connection.target:
        topology, t = network.topology, target.time
        if t is not None and connection.delay <= t < trajectory.n_steps:
            indices = source.index in range(topology.layer(source.layer).size) and target.index in range(
                topology.layer(target.layer).size
            )
            weighs = (
                indices
                and source.layer == connection.source
                and source.time == t - connection.delay
                and topology.allows(connection, target.index, source.index)
            )
            gates = (
                indices
                and source.layer == connection.gate
                and source.time == t
                and source.index == target.index
                and any(i == target.index for i, _ in topology.weights_allowed(connection))
            )
    if not (weighs or gates):
        raise KeyError(
            f"there is no arrow {neuron(source)} → {neuron(target)} from step {source.time} to step {target.time} in"
            f" this run of {trajectory.n_steps} steps; pass one of the arrows of unroll(topology, n_steps)"
        )
    return weighs, gates


def _weight(network: Network, connection: Connection, i: int, j: int) -> float:
    matrix = network.matrix(connection)
    return float(matrix[i, j]) if j < matrix.shape[1] else 0.0


def _name(network: Network, arrow: AnyArrow) -> str:
    if arrow.connection.fixed is not None:
        return f"{arrow.connection.fixed:g}"
    return f"{network.topology.weight_name(arrow.connection)}[{arrow.target.index}, {arrow.source.index}]"


def _at(unit: Unit) -> str:
    return f"{neuron(unit)}({unit.time})"

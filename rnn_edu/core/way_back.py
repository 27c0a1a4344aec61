"""The derivatives of one run, and how they travel back for all steps at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.at_once import arriving, flat, passed_back
from rnn_edu.core.grouping import Product, Store, is_dense
from rnn_edu.core.memory import Memory
from rnn_edu.core.network import Network
from rnn_edu.core.plan import Block
from rnn_edu.core.records import OnDemand, Trajectory, frozen
from rnn_edu.core.start import mask
from rnn_edu.core.topology import Connection, Layer

Array = np.ndarray


class WayBack:
    """Everything that the way back knows: the run, the question (`given`), and the derivatives found so far.

    All arrays are (n_steps, n_sequences, n_units). `memory` holds the activities, `d_drive` dLoss/d drive,
    `d_activity` dLoss/d activity.
    """

    def __init__(self, network: Network, trajectory: Trajectory, given: Mapping[str, Array]) -> None:
        self.network, self.given, self.arrived = network, given, trajectory.arrived
        self.single = trajectory.n_sequences is None
        topology = network.topology
        sizes = {layer.name: layer.size for layer in topology.layers}
        self.memory, self.d_drive, self.d_activity = (
            Memory(sizes, trajectory.n_steps, trajectory.n_sequences or 1, network.dtype) for _ in range(3)
        )
        self.memory.past = trajectory.past
        for name, activity in trajectory.activity.items():
            self.memory.put(Store((name,)), activity[:, None] if self.single else activity)
        self.rooms: dict[Product, Memory] = {}  # what goes back through a product of a loop
        self.behind_gate: dict[Connection, Array] = {}  # d_drive times the gate, where a loop has computed it

    def block_at_once(self, block: Block) -> None:
        """dLoss/d drive of layers outside all loops."""
        for name in reversed(block.layers):
            d = self.d_activity.put(Store((name,)), self.total(name))
            activation = self.network.topology.layer(name).activation
            if activation != "identity":
                slope = ACTIVATIONS[activation].slope(self.memory.layer(name), np.empty_like(d))
                d = np.multiply(slope, d, slope)
            self.d_drive.put(Store((name,)), d)

    def total(self, name: str) -> Array:
        """dLoss/d activity along all ways, once dLoss/d drive of all that the layer acts on is known."""
        found = self.gathered(name, self.network.topology.connections)
        return np.zeros_like(self.memory.layer(name)) if found is None else found

    def gathered(self, name: str, connections: Iterable[Connection]) -> Array | None:
        """What the question itself and these connections say about a layer's activity: a new array, or None."""
        found = None
        if name in self.given:
            found = np.array(self.given[name], self.network.dtype)
        for connection in connections:
            if name not in (connection.source, connection.gate):
                continue
            d = self.d_drive.layer(connection.target)
            if connection.source == name:
                gate = None if connection.gate is None else self.memory.layer(connection.gate)
                back = passed_back(self.network, connection, d, gate)
                found = back if found is None else np.add(found, back, found)
            if connection.gate == name:
                back = d * self.brought(connection)
                found = back if found is None else np.add(found, back, found)
        return found

    def brought(self, connection: Connection) -> Array:
        """What a connection brought to its gate."""
        if connection in self.arrived:
            return self.arrived[connection]
        return arriving(self.network, connection, self.memory)

    def weight_gradients(self) -> dict[str, Array]:
        """Every weight acts at every step, so its gradient is the sum over steps: one product for each weight."""
        gradients: dict[str, Array] = {}
        for layer in self.network.topology.layers[1:]:
            gradients |= self._gradients_into(layer)
        return {name: gradients[name] for name in self.network.weights}

    def _gradients_into(self, layer: Layer) -> dict[str, Array]:
        topology, gradients = self.network.topology, {}
        d = flat(self.d_drive.layer(layer.name))  # a copy for a layer in a stack, so one layer at a time
        if layer.bias:
            gradients[f"b_{layer.name}"] = np.ones(len(d), d.dtype) @ d  # the sum, by the fastest way
        for connection in topology.into(layer.name):
            if connection.fixed is None:
                gradients[topology.weight_name(connection)] = self._weight_gradient(connection, d)
        return gradients

    def _weight_gradient(self, connection: Connection, d: Array) -> Array:
        if connection in self.behind_gate:
            d = flat(self.behind_gate[connection])
        elif connection.gate is not None:
            d = d * flat(self.memory.layer(connection.gate))
        known, n_silent = self.memory.ago(connection.source, connection.delay)
        before, d = flat(known), d[n_silent * self.memory.n_sequences :]
        if not is_dense(connection):
            return np.diag((d * before).sum(axis=0))
        full = d.T @ before
        if connection.pattern != "all":
            full[~mask(self.network.topology, connection)] = 0.0  # not full * mask: inf * 0 would be NaN
        return full

    def record(self) -> Mapping[str, Array]:
        """dLoss/d activity of every layer; what the way back did not need is computed when somebody asks for it."""

        names = tuple(layer.name for layer in self.network.topology.layers)
        known = {name: self.d_activity.layer(name) for name in names if self.d_activity.has(name)}
        known |= {name: self.total(name) for name in self.given if name not in known}  # what was given may change later
        frozen(self.d_activity.stores), frozen(self.d_drive.stores)

        def total(name: str) -> Array:
            with np.errstate(over="ignore", invalid="ignore"):
                return self._as_run(self.total(name))

        return OnDemand(names, frozen({name: self._as_run(d) for name, d in known.items()}), total)

    def _as_run(self, d: Array) -> Array:
        return d[:, 0] if self.single else d

"""What one way back has found so far, and how it goes through what is computed for all steps at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.at_once import passed_back, summed_products
from rnn_edu.core.grouping import is_dense
from rnn_edu.core.matrices import without_forbidden
from rnn_edu.core.memory import Memory
from rnn_edu.core.slopes import brought
from rnn_edu.core.topology import Connection

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

Array = np.ndarray


class WayBack:
    """dLoss/d activity as far as it is known, and dLoss/d weights. Arrays are (n_steps, n_units, n_sequences).

    `given` says how the loss depends on activities directly. What reaches the input is left out unless `whole`.
    """

    def __init__(self, network: Network, memory: Memory, given: Mapping[str, Array], *, whole: bool = False) -> None:
        self.network, self.memory, self.given, self.whole = network, memory, given, whole
        self.d_activity = dict(given)
        self.weights: dict[str, Array] = {}

    def collect(self, name: str, d: Array, first: int) -> None:
        """Add to dLoss/d activity of a layer, from step `first` on; what lies before step 0 is taken as given."""
        d, first = d[max(0, -first) :], max(0, first)
        known = self.d_activity.get(name)
        if known is None and len(d) == self.memory.n_steps:
            self.d_activity[name] = d
            return
        if known is None or known is self.given.get(name):
            shape = self.memory.layer(name).shape
            known = self.d_activity[name] = np.zeros(shape, d.dtype) if known is None else known.copy()
        known[first : first + len(d)] += d

    def learn(self, name: str, d: Array) -> None:
        """Add to dLoss/d a weight."""
        self.weights[name] = self.weights[name] + d if name in self.weights else d

    def hand_out(self, connection: Connection, d: Array, stretch: slice, but_not: Collection[str] = ()) -> None:
        """What a connection hands to the layers before it, from dLoss/d drive of its target in a stretch of steps."""
        source, gate = connection.source, connection.gate
        if self._wants(source) and source not in but_not:
            open_d = d if gate is None else d * self.memory.layer(gate)[stretch]
            self.collect(source, passed_back(self.network, connection, open_d), stretch.start - connection.delay)
        if gate is not None and self._wants(gate) and gate not in but_not:
            self.collect(gate, d * brought(self.network, self.memory, stretch, connection), stretch.start)

    def _wants(self, name: str) -> bool:
        return self.whole or name != self.network.topology.input.name

    def learn_one(self, connection: Connection, d: Array, stretch: slice) -> None:
        """The gradient of the weights of one connection: each acts at every step, so it is a sum over all steps."""
        if connection.fixed is not None:
            return
        if connection.gate is not None:
            d = d * self.memory.layer(connection.gate)[stretch]
        before = self.memory.ago((connection.source,), connection.delay)[stretch]
        if is_dense(connection):
            found = without_forbidden(self.network.topology, connection, summed_products(d, before))
        else:
            found = np.diag(np.einsum("tib,tib->ib", d, before).sum(axis=1))
        self.learn(self.network.topology.weight_name(connection), found)

    def at_once(self, name: str) -> None:
        """Back through a layer outside all loops."""
        topology, everything = self.network.topology, slice(0, self.memory.n_steps)
        d = self.d_activity.get(name)
        if d is None:
            return
        layer = topology.layer(name)
        if layer.activation != "identity":
            slope = ACTIVATIONS[layer.activation].slope(self.memory.layer(name), np.empty_like(d))
            d = np.multiply(slope, d, slope)
        if layer.bias:
            self.learn(f"b_{name}", d.sum(axis=0).sum(axis=1))
        for connection in topology.into(name):
            self.learn_one(connection, d, everything)
            self.hand_out(connection, d, everything)

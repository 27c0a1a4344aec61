"""A block that loops, backward: each step hands its share of the derivative to the steps before it.

dLoss/d drive = slope · dLoss/d activity. The way back goes through one stretch of steps after the other, the last ones
first: the memory of dLoss/d drive is filled with the slopes of a stretch, each step multiplies them in place, and the
stretch gives its part of the gradients. So the derivatives need no more memory than one stretch.
"""

from __future__ import annotations

import numpy as np

from rnn_edu.core.at_once import passed_back, summed_products
from rnn_edu.core.back_roles import Roles
from rnn_edu.core.back_steps import BackSteps
from rnn_edu.core.matrices import parts, taken_apart
from rnn_edu.core.memory import Memory
from rnn_edu.core.plan import Block
from rnn_edu.core.slopes import brought, fill_with_slopes
from rnn_edu.core.topology import Topology
from rnn_edu.core.way_back import WayBack

Array = np.ndarray
NEAR = 2**20  # so many bytes are sure to stay in a core's own memory until they are used
WIDE = 256  # so many steps times sequences make the products of a stretch worth their while


class BackLoop:
    """The way back through one block, on a given memory of activities. `whole`: in one stretch, and all is kept."""

    def __init__(
        self, topology: Topology, block: Block, memory: Memory, given: frozenset[str], *, whole: bool = False
    ) -> None:
        self.block, self.memory = block, memory
        self.roles = Roles(topology, block, given, whole=whole)
        self.parts = [parts(topology, product) for product in self.roles.products]
        self.length = memory.n_steps if whole else self._length()
        self.steps = BackSteps(self.roles, memory, self.length)

    def run(self, way: WayBack) -> None:
        """Walk back from the last step to the first one."""
        if not any(name in way.d_activity for name in self.block.layers):
            return  # the loss does not depend on any of this
        for matrix in self.steps.matrices:
            matrix.fill(way.network)
        self.steps.strengths.fill(way.network)
        n_steps = self.memory.n_steps
        sums: dict[int, Array] = {}
        for first in reversed(range(0, n_steps, self.length)):
            stretch = slice(first, min(first + self.length, n_steps))
            self._begin(way, stretch)
            fill_with_slopes(way.network, self.memory, stretch, self.steps.slopes, self.steps.factors)
            self.steps.programme.run(stretch.start, stretch.stop)
            self._learn(way, stretch, sums)
            self._hand_out(way, stretch)
        for number, total in sums.items():
            for name, d in taken_apart(way.network.topology, self.parts[number], total).items():
                way.learn(name, d)

    def totals(self, way: WayBack) -> dict[str, Array]:
        """dLoss/d activity of every layer after a way back that was one stretch; riders get theirs only here."""
        if not any(name in way.d_activity for name in self.block.layers):
            return {}
        everything = slice(0, self.memory.n_steps)
        found = {name: self.steps.d_activity.layer(name) for name in self.block.layers if name not in self.roles.rides}
        for name, other in self.roles.rides.items():
            d, total = self.steps.d_drive.layer(other), np.zeros_like(self.memory.layer(name))
            for connection in way.network.topology.into(other):
                if connection.source == name:
                    gate = connection.gate
                    total += passed_back(way.network, connection, d if gate is None else d * self.memory.layer(gate))
                if connection.gate == name:
                    total += d * brought(way.network, self.memory, everything, connection)
            found[name] = total
        return found

    # ---- a stretch of steps ------------------------------------------------------------------------------------------

    def _length(self) -> int:
        """How many steps stay near until they are used."""
        memory = self.memory
        n_units = sum(map(memory.size, self.block.layers))
        n_units += sum(max(p.columns.stop for p in some) + max(p.rows.stop for p in some) for some in self.parts)
        near = NEAR // (n_units * memory.n_sequences * memory.dtype.itemsize)
        return min(memory.n_steps, max(near, -(-WIDE // memory.n_sequences)))

    def _begin(self, way: WayBack, stretch: slice) -> None:
        """Begin with what the question and later blocks say, and with what the steps after this stretch handed back."""
        n, n_before = stretch.stop - stretch.start, self.memory.n_before
        for name in self.block.layers:
            if name in self.roles.rides:
                continue
            d = self.steps.d_activity.whole((name,))
            handed_back = d[:n_before].copy() if stretch.stop < self.memory.n_steps else 0
            known = way.d_activity.get(name)
            if known is not None:
                d[:n_before] = 0
                d[n_before : n_before + n] = known[stretch]
                d[n : n + n_before] += handed_back
            else:
                if self.roles.first.get(name) is None:
                    d[:n] = 0
                d[n : n + n_before] = handed_back

    def _learn(self, way: WayBack, stretch: slice, sums: dict[int, Array]) -> None:
        """The gradients of a stretch: one product for each product of the way forward, one for each other weight."""
        n = stretch.stop - stretch.start
        for number, product in enumerate(self.roles.products):
            found = summed_products(self.steps.d_product(number)[:n], self.memory.column(product)[stretch])
            if number in sums:
                sums[number] += found
            else:
                sums[number] = found
        for update in self.block.updates:
            if update.has_bias:
                name = update.layers[0]
                way.learn(f"b_{name}", self.steps.d_drive.layer(name)[:n].sum(axis=0).sum(axis=1))
        for connection in self.roles.alone:
            way.learn_one(connection, self.steps.d_drive.layer(connection.target)[:n], stretch)

    def _hand_out(self, way: WayBack, stretch: slice) -> None:
        """What the layers outside get."""
        for connection in self.roles.outward:
            d = self.steps.d_drive.layer(connection.target)[: stretch.stop - stretch.start]
            way.hand_out(connection, d, stretch, but_not=self.block.layers)


Loops = list[tuple[Block, BackLoop | None]]  # all blocks, last ones first; those at once have none

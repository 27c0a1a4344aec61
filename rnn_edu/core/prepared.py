"""What a run needs beside its numbers: memory, and calls. Used again as soon as nobody holds a result of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.at_once import begin_with_known
from rnn_edu.core.grouping import Store
from rnn_edu.core.loop import Loop
from rnn_edu.core.memory import Memory
from rnn_edu.core.plan import Block, compile_plan
from rnn_edu.core.topology import Topology

if TYPE_CHECKING:
    from rnn_edu.core.back_loop import Loops
    from rnn_edu.core.network import Network

Array = np.ndarray
Shape = tuple[Topology, int, int, np.dtype]
MOST = 16  # so many prepared runs wait at most,
LARGEST = 2**28  # and they take so many bytes at most


class Prepared:
    """The memory of a run, and the calls that fill it. `ways_back` wait here for the next way back through it."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        topology, n_steps, n_sequences, dtype = shape
        sizes = {layer.name: layer.size for layer in topology.layers}
        n_before = max((connection.delay for connection in topology.connections), default=0)
        self.memory = Memory(sizes, n_steps, n_sequences, dtype, n_before)
        self.memory.keep(Store((topology.input.name,)))
        self.blocks: list[tuple[Block, Loop | None]] = []
        for block in compile_plan(topology).blocks:
            for store in block.stores:
                self.memory.keep(store)
            self.blocks.append((block, Loop(topology, block, self.memory) if block.loops else None))
        self.ways_back: dict[frozenset[str], list[Loops]] = {}

    def run(self, network: Network, inputs: Array, past: Mapping[str, Array]) -> None:
        """Fill the memory. Inputs and past are (n_steps, n_units, n_sequences)."""
        topology, memory = network.topology, self.memory
        memory.layer(topology.input.name)[...] = inputs
        if memory.n_before:
            for layer in topology.layers:
                memory.whole((layer.name,))[: memory.n_before] = past.get(layer.name, 0)
        with np.errstate(over="ignore", invalid="ignore"):  # a run may blow up; `trajectory.diverged_at` says when
            for block, loop in self.blocks:
                if loop is not None:
                    loop.run(network)
                else:
                    _run_at_once(network, block, memory)


def _run_at_once(network: Network, block: Block, memory: Memory) -> None:
    for update in block.updates:
        activity = memory.layer(update.layers[0])
        if not begin_with_known(network, update, memory):
            activity[...] = 0
        ACTIVATIONS[network.topology.layer(update.layers[0]).activation].value(activity, activity)


def take(shape: Shape) -> Prepared:
    """A prepared run that nobody else has."""
    shelf = _shelf()
    for prepared in reversed(list(shelf)):  # the one used last is the nearest
        if prepared.shape == shape and prepared.memory.is_free():
            with suppress(ValueError):  # another thread was faster
                shelf.remove(prepared)
                if prepared.memory.is_free():  # still: another thread may have used it and put it back in between
                    return prepared
                shelf.append(prepared)
    return Prepared(shape)


def put_back(prepared: Prepared) -> None:
    """Let it be taken again, once nobody holds a result of it any more."""
    shelf = _shelf()
    shelf.append(prepared)
    while len(shelf) > MOST or sum(other.memory.n_bytes for other in list(shelf)) > LARGEST:
        with suppress(IndexError):
            shelf.pop(0)


@lru_cache(maxsize=1)
def _shelf() -> list[Prepared]:
    """Where prepared runs wait, those last used at the end."""
    return []

"""Are two topologies wired alike, do two networks behave alike? Names do not matter, neurons and arrows do."""

from typing import Any

import numpy as np

from rnn_edu.core.network import Network
from rnn_edu.core.topology import Topology

Arrow = tuple[tuple[int, int], tuple[int, int], int, Any, Any]  # source, target, delay, gating neuron, fixed weight


def wiring_difference(given: Any, wanted: Topology) -> str:
    """In what the given topology is wired otherwise, neuron by neuron; empty if it is not.

    >>> from rnn_edu.core.builders import direct_feedback, feedforward
    >>> wiring_difference(feedforward(1, 1, 1), direct_feedback(1, 1, 1))
    'an arrow is missing, one that comes back after a delay'
    """
    if not isinstance(given, Topology):
        return f"it needs a Topology, and this is an object of the kind {type(given).__name__}"
    sizes, needed = ([layer.size for layer in topology.layers] for topology in (given, wanted))
    if sizes != needed:
        return f"it needs layers of the sizes {needed}, and this one has {sizes}"
    has, needs = _arrows(given), _arrows(wanted)
    for found, what in ((needs - has, "an arrow is missing"), (has - needs, "there is an arrow too many")):
        if found:
            delayed = min(found, key=repr)[2] > 0
            return f"{what}, one that {'comes back after a delay' if delayed else 'arrives in the same step'}"
    same = [(layer.activation, layer.bias) for layer in given.layers[1:]]
    return "" if same == [(layer.activation, layer.bias) for layer in wanted.layers[1:]] else _LAYERS_DIFFER


def behaviour_difference(given: Any, wanted: Network, tolerance: float = 1e-6, rng: Any = None) -> str:
    """In what the given network's outputs differ for the same random inputs; empty if they do not."""
    if not isinstance(given, Network):
        return f"it needs a Network, and this is an object of the kind {type(given).__name__}"
    for end in ("input", "output"):
        size, needed = (getattr(network.topology, end).size for network in (given, wanted))
        if size != needed:
            return f"it needs {needed} {end} neurons, and this network has {size}"
    x = np.random.default_rng(rng).normal(size=(7, 3, wanted.topology.input.size))
    ours, theirs = (network.run(x)[network.topology.output.name] for network in (wanted, given))
    wrong = ~np.isclose(theirs, ours, rtol=0, atol=tolerance * max(1.0, float(np.abs(ours).max())))
    return f"the outputs differ from step {int(np.argwhere(wrong)[0][0])} on" if wrong.any() else ""


_LAYERS_DIFFER = "the arrows are right, but a layer's activation or its bias is another one"


def _arrows(topology: Topology) -> frozenset[Arrow]:
    place = {layer.name: position for position, layer in enumerate(topology.layers)}
    found = set()
    for connection in topology.connections:
        gate = None if connection.gate is None else place[connection.gate]
        for i, j in topology.weights_allowed(connection):
            source, target = (place[connection.source], j), (place[connection.target], i)
            found.add((source, target, connection.delay, None if gate is None else (gate, i), connection.fixed))
    return frozenset(found)

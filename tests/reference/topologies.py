"""Random networks for hypothesis: wirings nobody would think of, with weights, inputs and errors to go with them.

A layer may receive nothing, feed itself through a gate, reach back three steps, or be computed in an order that has
nothing to do with the order in which the layers were named. All of it must work.
"""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from rnn_edu import Connection, Layer, Topology

SMOOTH = ("identity", "tanh", "sigmoid")  # differentiable everywhere, so finite differences may be used
ALL = (*SMOOTH, "relu")
BUILDERS = (
    "feedforward",
    "direct_feedback",
    "indirect_feedback",
    "lateral_feedback",
    "complete_feedback",
    "elman",
    "jordan",
)
NAMES = ("x", "h", "y", "a", "ab", "b", "h1", "memory")  # a, ab and b: "W_aab" alone would be two weights


class Case(NamedTuple):
    """A network as plain numbers, its input and what the loss says about its activities."""

    topology: Topology
    weights: dict[str, np.ndarray]
    x: np.ndarray
    d_activity: dict[str, np.ndarray]


@st.composite
def topologies(draw, activations=ALL, max_layers=4, max_size=5, max_delay=3, max_connections=8):
    """A random topology; layers, sizes, activations, biases, delays, patterns, gates and fixed weights all vary."""
    # numbers are written out where hypothesis would mostly draw the smallest: one layer alone is no network
    n_layers = draw(st.sampled_from([n for n in (1, 2, 2, 3, 3, 3, 4, 4, 4) if n <= max_layers]))
    n_connections = draw(st.sampled_from([n for n in (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12) if n <= max_connections]))
    names = draw(st.permutations(NAMES))[:n_layers]
    usual = draw(st.integers(1, max_size))  # gates and patterns need equal sizes, so one size is the most common
    sizes = st.one_of(st.just(usual), st.just(usual), st.integers(1, max_size))
    layers = [Layer(name, draw(sizes), draw(st.sampled_from(activations)), draw(st.booleans())) for name in names]
    # within a step, a layer may only use layers that come before it in a random order (the input is always first)
    order = [names[0], *draw(st.permutations(names[1:]))]
    size = {layer.name: layer.size for layer in layers}
    connections: list[Connection] = []
    for _ in range(n_connections if n_layers > 1 else 0):
        new = draw(_connections(order, size, max_delay))
        if not any(_twins(new, other) for other in connections):
            connections.append(new)
    return Topology(layers, connections)


@st.composite
def _connections(draw, order, size, max_delay):
    source, target = draw(st.sampled_from(order)), draw(st.sampled_from(order[1:]))
    undelayed = order.index(source) < order.index(target)
    delay = draw(st.integers(0 if undelayed else 1, max_delay))
    equal = size[source] == size[target]
    pattern = draw(st.sampled_from(("all", "one-to-one", "all-but-self", "wired") if equal else ("all", "wired")))
    if pattern == "wired":  # by hand: the very pairs (target index, source index)
        pairs = st.tuples(st.integers(0, size[target] - 1), st.integers(0, size[source] - 1))
        pattern = tuple(draw(st.lists(pairs, min_size=1, max_size=6)))
    fixed = draw(st.sampled_from((None, None, 1.0, -1.0, 0.5))) if equal else None
    gates = [name for name in order[: order.index(target)] if size[name] == size[target]]
    gate = draw(st.sampled_from((None, *gates, *gates[1:])))  # a hidden layer twice as often as the input
    return Connection(source, target, delay, "one-to-one" if fixed else pattern, gate, fixed)


def _twins(one, other):
    """Would these two connections be refused together: the same ends and delay, both learned or quite equal?"""
    same_place = (one.source, one.target, one.delay) == (other.source, other.target, other.delay)
    return one == other or (same_place and one.fixed is None and other.fixed is None)


@st.composite
def cases(draw, activations=ALL, max_steps=6, batch=None, **limits):
    """A random topology with everything needed to run it. `batch` fixes the kind: None for either, True or False."""
    topology = draw(topologies(activations=activations, **limits))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_steps = draw(st.sampled_from(range(1, max_steps + 1)))
    is_batch = draw(st.booleans()) if batch is None else batch
    shape = (n_steps, draw(st.integers(1, 3))) if is_batch else (n_steps,)
    judged = draw(st.lists(st.sampled_from(topology.layers), min_size=1, unique=True))
    return Case(
        topology,
        random_weights(topology, rng),
        rng.uniform(-1, 1, (*shape, topology.layers[0].size)),
        {layer.name: rng.uniform(-1, 1, (*shape, layer.size)) for layer in judged},
    )


def random_weights(topology, rng):
    """Weights of moderate size for all learned connections and biases; zero where a pattern has no connection."""
    weights = {f"b_{layer.name}": rng.uniform(-0.5, 0.5, layer.size) for layer in topology.layers[1:] if layer.bias}
    for connection in topology.connections:
        if connection.fixed is None:
            n_targets, n_sources = topology.layer(connection.target).size, topology.layer(connection.source).size
            weight = rng.uniform(-1, 1, (n_targets, n_sources)) / np.sqrt(n_sources)
            weights[topology.weight_name(connection)] = weight * pattern_mask(connection.pattern, n_targets, n_sources)
    return weights


def pattern_mask(pattern, n_targets, n_sources):
    """1 where the pattern joins target (row) and source (column), 0 where it does not."""
    same = np.eye(n_targets, n_sources)
    if not isinstance(pattern, str):
        return np.array([[float((i, j) in pattern) for j in range(n_sources)] for i in range(n_targets)])
    return {"all": np.ones_like(same), "one-to-one": same, "all-but-self": 1 - same}[pattern]

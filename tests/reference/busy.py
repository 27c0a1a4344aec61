"""Loops in which products, gates and memory are put together."""

import numpy as np
from hypothesis import strategies as st
from reference.topologies import Case, random_weights

from rnn_edu import Connection, Layer, Topology

SIGMOID_OR_TANH = st.sampled_from(("sigmoid", "sigmoid", "tanh", "tanh", "identity", "relu"))


@st.composite
def busy_loops(draw):
    """Layers of one or two sizes, most of which read most others one step or two steps ago; some through gates."""
    n_layers = draw(st.sampled_from((2, 3, 4, 5, 6)))
    sizes = [draw(st.sampled_from((2, 2, 2, 3))) for _ in range(n_layers)]
    biases = [draw(st.booleans()) for _ in range(n_layers)]
    hidden = [Layer(f"a{k}", sizes[k], draw(SIGMOID_OR_TANH), biases[k]) for k in range(n_layers)]
    layers = [Layer("x", 2), *hidden]
    size = {layer.name: layer.size for layer in layers}
    names = [layer.name for layer in hidden]
    connections = [Connection("x", name) for name in names if draw(st.integers(0, 2))]
    senders = (
        names if draw(st.booleans()) else [draw(st.sampled_from(names))]
    )  # a state of all layers, or one that all read
    for k, target in enumerate(names):
        gates = [None, None, None, *(name for name in ("x", *names[:k]) if size[name] == size[target])]
        for source in senders:
            if draw(st.integers(0, 3)):
                alike = size[source] == size[target]
                pattern = draw(st.sampled_from(("all", "all", "all-but-self") if alike else ("all",)))
                delay = draw(st.sampled_from((1, 1, 1, 2)))
                connections.append(Connection(source, target, delay, pattern, draw(st.sampled_from(gates))))
        for source in names[:k]:
            if size[source] == size[target] and not draw(st.integers(0, 2)):
                fixed = draw(st.sampled_from((1.0, -1.0, 0.5)))
                connections.append(Connection(source, target, 0, "one-to-one", draw(st.sampled_from(gates)), fixed))
    topology = Topology(layers, connections)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_steps = draw(st.sampled_from((1, 2, 3, 7)))
    judged = draw(st.lists(st.sampled_from(layers), min_size=1, unique=True))
    d_activity = {layer.name: rng.uniform(-1, 1, (n_steps, layer.size)) for layer in judged}
    return Case(topology, random_weights(topology, rng), rng.uniform(-1, 1, (n_steps, 2)), d_activity)


def close(got, textbook, allowed=1e-10):
    assert got.shape == textbook.shape
    assert np.abs(got - textbook).max(initial=0.0) <= allowed * max(1.0, np.abs(textbook).max(initial=0.0))

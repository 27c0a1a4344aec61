"""The textbook engine is the oracle: first it must agree with theory, then the package must agree with it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from reference import naive
from reference.topologies import SMOOTH, cases

from rnn_edu import Connection, Layer, Network, Topology, bptt, elman


def close(got, textbook, allowed=1e-10):
    """Largest difference, relative to the largest number (or to 1 if all are small)."""
    got, textbook = np.asarray(got), np.asarray(textbook)
    assert got.shape == textbook.shape
    size = max(1.0, float(np.abs(textbook).max(initial=0.0)))
    assert np.abs(got - textbook).max(initial=0.0) <= allowed * size


def sequences(case):
    """Each sequence of a case as its own textbook run: (index into batch arrays, x, d_activity)."""
    if case.x.ndim == 2:
        yield ..., case.x, case.d_activity
    else:
        for s in range(case.x.shape[1]):
            where = (slice(None), s)
            yield where, case.x[where], {name: d[where] for name, d in case.d_activity.items()}


# ---- the textbook engine agrees with theory --------------------------------------------------------------------------


def test_the_textbook_engine_adds_a_geometric_series():
    """y(t) = w·y(t-1) + x(t) has the closed form y(t) = Σ w^(t-k) x(k)."""
    leak = Topology(
        [Layer("x", 1), Layer("y", 1, "identity", bias=False)],
        [Connection("x", "y", fixed=1.0), Connection("y", "y", delay=1)],
    )
    x = np.array([[1.0], [2.0], [-1.0], [0.5]])
    y = naive.run(leak, {"W_yy": np.array([[0.7]])}, x)["y"]
    close(y[:, 0], [sum(0.7 ** (t - k) * x[k, 0] for k in range(t + 1)) for t in range(4)], 1e-14)


def test_the_textbook_gradient_is_the_derivative_of_that_series():
    leak = Topology(
        [Layer("x", 1), Layer("y", 1, "identity", bias=False)],
        [Connection("x", "y", fixed=1.0), Connection("y", "y", delay=1)],
    )
    x, w, last = np.ones((5, 1)), 0.7, np.array([[0.0], [0], [0], [0], [1.0]])
    d_weights, total = naive.gradients(leak, {"W_yy": np.array([[w]])}, x, {"y": last})
    close(total["y"][:, 0], [w**4, w**3, w**2, w, 1], 1e-14)  # how far each step is from the end
    close(d_weights["W_yy"], [[sum(n * w ** (n - 1) for n in range(1, 5))]], 1e-14)


@given(cases(activations=SMOOTH, batch=False, max_steps=4, max_size=3))
@settings(max_examples=40)
def test_the_textbook_gradient_is_what_small_changes_of_the_weights_and_inputs_do(case):
    topology, weights, x, d_activity = case
    d_weights, total = naive.gradients(topology, weights, x, d_activity)
    total_of_input = total[topology.layers[0].name]

    def loss(changed_weights, changed_x):
        activity = naive.run(topology, changed_weights, changed_x)
        return sum(float((activity[name] * d).sum()) for name, d in d_activity.items())

    for name, weight in weights.items():
        for index in np.ndindex(weight.shape):
            if weight[index] != 0:  # a pattern's absent connections stay absent
                by_difference = central(lambda w, name=name: loss({**weights, name: w}, x), weight, index)
                close(d_weights[name][index], by_difference, 1e-7)
    for index in np.ndindex(x.shape):
        close(total_of_input[index], central(lambda changed: loss(weights, changed), x, index), 1e-7)


def central(function, array, index, step=1e-4):
    """A central difference of fourth order: its error is that of `step` to the power of four."""

    def at(change):
        changed = array.copy()
        changed[index] += change
        return function(changed)

    return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)


# ---- the package agrees with the textbook engine ---------------------------------------------------------------------


@given(cases())
@settings(max_examples=150)
def test_any_topology_runs_as_in_the_textbook(case):
    run = Network(case.topology, case.weights).run(case.x)
    assert set(run.activity) == {layer.name for layer in case.topology.layers}
    for where, x, _ in sequences(case):
        for name, activity in naive.run(case.topology, case.weights, x).items():
            close(run[name][where], activity)


@given(cases())
@settings(max_examples=500)
def test_any_topology_has_the_gradients_of_the_textbook(case):
    network = Network(case.topology, case.weights)
    gradients = bptt(network, network.run(case.x), case.d_activity)
    assert set(gradients.weights) == set(case.weights)
    assert set(gradients.activity) == {layer.name for layer in case.topology.layers}
    summed = {name: np.zeros_like(weight) for name, weight in case.weights.items()}
    for where, x, d_activity in sequences(case):
        d_weights, total = naive.gradients(case.topology, case.weights, x, d_activity)
        for name, d in total.items():
            close(gradients[name][where], d)
        for name, d in d_weights.items():
            summed[name] += d
    for name, d in summed.items():
        close(gradients.weights[name], d)


@given(cases(max_layers=2, max_delay=1, max_connections=4, max_steps=40, max_size=3, activations=("tanh", "sigmoid")))
@settings(max_examples=20)
def test_long_sequences_agree_as_well(case):
    network = Network(case.topology, case.weights)
    gradients = bptt(network, network.run(case.x), case.d_activity)
    for where, x, d_activity in sequences(case):
        _, total = naive.gradients(case.topology, case.weights, x, d_activity)
        for name, d in total.items():
            close(gradients[name][where], d)


@pytest.mark.parametrize("n_steps", [1, 2, 3, 4, 5])
def test_delays_longer_than_the_sequence_bring_nothing(n_steps):
    topology = Topology(
        [Layer("x", 2), Layer("h", 2), Layer("y", 2)],
        [
            Connection("x", "h", delay=3),
            Connection("h", "h", delay=2, gate="x"),
            Connection("h", "y", delay=1),
            Connection("y", "h", delay=3, pattern="all-but-self"),
        ],
    )
    rng = np.random.default_rng(n_steps)
    network = Network.random(topology, rng=rng)
    x, dy = rng.normal(size=(n_steps, 2)), rng.normal(size=(n_steps, 2))
    run = network.run(x)
    gradients = bptt(network, run, {"y": dy})
    for name, activity in naive.run(topology, network.weights, x).items():
        close(run[name], activity)
    d_weights, total = naive.gradients(topology, network.weights, x, {"y": dy})
    for name, d in d_weights.items():
        close(gradients.weights[name], d)
    for name, d in total.items():
        close(gradients[name], d)


def test_the_textbook_engine_reads_only_the_description():
    """The oracle must stand on its own: it may not call what it is there to check."""
    text = Path(naive.__file__).read_text(encoding="utf-8")
    assert "rnn_edu" not in text and "update_order" not in text and ".allows(" not in text
    assert elman(1, 1, 1).update_order == tuple(naive.computing_order(elman(1, 1, 1)))

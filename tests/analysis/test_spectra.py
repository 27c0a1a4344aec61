"""What the weights alone say: eigenvalues, singular values, and the two classical estimates made of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from reference.topologies import cases
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Layer, Network, Topology
from rnn_edu.analysis import (
    bounds,
    eigenvalues,
    gradient_by_lag,
    largest_singular_value,
    log_singular_values,
    mean_slope,
    recurrent_matrix,
    spectral_radius,
    step_jacobians,
)

BUILDERS = [
    rnn.elman,
    rnn.direct_feedback,
    rnn.lateral_feedback,
    rnn.indirect_feedback,
    rnn.complete_feedback,
    rnn.jordan,
]


def linear(network):
    """The same weights in a network whose every slope is 1."""
    layers = [Layer(layer.name, layer.size, "identity", layer.bias) for layer in network.topology.layers]
    return Network(Topology(layers, network.topology.connections), network.weights)


@pytest.mark.parametrize("builder", BUILDERS)
def test_the_radius_is_the_one_that_the_network_was_asked_for(builder):
    network = Network.random(builder(2, 5, 3), rng=3, spectral_radius=0.8)
    assert spectral_radius(network) == pytest.approx(0.8)


@given(cases(batch=False))
@settings(max_examples=60)
def test_without_gates_the_matrix_is_the_step_of_the_linear_network(case):
    network = Network(case.topology, case.weights)
    if not any(connection.gate for connection in case.topology.connections):
        steps = step_jacobians(linear(network), linear(network).run(case.x))
        np.testing.assert_allclose(recurrent_matrix(network), steps[0], atol=1e-13)


def test_gates_stand_where_their_biases_hold_them_or_at_their_mean_over_a_run():
    """With silent gates the cell keeps sigmoid(b_f) of itself: the eigenvalue that half-lives come from."""
    network = Network.random(rnn.lstm(1, 1, 1), rng=0)
    silent = network.replace_weights({name: 0 * w for name, w in network.weights.items() if name.startswith("W_")})
    assert spectral_radius(silent) == pytest.approx(1 / (1 + np.exp(-1.0)))
    run = network.run(np.linspace(-3, 3, 9)[:, None])
    cell = recurrent_matrix(network, run)[0, 0]
    assert cell == pytest.approx(run["f"].mean())


def test_eigenvalues_come_largest_first_and_of_a_late_loop_there_is_one_for_each_step():
    """h(t) = w·h(t-3) turns into three eigenvalues, the cube roots of w."""
    late = Topology([Layer("x", 1), Layer("h", 1)], [Connection("x", "h"), Connection("h", "h", delay=3)])
    network = Network.random(late).replace_weights({"W_hh": [[0.125]]})
    np.testing.assert_allclose(np.sort_complex(eigenvalues(network)), np.sort_complex(np.roots([1, 0, 0, -0.125])))
    sizes = np.abs(eigenvalues(Network.random(rnn.elman(1, 9, 1), recurrent="gaussian")))
    assert (np.diff(sizes) <= 1e-12).all()


def test_without_loops_all_is_zero():
    network = Network.random(rnn.feedforward(1, 2, 1))
    assert spectral_radius(network) == largest_singular_value(network) == 0.0
    assert bounds(network, 2).radius.tolist() == bounds(network, 2).norm.tolist() == [0.0, -np.inf, -np.inf]


def test_an_orthogonal_start_has_all_singular_values_one():
    matrix = recurrent_matrix(Network.random(rnn.elman(1, 20, 1), recurrent="orthogonal"))
    np.testing.assert_allclose(np.linalg.svd(matrix, compute_uv=False), 1.0)


# ---- the bounds ------------------------------------------------------------------------------------------------------


def test_the_bounds_are_powers_in_logarithms_that_never_overflow():
    network = Network.random(rnn.elman(1, 2, 1)).replace_weights({"W_hh": [[0.5, 3.0], [0.0, 0.5]]})
    lines = bounds(network, 10_000, slope=0.25)
    sigma = np.linalg.norm([[0.5, 3.0], [0.0, 0.5]], 2)
    np.testing.assert_allclose(lines.radius, np.arange(10_001) * np.log(0.5), rtol=1e-12)
    np.testing.assert_allclose(lines.norm, np.arange(10_001) * np.log(0.25 * sigma), rtol=1e-12)


@pytest.mark.parametrize(
    ("activation", "steepest"), [("tanh", 1.0), ("relu", 1.0), ("identity", 1.0), ("sigmoid", 0.25)]
)
@pytest.mark.parametrize("drive", [0.0, 1.0])
def test_no_gradient_exceeds_the_norm_bound(activation, steepest, drive):
    for seed in range(5):
        network = Network.random(rnn.elman(4, 12, 1, activation=activation), rng=seed, recurrent="gaussian")
        run = network.run(drive * np.random.default_rng(seed).normal(size=(40, 4)))
        ceiling = bounds(network, 39, steepest).norm + 1e-9
        assert (gradient_by_lag(network, run) <= ceiling).all()
        assert (log_singular_values(step_jacobians(network, run))[:40, 0] <= ceiling).all()


def test_with_equal_steps_the_growth_comes_to_be_the_spectral_radius():
    """Gelfand 1941: the k-th root of the length of a k-th power tends to the spectral radius."""
    network = Network.random(
        rnn.elman(1, 8, 1, activation="identity"), rng=5, recurrent="gaussian", spectral_radius=0.9
    )
    line = log_singular_values(step_jacobians(network, network.run(np.zeros((2000, 1)))))[:, 0]
    assert (line[2000] - line[1000]) / 1000 == pytest.approx(np.log(0.9), abs=2e-3)


# ---- slopes ----------------------------------------------------------------------------------------------------------


def test_the_mean_slope_is_the_mean_of_one_minus_the_square_of_tanh():
    network = Network.random(rnn.elman(2, 6, 1))
    run = network.run(np.random.default_rng(0).normal(size=(7, 2)))
    slopes = mean_slope(run)
    np.testing.assert_allclose(slopes["h"], (1 - run["h"] ** 2).mean(axis=1))
    assert slopes["y"].tolist() == [1.0] * 7 and set(slopes) == {"h", "y"}


def test_slopes_of_several_sequences_are_refused():
    network = Network.random(rnn.elman(1, 2, 1))
    for look in (mean_slope, lambda run: recurrent_matrix(network, run)):
        with one_sentence(ValueError, "4 sequences"):
            look(network.run(np.zeros((3, 4, 1))))

"""What steps do to the state: exact for any wiring, one step and many, and the exponents at which they grow."""

import numpy as np
import pytest
from hypothesis import given, settings
from reference.steps import step_by_differences
from reference.topologies import SMOOTH, cases
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Layer, Network, Topology, bptt
from rnn_edu.analysis import StateUnit, jacobian_products, lyapunov_exponents, state_units, step_jacobians


def run_of(topology, n_steps=6, seed=0, **start):
    network = Network.random(topology, rng=seed, **start)
    x = np.random.default_rng(seed).normal(size=(n_steps, topology.input.size))
    return network, network.run(x)


# ---- what the state is -----------------------------------------------------------------------------------------------


def test_the_state_of_an_elman_network_is_its_hidden_layer():
    assert state_units(rnn.elman(2, 3, 1)) == tuple(StateUnit("h", index) for index in range(3))


def test_the_state_of_a_jordan_network_is_its_output_and_of_an_lstm_its_cell_and_what_it_shows():
    assert {unit.layer for unit in state_units(rnn.jordan(2, 3, 1))} == {"y"}
    assert {unit.layer for unit in state_units(rnn.lstm(2, 3, 1))} == {"c", "h"}
    assert {unit.layer for unit in state_units(rnn.gru(2, 3, 1))} == {"h"}


def test_what_is_read_three_steps_later_is_remembered_three_times():
    late = Topology([Layer("x", 1), Layer("h", 2)], [Connection("x", "h"), Connection("h", "h", delay=3)])
    assert [unit.ago for unit in state_units(late)] == [0, 0, 1, 1, 2, 2]


def test_a_layer_between_two_loops_is_state_if_it_is_read_later():
    def wiring(delay):
        return Topology(
            [Layer("x", 1), Layer("a", 1), Layer("m", 1), Layer("b", 1), Layer("y", 1)],
            [
                Connection("a", "a", delay=1),
                Connection("a", "m"),
                Connection("m", "b", delay=delay),
                Connection("b", "b", delay=1),
                Connection("b", "y", delay=2),  # behind the last loop: this does not count
            ],
        )

    assert [unit.layer for unit in state_units(wiring(0))] == ["a", "b"]
    assert [unit.layer for unit in state_units(wiring(1))] == ["a", "m", "b"]


def test_without_loops_there_is_no_state():
    network, run = run_of(rnn.feedforward(2, 3, 1))
    assert state_units(network.topology) == () and step_jacobians(network, run).shape == (6, 0, 0)


# ---- one step --------------------------------------------------------------------------------------------------------


def test_in_an_elman_network_a_step_is_slope_times_weight():
    network, run = run_of(rnn.elman(2, 5, 1))
    wanted = (1 - run["h"] ** 2)[:, :, None] * network.weights["W_hh"]
    np.testing.assert_allclose(step_jacobians(network, run), wanted, rtol=1e-14)


@given(cases(activations=SMOOTH, batch=False, max_steps=3))
@settings(max_examples=80)
def test_a_step_is_what_small_changes_of_the_state_do(case):
    network = Network(case.topology, case.weights)
    run = network.run(case.x)
    if state_units(case.topology):
        for t, jacobian in enumerate(step_jacobians(network, run)):
            np.testing.assert_allclose(jacobian, step_by_differences(network, run, case.x, t), atol=1e-8)


@pytest.mark.parametrize("builder", [rnn.gru, rnn.lstm, rnn.jordan, rnn.complete_feedback, rnn.indirect_feedback])
def test_a_step_of_each_builder_is_what_small_changes_do(builder):
    network, run = run_of(builder(2, 3, 2), n_steps=3)
    for t, jacobian in enumerate(step_jacobians(network, run)):
        np.testing.assert_allclose(jacobian, step_by_differences(network, run, run["x"], t), atol=1e-8)


def test_single_precision_gives_the_same_steps_to_seven_digits():
    network, run = run_of(rnn.lstm(2, 3, 1), dtype=np.float32)
    double = Network(network.topology, {name: weight.astype(float) for name, weight in network.weights.items()})
    got = step_jacobians(network, run)
    assert got.dtype == float
    np.testing.assert_allclose(got, step_jacobians(double, double.run(run["x"])), atol=1e-5)


# ---- many steps ------------------------------------------------------------------------------------------------------


def test_products_are_products_in_extended_precision():
    network, run = run_of(rnn.elman(2, 6, 1), n_steps=30)
    jacobians = step_jacobians(network, run)
    wanted = np.eye(6, dtype=np.longdouble)
    for k, product in enumerate(jacobian_products(jacobians)):
        np.testing.assert_allclose(product, wanted.astype(float), atol=1e-13 * float(np.abs(wanted).max()))
        if k < 30:
            wanted = wanted @ jacobians[29 - k].astype(np.longdouble)


@given(cases(batch=False))
@settings(max_examples=60)
def test_an_error_in_the_last_state_goes_back_as_the_products_say(case):
    """BPTT and the Jacobians are two ways to one derivative. (Units that no step reads later are not in the state.)"""
    network = Network(case.topology, case.weights)
    run = network.run(case.x)
    products = jacobian_products(step_jacobians(network, run))
    units = state_units(case.topology)
    last = [number for number, unit in enumerate(units) if unit.ago == 0]
    errors = {layer.name: np.zeros((run.n_steps, layer.size)) for layer in case.topology.layers}
    for number in last:
        errors[units[number].layer][-1, units[number].index] = 1.0
    gradients = bptt(network, run, errors)
    within = {c.source for c in case.topology.connections if c.delay == 0} | {c.gate for c in case.topology.connections}
    for k in range(run.n_steps):
        back = products[k][last].sum(axis=0) if last else np.zeros(0)
        for number in last:
            unit = units[number]
            if unit.layer not in within:  # then its gradient is the state's alone
                assert back[number] == pytest.approx(gradients[unit.layer][-1 - k, unit.index], abs=1e-10)


def test_a_plain_product_over_a_thousand_steps_is_infinite_or_zero_without_a_warning():
    assert np.isinf(jacobian_products(np.full((1000, 1, 1), 10.0))[-1])
    assert jacobian_products(np.full((1000, 1, 1), 0.1))[-1] == 0


# ---- Lyapunov exponents ----------------------------------------------------------------------------------------------


def test_exponents_of_equal_steps_are_the_logarithms_of_the_eigenvalues():
    step = np.array([[0.9, 5.0], [0.0, 0.3]])
    got = lyapunov_exponents(np.tile(step, (2000, 1, 1)))
    np.testing.assert_allclose(got, np.log([0.9, 0.3]), atol=5e-3)


def test_all_exponents_together_are_the_mean_logarithm_of_the_determinant():
    network, run = run_of(rnn.elman(2, 5, 1), n_steps=50, spectral_radius=1.5)
    jacobians = step_jacobians(network, run)
    assert lyapunov_exponents(jacobians).sum() == pytest.approx(np.linalg.slogdet(jacobians)[1].mean(), rel=1e-9)


def test_a_part_of_the_exponents_is_the_larger_ones():
    network, run = run_of(rnn.elman(2, 5, 1), n_steps=400, spectral_radius=1.5)
    jacobians = step_jacobians(network, run)
    np.testing.assert_allclose(lyapunov_exponents(jacobians, 2), lyapunov_exponents(jacobians)[:2], atol=1e-2)


def test_what_is_lost_completely_has_the_exponent_minus_infinity():
    assert lyapunov_exponents(np.tile(np.diag([0.5, 0.0]), (3, 1, 1)))[1] == -np.inf


# ---- what is refused -------------------------------------------------------------------------------------------------


def test_several_sequences_are_refused():
    network = Network.random(rnn.elman(1, 2, 1))
    with one_sentence(ValueError, "4 sequences"):
        step_jacobians(network, network.run(np.zeros((3, 4, 1))))


def test_jacobians_of_another_shape_are_refused():
    for look in (jacobian_products, lyapunov_exponents):
        with one_sentence(ValueError, "(3, 2, 4)", "n_state"):
            look(np.zeros((3, 2, 4)))
    with one_sentence(ValueError, "9 exponents", "1 to 2"):
        lyapunov_exponents(np.zeros((3, 2, 2)), 9)


def test_a_run_that_left_all_numbers_has_no_exponents():
    network = Network.random(rnn.elman(1, 2, 1, activation="identity")).replace_weights({"W_hh": 1e200 * np.eye(2)})
    run = network.run(np.ones((5, 1)))
    assert run.diverged_at is not None
    relu = Network.random(rnn.elman(1, 2, 1)).replace_weights({"W_hh": 1e200 * np.eye(2)})
    assert np.isfinite(step_jacobians(network, run)).all()  # a linear step is the same everywhere
    assert np.isfinite(step_jacobians(relu, relu.run(np.ones((5, 1))))).all()  # tanh never leaves all numbers
    assert np.isnan(lyapunov_exponents(np.full((2, 2, 2), np.nan))).all()

"""What is left of one error, lag by lag, for one network and for many at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from reference.topologies import cases, random_weights
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Layer, Network, Topology, bptt
from rnn_edu.analysis import Stack, fan, gradient_by_lag, jacobian_products, run_stack, state_units, step_jacobians


def elman_run(n_steps, seed=0, **start):
    network = Network.random(rnn.elman(2, 8, 1), rng=seed, **start)
    return network, network.run(np.random.default_rng(seed).normal(size=(n_steps, 2)))


# ---- one network -----------------------------------------------------------------------------------------------------


def test_it_is_the_length_of_the_gradient_that_backpropagation_finds():
    network, run = elman_run(50)
    error = np.full(8, 8**-0.5)
    gradients = bptt(network, run, {"h": np.eye(50)[:, -1:] * error})
    wanted = np.log(np.linalg.norm(gradients["h"], axis=1))[::-1]
    np.testing.assert_allclose(gradient_by_lag(network, run), wanted, atol=1e-9)
    np.testing.assert_allclose(gradient_by_lag(network, run, error=7 * error), wanted, atol=1e-9)  # of length 1 anyway


@given(cases(batch=False))
@settings(max_examples=40)
def test_for_any_wiring_it_is_the_error_times_the_products(case):
    network = Network(case.topology, case.weights)
    run, units = network.run(case.x), state_units(case.topology)
    if not units:
        return
    error = np.random.default_rng(0).normal(size=len(units))
    products = jacobian_products(step_jacobians(network, run))[: run.n_steps]
    got = np.exp(gradient_by_lag(network, run, error=error))
    np.testing.assert_allclose(got, np.linalg.norm(error @ products, axis=1) / np.linalg.norm(error), atol=1e-12)


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_beyond_the_range_of_numbers_it_goes_on(factor):
    network = Network.random(rnn.elman(1, 2, 1, activation="identity")).replace_weights({"W_hh": factor * np.eye(2)})
    line = gradient_by_lag(network, network.run(np.zeros((1000, 1))))
    np.testing.assert_allclose(line, np.log(factor) * np.arange(1000))
    assert np.abs(line[-1]) > 2300  # 1e±999


def test_a_gradient_that_is_cut_is_minus_infinity_from_there_on():
    network = Network.random(rnn.elman(1, 2, 1, activation="relu")).replace_weights({"W_xh": [[1.0], [1.0]]})
    run = network.run([[5.0], [5.0], [-50.0], [5.0], [5.0]])  # at step 2 both neurons are silent
    line = gradient_by_lag(network, run)
    assert np.isfinite(line[:3]).all() and np.isneginf(line[3:]).all()
    assert np.isneginf(fan([network], run["x"])[0, 3:]).all()


def test_one_step_has_one_lag():
    network, run = elman_run(1)
    assert gradient_by_lag(network, run).tolist() == [0.0]
    np.testing.assert_allclose(fan([network], run["x"]), [[0.0]], atol=1e-12)


def test_an_error_must_fit_the_state_and_point_somewhere():
    network, run = elman_run(3)
    for error in (np.ones(9), np.zeros(8), np.full(8, np.nan)):
        with one_sentence(ValueError, "8 finite numbers"):
            gradient_by_lag(network, run, error=error)
    flat = Network.random(rnn.feedforward(2, 3, 1))
    with one_sentence(ValueError, "no loops"):
        gradient_by_lag(flat, flat.run(run["x"]))


# ---- many networks at once -------------------------------------------------------------------------------------------


def networks_like(case, n=3):
    return [Network(case.topology, random_weights(case.topology, np.random.default_rng(seed))) for seed in range(n)]


@given(cases(batch=False))
@settings(max_examples=80)
def test_a_stack_runs_as_each_of_its_networks_runs(case):
    networks = networks_like(case)
    together = run_stack(Stack.of(networks), case.x)
    for number, network in enumerate(networks):
        alone = network.run(case.x)
        for name, values in together.items():
            one = values[:, min(number, values.shape[1] - 1)]  # what all share is there once
            np.testing.assert_allclose(one, alone[name], atol=1e-12)


@given(cases(batch=False))
@settings(max_examples=80)
def test_the_fan_is_the_line_of_each_network(case):
    networks = networks_like(case)
    if state_units(case.topology) and case.weights:
        for network, line in zip(networks, fan(networks, case.x), strict=True):
            np.testing.assert_allclose(line, gradient_by_lag(network, network.run(case.x)), atol=1e-7)


def test_each_network_may_hear_its_own_input_and_have_its_own_error(monkeypatch):
    networks = [elman_run(1, seed)[0] for seed in range(4)]
    rng = np.random.default_rng(0)
    x, errors = rng.normal(size=(20, 4, 2)), rng.normal(size=(4, 8))
    lines = fan(networks, x, error=errors)
    for k, network in enumerate(networks):
        np.testing.assert_allclose(lines[k], gradient_by_lag(network, network.run(x[:, k]), error=errors[k]), atol=1e-9)
    monkeypatch.setattr("rnn_edu.analysis.stacks.NEAR", 1)  # one after the other, as large networks go
    np.testing.assert_allclose(fan(Stack.of(networks), x, error=errors), lines, atol=1e-12)


def test_a_stack_needs_networks_of_one_wiring_and_whole_weights():
    one, other = Network.random(rnn.elman(1, 2, 1)), Network.random(rnn.elman(1, 3, 1))
    for networks in ([], [one, other]):
        with one_sentence(ValueError, f"{len(networks)} networks", "one topology"):
            Stack.of(networks)
    weights = {name: weight[None] for name, weight in one.weights.items()}
    with one_sentence(KeyError, "W_hh"):
        Stack(one.topology, {name: weight for name, weight in weights.items() if name != "W_hh"})
    with one_sentence(ValueError, "'b_h'", "(n_networks, 2)"):
        Stack(one.topology, {**weights, "b_h": np.zeros(2)})
    with one_sentence(ValueError, "(3, 5, 1)", "(n_steps, 2, 1)"):
        run_stack(Stack.of([one, one]), np.zeros((3, 5, 1)))
    with one_sentence(ValueError, "NaN"):
        run_stack(Stack.of([one]), [[np.nan]])


def test_the_error_is_made_at_the_last_step_and_in_no_remembered_one():
    """h(t) = w·h(t-2): going back one step, the error only moves on in memory; every second step it meets w."""
    late = Topology([Layer("x", 1), Layer("h", 1)], [Connection("x", "h"), Connection("h", "h", delay=2)])
    network = Network.random(late).replace_weights({"W_hh": [[0.5]]})
    line = gradient_by_lag(network, network.run(np.zeros((6, 1))))
    np.testing.assert_allclose(line, np.log(0.5) * np.array([0, 1, 1, 2, 2, 3]))

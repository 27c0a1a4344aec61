"""How far the way back stretches and shrinks a gradient: exact for any length, where plain products are inf or 0."""

import numpy as np
import pytest
from hypothesis import given, settings
from reference.topologies import cases
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Network
from rnn_edu.analysis import jacobian_products, log_singular_values, state_units, step_jacobians

TOLERANCE = 1e-6  # of a natural logarithm: one part in a million of the stretch


def rotation(rng, size):
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


def known_steps(n_steps, stretches, seed=0):
    """Steps that turn the axes at random, and stretch the k-th axis always by stretches[t, k]."""
    rng = np.random.default_rng(seed)
    turns = [rotation(rng, stretches.shape[1]) for _ in range(n_steps + 1)]
    return np.stack([turns[t + 1] @ np.diag(stretches[t]) @ turns[t].T for t in range(n_steps)])


def test_no_step_back_stretches_nothing():
    assert log_singular_values(np.ones((1, 1, 1)))[0].tolist() == [0, 0]


@given(cases(batch=False))
@settings(max_examples=60)
def test_over_few_steps_they_are_the_singular_values_of_the_products(case):
    network = Network(case.topology, case.weights)
    if not state_units(case.topology):
        return
    jacobians = step_jacobians(network, network.run(case.x))
    plain = np.linalg.svd(jacobian_products(jacobians), compute_uv=False)
    got = np.exp(log_singular_values(jacobians))
    np.testing.assert_allclose(got[:, 0], plain[:, 0], rtol=TOLERANCE, atol=1e-300)
    clear = plain[:, -1] > 1e-8 * plain[:, 0]  # smaller ones drown in the plain product, not here
    np.testing.assert_allclose(got[clear, 1], plain[clear, -1], rtol=TOLERANCE)


@pytest.mark.parametrize("seed", range(3))
def test_over_a_thousand_steps_they_are_those_that_the_steps_were_made_of(seed):
    n_steps, rng = 1000, np.random.default_rng(seed)
    stretches = np.exp(rng.normal([2.0, 0.5, -0.2, -3.0], 0.5, (n_steps, 4)))
    jacobians = known_steps(n_steps, stretches, seed)
    back = np.cumsum(np.log(stretches[::-1]), axis=0)
    got = log_singular_values(jacobians)
    np.testing.assert_allclose(got[1:, 0], back.max(axis=1), atol=1e-6)
    np.testing.assert_allclose(got[1:, 1], back.min(axis=1), atol=1e-6)
    assert got[-1, 0] > 1800 and got[-1, 1] < -2800  # e^1800 and e^-2800 are inf and 0 to an ordinary program
    assert np.isinf(jacobian_products(jacobians)[-1]).any() or np.isnan(jacobian_products(jacobians)[-1]).any()


@pytest.mark.parametrize("seed", range(5))
def test_the_two_of_a_two_unit_network_multiply_to_the_determinant_at_any_length(seed):
    """σ_max · σ_min = |det|, and a determinant's logarithm adds up exactly: an independent check at T = 1000."""
    network = Network.random(rnn.elman(1, 2, 1), rng=seed, recurrent="gaussian", spectral_radius=1.3)
    jacobians = step_jacobians(network, network.run(np.random.default_rng(seed).normal(size=(1000, 1))))
    logs = np.cumsum(np.linalg.slogdet(jacobians)[1][::-1])
    got = log_singular_values(jacobians)
    np.testing.assert_allclose(got[1:].sum(axis=1), logs, atol=1e-6)


@pytest.mark.parametrize("start", ["orthogonal", "gaussian"])
@pytest.mark.parametrize("drive", [0.0, 0.3, 3.0])
def test_the_largest_is_that_of_the_plain_product_as_long_as_that_is_a_number(start, drive):
    network = Network.random(rnn.elman(8, 32, 1), rng=1, recurrent=start, spectral_radius=1.2)
    jacobians = step_jacobians(network, network.run(drive * np.random.default_rng(1).normal(size=(60, 8))))
    plain = np.linalg.svd(jacobian_products(jacobians), compute_uv=False)[:, 0]
    np.testing.assert_allclose(log_singular_values(jacobians)[:, 0], np.log(plain), atol=TOLERANCE)


@pytest.mark.parametrize("drive", [0.0, 0.3, 3.0])
def test_the_smallest_is_what_the_inverse_stretches_most(drive):
    """Another road to the smallest: each step undone, in the order of the steps."""
    network = Network.random(rnn.elman(8, 16, 1), rng=2, recurrent="gaussian", spectral_radius=1.0)
    jacobians = step_jacobians(network, network.run(drive * np.random.default_rng(2).normal(size=(40, 8))))
    undone = np.linalg.inv(jacobians)[::-1]
    product, wanted = np.eye(16), [0.0]
    for step in undone:
        product = step @ product
        wanted.append(-np.log(np.linalg.norm(product, 2)))
    np.testing.assert_allclose(log_singular_values(jacobians)[:, 1], wanted, atol=1e-5)


def test_what_is_lost_is_minus_infinity_and_the_rest_goes_on():
    halves = np.tile(np.diag([0.5, 0.5]), (4, 1, 1))
    halves[1] = np.diag([0.5, 0.0])  # one direction ends three steps back
    logs = log_singular_values(halves)
    np.testing.assert_allclose(logs[:, 0], np.log(0.5) * np.arange(5))
    np.testing.assert_allclose(logs[:3, 1], np.log(0.5) * np.arange(3))
    assert np.isneginf(logs[3:, 1]).all()
    halves[1] = 0.0
    assert np.isneginf(log_singular_values(halves)[3:]).all()


def test_a_step_that_is_no_number_ends_the_answer_there():
    steps = np.tile(np.eye(2), (4, 1, 1))
    steps[1] = np.nan
    logs = log_singular_values(steps)
    assert np.isfinite(logs[:3]).all() and np.isnan(logs[3:]).all()


def test_the_largest_is_never_below_the_smallest():
    logs = log_singular_values(np.tile(rotation(np.random.default_rng(0), 6), (300, 1, 1)))
    assert (logs[:, 0] >= logs[:, 1]).all()
    np.testing.assert_allclose(logs, 0, atol=1e-9)  # a rotation, however often: orthogonal starts keep all lengths


def test_jacobians_of_another_shape_are_refused():
    with one_sentence(ValueError, "(3, 2)", "step_jacobians"):
        log_singular_values(np.zeros((3, 2)))


def test_steps_that_are_huge_and_tiny_at_once_do_not_overflow_between_two_rescalings():
    steps = np.tile(np.diag([1e100, 1e-100]), (40, 1, 1))
    np.testing.assert_allclose(log_singular_values(steps)[:, 0], 100 * np.log(10) * np.arange(41))
    np.testing.assert_allclose(log_singular_values(steps)[:, 1], -100 * np.log(10) * np.arange(41))


def test_chosen_lags_are_rows_of_the_whole_answer():
    network = Network.random(rnn.elman(8, 16, 1), rng=2, recurrent="gaussian")
    jacobians = step_jacobians(network, network.run(np.random.default_rng(2).normal(size=(30, 8))))
    whole = log_singular_values(jacobians)
    np.testing.assert_allclose(log_singular_values(jacobians, [0, 7, 20]), whole[[0, 7, 20]], atol=1e-6)
    assert log_singular_values(jacobians, []).shape == (0, 2)
    with one_sentence(ValueError, "0 to 30", "31"):
        log_singular_values(jacobians, [31])

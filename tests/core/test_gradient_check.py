"""The public gradient check passes what is right, and catches what is wrong with both numbers in the message."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from reference.topologies import BUILDERS, SMOOTH, cases
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Gradients, Layer, Network, Topology
from rnn_edu.core import gradient_check

NETWORK = Network.random(rnn.elman(2, 3, 1), rng=1)
X, TARGET = np.random.default_rng(0).normal(size=(4, 2)), np.zeros((4, 1))


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("shape", [(1,), (4,), (1, 2), (4, 2)], ids=str)
def test_every_builder_passes(name, shape):
    rng = np.random.default_rng(2)
    network = Network.random(getattr(rnn, name)(2, 3, 2), rng=rng)
    rnn.check_gradients(network, rng.normal(size=(*shape, 2)), rng.normal(size=(*shape, 2)))


@given(cases(activations=SMOOTH, max_steps=3, max_size=3))
@settings(max_examples=30)
def test_any_smooth_topology_passes(case):
    network = Network(case.topology, case.weights)
    target = np.zeros((*case.x.shape[:-1], case.topology.output.size))
    rnn.check_gradients(network, case.x, target)


def test_the_answer_is_the_largest_relative_error():
    worst = rnn.check_gradients(NETWORK, X, TARGET)
    assert isinstance(worst, float) and 0 < worst < 1e-7


def test_a_single_precision_network_is_checked_in_double_precision():
    single = Network.random(rnn.elman(2, 3, 1), rng=1, dtype=np.float32)
    rnn.check_gradients(single, X, TARGET)


@pytest.mark.parametrize("name", sorted(NETWORK.weights))
def test_a_wrong_gradient_of_any_weight_is_caught_and_both_numbers_are_told(name, monkeypatch):
    def wrong(network, trajectory, d_activity):
        right = rnn.bptt(network, trajectory, d_activity)
        weights = {key: -d if key == name else d for key, d in right.weights.items()}
        return Gradients(right.topology, weights, right.activity)

    monkeypatch.setattr(gradient_check, "bptt", wrong)
    with pytest.raises(AssertionError) as caught:
        rnn.check_gradients(NETWORK, X, TARGET)
    message = str(caught.value)
    assert name in message and "\n" not in message
    said, measured = (float(number) for number in re.findall(r"(-?\d[\d.e+-]*) by ", message))
    assert said == pytest.approx(-measured, rel=1e-4) and said != 0


def test_a_gradient_that_is_nan_is_caught(monkeypatch):
    def broken(network, trajectory, d_activity):
        right = rnn.bptt(network, trajectory, d_activity)
        return Gradients(right.topology, {key: d * np.nan for key, d in right.weights.items()}, right.activity)

    monkeypatch.setattr(gradient_check, "bptt", broken)
    with pytest.raises(AssertionError, match="nan"):
        rnn.check_gradients(NETWORK, X, TARGET)


def test_a_gradient_that_is_forgotten_is_caught(monkeypatch):
    def forgetful(network, trajectory, d_activity):
        right = rnn.bptt(network, trajectory, d_activity)
        return Gradients(right.topology, {key: 0 * d for key, d in right.weights.items()}, right.activity)

    monkeypatch.setattr(gradient_check, "bptt", forgetful)
    with pytest.raises(AssertionError, match="by central differences"):
        rnn.check_gradients(NETWORK, X, TARGET)


def test_absent_connections_are_not_asked_for():
    network = Network.random(rnn.lateral_feedback(2, 3, 1), rng=1)
    rnn.check_gradients(network, X, TARGET)  # a change on the diagonal would be refused


def test_a_network_without_weights_has_nothing_to_check():
    copy = Topology([Layer("x", 1), Layer("y", 1, bias=False)], [Connection("x", "y", fixed=1.0)])
    assert rnn.check_gradients(Network(copy, {}), [[1.0]], [[0.0]]) == 0.0


def test_a_target_of_another_shape_is_refused():
    with one_sentence(ValueError, "(4, 2)", "(4, 1)"):
        rnn.check_gradients(NETWORK, X, np.zeros((4, 2)))

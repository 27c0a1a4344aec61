"""The record behind "explode or fade" agrees with backpropagation, with plain products, and bears what blows up."""

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.analysis import state_units
from rnn_edu.analysis.explode_or_fade import explode_or_fade
from rnn_edu.tasks import flow_networks as nets
from rnn_edu.tasks.flow_networks import Setting


def record(setting, **more):
    return explode_or_fade(nets.topology_of(setting), nets.stacked_weights(setting), nets.inputs(setting), **more)


def stacked(network):
    return {name: weight[None] for name, weight in network.weights.items()}


@pytest.mark.parametrize("topology", nets.WIRINGS)
@pytest.mark.parametrize("seed", [0, 11])
def test_the_lines_are_the_gradients_that_backpropagation_gives(topology, seed):
    """An error in the last state, sent back by bptt. The state's own gradient is what that error did to earlier states.

    Layers that later layers of the same step read would get a share within the step; the state is what is passed on.
    """
    setting = Setting(topology=topology, radius=1.1, n_steps=12)
    found = record(setting, seed=seed)
    network = nets.network(setting, seed)
    x = nets.inputs(setting)[:, seed]
    steps = found.steps
    units = state_units(network.topology)
    error = np.full(len(units), len(units) ** -0.5)
    for lag in range(setting.n_steps):
        assert np.log(np.linalg.norm(error)) == pytest.approx(found.gradient[lag], abs=1e-9)
        error = error @ steps[setting.n_steps - 1 - lag]
    if topology in ("elman", "direct", "lateral"):
        d = np.zeros((setting.n_steps, nets.N_HIDDEN))
        d[-1] = nets.N_HIDDEN**-0.5
        gradients = rnn.bptt(network, network.run(x), {"h": d})["h"]
        np.testing.assert_allclose(np.exp(found.gradient), np.linalg.norm(gradients, axis=1)[::-1], rtol=1e-9)


def test_the_stretch_is_that_of_the_plain_product_where_it_can_be_computed():
    found = record(Setting(start="gaussian", radius=1.2, n_steps=9), look_at=5)
    product = np.eye(nets.N_HIDDEN)
    for lag in range(9):
        values = np.linalg.svd(product, compute_uv=False)
        least, most = found.stretch_at(lag)
        assert np.exp(most) == pytest.approx(values[0], rel=1e-9)
        if values[-1] > 1e-9:
            assert np.exp(least) == pytest.approx(values[-1], rel=1e-4)
        if lag in found.stretch_lags:
            place = found.stretch_lags.index(lag)
            assert (found.smallest[place], found.largest[place]) == (least, most)
        product = product @ found.steps[8 - lag]


def test_the_eigenvalues_of_a_step_are_those_of_its_jacobian():
    found = record(Setting(radius=1.5, drive=1.0, n_steps=20))
    h = nets.network(Setting(radius=1.5), 0).run(nets.inputs(Setting(drive=1.0, n_steps=20))[:, 0])["h"]
    by_hand = np.linalg.eigvals((1 - h[17] ** 2)[:, None] * nets.network(Setting(radius=1.5), 0).weights["W_hh"])
    np.testing.assert_allclose(np.sort(abs(found.eigenvalues_at(3))), np.sort(abs(by_hand)), atol=1e-12)


def test_a_single_step_has_one_lag_and_nothing_to_multiply():
    found = record(Setting(n_steps=1))
    assert found.gradient == pytest.approx([0.0], abs=1e-12) and found.radius == pytest.approx(1.0)
    assert found.stretch_at(0) == (0.0, 0.0) and found.typical_slope == 1.0


def test_an_activity_that_blows_up_gives_no_number_and_says_when():
    topology = rnn.elman(1, 2, 1, activation="identity")
    weights = {"W_xh": [[1.0], [0.0]], "W_hh": [[1e200, 0.0], [0.0, 1.0]], "b_h": [0.0, 0.0]}
    weights |= {"W_hy": [[0.0, 0.0]], "b_y": [0.0]}
    network = rnn.Network(topology, weights)
    found = explode_or_fade(topology, stacked(network), np.ones((6, 1, 1)))
    assert found.diverged_at == 2
    assert found.gradient[-1] == pytest.approx(5 * np.log(1e200) + np.log(0.5**0.5))  # 1e1000 is still a number here
    relu = rnn.elman(1, 2, 1, activation="tanh")
    fine = explode_or_fade(relu, stacked(rnn.Network(relu, weights)), np.ones((6, 1, 1)))
    assert fine.diverged_at is None


def test_a_silent_relu_lets_exactly_nothing_through():
    found = record(Setting(activation="relu", drive=0.0, n_steps=8))
    assert np.isneginf(found.gradient[1:]).all() and found.typical_slope == 0.0
    assert np.isneginf(found.largest[1:]).all()


@pytest.mark.parametrize(
    ("topology", "names"), [("gru", ["slope n", "gate z"]), ("lstm", ["slope g", "slope s", "gate f"])]
)
def test_gated_networks_show_the_gate_that_keeps_and_make_no_guess(topology, names):
    found = record(Setting(topology=topology, n_steps=10))
    assert list(found.slopes) == names and found.typical_slope is None
    gate = nets.network(Setting(topology=topology), 0).run(nets.inputs(Setting(n_steps=10))[:, 0])[names[-1][-1]]
    np.testing.assert_allclose(found.slopes[names[-1]], gate.mean(axis=1)[::-1], atol=1e-12)

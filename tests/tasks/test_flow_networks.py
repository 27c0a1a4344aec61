"""The twenty networks of a setting are those of `Network.random`, scaled, and a hidden chain is what it says."""

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.analysis import spectral_radius
from rnn_edu.tasks import flow_networks as nets
from rnn_edu.tasks.flow_networks import Setting


@pytest.mark.parametrize("topology", [name for name in nets.WIRINGS if name not in nets.GATED])
@pytest.mark.parametrize("start", ["orthogonal", "uniform", "gaussian"])
def test_a_network_is_the_random_one_of_its_seed_and_radius(topology, start):
    setting = Setting(topology=topology, start=start, radius=1.3)
    ours = nets.network(setting, 4)
    expected = rnn.Network.random(nets.topology_of(setting), rng=4, recurrent=start, spectral_radius=1.3)
    for name, weight in expected.weights.items():
        np.testing.assert_allclose(ours.weights[name], weight, atol=1e-12)
    assert spectral_radius(ours) == pytest.approx(1.3)


@pytest.mark.parametrize("topology", nets.GATED)
def test_every_loop_matrix_of_a_gated_network_has_the_radius(topology):
    network = nets.network(Setting(topology=topology, radius=0.7), 3)
    loops = [c for c in network.topology.learned if c.delay]
    assert len(loops) == {"gru": 3, "lstm": 4}[topology]
    for connection in loops:
        assert np.abs(np.linalg.eigvals(network.matrix(connection))).max() == pytest.approx(0.7)


@pytest.mark.parametrize("radius", [0.1, 0.3, 0.8, 3.0])
def test_a_hidden_chain_has_its_radius_and_links_that_are_much_stronger(radius):
    for seed in range(nets.N_SEEDS):
        loop = nets.network(Setting(start=nets.HIDDEN_CHAIN, radius=radius), seed).weights["W_hh"]
        assert np.abs(np.linalg.eigvals(loop)).max() == pytest.approx(radius, rel=1e-3)
        assert np.linalg.norm(loop, 2) > 3.0
        assert np.count_nonzero(loop) == loop.size  # no neuron sees the chain


def test_a_longer_sequence_begins_like_a_shorter_one_and_the_drive_is_its_loudness():
    short, long = (nets.inputs(Setting(drive=0.5, n_steps=n)) for n in (5, 200))
    assert np.array_equal(short, long[:5])
    assert long.std() == pytest.approx(0.5, rel=0.02)
    assert not nets.inputs(Setting(drive=0.0)).any()


def test_no_two_of_the_twenty_are_alike():
    weights, x = nets.stacked_weights(Setting()), nets.inputs(Setting())
    assert len({loop.tobytes() for loop in weights["W_hh"]}) == nets.N_SEEDS == x.shape[1]
    assert len({x[:, seed].tobytes() for seed in range(nets.N_SEEDS)}) == nets.N_SEEDS


def test_every_surprise_has_another_name_and_says_what_to_look_at():
    assert len({surprise.name for surprise in nets.SURPRISES}) == len(nets.SURPRISES) >= 4
    assert all(len(surprise.words.split()) > 8 for surprise in nets.SURPRISES)

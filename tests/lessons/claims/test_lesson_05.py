"""What lesson 05 says about exploding and fading, measured over twenty networks."""

from math import log

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.analysis import Stack, fan
from rnn_edu.analysis.explode_or_fade import explode_or_fade
from rnn_edu.drawings.flow_facts import facts_of
from rnn_edu.tasks import flow_networks as nets
from rnn_edu.tasks.flow_networks import Setting

RANDOM = ("orthogonal", "uniform", "gaussian")
SURPRISES = {surprise.name: surprise.setting for surprise in nets.SURPRISES}
SEEDS = range(nets.N_SEEDS)


def lines(setting):
    """How large the gradient is, by lag, as powers of ten: one line for each of the twenty."""
    return fan(Stack(nets.topology_of(setting), nets.stacked_weights(setting)), nets.inputs(setting)) / log(10)


def left(setting):
    """What is left of an error of 1 at the first step: the least and the most of the twenty, as powers of ten."""
    ends = lines(setting)[:, -1]
    return ends.min(), ends.max()


def record(setting, seed=0):
    return explode_or_fade(nets.topology_of(setting), nets.stacked_weights(setting), nets.inputs(setting), seed=seed)


def loop(setting, seed=0):
    return nets.network(setting, seed).weights["W_hh"]


@pytest.mark.claim("05-one-radius-three-stretches")
def test_three_loops_of_one_radius_stretch_one_step_very_differently():
    loops = [loop(Setting(start=start, radius=0.8)) for start in ("orthogonal", "gaussian", "hidden chain")]
    for matrix in loops:
        assert np.abs(np.linalg.eigvals(matrix)).max() == pytest.approx(0.8, abs=1e-6)
    stretches = [np.linalg.norm(matrix, 2) for matrix in loops]
    assert max(stretches) > 4 * min(stretches)


@pytest.mark.claim("05-never-above-the-ceiling")
@pytest.mark.parametrize("topology", ["elman", "direct", "lateral"])
@pytest.mark.parametrize("activation", nets.ACTIVATIONS)
def test_no_gradient_is_above_the_ceiling(topology, activation):
    for start in nets.STARTS if topology == "elman" else RANDOM:
        for radius, drive in ((0.8, 0.0), (1.5, 0.3), (3.0, 3.0)):
            setting = Setting(topology, start, activation, radius, drive, n_steps=40)
            for seed in (0, 1, 2):
                found = record(setting, seed)
                assert found.is_ceiling
                assert (found.gradient <= found.by_norm + 1e-9).all()
                assert (found.largest <= found.by_norm[list(found.stretch_lags)] + 1e-9).all()


@pytest.mark.claim("05-same-weights-both-fates")
def test_the_same_weights_explode_in_silence_and_fade_when_it_is_loud():
    quiet, loud = SURPRISES["quiet input"], SURPRISES["loud input"]
    assert all(np.array_equal(loop(quiet, seed), loop(loud, seed)) for seed in SEEDS)
    assert 4e8 == pytest.approx(10 ** left(quiet)[0], rel=0.07) == pytest.approx(10 ** left(quiet)[1], rel=0.07)
    assert 10 ** left(loud)[0] == pytest.approx(3e-14, rel=0.17)
    assert 10 ** left(loud)[1] == pytest.approx(6e-11, rel=0.1)


@pytest.mark.claim("05-a-drive-in-between")
def test_at_a_drive_of_two_fifths_the_error_arrives():
    least, most = left(Setting(radius=1.5, drive=0.4, n_steps=50))
    assert 0.15 < 10**least < 0.25 and 3.5 < 10**most < 4.5


@pytest.mark.claim("05-radius-times-slope")
def test_radius_times_typical_slope_is_within_a_tenth_for_the_orthogonal_start():
    for drive in (0.3, 1.0, 3.0):
        for seed in SEEDS:
            facts = facts_of(record(Setting(radius=1.5, drive=drive), seed))
            assert facts.measured == pytest.approx(facts.guess, rel=0.1)


@pytest.mark.claim("05-a-guess-is-a-guess")
def test_for_the_other_random_starts_the_guess_can_be_a_quarter_too_high():
    share = []
    for start in ("uniform", "gaussian"):
        for drive in (0.3, 1.0, 3.0):
            found = (facts_of(record(Setting(start=start, radius=1.5, drive=drive), seed)) for seed in SEEDS)
            share += [facts.measured / facts.guess for facts in found]
    assert 0.73 < min(share) < 0.77 and max(share) < 1.05


@pytest.mark.claim("05-a-tenth-explodes")
def test_a_radius_of_a_tenth_explodes_with_a_soft_input_and_fades_in_silence():
    setting = SURPRISES["0.1 explodes"]
    for seed in SEEDS:
        assert np.abs(np.linalg.eigvals(loop(setting, seed))).max() == pytest.approx(0.1, abs=1e-3)
    least, most = left(setting)
    assert 2.5e9 < 10**least < 3.5e9 and 2.5e13 < 10**most < 3.5e13
    assert left(Setting(start=nets.HIDDEN_CHAIN, radius=0.1, drive=0.0))[1] < -80


@pytest.mark.claim("05-first-up-then-down")
def test_a_radius_below_one_can_grow_first():
    found = lines(SURPRISES["first up, then down"])
    assert found[:, :10].max(axis=1).min() > np.log10(300)  # within nine steps
    assert found[:, -1].max() < -5


@pytest.mark.claim("05-only-the-seed")
def test_the_seed_alone_decides_between_fading_and_arriving():
    least, most = left(SURPRISES["only the seed"])
    assert 10**least == pytest.approx(1e-7, rel=0.5) and 10**most == pytest.approx(128, rel=0.01)


@pytest.mark.claim("05-sigmoid-fades")
def test_a_sigmoid_fades_even_at_radius_three():
    slopes = record(Setting(activation="sigmoid", radius=3.0)).slopes["mean"]
    assert slopes.max() <= 0.25
    for start in nets.STARTS:
        for drive in (0.0, 0.3, 1.0, 3.0):
            setting = Setting(start=start, activation="sigmoid", radius=3.0, drive=drive, n_steps=50)
            assert left(setting)[1] < -5


@pytest.mark.claim("05-identity-is-deaf")
def test_with_the_identity_the_input_changes_nothing():
    silent, loud = (lines(Setting(activation="identity", radius=1.1, drive=drive)) for drive in (0.0, 3.0))
    assert np.array_equal(silent, loud)


@pytest.mark.claim("05-near-steps-are-heard")
def test_one_step_back_much_of_the_error_is_left():
    assert 10 ** lines(SURPRISES["loud input"])[:, 1].min() >= 0.4


@pytest.mark.parametrize("topology", ["indirect", "complete", "gru", "lstm"])
def test_where_layers_loop_together_or_gates_act_the_line_is_not_called_a_ceiling(topology):
    found = record(Setting(topology=topology, n_steps=10))
    assert not found.is_ceiling and facts_of(found).ceiling == "σᵏ"


@pytest.mark.claim("05-no-ceiling-with-gates")
def test_where_two_layers_loop_together_the_gradient_can_be_above_the_line():
    topology = rnn.indirect_feedback(1, (2, 1), 1)
    weights = {name: weight[None] * 0.0 for name, weight in rnn.Network.random(topology).weights.items()}
    weights["W_h2h1"][0, :, 0] = 1.0
    weights["W_h1h2"][0, 0] = (1.0, -1.0)  # two ways that cancel exactly, as long as the slopes are equal
    weights["b_h1"][0] = (0.0, 2.0)
    found = explode_or_fade(topology, weights, np.zeros((4, 1, 1)))
    assert (found.gradient[1:] > found.by_norm[1:]).all()


@pytest.mark.claim("05-relu-does-not-care-how-loud")
def test_relu_without_biases_has_the_same_slopes_however_loud():
    soft, loud = (lines(Setting(activation="relu", radius=1.2, drive=drive)) for drive in (0.05, 3.0))
    np.testing.assert_allclose(soft, loud, atol=1e-9)


@pytest.mark.claim("05-a-gate-is-no-promise")
def test_an_lstm_lets_more_through_and_a_gru_less_than_an_elman_network():
    least, most = left(Setting(topology="lstm", radius=1.0, drive=0.3))
    assert 1e-4 < 10**least < 1.5e-4 and 2.5e-3 < 10**most < 3e-3
    elman = left(Setting(radius=1.0, drive=0.3))
    assert 10 ** elman[1] < 3e-7
    assert left(Setting(topology="gru", radius=1.0, drive=0.3))[1] < elman[0]

"""Training moves the weights downhill, hands out every step, and never turns into a silent NaN."""

import itertools

import numpy as np
import pytest

from rnn_edu import Network, bptt, elman, squared_error
from rnn_edu.core.losses import cross_entropy
from rnn_edu.core.optimisers import SGD, Adam
from rnn_edu.core.training import Diverged, clip, fit, pad, train

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 4, 2))
TARGET = np.cumsum(X[..., :1], axis=0) * 0.3
NETWORK = Network.random(elman(2, 6, 1), rng=0)


def endless(*batch):
    return itertools.repeat(batch)


def test_one_step_of_sgd_is_the_formula():
    step = next(train(NETWORK, [(X, TARGET)], optimiser=SGD(0.01)))
    run = NETWORK.run(X)
    loss, dy = squared_error(run["y"], TARGET)
    gradients = bptt(NETWORK, run, {"y": dy}).weights
    assert step.loss == loss
    assert step.gradient_norm == pytest.approx(np.sqrt(sum((g**2).sum() for g in gradients.values())))
    for name, weight in NETWORK.weights.items():
        np.testing.assert_allclose(step.network.weights[name], weight - 0.01 * gradients[name], atol=1e-15)


def test_adam_follows_algorithm_1_of_kingma_and_ba():
    adam, state = Adam(0.01), Adam(0.01).begin(3, np.dtype(float))
    mean = square = np.zeros(3)
    for number in range(1, 6):
        gradient = RNG.normal(size=3)
        move, state = adam.step(gradient, state, number)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        expected = -0.01 * (mean / (1 - 0.9**number)) / (np.sqrt(square / (1 - 0.999**number)) + 1e-8)
        np.testing.assert_allclose(move, expected, rtol=1e-12)


@pytest.mark.parametrize("optimiser", [SGD(0.01), Adam(0.02)])
def test_the_loss_falls(optimiser):
    losses = fit(NETWORK, itertools.islice(endless(X, TARGET), 150), optimiser=optimiser).loss
    assert losses[-1] < 0.1 * losses[0]


def test_the_network_that_was_given_does_not_change():
    before = {name: weight.copy() for name, weight in NETWORK.weights.items()}
    fit(NETWORK, [(X, TARGET)] * 3)
    assert all(np.array_equal(before[name], weight) for name, weight in NETWORK.weights.items())


def test_weights_that_a_pattern_lacks_stay_exactly_zero():
    from rnn_edu import lateral_feedback

    trained = fit(Network.random(lateral_feedback(2, 6, 1)), [(X, TARGET)] * 20).network
    assert not np.diag(trained.weights["W_hh"]).any()


def test_a_network_in_float32_stays_in_float32():
    single = Network.random(elman(2, 6, 1), dtype=np.float32)
    assert fit(single, [(X, TARGET)] * 3).network.dtype == np.float32


# ---- sequences of different length ---------------------------------------------------------------------------


def test_a_padded_batch_learns_what_its_sequences_would_learn_alone():
    sequences = [RNG.normal(size=(n, 2)) for n in (5, 2, 3)]
    x, mask = pad(sequences)
    together = next(train(NETWORK, [(x, np.ones((5, 3, 1)), mask)], optimiser=SGD(0.01)))
    alone = [next(train(NETWORK, [(s[:, None], np.ones((len(s), 1, 1)))], optimiser=SGD(0.01))) for s in sequences]
    assert together.loss == pytest.approx(sum(step.loss for step in alone))
    for name, weight in NETWORK.weights.items():
        moves = sum(step.network.weights[name] - weight for step in alone)
        np.testing.assert_allclose(together.network.weights[name] - weight, moves, atol=1e-14)


def test_cross_entropy_trains_a_classifier():
    classes = (X[..., 0] > 0).astype(int)
    steps = fit(Network.random(elman(2, 6, 2)), [(X, classes)] * 150, loss=cross_entropy)
    assert steps.loss[0] > 0.3
    assert steps.loss[-1] < 0.1


# ---- truncation ----------------------------------------------------------------------------------------------


def test_a_run_goes_on_where_another_one_ended():
    whole, first = NETWORK.run(X), NETWORK.run(X[:2])
    second = NETWORK.run(X[2:], after=first)
    np.testing.assert_allclose(np.concatenate([first["h"], second["h"]]), whole["h"], atol=1e-15)


def test_a_run_can_only_go_on_from_a_run_that_fits():
    with pytest.raises(ValueError, match="4 sequences, but the input has 3"):
        NETWORK.run(X[:, :3], after=NETWORK.run(X))
    with pytest.raises(ValueError, match="another topology"):
        NETWORK.run(X, after=Network.random(elman(2, 5, 1)).run(X))


def test_truncation_makes_a_step_of_each_piece_and_carries_the_state():
    steps = list(train(NETWORK, [(X, TARGET)], truncate=2, optimiser=SGD(1e-12)))
    assert [step.number for step in steps] == [1, 2, 3]
    whole = next(train(NETWORK, [(X, TARGET)], optimiser=SGD(1e-12)))
    assert sum(step.loss for step in steps) == pytest.approx(whole.loss, rel=1e-6)


def test_no_gradient_flows_back_across_the_cut():
    """The last piece's gradient is that of a run whose beginning is taken as given: finite differences say so."""
    first = NETWORK.run(X[:3])
    run = NETWORK.run(X[3:], after=first)
    dy = squared_error(run["y"], TARGET[3:])[1]
    gradient = bptt(NETWORK, run, {"y": dy}).weights["W_hh"]

    def loss(change):
        weights = NETWORK.weights["W_hh"].copy()
        weights[1, 2] += change
        return squared_error(NETWORK.replace_weights({"W_hh": weights}).run(X[3:], after=first)["y"], TARGET[3:])[0]

    assert gradient[1, 2] == pytest.approx((loss(1e-6) - loss(-1e-6)) / 2e-6, rel=1e-7)


# ---- clipping ------------------------------------------------------------------------------------------------


def test_clipping_by_norm_keeps_the_direction():
    gradient = RNG.normal(size=20) * 100
    shorter = clip(gradient, norm=1.0)
    assert np.linalg.norm(shorter) == pytest.approx(1)
    np.testing.assert_allclose(shorter * np.linalg.norm(gradient), gradient)


def test_clipping_leaves_a_small_gradient_alone():
    gradient = np.array([0.1, -0.2])
    assert clip(gradient, norm=1.0, value=1.0).tolist() == [0.1, -0.2]


def test_the_gradient_norm_that_is_handed_out_is_the_one_before_clipping():
    free, clipped = (next(train(NETWORK, [(X, TARGET)], clip_norm=norm)) for norm in (None, 1e-3))
    assert free.gradient_norm == clipped.gradient_norm


# ---- what goes wrong -----------------------------------------------------------------------------------------


def test_a_learning_rate_of_a_million_is_a_marked_divergence_or_a_finite_network():
    ended = fit(NETWORK, [(X, TARGET)] * 50, optimiser=SGD(1e6))
    assert all(np.isfinite(weight).all() for weight in ended.network.weights.values())
    assert np.isfinite(ended.loss).all()
    assert "diverged at step" in ended.ended or len(ended.loss) == 50


def test_inputs_of_1e300_diverge_with_the_number_of_the_step():
    growing = Network.random(elman(2, 3, 1, activation="identity"), spectral_radius=3)
    with pytest.raises(Diverged, match="diverged at step 1"):
        list(train(growing, [(np.full((90, 1, 2), 1e300), np.zeros((90, 1, 1)))]))


def test_an_interrupt_keeps_the_network_and_the_history():
    def stop(step):
        if step.number == 3:
            raise KeyboardInterrupt

    ended = fit(NETWORK, endless(X, TARGET), watch=stop)
    assert ended.ended == "interrupted after step 3"
    assert len(ended.loss) == 3
    assert ended.network.run(X)["y"].shape == TARGET.shape


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"clip_norm": 0}, "clip_norm was 0"),
        ({"clip_value": -1}, "clip_value was -1"),
        ({"truncate": 0}, "truncate was 0"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, says):
    with pytest.raises(ValueError, match=says):
        next(train(NETWORK, [(X, TARGET)], **options))


@pytest.mark.parametrize("make", [lambda: SGD(0), lambda: Adam(-1), lambda: Adam(np.nan), lambda: Adam(beta_1=1)])
def test_optimisers_refuse_what_cannot_learn(make):
    with pytest.raises(ValueError, match="it needs"):
        make()


@pytest.mark.parametrize("sequences", [[], [np.zeros(3)], [np.zeros((0, 1))], [np.zeros((2, 1)), np.zeros((2, 2))]])
def test_pad_says_what_it_needs(sequences):
    with pytest.raises(ValueError, match=r"pad was given|different numbers of inputs"):
        pad(sequences)

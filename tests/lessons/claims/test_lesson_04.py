"""What lesson 04 says about the way back, measured."""

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.analysis.chains import arrow_flow
from rnn_edu.analysis.flow import contributions
from rnn_edu.practice import lesson_04 as lesson
from rnn_edu.tasks import unrolling
from rnn_edu.tasks.travelling_error import error_at, example_input

WEIGHTS = {"W_xh": [[1.0]], "W_hh": [[0.8]], "b_h": [0.0], "W_hy": [[1.0]], "b_y": [0.0]}  # the lesson's
NETWORK = rnn.Network(rnn.direct_feedback(1, 1, 1), WEIGHTS)
X, TOO_HIGH = np.array([[1.0], [0.5]]), np.array([[0.5], [1.0]])
SEEDS = range(100)


def explored(n_steps=6, step=-1, name="one neuron with a loop"):
    """What the explorer shows: the network, its run, the error given, and the gradients."""
    network = unrolling.example_network(unrolling.WIRINGS[name]())
    run = network.run(example_input(n_steps))
    given = error_at(network, n_steps, 1.0, [step])
    return network, run, given, rnn.bptt(network, run, given)


def start(seed, n_steps, recurrent="uniform"):
    """One of the lesson's hundred networks: the gradients of an error at the last step."""
    network = rnn.Network.random(rnn.elman(4, 16, 1), rng=seed, recurrent=recurrent)
    run = network.run(np.random.default_rng(1000 + seed).normal(size=(n_steps, 4)))
    return rnn.bptt(network, run, error_at(network, n_steps, 1.0, [-1]))


def share_at_the_first_step(gradients):
    return np.linalg.norm(gradients["h"][0]) / np.linalg.norm(gradients["h"][-1])


@pytest.mark.claim("04-package-agrees-by-hand")
def test_two_steps_by_hand_give_the_numbers_of_the_package():
    h_0 = np.tanh(1.0)
    h_1 = np.tanh(0.5 + 0.8 * h_0)
    dz_1 = 1.0 * (1 - h_1**2)
    dh_0 = 0.5 + 0.8 * dz_1
    dz_0 = dh_0 * (1 - h_0**2)
    gradients = rnn.bptt(NETWORK, NETWORK.run(X), {"y": TOO_HIGH})
    np.testing.assert_allclose(gradients["h"][:, 0], [dh_0, 1.0], rtol=0, atol=1e-14)
    np.testing.assert_allclose(gradients.weights["W_hh"], [[dz_1 * h_0]], rtol=0, atol=1e-14)
    np.testing.assert_allclose(gradients.weights["W_xh"], [[dz_1 * 0.5 + dz_0]], rtol=0, atol=1e-14)


@pytest.mark.claim("04-a-push-shows-the-total")
def test_a_push_of_an_activity_moves_the_loss_by_the_total_and_not_by_the_immediate_derivative():
    target = NETWORK.run(X)["y"] - TOO_HIGH

    def loss(push):
        h_0 = np.tanh(1.0) + push
        h_1 = np.tanh(0.5 + 0.8 * h_0)
        return rnn.squared_error(np.array([[h_0], [h_1]]), target)[0]

    slope = (loss(1e-5) - loss(-1e-5)) / 2e-5
    total = rnn.bptt(NETWORK, NETWORK.run(X), {"y": TOO_HIGH})["h"][0, 0]
    assert slope == pytest.approx(total, abs=1e-8) and round(total, 3) == 0.783
    assert abs(slope - TOO_HIGH[0, 0]) > 0.25


@pytest.mark.claim("04-a-unit-adds-its-arrows")
@pytest.mark.parametrize("name", unrolling.WIRINGS)
def test_a_units_gradient_is_its_own_error_and_what_its_arrows_bring_back(name):
    network, run, given, gradients = explored(name=name)
    flow = arrow_flow(network, run, gradients)
    drawing = rnn.unroll(network.topology, 6)
    for arrow, carried in flow.items():  # slope times weight, at each arrow
        slope = 1.0 if arrow.target.layer == "y" else 1 - run[arrow.target] ** 2
        weight = network.matrix(arrow.connection)[arrow.target.index, arrow.source.index]
        assert carried == pytest.approx(gradients[arrow.target] * slope * weight, abs=1e-14)
    for unit in drawing.positions:
        own = given["y"][unit.time, unit.index] if unit.layer == "y" else 0.0
        brought = sum(flow[arrow] for arrow in drawing.touching(unit)[1])
        assert own + brought == pytest.approx(gradients[unit], abs=1e-14)


@pytest.mark.claim("04-later-steps-hear-nothing")
@pytest.mark.parametrize("name", unrolling.WIRINGS)
def test_after_the_error_every_gradient_is_exactly_zero(name):
    _, _, _, gradients = explored(step=2, name=name)
    assert all(not values[3:].any() for values in gradients.activity.values())
    assert all(values[:3].any() for values in gradients.activity.values())


@pytest.mark.claim("04-lags-add-up")
@pytest.mark.parametrize("name", unrolling.WIRINGS)
def test_the_parts_of_all_lags_add_up_to_the_gradient(name):
    network, run, given, gradients = explored(name=name)
    parts = contributions(network, run, given)
    for weight, whole in gradients.weights.items():
        np.testing.assert_allclose(parts.by_lag[weight].sum(axis=0), whole, rtol=0, atol=1e-13)


@pytest.mark.claim("04-two-nearest-lags-bring-most")
def test_in_the_explorer_the_two_nearest_lags_bring_76_percent_and_each_lag_less_than_the_one_before():
    network, run, given, _ = explored()
    parts = contributions(network, run, given).by_lag["W_hh"][:5, 0, 0]
    assert round(parts[:2].sum() / parts.sum(), 2) == 0.76
    assert (np.diff(parts) < 0).all() and (parts > 0).all()
    assert lesson.prediction.truth == lesson.prediction.choices[2]  # "the further back, the less"


@pytest.mark.claim("04-the-far-end-fades")
def test_over_100_steps_next_to_nothing_arrives_at_the_first():
    shares = [share_at_the_first_step(start(seed, 100)) for seed in SEEDS]
    assert max(shares) < 1e-20


@pytest.mark.claim("04-the-whole-gradient-stays")
def test_the_gradient_of_the_loops_weights_is_as_large_over_100_steps_as_over_10():
    def sizes(n_steps):
        return np.array([np.linalg.norm(start(seed, n_steps).weights["W_hh"]) for seed in SEEDS])

    short, long = sizes(10), sizes(100)
    draws = np.random.default_rng(0).integers(0, len(SEEDS), (2, 2000, len(SEEDS)))
    ratios = np.median(long[draws[0]], axis=1) / np.median(short[draws[1]], axis=1)
    low, high = np.percentile(ratios, [2.5, 97.5])
    assert low < 1 < high and low > 0.75 and high < 1.33  # 95 % interval of the quotient of the medians


@pytest.mark.claim("04-five-lines-are-the-package")
def test_the_five_lines_of_the_exercise_give_the_gradient_of_the_package():
    rng = np.random.default_rng(0)
    network = rnn.Network.random(rnn.elman(3, 3, 3), rng=0).replace_weights({"W_hy": np.eye(3)})
    run, error = network.run(rng.normal(size=(6, 3))), rng.normal(size=(6, 3))
    made = {"np": np}
    exec(lesson.loop_gradient.solution().code, made)
    found = made["loop_gradient"](run["h"], error, network.weights["W_hh"])
    np.testing.assert_allclose(found, rnn.bptt(network, run, {"y": error}).weights["W_hh"], rtol=0, atol=1e-13)


@pytest.mark.claim("04-forwards-gives-the-same")
def test_carrying_the_derivative_forwards_gives_the_same_gradient():
    rng = np.random.default_rng(0)
    network = rnn.Network.random(rnn.elman(2, 3, 3), rng=0).replace_weights({"W_hy": np.eye(3)})
    run, error = network.run(rng.normal(size=(6, 2))), rng.normal(size=(6, 3))
    before, h_by_W, gradient = np.zeros(3), np.zeros((3, 3, 3)), np.zeros((3, 3))  # n³ numbers
    for h, e in zip(run["h"], error, strict=True):
        direct = np.einsum("ki,j->kij", np.eye(3), before)
        slope = (1 - h**2)[:, None, None]
        h_by_W = slope * (direct + np.tensordot(network.weights["W_hh"], h_by_W, 1))
        gradient += np.tensordot(e, h_by_W, 1)
        before = h
    np.testing.assert_allclose(gradient, rnn.bptt(network, run, {"y": error}).weights["W_hh"], rtol=0, atol=1e-13)


@pytest.mark.claim("04-an-orthogonal-start-carries-further")
def test_with_an_orthogonal_start_more_arrives_at_the_first_step():
    uniform, orthogonal = (
        np.array([share_at_the_first_step(start(seed, 10, recurrent)) for seed in SEEDS])
        for recurrent in ("uniform", "orthogonal")
    )
    assert np.mean(orthogonal > uniform) >= 0.95
    assert np.median(orthogonal) > 10 * np.median(uniform)

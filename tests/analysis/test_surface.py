"""The loss over two weights is the loss of the network with these two weights, and a descent rolls down on it."""

import numpy as np
import pytest
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Network, bptt, cross_entropy, squared_error
from rnn_edu.analysis import WeightAddress, descend, loss_surface
from rnn_edu.core.optimisers import SGD
from rnn_edu.core.training import Batch, train

N_STEPS = 12


def problem(topology=None, seed=0):
    topology = topology or rnn.elman(1, 2, 1)
    rng = np.random.default_rng(seed)
    x, target = rng.normal(size=(N_STEPS, topology.input.size)), rng.normal(size=(N_STEPS, topology.output.size))
    return Network.random(topology, rng=seed), x, target


def exchanged(network, *changes):
    weights = {name: weight.copy() for name, weight in network.weights.items()}
    for (name, *place), value in changes:
        weights[name][tuple(place)[: weights[name].ndim]] = value
    return network.replace_weights(weights)


# ---- the surface -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topology", "first", "second"),
    [
        (rnn.elman(1, 2, 1), ("W_hh", 0, 1), ("b_h", 1)),
        (rnn.elman(1, 2, 1), ("W_hh", 0, 0), ("W_hh", 1, 1)),
        (rnn.lstm(1, 2, 1), ("b_f", 0), ("W_hf", 1, 1)),
        (rnn.jordan(1, 2, 1), ("W_yh", 0, 0), ("W_xh", 1, 0)),
        (rnn.direct_feedback(1, 2, 1), ("W_hh", 1, 1), ("W_hy", 0, 1)),
    ],
)
def test_each_place_of_the_surface_is_the_loss_of_the_network_with_these_two_weights(topology, first, second):
    network, x, target = problem(topology)
    surface = loss_surface(network, x, target, first, second, span=((-2.0, 3.0), (-4.0, 1.0)), n=5)
    assert surface.first_values.tolist() == np.linspace(-2, 3, 5).tolist()
    assert surface.second_values.tolist() == np.linspace(-4, 1, 5).tolist()
    for j, i in np.ndindex(5, 5):
        there = exchanged(network, (first, surface.first_values[i]), (second, surface.second_values[j]))
        assert surface.loss[j, i] == pytest.approx(squared_error(there.run(x)["y"], target)[0], rel=1e-10)


def test_a_span_of_one_number_goes_to_both_sides_of_where_the_weights_are():
    network, x, target = problem()
    surface = loss_surface(network, x, target, ("W_hh", 0, 1), ("b_h", 1), span=0.5, n=3)
    assert surface.first_values[1] == pytest.approx(network.weights["W_hh"][0, 1])
    assert surface.second_values.tolist() == [-0.5, 0.0, 0.5]
    assert surface.loss[1, 1] == pytest.approx(squared_error(network.run(x)["y"], target)[0])


def test_only_the_steps_that_count_make_the_loss_and_other_losses_go_too():
    network, x, target = problem()
    mask = np.arange(N_STEPS) == N_STEPS - 1
    surface = loss_surface(network, x, target, ("W_hh", 0, 0), ("b_h", 0), span=1.0, n=3, mask=mask)
    assert surface.loss[1, 1] == pytest.approx(squared_error(network.run(x)["y"], target, mask)[0])
    network, x, _ = problem(rnn.elman(1, 2, 3))
    classes = np.arange(N_STEPS) % 3
    surface = loss_surface(network, x, classes, ("W_hh", 0, 0), ("b_h", 0), span=1.0, n=3, loss=cross_entropy)
    assert surface.loss[1, 1] == pytest.approx(cross_entropy(network.run(x)["y"], classes)[0])


def test_where_the_run_leaves_all_numbers_the_surface_says_so():
    network, _, _ = problem(rnn.elman(1, 1, 1, activation="identity"))
    x = np.ones((400, 1))
    surface = loss_surface(network, x, 0 * x, ("W_hh", 0, 0), ("W_xh", 0, 0), span=((-9.0, 0.5), (0.5, 1.0)), n=3)
    assert surface.diverged[:, 0].all() and not surface.diverged[:, 2].any()
    assert np.isfinite(surface.loss[:, 2]).all()


def test_what_cannot_be_a_surface_is_refused():
    network, x, target = problem(rnn.direct_feedback(1, 2, 1))
    for error, words, options in (
        (KeyError, ("'W_zz'", "W_hh"), {"first": ("W_zz", 0, 0)}),
        (ValueError, ("[0, 1]",), {"first": ("W_hh", 0, 1)}),  # the pattern has no such weight
        (ValueError, ("different",), {"first": ("b_h", 0)}),
        (ValueError, ("span", "low below high"), {"span": (1.0, -1.0)}),
        (ValueError, ("span",), {"span": 0.0}),
        (ValueError, ("n was 1",), {"n": 1}),
        (ValueError, ("(12, 1)",), {"target": target[:3]}),
    ):
        given = {"target": target, "first": ("W_hh", 0, 0), "second": ("b_h", 0), "span": 1.0} | options
        with one_sentence(error, *words):
            loss_surface(network, x, **given)


# ---- the descent -----------------------------------------------------------------------------------------------------

FIRST, SECOND = WeightAddress("W_hh", 0, 1), WeightAddress("b_h", 1)


def test_every_point_of_a_path_is_the_one_before_less_the_rate_times_its_gradient():
    network, x, target = problem()
    path = descend(network, x, target, FIRST, SECOND, learning_rate=0.03, n_steps=6)
    assert path.points.shape == (7, 2) and len(path.said) == 7 and not path.ended and not path.clipped.any()
    assert path.points[0].tolist() == [network.weights["W_hh"][0, 1], network.weights["b_h"][1]]
    np.testing.assert_allclose(path.points[1:], path.points[:-1] - 0.03 * path.gradients[:-1], atol=1e-15)
    for point, height, gradient, norm in zip(path.points, path.losses, path.gradients, path.norms, strict=True):
        there = exchanged(network, (FIRST, point[0]), (SECOND, point[1]))
        run = there.run(x)
        loss, dy = squared_error(run["y"], target)
        weights = bptt(there, run, {"y": dy}).weights
        assert height == pytest.approx(loss)
        np.testing.assert_allclose(gradient, [weights["W_hh"][0, 1], weights["b_h"][1]], atol=1e-12)
        assert norm == pytest.approx(np.linalg.norm(gradient))


def test_the_gradient_is_the_slope_of_the_surface():
    network, x, target = problem()
    surface = loss_surface(network, x, target, FIRST, SECOND, span=1e-5, n=3)
    slope = descend(network, x, target, FIRST, SECOND, learning_rate=1.0, n_steps=0).gradients[0]
    assert (surface.loss[1, 2] - surface.loss[1, 0]) / 2e-5 == pytest.approx(slope[0], rel=1e-5)
    assert (surface.loss[2, 1] - surface.loss[0, 1]) / 2e-5 == pytest.approx(slope[1], rel=1e-5)


def test_a_clipped_step_is_as_long_as_was_asked_and_keeps_its_direction():
    network, x, target = problem()
    path = descend(network, x, target, FIRST, SECOND, learning_rate=0.1, n_steps=5, clip_norm=0.01)
    moves = np.diff(path.points, axis=0)
    assert path.clipped[:-1].all() and "clipped to 0.01" in path.said[0]
    np.testing.assert_allclose(np.linalg.norm(moves, axis=1), 0.001)
    np.testing.assert_allclose(moves[0] / 0.001, -path.gradients[0] / path.norms[0])


def test_clipping_by_value_cuts_each_of_the_two_off():
    network, x, target = problem()
    path = descend(network, x, target, FIRST, SECOND, learning_rate=1.0, n_steps=1, clip_value=0.01)
    np.testing.assert_allclose(np.diff(path.points, axis=0)[0], -np.clip(path.gradients[0], -0.01, 0.01))


def test_clipping_does_nothing_where_the_gradient_is_small():
    network, x, target = problem()
    plain, clipped = (
        descend(network, x, target, FIRST, SECOND, learning_rate=0.01, n_steps=5, clip_norm=norm)
        for norm in (None, 1e6)
    )
    assert plain.points.tolist() == clipped.points.tolist() and not clipped.clipped.any()


def test_a_truncated_way_back_is_that_of_training_in_pieces():
    """One piece after the other, each beginning where the last one ended: `train` gives the same gradients."""
    network, x, target = problem()
    steps = train(network, [Batch(x, target)], optimiser=SGD(1e-12), truncate=4)  # such small steps change nothing
    weights = [network.weights, *(step.network.weights for step in steps)]
    moved = [(weights[-1][at.name] - weights[0][at.name])[at.target] / -1e-12 for at in (FIRST, SECOND)]
    path = descend(network, x, target, FIRST, SECOND, learning_rate=1.0, n_steps=0, truncate=4)
    np.testing.assert_allclose(path.gradients[0], [moved[0][1], moved[1]], rtol=1e-2)
    whole = descend(network, x, target, FIRST, SECOND, learning_rate=1.0, n_steps=0)
    assert path.losses[0] == whole.losses[0] and np.abs(path.gradients - whole.gradients).max() > 1e-3
    uncut = descend(network, x, target, FIRST, SECOND, learning_rate=1.0, n_steps=0, truncate=N_STEPS)
    np.testing.assert_allclose(uncut.gradients, whole.gradients)


def test_a_descent_that_leaves_all_numbers_ends_there_and_says_where():
    network, _, _ = problem(rnn.elman(1, 1, 1, activation="identity"))
    network = network.replace_weights({"W_hh": [[1.5]], "W_xh": [[1.0]], "W_hy": [[1.0]]})
    x = np.ones((30, 1))
    path = descend(network, x, 0 * x, ("W_hh", 0, 0), ("W_xh", 0, 0), learning_rate=1.0, n_steps=50)
    assert len(path.points) == len(path.said) < 51 and np.isfinite(path.points).all()
    assert f"step {len(path.points) - 1}" in path.ended


def test_a_gradient_of_exactly_zero_stays_where_it_is_and_says_so():
    network, x, _ = problem()
    silent = network.replace_weights({"W_hy": np.zeros((1, 2))})
    path = descend(silent, x, np.ones((N_STEPS, 1)), FIRST, SECOND, learning_rate=1.0, n_steps=3, clip_norm=1.0)
    assert (path.points == path.points[0]).all() and not path.norms.any()
    assert all("exactly 0" in words for words in path.said)


def test_an_infinite_gradient_cannot_be_clipped_and_says_so():
    network, _, _ = problem(rnn.elman(1, 1, 1))
    steep = network.replace_weights({"W_hh": [[1e200]], "W_xh": [[0.0]], "W_hy": [[1.0]]})
    path = descend(
        steep,
        np.zeros((5, 1)),
        np.ones((5, 1)),
        ("W_xh", 0, 0),
        ("b_h", 0),
        learning_rate=1.0,
        n_steps=3,
        clip_norm=1.0,
    )
    assert len(path.points) == 1 and "gradient" in path.ended and "clipping cannot" in path.said[0]


def test_what_cannot_be_a_descent_is_refused():
    network, x, target = problem()
    for options, words in (
        ({"learning_rate": 0.0}, ("learning_rate", "above 0")),
        ({"clip_norm": -1.0}, ("clip_norm", "None")),
        ({"truncate": 0}, ("truncate", "1 or more")),
        ({"n_steps": -1}, ("n_steps", "0 or more")),
    ):
        with one_sentence(ValueError, *words):
            descend(network, x, target, FIRST, SECOND, **({"learning_rate": 1.0, "n_steps": 1} | options))
    several = np.stack([x, x], axis=1)
    with one_sentence(ValueError, "several sequences"):
        descend(network, several, np.stack([target, target], axis=1), FIRST, SECOND, learning_rate=1.0, n_steps=1)

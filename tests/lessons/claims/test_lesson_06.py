"""What lesson 06 says about cliffs, clipping, truncation and starts, measured."""

from functools import cache

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.analysis import descend, fan
from rnn_edu.core.training import clip
from rnn_edu.tasks import cliff

STANDARD = {"learning_rate": 0.5, "n_steps": 40}


def roll(w, b, *, n_steps=12, activation="tanh", **options):
    """The ball's way from (w, b), with the lesson's settings unless others are given."""
    x, target, mask = cliff.task(n_steps)
    neuron = cliff.neuron(w, b, activation)
    return descend(neuron, x, target, cliff.LOOP, cliff.PUSH, mask=mask, **(STANDARD | options))


@cache
def n_arrived(**options):
    return sum(roll(w, b, **options).losses[-1] < 1e-3 for w, b in cliff.near_the_cliff(100, rng=0))


@pytest.mark.claim("06-edge-grows-with-steps")
@pytest.mark.parametrize("w", [0.5, 1.5, 2.0])
def test_the_edge_is_as_steep_as_the_sum_of_the_powers_of_w_says(w):
    for n_steps in (6, 12, 24):
        powers = sum(w**k for k in range(n_steps))
        assert roll(w, 0.0, n_steps=n_steps).norms[0] == pytest.approx(0.5 * powers, rel=1e-9)
    ratio = roll(2.0, 0.0, n_steps=24).norms[0] / roll(2.0, 0.0, n_steps=12).norms[0]
    assert ratio == pytest.approx(4097, abs=1)


@pytest.mark.claim("06-plain-beside-the-edge")
def test_close_to_the_edge_the_gradient_is_ordinary():
    for push in (0.02, 0.01, -0.01, -0.02):
        assert 0.03 < roll(2.2, push).norms[0] < 0.13
    assert roll(2.2, 0.0).norms[0] > 1000


@pytest.mark.claim("06-thrown-and-stuck")
@pytest.mark.parametrize("start", ["below the cliff", "above the cliff"])
def test_without_clipping_one_step_throws_the_ball_where_the_gradient_is_exactly_zero(start):
    path = roll(*cliff.STARTS[start])
    longest_step = np.linalg.norm(np.diff(path.points, axis=0), axis=1).max()
    assert longest_step > 50 and path.norms[-1] == 0.0
    assert abs(cliff.neuron(*path.points[-1]).run(cliff.task(12).x)["y"][-1, 0]) == 1.0  # saturated
    assert path.losses[-1] > 0.1


@pytest.mark.claim("06-clipped-ball-arrives")
@pytest.mark.parametrize("start", ["below the cliff", "above the cliff"])
def test_clipped_by_norm_the_same_ball_arrives_with_steps_of_ordinary_length(start):
    path = roll(*cliff.STARTS[start], clip_norm=1.0)
    assert np.linalg.norm(np.diff(path.points, axis=0), axis=1).max() <= 0.5 + 1e-12
    assert path.norms.max() > 100 and path.losses[-1] < 1e-3


@pytest.mark.claim("06-more-arrive")
def test_of_random_starts_round_the_edge_many_more_arrive_with_clipping():
    free, clipped = n_arrived(), n_arrived(clip_norm=1.0)
    assert cliff.interval(clipped, 100)[0] > cliff.interval(free, 100)[1]


@pytest.mark.claim("06-not-a-small-rate")
def test_with_a_tenth_of_the_rate_fewer_arrive_than_with_the_full_rate_and_no_clipping():
    small, free = n_arrived(learning_rate=0.05), n_arrived()
    assert cliff.interval(small, 100)[1] < cliff.interval(free, 100)[0]


@pytest.mark.claim("06-plain-untouched")
def test_on_the_plain_clipping_changes_no_step_and_the_ball_does_not_arrive():
    start = cliff.STARTS["on the plain"]
    free = roll(*start)
    for options in ({"clip_norm": 1.0}, {"clip_norm": 0.1}, {"clip_value": 1.0}):
        path = roll(*start, **options)
        np.testing.assert_array_equal(path.points, free.points)
        assert not path.clipped.any() and path.losses[-1] > 1


@pytest.mark.claim("06-few-are-clipped")
def test_three_of_the_41_gradients_are_clipped():
    path = roll(*cliff.STARTS["below the cliff"], clip_norm=1.0)
    assert (int(path.clipped.sum()), len(path.losses)) == (3, 41)


@pytest.mark.claim("06-value-turns")
def test_clipping_by_norm_keeps_the_direction_and_by_value_turns_it_and_both_do_about_equally_well():
    gradient = np.array([300.0, 0.5])

    def cosine(other):
        return gradient @ other / np.linalg.norm(gradient) / np.linalg.norm(other)

    assert cosine(clip(gradient, norm=1.0)) == pytest.approx(1.0, abs=1e-12)
    assert cosine(clip(gradient, value=1.0)) < 0.9
    by_norm, by_value = (cliff.interval(n_arrived(**{how: 1.0}), 100) for how in ("clip_norm", "clip_value"))
    assert by_norm[1] > by_value[0]  # the intervals overlap


@pytest.mark.claim("06-truncation-shortens")
def test_with_pieces_of_two_steps_the_gradient_stays_below_one():
    start = cliff.STARTS["below the cliff"]
    assert roll(*start, truncate=2).norms.max() < 1 < 100 < roll(*start).norms.max()


@pytest.mark.claim("06-truncation-forgets")
def test_what_came_in_before_the_cut_gets_a_gradient_of_exactly_zero():
    network = rnn.Network.random(rnn.direct_feedback(1, 1, 1), rng=0)
    x, target, mask = np.zeros((12, 1)), np.ones((12, 1)), np.arange(12) == 11
    x[0] = 1.0  # a pulse at step 0, an answer wanted at step 11
    gradients = {
        cut: descend(
            network, x, target, ("W_xh", 0, 0), ("b_y", 0), learning_rate=1, n_steps=0, mask=mask, truncate=cut
        ).gradients[0]
        for cut in (None, 6, 12)
    }
    assert gradients[6][0] == 0.0 and gradients[None][0] != 0.0
    np.testing.assert_array_equal(gradients[12], gradients[None])


@pytest.mark.claim("06-orthogonal-holds-out")
def test_each_orthogonal_network_has_more_left_than_every_uniform_one():
    x = cliff.noise(50, 0.1)
    orthogonal, uniform = (fan(cliff.started(16, start), x)[:, -1] for start in ("orthogonal", "uniform"))
    assert orthogonal.min() - uniform.max() > np.log(1e4)


@pytest.mark.claim("06-loud-input-fades")
def test_with_loud_input_the_orthogonal_networks_fade_too():
    networks = cliff.started(16, "orthogonal")
    soft, loud = (fan(networks, cliff.noise(50, loudness))[:, -1] for loudness in (0.1, 3.0))
    assert np.median(soft) > np.log(1e-2) and np.median(loud) < np.log(1e-6)


@pytest.mark.claim("06-identity-leaves-all-numbers")
def test_a_neuron_that_does_not_squash_leaves_all_numbers():
    path = roll(2.5, 0.5, activation="identity")
    assert path.ended.startswith("ended at step 2") and not np.isfinite(path.losses[-1])

"""Four things that "below 1 it vanishes, above 1 it explodes" does not tell, in powers of ten."""

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu import Network
from rnn_edu.analysis import (
    bounds,
    fan,
    gradient_by_lag,
    largest_singular_value,
    log_singular_values,
    spectral_radius,
    step_jacobians,
)

SEEDS = range(20)
TEN = np.log(10)


def lines(drive, n_lags=50, **start):
    """log10 of the gradient by lag of twenty tanh networks of 32 units, which hear noise of this loudness."""
    networks = [Network.random(rnn.elman(8, 32, 1), rng=seed, **start) for seed in SEEDS]
    noise = [np.random.default_rng([seed, 1]).normal(size=(n_lags + 1, 8)) for seed in SEEDS]
    return fan(networks, drive * np.stack(noise, axis=1)) / TEN


def test_the_same_weights_explode_in_silence_and_fade_in_noise():
    """1.5 × orthogonal: every slope is 1 in silence, and small when the neurons are driven to ±1."""
    quiet, soft, loud, very_loud = (lines(drive, spectral_radius=1.5)[:, 50] for drive in (0.0, 0.3, 1.0, 3.0))
    np.testing.assert_allclose(quiet, 50 * np.log10(1.5))  # 6e8, for every seed
    assert soft.min() > -0.5 and soft.max() < 2  # it arrives
    assert loud.max() < -1 < soft.min()
    assert very_loud.min() > -17 and very_loud.max() < -7  # from 1e-7 to 1e-17


def cancelling_pair(growth=1.95, radius=0.1):
    """Two neurons, each of which would grow, and each of which undoes what the other does: a radius of 0.1 in all.

    Held at ±1 by a large bias, the second one can undo nothing any more, and the first one is alone with its growth.
    """
    undoing = np.sqrt(growth**2 - radius**2)
    return Network.random(rnn.elman(1, 2, 1)).replace_weights(
        {"W_hh": [[growth, undoing], [-undoing, -growth]], "W_xh": [[1.0], [0.0]], "b_h": [-undoing, 40.0]}
    )


def test_a_spectral_radius_of_a_tenth_can_explode():
    network = cancelling_pair()
    assert spectral_radius(network) == pytest.approx(0.1)
    assert largest_singular_value(network) == pytest.approx(3.9, abs=0.01)
    undone = np.zeros((32, 1))
    undone[0] = network.weights["W_hh"][0, 1]  # what the second one will do from step 1 on
    line = gradient_by_lag(network, network.run(undone), error=[1.0, 0.0])
    np.testing.assert_allclose(np.diff(line[1:31]), np.log(1.95), atol=1e-9)  # 7e8 at lag 30
    assert line[30] / TEN > 8 and bounds(network, 30).radius[-1] / TEN == pytest.approx(-30)
    free = network.replace_weights({"b_h": [0.0, 0.0]})  # the same weights, and nobody held
    assert gradient_by_lag(free, free.run(np.zeros((32, 1))))[30] / TEN < -25


@pytest.mark.parametrize("radius", [0.5, 0.9])
def test_a_radius_below_one_may_grow_before_it_fades(radius):
    """A chain of one-way links: the eigenvalues do not see the links, the first steps do (a non-normal matrix)."""
    chain = radius * np.eye(6) + 2.0 * np.eye(6, k=1)
    network = Network.random(rnn.elman(1, 6, 1)).replace_weights({"W_hh": chain})
    run = network.run(np.zeros((600, 1)))
    line = log_singular_values(step_jacobians(network, run))[:, 0] / TEN
    assert spectral_radius(network) == pytest.approx(radius, abs=1e-2)  # a defective matrix has badly rounded ones
    assert line.max() > 1 and 3 < line.argmax() < 100  # more than tenfold first
    assert line[599] < -3  # and then the eigenvalues rule
    orthogonal = Network.random(rnn.elman(1, 6, 1), spectral_radius=radius)  # a normal matrix never grows
    assert (np.diff(gradient_by_lag(orthogonal, run_of_silence(orthogonal))) < 0).all()


def run_of_silence(network, n_steps=50):
    return network.run(np.zeros((n_steps, 1)))


def test_networks_that_differ_by_their_seed_only_differ_by_a_hundred_thousand():
    apart = [np.ptp(lines(drive, n_lags=99, recurrent="gaussian", spectral_radius=1.5)[:, 99]) for drive in (0.3, 1.0)]
    assert min(apart) > 5
    assert np.ptp(lines(0.0, n_lags=99, spectral_radius=1.5)[:, 99]) < 1e-9  # orthogonal and silent: no seed can tell

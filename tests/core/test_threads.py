"""Several networks may run in several threads at once: nothing is shared between two runs but what never changes."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import rnn_edu as rnn

TOPOLOGIES = (rnn.lstm(3, 5, 2), rnn.gru(3, 5, 2), rnn.complete_feedback(3, (4, 5), 2), rnn.elman(3, 7, 2))


def everything(network, x):
    """All numbers of a run and of its way back, in one list."""
    run = network.run(x)
    gradients = rnn.bptt(network, run, {"y": run["y"] - 1.0})
    records = (run.activity, gradients.weights, gradients.activity)
    return [array for record in records for array in record.values()]


def same(one, other):
    return len(one) == len(other) and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("topology", TOPOLOGIES, ids=["lstm", "gru", "complete", "elman"])
def test_networks_in_two_threads_find_the_numbers_of_one_after_the_other(topology):
    rng = np.random.default_rng(0)
    tasks = [(rnn.Network.random(topology, rng=k), rng.normal(size=(40, 8, 3))) for k in range(2)]
    alone = [everything(*task) for task in tasks]
    with ThreadPoolExecutor(2) as threads:
        for _ in range(10):
            together = list(threads.map(lambda task: everything(*task), tasks))
            assert all(map(same, together, alone))


def test_networks_of_different_wiring_do_not_meet_in_two_threads():
    rng = np.random.default_rng(0)
    tasks = [(rnn.Network.random(topology), rng.normal(size=(20, 4, 3))) for topology in TOPOLOGIES]
    alone = [everything(*task) for task in tasks]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda task: everything(*task), 5 * tasks))
    assert all(map(same, together, 5 * alone))


def test_a_derivative_that_two_threads_ask_for_at_once_is_the_same_for_both():
    network = rnn.Network.random(rnn.lstm(3, 5, 2))
    run = network.run(np.ones((30, 4, 3)))
    for _ in range(10):
        gradients = rnn.bptt(network, run, {"y": run["y"]})  # that of the input is computed when it is asked for
        with ThreadPoolExecutor(2) as threads:
            one, other = threads.map(gradients.__getitem__, ("x", "x"))
        assert np.array_equal(one, other)

"""Memory is used again when nobody holds a result of it any more, and never before."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import naive
from reference.busy import busy_loops, close

import rnn_edu as rnn
from rnn_edu.core import back_loop, prepared


@pytest.fixture(autouse=True)
def nothing_waits():
    prepared._shelf().clear()
    yield
    prepared._shelf().clear()


def network_and_inputs(build=rnn.lstm):
    network = rnn.Network.random(build(2, 3, 1))
    return network, np.random.default_rng(0).normal(size=(4, 6, 5, 2))


@pytest.mark.parametrize("build", [rnn.elman, rnn.gru, rnn.lstm, rnn.complete_feedback, rnn.feedforward])
def test_later_runs_leave_what_somebody_holds_as_it_was(build):
    network, inputs = network_and_inputs(build)
    for hold in (lambda run: run, lambda run: run["y"], lambda run: run["y"][2:4, 1], lambda run: run["h"].T[:, :1]):
        held = hold(network.run(inputs[0]))
        numbers = np.array(held["y"] if isinstance(held, rnn.Trajectory) else held)
        for x in inputs[1:]:
            rnn.bptt(network, network.run(x), {"y": np.ones((6, 5, 1))})
        assert np.array_equal(held["y"] if isinstance(held, rnn.Trajectory) else held, numbers)


def test_later_runs_leave_gradients_as_they_were():
    network, inputs = network_and_inputs()
    gradients = rnn.bptt(network, network.run(inputs[0]), {"y": np.ones((6, 5, 1))})
    weights = {name: d.copy() for name, d in gradients.weights.items()}
    for x in inputs[1:]:
        rnn.bptt(network, network.run(x), {"y": np.ones((6, 5, 1))})
    again = rnn.bptt(network, network.run(inputs[0]), {"y": np.ones((6, 5, 1))})
    for name, d in weights.items():
        assert np.array_equal(gradients.weights[name], d)
    for name in ("x", "i", "c", "h", "y"):  # computed only now
        assert np.array_equal(gradients[name], again[name])


def test_memory_is_used_again_when_nobody_holds_it():
    network, inputs = network_and_inputs()
    first = network.run(inputs[0]).prepared
    assert network.run(inputs[1]).prepared is first
    held = network.run(inputs[2])["h"][3]
    assert network.run(inputs[3]).prepared is not first
    del held
    two = [network.run(x) for x in inputs[:2]]
    assert first in [run.prepared for run in two]


def test_only_so_much_memory_waits(monkeypatch):
    network, inputs = network_and_inputs()
    held = [network.run(inputs[0]) for _ in range(prepared.MOST + 3)]
    assert len(prepared._shelf()) == prepared.MOST
    monkeypatch.setattr(prepared, "LARGEST", held[0].prepared.memory.n_bytes)
    network.run(inputs[0])
    assert len(prepared._shelf()) == 1


def test_no_result_can_be_made_writable():
    network, inputs = network_and_inputs()
    for array in network.run(inputs[0]).activity.values():
        for view in (array, array[1:]):
            with pytest.raises(ValueError, match="WRITEABLE"):
                view.flags.writeable = True


@given(busy_loops(), st.sampled_from((1, 2, 3)))
@settings(max_examples=150, deadline=None)
def test_the_way_back_in_short_stretches_has_the_numbers_of_the_textbook(case, length):
    prepared._shelf().clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(back_loop, "NEAR", 0)
        patch.setattr(back_loop, "WIDE", length)
        network = rnn.Network(case.topology, case.weights)
        gradients = rnn.bptt(network, network.run(case.x), case.d_activity)
    d_weights, total = naive.gradients(case.topology, case.weights, case.x, case.d_activity)
    for name, d in d_weights.items():
        close(gradients.weights[name], d)
    for name, d in total.items():
        close(gradients[name], d)

"""The inputs that a wiring is tried with, and when its neurons answer."""

import pytest

import rnn_edu as rnn
from rnn_edu import Unit
from rnn_edu.core.signals import SIGNALS, active_steps, signal
from rnn_edu.core.wiring import Wiring

X, H1, H2, Y = Unit("x", 0), Unit("h1", 0), Unit("h2", 0), Unit("y", 0)


def test_each_signal_is_what_its_name_says():
    numbers = {name: signal(name, 4).ravel().tolist() for name in SIGNALS}
    assert numbers == {"pulse": [1, 0, 0, 0], "steady": [1, 1, 1, 1], "alternating": [1, -1, 1, -1]}


def test_every_input_neuron_gets_the_signal():
    assert signal("alternating", 3, 2).tolist() == [[1, 1], [-1, -1], [1, 1]]


def test_an_unknown_signal_names_the_known_ones():
    with pytest.raises(ValueError, match="pulse, steady, alternating"):
        signal("wave", 3)


@pytest.mark.parametrize("delay", [1, 2, 3])
@pytest.mark.parametrize(("source", "target"), [(Y, H1), (Y, H2), (H2, H1), (H1, H1), (Y, Y)])
def test_a_pulse_comes_back_after_the_delay_however_many_layers_back_the_arrow_goes(source, target, delay):
    wiring = Wiring.start("feedforward", 1, (1, 1), 1).add(source, target, delay)
    trajectory = wiring.network().run(signal("pulse", 8))
    assert active_steps(trajectory, target) == tuple(range(0, 8, delay))
    assert active_steps(trajectory, X) == (0,)


def test_without_a_loop_the_pulse_passes_once():
    trajectory = rnn.Network.random(rnn.feedforward(1, 2, 1)).run(signal("pulse", 5))
    assert active_steps(trajectory, Y) == (0,)


def test_a_batch_is_active_when_any_sequence_is():
    topology = rnn.feedforward(1, 2, 1)
    trajectory = rnn.Network.random(topology).run([[[0.0], [1.0]], [[0.0], [0.0]], [[2.0], [0.0]]])
    assert active_steps(trajectory, X) == (0, 2)

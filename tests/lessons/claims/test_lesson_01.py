"""What lesson 01 says about loops and delays, measured."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rnn_edu as rnn
from rnn_edu.core.signals import active_steps, signal

NAMES = ("x", "a", "b", "c", "d")


@st.composite
def wirings(draw):
    """Some layers of one neuron, and arrows with delays between any of them, loops included."""
    names = NAMES[: draw(st.integers(2, len(NAMES)))]
    ends = st.tuples(st.sampled_from(names), st.sampled_from(names[1:]), st.integers(0, 2))
    return names, draw(st.lists(ends, max_size=12, unique=True))


def has_instant_loop(arrows):
    """Can one walk along arrows without delay and come back? Found by walking one arrow further, again and again."""
    reach = {(a, b) for a, b, delay in arrows if delay == 0}
    for _ in NAMES:
        reach |= {(a, d) for a, b in reach for c, d in reach if b == c}
    return any(a == b for a, b in reach)


def is_accepted(names, arrows):
    try:
        rnn.Topology([rnn.Layer(name, 1) for name in names], [rnn.Connection(*arrow) for arrow in arrows])
    except ValueError:
        return False
    return True


def run_ones(layers, arrows, n_steps):
    """Run neurons without a squash, all weights 1 and all biases 0, on a pulse."""
    topology = rnn.Topology(
        [rnn.Layer(name, 1, "identity", bias=False) for name in layers], [rnn.Connection(*arrow) for arrow in arrows]
    )
    ones = {topology.weight_name(connection): [[1.0]] for connection in topology.learned}
    return rnn.Network(topology, ones).run(signal("pulse", n_steps))


def first_return(trajectory, name):
    return active_steps(trajectory, rnn.Unit(name, 0))[1]


@pytest.mark.claim("01-order-exists-without-instant-loops")
@given(wirings())
def test_any_wiring_runs_exactly_when_no_loop_is_without_a_delay(wiring):
    names, arrows = wiring
    assert is_accepted(names, arrows) == (not has_instant_loop(arrows))


@pytest.mark.claim("01-any-arrow-of-the-loop")
@pytest.mark.parametrize("n_neurons", [1, 2, 3, 6])
def test_one_delay_on_any_arrow_of_a_loop_is_enough(n_neurons):
    names = ["x", *(f"n{k}" for k in range(n_neurons))]
    around = list(zip(names[1:], [*names[2:], names[1]], strict=True))
    assert not is_accepted(names, [("x", "n0", 0), *((a, b, 0) for a, b in around)])
    for chosen in around:
        assert is_accepted(names, [("x", "n0", 0), *((a, b, int((a, b) == chosen)) for a, b in around)])


@pytest.mark.claim("01-pulse-returns-after-the-delay")
@pytest.mark.parametrize("delay", [1, 2, 3, 7])
def test_the_pulse_comes_back_after_the_delay_and_then_after_each_multiple_of_it(delay):
    trajectory = run_ones("xhy", [("x", "h", 0), ("h", "y", 0), ("y", "h", delay)], 30)
    assert active_steps(trajectory, rnn.Unit("h", 0)) == tuple(range(0, 30, delay))


@pytest.mark.claim("01-delays-add-up")
def test_the_delays_along_a_loop_add_up():
    for first in range(4):
        for second in range(4):
            for third in range(1, 4):
                around = [("a", "b", first), ("b", "c", second), ("c", "a", third)]
                trajectory = run_ones("xabc", [("x", "a", 0), *around], 12)
                assert first_return(trajectory, "a") == first + second + third


@pytest.mark.claim("01-layers-are-not-steps")
@pytest.mark.parametrize("n_layers", [1, 2, 10])
def test_an_arrow_back_takes_its_delay_however_many_layers_it_crosses(n_layers):
    names = ["x", *(f"n{k}" for k in range(n_layers))]
    upwards = [(a, b, 0) for a, b in zip(names, names[1:], strict=False)]
    for delay in (1, 2):
        trajectory = run_ones(names, [*upwards, (names[-1], "n0", delay)], 5)
        assert first_return(trajectory, "n0") == delay


@pytest.mark.claim("01-three-numbers-fit")
def test_three_numbers_solve_the_loop_of_weight_two_and_one_solves_the_loop_of_weight_one_half():
    h = np.linspace(-1.5, 1.5, 300_000)  # 0 itself is not among them
    for weight, n_solutions in ((2.0, 3), (0.5, 1)):
        excess = np.tanh(weight * h) - h
        assert np.count_nonzero(np.diff(np.sign(excess))) == n_solutions
    outside = np.array([1.5, 10.0, 1e6])
    assert np.all(np.tanh(2 * outside) < outside)  # beyond 1 there is none


@pytest.mark.claim("01-delay-on-the-way-up-costs-a-step")
def test_with_the_delay_on_the_way_up_the_output_says_the_same_one_step_late():
    weights = {"W_xh": [[1.0]], "W_hy": [[1.0]], "W_yh": [[0.5]], "b_h": [0.0], "b_y": [0.0]}
    layers = [rnn.Layer("x", 1), rnn.Layer("h", 1), rnn.Layer("y", 1, "identity")]

    def outputs(up, back, x):
        wiring = rnn.Topology(
            layers, [rnn.Connection("x", "h"), rnn.Connection("h", "y", up), rnn.Connection("y", "h", back)]
        )
        return rnn.Network(wiring, weights).run(x)["y"][:, 0]

    for x in (signal("pulse", 7), np.random.default_rng(0).normal(size=(20, 1))):
        quick, slow = outputs(0, 1, x), outputs(1, 0, x)
        assert slow[0] == 0
        np.testing.assert_allclose(slow[1:], quick[:-1], atol=1e-12)

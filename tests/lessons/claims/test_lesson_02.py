"""What lesson 02 says about the four kinds of feedback, measured."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.core.equations import layer_equation
from rnn_edu.tasks.jobs import find_job
from rnn_edu.tasks.memory_jobs import after_silence, latch
from rnn_edu.tasks.patterns import large_pictures
from rnn_edu.tasks.picture_jobs import completer, memory_of, noisy, with_holes
from rnn_edu.tasks.rival_job import N_STEPS, active_at_the_end, rivals

NOTEBOOK = Path(__file__).parents[3] / "notebooks" / "02_four_kinds_of_feedback.ipynb"
KINDS = (rnn.direct_feedback, rnn.lateral_feedback, rnn.indirect_feedback, rnn.complete_feedback)


def n_late(topology):
    return sum(arrow.connection.delay > 0 for arrow in rnn.fold(topology).arrows)


@pytest.mark.claim("02-equations-are-the-programs-own")
@pytest.mark.parametrize("build", [rnn.feedforward, *KINDS])
def test_the_equations_in_the_text_are_those_that_the_program_reads_off_the_wiring(build):
    text = "".join(cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells)
    written = {re.sub(r"\s|\\left|\\right", "", formula) for formula in re.findall(r"\$\$(.+?)\$\$", text)}
    assert re.sub(r"\s|\\left|\\right", "", layer_equation(build(1, 3, 2), "h")) in written


@pytest.mark.claim("02-one-neuron-holds")
def test_one_neuron_with_a_loop_of_weight_two_holds_a_pulse_for_a_hundred_steps_and_for_ten_thousand():
    network = latch(2.0)
    assert network.topology.layer("h").size == 1 and network.topology.feedback_kinds == {"direct"}
    assert after_silence(2.0, 100)[-1] > 0.95
    assert after_silence(2.0, 10_000)[-1] > 0.95


@pytest.mark.claim("02-below-one-it-forgets")
def test_between_minus_one_and_one_a_pulse_fades_and_above_one_it_stays():
    for weight in np.linspace(-0.99, 0.99, 67):
        activity = np.abs(after_silence(float(weight), 3000))
        assert activity[-1] < 1e-6
        assert np.all(activity[1:] <= abs(weight) * activity[:-1])  # tanh never leads away from 0
    for weight in (1.05, 1.2, 2.0, 3.0):
        assert after_silence(weight, 3000)[-1] > 0.3


def winners(inhibition, inputs):
    """For how many of the inputs (n, 5) the neuron with the largest one is active alone at the end."""
    h = rivals(inhibition).run(np.repeat(inputs[None], N_STEPS, axis=0))["h"]
    active = active_at_the_end(h)
    return int(((active.sum(axis=1) == 1) & (active.argmax(axis=1) == inputs.argmax(axis=1))).sum())


@pytest.mark.claim("02-inhibition-finds-the-winner")
def test_with_lateral_inhibition_the_largest_of_five_wins_and_without_it_nobody_does():
    inputs = np.random.default_rng(1).uniform(0.2, 1.0, (5000, 5))
    share = winners(0.4, inputs) / len(inputs)
    error = 1.96 * np.sqrt(share * (1 - share) / len(inputs))  # 95 % interval
    assert share - error > 0.98
    assert winners(0.0, inputs) == 0


@pytest.mark.claim("02-completion-needs-the-way-back")
def test_the_layer_above_fills_four_missing_pixels_and_without_the_way_back_none():
    given, whole = with_holes(4)
    for feedback, share in ((1.5, 1.0), (0.0, 0.0)):
        h = completer(feedback).run(np.repeat(given[None], 8, axis=0))["h"]
        assert ((h[-1] * whole > 0.5)[given == 0]).mean() == share
    assert find_job("indirect").run(feedback=1.5, n_missing=4).outcome.number == 1.0


@pytest.mark.claim("02-recall-has-a-limit")
def test_four_pictures_are_kept_and_of_eight_three_out_of_four_are_lost():
    shares = {}
    for n_pictures in range(1, 9):
        pictures = np.array(list(large_pictures().values()))[:n_pictures]
        starts, whole = noisy(pictures, 0)
        pulse = np.eye(10)[0][:, None, None]
        ends = memory_of(pictures).run(pulse * starts)["y"][-1]
        shares[n_pictures] = float((np.sign(ends) == whole).all(axis=1).mean())
    assert [shares[n] for n in (1, 2, 3, 4)] == [1.0] * 4
    assert shares[5] < 1.0
    assert 0.2 <= shares[8] <= 0.3


@pytest.mark.claim("02-complete-contains-the-others")
@pytest.mark.parametrize("build", [rnn.feedforward, *KINDS])
def test_complete_feedback_with_zeros_in_the_right_places_does_what_any_kind_does(build):
    for seed in range(5):
        network = rnn.Network.random(build(2, 4, 3), rng=seed)
        big = rnn.Network.random(rnn.complete_feedback(2, 4, 3), rng=seed)
        zeros = {name: np.zeros_like(weight) for name, weight in big.weights.items()}
        x = np.random.default_rng(seed).normal(size=(12, 2))
        np.testing.assert_allclose(
            big.replace_weights(zeros | dict(network.weights)).run(x)["y"], network.run(x)["y"], atol=1e-12
        )
    others = [rnn.fold(other(2, 4, 3)).arrows for other in KINDS[:3]]
    assert len(rnn.fold(rnn.complete_feedback(2, 4, 3)).arrows) > max(map(len, others))


@pytest.mark.claim("02-a-winner-without-lateral")
def test_direct_and_indirect_feedback_do_number_for_number_what_the_lateral_arrows_did():
    wiring = rnn.Topology(
        [
            rnn.Layer("x", 5, "identity"),
            rnn.Layer("h", 5, "relu", bias=False),
            rnn.Layer("y", 1, "identity", bias=False),
        ],
        [
            rnn.Connection("x", "h", pattern="one-to-one"),
            rnn.Connection("h", "y"),
            rnn.Connection("h", "h", delay=1, pattern="one-to-one"),
            rnn.Connection("y", "h", delay=1),
        ],
    )
    lateral, inhibition = rivals(0.4), 0.4
    own = lateral.weights["W_hh"][0, 0] + inhibition
    weights = {"W_xh": lateral.weights["W_xh"], "W_hh": own * np.eye(5)}
    weights |= {"W_hy": np.ones((1, 5)), "W_yh": np.full((5, 1), -inhibition)}
    inputs = np.random.default_rng(0).uniform(0.2, 1.0, (N_STEPS, 1000, 5))
    for x in (inputs, np.repeat(inputs[:1], N_STEPS, axis=0)):
        here, there = rnn.Network(wiring, weights).run(x)["h"], lateral.run(x)["h"]
        np.testing.assert_allclose(here, there, atol=1e-9)
    assert wiring.feedback_kinds == {"direct", "indirect"}
    assert "lateral" in lateral.topology.feedback_kinds
    hidden = [arrow for arrow in rnn.fold(wiring).arrows if {arrow.source.layer, arrow.target.layer} == {"h", "y"}]
    assert (len(hidden), n_late(lateral.topology) - 5) == (5 + 5, 20)


@pytest.mark.claim("02-n-squared-arrows")
@pytest.mark.parametrize(("hidden", "outputs"), [(3, 2), (1, 1), (4, 3), ((3, 2), 2)])
def test_complete_feedback_has_n_squared_late_arrows_and_without_self_loops_n_fewer(hidden, outputs):
    n = outputs + (sum(hidden) if isinstance(hidden, tuple) else hidden)
    assert n_late(rnn.complete_feedback(1, hidden, outputs)) == n**2
    assert n_late(rnn.complete_feedback(1, hidden, outputs, self_loops=False)) == n**2 - n

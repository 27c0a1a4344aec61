"""How long the gradient is, how old the error is that makes it, and the immediate derivative beside the total one."""

import numpy as np
import pytest
from hypothesis import given, settings
from reference.topologies import cases
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Layer, Network, Topology, bptt
from rnn_edu.analysis import contributions, gradient_norms, immediate

CHAIN = Topology(  # h(t) = w · h(t-1) + x(t)
    [Layer("x", 1), Layer("h", 1, "identity", bias=False)],
    [Connection("x", "h", fixed=1.0), Connection("h", "h", delay=1)],
)


def of(case):
    network = Network(case.topology, case.weights)
    return network, network.run(case.x)


def close(got, wanted, allowed=1e-11):
    got, wanted = np.asarray(got), np.asarray(wanted)
    assert got.shape == wanted.shape
    assert np.abs(got - wanted).max(initial=0.0) <= allowed * max(1.0, np.abs(wanted).max(initial=0.0))


# ---- how long the gradient is ----------------------------------------------------------------------------------------


@given(cases(batch=False))
@settings(max_examples=30)
def test_the_norm_of_a_layer_is_the_length_of_its_gradient_at_each_step(case):
    network, trajectory = of(case)
    gradients = bptt(network, trajectory, case.d_activity)
    for name, norms in gradient_norms(gradients).items():
        close(norms, np.sqrt((gradients[name] ** 2).sum(axis=1)))


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e200, 1e300])
def test_lengths_neither_overflow_nor_underflow(size):
    network = Network.random(rnn.elman(1, 2, 1))
    gradients = bptt(network, network.run([[0.0]]), {"h": [[3 * size, 4 * size]]})
    assert gradient_norms(gradients)["h"][0] == pytest.approx(5 * size, rel=1e-12)


def test_a_gradient_that_left_all_numbers_has_an_infinite_length_and_one_that_never_came_has_none():
    network = Network(CHAIN, {"W_hh": [[1e200]]})
    run = network.run(np.zeros((4, 1)))
    norms = gradient_norms(bptt(network, run, {"h": [[0.0], [0.0], [1.0], [0.0]]}))["h"]
    assert norms.tolist() == [np.inf, 1e200, 1.0, 0.0]


def test_a_gradient_that_is_no_number_has_a_length_that_is_none():
    network = Network(CHAIN, {"W_hh": [[1.0]]})
    assert np.isnan(gradient_norms(bptt(network, network.run([[0.0]]), {"h": [[np.nan]]}))["h"]).all()


# ---- how old the error is --------------------------------------------------------------------------------------------


def test_in_a_linear_loop_an_old_error_counts_w_times_less_for_each_step():
    """h(2) = w²·x(0) + w·x(1) + x(2), so its derivative with w is x(1) + w·x(0), and then w·x(0) again."""
    network = Network(CHAIN, {"W_hh": [[0.5]]})
    parts = contributions(network, network.run([[1.0], [1.0], [1.0]]), {"h": [[0.0], [0.0], [1.0]]})
    h = [1.0, 1.5, 1.75]
    assert parts.by_lag["W_hh"].ravel().tolist() == [h[1], 0.5 * h[0], 0.0]


@given(cases(batch=False))
@settings(max_examples=80)
def test_the_parts_of_all_ages_add_up_to_the_gradient(case):
    network, trajectory = of(case)
    parts = contributions(network, trajectory, case.d_activity)
    whole = bptt(network, trajectory, case.d_activity).weights
    assert set(parts.by_lag) == set(whole) == set(parts.total)
    for name, by_lag in parts.by_lag.items():
        close(by_lag.sum(axis=0), whole[name])
        close(parts.norms[name], np.sqrt((by_lag**2).reshape(len(by_lag), -1).sum(axis=1)))


@given(cases(batch=False, max_steps=4))
@settings(max_examples=40)
def test_a_part_is_what_one_error_says_about_one_use_of_the_weight(case):
    """By definition: uses at step t or later, less uses at t+1 or later, seen by the error of step s alone."""
    network, trajectory = of(case)
    n_steps = trajectory.n_steps
    wanted = {name: np.zeros((n_steps, *weight.shape)) for name, weight in network.weights.items()}
    for s in range(n_steps):
        later = {name: np.zeros(weight.shape) for name, weight in network.weights.items()}
        for t in range(s, -1, -1):
            before = network.run(case.x[:t]) if t else None
            only = {
                name: np.where(np.arange(t, s + 1)[:, None] == s, d[t : s + 1], 0)
                for name, d in case.d_activity.items()
            }
            since = bptt(network, network.run(case.x[t : s + 1], after=before), only).weights
            for name in wanted:
                wanted[name][s - t] += since[name] - later[name]
            later = since
    parts = contributions(network, trajectory, case.d_activity)
    for name in wanted:
        close(parts.by_lag[name], wanted[name])


@given(cases(batch=False))
@settings(max_examples=40)
def test_shares_add_up_to_one(case):
    network, trajectory = of(case)
    parts = contributions(network, trajectory, case.d_activity)
    for name, by_lag in parts.by_lag.items():
        share = parts.share(name)
        if not by_lag.any():
            assert not share.any()
        elif np.linalg.norm(parts.total[name]) > 1e-6 * parts.norms[name].max():
            assert share.sum() == pytest.approx(1.0)
            flat = by_lag.reshape(len(by_lag), -1)
            close(share, flat @ parts.total[name].ravel() / (parts.total[name] ** 2).sum(), 1e-6)


def test_a_part_that_points_the_other_way_has_a_share_below_zero():
    network = Network(CHAIN, {"W_hh": [[-0.25]]})
    share = contributions(network, network.run(np.ones((3, 1))), {"h": [[0.0], [0.0], [1.0]]}).share("W_hh")
    assert share[0] > 1 and share[1] < 0


def test_parts_that_cancel_or_blow_up_have_no_share_and_say_so_with_nan():
    network = Network(CHAIN, {"W_hh": [[0.5]]})
    run = network.run([[1.0], [-0.5], [0.0]])  # h(1) = 0, so only h(0) tells of w: once at once, once through h(2)
    cancelled = contributions(network, run, {"h": [[0.0], [1.0], [-2.0]]})
    assert cancelled.by_lag["W_hh"].ravel().tolist() == [1.0, -1.0, 0.0]
    assert np.isnan(cancelled.share("W_hh")).all()
    network = Network(CHAIN, {"W_hh": [[1e200]]})
    blown_up = contributions(network, network.run(np.r_[1.0, np.zeros(4)][:, None]), {"h": np.eye(5)[:, 4:]})
    assert np.isnan(blown_up.share("W_hh")).all()


def test_nothing_arrives_where_there_is_no_error():
    network = Network.random(rnn.lstm(2, 3, 1))
    parts = contributions(network, network.run(np.ones((5, 2))), {"y": np.zeros((5, 1))})
    assert not any(norms.any() for norms in parts.norms.values()) and not parts.share("W_hf").any()


def test_the_way_back_in_pieces_is_the_way_back_at_once(monkeypatch):
    """Long runs are walked back a few errors at a time, for want of room."""
    network = Network.random(rnn.gru(2, 3, 1))
    run = network.run(np.random.default_rng(0).normal(size=(9, 2)))
    at_once = contributions(network, run, {"y": run["y"]})
    monkeypatch.setattr("rnn_edu.analysis.flow.ROOM", 1)
    for name, by_lag in contributions(network, run, {"y": run["y"]}).by_lag.items():
        close(by_lag, at_once.by_lag[name])


# ---- the immediate and the total derivative --------------------------------------------------------------------------


@given(cases(batch=False))
@settings(max_examples=60)
def test_the_immediate_derivative_is_the_part_of_age_zero(case):
    network, trajectory = of(case)
    now = immediate(network, trajectory, case.d_activity)
    parts = contributions(network, trajectory, case.d_activity)
    for name, weight in now.weights.items():
        close(weight, parts.by_lag[name][0])


@given(cases(batch=False))
@settings(max_examples=30)
def test_where_nothing_is_delayed_the_immediate_derivative_is_the_total_one(case):
    network, trajectory = of(case)
    now, total = (way(network, trajectory, case.d_activity) for way in (immediate, bptt))
    if not any(connection.delay for connection in case.topology.connections):
        for name in now.weights:
            close(now.weights[name], total.weights[name])
    close(now[case.topology.output.name][-1], total[case.topology.output.name][-1])  # nothing comes after the last step


def test_the_immediate_derivative_holds_the_step_before_still():
    network = Network(CHAIN, {"W_hh": [[0.5]]})
    run = network.run([[1.0], [1.0]])
    assert immediate(network, run, {"h": [[0.0], [1.0]]})["h"].tolist() == [[0.0], [1.0]]
    assert bptt(network, run, {"h": [[0.0], [1.0]]})["h"].tolist() == [[0.5], [1.0]]


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", [contributions, immediate])
def test_several_sequences_are_refused(look):
    network = Network.random(rnn.elman(1, 2, 1))
    run = network.run(np.zeros((3, 4, 1)))
    with one_sentence(ValueError, "4 sequences", "(n_steps, n_inputs)"):
        look(network, run, {"y": run["y"]})


def test_norms_of_several_sequences_are_refused():
    network = Network.random(rnn.elman(1, 2, 1))
    run = network.run(np.zeros((3, 4, 1)))
    with one_sentence(ValueError, "4 sequences"):
        gradient_norms(bptt(network, run, {"y": run["y"]}))


def test_a_run_of_another_network_is_refused():
    run = Network.random(rnn.elman(1, 2, 1)).run([[0.0]])
    with one_sentence(ValueError, "another topology"):
        contributions(Network.random(rnn.elman(1, 3, 1)), run, {})


def test_things_that_are_no_run_and_no_network_are_refused():
    network = Network.random(rnn.elman(1, 2, 1))
    with one_sentence(TypeError, "trajectory", "list"):
        immediate(network, [[0.0]], {})
    with one_sentence(TypeError, "network", "Topology"):
        immediate(network.topology, network.run([[0.0]]), {})
    with one_sentence(TypeError, "gradients", "Trajectory"):
        gradient_norms(network.run([[0.0]]))


def test_an_unknown_weight_is_refused():
    network = Network.random(rnn.elman(1, 2, 1))
    with one_sentence(KeyError, "W_zz", "W_hh"):
        contributions(network, network.run([[0.0]]), {}).share("W_zz")


def test_a_weight_without_a_use_gets_exactly_nothing_from_a_gradient_that_overflows():
    """At step 0 the loop carries nothing yet, so even an infinite error says 0 of its weight."""
    topology = rnn.elman(1, 1, 1, activation="identity")
    weights = {"W_xh": [[1.0]], "W_hh": [[1e200]], "b_h": [0.0], "W_hy": [[1.0]], "b_y": [0.0]}
    network = rnn.Network(topology, weights)
    d = np.array([[0.0], [0.0], [1.0]])
    parts = contributions(network, network.run([[1e-300], [0.0], [0.0]]), {"h": d}).by_lag
    assert np.isinf(parts["W_xh"][2]).all()
    assert parts["W_hh"][2].tolist() == [[0.0]]

"""What the engine does for speed changes no number: loops so busy that products, gates and memory are put together."""

import numpy as np
import pytest
from hypothesis import given, settings
from reference import naive
from reference.busy import busy_loops, close

import rnn_edu as rnn
from rnn_edu import Connection, Layer, Network, Topology, bptt
from rnn_edu.core.plan import compile_plan


@given(busy_loops())
@settings(max_examples=250, deadline=None)
def test_busy_loops_have_the_numbers_of_the_textbook(case):
    network = Network(case.topology, case.weights)
    run = network.run(case.x)
    for name, activity in naive.run(case.topology, case.weights, case.x).items():
        close(run[name], activity)
    gradients = bptt(network, run, case.d_activity)
    d_weights, total = naive.gradients(case.topology, case.weights, case.x, case.d_activity)
    for name, d in d_weights.items():
        close(gradients.weights[name], d)
    for name, d in total.items():
        close(gradients[name], d)


@given(busy_loops())
@settings(max_examples=100, deadline=None)
def test_busy_loops_in_single_precision_are_near_double_precision(case):
    exact, single = (
        Network(case.topology, {name: array.astype(dtype) for name, array in case.weights.items()})
        for dtype in (np.float64, np.float32)
    )
    if not case.weights:
        return  # nothing says which precision it is
    one, other = exact.run(case.x), single.run(case.x)
    here, there = bptt(exact, one, case.d_activity), bptt(single, other, case.d_activity)
    if any(layer.activation == "relu" for layer in case.topology.layers):
        return  # a corner: the slope may be 0 in one precision and 1 in the other
    for name in one.activity:
        assert other[name].dtype == there[name].dtype == np.float32
        close(other[name].astype(float), one[name], 1e-4)
        close(there[name].astype(float), here[name], 1e-4)
    for name, d in here.weights.items():
        assert there.weights[name].dtype == np.float32
        close(there.weights[name].astype(float), d, 1e-4)


def test_the_random_loops_do_put_things_together():
    """Else the tests above would test nothing."""
    lstm, complete = (
        next(b for b in compile_plan(t).blocks if b.loops) for t in (rnn.lstm(2, 3, 1), rnn.complete_feedback(2, 3, 1))
    )
    assert len(lstm.updates[0].layers) == 4 and len(complete.products[0].sources) > 1


@pytest.mark.parametrize("build", [rnn.gru, rnn.lstm])
@pytest.mark.parametrize("judged", [["h"], ["y", "x"], ["r", "z", "n"], ["i", "c"], ["o", "s", "g", "h"]])
def test_a_loss_may_depend_on_any_layer_of_a_cell(build, judged):
    topology = build(2, 3, 2)
    names = [name for name in judged if name in {layer.name for layer in topology.layers}] or ["h"]
    rng = np.random.default_rng(0)
    network, x = Network.random(topology), rng.normal(size=(6, 2))
    run = network.run(x)
    question = {name: rng.normal(size=run[name].shape) for name in names}
    gradients = bptt(network, run, question)
    d_weights, total = naive.gradients(topology, network.weights, x, question)
    for name, d in d_weights.items():
        close(gradients.weights[name], d)
    for name, d in total.items():
        close(gradients[name], d)


@pytest.mark.parametrize("senders", ["ab", "bc", "abc", "ac"])
def test_a_state_of_some_layers_may_be_read_by_more_or_fewer(senders):
    layers = [Layer("x", 2), Layer("a", 2), Layer("b", 3, "sigmoid"), Layer("c", 2, "identity")]
    delayed = [Connection(source, target, 1) for source in senders for target in "abc"]
    topology = Topology(layers, [Connection("x", "a"), Connection("a", "b"), Connection("b", "c"), *delayed])
    rng = np.random.default_rng(0)
    network, x, dc = Network.random(topology), rng.normal(size=(5, 2)), rng.normal(size=(5, 2))
    run = network.run(x)
    for name, activity in naive.run(topology, network.weights, x).items():
        close(run[name], activity)
    gradients, (d_weights, _) = bptt(network, run, {"c": dc}), naive.gradients(topology, network.weights, x, {"c": dc})
    for name, d in d_weights.items():
        close(gradients.weights[name], d)


@given(busy_loops())
@settings(max_examples=60, deadline=None)
def test_a_busy_loop_goes_on_from_where_it_was(case):
    network = Network(case.topology, case.weights)
    x = np.concatenate([case.x, case.x[::-1], case.x])
    whole, first = network.run(x), network.run(x[:1])
    second = network.run(x[1:3], after=first)
    rest = network.run(x[3:], after=second) if len(x) > 3 else second
    for name, activity in whole.activity.items():
        parts = [first[name], second[name], *([rest[name]] if len(x) > 3 else [])]
        close(np.concatenate(parts), activity)


@pytest.mark.parametrize("build", [rnn.gru, rnn.lstm, rnn.complete_feedback])
def test_the_gradient_of_a_run_that_goes_on_takes_its_past_as_given(build):
    rng = np.random.default_rng(0)
    network, x = Network.random(build(2, 3, 1)), rng.normal(size=(6, 2))
    first = network.run(x[:3])
    run = network.run(x[3:], after=first)
    gradients = bptt(network, run, {"y": np.ones((3, 1))}).weights
    for name, weight in network.weights.items():
        direction = rng.normal(size=weight.shape)
        up, down = (
            network.replace_weights({name: weight + sign * 1e-6 * direction}).run(x[3:], after=first)["y"].sum()
            for sign in (1, -1)
        )
        assert abs((up - down) / 2e-6 - (gradients[name] * direction).sum()) < 1e-7


def test_a_long_run_is_filled_with_slopes_in_several_stretches():
    topology = rnn.lstm(3, 40, 2)
    rng = np.random.default_rng(0)
    network, x = Network.random(topology), rng.normal(size=(90, 30, 3))
    dy = rng.normal(size=(90, 30, 2))
    together = bptt(network, network.run(x), {"y": dy}).weights
    apart = [bptt(network, network.run(x[:, k : k + 1]), {"y": dy[:, k : k + 1]}).weights for k in range(30)]
    for name, d in together.items():
        close(d, sum(weights[name] for weights in apart))


def test_what_is_computed_on_demand_does_not_follow_the_question():
    network = Network.random(rnn.elman(2, 3, 1))
    run = network.run(np.ones((4, 2)))
    dx, dy = np.ones((4, 2)), np.ones((4, 1))
    one, other = (bptt(network, run, {"x": dx, "y": dy}) for _ in range(2))
    before = one["x"].copy()
    dx[:], dy[:] = 100.0, 100.0
    assert np.array_equal(other["x"], before) and np.array_equal(one["y"], np.ones((4, 1)))


def test_a_derivative_on_demand_cannot_be_written_to_and_an_unknown_one_is_refused():
    network = Network.random(rnn.elman(2, 3, 1))
    gradients = bptt(network, network.run(np.ones((4, 2))), {"y": np.ones((4, 1))})
    with pytest.raises(ValueError, match="read-only"):
        gradients["x"][0] = 0
    with pytest.raises(KeyError, match="no layer 'q'"):
        gradients["q"]
    with pytest.raises(TypeError):
        gradients.activity["x"] = 0
    assert list(gradients.activity) == ["x", "h", "y"] and len(gradients.activity) == 3

"""Backpropagation through time: the derivative of a loss with every weight and with every activity at every step."""

import numpy as np
import pytest
from hypothesis import given, settings
from reference.topologies import BUILDERS, cases, pattern_mask
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Gradients, Layer, Network, Topology, Unit

ELMAN = rnn.elman(2, 3, 1)


def loss_and_gradients(network, x, target):
    """Half the squared error of the output, and its gradients by BPTT."""
    run = network.run(x)
    output = network.topology.output.name
    loss, d_output = rnn.squared_error(run[output], target)
    return loss, rnn.bptt(network, run, {output: d_output})


# ---- the loss --------------------------------------------------------------------------------------------------------


def test_squared_error_is_half_the_sum_of_squares_and_its_derivative_the_difference():
    loss, dy = rnn.squared_error(np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert loss == (4 + 9 + 16) / 2 and dy.tolist() == [[0, 2], [3, 4]]


def test_squared_error_needs_a_target_of_the_same_shape():
    with one_sentence(ValueError, "(4,)", "(4, 1)"):
        rnn.squared_error(np.zeros((4, 1)), np.zeros(4))


def test_squared_error_refuses_a_target_that_is_not_finite():
    with one_sentence(ValueError, "target", "NaN"):
        rnn.squared_error(np.zeros((1, 1)), [[np.nan]])


# ---- theory ----------------------------------------------------------------------------------------------------------


def test_a_linear_loop_multiplies_the_gradient_once_for_each_step_back():
    loop = Topology(
        [Layer("x", 1), Layer("y", 1, "identity", bias=False)],
        [Connection("x", "y", fixed=1.0), Connection("y", "y", delay=1, fixed=0.5)],
    )
    network = Network(loop, {})
    gradients = rnn.bptt(network, network.run(np.ones((4, 1))), {"y": [[0.0], [0.0], [0.0], [8.0]]})
    assert gradients["y"].ravel().tolist() == [1, 2, 4, 8]
    assert gradients["x"].ravel().tolist() == [1, 2, 4, 8]


def test_the_total_derivative_adds_all_ways_to_the_loss():
    """The loss sees y at both steps, so y(0) counts directly, and again through y(1)."""
    loop = Topology(
        [Layer("x", 1), Layer("y", 1, "identity", bias=False)],
        [Connection("x", "y", fixed=1.0), Connection("y", "y", delay=1, fixed=0.5)],
    )
    network = Network(loop, {})
    gradients = rnn.bptt(network, network.run(np.ones((2, 1))), {"y": [[10.0], [1.0]]})
    assert gradients["y"].ravel().tolist() == [10.5, 1]


def test_a_gate_shares_the_gradient_as_the_product_rule_says():
    topology = Topology(
        [Layer("x", 1), Layer("g", 1, "identity", bias=False), Layer("y", 1, "identity", bias=False)],
        [Connection("x", "g"), Connection("x", "y", gate="g")],
    )
    network = Network(topology, {"W_xg": [[3.0]], "W_xy": [[5.0]]})  # y = 3x · 5x = 15x²
    gradients = rnn.bptt(network, network.run([[2.0]]), {"y": [[1.0]]})
    assert gradients["x"].tolist() == [[60.0]] and gradients["g"].tolist() == [[10.0]]
    assert gradients.weights["W_xg"].tolist() == [[20.0]] and gradients.weights["W_xy"].tolist() == [[12.0]]


def test_a_weight_that_is_used_at_every_step_collects_from_every_step():
    feed = Topology([Layer("x", 1), Layer("y", 1, "identity")], [Connection("x", "y")])
    network = Network.random(feed)
    gradients = rnn.bptt(network, network.run([[1.0], [10.0], [100.0]]), {"y": [[1.0], [2.0], [3.0]]})
    assert gradients.weights["W_xy"].tolist() == [[321.0]] and gradients.weights["b_y"].tolist() == [6.0]


def test_nothing_comes_back_from_no_error():
    network = Network.random(ELMAN)
    gradients = rnn.bptt(network, network.run(np.ones((3, 2))), {})
    assert not any(array.any() for part in (gradients.weights, gradients.activity) for array in part.values())


def test_the_past_is_not_changed_by_an_error_that_came_before_it():
    network = Network.random(ELMAN, rng=1)
    dy = np.zeros((5, 1))
    dy[2] = 1.0
    gradients = rnn.bptt(network, network.run(np.ones((5, 2))), {"y": dy})
    assert gradients["h"][:3].all() and not gradients["h"][3:].any()


@given(cases())
@settings(max_examples=60)
def test_gradients_are_linear_in_what_the_loss_asks_for(case):
    network = Network(case.topology, case.weights)
    run = network.run(case.x)
    once = rnn.bptt(network, run, case.d_activity)
    twice = rnn.bptt(network, run, {name: 2 * d for name, d in case.d_activity.items()})
    for part in ("weights", "activity"):
        for name, d in getattr(once, part).items():
            assert np.array_equal(getattr(twice, part)[name], 2 * d)  # doubling is exact in binary


# ---- against the definition of a derivative --------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("hidden", [3, (3, 2)])
@pytest.mark.parametrize("shape", [(1,), (5,), (1, 3), (5, 2)], ids=str)
def test_every_builder_has_the_gradients_of_central_differences(name, hidden, shape):
    topology = getattr(rnn, name)(2, hidden, 2)
    rng = np.random.default_rng(len(shape) + shape[0])
    network = Network.random(topology, rng=rng, recurrent="gaussian")
    network = network.replace_weights({n: rng.normal(size=b.shape) for n, b in network.weights.items() if n[0] == "b"})
    x, target = rng.normal(size=(*shape, 2)), rng.normal(size=(*shape, 2))
    _, gradients = loss_and_gradients(network, x, target)
    size = max(np.abs(d).max() for d in gradients.weights.values())

    def loss_with(name, index, change):
        weight = network.weights[name].copy()
        weight[index] += change
        return loss_and_gradients(network.replace_weights({name: weight}), x, target)[0]

    for weight_name, weight in network.weights.items():
        for index in np.ndindex(weight.shape):
            if weight[index] != 0:
                step = 1e-5
                slope = (loss_with(weight_name, index, step) - loss_with(weight_name, index, -step)) / (2 * step)
                assert gradients.weights[weight_name][index] == pytest.approx(slope, rel=0, abs=1e-7 * size)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += 1e-5
        down[index] -= 1e-5
        slope = (loss_and_gradients(network, up, target)[0] - loss_and_gradients(network, down, target)[0]) / 2e-5
        assert gradients["x"][index] == pytest.approx(slope, rel=0, abs=1e-7 * max(size, np.abs(gradients["x"]).max()))


# ---- patterns, batches, precision ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "pattern"), [("direct_feedback", "one-to-one"), ("lateral_feedback", "all-but-self")])
def test_the_gradient_is_exactly_zero_where_the_pattern_has_no_connection(name, pattern):
    network = Network.random(getattr(rnn, name)(2, 4, 1), rng=1)
    x = np.random.default_rng(0).normal(size=(6, 2))
    _, gradients = loss_and_gradients(network, x, np.ones((6, 1)))
    assert np.array_equal(gradients.weights["W_hh"] != 0, pattern_mask(pattern, 4, 4) == 1)


@given(cases(batch=True))
@settings(max_examples=60)
def test_the_gradient_of_a_batch_is_the_sum_over_its_sequences(case):
    network = Network(case.topology, case.weights)
    together = rnn.bptt(network, network.run(case.x), case.d_activity)
    summed = {name: np.zeros_like(weight) for name, weight in case.weights.items()}
    for s in range(case.x.shape[1]):
        alone = rnn.bptt(network, network.run(case.x[:, s]), {name: d[:, s] for name, d in case.d_activity.items()})
        for name, d in alone.activity.items():
            assert together[name][:, s] == pytest.approx(d, rel=1e-11, abs=1e-13)
        for name, d in alone.weights.items():
            summed[name] += d
    for name, d in summed.items():
        assert together.weights[name] == pytest.approx(d, rel=1e-10, abs=1e-12)


@given(cases(activations=("tanh", "sigmoid", "identity")))
@settings(max_examples=60)
def test_single_precision_gradients_are_near_double_precision(case):
    weights = {name: w.astype(np.float32) for name, w in case.weights.items()}
    x = case.x.astype(np.float32)
    single = Network(case.topology, weights)
    double = Network(case.topology, {name: w.astype(float) for name, w in weights.items()})
    near = rnn.bptt(single, single.run(x), case.d_activity)
    exact = rnn.bptt(double, double.run(x), case.d_activity)
    for part in ("weights", "activity"):
        for name, d in getattr(exact, part).items():
            got = getattr(near, part)[name]
            assert not weights or got.dtype == np.float32
            assert np.abs(got - d).max() <= 1e-4 * max(1.0, np.abs(d).max())


# ---- the record ------------------------------------------------------------------------------------------------------


def test_gradients_have_the_addresses_of_the_trajectory():
    network = Network.random(ELMAN)
    run = network.run(np.ones((4, 5, 2)))
    gradients = rnn.bptt(network, run, {"y": np.ones((4, 5, 1))})
    assert isinstance(gradients, Gradients) and gradients.activity["h"].shape == run["h"].shape
    assert np.array_equal(gradients[Unit("h", 2, time=3)], gradients["h"][3, :, 2])
    assert {n: d.shape for n, d in gradients.weights.items()} == {n: w.shape for n, w in network.weights.items()}
    with one_sentence(KeyError, "'h'", "0 to 2", "0 to 3"):
        gradients[Unit("h", 0, time=4)]


def test_gradients_cannot_be_written_to():
    network = Network.random(ELMAN)
    gradients = rnn.bptt(network, network.run(np.ones((2, 2))), {"y": np.ones((2, 1))})
    for array in (gradients["h"], gradients.weights["W_hh"]):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
    with pytest.raises(TypeError):
        gradients.weights["W_hh"] = 0
    with pytest.raises(AttributeError):
        gradients.weights = {}


def test_asking_for_gradients_changes_neither_the_run_nor_the_question():
    network = Network.random(ELMAN)
    run, dy = network.run(np.ones((3, 2))), np.ones((3, 1))
    before = run["h"].copy()
    first = rnn.bptt(network, run, {"y": dy}).weights["W_hh"].copy()
    assert np.array_equal(dy, np.ones((3, 1))) and np.array_equal(run["h"], before)
    assert np.array_equal(rnn.bptt(network, run, {"y": dy}).weights["W_hh"], first)


def test_a_single_layer_hands_the_question_back():
    network = Network(Topology([Layer("x", 2)], []), {})
    gradients = rnn.bptt(network, network.run([[1.0, 2.0]]), {"x": [[3.0, 4.0]]})
    assert gradients["x"].tolist() == [[3.0, 4.0]] and dict(gradients.weights) == {}


# ---- what is refused, and how it is said -----------------------------------------------------------------------------


def test_an_error_of_another_shape_is_refused():
    network = Network.random(ELMAN)
    for shape in ((4,), (3, 1), (4, 1, 1), (4, 2)):
        with one_sentence(ValueError, "'y'", str(shape), "(4, 1)"):
            rnn.bptt(network, network.run(np.ones((4, 2))), {"y": np.ones(shape)})


def test_an_error_at_an_unknown_layer_is_refused():
    network = Network.random(ELMAN)
    with one_sentence(KeyError, "'z'", "x, h, y"):
        rnn.bptt(network, network.run(np.ones((4, 2))), {"z": np.ones((4, 1))})


def test_an_error_that_is_not_numbers_is_refused():
    network = Network.random(ELMAN)
    with one_sentence(ValueError, "'y'", "real numbers"):
        rnn.bptt(network, network.run(np.ones((1, 2))), {"y": [["a"]]})


def test_an_error_without_the_name_of_its_layer_is_refused():
    network = Network.random(ELMAN)
    with one_sentence(TypeError, "layer", "{"):
        rnn.bptt(network, network.run(np.ones((4, 2))), np.ones((4, 1)))


def test_a_run_of_another_topology_is_refused():
    other = Network.random(rnn.jordan(2, 3, 1))
    with one_sentence(ValueError, "another topology"):
        rnn.bptt(Network.random(ELMAN), other.run(np.ones((4, 2))), {"y": np.ones((4, 1))})


@pytest.mark.parametrize(
    ("trajectory", "d_activity", "error", "says"),
    [
        (np.ones((3, 2)), {"y": np.ones((3, 1))}, TypeError, "run the network"),
        (None, {rnn.Unit("y", 0, 1): 1.0}, KeyError, "a whole layer: one of x, h, y"),
        (None, {"nobody": np.ones((3, 1))}, KeyError, "one of x, h, y"),
        (None, {"y": [[1], [1, 2], [1]]}, ValueError, "different lengths"),
    ],
)
def test_a_way_back_that_cannot_begin_says_why(trajectory, d_activity, error, says):
    network = rnn.Network.random(rnn.elman(2, 3, 1))
    with pytest.raises(error, match=says):
        rnn.bptt(network, network.run(np.ones((3, 2))) if trajectory is None else trajectory, d_activity)


def test_only_a_run_can_be_gone_on_from():
    with pytest.raises(TypeError, match="an earlier run"):
        rnn.Network.random(rnn.elman(2, 3, 1)).run(np.ones((3, 2)), after=np.ones(3))

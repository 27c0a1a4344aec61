"""A network is a topology with weights. It runs, and nothing about it changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from reference.topologies import BUILDERS, cases, pattern_mask, random_weights
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Layer, Network, Topology, Unit

ELMAN = rnn.elman(2, 3, 1)
WEIGHTS = random_weights(ELMAN, np.random.default_rng(0))
LEAK = Topology(  # y(t) = x(t) + half of y(t-1): no learned weight at all
    [Layer("x", 1), Layer("y", 1, "identity", bias=False)],
    [Connection("x", "y", fixed=1.0), Connection("y", "y", delay=1, fixed=0.5)],
)


# ---- weights ---------------------------------------------------------------------------------------------------------


def test_weights_are_read_from_source_to_target_and_shaped_target_by_source():
    shapes = {name: array.shape for name, array in Network(ELMAN, WEIGHTS).weights.items()}
    assert shapes == {"W_xh": (3, 2), "W_hh": (3, 3), "W_hy": (1, 3), "b_h": (3,), "b_y": (1,)}


def test_there_is_a_bias_for_every_layer_that_wants_one_but_never_for_the_input():
    topology = Topology([Layer("x", 2), Layer("h", 3, bias=False), Layer("y", 1)], [Connection("x", "h")])
    assert set(Network.random(topology).weights) == {"W_xh", "b_y"}


def test_fixed_connections_have_a_matrix_but_no_weight():
    network = Network(LEAK, {})
    assert dict(network.weights) == {} and network.dtype == np.float64
    assert network.matrix(LEAK.connections[1]).tolist() == [[0.5]]


@given(cases())
@settings(max_examples=40)
def test_the_matrix_of_a_connection_is_its_pattern_filled_with_numbers(case):
    network = Network(case.topology, case.weights)
    for c in case.topology.connections:
        n_targets, n_sources = case.topology.layer(c.target).size, case.topology.layer(c.source).size
        learned = c.fixed is None
        expected = case.weights[case.topology.weight_name(c)] if learned else c.fixed * np.eye(n_targets)
        matrix = network.matrix(c)
        assert matrix.shape == (n_targets, n_sources) and np.array_equal(matrix, expected)
        for i in range(n_targets):
            for j in range(n_sources):
                assert matrix[i, j] == 0 or case.topology.allows(c, i, j)


def test_a_network_keeps_a_copy_of_the_weights_it_was_given():
    given_weights = {name: array.copy() for name, array in WEIGHTS.items()}
    network = Network(ELMAN, given_weights)
    given_weights["b_h"][:] = 99
    assert np.array_equal(network.weights["b_h"], WEIGHTS["b_h"])


def test_replacing_weights_makes_another_network():
    network = Network(ELMAN, WEIGHTS)
    other = network.replace_weights({"b_h": [1, 2, 3]})
    assert other.weights["b_h"].tolist() == [1, 2, 3] and np.array_equal(network.weights["b_h"], WEIGHTS["b_h"])
    assert np.array_equal(other.weights["W_hh"], WEIGHTS["W_hh"]) and other.topology == network.topology


def test_replacing_weights_keeps_the_precision():
    single = Network.random(ELMAN, dtype=np.float32)
    assert single.replace_weights({"b_h": [1.0, 2.0, 3.0]}).dtype == np.float32


# ---- random beginnings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUILDERS)
def test_a_random_network_is_the_same_for_the_same_seed_and_another_for_another(name):
    topology = getattr(rnn, name)(2, 3, 1)
    one, same, other = (Network.random(topology, rng=seed).weights for seed in (7, 7, 8))
    assert all(np.array_equal(one[key], same[key]) for key in one)
    assert not np.array_equal(one["W_xh"], other["W_xh"])


def test_a_generator_is_used_up_and_not_copied():
    rng = np.random.default_rng(7)
    one, other = Network.random(ELMAN, rng=rng), Network.random(ELMAN, rng=rng)
    assert not np.array_equal(one.weights["W_hh"], other.weights["W_hh"])


def test_the_orthogonal_start_keeps_every_length():
    loop = Network.random(rnn.elman(2, 6, 1), rng=3).weights["W_hh"]
    assert np.allclose(loop @ loop.T, np.eye(6), atol=1e-12)


@pytest.mark.parametrize("recurrent", ["orthogonal", "uniform", "gaussian"])
def test_a_random_pattern_has_exact_zeros_where_nothing_is_joined(recurrent):
    for name, pattern in (("direct_feedback", "one-to-one"), ("lateral_feedback", "all-but-self")):
        loop = Network.random(getattr(rnn, name)(2, 4, 1), rng=1, recurrent=recurrent).weights["W_hh"]
        assert np.array_equal(loop != 0, pattern_mask(pattern, 4, 4) == 1)


@pytest.mark.parametrize("recurrent", ["orthogonal", "uniform", "gaussian"])
@pytest.mark.parametrize("radius", [0.3, 1.0, 1.7])
def test_the_spectral_radius_can_be_chosen(recurrent, radius):
    loop = Network.random(rnn.elman(2, 8, 1), rng=1, recurrent=recurrent, spectral_radius=radius).weights["W_hh"]
    assert np.abs(np.linalg.eigvals(loop)).max() == pytest.approx(radius, rel=1e-9)


@pytest.mark.parametrize("name", [name for name in BUILDERS if name not in ("feedforward", "elman")])
def test_a_linear_network_grows_each_step_by_its_spectral_radius(name):
    """Theory: without activation functions the state after many steps grows by the radius of one step."""
    topology = getattr(rnn, name)(1, 3, 3, activation="identity")
    network = Network.random(topology, rng=5, spectral_radius=0.9)
    x = np.zeros((400, 1))
    x[0] = 1.0
    run = network.run(x)
    length = np.sqrt(sum((run[layer] ** 2).sum(axis=1) for layer in ("h", "y")))
    assert (length[399] / length[199]) ** (1 / 200) == pytest.approx(0.9, rel=0.01)


def test_only_a_forget_gate_begins_with_a_bias():
    topology = Topology(
        [Layer("x", 1), Layer("f", 2, "sigmoid"), Layer("i", 2, "sigmoid"), Layer("c", 2, "identity")],
        [
            Connection("x", "f"),
            Connection("x", "i"),
            Connection("x", "c", gate="i"),
            Connection("c", "c", delay=1, gate="f", fixed=1.0),
        ],
    )
    biases = {n: a.tolist() for n, a in Network.random(topology, forget_bias=3.0).weights.items() if n[0] == "b"}
    assert biases == {"b_f": [3.0, 3.0], "b_i": [0.0, 0.0], "b_c": [0.0, 0.0]}
    assert Network.random(topology).weights["b_f"].tolist() == [1.0, 1.0]


def test_biases_begin_at_zero():
    weights = Network.random(rnn.complete_feedback(2, (3, 4), 1)).weights
    assert not any(weights[name].any() for name in weights if name.startswith("b_"))


# ---- running ---------------------------------------------------------------------------------------------------------


def test_a_leaky_memory_forgets_by_halves():
    run = Network(LEAK, {}).run([[1.0], [0.0], [0.0], [4.0]])
    assert run["y"].tolist() == [[1.0], [0.5], [0.25], [4.125]]


def test_a_delay_of_three_comes_three_steps_later_and_the_state_before_is_zero():
    echo = Topology([Layer("x", 1), Layer("y", 1, "identity", bias=False)], [Connection("x", "y", delay=3, fixed=1.0)])
    assert Network(echo, {}).run([[1.0], [2.0], [3.0], [4.0], [5.0]])["y"].ravel().tolist() == [0, 0, 0, 1, 2]
    assert Network(echo, {}).run([[1.0], [2.0]])["y"].ravel().tolist() == [0, 0]  # shorter than the delay


def test_a_gate_multiplies_unit_by_unit():
    topology = Topology(
        [Layer("x", 2), Layer("y", 2, "identity", bias=False)], [Connection("x", "y", gate="x", fixed=1.0)]
    )
    assert Network(topology, {}).run([[3.0, -2.0]])["y"].tolist() == [[9.0, 4.0]]


@pytest.mark.parametrize(
    ("activation", "values"),
    [
        ("identity", [-2.0, 0.0, 1.0]),
        ("tanh", np.tanh([-2.0, 0.0, 1.0])),
        ("sigmoid", [1 / (1 + np.e**2), 0.5, 1 / (1 + 1 / np.e)]),
        ("relu", [0.0, 0.0, 1.0]),
    ],
)
def test_each_activation_is_the_function_of_its_name(activation, values):
    topology = Topology([Layer("x", 3), Layer("y", 3, activation, bias=False)], [Connection("x", "y", fixed=1.0)])
    assert Network(topology, {}).run([[-2.0, 0.0, 1.0]])["y"][0] == pytest.approx(values, abs=1e-15)


def test_extreme_drives_saturate_without_a_warning():
    topology = Topology([Layer("x", 2), Layer("y", 2, "sigmoid", bias=False)], [Connection("x", "y", fixed=1.0)])
    assert Network(topology, {}).run([[-1e4, 1e4]])["y"].tolist() == [[0.0, 1.0]]


def test_the_input_is_taken_as_it_comes():
    """Theory has no activation and no bias on an input, whatever the layer says."""
    topology = Topology([Layer("x", 1, "tanh", bias=True), Layer("y", 1)], [Connection("x", "y")])
    assert Network.random(topology).run([[5.0]])["x"].tolist() == [[5.0]]


def test_a_single_layer_only_repeats_its_input():
    run = Network(Topology([Layer("x", 2)], []), {}).run([[1.0, 2.0]])
    assert run["x"].tolist() == [[1.0, 2.0]] and set(run.activity) == {"x"}


def test_one_sequence_and_a_batch_of_one_have_the_same_numbers():
    network, x = Network(ELMAN, WEIGHTS), np.random.default_rng(1).normal(size=(4, 2))
    single, batch = network.run(x), network.run(x[:, None])
    assert single.n_sequences is None and batch.n_sequences == 1 and single.n_steps == batch.n_steps == 4
    assert single["h"].shape == (4, 3) and batch["h"].shape == (4, 1, 3)
    assert np.array_equal(single["h"], batch["h"][:, 0])


@given(cases(batch=True))
@settings(max_examples=60)
def test_a_batch_is_its_sequences_one_by_one(case):
    network = Network(case.topology, case.weights)
    together = network.run(case.x)
    for s in range(case.x.shape[1]):
        alone = network.run(case.x[:, s])
        for layer in case.topology.layers:
            assert together[layer.name][:, s] == pytest.approx(alone[layer.name], rel=1e-12, abs=1e-14)


@given(cases())
@settings(max_examples=60)
def test_the_past_does_not_depend_on_the_future(case):
    network = Network(case.topology, case.weights)
    whole = network.run(case.x)
    half = network.run(case.x[: (len(case.x) + 1) // 2])
    for layer in case.topology.layers:
        assert half[layer.name] == pytest.approx(whole[layer.name][: half.n_steps], rel=1e-12, abs=1e-14)


@given(cases())
@settings(max_examples=60)
def test_single_precision_is_near_double_precision(case):
    single = Network(case.topology, {name: w.astype(np.float32) for name, w in case.weights.items()})
    double = Network(case.topology, {name: w.astype(np.float32).astype(float) for name, w in case.weights.items()})
    x = case.x.astype(np.float32)
    near, exact = single.run(x), double.run(x)
    assert not case.weights or near[case.topology.output.name].dtype == np.float32
    for layer in case.topology.layers:
        size = max(1.0, np.abs(exact[layer.name]).max())
        assert np.abs(near[layer.name] - exact[layer.name]).max() <= 1e-4 * size


def test_a_run_that_blows_up_says_when_and_does_not_warn():
    topology = Topology(
        [Layer("x", 1), Layer("y", 1, "identity", bias=False)],
        [Connection("x", "y", fixed=1.0), Connection("y", "y", delay=1, fixed=1e200)],
    )
    run = Network(topology, {}).run([[1.0], [0.0], [0.0], [0.0]])
    assert run.diverged_at == 2 and np.isinf(run["y"][2, 0])
    assert Network(LEAK, {}).run([[1.0]]).diverged_at is None


# ---- the record of a run ---------------------------------------------------------------------------------------------


def test_a_unit_is_an_address_in_the_trajectory():
    network, x = Network(ELMAN, WEIGHTS), np.random.default_rng(1).normal(size=(4, 5, 2))
    run = network.run(x)
    assert np.array_equal(run[Unit("h", 2, time=3)], run["h"][3, :, 2])
    single = network.run(x[:, 0])
    assert single[Unit("h", 2, time=3)] == single["h"][3, 2]
    assert np.array_equal(run["x"], x)


@pytest.mark.parametrize("array", ["trajectory", "trajectory_single", "weights", "matrix"])
def test_a_record_cannot_be_written_to(array):
    network = Network(ELMAN, WEIGHTS)
    arrays = {
        "trajectory": network.run(np.ones((2, 3, 2)))["h"],
        "trajectory_single": network.run(np.ones((2, 2)))["h"],
        "weights": network.weights["W_hh"],
        "matrix": network.matrix(ELMAN.connections[0]),
    }
    with pytest.raises(ValueError, match="read-only"):
        arrays[array][:] = 0


def test_a_record_cannot_be_changed_in_its_parts():
    network = Network(ELMAN, WEIGHTS)
    run = network.run(np.ones((2, 2)))
    with pytest.raises(TypeError):
        run.activity["h"] = 0
    with pytest.raises(TypeError):
        network.weights["W_hh"] = 0
    with pytest.raises(AttributeError):
        run.activity = {}
    with one_sentence(AttributeError, "'weights'", "replace_weights"):
        network.weights = {}


def test_a_record_does_not_follow_the_input_array():
    x = np.ones((2, 2))
    run = Network(ELMAN, WEIGHTS).run(x)
    x[:] = 7
    assert run["x"].tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_a_second_run_leaves_the_first_record_alone():
    network = Network(ELMAN, WEIGHTS)
    first = network.run(np.ones((3, 2)))
    kept = first["h"].copy()
    network.run(np.zeros((3, 2)))
    assert np.array_equal(first["h"], kept)


# ---- what is refused, and how it is said -----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(2,), (4, 3), (4, 1, 3), (4, 1, 1, 2), ()])
def test_an_input_of_another_shape_is_refused(shape):
    with one_sentence(ValueError, str(shape), "(n_steps, 2)", "(n_steps, n_sequences, 2)"):
        Network(ELMAN, WEIGHTS).run(np.zeros(shape))


@pytest.mark.parametrize("shape", [(0, 2), (0, 3, 2), (4, 0, 2)])
def test_an_input_of_no_steps_or_no_sequences_is_refused(shape):
    with one_sentence(ValueError, str(shape), "at least one"):
        Network(ELMAN, WEIGHTS).run(np.zeros(shape))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_an_input_that_is_not_finite_is_refused_and_its_place_is_told(bad):
    x = np.zeros((4, 3, 2))
    x[2, 1, 0] = bad
    with one_sentence(ValueError, "(2, 1, 0)", "finite"):
        Network(ELMAN, WEIGHTS).run(x)


def test_an_input_too_large_for_single_precision_is_refused_without_a_warning():
    with one_sentence(ValueError, "(0, 1)", "float32"):
        Network.random(ELMAN, dtype=np.float32).run([[0.0, 1e300]])


@pytest.mark.parametrize("x", ["text", [["a", "b"]], [[1j, 0]], [[None, 1.0]], None])
def test_an_input_that_is_not_numbers_is_refused(x):
    with one_sentence(ValueError, "input", "n_steps"):
        Network(ELMAN, WEIGHTS).run(x)


def test_rows_of_different_lengths_are_refused():
    with one_sentence(ValueError, "different lengths", "(n_steps, 2)"):
        Network(ELMAN, WEIGHTS).run([[1.0, 2.0], [3.0]])


def test_a_unit_outside_the_run_is_refused():
    run = Network(ELMAN, WEIGHTS).run(np.ones((4, 2)))
    with one_sentence(KeyError, "'z'", "x, h, y"):
        run["z"]
    with one_sentence(KeyError, "'z'", "x, h, y"):
        run[Unit("z", 0, 0)]
    for unit in (Unit("h", 3, 0), Unit("h", 0, 4), Unit("h", -1, 0), Unit("h", 0, -1), Unit("h", 0)):
        with one_sentence(KeyError, "'h'", "0 to 2", "0 to 3"):
            run[unit]


def changed(**weights):
    """The weights of an Elman network with some exchanged."""
    return {**WEIGHTS, **weights}


def test_a_weight_of_another_shape_is_refused():
    with one_sentence(ValueError, "'W_xh'", "(2, 3)", "(3, 2)", "transpose"):
        Network(ELMAN, changed(W_xh=np.zeros((2, 3))))
    with one_sentence(ValueError, "'b_h'", "(2,)", "(3,)"):
        Network(ELMAN, WEIGHTS).replace_weights({"b_h": [1.0, 2.0]})


def test_a_missing_weight_is_named():
    with one_sentence(KeyError, "'b_y'", "missing"):
        Network(ELMAN, {name: w for name, w in WEIGHTS.items() if name != "b_y"})


def test_a_weight_too_many_is_named():
    with one_sentence(KeyError, "'W_yh'", "W_xh"):
        Network(ELMAN, changed(W_yh=np.zeros((3, 1))))
    with one_sentence(KeyError, "'W_yh'", "W_xh"):
        Network(ELMAN, WEIGHTS).replace_weights({"W_yh": np.zeros((3, 1))})


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_weight_that_is_not_finite_is_refused(bad):
    with one_sentence(ValueError, "'b_h'", "NaN", "finite"):
        Network(ELMAN, changed(b_h=[0.0, bad, 0.0]))


def test_a_weight_that_is_not_numbers_is_refused():
    for bad in (np.array([None] * 3), ["a", "b", "c"], np.zeros(3, complex)):
        with one_sentence(ValueError, "'b_h'", "real numbers"):
            Network(ELMAN, changed(b_h=bad))
        with one_sentence(ValueError, "'b_h'", "real numbers"):
            Network(ELMAN, WEIGHTS).replace_weights({"b_h": bad})


@pytest.mark.parametrize("name", ["direct_feedback", "lateral_feedback"])
def test_a_number_where_the_pattern_has_no_connection_is_refused(name):
    topology = getattr(rnn, name)(2, 3, 1)
    with one_sentence(ValueError, "'W_hh'", "pattern", "zero"):
        Network.random(topology).replace_weights({"W_hh": np.ones((3, 3))})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"recurrent": "magic"}, ("'magic'", "orthogonal")),
        ({"spectral_radius": -1.0}, ("-1.0", "above 0")),
        ({"spectral_radius": float("nan")}, ("nan", "above 0")),
        ({"dtype": int}, ("int64", "float32")),
        ({"dtype": complex}, ("complex", "float32")),
        ({"forget_bias": float("nan")}, ("finite",)),
    ],
)
def test_a_random_network_refuses_options_it_does_not_know(options, words):
    gated = Topology(
        [Layer("x", 1), Layer("f", 2, "sigmoid"), Layer("y", 2)],
        [Connection("x", "f"), Connection("x", "y"), Connection("y", "y", delay=1, gate="f")],
    )
    with one_sentence(ValueError, *words):
        Network.random(gated, **options)


def test_a_spectral_radius_needs_a_loop():
    with one_sentence(ValueError, "spectral_radius", "loop"):
        Network.random(rnn.feedforward(2, 3, 1), spectral_radius=1.0)


@pytest.mark.parametrize("use", [rnn.fold, lambda given: rnn.unroll(given, 2), rnn.equations, Network.random])
def test_a_network_where_a_topology_is_needed_is_told_so(use):
    with one_sentence(TypeError, "Network", "its .topology"):
        use(Network(ELMAN, WEIGHTS))
    with one_sentence(TypeError, "str", "Topology"):
        use("elman")


def test_weights_without_names_are_refused():
    for use in (lambda weights: Network(ELMAN, weights), Network(ELMAN, WEIGHTS).replace_weights):
        with one_sentence(TypeError, "list", "name", '"W_xh"'):
            use([1.0, 2.0])


@pytest.mark.parametrize("key", [Unit("h", 0.5, 0), Unit("h", 0, 0.5), Unit("h", "0", 0), Unit("h", 0), ["h"], None])
def test_an_address_that_is_none_is_refused(key):
    with one_sentence(KeyError, "this record"):
        Network(ELMAN, WEIGHTS).run(np.zeros((2, 2)))[key]


def test_an_address_may_count_with_any_whole_numbers():
    trajectory = Network(ELMAN, WEIGHTS).run(np.ones((2, 2)))
    assert trajectory[Unit("h", np.int64(1), np.int8(1))] == trajectory[Unit("h", 1.0, 1.0)] == trajectory["h"][1, 1]

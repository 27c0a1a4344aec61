"""The formulas are read off the same description as the numbers, so they say what is computed."""

import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib.mathtext import MathTextParser
from reference import naive
from reference.topologies import cases, topologies
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Layer, Network, Topology, Unit
from rnn_edu.core.equations import layer_terms, worked

MATHTEXT = MathTextParser("path")
GATED = Topology(
    [Layer("x", 2), Layer("g", 2, "sigmoid"), Layer("c", 2, "identity", bias=False), Layer("y", 2)],
    [
        Connection("x", "g"),
        Connection("x", "c"),
        Connection("c", "c", delay=1, gate="g", fixed=1.0),
        Connection("c", "c", delay=3, gate="g"),
        Connection("g", "c", fixed=-0.5),
        Connection("c", "y"),
    ],
)


# ---- as formulas -----------------------------------------------------------------------------------------------------


def test_the_elman_network_has_the_equations_of_the_textbook():
    assert rnn.equations(rnn.elman(2, 3, 1)) == (
        r"h_t = \tanh\left(W_{xh}\,x_t + W_{hh}\,h_{t-1} + b_h\right)",
        r"y_t = W_{hy}\,h_t + b_y",
    )


def test_jordan_uses_the_output_of_the_step_before():
    hidden, _ = rnn.equations(rnn.jordan(2, 3, 1))
    assert r"W_{yh}\,y_{t-1}" in hidden and "h_{t-1}" not in hidden


def test_a_delay_of_three_steps_is_written_as_such():
    topology = Topology([Layer("x", 1), Layer("y", 1)], [Connection("x", "y"), Connection("y", "y", delay=3)])
    assert r"y_{t-3}" in rnn.equations(topology)[0]


def test_patterns_are_told_apart():
    direct, lateral, both = (
        rnn.equations(build(2, 3, 1))[0] for build in (rnn.direct_feedback, rnn.lateral_feedback, rnn.elman)
    )
    assert len({direct, lateral, both}) == 3
    assert "i=j" in direct.replace(" ", "") and r"\neq" in lateral


def test_a_gate_multiplies_what_arrives_and_a_fixed_weight_is_a_number():
    line = rnn.equations(GATED)[1]
    assert r"g_t \odot c_{t-1}" in line  # fixed=1.0: the activity itself
    assert r"g_t \odot (W_{cc}\,c_{t-3})" in line
    assert r"- 0.5\,g_t" in line
    assert "b_c" not in line  # this layer has no bias


def test_a_layer_that_receives_nothing_still_has_an_equation():
    topology = Topology([Layer("x", 1), Layer("h", 1, bias=False), Layer("y", 1)], [])
    assert rnn.equations(topology) == (r"h_t = \tanh\left(0\right)", r"y_t = \tanh\left(b_y\right)")


def test_several_delays_between_two_layers_give_different_weights_in_the_formula():
    topology = Topology(
        [Layer("x", 1), Layer("y", 1)],
        [Connection("x", "y"), Connection("y", "y", delay=1), Connection("y", "y", delay=2)],
    )
    (line,) = rnn.equations(topology)
    assert r"W_{yy,1}\,y_{t-1}" in line and r"W_{yy,2}\,y_{t-2}" in line


@given(topologies())
@settings(max_examples=40)
def test_there_is_one_line_for_each_layer_in_update_order_and_pictures_can_show_it(topology):
    lines = rnn.equations(topology)
    assert len(lines) == len(topology.update_order)
    for name, line in zip(topology.update_order, lines, strict=True):
        left, right = line.split(" = ", 1)
        assert name.rstrip("0123456789") in left and "_t" in left
        assert right.count(r"\odot") == sum(c.gate is not None for c in topology.into(name))
        MATHTEXT.parse(f"${line}$")  # raises if matplotlib cannot draw it


# ---- as a list of terms ----------------------------------------------------------------------------------------------


@given(topologies())
@settings(max_examples=60)
def test_every_connection_is_one_term_and_the_bias_is_another(topology):
    for layer in topology.layers:
        terms = layer_terms(topology, layer.name)
        assert tuple(t.connection for t in terms if t.connection is not None) == topology.into(layer.name)
        names = [t.weight for t in terms]
        expected = [None if c.fixed is not None else topology.weight_name(c) for c in topology.into(layer.name)]
        has_bias = layer.bias and layer != topology.input
        assert names == expected + ([f"b_{layer.name}"] if has_bias else [])


def test_the_terms_of_an_unknown_layer_are_refused():
    with one_sentence(KeyError, "'z'", "x, h, y"):
        layer_terms(rnn.elman(1, 1, 1), "z")


# ---- with the numbers filled in --------------------------------------------------------------------------------------


@given(cases(max_steps=4, batch=True, max_size=3))
@settings(max_examples=60)
def test_the_numbers_filled_in_add_up_to_the_activity(case):
    network = Network(case.topology, case.weights)
    trajectory = network.run(case.x)
    n_steps, n_sequences, _ = case.x.shape
    t, s = n_steps - 1, n_sequences - 1
    textbook = naive.run(case.topology, case.weights, case.x[:, s])
    for layer in case.topology.layers[1:]:
        for i in range(layer.size):
            filled = worked(network, trajectory, Unit(layer.name, i, t), sequence=s)
            assert filled.unit == Unit(layer.name, i, t) and filled.activation == layer.activation
            total = filled.bias
            for term in filled.terms:
                assert term.source.time == t - term.connection.delay >= 0
                assert term.activity == pytest.approx(textbook[term.source.layer][term.source.time, term.source.index])
                gate = 1.0 if term.connection.gate is None else textbook[term.connection.gate][t, i]
                assert (term.gate is None) == (term.connection.gate is None)
                assert term.product == pytest.approx(term.weight * term.activity * gate, rel=1e-12, abs=1e-15)
                total += term.product
            assert filled.drive == pytest.approx(total, rel=1e-10, abs=1e-12)
            assert naive.VALUE[layer.activation](filled.drive) == pytest.approx(filled.activity, rel=1e-10, abs=1e-12)


def test_the_worked_equation_lists_each_weight_that_the_pattern_has():
    network = Network.random(rnn.lateral_feedback(2, 3, 1), rng=1)
    filled = worked(network, network.run(np.ones((3, 2))), Unit("h", 1, 2))
    from_input, from_others = [Unit("x", 0, 2), Unit("x", 1, 2)], [Unit("h", 0, 1), Unit("h", 2, 1)]
    assert [term.source for term in filled.terms] == from_input + from_others
    assert [term.weight for term in filled.terms[2:]] == [network.weights["W_hh"][1, 0], network.weights["W_hh"][1, 2]]


def test_nothing_arrives_from_before_the_first_step():
    network = Network.random(rnn.elman(1, 2, 1), rng=1)
    filled = worked(network, network.run([[1.0], [2.0]]), Unit("h", 0, 0))
    assert [term.connection.source for term in filled.terms] == ["x"]


def test_an_input_neuron_is_just_the_number_that_came_in():
    network = Network.random(rnn.elman(1, 2, 1), rng=1)
    filled = worked(network, network.run([[1.0], [2.5]]), Unit("x", 0, 1))
    assert (filled.drive, filled.activity, filled.terms) == (2.5, 2.5, ())


def test_a_worked_equation_needs_a_step():
    network = Network.random(rnn.elman(1, 2, 1), rng=1)
    with one_sentence(ValueError, "no time", "Unit('h', 0, 0)"):
        worked(network, network.run([[1.0]]), Unit("h", 0))

"""The classical wirings by name, and the feedback that each of them has."""

import inspect

import pytest
from reference.topologies import BUILDERS as NAMES_OF_BUILDERS
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Topology

BUILDERS = {name: getattr(rnn, name) for name in NAMES_OF_BUILDERS}
KINDS = {
    "feedforward": set(),
    "direct_feedback": {"direct"},
    "indirect_feedback": {"indirect"},
    "lateral_feedback": {"lateral"},
    "complete_feedback": {"complete"},
    "elman": {"direct", "lateral"},
    "jordan": {"indirect"},
}
every_builder = pytest.mark.parametrize("name", BUILDERS)
hidden_sizes = pytest.mark.parametrize("hidden", [3, (3,), (4, 3), (3, 2, 4)])


def who_feeds_whom(topology):
    """The delayed connections, as (source, target, delay, pattern)."""
    return {(c.source, c.target, c.delay, c.pattern) for c in topology.connections if c.delay}


@every_builder
@hidden_sizes
def test_each_builder_has_the_feedback_of_its_name(name, hidden):
    assert BUILDERS[name](2, hidden, 2).feedback_kinds == frozenset(KINDS[name])


@every_builder
def test_one_hidden_layer_is_called_h(name):
    topology = BUILDERS[name](2, 3, 4)
    assert [(layer.name, layer.size) for layer in topology.layers] == [("x", 2), ("h", 3), ("y", 4)]
    assert topology == BUILDERS[name](2, (3,), 4)


@every_builder
def test_several_hidden_layers_are_numbered_from_one(name):
    topology = BUILDERS[name](2, (3, 5), 4)
    assert [(layer.name, layer.size) for layer in topology.layers] == [("x", 2), ("h1", 3), ("h2", 5), ("y", 4)]
    assert topology.update_order == ("h1", "h2", "y")


@every_builder
@hidden_sizes
def test_within_a_step_each_layer_feeds_the_next_one(name, hidden):
    topology = BUILDERS[name](2, hidden, 2)
    names = [layer.name for layer in topology.layers]
    undelayed = [(c.source, c.target, c.pattern) for c in topology.connections if c.delay == 0]
    assert undelayed == [(a, b, "all") for a, b in zip(names, names[1:], strict=False)]


@every_builder
def test_feedback_takes_one_step_and_everything_is_learned(name):
    topology = BUILDERS[name](2, (3, 4), 2)
    assert {c.delay for c in topology.connections} <= {0, 1}
    assert all(c.gate is None and c.fixed is None for c in topology.connections)


def test_direct_feedback_joins_each_hidden_neuron_to_itself():
    topology = rnn.direct_feedback(2, (3, 4), 1)
    assert who_feeds_whom(topology) == {("h1", "h1", 1, "one-to-one"), ("h2", "h2", 1, "one-to-one")}


def test_lateral_feedback_joins_each_hidden_neuron_to_the_others_of_its_layer():
    topology = rnn.lateral_feedback(2, (3, 4), 1)
    assert who_feeds_whom(topology) == {("h1", "h1", 1, "all-but-self"), ("h2", "h2", 1, "all-but-self")}


def test_elman_is_direct_and_lateral_feedback_together():
    assert who_feeds_whom(rnn.elman(2, 3, 1)) == {("h", "h", 1, "all")}


def test_indirect_feedback_goes_from_a_layer_to_an_earlier_one():
    assert who_feeds_whom(rnn.indirect_feedback(2, 3, 1)) == {("y", "h", 1, "all")}
    order = ["x", "h1", "h2", "y"]
    back = who_feeds_whom(rnn.indirect_feedback(2, (3, 4), 1))
    assert back and all(order.index(source) > order.index(target) > 0 for source, target, _, _ in back)


def test_jordan_feeds_the_output_back_to_the_hidden_layer():
    assert who_feeds_whom(rnn.jordan(2, 3, 1)) == {("y", "h", 1, "all")}
    assert who_feeds_whom(rnn.jordan(2, (3, 4), 1)) == {("y", "h1", 1, "all")}


def test_complete_feedback_joins_every_neuron_to_every_neuron():
    names = ("h1", "h2", "y")
    everyone = {(a, b, 1, "all") for a in names for b in names}
    assert who_feeds_whom(rnn.complete_feedback(2, (3, 4), 1)) == everyone


def test_complete_feedback_without_self_loops_leaves_out_only_those():
    topology = rnn.complete_feedback(2, 3, 2, self_loops=False)
    assert topology.feedback_kinds == {"lateral", "indirect", "forward"}
    pairs = {
        ((c.source, j), (c.target, i))
        for c in topology.connections
        if c.delay
        for i in range(topology.layer(c.target).size)
        for j in range(topology.layer(c.source).size)
        if topology.allows(c, i, j)
    }
    neurons = [("h", 0), ("h", 1), ("h", 2), ("y", 0), ("y", 1)]
    assert pairs == {(a, b) for a in neurons for b in neurons if a != b}


def test_the_weights_of_complete_feedback_have_readable_names():
    topology = rnn.complete_feedback(2, 3, 1)
    names = {(c.source, c.target, c.delay): topology.weight_name(c) for c in topology.connections}
    assert names == {
        ("x", "h", 0): "W_xh",
        ("h", "y", 0): "W_hy",
        ("h", "h", 1): "W_hh",
        ("h", "y", 1): "W_hy_1",
        ("y", "h", 1): "W_yh",
        ("y", "y", 1): "W_yy",
    }


@every_builder
def test_hidden_layers_are_tanh_and_the_output_is_linear_unless_said_otherwise(name):
    plain = BUILDERS[name](2, (3, 4), 1)
    assert [layer.activation for layer in plain.layers[1:]] == ["tanh", "tanh", "identity"]
    other = BUILDERS[name](2, (3, 4), 1, activation="relu", output_activation="sigmoid")
    assert [layer.activation for layer in other.layers[1:]] == ["relu", "relu", "sigmoid"]


@every_builder
def test_activations_are_given_by_name(name):
    parameters = inspect.signature(BUILDERS[name]).parameters
    assert list(parameters)[:3] == ["inputs", "hidden", "outputs"]
    for option, default in (("activation", "tanh"), ("output_activation", "identity")):
        assert parameters[option].kind is inspect.Parameter.KEYWORD_ONLY and parameters[option].default == default


def test_a_builder_only_saves_writing():
    by_hand = Topology(
        rnn.elman(2, 3, 1).layers, [Connection("x", "h"), Connection("h", "y"), Connection("h", "h", delay=1)]
    )
    assert by_hand == rnn.elman(2, 3, 1)


@every_builder
@pytest.mark.parametrize("sizes", [(0, 3, 1), (2, -3, 1), (2, (3, 0), 1), (2, 3, -1), (2, 2.5, 1)])
def test_a_builder_needs_whole_positive_sizes(name, sizes):
    with one_sentence(ValueError, "1 or more"):
        BUILDERS[name](*sizes)


@every_builder
def test_a_builder_needs_a_hidden_layer(name):
    with one_sentence(ValueError, "hidden", "no layers"):
        BUILDERS[name](2, (), 1)


@every_builder
def test_a_builder_needs_activations_that_exist(name):
    with one_sentence(ValueError, "'softplus'", "tanh"):
        BUILDERS[name](2, 3, 1, activation="softplus")

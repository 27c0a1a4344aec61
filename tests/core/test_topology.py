"""A network is a list of layers and a list of connections, and a connection has a delay."""

import dataclasses

import pytest
from hypothesis import given, settings
from reference import naive
from reference.topologies import NAMES, topologies
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Layer, Topology, Unit

ONE_OF_EACH = [Layer("x", 2), Layer("h", 3), Layer("y", 3)]
CHAIN = [Connection("x", "h"), Connection("h", "y")]


def wired(*connections, layers=ONE_OF_EACH):
    """A chain x → h → y (sizes 2, 3, 3) with more connections."""
    return Topology(layers, [*CHAIN, *connections])


# ---- a topology is a plain description -------------------------------------------------------------------------------


def test_a_unit_is_an_address_of_layer_index_and_time():
    unit = Unit("h", index=3, time=2)
    assert (unit.layer, unit.index, unit.time) == ("h", 3, 2) and unit == ("h", 3, 2)
    assert Unit("h", 3).time is None  # at every step: one circle of the folded drawing


def test_the_first_layer_is_the_input_and_the_last_is_the_output():
    topology = wired()
    assert topology.layers == tuple(ONE_OF_EACH) and topology.connections == tuple(CHAIN)
    assert topology.input == topology.layer("x") and topology.output == topology.layer("y")


def test_a_layer_alone_is_both_input_and_output():
    alone = Topology([Layer("x", 2)], [])
    assert alone.input == alone.output == alone.layers[0]
    assert alone.update_order == () and alone.feedback_kinds == frozenset()


def test_a_layer_and_a_connection_have_the_defaults_of_the_design():
    assert Layer("h", 3) == Layer("h", 3, activation="tanh", bias=True, label=None)
    assert Connection("a", "b") == Connection("a", "b", delay=0, pattern="all", gate=None, fixed=None)


def test_into_lists_the_connections_that_end_on_a_layer_in_their_order():
    loop = Connection("h", "h", delay=1)
    assert wired(loop).into("h") == (CHAIN[0], loop)
    assert wired(loop).into("x") == ()


def test_learned_lists_the_connections_that_are_not_fixed():
    fixed = Connection("h", "h", delay=1, fixed=1.0)
    assert wired(fixed).learned == tuple(CHAIN)


def test_equal_descriptions_are_equal_and_can_be_looked_up():
    one, other = wired(Connection("h", "h", delay=1)), wired(Connection("h", "h", delay=1))
    assert one == other and {one: "found"}[other] == "found"
    assert one != wired(Connection("h", "h", delay=2))


@pytest.mark.parametrize("record", [Layer("h", 3), CHAIN[0], wired()])
def test_a_description_cannot_be_changed(record):
    name = dataclasses.fields(record)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, name, "other")
    hash(record)


def test_a_topology_takes_any_iterable_and_does_not_follow_later_changes():
    layers, connections = list(ONE_OF_EACH), list(CHAIN)
    topology = Topology(iter(layers), connections)
    connections.append(Connection("h", "h", delay=1))
    assert topology.connections == tuple(CHAIN) and topology.layers == tuple(ONE_OF_EACH)


def test_a_fixed_connection_joins_same_numbers_only():
    assert Connection("h", "y", fixed=1.0).pattern == "one-to-one"


# ---- within a step, everything is computed after what it needs -------------------------------------------------------


def test_layers_are_updated_after_the_layers_they_need_in_the_same_step():
    backwards = Topology(
        [Layer("x", 2), Layer("late", 2), Layer("early", 2), Layer("y", 2)],
        [Connection("x", "early"), Connection("early", "late"), Connection("late", "y")],
    )
    assert backwards.update_order == ("early", "late", "y")


def test_a_delayed_connection_does_not_need_to_wait():
    assert wired(Connection("y", "h", delay=1)).update_order == ("h", "y")


def test_a_gate_is_computed_before_what_it_gates_even_on_a_delayed_connection():
    gated = Topology(
        [Layer("x", 2), Layer("y", 2), Layer("g", 2)],
        [Connection("x", "g"), Connection("x", "y"), Connection("y", "y", delay=1, gate="g")],
    )
    assert gated.update_order == ("g", "y")


@given(topologies())
@settings(max_examples=150)
def test_every_layer_but_the_input_is_updated_once_and_after_its_causes(topology):
    order = topology.update_order
    assert sorted(order) == sorted(layer.name for layer in topology.layers[1:])
    known = [topology.input.name]
    for name in order:
        for connection in topology.into(name):
            assert connection.delay or connection.source in known
            assert connection.gate is None or connection.gate in known
        known.append(name)


# ---- a weight's name says what it joins ------------------------------------------------------------------------------


def test_a_weight_is_named_from_source_to_target():
    topology = wired(Connection("h", "h", delay=1))
    assert [topology.weight_name(c) for c in topology.connections] == ["W_xh", "W_hy", "W_hh"]


def test_delayed_weights_carry_their_delay_only_where_several_join_the_same_layers():
    once, twice = Connection("h", "h", delay=1), Connection("h", "h", delay=2)
    again = Connection("h", "y", delay=3)
    topology = wired(once, twice, again)
    names = {c: topology.weight_name(c) for c in topology.connections}
    assert names[CHAIN[0]] == "W_xh" and names[CHAIN[1]] == "W_hy"
    assert names[once] == "W_hh_1" and names[twice] == "W_hh_2" and names[again] == "W_hy_3"


def test_a_fixed_connection_beside_a_learned_one_does_not_change_its_name():
    learned = Connection("h", "h", delay=1)
    assert wired(learned, Connection("h", "h", delay=2, fixed=1.0)).weight_name(learned) == "W_hh"


@given(topologies(max_connections=12))
@settings(max_examples=150)
def test_no_two_parameters_share_a_name(topology):
    names = [topology.weight_name(c) for c in topology.learned]
    names += [f"b_{layer.name}" for layer in topology.layers]
    assert len(set(names)) == len(names)


def test_layers_whose_names_run_together_still_give_different_weights():
    layers = [Layer(name, 2) for name in ("a", "ab", "b", "bb")]
    one, other = Connection("a", "bb"), Connection("ab", "b")
    topology = Topology(layers, [one, other])
    assert topology.weight_name(one) != topology.weight_name(other)


def test_a_layer_named_like_a_delay_still_gives_different_weights():
    layers = [Layer(name, 2) for name in ("x", "h", "h_1")]
    connections = [Connection("x", "h"), Connection("x", "h", delay=1), Connection("x", "h_1")]
    names = {Topology(layers, connections).weight_name(c) for c in connections}
    assert len(names) == 3


def test_only_a_learned_connection_has_a_weight_name():
    fixed = Connection("h", "y", delay=1, fixed=1.0)
    with one_sentence(KeyError, "h → y", "fixed"):
        wired(fixed).weight_name(fixed)
    with one_sentence(KeyError, "y → h", "not part"):
        wired().weight_name(Connection("y", "h", delay=1))


# ---- patterns --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "drawn"),
    [("all", ["###", "###", "###"]), ("one-to-one", ["#..", ".#.", "..#"]), ("all-but-self", [".##", "#.#", "##."])],
)
def test_a_pattern_says_which_neurons_are_joined(pattern, drawn):
    loop = Connection("h", "h", delay=1, pattern=pattern)
    topology = wired(loop)
    assert ["".join("#" if topology.allows(loop, i, j) else "." for j in range(3)) for i in range(3)] == drawn


def test_single_pairs_of_neurons_can_be_wired_by_hand():
    loop = Connection("h", "h", delay=1, pattern=[(0, 2), (1, 1), (0, 2)])  # (target, source): 2 → 0 and 1 → 1
    topology = wired(loop)
    assert loop.pattern == ((0, 2), (1, 1)) and hash(loop) == hash(Connection("h", "h", 1, ((1, 1), (0, 2))))
    assert ["".join("#" if topology.allows(loop, i, j) else "." for j in range(3)) for i in range(3)] == [
        "..#",
        ".#.",
        "...",
    ]
    assert topology.feedback_kinds == {"direct", "lateral"}
    assert wired(Connection("h", "h", delay=1, pattern=((0, 2),))).feedback_kinds == {"lateral"}


def test_a_fixed_connection_allows_the_diagonal():
    copy = Connection("h", "y", delay=1, fixed=-0.5)
    topology = wired(copy)
    assert [[topology.allows(copy, i, j) for j in range(3)] for i in range(3)] == [
        [i == j for j in range(3)] for i in range(3)
    ]


# ---- kinds of feedback -----------------------------------------------------------------------------------------------


def test_each_weight_has_a_kind_counted_in_layers_and_not_in_time():
    loop, back, ahead = (Connection("h", "h", delay=3), Connection("y", "h", delay=2), Connection("h", "y", delay=1))
    topology = wired(loop, back, ahead)
    assert topology.kind(CHAIN[1], 0, 0) == "feedforward"  # no delay
    assert topology.kind(loop, 1, 1) == "direct" and topology.kind(loop, 0, 1) == "lateral"
    assert topology.kind(back, 0, 0) == "indirect" and topology.kind(ahead, 0, 0) == "forward"


def test_what_comes_from_the_input_is_never_feedback_however_late():
    late = Connection("x", "h", delay=2)
    topology = wired(late)
    assert topology.kind(late, 0, 0) == "feedforward" and topology.feedback_kinds == frozenset()


@pytest.mark.parametrize(
    ("connections", "kinds"),
    [
        ([], set()),
        ([Connection("h", "h", delay=1, pattern="one-to-one")], {"direct"}),
        ([Connection("h", "h", delay=2, fixed=1.0)], {"direct"}),
        ([Connection("h", "h", delay=1, pattern="all-but-self")], {"lateral"}),
        ([Connection("h", "h", delay=1)], {"direct", "lateral"}),
        ([Connection("y", "h", delay=1)], {"indirect"}),
        ([Connection("y", "h", delay=1, pattern="one-to-one")], {"indirect"}),
        ([Connection("h", "y", delay=1)], {"forward"}),
        ([Connection("y", "h", delay=3), Connection("h", "h", delay=1)], {"direct", "lateral", "indirect"}),
        ([Connection("y", "y", delay=1, pattern="one-to-one", gate="h")], {"direct"}),
    ],
)
def test_a_hand_wired_network_is_told_which_feedback_it_has(connections, kinds):
    assert wired(*connections).feedback_kinds == frozenset(kinds)


def test_one_neuron_that_feeds_its_layer_of_one_feeds_itself():
    small = [Layer("x", 2), Layer("h", 1), Layer("y", 3)]
    assert wired(Connection("h", "h", delay=1), layers=small).feedback_kinds == {"direct"}
    nothing = wired(Connection("h", "h", delay=1, pattern="all-but-self"), layers=small)
    assert nothing.feedback_kinds == frozenset()  # a neuron alone has no others


def everything_feeds_everything(**changed):
    """Connections from each of h, y to each of h, y; `changed` gives one of them another pattern."""
    ends = [("h", "h"), ("h", "y"), ("y", "h"), ("y", "y")]
    return [Connection(a, b, delay=1, pattern=changed.get(a + b, "all")) for a, b in ends]


def test_feedback_is_complete_exactly_when_every_neuron_feeds_every_neuron():
    assert wired(*everything_feeds_everything()).feedback_kinds == {"complete"}
    all_kinds = {"direct", "lateral", "indirect", "forward"}
    for missing_one in ("hh", "yy", "hy", "yh"):
        almost = wired(*everything_feeds_everything(**{missing_one: "all-but-self"}))
        assert almost.feedback_kinds == all_kinds, missing_one


def test_complete_feedback_may_be_put_together_from_several_patterns():
    own = [Connection(a, a, delay=d, pattern=p) for a in "hy" for d, p in ((1, "one-to-one"), (2, "all-but-self"))]
    between = [Connection("h", "y", delay=1), Connection("y", "h", delay=1)]
    assert wired(*own, *between).feedback_kinds == {"complete"}


@given(topologies())
@settings(max_examples=150)
def test_the_kinds_of_a_topology_are_those_of_its_neurons(topology):
    place = {layer.name: k for k, layer in enumerate(topology.layers)}
    pairs, kinds = set(), set()
    for c in topology.connections:
        if c.delay > 0 and c.source != topology.input.name:
            for i in range(topology.layer(c.target).size):
                for j in naive.joined(topology, c, i):
                    pairs.add((c.source, j, c.target, i))
                    there, here = place[c.source], place[c.target]
                    kinds.add(
                        "indirect" if there > here else "forward" if there < here else "direct" if i == j else "lateral"
                    )
    n_neurons = sum(layer.size for layer in topology.layers[1:])
    if n_neurons > 1 and len(pairs) == n_neurons**2:
        kinds = {"complete"}
    assert topology.feedback_kinds == frozenset(kinds)


# ---- what is refused, and how it is said -----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [-3, 0, 2.5, "3", None, True])
def test_a_layer_needs_a_whole_positive_number_of_neurons(size):
    with one_sentence(ValueError, "'h'", repr(size), "1 or more"):
        Layer("h", size)


@pytest.mark.parametrize("name", ["", "1h", "h-1", "h.1", None, "../h", "h h"])
def test_a_layer_needs_a_plain_name(name):
    with one_sentence(ValueError, repr(name), "letters"):
        Layer(name, 3)


@pytest.mark.parametrize("activation", ["swish", ["tanh"], None])
def test_a_layer_needs_an_activation_that_exists(activation):
    with one_sentence(ValueError, repr(activation), "identity", "tanh", "sigmoid", "relu"):
        Layer("h", 3, activation=activation)


@pytest.mark.parametrize("delay", [-1, 0.5, "1", None])
def test_a_delay_is_a_whole_number_of_steps(delay):
    with one_sentence(ValueError, "h → h", repr(delay), "0 or more"):
        Connection("h", "h", delay=delay)


@pytest.mark.parametrize("pattern", [(), ((0,),), ((0, 1, 2),), ((0, -1),), ((0.5, 1),), 3, None, (("a", "b"),)])
def test_hand_wired_pairs_are_two_whole_numbers_each(pattern):
    with one_sentence(ValueError, "h → h", "pairs (target index, source index)", "from 0"):
        Connection("h", "h", delay=1, pattern=pattern)


@pytest.mark.parametrize("pair", [(3, 0), (0, 3)])
def test_a_hand_wired_pair_joins_neurons_that_exist(pair):
    with one_sentence(ValueError, str(pair), "'h' has 3"):
        wired(Connection("h", "h", delay=1, pattern=(pair,)))


def test_a_connection_needs_a_pattern_that_exists():
    with one_sentence(ValueError, "'some'", "all", "one-to-one", "all-but-self"):
        Connection("h", "h", delay=1, pattern="some")


@pytest.mark.parametrize("fixed", [float("nan"), float("inf"), "one", [1.0]])
def test_a_fixed_weight_is_a_finite_number(fixed):
    with one_sentence(ValueError, "h → h", repr(fixed), "finite"):
        Connection("h", "h", delay=1, fixed=fixed)


def test_a_fixed_connection_cannot_leave_out_the_diagonal():
    with one_sentence(ValueError, "fixed", "all-but-self"):
        Connection("h", "h", delay=1, pattern="all-but-self", fixed=1.0)


def test_a_topology_needs_a_layer():
    with one_sentence(ValueError, "no layers", "at least one"):
        Topology([], [])


def test_layers_have_names_of_their_own():
    with one_sentence(ValueError, "'h'", "name"):
        Topology([Layer("x", 1), Layer("h", 2), Layer("h", 3)], [])


def test_a_topology_is_made_of_layers_and_connections():
    with one_sentence(TypeError, "('h', 3)", "Layer("):
        Topology([Layer("x", 1), ("h", 3)], [])
    with one_sentence(TypeError, "('x', 'h')", "Connection("):
        Topology(ONE_OF_EACH, [("x", "h")])


@pytest.mark.parametrize(
    ("connection", "role"),
    [
        (Connection("z", "h"), "source"),
        (Connection("h", "z"), "target"),
        (Connection("h", "h", delay=1, gate="z"), "gate"),
    ],
)
def test_a_connection_joins_layers_that_exist(connection, role):
    with one_sentence(ValueError, role, "'z'", "x, h, y"):
        wired(connection)


def test_asking_for_an_unknown_layer_names_the_known_ones():
    for ask in (wired().layer, wired().into):
        with one_sentence(KeyError, "'z'", "x, h, y"):
            ask("z")


@pytest.mark.parametrize("delay", [0, 1])
def test_nothing_can_feed_the_input_layer(delay):
    with one_sentence(ValueError, "h → x", "input"):
        wired(Connection("h", "x", delay=delay))


def test_a_loop_needs_a_clock():
    with one_sentence(ValueError, "h → h", "loop", "delay=1"):
        wired(Connection("h", "h"))
    with one_sentence(ValueError, "loop", "h", "y", "delay=1"):
        wired(Connection("y", "h"))


def test_a_gate_closes_a_loop_too():
    with one_sentence(ValueError, "loop", "delay=1"):
        wired(Connection("x", "h", delay=1, gate="y"), layers=ONE_OF_EACH)
    with one_sentence(ValueError, "loop", "delay=1"):
        wired(Connection("h", "h", delay=1, gate="h"))


def test_two_learned_connections_in_the_same_place_would_only_add_up():
    with one_sentence(ValueError, "two learned", "h → h", "delay 1", "add up"):
        wired(Connection("h", "h", delay=1), Connection("h", "h", delay=1))
    with one_sentence(ValueError, "two learned", "h → h"):
        wired(*(Connection("h", "h", delay=1, pattern=pattern) for pattern in ("one-to-one", "all-but-self")))


def test_fixed_connections_in_the_same_place_are_allowed_when_they_differ():
    copy = Connection("h", "y", fixed=1.0)
    wired(copy, Connection("h", "y", fixed=-1.0, gate="h"))  # h - g·h, as in a GRU: (1 - z)·n
    with one_sentence(ValueError, "two equal", "h → y"):
        wired(copy, copy)


@pytest.mark.parametrize("pattern", ["one-to-one", "all-but-self"])
def test_a_pattern_by_number_needs_layers_of_one_size(pattern):
    with one_sentence(ValueError, repr(pattern), "'x' has 2", "'h' has 3"):
        wired(Connection("x", "h", delay=1, pattern=pattern))


def test_a_fixed_connection_needs_layers_of_one_size():
    with one_sentence(ValueError, "'x' has 2", "'h' has 3"):
        wired(Connection("x", "h", delay=1, fixed=1.0))


def test_a_gate_needs_one_neuron_for_each_neuron_of_the_target():
    with one_sentence(ValueError, "'x'", "2", "3", "'h'"):
        wired(Connection("h", "h", delay=1, gate="x"))


def test_the_random_names_of_these_tests_are_good_names():
    assert all(Layer(name, 1).name == name for name in NAMES)


def test_the_public_names_of_the_description_are_in_the_package():
    for name in ("Unit", "Layer", "Connection", "Topology"):
        assert getattr(rnn, name) is globals()[name]

"""A wiring that a learner grows arrow by arrow: it stays one with Topology, keeps its weights, and explains itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from reference.topologies import topologies

import rnn_edu as rnn
from rnn_edu import Unit
from rnn_edu.core import builders
from rnn_edu.core.wiring import FIRST_WEIGHT, STARTS, Wire, Wiring, neuron
from rnn_edu.drawings.svg import unit_symbol

X0, H0, H1, H2, Y0, Y1 = Unit("x", 0), Unit("h", 0), Unit("h", 1), Unit("h", 2), Unit("y", 0), Unit("y", 1)
PULSE = np.array([[1.0], [0.0], [0.0], [0.0], [0.0]])
CHAIN = Wiring.start("feedforward")


def chain_of_one():
    """x → h → y with one neuron each and weights 1."""
    return Wiring.empty(builders.feedforward(1, 1, 1)).add(X0, H0, weight=1.0).add(H0, Y0, weight=1.0)


@pytest.mark.parametrize("name", STARTS)
def test_a_named_start_is_the_builders_own_topology(name):
    assert Wiring.start(name).topology == STARTS[name](1, 3, 2, output_activation="tanh")
    assert Wiring.start(name, 2, (2, 3), 1).topology == STARTS[name](2, (2, 3), 1, output_activation="tanh")


def test_the_starts_are_the_four_kinds_of_feedback_and_none():
    assert [Wiring.start(name).topology.feedback_kinds for name in STARTS] == [
        frozenset(), {"direct"}, {"indirect"}, {"lateral"}, {"complete"}
    ]  # fmt: skip


def test_an_unknown_start_names_the_known_ones():
    with pytest.raises(ValueError, match=r"'circle'.*feedforward, direct"):
        Wiring.start("circle")


def test_a_wiring_has_no_gates_and_nothing_fixed():
    fixed = rnn.Connection("h", "h", delay=1, fixed=1.0)
    chain = rnn.feedforward(1, 2, 1)
    with pytest.raises(ValueError, match="fixed"):
        Wiring.of(rnn.Topology(chain.layers, [*chain.connections, fixed]))


@settings(max_examples=60)
@given(topologies())
def test_taking_a_topology_apart_and_together_again_keeps_every_arrow(topology):
    if any(c.gate is not None or c.fixed is not None for c in topology.connections):
        return
    again = Wiring.of(topology).topology
    assert {(a.source, a.target, a.connection.delay) for a in rnn.fold(again).arrows} == {
        (a.source, a.target, a.connection.delay) for a in rnn.fold(topology).arrows
    }
    assert again.feedback_kinds == topology.feedback_kinds


def test_an_arrow_moves_exactly_what_it_says():
    wiring = chain_of_one().add(Y0, H0, delay=2, weight=0.5)
    y = wiring.network().run(PULSE)["y"][:, 0]
    first = np.tanh(1.0)
    np.testing.assert_allclose(y, [first, 0, np.tanh(0.5 * first), 0, np.tanh(0.5 * np.tanh(0.5 * first))], rtol=1e-12)


def test_the_weight_stands_where_the_arrow_points():
    wiring = CHAIN.add(Y1, H2, delay=1, weight=0.25)
    assert wiring.network().weights["W_yh"].tolist() == [[0, 0], [0, 0], [0, 0.25]]


def test_weights_survive_every_edit():
    before = {(w.source, w.target, w.delay): w.weight for w in CHAIN.wires}
    wiring = CHAIN.add(Y1, H2, delay=1, weight=7.0).add(H0, H0, delay=1).remove(CHAIN.wires[0])
    wiring = wiring.reweigh(wiring.find(Wire(Y1, H2, 1)), -7.0)
    after = {(w.source, w.target, w.delay): w.weight for w in wiring.wires}
    assert after.pop((Y1, H2, 1)) == -7.0
    assert after.pop((H0, H0, 1)) == FIRST_WEIGHT["direct"]
    first = CHAIN.wires[0]
    assert before.pop((first.source, first.target, first.delay)) == first.weight
    assert after == before


def test_neurons_are_named_as_the_pictures_name_them():
    for unit in (Y1, Unit("h2", 13), Unit("memory", 0)):
        assert neuron(unit) == unit_symbol(unit)
    assert (CHAIN.name(X0), CHAIN.name(Y1)) == ("x", "y₁")
    assert CHAIN.arrow(Wire(Y1, H2, 2)) == "y₁ → h₂ (delay 2)"


def test_an_edit_makes_a_new_wiring_and_leaves_the_old_one():
    n_before = len(CHAIN.wires)
    assert CHAIN.add(H0, H0, delay=1) != CHAIN and len(CHAIN.wires) == n_before
    assert hash(CHAIN) == hash(Wiring.start("feedforward"))
    wire = Wire(H0, H0, 1, FIRST_WEIGHT["direct"])
    assert CHAIN.add(H0, H0, delay=1).remove(wire) == CHAIN


def test_another_delay_keeps_the_weight_and_may_not_close_a_loop():
    wiring = CHAIN.add(Y1, H2, delay=1, weight=0.3)
    later = wiring.redelay(Wire(Y1, H2, 1), 3)
    assert later.find(Wire(Y1, H2, 3)).weight == 0.3 and len(later.wires) == len(wiring.wires)
    with pytest.raises(ValueError, match="loop with no delay"):
        wiring.redelay(Wire(Y1, H2, 1), 0)


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [(H0, H0, "direct"), (H0, H1, "lateral"), (Y1, H2, "indirect"), (H0, Y0, "forward"), (X0, H0, "feedforward")],
)
def test_every_arrow_has_the_kind_that_topology_gives_it(source, target, kind):
    wiring = CHAIN.add(source, target, delay=1)
    assert wiring.kind(wiring.wires[-1]) == kind
    assert wiring.wires[-1].weight == FIRST_WEIGHT[kind]


def test_a_wiring_says_in_a_sentence_what_it_is():
    assert CHAIN.describe() == "This wiring has no feedback."
    both = CHAIN.add(H0, H1, delay=1).add(H0, H0, delay=1)
    assert both.describe() == "This wiring has direct and lateral feedback."
    three = both.add(Y0, H0, delay=2)
    assert three.describe() == "This wiring has direct, lateral and indirect feedback."
    assert "complete" in Wiring.start("complete").describe()
    one_less = Wiring.start("complete")
    one_less = one_less.remove(next(w for w in one_less.wires if w.delay))
    assert one_less.describe() == "This wiring has direct, lateral and indirect feedback, and late forward arrows."
    late = CHAIN.add(H0, Y0, delay=1)
    assert late.describe() == "This wiring has no feedback, only late forward arrows."


def test_a_complete_wiring_drawn_by_hand_is_called_complete():
    wiring = chain_of_one()
    for source in (H0, Y0):
        for target in (H0, Y0):
            wiring = wiring.add(source, target, delay=1)
    assert wiring.topology == rnn.Topology(wiring.layers, wiring.topology.connections)
    assert wiring.topology.feedback_kinds == {"complete"}


def test_patterns_drawn_arrow_by_arrow_get_their_names_back():
    wiring = CHAIN
    for unit in (H0, H1, H2):
        wiring = wiring.add(unit, unit, delay=1)
    assert wiring.topology == rnn.direct_feedback(1, 3, 2, output_activation="tanh")
    assert "i=j" in rnn.equations(wiring.topology)[0] and "wired" not in rnn.equations(wiring.topology)[0]


def test_how_far_back_is_counted_in_layers_and_not_in_time():
    assert [CHAIN.layers_back(*ends) for ends in ((Y1, X0), (Y1, H2), (H0, H1), (H0, Y0))] == [2, 1, 0, -1]


# ---- what is refused, and what is asked before ----------------------------------------------------------------------


def own_way(layers, connections, source, target, delay):
    """The same arrow, given to Topology directly."""
    pattern = ((target.index, source.index),)
    rnn.Topology(layers, [*connections, rnn.Connection(source.layer, target.layer, delay, pattern)])


@pytest.mark.parametrize(
    ("source", "target", "delay"),
    [(Y1, H2, 0), (H0, H0, 0), (H0, H1, 0), (H0, X0, 1), (H0, Unit("q", 0), 1), (H0, Unit("y", 9), 0), (H0, Y0, -1)],
)
def test_a_wrong_arrow_raises_the_topologys_own_error(source, target, delay):
    chain = rnn.feedforward(1, 3, 2)
    others = [c for c in chain.connections if (c.source, c.target, c.delay) != (source.layer, target.layer, delay)]
    with pytest.raises(ValueError) as own:  # noqa: PT011 (compared below)
        own_way(chain.layers, others, source, target, delay)
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        CHAIN.add(source, target, delay)
    if target.index < 9:
        assert str(refused.value) == str(own.value)
    assert str(refused.value).count("\n") == 0


def test_the_same_arrow_twice_is_refused_in_words():
    with pytest.raises(ValueError, match=r"h₀ → y₀ is there already; change its weight"):
        CHAIN.add(H0, Y0)
    assert len(CHAIN.add(H0, Y0, delay=1).between(H0, Y0)) == 2


def test_a_missing_arrow_cannot_be_removed():
    with pytest.raises(ValueError, match=r"no arrow y₀ → h₀ \(delay 1\)"):
        CHAIN.remove(Wire(Y0, H0, 1))


@pytest.mark.parametrize("weight", [float("nan"), float("inf")])
def test_a_weight_is_a_finite_number(weight):
    with pytest.raises(ValueError, match="finite"):
        CHAIN.add(H0, H0, delay=1, weight=weight)


def test_the_smallest_delay_is_the_first_that_topology_allows():
    assert CHAIN.smallest_delay(X0, Y0) == 0
    assert CHAIN.smallest_delay(Y1, H2) == CHAIN.smallest_delay(H0, H0) == CHAIN.smallest_delay(H0, H1) == 1
    assert CHAIN.smallest_delay(H0, Y0) == 1  # one without delay is there
    assert CHAIN.add(Y1, H2, delay=1).smallest_delay(Y1, H2) == 2
    with pytest.raises(ValueError, match="the connection h → x ends on the input layer"):
        CHAIN.smallest_delay(H0, X0)


def test_why_a_delay_is_needed_names_who_would_wait_for_whom():
    assert CHAIN.why_delay(X0, Y0) == ""
    assert CHAIN.why_delay(Y1, H2) == (
        "y₁ → h₂ needs a delay of at least 1, because y₁ → h₂ → y₁ would each have to wait for the other."
    )
    assert "cannot know its own value" in CHAIN.why_delay(H0, H0)
    assert "layer h are computed at the same moment" in CHAIN.why_delay(H0, H1)
    assert CHAIN.why_delay(H0, Y0).startswith("A second arrow h₀ → y₀ needs a delay of at least 1")
    assert "one with delay 1 is there" in CHAIN.add(H0, H0, delay=1).why_delay(H0, H0)
    deep = Wiring.start("feedforward", 1, (1, 1), 1)
    assert "y → h¹ → h² → y would all have to wait" in deep.why_delay(Y0, Unit("h1", 0))


def test_neurons_that_only_wait_as_layers_are_told_so():
    sparse = Wiring.empty(builders.feedforward(1, 3, 2)).add(H0, Y0)
    assert sparse.waiting(Y1, H2) == ()
    assert "a layer is computed as a whole" in sparse.why_delay(Y1, H2)


@settings(max_examples=60)
@given(topologies())
def test_the_suggested_delay_always_works_and_a_shorter_one_never(topology):
    if any(c.gate is not None or c.fixed is not None for c in topology.connections):
        return
    wiring = Wiring.of(topology)
    source, target = Unit(topology.output.name, 0), Unit(topology.layers[min(1, len(topology.layers) - 1)].name, 0)
    if target.layer == topology.input.name:
        return
    smallest = wiring.smallest_delay(source, target)
    wiring.add(source, target, smallest)
    for delay in range(smallest):
        with pytest.raises(ValueError, match=r"loop|already"):
            wiring.add(source, target, delay)
    assert bool(wiring.why_delay(source, target)) == (smallest > 0)

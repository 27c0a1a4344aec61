"""The plan says in plain lines what is computed at once and what step by step, and puts together what can be."""

import pytest
from hypothesis import given, settings
from reference.topologies import topologies

import rnn_edu as rnn
from rnn_edu import Connection, Layer, Topology
from rnn_edu.core.plan import compile_plan


def lines(topology):
    return str(compile_plan(topology)).splitlines()


def updates(topology):
    return [update for block in compile_plan(topology).blocks for update in block.updates]


def test_a_network_without_feedback_needs_no_clock():
    assert lines(rnn.feedforward(2, (3, 4), 1)) == [
        "all steps at once: h1 ← tanh(x + bias)",
        "all steps at once: h2 ← tanh(h1 + bias)",
        "all steps at once: y ← h2 + bias",
    ]


def test_only_the_loop_is_stepped_through_time():
    assert lines(rnn.elman(2, 3, 1)) == [
        "for each step: h ← tanh(x + bias + h before 1)",
        "all steps at once: y ← h + bias",
    ]


def test_layers_that_loop_only_on_themselves_are_loops_one_after_the_other():
    assert lines(rnn.direct_feedback(2, (3, 4), 1)) == [
        "for each step: h1 ← tanh([x + bias] + h1 before 1)",
        "for each step: h2 ← tanh([h1 + bias] + h2 before 1)",
        "all steps at once: y ← h2 + bias",
    ]


def test_an_lstm_is_one_product_and_five_lines():
    assert lines(rnn.lstm(2, 3, 1)) == [
        "for each step: one product with x, 1, h before 1, for o, i, f, g",
        "for each step: o, i, f, g ← sigmoid for o, i, f and tanh for g of x + bias + h before 1",
        "for each step: c ← i ⊙ g + f ⊙ c before 1",
        "for each step: s ← tanh(c)",
        "for each step: h ← o ⊙ s",
        "all steps at once: y ← h + bias",
    ]


def test_complete_feedback_is_one_product_a_step():
    assert lines(rnn.complete_feedback(2, (3, 4), 1))[0] == (
        "for each step: one product with x, 1, h1, h2, y before 1, for h1, h2, y"
    )


def test_sources_are_not_joined_when_half_of_the_matrix_would_be_empty():
    assert not any("one product" in line for line in lines(rnn.indirect_feedback(2, (3, 4), 1)))


def test_gates_that_read_different_things_are_not_put_together():
    def gated(second_input):
        return Topology(
            [Layer("x", 2), Layer("a", 2, "sigmoid"), Layer("b", 2, "sigmoid"), Layer("h", 2)],
            [
                Connection("x", "a"),
                Connection(second_input, "b"),
                *(Connection("h", gate, delay=1) for gate in "ab"),
                *(Connection("x", "h", gate=gate, delay=delay) for delay, gate in enumerate("ab")),
            ],
        )

    assert any(update.layers == ("a", "b") for update in updates(gated("x")))
    assert not any(len(update.layers) > 1 for update in updates(gated("a")))


def test_a_plan_is_made_once():
    assert compile_plan(rnn.elman(2, 3, 1)) is compile_plan(rnn.elman(2, 3, 1))


@given(topologies())
@settings(max_examples=100)
def test_every_layer_is_computed_once_and_after_all_that_it_waits_for(topology):
    computed = []
    for block in compile_plan(topology).blocks:
        for update in block.updates:
            for name in update.layers:
                for connection in topology.into(name):
                    waits = [connection.gate] + [connection.source] * (connection.delay == 0)
                    assert {cause for cause in waits if cause} <= {topology.input.name, *computed}
            computed.extend(update.layers)
        assert block.loops or len(block.layers) == 1
    assert sorted(computed) == sorted(topology.update_order)


@given(topologies())
@settings(max_examples=100)
def test_every_connection_into_a_loop_is_used_exactly_once(topology):
    for block in compile_plan(topology).blocks:
        used = [c for product in block.products for c in product.connections if c.gate is None]
        used += [c for product in block.products for c in product.outside]
        for update in block.updates:
            used += update.known
            used += [c for product in update.products for c in product.connections if c.gate is None]
            used += [c for gated in update.sums for c in gated.connections]
        given_connections = [c for name in block.layers for c in topology.into(name)]
        assert sorted(map(repr, used)) == sorted(map(repr, given_connections))


@pytest.mark.parametrize("build", [rnn.gru, rnn.lstm])
def test_the_riders_of_a_cell_are_all_that_only_act_unit_by_unit(build):
    (loop,) = (block for block in compile_plan(build(2, 3, 1)).blocks if block.loops)
    expected = (
        {"r": "n", "z": "h", "n": "h"} if build is rnn.gru else {"i": "c", "f": "c", "g": "c", "o": "h", "s": "h"}
    )
    assert dict(loop.riders) == expected

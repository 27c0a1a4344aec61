"""The unrolling explorer: one weight and all its copies, one input number and all that hears of it."""

import itertools

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.explorers.unrolling_explorer import UnrollingExplorer
from rnn_edu.tasks import unrolling


def error(explorer):
    return explorer._frame.status.value if "did not work" in explorer._frame.status.value else ""


def reachable(diagram, start):
    """The units to which drawn arrows lead from this one, and the unit itself."""
    found, waiting = {start}, [start]
    while waiting:
        _, outgoing = diagram.touching(waiting.pop())
        new = {arrow.target for arrow in outgoing} - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize(("n_steps", "n_arrows", "copies"), [(1, 2, 0), (6, 17, 5), (10, 29, 9)])
def test_arrows_grow_with_the_steps_and_weights_do_not(n_steps, n_arrows, copies):
    explorer = UnrollingExplorer()
    explorer.n_steps.set_state({"value": n_steps})
    said = f"3 weights, {n_arrows} arrows over {n_steps} step"
    assert said in repr(explorer) and not error(explorer)
    assert f"one number with {copies} arrow" in repr(explorer)


def test_every_copy_of_the_chosen_weight_carries_its_number():
    explorer = UnrollingExplorer(n_steps=6)
    explorer.number.set_state({"value": -1.35})
    folded, unrolled = explorer.stage.picture.split("unrolled over")
    assert folded.count(">−1.35</text>") == 1
    assert unrolled.count(">−1.35</text>") == 5


@pytest.mark.parametrize("name", unrolling.WIRINGS)
def test_the_copies_that_are_counted_are_the_arrows_that_are_drawn(name):
    topology = unrolling.WIRINGS[name]()
    for n_steps in (1, 4):
        arrows = rnn.unroll(topology, n_steps).arrows
        weights = unrolling.all_weights(topology)
        assert sum(unrolling.n_copies(weight, n_steps) for weight in weights) == len(arrows)
        for weight in weights:
            connection, target, source = weight
            copies = [
                arrow
                for arrow in arrows
                if (arrow.connection, arrow.target.index, arrow.source.index) == (connection, target, source)
            ]
            assert len(copies) == unrolling.n_copies(weight, n_steps)


@pytest.mark.parametrize("name", unrolling.WIRINGS)
def test_an_input_moves_exactly_the_units_to_which_its_arrows_lead(name):
    explorer = UnrollingExplorer(name)
    explorer.input_step.set_state({"value": 2})
    explorer.input.set_state({"value": 0.7})
    expected = reachable(rnn.unroll(explorer.network.topology, 6), rnn.Unit("x", 0, 2))
    assert set(explorer.moved) == expected and not error(explorer)
    assert f"changed {len(expected)} of" in repr(explorer)


def test_a_loop_weight_leaves_step_zero_alone():
    explorer = UnrollingExplorer()
    explorer.number.set_state({"value": 0.5})
    assert {(unit.layer, unit.time) for unit in explorer.moved} == set(itertools.product("hy", range(1, 6)))
    assert explorer.stage.picture.count('[data-unit="') == len(explorer.moved) == 10


@pytest.mark.parametrize("end", ["min", "max"])
def test_every_slider_at_its_end(end):
    explorer = UnrollingExplorer("direct and lateral (Elman)")
    for control in (explorer.number, explorer.input, explorer.input_step, explorer.n_steps, explorer.step):
        control.set_state({"value": getattr(control, end)})
        assert not error(explorer)
    assert explorer.trajectory.n_steps == explorer.n_steps.value
    again = explorer.network.run(explorer._x[: explorer.n_steps.value])
    assert all(np.array_equal(again[name], explorer.trajectory[name]) for name in "xhy")


def test_a_shorter_sequence_takes_the_step_and_the_input_with_it():
    explorer = UnrollingExplorer(n_steps=10)
    explorer.input_step.set_state({"value": 9})
    explorer.n_steps.set_state({"value": 3})
    assert explorer.step.value == explorer.stage.step == 2 and explorer.input_step.value == 2 and not error(explorer)
    explorer.n_steps.set_state({"value": 10})
    assert explorer.step.max == 9 and explorer.input_step.max == 9


def test_an_input_that_was_changed_stays_when_another_step_is_looked_at():
    explorer = UnrollingExplorer()
    explorer.input_step.set_state({"value": 1})
    explorer.input.set_state({"value": 1.5})
    explorer.input_step.set_state({"value": 0})
    assert explorer.input.value == 1.0
    explorer.input_step.set_state({"value": 1})
    assert explorer.input.value == 1.5 and explorer.trajectory[rnn.Unit("x", 0, 1)] == 1.5


@pytest.mark.parametrize("number", range(len(unrolling.WIRINGS)))
def test_every_wiring_can_be_chosen_and_every_weight_of_it(number):
    explorer = UnrollingExplorer()
    explorer.wiring.set_state({"index": number})
    for place in range(len(explorer.weight.options)):
        explorer.weight.set_state({"index": place})
        assert not error(explorer) and f"The weight {explorer.weight.value} is" in repr(explorer)
        assert explorer.stage.selected.count("<") == 1


def test_a_weight_is_chosen_by_its_arrow():
    explorer = UnrollingExplorer("direct and lateral (Elman)")
    explorer.stage.set_state({"selected": "h:1<h:0@1"})
    assert explorer.weight.value == "h₀ → h₁ (one step later)"
    explorer.number.set_state({"value": 1.1})
    assert explorer.network.weights["W_hh"][1, 0] == 1.1


def test_a_unit_that_is_selected_lights_up_and_escape_lets_go():
    explorer = UnrollingExplorer()
    lit = explorer.stage.picture
    explorer.stage.set_state({"selected": "h:0:2"})
    assert explorer.stage.picture != lit and not error(explorer)
    explorer.stage.set_state({"selected": ""})
    assert ' opacity="0.16"' not in explorer.stage.picture and not error(explorer)


def test_a_number_that_a_browser_sends_inexactly_is_one_move():
    explorer = UnrollingExplorer()
    explorer.number.set_state({"value": 0.5999999999999996})
    assert explorer.network.weights["W_hh"].item() == 0.6
    assert len(explorer.moved) == 10
    explorer.number.set_state({"value": 0.6000000000000001})
    assert len(explorer.moved) == 10  # nothing has moved since


def test_choosing_another_weight_changes_no_number():
    explorer = UnrollingExplorer("complete feedback")
    before = {name: weight.copy() for name, weight in explorer.network.weights.items()}
    for place in range(len(explorer.weight.options)):
        explorer.weight.set_state({"index": place})
    assert all(np.array_equal(before[name], explorer.network.weights[name]) for name in before)
    assert explorer.moved == ()


def test_a_given_network_is_shown_with_its_own_weights():
    network = unrolling.example_network(rnn.elman(1, 2, 1)).replace_weights({"W_hh": [[5.0, 1.0], [1.0, 1.0]]})
    explorer = UnrollingExplorer(network, n_steps=4)
    assert explorer.network is network or np.array_equal(explorer.network.weights["W_hh"], network.weights["W_hh"])
    assert explorer.number.value == 5.0 and "8 weights, 28 arrows" in repr(explorer)
    with pytest.raises(ValueError, match="has 2 inputs, but this explorer shows one input"):
        UnrollingExplorer(unrolling.example_network(rnn.elman(2, 2, 1)))


def test_shown_it_is_a_live_view_a_png_and_one_line():
    explorer = UnrollingExplorer()
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"].startswith("iVBORw0KGgo")  # a PNG, as text
    assert bundle["text/plain"] == repr(explorer) and "\n" not in bundle["text/plain"]


def test_looking_at_a_weight_with_many_digits_does_not_round_it():
    network = rnn.Network.random(rnn.elman(1, 2, 1), rng=0)
    explorer = UnrollingExplorer(network)
    for place in range(len(explorer.weight.options)):
        explorer.weight.set_state({"index": place})
    assert all(np.array_equal(network.weights[name], explorer.network.weights[name]) for name in network.weights)

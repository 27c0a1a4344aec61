"""The error explorer: what travels back, number by number, and what it says when there is nothing or too much."""

import re

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.core.equations import worked
from rnn_edu.drawings.svg_error_arrows import arrow_key
from rnn_edu.explorers.error_explorer import EVERY, ErrorExplorer
from rnn_edu.explorers.error_journey import arrow_chains, unit_chain
from rnn_edu.tasks import unrolling

WIRINGS = list(unrolling.WIRINGS)


def trouble(explorer):
    return explorer._frame.status.value if "did not work" in explorer._frame.status.value else ""


def select(explorer, arrow):
    explorer.stage.set_state({"selected": arrow_key(explorer._unrolled, arrow)})


def network_of(loop, *, activation="identity", x=1.0):
    weights = {"W_xh": [[x]], "W_hh": [[loop]], "b_h": [0.0], "W_hy": [[1.0]], "b_y": [0.0]}
    return rnn.Network(rnn.direct_feedback(1, 1, 1, activation=activation), weights)


# ---- the numbers are those of the package --------------------------------------------------------------------------


@pytest.mark.parametrize("name", WIRINGS)
def test_what_is_shown_is_what_the_package_computes(name):
    explorer = ErrorExplorer(name)
    explorer.error.set_state({"value": -0.5})
    given = np.zeros((6, 1))
    given[5] = -0.5
    gradients = rnn.bptt(explorer.network, explorer.network.run(explorer._x[:6]), {"y": given})
    for unit in explorer._unrolled.positions:
        assert explorer.journey.gradients[unit] == gradients[unit]
    for words, (connection, target, source) in explorer._weights.items():
        explorer.weight.set_state({"index": list(explorer._weights).index(words)})
        whole = gradients.weights[explorer.network.topology.weight_name(connection)][target, source]
        assert sum(explorer.by_lag) == pytest.approx(whole, abs=1e-13) and not trouble(explorer)


@pytest.mark.parametrize("name", WIRINGS)
@pytest.mark.parametrize("at", [EVERY, 3])
def test_the_factors_of_every_arrow_multiply_to_its_number_and_those_of_every_unit_add_up(name, at):
    explorer = ErrorExplorer(name, n_steps=5)
    explorer.error_step.set_state({"index": explorer.error_step.options.index(at)})
    journey = explorer.journey
    for arrow in explorer._unrolled.arrows:
        for row in arrow_chains(journey, arrow)[:2]:
            assert np.prod([tile.value for tile in row.tiles]) == pytest.approx(row.result.value, abs=1e-14)
        origin = arrow_chains(journey, arrow)[-1]
        values = [tile.value for tile in origin.tiles]
        made = np.prod(values) if "only way" in origin.title else sum(values)
        assert made == pytest.approx(origin.result.value, abs=1e-14)
    for unit in explorer._unrolled.positions:
        row = unit_chain(journey, unit)
        assert sum(tile.value for tile in row.tiles) == pytest.approx(float(journey.gradients[unit]), abs=1e-14)


@pytest.mark.parametrize("name", WIRINGS)
def test_what_the_arrows_carry_forwards_is_what_the_equation_adds(name):
    journey = ErrorExplorer(name, n_steps=4).journey
    for unit in journey.diagram.positions:
        for term in worked(journey.network, journey.trajectory, unit).terms:
            assert journey.carried.forward[rnn.Arrow(term.connection, term.source, unit)] == term.product


def test_the_uses_of_a_weight_add_up_to_its_gradient():
    explorer = ErrorExplorer("complete feedback")
    for weight in explorer._weights.values():
        connection, target, source = weight
        uses = [
            arrow
            for arrow in explorer._unrolled.arrows
            if (arrow.connection, arrow.target.index, arrow.source.index) == weight
        ]
        name = explorer.network.topology.weight_name(connection)
        whole = explorer.journey.gradients.weights[name][target, source]
        assert sum(explorer.journey.part_of(arrow) for arrow in uses) == pytest.approx(whole, abs=1e-13)


def test_with_one_neuron_the_way_from_the_error_is_told_in_full():
    explorer = ErrorExplorer(n_steps=4)
    explorer.use.set_state({"index": 0})  # into step 1
    row = arrow_chains(explorer.journey, explorer.selected)[-1]
    assert "the only way" in row.title
    assert [tile.words.split("₀")[0] for tile in row.tiles] == [
        "error y", "W_hy", "slope at h", "W_hh", "slope at h", "W_hh",
    ]  # fmt: skip


def test_the_number_of_ways_is_told():
    explorer = ErrorExplorer("direct and lateral (Elman)", n_steps=4)
    select(explorer, next(arrow for arrow in explorer._unrolled.arrows if arrow.target == rnn.Unit("h", 0, 1)))
    assert "4 ways lead from the error to here" in explorer.below.picture
    explorer.stage.set_state({"selected": "h:1:0"})
    assert "8 ways lead from the error to here" in explorer.below.picture
    explorer.error_step.set_state({"index": 1})
    explorer.stage.set_state({"selected": "h:1:2"})
    assert "lead from the error" not in explorer.below.picture


# ---- touching --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WIRINGS)
def test_every_arrow_and_every_unit_can_be_selected(name):
    explorer = ErrorExplorer(name, n_steps=3)
    for arrow in explorer._unrolled.arrows:
        select(explorer, arrow)
        assert explorer.selected == arrow and not trouble(explorer)
        assert explorer.use.value == arrow.target.time
        assert explorer.chosen == (arrow.connection, arrow.target.index, arrow.source.index)
        assert "carries back" in repr(explorer)
    for unit in explorer._unrolled.positions:
        explorer.stage.set_state({"selected": f"{unit.layer}:{unit.index}:{unit.time}"})
        assert explorer.selected == unit and not trouble(explorer)
    explorer.stage.set_state({"selected": ""})
    assert explorer.selected is None and "Click an arrow" in explorer.below.picture


def test_the_lists_choose_the_arrow_as_a_click_does():
    explorer = ErrorExplorer()
    for place, step in enumerate((1, 2, 3, 4, 5)):
        explorer.use.set_state({"index": place})
        assert explorer.stage.selected == f"h:0:{step}<h:0:{step - 1}@{explorer.stage.selected[-1]}"
    explorer.weight.set_state({"index": 1})
    assert explorer.selected.connection.delay == 0 and explorer.stage.selected.startswith(
        explorer.selected.target.layer
    )


@pytest.mark.parametrize("name", WIRINGS)
def test_the_arrow_keys_lead_to_every_arrow_and_every_unit(name):
    explorer = ErrorExplorer(name, n_steps=3)
    found = dict(
        re.findall(
            r'data-(?:unit|arrow)="([^"]+)" [^>]*?role="button"[^>]*?((?: data-\w+="[^"]+")+)>', explorer.stage.picture
        )
    )
    ways = {key: set(re.findall(r'data-(?:left|right|up|down)="([^"]+)"', text)) for key, text in found.items()}
    assert len(ways) == len(explorer._unrolled.positions) + len(explorer._unrolled.arrows)
    for arrow in explorer._unrolled.arrows:  # back and forth: an arrow leads to both its ends
        ends = {f"{unit.layer}:{unit.index}:{unit.time}" for unit in (arrow.source, arrow.target)}
        assert ends <= ways[arrow_key(explorer._unrolled, arrow).replace("<", "&lt;")]
    for unit in explorer._unrolled.positions:  # and a unit to one of the arrows that arrive at it
        arriving, _ = explorer._unrolled.touching(unit)
        keys = {arrow_key(explorer._unrolled, arrow).replace("<", "&lt;") for arrow in arriving}
        assert not keys or keys & ways[f"{unit.layer}:{unit.index}:{unit.time}"]
    reached, waiting = {"h:0:0"}, ["h:0:0"]
    while waiting:
        new = ways[waiting.pop()] - reached
        reached |= new
        waiting += new
    assert reached == set(ways)


def test_the_lag_of_the_selected_arrow_is_marked():
    explorer = ErrorExplorer()
    explorer.use.set_state({"index": 4})
    assert explorer._lag == 0 and explorer.below.picture.count("rnn-bar-chosen") == 2  # its bar, and the style
    explorer.error_step.set_state({"index": 0})
    assert explorer._lag is None  # an arrow that hears of several errors has several lags


# ---- all controls at their ends --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WIRINGS)
@pytest.mark.parametrize("n_steps", ["min", "max"])
@pytest.mark.parametrize("end", ["min", "max"])
def test_every_control_at_both_ends(name, n_steps, end):
    explorer = ErrorExplorer(name)
    explorer.n_steps.set_state({"value": getattr(explorer.n_steps, n_steps)})
    for slider in (explorer.error, explorer.number, explorer.step):
        slider.set_state({"value": getattr(slider, end)})
        assert not trouble(explorer)
    for choice in (explorer.error_step, explorer.weight, explorer.use, explorer.view):
        if choice.options:
            choice.set_state({"index": 0 if end == "min" else len(choice.options) - 1})
        assert not trouble(explorer)
    explorer.numbers.set_state({"value": end == "max"})
    assert not trouble(explorer) and "NaN" not in repr(explorer)
    assert explorer.journey.trajectory.n_steps == explorer.n_steps.value
    assert (explorer._table.value != "") == (end == "max")


def test_a_shorter_sequence_takes_the_error_with_it():
    explorer = ErrorExplorer(n_steps=8)
    assert explorer.error_steps == (7,)
    explorer.n_steps.set_state({"value": 3})
    assert explorer.error_steps == (2,)
    explorer.error_step.set_state({"index": 1})
    explorer.n_steps.set_state({"value": 8})
    assert explorer.error_steps == (0,)
    explorer.error_step.set_state({"index": 0})
    explorer.n_steps.set_state({"value": 2})
    assert explorer.error_steps == (0, 1) and not trouble(explorer)


def test_the_player_goes_through_the_steps_and_in_both_directions_if_both_are_shown():
    explorer = ErrorExplorer(n_steps=4)
    assert explorer.step.max == 3 == explorer.stage.step
    first = re.findall(r'data-unit="h:0:3".*?data-time="(\d)"', explorer.stage.picture)[0]
    assert first == "0"  # the last column comes first on the way back
    explorer.view.set_state({"index": 2})
    assert explorer.step.max == 7 == explorer.stage.step
    explorer.view.set_state({"index": 0})
    assert explorer.step.max == 3 and re.findall(r'data-unit="h:0:3".*?data-time="(\d)"', explorer.stage.picture) == [
        "3"
    ]


# ---- nothing, too much -----------------------------------------------------------------------------------------------


def test_with_one_step_the_loop_has_no_arrow_and_no_gradient():
    explorer = ErrorExplorer(n_steps=1)
    assert explorer.selected is None and explorer.use.options == () and explorer.by_lag == [0.0]
    assert "no loop has been used yet" in repr(explorer) and "no loop has been used yet" in explorer.below.picture
    explorer.n_steps.set_state({"value": 2})
    assert explorer.use.options == (1,) and not trouble(explorer)


def test_without_an_error_every_gradient_is_exactly_zero_and_it_says_so():
    explorer = ErrorExplorer()
    explorer.error.set_state({"value": 0.0})
    assert all(float(explorer.journey.gradients[unit]) == 0 for unit in explorer._unrolled.positions)
    assert "the error is 0, nothing travels back" in repr(explorer)
    assert 'stroke-dasharray="1 5"' in explorer.stage.picture


def test_a_loop_of_weight_zero_stops_the_error():
    explorer = ErrorExplorer()
    explorer.number.set_state({"value": 0.0})
    assert not trouble(explorer) and float(explorer.journey.gradients[rnn.Unit("h", 0, 3)]) == 0
    assert "carries back 0 = 0 × " in repr(explorer)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (network_of(1e200), "no longer a finite number from step 2 on"),
        (network_of(1e120, x=1e-300), "grew beyond the largest number"),
        (network_of(-1e300, x=0.0), "grew beyond the largest number"),
        (network_of(0.8, activation="relu", x=-1.0), "Nothing reaches x: every gradient there is exactly 0."),
    ],
)
@pytest.mark.parametrize("view", ["activity", "gradient", "both"])
def test_too_much_and_too_little_stay_readable_and_are_told(network, words, view):
    explorer = ErrorExplorer(network, n_steps=6)
    explorer.view.set_state({"index": explorer.view.options.index(view)})
    explorer.numbers.set_state({"value": True})
    assert words in repr(explorer) and not trouble(explorer)
    for place in range(len(explorer.weight.options)):
        explorer.weight.set_state({"index": place})
        assert not trouble(explorer)
    attributes = re.findall(
        r' (?:d|x|y|cx|cy|r|width|height|stroke-width|font-size)="([^"]*)"',
        explorer.stage.picture + explorer.below.picture,
    )
    assert not [value for value in attributes if "nan" in value or "inf" in value]
    assert explorer._repr_mimebundle_()["image/png"].startswith("iVBORw0KGgo")


def test_a_number_that_is_none_is_marked():
    explorer = ErrorExplorer(network_of(1e120, x=1e-300), n_steps=6)
    assert "∞" in explorer.stage.picture
    assert "#FFE04D" in explorer.stage.picture  # yellow, together with its sign


# ---- shown -----------------------------------------------------------------------------------------------------------


def test_shown_it_is_a_live_view_a_png_and_one_line():
    explorer = ErrorExplorer()
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"].startswith("iVBORw0KGgo")
    assert bundle["text/plain"] == repr(explorer) and "\n" not in bundle["text/plain"]
    assert "carries back 0.14 = 0.24 × 0.70 × 0.80" in repr(explorer)


def test_a_move_sends_only_what_changed():
    explorer = ErrorExplorer("direct and lateral (Elman)")
    base = explorer.stage.base
    explorer.number.set_state({"value": 0.5})
    assert explorer.stage.base == base and explorer.stage.changes
    assert len(str(explorer.stage.changes)) < 30_000


def test_a_given_network_keeps_its_weights_while_one_looks():
    network = rnn.Network.random(rnn.elman(1, 2, 1), rng=0)
    explorer = ErrorExplorer(network)
    for place in range(len(explorer.weight.options)):
        explorer.weight.set_state({"index": place})
    assert all(np.array_equal(network.weights[name], explorer.network.weights[name]) for name in network.weights)


def test_gates_have_their_factor():
    explorer = ErrorExplorer(rnn.Network.random(rnn.lstm(1, 1, 1), rng=0), n_steps=3)
    for arrow in explorer._unrolled.arrows:
        select(explorer, arrow)
        row = arrow_chains(explorer.journey, arrow)[0]
        assert not trouble(explorer)
        assert np.prod([tile.value for tile in row.tiles]) == pytest.approx(row.result.value, abs=1e-14)
    assert "gate " in "".join(
        tile.words for arrow in explorer._unrolled.arrows for tile in arrow_chains(explorer.journey, arrow)[0].tiles
    )


@pytest.mark.parametrize(
    ("wiring", "settings", "says"),
    [
        ("nothing known", {}, "choose one of"),
        ("one neuron with a loop", {"n_steps": 0}, "shows 1 to 8 steps"),
        (rnn.Network.random(rnn.elman(2, 2, 1)), {}, "has 2 inputs"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(wiring, settings, says):
    with pytest.raises(ValueError, match=says):
        ErrorExplorer(wiring, **settings)

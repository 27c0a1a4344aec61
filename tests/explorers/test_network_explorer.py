"""The network explorer: every control tried at both ends, and every view read for its numbers."""

import base64
import re
import threading

import numpy as np
import pytest
from drawings.reading import DELAYED, GATED, elements, lit_arrows, lit_cells, units_in

import rnn_edu as rnn
from rnn_edu.drawings import style
from rnn_edu.explorers.frame import WIDGET_VIEW
from rnn_edu.explorers.network_explorer import NetworkExplorer

N_STEPS = 5
X = np.random.default_rng(2).normal(size=(N_STEPS, 2))
NETWORK = rnn.Network.random(rnn.elman(2, 3, 1), rng=1)


@pytest.fixture
def explorer():
    return NetworkExplorer(NETWORK, X, target=np.zeros((N_STEPS, 1)))


def pictures(explorer):
    """The drawings on the stage by the names of their views."""
    parts = re.split(r'<div class="rnn-view rnn-view-(\w+)">', explorer.stage.picture)
    return {name: text[: text.index("</svg>") + 6] for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def error(explorer):
    return explorer.frame.status.value if "did not work" in explorer.frame.status.value else ""


def fills(picture):
    return {
        element.get("data-unit"): next(e for e in element.iter() if e.get("class") == "rnn-shape").get("fill")
        for element, _ in elements(picture)
        if element.get("data-unit")
    }


# ---- controls --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0, N_STEPS - 1])
def test_the_words_and_the_equation_follow_the_step_to_both_ends(explorer, step):
    explorer.select(rnn.Unit("h", 1))
    explorer.step.set_state({"value": 2})
    before = explorer.stage.picture
    explorer.step.set_state({"value": step})
    number = style.short(float(explorer.trajectory["h"][step, 1]))
    assert f"h 1 at step {step}: activity {number}" in explorer.frame.twin.value
    assert f"h₁({step}) =" in explorer.equation.picture and f"<b>{number}</b>" in explorer.equation.picture
    assert explorer.stage.picture == before  # the browser shows another step of the same picture
    assert not error(explorer)


def test_the_picture_can_show_every_step_without_python(explorer):
    folded = pictures(explorer)["folded"]
    assert {int(step) for step in re.findall(r'data-step="(\d+)"', folded)} == set(range(N_STEPS))


def test_the_step_is_linked_in_the_browser():
    links = []
    original = NetworkExplorer._make_controls.__globals__["widgets"].jslink
    widgets = NetworkExplorer._make_controls.__globals__["widgets"]
    try:
        widgets.jslink = lambda source, target: links.append((source[0], target[0])) or original(source, target)
        explorer = NetworkExplorer(NETWORK, X)
    finally:
        widgets.jslink = original
    assert (explorer.play, explorer.step) in links and (explorer.step, explorer.stage) in links


def test_colours_show_the_activity_or_the_gradient(explorer):
    for index, record in ((1, explorer.gradients), (0, explorer.trajectory)):
        explorer.colour.set_state({"index": index})
        scale = style.gradient_scale(record) if index else style.activity_scale(record)
        for key, fill in fills(pictures(explorer)["unrolled"]).items():
            layer, i, t = key.split(":")
            assert fill == scale.colour(float(record[rnn.Unit(layer, int(i), int(t))]))
        assert not error(explorer)


def test_without_a_target_there_is_no_gradient_to_choose():
    explorer = NetworkExplorer(NETWORK, X)
    assert explorer._colour_row.layout.display == "none" and explorer.gradients is None


def test_the_table_of_numbers_comes_and_goes(explorer):
    assert explorer.table.value == ""
    explorer.numbers.set_state({"value": True})
    assert explorer.table.value.count("<td>") == N_STEPS * 6
    assert "activity of every neuron" in explorer.table.value
    explorer.colour.set_state({"index": 1})
    assert "gradient of every neuron" in explorer.table.value
    explorer.numbers.set_state({"value": False})
    assert explorer.table.value == ""


# ---- what was touched ------------------------------------------------------------------------------------------------


def test_pointing_at_a_unit_tells_its_numbers_and_its_equation(explorer):
    explorer.stage.set_state({"hovered": "h:2:3"})
    told = explorer.details.value
    for word, number in (
        ("activity", explorer.trajectory["h"][3, 2]),
        ("gradient", explorer.gradients["h"][3, 2]),
        ("drive", np.arctanh(explorer.trajectory["h"][3, 2])),
    ):
        assert f"{word} {style.short(float(number))}" in told
    assert "h₂(3) =" in explorer.equation.picture
    before = explorer.stage.picture
    explorer.stage.set_state({"hovered": ""})
    assert "Point at a neuron" in explorer.details.value and "(t)" in explorer.equation.picture
    assert explorer.stage.picture == before  # pointing draws nothing anew


def test_pointing_at_an_arrow_tells_its_weight_and_how_often_it_is_used(explorer):
    explorer.stage.set_state({"hovered": "h:2<h:0@1"})
    number = style.short(float(NETWORK.weights["W_hh"][2, 0]))
    gradient = style.short(float(explorer.gradients.weights["W_hh"][2, 0]))
    assert f"one step later: {number}, lateral, gradient {gradient}; one number with 4 arrows" in explorer.details.value


def test_a_selected_unit_lights_the_same_weights_in_all_views(explorer):
    explorer.stage.set_state({"selected": "h:1:2"})
    views = pictures(explorer)
    incoming, outgoing = rnn.unroll(NETWORK.topology, N_STEPS).touching(rnn.Unit("h", 1, 2))
    assert len(lit_arrows(views["unrolled"])) == len(incoming) + len(outgoing)
    pairs = {(a.target._replace(time=None), a.source._replace(time=None)) for a in (*incoming, *outgoing)}
    assert lit_cells(views["matrix"]) == pairs
    assert {(target, source) for _, source, target in lit_arrows(views["folded"])} == pairs
    assert "h₁(2) =" in explorer.equation.picture and "selected: h 1 at step 2" in explorer.facts()


def test_escape_lets_go(explorer):
    nothing = explorer.stage.picture
    explorer.stage.set_state({"selected": "h:1:2"})
    explorer.stage.set_state({"selected": ""})
    assert explorer.stage.picture == nothing and "selected" not in explorer.facts()


@pytest.mark.parametrize("key", ["h:1<h:0@1", "h:1<h:0"])
def test_a_selected_weight_lights_all_its_copies(explorer, key):
    explorer.stage.set_state({"selected": key})
    views = pictures(explorer)
    assert len(lit_arrows(views["unrolled"])) == N_STEPS - 1 and len(lit_arrows(views["folded"])) == 1
    assert lit_cells(views["matrix"]) == {(rnn.Unit("h", 1), rnn.Unit("h", 0))}
    assert "one number with 4 arrows" in explorer.facts() and not error(explorer)


def test_a_term_of_the_equation_can_be_clicked(explorer):
    explorer.select(rnn.Unit("h", 1, 2))
    explorer.equation._handle_custom_msg({"event": "activate", "key": "h:1<h:0@1"}, [])
    assert explorer.stage.selected == "h:1<h:0@1" and len(lit_arrows(pictures(explorer)["folded"])) == 1


def test_all_views_show_the_same_number(explorer):
    explorer.numbers.value = True
    explorer.stage.set_state({"selected": "h:1:2"})
    number = style.short(float(explorer.trajectory["h"][2, 1]))
    said = re.search(r'data-unit="h:1:2"[^>]*aria-label="([^"]+)"', explorer.stage.picture).group(1)
    assert said == f"neuron h 1 at step 2, {number}"
    assert f"activity {number}" in explorer.facts() and f"<b>{number}</b>" in explorer.equation.picture
    row = re.search(r'<th scope="row">h 1</th>(.*?)</tr>', explorer.table.value).group(1)
    assert re.findall("<td>(.*?)</td>", row)[2] == number


# ---- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["q:0", "h:9", "h:0:99", "h:0<q:1", "<", "no address"])
def test_an_address_that_is_not_there_is_said_in_the_status_line_and_the_next_move_works(explorer, key):
    explorer.stage.set_state({"selected": key})
    assert error(explorer) and explorer.selection is None
    explorer.stage.set_state({"selected": "h:0:1"})
    assert not error(explorer) and explorer.selection == rnn.Unit("h", 0, 1)


def test_selecting_from_a_cell_what_is_not_there_is_refused_at_once(explorer):
    with pytest.raises(ValueError, match="there is no 'h:7:0' in this network"):
        explorer.select(rnn.Unit("h", 7, 0))
    assert explorer.stage.selected == ""


def test_a_failing_update_is_said_and_the_next_move_works(explorer, monkeypatch):
    monkeypatch.setattr(explorer._pages, "page", lambda *_, **__: 1 / 0)
    explorer.stage.set_state({"selected": "h:0:1"})
    assert "division by zero" in error(explorer)
    monkeypatch.undo()
    explorer.stage.set_state({"selected": "h:1:1"})
    assert not error(explorer) and len(lit_arrows(pictures(explorer)["unrolled"])) > 0


@pytest.mark.parametrize(
    ("x", "target", "said"),
    [(np.zeros((3, 4)), None, "4"), (np.zeros((3, 2, 2)), None, "one; give x"), (np.zeros((3, 2)), np.zeros(7), "7")],
)
def test_a_bad_input_is_refused_and_what_was_shown_stays(explorer, x, target, said):
    picture, trajectory = explorer.stage.picture, explorer.trajectory
    with pytest.raises(ValueError, match=said):
        explorer.set_network(NETWORK, x, target)
    explorer.stage.set_state({"selected": "h:0:4"})
    explorer.stage.set_state({"selected": ""})
    assert (explorer.stage.picture, explorer.trajectory) == (picture, trajectory) and not error(explorer)


def test_another_network_takes_the_place_of_the_first(explorer):
    explorer.stage.set_state({"selected": "h:2:4", "hovered": "h:2:4"})
    explorer.step.set_state({"value": 4})
    explorer.set_network(rnn.Network.random(GATED, rng=0), np.zeros((3, 1)))
    assert set(units_in(pictures(explorer)["unrolled"])) == set(rnn.unroll(GATED, 3).positions)
    assert explorer.step.value == explorer.step.max == explorer.play.max == 2
    assert explorer.selection is None and not error(explorer)


@pytest.mark.parametrize("topology", [GATED, DELAYED, rnn.complete_feedback(1, (2, 2), 1)])
def test_every_unit_and_every_cell_of_any_network_can_be_selected(topology):
    explorer = NetworkExplorer(rnn.Network.random(topology, rng=0), np.ones((4, 1)), target=np.ones((4, 1)))
    for key in {*re.findall(r'data-(?:unit|cell)="([^"]+)"', explorer.stage.picture)}:
        explorer.stage.set_state({"selected": key.replace("&lt;", "<")})
        assert not error(explorer) and explorer.selection is not None


def test_numbers_that_explode_are_shown():
    explorer = NetworkExplorer(NETWORK.replace_weights({"W_hy": np.full((1, 3), 1e300)}), X)
    explorer.select(rnn.Unit("y", 0, 2))
    assert re.search(r"activity −?\de(299|300)", explorer.facts()) and not error(explorer)


def test_moves_from_two_threads_leave_one_whole_picture(explorer):
    keys = [f"h:{i}:{t}" for i in range(3) for t in range(N_STEPS)]
    threads = [threading.Thread(target=explorer.stage.set_state, args=({"selected": key},)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not error(explorer) and pictures(explorer).keys() == {"folded", "matrix", "unrolled"}


# ---- how it is shown -------------------------------------------------------------------------------------------------


def test_it_shows_itself_live_as_a_picture_and_as_one_line_that_never_changes(explorer):
    bundle = explorer._repr_mimebundle_()
    assert bundle[WIDGET_VIEW]["model_id"] == explorer.panel.model_id
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert (
        bundle["text/plain"]
        == repr(explorer)
        == ("2 inputs x, 3 neurons h, 1 output y; direct and lateral feedback; 5 steps")
    )
    again = NetworkExplorer(NETWORK, X, target=np.zeros((N_STEPS, 1)))._repr_mimebundle_()
    assert again["text/plain"] == bundle["text/plain"]


def test_only_the_views_that_were_asked_for_are_there():
    explorer = NetworkExplorer(NETWORK, X, views=["unrolled"])
    assert pictures(explorer).keys() == {"unrolled"} and explorer.equation not in explorer.panel.children


def test_every_control_has_a_name(explorer):
    assert explorer.step.description and explorer._box.tooltip and explorer.play.description
    assert explorer.numbers.description and explorer.colour.options and explorer.stage.label.startswith("Network: ")

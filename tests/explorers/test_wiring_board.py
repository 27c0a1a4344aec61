"""The wiring board: every control at both ends, every way of drawing an arrow, and nothing that fails silently."""

import re

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu import Unit
from rnn_edu.core.wiring import STARTS, Wire
from rnn_edu.explorers.moves import LONGEST_DELAY, NONE
from rnn_edu.explorers.wiring_board import START_NAMES, WiringBoard

H0, H1, Y0, Y1 = Unit("h", 0), Unit("h", 1), Unit("y", 0), Unit("y", 1)


@pytest.fixture
def board():
    return WiringBoard()


def touch(stage, key, event="activate"):
    """What the browser sends for a click, Enter or space on a part of a picture (or for another key)."""
    stage._handle_custom_msg({"event": event, "key": key}, [])


def press(button):
    """What the browser sends for a press of a button."""
    button._handle_button_msg(button, {"event": "click"}, [])


def choose(dropdown, value):
    dropdown.set_state({"index": [chosen for _, chosen in dropdown.options].index(value)})


def arrows(picture):
    """The arrows of a picture: the addresses that are drawn."""
    return sorted(re.findall(r'data-ends="([^"]+)"', picture))


def trouble(explorer):
    return re.sub("<[^>]+>", "", explorer.status.value)


# ---- three ways to draw ---------------------------------------------------------------------------------------------


def test_an_arrow_is_drawn_by_touching_two_neurons_and_answering(board):
    touch(board.views.folded, "y:1")
    assert board.board.hand == Y1 and "From y₁" in board.question.verdict.value
    touch(board.views.folded, "h:1")
    assert board.question.asking and "each have to wait for the other" in board.question.words.value
    assert 'class="rnn-asked"' in board.views.folded.picture and 'class="rnn-waits"' in board.views.folded.picture
    press(board.question.give)
    assert board.wiring.wires[-1] == Wire(Y1, H1, 1, 0.6) and not board.question.asking
    assert "indirect" in board.question.verdict.value and trouble(board) == ""


def test_an_arrow_is_drawn_by_the_two_lists_and_the_button(board):
    choose(board.source, "h:0")
    choose(board.target, "h:0")
    press(board.connect)
    board.question.delay.set_state({"value": 3})
    assert board.question.give.description == "Give it a delay of 3 steps"
    press(board.question.give)
    assert board.wiring.wires[-1] == Wire(H0, H0, 3, 0.8)
    assert board.wiring.topology.feedback_kinds == {"direct"}


def test_an_arrow_is_drawn_by_touching_an_empty_cell_of_the_matrix(board):
    touch(board.views.matrix, "h:1<h:0")
    press(board.question.give)
    assert board.wiring.wires[-1] == Wire(H0, H1, 1, -0.6)
    touch(board.views.matrix, "h:1<h:0")  # the cell is full now
    assert board.board.chosen == Wire(H0, H1, 1, -0.6) and not board.question.asking


def test_a_neuron_of_the_unrolled_picture_is_picked_too(board):
    touch(board.views.unrolled, "y:0:3")
    touch(board.views.unrolled, "h:0:5")
    assert board.board.asked == (Y0, H0)


def test_no_question_where_no_delay_is_needed(board):
    touch(board.views.folded, "x:0")
    touch(board.views.folded, "y:0")
    assert board.wiring.wires[-1] == Wire(Unit("x", 0), Y0, 0, 1.0) and not board.question.asking


def test_the_first_and_the_last_of_each_list_are_neurons_that_an_arrow_can_have(board):
    assert [board.source.options[k][1] for k in (0, -1)] == ["x:0", "y:1"]
    assert [board.target.options[k][1] for k in (0, -1)] == ["h:0", "y:1"]  # nothing can feed the input


# ---- answers, and letting go ----------------------------------------------------------------------------------------


def test_leaving_the_arrow_out_and_escape_change_nothing(board):
    before = board.wiring
    touch(board.views.matrix, "h:0<h:0")
    press(board.question.leave)
    assert board.wiring == before and not board.question.asking
    touch(board.views.folded, "y:1")
    touch(board.views.folded, "y:1", "escape")
    assert board.board.hand is None and board.wiring == before


@pytest.mark.parametrize("delay", [0, LONGEST_DELAY])
def test_a_delay_at_either_end_of_the_box(board, delay):
    touch(board.views.matrix, "h:0<y:1")
    board.question.delay.set_state({"value": delay})
    press(board.question.give)
    if delay == 0:
        assert "loop with no delay" in trouble(board) and board.question.asking
        board.question.delay.set_state({"value": 1})
        press(board.question.give)  # the next move works
        assert trouble(board) == "" and board.wiring.find(Wire(Y1, H0, 1))
    else:
        assert board.wiring.find(Wire(Y1, H0, delay)) and trouble(board) == ""


def test_an_arrow_into_the_input_is_refused_in_words_and_the_hand_stays(board):
    touch(board.views.folded, "y:0")
    touch(board.views.folded, "x:0")
    assert "ends on the input layer" in trouble(board) and board.board.hand == Y0
    touch(board.views.folded, "y:1")
    assert trouble(board) == "" and board.board.asked == (Y0, Y1)


# ---- the chosen arrow -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", [-3.0, 3.0])
def test_the_weight_at_either_end_of_its_box_moves_the_numbers(board, weight):
    board.draw("h:0", "h:0", 1)
    board.arrow.weight.set_state({"value": weight})
    assert board.wiring.find(Wire(H0, H0, 1)).weight == weight
    start = board.wiring.find(Wire(Unit("x", 0), H0)).weight
    expected = np.tanh(weight * np.tanh(start))
    assert board._trajectory[Unit("h", 0, 1)] == pytest.approx(expected, rel=1e-12)
    assert "direct" in board.arrow.which.label


@pytest.mark.parametrize("delay", [0, LONGEST_DELAY])
def test_the_delay_of_the_chosen_arrow_at_either_end(board, delay):
    board.draw("h:0", "h:0", 1)
    board.arrow.delay.set_state({"value": delay})
    if delay:
        assert board.wiring.find(Wire(H0, H0, delay)).weight == 0.8
    else:
        assert "loop with no delay" in trouble(board)
        assert board.arrow.delay.value == 1 and board.wiring.find(Wire(H0, H0, 1))


def test_an_arrow_is_chosen_in_the_list_and_removed_by_button_or_key(board):
    n_arrows = len(board.wiring.wires)
    choose(board.arrow.which, board.arrow.which.options[1][1])
    assert board.board.chosen == board.wiring.wires[0] and not board.arrow.remove.disabled
    press(board.arrow.remove)
    assert len(board.wiring.wires) == n_arrows - 1 and board.arrow.which.value == NONE and board.arrow.remove.disabled
    choose(board.arrow.which, board.arrow.which.options[-1][1])
    choose(board.arrow.which, NONE)
    assert board.board.chosen is None
    touch(board.views.matrix, "h:1<x:0", "delete")
    assert len(board.wiring.wires) == n_arrows - 2


def test_undo_and_start_again(board):
    first = board.wiring
    assert board.undo.disabled
    board.draw("h:0", "h:0", 1)
    board.draw("h:1", "h:1", 1)
    press(board.undo)
    assert len(board.wiring.wires) == len(first.wires) + 1
    press(board.again)
    assert board.wiring == first
    press(board.undo)
    assert len(board.wiring.wires) == len(first.wires) + 1


def test_beginning_with_another_wiring_can_be_undone(board):
    board.draw("h:0", "h:0", 1)
    drawn = board.wiring
    choose(board.begin, "lateral")
    assert board.wiring.topology.feedback_kinds == {"lateral"}
    press(board.undo)
    assert board.wiring == drawn


# ---- what is shown --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", START_NAMES)
def test_every_start_shows_exactly_its_own_arrows_in_every_view(board, name):
    choose(board.begin, name)
    topology = board.wiring.topology
    assert len(arrows(board.views.folded.picture)) == len(rnn.fold(topology).arrows)
    assert len(arrows(board.views.unrolled.picture)) == len(rnn.unroll(topology, 6).arrows)
    if name in STARTS:
        assert topology == STARTS[name](1, 3, 2, output_activation="tanh")
        assert board.wiring.describe() in board._facts()
    else:
        assert board.wiring.wires == ()
    assert trouble(board) == ""


@pytest.mark.parametrize(("name", "numbers"), [("pulse", [1, 0, 0]), ("alternating", [1, -1, 1])])
def test_the_first_and_the_last_input_reach_the_network(board, name, numbers):
    choose(board.signal, name)
    assert board._trajectory["x"][:3, 0].tolist() == numbers


@pytest.mark.parametrize("step", [0, 5])
def test_the_first_and_the_last_step_are_told_in_words(board, step):
    board.player.step.set_state({"value": step})
    assert f"At step {step}: x {'1.00' if step == 0 else '0'}" in board._frame.twin.value


def test_the_first_words_say_what_to_do_and_the_twin_is_spoken(board):
    assert "Pick the neuron" in board.question.verdict.value
    assert 'aria-live="polite"' in board._frame.twin.value and "no feedback" in board._frame.twin.value


def test_neurons_are_blank_while_a_delay_is_missing(board):
    assert "0.54" in board.views.folded.picture
    touch(board.views.matrix, "h:0<y:1")
    assert "0.54" not in board.views.folded.picture


def test_a_failing_callback_is_said_in_the_status_line_and_the_next_move_works(board, monkeypatch):
    monkeypatch.setattr(board.views, "pictures", lambda *_, **__: 1 / 0)
    touch(board.views.folded, "y:1")
    assert "division by zero" in trouble(board)
    monkeypatch.undo()
    touch(board.views.folded, "h:0")
    assert trouble(board) == "" and board.board.asked == (Y1, H0)


def test_it_is_shown_as_a_live_view_a_picture_and_one_line(board):
    board.draw("y:1", "h:0", 1)
    shown = board._repr_mimebundle_()
    assert set(shown) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert "indirect feedback" in shown["text/plain"] and "\n" not in shown["text/plain"]


def test_several_hidden_layers_and_inputs_work_too():
    board = WiringBoard("indirect", inputs=2, hidden=(2, 3), outputs=1, n_steps=4, signal="steady")
    assert board.wiring.topology == rnn.indirect_feedback(2, (2, 3), 1, output_activation="tanh")
    assert board._trajectory["x"].tolist() == [[1, 1]] * 4


def test_a_start_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="choose one of"):
        WiringBoard("circle")

"""The moves on a wiring board, without widgets."""

import pytest

from rnn_edu import Unit
from rnn_edu.core.wiring import Wire, Wiring
from rnn_edu.explorers.board import Board

X0, H0, H1, Y0 = Unit("x", 0), Unit("h", 0), Unit("h", 1), Unit("y", 0)
CHAIN = Board.begin(Wiring.start("feedforward", 1, 2, 1))


def test_an_arrow_is_two_picks_and_a_delay_where_one_is_needed():
    in_hand = CHAIN.pick(Y0)
    assert in_hand.hand == Y0 and "From y" in in_hand.said
    asked = in_hand.pick(H1)
    assert asked.asked == (Y0, H1) and asked.hand is None and asked.wiring == CHAIN.wiring
    assert "would each have to wait for the other" in asked.said
    done = asked.give(2)
    assert done.chosen == Wire(Y0, H1, 2, 0.6) and done.asked is None
    assert done.said == "y → h₁ (delay 2) is indirect feedback: a neuron feeds an earlier layer."


def test_no_delay_is_asked_for_where_none_is_needed():
    board = CHAIN.pick(X0).pick(Y0)
    assert board.asked is None and board.chosen == Wire(X0, Y0, 0, 1.0)


def test_a_neuron_is_picked_at_whatever_step_it_was_touched():
    assert CHAIN.pick(Y0._replace(time=3)).hand == Y0


def test_letting_go_changes_nothing_on_the_board():
    assert CHAIN.pick(Y0).let_go().hand is None
    left = CHAIN.connect(H0, H0).let_go()
    assert left.asked is None and left.wiring == CHAIN.wiring and "left out" in left.said
    assert CHAIN.let_go() is CHAIN


def test_too_short_a_delay_raises_what_topology_says_and_the_question_stays():
    asked = CHAIN.connect(Y0, H0)
    with pytest.raises(ValueError, match="loop with no delay"):
        asked.give(0)
    assert asked.give(1).wiring.topology.feedback_kinds == {"indirect"}


def test_nothing_to_answer_choose_or_undo_is_said_in_words():
    for move in (lambda: CHAIN.give(1), CHAIN.remove, CHAIN.undo, lambda: CHAIN.reweigh(1.0), lambda: CHAIN.redelay(1)):
        with pytest.raises(ValueError, match=r"no arrow|nothing to undo"):
            move()


def test_undo_goes_back_move_by_move_and_keeps_the_weights():
    one = CHAIN.connect(H0, H0).give(1)
    two = one.reweigh(0.1).reweigh(0.2).reweigh(0.3)  # one turn of the box
    three = two.remove()
    assert three.undo().wiring == two.wiring
    assert three.undo().undo().wiring == one.wiring
    assert three.undo().undo().undo().wiring == CHAIN.wiring


def test_starting_again_can_be_undone():
    one = CHAIN.connect(H0, H0).give(1)
    assert one.again().wiring == CHAIN.wiring and one.again().undo().wiring == one.wiring


def test_another_delay_keeps_the_weight():
    board = CHAIN.connect(H0, H1).give(1).reweigh(-0.25).redelay(3)
    assert board.chosen == Wire(H0, H1, 3, -0.25)


@pytest.mark.parametrize(
    ("source", "target", "delay", "words"),
    [
        (X0, Y0, 0, "feed-forward, within the same step"),
        (X0, H0, 1, "from the input but late"),
        (H0, H0, 1, "feeds itself"),
        (H0, H1, 1, "another one of its layer"),
        (Y0, H0, 1, "an earlier layer"),
        (H0, Y0, 1, "a later layer"),
    ],
)
def test_every_new_arrow_is_named_by_its_kind(source, target, delay, words):
    board = CHAIN.connect(source, target)
    assert words in (board if delay == 0 else board.give(delay)).said

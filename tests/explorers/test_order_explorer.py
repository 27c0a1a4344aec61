"""The order explorer: every control at both ends, by the road of the browser's messages, and what it then says."""

import itertools

import pytest

from rnn_edu.explorers.order_explorer import OrderExplorer
from rnn_edu.tasks import words as w


def press(explorer, key):
    explorer.stage._handle_custom_msg({"event": "activate", "key": key}, [])


def error(explorer):
    return explorer._frame.status.value if "did not work" in explorer._frame.status.value else ""


@pytest.fixture
def explorer():
    return OrderExplorer("dog bites man")


def test_the_bag_says_the_same_for_every_order_and_the_loop_does_not(explorer):
    bags, loops = set(), set()
    for order in itertools.permutations(("dog", "bites", "man")):
        explorer.arrange(order)
        said = repr(explorer)
        bags.add(said.split("bag of words ")[1].split(",")[0])
        loops.add(said.split("looping neuron ")[1].split(" ")[0])
        assert " ".join(order) in said
    assert len(bags) == 1 and len(loops) == 6
    assert "Bag: 1 answer to 6 orders; loop: 6 answers to 6 orders." in repr(explorer)


def test_what_is_drawn_is_what_the_networks_compute(explorer):
    explorer.arrange(("man", "bites", "dog"))
    now = w.read(("man", "bites", "dog"), 0.8, known=("dog", "bites", "man"))
    for number in (now.bag, now.loop, *now.states):
        assert f"{abs(number):.2f}" in explorer.stage.picture
    assert explorer.stage.picture.count('data-cell="word:') == 3
    assert explorer.stage.picture.count('data-cell="order:') == 6


@pytest.mark.parametrize(("weight", "answers"), [(-1.5, 6), (0.0, 3), (1.5, 6)])
def test_the_loop_weight_at_its_ends_and_at_zero(explorer, weight, answers):
    explorer.loop_weight.set_state({"value": weight})
    assert f"loop: {answers} answers to 6 orders" in repr(explorer) and not error(explorer)


def test_two_words_that_are_pressed_change_places(explorer):
    press(explorer, "word:0")
    assert 'aria-pressed="true"' in explorer.stage.picture
    press(explorer, "word:2")
    assert explorer.order == ("man", "bites", "dog")
    assert 'aria-pressed="true"' not in explorer.stage.picture


def test_the_word_in_hand_moves_earlier_and_later_and_stops_at_the_ends(explorer):
    assert explorer.earlier.disabled and explorer.later.disabled
    press(explorer, "word:0")
    assert explorer.earlier.disabled and not explorer.later.disabled
    for _ in range(2):
        explorer.later.click()
    assert explorer.order == ("bites", "man", "dog") and explorer.later.disabled
    explorer.later.click()  # a message that comes late
    assert explorer.order == ("bites", "man", "dog")
    explorer.earlier.click()
    assert explorer.order == ("bites", "dog", "man")


def test_moving_with_no_word_in_hand_is_said_in_the_status_line_and_the_next_move_works(explorer):
    explorer.later.click()
    assert "no word is in hand" in error(explorer)
    explorer.shuffle.click()
    assert not error(explorer)


def test_escape_lets_go(explorer):
    press(explorer, "word:1")
    explorer.stage._handle_custom_msg({"event": "escape", "key": "word:1"}, [])
    assert 'aria-pressed="true"' not in explorer.stage.picture and explorer.later.disabled


def test_a_dot_on_the_number_line_shows_its_order(explorer):
    orders = w.some_orders(("dog", "bites", "man"))
    for number, order in enumerate(orders):
        press(explorer, f"order:{number}")
        assert explorer.order == order


def test_shuffling_keeps_the_words_and_again_brings_the_first_order_back(explorer):
    seen = set()
    for _ in range(20):
        explorer.shuffle.click()
        seen.add(explorer.order)
    assert len(seen) > 3 and all(sorted(order) == ["bites", "dog", "man"] for order in seen)
    explorer.again.click()
    assert explorer.order == ("dog", "bites", "man")


@pytest.mark.parametrize("number", range(len(w.SENTENCES)))
def test_every_sentence_of_the_list_can_be_chosen(explorer, number):
    explorer.sentence.set_state({"index": number})
    assert explorer.order == w.split(w.SENTENCES[number]) and not error(explorer)


def test_own_words_with_a_repeated_one_are_counted_and_said(explorer):
    explorer.text.set_state({"value": "the dog sees the man"})
    assert "Bag: 1 answer to 60 orders; loop: 60 answers to 60 orders." in repr(explorer)
    assert "the: repeated" in repr(explorer)
    assert explorer.sentence.value == "(your own words)"


def test_very_many_orders_are_said_to_be_a_sample(explorer):
    explorer.text.set_state({"value": w.SENTENCES[-1]})
    assert "of 40320 orders, 200 were tried" in repr(explorer)


@pytest.mark.parametrize("text", ["", "a b c d e f g h i j k"])
def test_words_that_do_not_fit_are_refused_and_the_sentence_stays(explorer, text):
    explorer.text.set_state({"value": text})
    assert "it needs 1 to 10" in error(explorer) and explorer.order == ("dog", "bites", "man")
    explorer.loop_weight.set_state({"value": 0.5})
    assert not error(explorer)


def test_words_cannot_be_smuggled_in(explorer):
    with pytest.raises(ValueError, match="only move them"):
        explorer.arrange(("dog", "bites", "cat"))
    explorer.text.set_state({"value": "<script>alert(1)</script> & co"})
    assert "<script" not in explorer.stage.picture and not error(explorer)


def test_one_word_and_ten_words_can_be_drawn():
    for n_words in (1, 10):
        explorer = OrderExplorer(" ".join("abcdefghij"[:n_words]))
        assert explorer.stage.picture.count('data-cell="word:') == n_words


def test_shown_it_is_a_live_view_a_png_and_one_line(explorer):
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"].startswith("iVBORw0KGgo")  # a PNG, as text
    assert bundle["text/plain"] == repr(explorer) and "\n" not in bundle["text/plain"]
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.panel.model_id

"""A bag of words forgets the order, one looping neuron does not: counted, and compared with the plain formula."""

import itertools
import math

import numpy as np
import pytest

from rnn_edu.core.builders import direct_feedback, feedforward
from rnn_edu.tasks import words as w

MAN = ("dog", "bites", "man")


def by_hand(words, loop_weight):
    known = w.vocabulary(words)
    h = 0.0
    for word in words:
        h = math.tanh(w.word_weights(len(known))[known.index(word)] + loop_weight * h)
    return h


def test_the_two_networks_differ_by_one_weight():
    bag, loop = w.bag_network(5), w.loop_network(5, 0.8)
    assert bag.topology == feedforward(5, 1, 1) and loop.topology == direct_feedback(5, 1, 1)
    assert sum(a.size for a in loop.weights.values()) - sum(a.size for a in bag.weights.values()) == 1
    assert all(np.array_equal(bag.weights[name], loop.weights[name]) for name in bag.weights)


def test_the_loop_is_the_equation_of_the_lesson():
    for words in itertools.permutations(MAN):
        assert w.read(words, 0.7).loop == pytest.approx(by_hand(words, 0.7), abs=1e-15)


def test_the_bag_is_tanh_of_the_weighted_counts():
    words = ("a", "b", "a")
    first, second = w.word_weights(2)
    assert w.read(words, 0.7).bag == pytest.approx(math.tanh(2 * first + second), abs=1e-15)


def test_the_counts_are_whole_numbers_and_the_same_for_every_order():
    for words in (MAN, ("the", "clouds", "are", "in", "the", "sky")):
        known = w.vocabulary(words)
        seen = {tuple(w.counts(order, known)) for order in itertools.permutations(words)}
        assert len(seen) == 1 and sum(seen.pop()) == len(words)
        assert w.counts(words, known).dtype.kind == "i"


@pytest.mark.parametrize("sentence", w.SENTENCES)
@pytest.mark.parametrize("loop_weight", [-1.5, 0.3, 0.8, 1.5])
def test_the_bag_gives_one_answer_and_the_loop_another_one_for_each_order(sentence, loop_weight):
    found = w.compare_orders(w.split(sentence), loop_weight)
    assert len(set(found.bag.tolist())) == 1 == found.n_different_by_bag  # not a single bit differs
    assert found.n_different_by_loop == len(found.orders)


@pytest.mark.parametrize("sentence", w.SENTENCES)
def test_without_its_loop_the_neuron_knows_the_last_word_only(sentence):
    words = w.split(sentence)
    assert w.compare_orders(words, 0.0).n_different_by_loop == len(set(words))
    assert w.read(words, 0.0).loop == w.read(words[-1:], 0.0, known=w.vocabulary(words)).loop


def test_the_list_of_orders_is_that_of_the_standard_library():
    for sentence in ("a", "dog bites man", "a b a", "a b a b a", "the clouds are in the sky"):
        words = w.split(sentence)
        orders = w.some_orders(words)
        assert set(orders) == set(itertools.permutations(words))
        assert len(orders) == len(set(orders)) == w.n_orders(words)
        assert orders[0] == words


def test_of_very_many_orders_two_hundred_different_ones_are_tried():
    words = w.split(w.SENTENCES[-1])
    orders = w.some_orders(words)
    assert w.n_orders(words) == 40320 and len(set(orders)) == 200 and orders[0] == words
    assert all(sorted(order) == sorted(words) for order in orders)
    assert orders == w.some_orders(words)


def test_many_repeated_words_are_no_trap():
    words = ("a",) * 6 + ("b",) * 4
    assert w.n_orders(words) == 210 == len(w.some_orders(words))


def test_no_two_words_share_a_weight():
    weights = w.word_weights(w.MAX_WORDS)
    assert len(set(weights)) == w.MAX_WORDS and np.abs(weights).max() <= 1 and np.abs(weights).min() > 0


def test_a_word_keeps_its_weight_when_it_moves():
    there, back = w.read(MAN, 0.8), w.read(MAN[::-1], 0.8, known=w.vocabulary(MAN))
    assert there.known == back.known and there.bag == back.bag and there.loop != back.loop


@pytest.mark.parametrize("sentence", ["", " . ! ", "a b c d e f g h i j k"])
def test_a_sentence_that_does_not_fit_is_refused(sentence):
    with pytest.raises(ValueError, match="it needs 1 to 10"):
        w.split(sentence)


def test_punctuation_and_capitals_are_left_out():
    assert w.split("“Dog” bites, (man)!".replace("“", '"').replace("”", '"')) == MAN

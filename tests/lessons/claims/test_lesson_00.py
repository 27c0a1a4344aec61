"""What lesson 00 says about order, measured."""

from itertools import pairwise, permutations

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.explorers.order_explorer import OrderExplorer
from rnn_edu.tasks import words as reading

WEIGHTS = {"W_xh": [[0.24, -0.53, 0.71]], "b_h": [0.0], "W_hy": [[1.0]], "b_y": [0.0]}  # the lesson's
SIX_ORDERS = [np.eye(3)[list(order)] for order in permutations(range(3))]
BAG = rnn.Network(rnn.feedforward(3, 1, 1), WEIGHTS)
LOOP = rnn.Network(rnn.direct_feedback(3, 1, 1), {**WEIGHTS, "W_hh": [[0.8]]})


def last_output(network, words):
    return float(network.run(words)["y"][-1, 0])


def n_different(outputs):
    return len(np.unique(np.round(outputs, 9)))


def bag_outputs(network):
    return [last_output(network, [words.sum(axis=0)]) for words in SIX_ORDERS]


def loop_outputs(network):
    return [last_output(network, words) for words in SIX_ORDERS]


@pytest.mark.claim("00-bag-gives-one-output")
def test_the_bag_gives_one_output_to_all_six_orders():
    assert n_different(bag_outputs(BAG)) == 1


@pytest.mark.claim("00-depth-does-not-help")
@pytest.mark.parametrize("hidden", [1, 20, (8, 8), (5, 5, 5, 5)])
def test_no_size_depth_or_weights_make_the_bag_tell_orders(hidden):
    for seed in range(10):
        assert n_different(bag_outputs(rnn.Network.random(rnn.feedforward(3, hidden, 1), rng=seed))) == 1


@pytest.mark.claim("00-loop-gives-six-outputs")
def test_the_loop_gives_six_outputs_with_the_lessons_weights_and_with_random_ones():
    assert n_different(loop_outputs(LOOP)) == 6
    rng = np.random.default_rng(0)
    for _ in range(200):
        weights = {"W_xh": rng.normal(size=(1, 3)), "W_hh": rng.normal(size=(1, 1))}
        assert n_different(loop_outputs(LOOP.replace_weights(weights))) == 6


@pytest.mark.claim("00-explorer-has-the-same-networks")
def test_the_explorer_begins_with_the_networks_of_the_lesson():
    explorer = OrderExplorer()
    assert explorer.order == ("dog", "bites", "man")
    pairs = [(reading.bag_network(3), BAG), (reading.loop_network(3, explorer.loop_weight.value), LOOP)]
    for theirs, ours in pairs:
        assert theirs.topology == ours.topology
        assert all(np.array_equal(theirs.weights[name], ours.weights[name]) for name in ours.weights)


@pytest.mark.claim("00-last-word-only")
def test_without_the_loop_weight_only_the_last_word_is_left():
    deaf = LOOP.replace_weights({"W_hh": [[0.0]]})
    assert n_different(loop_outputs(deaf)) == 3
    for words in SIX_ORDERS:
        assert last_output(deaf, words) == last_output(deaf, words[-1:])


@pytest.mark.claim("00-one-more-weight")
def test_the_loop_has_a_single_weight_more_than_the_bag():
    n_bag, n_loop = (sum(array.size for array in network.weights.values()) for network in (BAG, LOOP))
    assert (n_bag, n_loop) == (6, 7)


@pytest.mark.claim("00-old-order-fades")
def test_swapping_the_first_two_of_twenty_words_moves_the_output_by_less_than_a_hundred_thousandth():
    rng, half = np.random.default_rng(0), LOOP.replace_weights({"W_hh": [[0.5]]})
    for _ in range(200):
        words = rng.integers(3, size=20)
        words[1] = (words[0] + rng.integers(1, 3)) % 3  # the first two differ
        swapped = words.copy()
        swapped[:2] = words[1::-1]
        moved = abs(last_output(half, np.eye(3)[words]) - last_output(half, np.eye(3)[swapped]))
        assert 0 < moved < 1e-5
    # and no sentence can do more: each of the 18 steps that follow multiplies the difference, at most 2, by 0.5 at most
    assert 2 * 0.5**18 < 1e-5


@pytest.mark.claim("00-pairs-tell-our-two")
def test_pairs_of_words_tell_our_two_sentences_apart():
    old_story, news = ["dog", "bites", "man"], ["man", "bites", "dog"]
    assert sorted(old_story) == sorted(news)
    assert sorted(pairwise(old_story)) != sorted(pairwise(news))


@pytest.mark.claim("00-pairs-can-tie")
def test_two_sentences_in_different_order_can_have_the_same_pairs():
    one = ["the", "dog", "bites", "the", "man", "bites", "the", "cat"]
    other = ["the", "man", "bites", "the", "dog", "bites", "the", "cat"]
    assert one != other
    assert sorted(pairwise(one)) == sorted(pairwise(other))

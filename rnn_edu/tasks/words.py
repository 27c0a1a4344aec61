"""A sentence for two small networks: one is given all words at once, counted; the other one word after the other."""

from math import factorial, prod
from typing import NamedTuple

import numpy as np

from rnn_edu.core.builders import direct_feedback, feedforward
from rnn_edu.core.network import Network

Array = np.ndarray
Words = tuple[str, ...]

SENTENCES = (
    "dog bites man",
    "man bites dog",
    "the clouds are in the sky",
    "she told him that only he may leave",
)
MAX_WORDS = 10
ALL_UP_TO = 720  # orders: with more than that, MANY of them are drawn at random
MANY = 200
DIGITS = 9  # two outputs are told apart if they differ in the ninth digit after the point
GOLDEN = 0.6180339887498949


def split(sentence: str) -> Words:
    """The words of a sentence, in small letters, without its punctuation.

    Raises ValueError if there are none, or more than ten.

    >>> split("The clouds, the sky.")
    ('the', 'clouds', 'the', 'sky')
    """
    if not isinstance(sentence, str):
        raise TypeError(f"the sentence was given as {type(sentence).__name__}; give it as text in quotation marks")
    words = tuple(word for word in (part.strip(".,;:!?\"'()…").lower() for part in sentence.split()) if word)
    if not 1 <= len(words) <= MAX_WORDS:
        raise ValueError(f"the sentence has {len(words)} words, but it needs 1 to {MAX_WORDS}; write another one")
    return words


def vocabulary(words: Words) -> Words:
    """Each different word once, in the order in which they first came."""
    return tuple(dict.fromkeys(words))


def one_hot(words: Words, known: Words) -> Array:
    """One row for each word, with a 1 at its place in the vocabulary: (n_words, n_known).

    >>> one_hot(("b", "a"), ("a", "b")).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    return np.eye(len(known))[[known.index(word) for word in words]]


def counts(words: Words, known: Words) -> Array:
    """How often each word of the vocabulary occurs, whole numbers: (n_known,). It is the sum of the one-hot rows.

    >>> counts(("b", "a", "b"), ("a", "b")).tolist()
    [1, 2]
    """
    return one_hot(words, known).sum(axis=0).astype(int)


def word_weights(n_known: int) -> Array:
    """A number of its own for each word, between −1 and 1: the weights from the words to the neuron."""
    return (2 * (GOLDEN * np.arange(1, n_known + 1) % 1) - 1).round(2)


def bag_network(n_known: int) -> Network:
    """A feed-forward network with one hidden neuron, which is given the counts of the words."""
    return Network(feedforward(n_known, 1, 1), _shared(n_known))


def loop_network(n_known: int, loop_weight: float) -> Network:
    """The same network with one weight more: its hidden neuron feeds itself. It is given one word at each step.

    >>> set(loop_network(3, 0.8).weights) - set(bag_network(3).weights)
    {'W_hh'}
    """
    return Network(direct_feedback(n_known, 1, 1), _shared(n_known) | {"W_hh": np.array([[loop_weight]])})


def _shared(n_known: int) -> dict[str, Array]:
    return {"W_xh": word_weights(n_known)[None], "b_h": np.zeros(1), "W_hy": np.ones((1, 1)), "b_y": np.zeros(1)}


class Reading(NamedTuple):
    """What both networks make of one order of a sentence; `states` has one number for each word."""

    words: Words
    known: Words
    counts: Array
    bag: float
    states: Array
    loop: float


def read(words: Words, loop_weight: float, known: Words | None = None) -> Reading:
    """Let both networks read a sentence. `known` is the vocabulary, so that a word keeps its weight when it moves."""
    known = known or vocabulary(words)
    counted = counts(words, known)
    trajectory = loop_network(len(known), loop_weight).run(one_hot(words, known))
    bag = bag_network(len(known)).run(counted[None])["y"][-1, 0]
    return Reading(words, known, counted, float(bag), trajectory["h"][:, 0], float(trajectory["y"][-1, 0]))


class Orders(NamedTuple):
    """What both networks make of many orders of the same words: one row, or one number, for each order.

    `n_possible` is the number of different orders that exist; repeated words make it smaller.
    """

    orders: tuple[Words, ...]
    n_possible: int
    bag: Array
    loop: Array

    @property
    def n_different_by_bag(self) -> int:
        """How many of the orders the bag tells apart."""
        return n_different(self.bag)

    @property
    def n_different_by_loop(self) -> int:
        """How many of the orders the loop tells apart."""
        return n_different(self.loop)


def n_different(numbers: Array) -> int:
    """How many different numbers there are, when they are written with nine digits after the point."""
    return len(np.unique(np.round(numbers, DIGITS) + 0.0))


def n_orders(words: Words) -> int:
    """How many different orders these words have. Two equal words can change places and nobody sees it.

    >>> n_orders(("dog", "bites", "man")), n_orders(("the", "dog", "the"))
    (6, 3)
    """
    return factorial(len(words)) // prod(factorial(words.count(word)) for word in set(words))


def some_orders(words: Words) -> tuple[Words, ...]:
    """All different orders of the words if there are not more than 720, otherwise 200 of them, always the same ones.

    The order that is given is the first one.
    """
    if n_orders(words) <= ALL_UP_TO:
        return tuple(_distinct(words))
    rng = np.random.default_rng(0)
    drawn = (tuple(words[i] for i in rng.permutation(len(words))) for _ in range(100 * MANY))
    found = {words: None}
    for order in drawn:
        found[order] = None
        if len(found) == MANY:
            break
    return tuple(found)


def _distinct(words: Words) -> list[Words]:
    first = {words: None}
    if len(words) > 1:
        for word in vocabulary(words):
            place = words.index(word)
            for rest in _distinct(words[:place] + words[place + 1 :]):
                order = (word, *rest)
                first[order] = None
    return list(first)


def compare_orders(words: Words, loop_weight: float) -> Orders:
    """Let both networks read many orders of the same words.

    >>> found = compare_orders(("dog", "bites", "man"), 0.8)
    >>> found.n_different_by_bag, found.n_different_by_loop
    (1, 6)
    """
    known, orders = vocabulary(words), some_orders(words)
    counted = np.array([counts(order, known) for order in orders])
    one_by_one = np.array([one_hot(order, known) for order in orders]).swapaxes(0, 1)
    bag = bag_network(len(known)).run(counted[None])["y"][-1, :, 0]
    loop = loop_network(len(known), loop_weight).run(one_by_one)["y"][-1, :, 0]
    return Orders(orders, n_orders(words), bag, loop)

"""Lesson 00's prediction, exercises and quiz: why order matters."""

from typing import Any

import numpy as np

from rnn_edu.practice import Exercise, Mistake, Prediction, Question, Quiz

prediction = Prediction(
    "00-six-orders",
    "The words dog, bites and man can stand in six orders. One network is given the counts of the words."
    " The other is given one word after the other and has a loop. No weight is zero."
    " How many different outputs does each give?",
    [
        "Counts: 1 output. Loop: 6 outputs",
        "Counts: 6 outputs. Loop: 6 outputs",
        "Counts: 1 output. Loop: 3 outputs, since only the last word is left",
        "Both 6, if they are trained for long enough",
    ],
    truth=0,
    why="All six orders have the same counts, and the same numbers in give the same number out."
    " The loop treats each place in the sentence differently.",
)


# ---- exercise 1 -----------------------------------------------------------------------------------------------------


def _counts(words: list[str], vocabulary: list[str]) -> list[int]:
    return [words.count(word) for word in vocabulary]


def _sentence(rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Seven words from a vocabulary in no particular order; one word comes three times, one not at all."""
    vocabulary = [str(word) for word in rng.permutation(["dog", "bites", "man", "sees", "the", "and"])]
    often, *others = (str(word) for word in rng.permutation(vocabulary)[1:])
    words = [str(word) for word in rng.permutation([*others, often, often, often])]
    return words, vocabulary


bag_of_words = Exercise(
    "Fill the bag",
    "Write `bag_of_words(words, vocabulary)`: a list that says how often each word of the vocabulary occurs in the"
    " sentence, in the order of the vocabulary."
    "\n\nFor example, `bag_of_words(['man', 'sees', 'man'], ['dog', 'man', 'sees'])` gives `[0, 2, 1]`.",
    _counts,
    inputs=_sentence,
    mistakes=[
        Mistake(
            "presence",
            lambda words, vocabulary: [int(word in words) for word in vocabulary],
            "This says *whether* a word occurs. The bag also says how often: a word that comes three times counts 3.",
        ),
        Mistake(
            "order-of-the-sentence",
            lambda words, vocabulary: [words.count(word) for word in dict.fromkeys(words)],
            "These counts come in the order in which the words turn up in the sentence, and absent words are left out."
            " The network needs each word at its own place, always: go through the *vocabulary*.",
        ),
        Mistake(
            "count-for-each-word",
            lambda words, vocabulary: [words.count(word) for word in words],
            "This is one number for each word of the *sentence*. The bag has one for each word of the *vocabulary*.",
        ),
        Mistake(
            "alphabetical",
            lambda words, vocabulary: [words.count(word) for word in sorted(vocabulary)],
            "These counts come in the order of the alphabet. The order of the vocabulary is what the weights know.",
        ),
        Mistake(
            "shares",
            lambda words, vocabulary: [words.count(word) / len(words) for word in vocabulary],
            "These are shares of the sentence, which add up to 1. The bag holds the plain counts.",
        ),
    ],
    hints=[
        "How long is the list that you return: as long as the sentence, or as the vocabulary?",
        "`words.count('dog')` says how often *dog* is in the list `words`.",
        "`[... for word in vocabulary]` makes a list with one entry for each word of the vocabulary.",
    ],
    solution="""
        def bag_of_words(words, vocabulary):
            counts = [words.count(word) for word in vocabulary]
            return counts
    """,
    because="Each word has its own place in the list, whatever its place in the sentence was. That is how the order is"
    " lost.",
)


# ---- exercise 2 -----------------------------------------------------------------------------------------------------


def _last_state(inputs: Any, w_x: float, w_h: float) -> float:
    h = 0.0
    for x in inputs:
        h = np.tanh(w_x * x + w_h * h)
    return h


def _not_squashed(inputs: Any, w_x: float, w_h: float) -> float:
    h = 0.0
    for x in inputs:
        h = w_x * x + w_h * h
    return h


def _starts_with(inputs: Any, w_x: float, w_h: float, h: float) -> float:
    for x in inputs:
        h = np.tanh(w_x * x + w_h * h)
    return h


def _loop_outside(inputs: Any, w_x: float, w_h: float) -> float:
    h = 0.0
    for x in inputs:
        h = np.tanh(w_x * x) + w_h * h
    return h


def _loop_from_input(inputs: Any, w_x: float, w_h: float) -> float:
    return np.tanh(w_x * inputs[-1] + w_h * inputs[-2])


def _loop_inputs(rng: np.random.Generator) -> tuple[Any, float, float]:
    inputs = rng.normal(size=4)
    return inputs, float(rng.uniform(0.6, 1.4)), float(rng.uniform(0.6, 0.9))


run_loop = Exercise(
    "Run the loop",
    "Write `run_loop(inputs, w_x, w_h)`: one neuron reads the numbers in `inputs` one after the other, and you return"
    " its activity after the last one. Its equation is h(t) = tanh(w_x · x(t) + w_h · h(t − 1)). Before the first input"
    " its activity is 0.",
    _last_state,
    inputs=_loop_inputs,
    mistakes=[
        Mistake("loop-forgotten", lambda inputs, w_x, w_h: np.tanh(w_x * inputs[-1])),
        Mistake("activation-forgotten", _not_squashed),
        Mistake("non-zero-start", lambda inputs, w_x, w_h: _starts_with(inputs, w_x, w_h, 1.0)),
        Mistake(
            "first-input-as-start",
            lambda inputs, w_x, w_h: _starts_with(inputs, w_x, w_h, inputs[0]),
            "The neuron began with the first *input* as its activity. Before the first input its activity is 0.",
        ),
        Mistake(
            "loop-after-squash",
            _loop_outside,
            "The loop was added after the squash. It arrives at the neuron like any other arrow: it belongs to the sum"
            " *inside* tanh.",
        ),
        Mistake(
            "input-for-activity",
            _loop_from_input,
            "The loop brings back the previous *input* here. It should bring back the previous *activity*, `h`, which"
            " has all earlier inputs in it.",
        ),
        Mistake(
            "one-step-early",
            lambda inputs, w_x, w_h: _last_state(inputs[:-1], w_x, w_h),
            "This is the activity one step too early: the last input has not been read yet.",
        ),
        Mistake("input-forgotten", lambda inputs, w_x, w_h: 0.0),
        Mistake(
            "other-way-round",
            lambda inputs, w_x, w_h: _last_state(inputs[::-1], w_x, w_h),
            "This neuron read the sentence from its end. Order matters.",
        ),
    ],
    hints=[
        "What is the neuron's activity before anything has happened?",
        "Two things arrive at each step: the input times `w_x`, and the old `h` times `w_h`. Add them, then squash.",
        "On the right of `=`, `h` is still the old activity. On the left it becomes the new one.",
    ],
    solution="""
        def run_loop(inputs, w_x, w_h):
            h = 0.0  # before the first word
            for x in inputs:
                h = np.tanh(w_x * x + w_h * h)  # one step
            return h
    """,
    because="The same line at every step, with the same two weights. The `h` on the right is the past.",
)


quiz = Quiz(
    "Why order matters",
    [
        Question(
            "Two sentences have the same word counts. Can a deep network that is fed the counts tell them apart?",
            ["Yes, with enough layers", "Yes, with enough training", "No, whatever its layers and weights"],
            2,
            "It is given the same numbers for both. What is lost before the first layer does not come back.",
            misconceptions={0: "bag-keeps-order", 1: "bag-keeps-order"},
        ),
        Question(
            "The weight of the loop is 0. What does the neuron know after the last word?",
            ["Only the last word", "All words, but not their order", "Nothing"],
            0,
            "Zero times the past is zero. The neuron answers the word in front of it.",
            misconceptions={2: "input-forgotten"},
            feedback={
                1: "To hold all words, something must come back from the earlier ones.",
                2: "One arrow still arrives at every step: the one from the input.",
            },
        ),
        Question(
            "What makes the looping neuron different from the neuron that reads the bag?",
            ["It has many more weights", "It meets its own past", "It has another squashing function"],
            1,
            "One weight more, and it carries what the neuron did one step earlier.",
            misconceptions={0: "bigger-feed-forward"},
            feedback={2: "Both use tanh. Compare the two equations term by term."},
        ),
    ],
)

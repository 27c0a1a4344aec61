"""A check says correct, not yet or not tried; it never raises, never gives the answer away, and knows its mistakes."""

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.practice import MISCONCEPTIONS, Exercise, Mistake
from rnn_edu.practice.compare import difference


def one_step(W, h):
    """A right answer: each target adds up what arrives."""
    return np.tanh(W @ h)


def step_exercise(**more):
    return Exercise(
        "One step",
        "Write one step.",
        one_step,
        inputs=lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=3)),
        mistakes=[
            Mistake("axis-order", lambda W, h: np.tanh(h @ W)),
            Mistake("activation-forgotten", lambda W, h: W @ h),
            Mistake("my own", lambda W, h: np.zeros(3), message="All is zero: was the input used?"),
        ],
        hints=["First hint.", "Second hint."],
        because="Rows are targets.",
        **more,
    )


# ---- the three states ----------------------------------------------------------------------------------------------


def test_a_right_function_is_correct_and_hears_why():
    result = step_exercise().check(lambda W, h: np.tanh(np.einsum("ij,j->i", W, h)))
    assert result.state == "correct"
    assert result.message == "Rows are targets."


def unfinished(W, h):
    drive = ...
    return np.tanh(drive)


def pending(W, h):
    pass


@pytest.mark.parametrize("answer", [..., lambda W, h: ..., unfinished, pending])
def test_what_still_holds_an_ellipsis_is_not_tried(answer):
    assert step_exercise().check(answer).state == "not tried"


@pytest.mark.parametrize(
    ("wrong", "mistake"),
    [
        (lambda W, h: np.tanh(W.T @ h), "axis-order"),
        (lambda W, h: np.dot(W, h), "activation-forgotten"),
        (lambda W, h: [0.0, 0.0, 0.0], "my own"),
    ],
)
def test_a_common_mistake_is_named(wrong, mistake):
    result = step_exercise().check(wrong)
    assert (result.state, result.mistake) == ("not yet", mistake)
    words = MISCONCEPTIONS[mistake].title if mistake in MISCONCEPTIONS else "All is zero"
    assert words in result.message


def test_a_mistake_of_its_own_is_not_called_by_another_ones_name():
    result = step_exercise().check(lambda W, h: np.tanh(W @ h) + 0.5)
    assert (result.state, result.mistake) == ("not yet", None)


def test_a_mistake_is_named_only_if_every_trial_shows_it():
    """Right on some inputs and transposed on others is no swapped axis."""
    exercise = step_exercise(trials=20)
    result = exercise.check(lambda W, h: np.tanh(W.T @ h) if h[0] > 0 else np.tanh(W @ h), rng=0)
    assert (result.state, result.mistake) == ("not yet", None)


# ---- it never raises -----------------------------------------------------------------------------------------------


def leaves(W, h):
    raise SystemExit


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda W, h: W @ unknown_name, "a name that does not exist"),  # noqa: F821
        (lambda W, h: 1 / 0, "divides by zero"),
        (lambda W, h: h[10], "reaches past the end"),
        (lambda W, h: np.ones(2) + np.ones(3), "does not fit"),
        (lambda W, h: {}["key"], "an entry that does not exist"),
        (lambda W, h: h.nothing, "something that it does not have"),
        (lambda W: W, "takes (W)"),
        (lambda W, h: np.ones((2, 2)), "shape"),
        (lambda W, h: "text", "a text"),
        (lambda W, h: np.full(3, np.nan), "NaN"),
        (leaves, "stopped"),
        (print, ""),
        (3, "needs a function"),
        ("np.tanh", "needs a function"),
        (None, "needs a function"),
    ],
)
def test_whatever_goes_wrong_is_said_in_plain_words(answer, says):
    result = step_exercise().check(answer)
    assert result.state == "not yet"
    assert says in result.message


def test_the_line_that_failed_is_named():
    def fails(W, h):
        drive = W @ h
        return drive / missing  # noqa: F821

    assert "return drive / missing" in step_exercise().check(fails).message


def test_a_function_that_changes_its_inputs_changes_only_copies():
    def spoils(W, h):
        result = np.tanh(W @ h)
        W[:], h[:] = 0, 0
        return result

    assert step_exercise().check(spoils).state == "correct"


def test_the_inputs_are_fresh_at_every_check():
    seen = []

    def spy(W, h):
        seen.append(h.copy())
        return np.tanh(W @ h)

    exercise = step_exercise()
    exercise.check(spy)
    exercise.check(spy)
    assert len({h.tobytes() for h in seen}) == len(seen) == 8


def test_a_check_never_prints_the_answer():
    exercise = Exercise("Secret", "How much?", 0.123456789, mistakes=[Mistake("weights-per-step", 2.0)])
    for guess in (1.0, 2.0, "x", None, [1, 2], np.nan):
        assert "0.1234" not in repr(exercise.check(guess)) + exercise.check(guess)._repr_html_()


# ---- hints and solutions ---------------------------------------------------------------------------------------------


def test_hints_come_one_by_one_and_the_last_one_stays():
    exercise = step_exercise()
    assert [exercise.hint().text for _ in range(3)] == ["First hint.", "Second hint.", "Second hint."]


def test_the_solution_shows_a_right_answer_with_its_reason():
    paper = step_exercise().solution()
    assert "np.tanh(W @ h)" in paper.code
    assert paper.text == "Rows are targets."


def test_results_say_their_state_in_words_and_by_a_symbol():
    for answer, words in ((0.25, "✓ correct"), (0.5, "↻ not yet"), (..., "○ not tried")):
        result = Exercise("A", "?", 0.25).check(answer)
        assert repr(result).startswith(words)
        assert words.split()[0] in result._repr_html_()
        assert words.split(maxsplit=1)[1].capitalize() in result._repr_html_()


# ---- kinds of answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "right", "wrong"),
    [
        (0.25, [0.25, np.float32(0.25), np.array(0.2500000001)], [0.26, True, "0.25", None]),
        (3, [3, 3.0], [4, [3]]),
        (True, [True, np.bool_(True)], [False, 1]),
        ("direct", ["direct", " Direct"], ["lateral", 1]),
        ({"a", "b"}, [["b", "a"], ("A", "b"), {"a", "b"}], [["a"], ["a", "b", "c"], "ab"]),
        ([1.0, 2.0], [[1, 2], np.array([1.0, 2.0]), (1.0, 2.0)], [[2, 1], [[1, 2]], [1, 2, 3], [np.nan, 2]]),
        ({"h": 1.0, "y": 2.0}, [{"y": 2, "h": 1}], [{"h": 1.0}, {"h": 1.0, "y": 3.0}, [1, 2]]),
        (rnn.elman(1, 2, 1), [rnn.elman(1, 2, 1)], [rnn.lateral_feedback(1, 2, 1), rnn.elman(1, 3, 1), 5]),
    ],
)
def test_each_kind_of_answer_is_compared_as_a_person_would(wanted, right, wrong):
    exercise = Exercise("Kinds", "?", wanted)
    assert [exercise.check(answer).state for answer in right] == ["correct"] * len(right)
    assert [exercise.check(answer).state for answer in wrong] == ["not yet"] * len(wrong)


def test_networks_are_compared_by_what_they_do():
    network = rnn.Network.random(rnn.elman(1, 2, 1), rng=0)
    same = rnn.Network(network.topology, dict(network.weights))
    other = network.replace_weights({"b_y": [1.0]})
    assert difference(same, network) == ""
    assert difference(other, network) == "the outputs differ from step 0 on"


def test_swapped_axes_are_seen_by_the_shape():
    assert "the other way round" in difference(np.ones((2, 3)), np.ones((3, 2)))


def test_an_exercise_with_many_right_answers_asks_its_own_question():
    exercise = Exercise("Even", "Give an even number.", 2, accept=lambda n: n % 2 == 0 or "This one is odd.")
    assert exercise.check(8).state == "correct"
    assert exercise.check(3).message == "This one is odd."
    assert exercise.check("x").state == "not yet"


def test_a_function_exercise_without_inputs_is_refused():
    with pytest.raises(ValueError, match="inputs="):
        Exercise("No inputs", "?", one_step)


def test_a_mistake_needs_a_name_from_the_catalogue_or_words():
    with pytest.raises(ValueError, match="no misconception"):
        Mistake("never heard of", 1)

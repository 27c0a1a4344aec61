"""A quiz answers every choice, says the score in words, and lets the learner try again."""

import pytest

from rnn_edu.practice import Question, Quiz


def press(button):
    button._handle_custom_msg({"event": "click"}, [])


def three_questions():
    return Quiz(
        "Loops",
        [
            Question("How many weights?", ["one", "one a step"], 0, "It is used again.", {1: "weights-per-step"}),
            Question(
                "What does h hold?", ["the past", "the future"], 0, "The past.", feedback={1: "No clock runs so."}
            ),
            Question("Who waits?", ["x", "h", "y"], 1, "h waits for x."),
        ],
    )


def answered(quiz, *places):
    assert quiz.panel is quiz.panel
    for choice, place in zip(quiz.choices, places, strict=True):
        choice.set_state({"index": place})
    press(quiz.check_button)
    return quiz


def test_all_right_is_said_in_words():
    quiz = answered(three_questions(), 0, 0, 1)
    assert "All three are right" in quiz.status.value
    assert quiz.again_button.layout.display == "none"


def test_each_wrong_choice_gets_its_own_answer_and_not_the_right_one():
    quiz = answered(three_questions(), 1, 1, 0)
    assert "Every step has its own weights" in quiz.responses[0].value or "own weight" in quiz.responses[0].value
    assert "No clock runs so" in quiz.responses[1].value
    assert "Look at the picture once more" in quiz.responses[2].value
    assert "h waits for x" not in quiz.responses[2].value
    assert "None of the three is right" in quiz.status.value


def test_what_was_left_open_is_counted_apart():
    quiz = answered(three_questions(), 0, None, None)
    assert "One of the three is right. Two not tried." in quiz.status.value
    assert "Not tried" in quiz.responses[1].value


def test_trying_again_clears_only_what_was_not_right():
    quiz = answered(three_questions(), 0, 1, None)
    press(quiz.again_button)
    assert quiz.again_button.layout.display == ""  # else the keyboard would lose its place
    assert [choice.index for choice in quiz.choices] == [0, None, None]
    assert "Right" in quiz.responses[0].value
    assert "Look" not in quiz.responses[1].value


def test_every_message_stands_in_a_status_line():
    quiz = answered(three_questions(), 0, 1, 2)
    assert all('role="status"' in line.value for line in (*quiz.responses, quiz.status))


def test_an_error_in_a_callback_reaches_the_reader(monkeypatch):
    quiz = three_questions()
    assert quiz.panel
    monkeypatch.setattr(quiz, "_score", lambda *_, **__: 1 / 0)
    press(quiz.check_button)
    assert "This did not work" in quiz.status.value


def test_the_text_twin_lists_questions_and_choices():
    bundle = three_questions()._repr_mimebundle_()
    assert "1. How many weights?  a) one  b) one a step" in bundle["text/plain"]
    assert bundle["image/png"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"answer": 5}, "place of a choice"),
        ({"misconceptions": {0: "weights-per-step"}}, "not a wrong one"),
        ({"misconceptions": {1: "unheard of"}}, "no misconception"),
        ({"feedback": {9: "?"}}, "not a wrong one"),
        ({"choices": ["one"]}, "two or more"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(change, says):
    parts = {"text": "?", "choices": ["a", "b"], "answer": 0, "why": "because"} | change
    with pytest.raises(ValueError, match=says):
        Question(**parts)


def test_a_quiz_without_questions_is_refused():
    with pytest.raises(ValueError, match="no questions"):
        Quiz("Empty", [])

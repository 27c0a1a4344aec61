"""Every lesson's predictions, exercises and quizzes, found by themselves and held to one form."""

import importlib
import pkgutil

import pytest

import rnn_edu.practice
from rnn_edu.practice import MISCONCEPTIONS, Exercise, Prediction, Quiz

NAMES = sorted(
    found.name for found in pkgutil.iter_modules(rnn_edu.practice.__path__) if found.name.startswith("lesson_")
)
LESSONS = {name: importlib.import_module(f"rnn_edu.practice.{name}") for name in NAMES}


def objects(kind, lesson=None):
    modules = LESSONS.values() if lesson is None else [LESSONS[lesson]]
    return [value for module in modules for value in vars(module).values() if isinstance(value, kind)]


EXERCISES = objects(Exercise)
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]


def test_there_are_lessons_to_look_at():
    assert len(LESSONS) >= 4


@pytest.mark.parametrize("lesson", NAMES)
def test_a_lesson_has_a_prediction_two_exercises_and_one_quiz(lesson):
    assert len(objects(Prediction, lesson)) >= 1
    assert len(objects(Exercise, lesson)) >= 2
    assert len(objects(Quiz, lesson)) == 1


def test_the_key_of_a_prediction_is_its_own_and_begins_with_its_lesson():
    keys = [(lesson, prediction.key) for lesson in NAMES for prediction in objects(Prediction, lesson)]
    assert len({key for _, key in keys}) == len(keys)
    assert all(key.startswith(lesson.removeprefix("lesson_") + "-") for lesson, key in keys)


def test_every_prediction_knows_what_came_and_why():
    assert all(prediction.truth and prediction.why for prediction in objects(Prediction))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.title)
def test_an_exercise_calls_its_own_answer_correct(exercise):
    assert {exercise.check(exercise.answer, rng=seed).state for seed in range(10)} == {"correct"}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.title)
def test_an_exercise_has_mistakes_a_hint_and_a_solution(exercise):
    assert len(exercise.mistakes) >= 3
    assert exercise.hints
    assert exercise.solution().code
    assert exercise.check(...).state == "not tried"


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=lambda part: getattr(part, "name", ""))
def test_each_catalogued_mistake_is_recognised_by_name(exercise, mistake):
    results = [exercise.check(mistake.wrong, rng=seed) for seed in range(10)]
    assert {(result.state, result.mistake) for result in results} == {("not yet", mistake.name)}


@pytest.mark.parametrize("quiz", objects(Quiz), ids=lambda quiz: quiz.title)
def test_a_quiz_has_three_questions_and_an_answer_to_every_wrong_choice(quiz):
    assert len(quiz.questions) == 3
    for question in quiz.questions:
        wrong = set(range(len(question.choices))) - {question.answer}
        assert set(question.misconceptions) | set(question.feedback) == wrong
    assert sum(len(question.misconceptions) for question in quiz.questions) >= 1


def test_the_right_choices_are_not_all_in_one_place():
    for quiz in objects(Quiz):
        assert len({question.answer for question in quiz.questions}) > 1


def test_the_catalogue_says_what_speaks_against_every_idea():
    assert all(idea.title and idea.looks_like and idea.see for idea in MISCONCEPTIONS.values())

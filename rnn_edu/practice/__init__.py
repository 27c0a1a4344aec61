"""Learning by doing: predictions, experiments that open after them, exercises that know common mistakes, quizzes."""

from rnn_edu.practice.exercise import Exercise, Mistake
from rnn_edu.practice.experiment import Experiment
from rnn_edu.practice.misconceptions import MISCONCEPTIONS, Misconception
from rnn_edu.practice.prediction import Prediction, recall
from rnn_edu.practice.quiz import Question, Quiz
from rnn_edu.practice.result import Result

__all__ = [
    "MISCONCEPTIONS",
    "Exercise",
    "Experiment",
    "Misconception",
    "Mistake",
    "Prediction",
    "Question",
    "Quiz",
    "Result",
    "recall",
]

"""Exercises that look at an answer and say: correct, not yet, or not tried, and which mistake it looks like."""

import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_edu.practice.attempt import Attempt, attempt, is_open, own_copy
from rnn_edu.practice.compare import difference, kind_of
from rnn_edu.practice.misconceptions import MISCONCEPTIONS, look_up
from rnn_edu.practice.page import heading, prose
from rnn_edu.practice.result import CORRECT, NOT_TRIED, NOT_YET, Paper, Result

Arguments = tuple[Any, ...]
_FILL_IN = "Put your answer where the `...` is, and run the cell again."


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that many learners give, and what to say to it.

    `name` is a key of the catalogue (then the words come from there) or, with a `message`, a name of your own. `wrong`
    is what the learner would answer: a value, or for a function the wrong function. `recognise(answer) -> bool`
    replaces the comparison with `wrong`, for answers that cannot be compared.
    """

    name: str
    wrong: Any
    message: str = ""
    recognise: Callable[[Any], bool] | None = None

    def __post_init__(self) -> None:
        if not self.message:
            look_up(self.name)

    def explain(self) -> str:
        """What to tell the learner."""
        if self.message:
            return self.message
        idea = MISCONCEPTIONS[self.name]
        return f"This looks like a known slip: **{idea.title}.** {idea.looks_like} {idea.see}"


class Exercise:
    """A task with `check(answer)`, `hint()` and `solution()`.

    `answer` is a right answer: a number, an array, a text, a set or list of choices, a dictionary or tuple of these, a
    Topology (compared neuron by neuron), a Network (compared by what it does), or a function. For a function,
    `inputs(rng)` makes the arguments of one call, fresh each time; use square weights where two axes could be swapped,
    so that a swapped axis gives wrong numbers and not an error. `accept(answer)` replaces the comparison where many
    answers are right: it returns True, or a sentence on what is missing. `because` is said with "correct".
    `solution` is shown by `solution()`; a function shows its own source if there is none.

    >>> half = Exercise("A leak", "What is left of 1 after two steps at weight 0.5?", 0.25, tolerance=0.01)
    >>> half.check(0.25)
    ✓ correct.
    >>> half.check(...).state
    'not tried'
    """

    def __init__(
        self,
        title: str,
        question: str,
        answer: Any,
        *,
        inputs: Callable[[np.random.Generator], Any] | None = None,
        mistakes: Sequence[Mistake] = (),
        hints: Sequence[str] = (),
        solution: str = "",
        because: str = "",
        accept: Callable[[Any], bool | str] | None = None,
        tolerance: float = 1e-6,
        trials: int = 4,
    ) -> None:
        self.title, self.question, self.answer, self.inputs = title, question, answer, inputs
        self.mistakes, self.hints, self.because = tuple(mistakes), tuple(hints), because
        self.accept, self.tolerance, self.trials = accept, tolerance, trials
        self._solution = solution
        self._hints_given = 0
        if callable(answer) and inputs is None and accept is None:
            raise ValueError(f"the exercise {title!r} asks for a function; give inputs=, which makes its arguments")

    def check(self, answer: Any, *, rng: int | np.random.Generator | None = None) -> Result:
        """Look at an answer on fresh random inputs. Never raises, and never gives the answer away."""
        try:
            return self._judge(answer, np.random.default_rng(rng))
        except Exception as error:
            return Result(NOT_YET, f"This answer could not be read: {type(error).__name__}: {error}")

    def hint(self) -> Paper:
        """The next hint; after the last one, the last one again."""
        if not self.hints:
            return Paper("Hint", "There is no hint for this one; the solution is at `.solution()`.")
        self._hints_given = min(self._hints_given + 1, len(self.hints))
        number = f"Hint {self._hints_given} of {len(self.hints)}"
        return Paper(number, self.hints[self._hints_given - 1])

    def solution(self) -> Paper:
        """A right answer, with its reason."""
        if self._solution:
            return Paper("Solution", self.because, textwrap.dedent(self._solution).strip())
        code = inspect.getsource(self.answer) if inspect.isfunction(self.answer) else repr(self.answer)
        return Paper("Solution", self.because, textwrap.dedent(code).strip())

    # ---- judging ----------------------------------------------------------------------------------------------------

    def _judge(self, answer: Any, rng: np.random.Generator) -> Result:
        if is_open(answer):
            return Result(NOT_TRIED, _FILL_IN)
        if self.accept is not None:
            return self._ask(answer, self.accept(answer))
        if callable(self.answer):
            return self._judge_function(answer, rng)
        what = difference(answer, self.answer, self.tolerance)
        if not what:
            return Result(CORRECT, self.because)
        return self._diagnose(answer, lambda wrong: not difference(answer, wrong, self.tolerance), _sentence(what))

    def _ask(self, answer: Any, verdict: bool | str) -> Result:
        if verdict is True:
            return Result(CORRECT, self.because)
        words = verdict if isinstance(verdict, str) else "This does not do what the question asks for."
        return self._diagnose(answer, lambda _: False, words)

    def _judge_function(self, answer: Any, rng: np.random.Generator) -> Result:
        if not callable(answer):
            what = f"It needs a function, and this is {kind_of(answer)}. Give its name, without brackets."
            return Result(NOT_YET, what)
        calls = [self._arguments(rng) for _ in range(self.trials)]
        given = [attempt(answer, arguments) for arguments in calls]
        if any(call.untouched for call in given):
            return Result(NOT_TRIED, _FILL_IN)
        what = self._first_difference(given, self.answer, calls)
        if not what:
            return Result(CORRECT, self.because)
        return self._diagnose(answer, lambda wrong: not self._first_difference(given, wrong, calls), what)

    def _diagnose(self, answer: Any, matches: Callable[[Any], bool], otherwise: str) -> Result:
        """Name the first mistake that the answer matches; call this only for an answer that is not right."""
        for mistake in self.mistakes:
            if _quietly(mistake.recognise, answer) if mistake.recognise else _quietly(matches, mistake.wrong):
                return Result(NOT_YET, mistake.explain(), mistake.name)
        return Result(NOT_YET, otherwise)

    def _first_difference(self, given: list[Attempt], function: Callable[..., Any], calls: list[Arguments]) -> str:
        for found, arguments in zip(given, calls, strict=True):
            if found.problem:
                return found.problem
            what = difference(found.value, function(*own_copy(arguments)), self.tolerance)
            if what:
                return f"What your function returns is not it yet: {what}."
        return ""

    def _arguments(self, rng: np.random.Generator) -> Arguments:
        assert self.inputs is not None
        made = self.inputs(rng)
        return made if isinstance(made, tuple) else (made,)

    # ---- on the page ------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"Exercise: {self.title}\n{self.question.strip()}"

    def _repr_html_(self) -> str:
        words = heading("Exercise", self.title) + prose(self.question)
        return f'<div style="border-left:4px solid #2E86C1;padding:2px 0 2px 12px;max-width:46rem">{words}</div>'


def _quietly(recognise: Callable[[Any], bool], of: Any) -> bool:
    """A mistake whose own function fails on these inputs is not the one."""
    try:
        return bool(recognise(of))
    except Exception:
        return False


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."

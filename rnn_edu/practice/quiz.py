"""Three questions at the end of a lesson, with an answer to each choice."""

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from rnn_edu.practice.card import question_png
from rnn_edu.practice.misconceptions import look_up
from rnn_edu.practice.page import bundle, button, card, check_choices, heading, lettered, note, one_line, radio, status

_APART = {"margin": "14px 2px 0"}
_NUMBERS = ("None", "One", "Two", "Three", "Four", "Five", "Six")


class Question:
    """One question: its choices, the place of the right one, why it is right, and what each wrong choice may come from.

    `misconceptions` maps the place of a wrong choice to a key of the catalogue, `feedback` to words of your own.
    Raises ValueError for a place that does not exist, a key that the catalogue lacks, or fewer than two choices.

    >>> Question("How many weights has a self-loop?", ["one", "one a step"], 0, "It is used again at each step.",
    ...          misconceptions={1: "weights-per-step"})
    How many weights has a self-loop?  a) one  b) one a step
    """

    def __init__(
        self,
        text: str,
        choices: Sequence[str],
        answer: int,
        why: str,
        misconceptions: Mapping[int, str] | None = None,
        feedback: Mapping[int, str] | None = None,
    ) -> None:
        self.text, self.choices, self.answer, self.why = text, tuple(choices), answer, why
        self.misconceptions, self.feedback = dict(misconceptions or {}), dict(feedback or {})
        check_choices(self.choices, f"the question {text!r}")
        wrong = set(range(len(self.choices))) - {answer}
        if len(wrong) == len(self.choices):
            raise ValueError(f"the answer was {answer!r}; it needs the place of a choice, 0 to {len(self.choices) - 1}")
        for place in (*self.misconceptions, *self.feedback):
            if place not in wrong:
                raise ValueError(f"choice {place!r} of {text!r} is not a wrong one; the wrong ones are {sorted(wrong)}")
        for key in self.misconceptions.values():
            look_up(key)

    def respond(self, place: int | None) -> str:
        """What to say to this choice (None: nothing chosen), as HTML. A wrong choice does not give the answer away."""
        if place is None:
            return note("", symbol="○", lead="Not tried: choose one.")
        if place == self.answer:
            return note(self.why, accent="right", symbol="✓", lead="Right.")
        words = self.feedback.get(place, "")
        if place in self.misconceptions:
            idea = look_up(self.misconceptions[place])
            words += f"\n\nThis choice often comes from: **{idea.title}.** {idea.see}"
        return note(words or "Look at the picture once more.", accent="look again", symbol="↻", lead="Not yet.")

    def __repr__(self) -> str:
        return f"{one_line(self.text)}  {lettered(self.choices)}"


class Quiz:
    """Questions on one card, checked together, as often as the learner likes.

    >>> why = "The loop's weight is used again at each step."
    >>> Quiz("Lesson 03", [Question("How many weights has a self-loop?", ["one", "one a step"], 0, why)])
    Quiz: Lesson 03
    1. How many weights has a self-loop?  a) one  b) one a step
    """

    def __init__(self, title: str, questions: Sequence[Question]) -> None:
        self.title, self.questions = title, tuple(questions)
        if not self.questions:
            raise ValueError(f"the quiz {title!r} was given no questions; it needs at least one")
        self._panel: widgets.VBox | None = None

    @property
    def panel(self) -> widgets.VBox:
        """The live card."""
        if self._panel is None:
            self._panel = self._build()
        return self._panel

    def _build(self) -> widgets.VBox:
        self.choices = tuple(radio(question.choices) for question in self.questions)
        self.responses = tuple(widgets.HTML(status("")) for _ in self.questions)
        self.status = widgets.HTML(status(""))
        self.check_button = button("Check my answers", self._check, self.status)
        self.again_button = button("Try again", self._try_again, self.status)
        self.again_button.layout.display = "none"
        rows: list[widgets.Widget] = [widgets.HTML(heading("Quiz", self.title))]
        for number, question in enumerate(self.questions, start=1):
            rows.append(widgets.HTML(heading(f"Question {number}", question.text), layout=_APART))
            rows += [self.choices[number - 1], self.responses[number - 1]]
        return card(*rows, widgets.HBox([self.check_button, self.again_button]), self.status)

    def _check(self) -> None:
        chosen = [choice.index for choice in self.choices]
        for question, place, response in zip(self.questions, chosen, self.responses, strict=True):
            response.value = status(question.respond(place))
        right = sum(question.answer == place for question, place in zip(self.questions, chosen, strict=True))
        self.status.value = status(self._score(right, n_open=chosen.count(None)))
        self.again_button.layout.display = "" if right < len(self.questions) else "none"

    def _try_again(self) -> None:
        """Clear the answers that were not right; the right ones stay."""
        for question, choice, response in zip(self.questions, self.choices, self.responses, strict=True):
            if choice.index != question.answer:
                choice.index = None
                response.value = status("")
        # the button stays: if it went away, the keyboard would lose its place
        self.status.value = status(note("The answers that were not right are cleared. Have another go."))

    def _score(self, right: int, *, n_open: int) -> str:
        total = len(self.questions)
        if right == total:
            return note("", accent="right", symbol="✓", lead=f"All {_count(total).lower()} are right.")
        still_open = f" {_count(n_open)} not tried." if n_open else ""
        advice = "Read the notes above, then try again."
        verb = "is" if right <= 1 else "are"
        lead = f"{_count(right)} of the {_count(total).lower()} {verb} right.{still_open}"
        return note(advice, accent="look again", symbol="↻", lead=lead)

    def __repr__(self) -> str:
        lines = [f"{number}. {question!r}" for number, question in enumerate(self.questions, start=1)]
        return "\n".join([f"Quiz: {one_line(self.title)}", *lines])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        numbered = tuple(f"{number}. {one_line(q.text)}" for number, q in enumerate(self.questions, start=1))
        return bundle(self.panel, repr(self), question_png("Quiz", self.title, numbered))


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)

"""Say first what you expect: a question whose answer is committed before the experiment shows what happens."""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from rnn_edu.practice import memory
from rnn_edu.practice.card import question_png
from rnn_edu.practice.page import bundle, button, card, check_choices, heading, lettered, note, one_line, radio, status

_UNDECIDED = "Choose one, then commit. A prediction that turns out wrong is worth as much as a right one."


class Prediction:
    """A question with choices that the learner commits to, once.

    `truth` is what the experiment shows, as the place of a choice or as text; it and `why` appear only in `recall`.
    The choice is kept in `my-predictions.json` in the current folder (`path` names another file) and found again there.
    Raises ValueError if the choices are not two or more different ones, or if `truth` is no choice's place.

    >>> fade = Prediction("03-fade", "What becomes of a pulse?", ["it stays", "it fades"], truth=1)
    >>> fade
    Prediction: What becomes of a pulse?  a) it stays  b) it fades
    >>> fade.truth
    'it fades'
    """

    def __init__(
        self,
        key: str,
        question: str,
        choices: Sequence[str],
        *,
        truth: int | str | None = None,
        why: str = "",
        path: str | Path = memory.FILE_NAME,
    ) -> None:
        self.key, self.question, self.choices, self.why = key, question, tuple(choices), why
        check_choices(self.choices, f"the prediction {key!r}")
        self.truth = self._truth_in_words(truth)
        self.path = Path(path)
        self._committed: str | None = None
        self._panel: widgets.VBox | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def committed(self) -> str | None:
        """The choice that was committed, now or in an earlier session; None before that."""
        if self._committed is None:
            self._committed, _ = memory.recall_choice(self.path, self.key)
        return self._committed

    @property
    def panel(self) -> widgets.VBox:
        """The live card: the question, the choices, a button to commit, a status line."""
        if self._panel is None:
            self._panel = self._build()
        return self._panel

    def commit(self, choice: int | str) -> None:
        """Commit to a choice (its place or its words) and freeze it. What is committed already stays as it is."""
        if self.committed is not None:
            return
        words = self.choices[choice] if isinstance(choice, int) else choice
        if words not in self.choices:
            raise ValueError(f"{words!r} is not one of the choices; choose one of {', '.join(self.choices)}")
        self._committed = words
        where = memory.keep(self.path, self.key, one_line(self.question), words)
        if self._panel is not None:
            self._freeze(where)
        for listener in self._listeners:
            listener()

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call this function, which must not raise, when the prediction is committed."""
        self._listeners.append(listener)

    # ---- the card ---------------------------------------------------------------------------------------------------

    def _build(self) -> widgets.VBox:
        self.choice = radio(self.choices)
        self.status = widgets.HTML(status(note(_UNDECIDED)))
        self.commit_button = button("Commit my prediction", self._commit_chosen, self.status)
        question = widgets.HTML(heading("Your prediction", self.question))
        panel = card(question, self.choice, self.commit_button, self.status)
        _, problem = memory.recall_choice(self.path, self.key)
        if self.committed is not None:
            self._freeze(f"Found in `{self.path.name}`.")
        elif problem:
            self.status.value = status(note(f"{_UNDECIDED}\n\n{problem}"))
        return panel

    def _commit_chosen(self) -> None:
        if self.choice.index is None:
            self.status.value = status(note(_UNDECIDED, accent="look again", symbol="○", lead="Nothing is chosen yet."))
        else:
            self.commit(self.choice.index)

    def _freeze(self, where: str) -> None:
        if self._committed in self.choices:
            self.choice.value = self._committed
        self.choice.disabled = True
        # the button stays, and pressing it again does nothing: if it went away, the keyboard would lose its place
        self.commit_button.description = "Committed"
        message = note(where, accent="question", symbol="●", lead=f"You predicted: {self._committed}")
        self.status.value = status(message)

    def _truth_in_words(self, truth: int | str | None) -> str:
        if isinstance(truth, int):
            if not 0 <= truth < len(self.choices):
                raise ValueError(
                    f"the prediction {self.key!r} was given truth={truth}, but its choices are numbered"
                    f" 0 to {len(self.choices) - 1}; give the place of one of them, or a text"
                )
            return self.choices[truth]
        return truth or ""

    def __repr__(self) -> str:
        return f"Prediction: {one_line(self.question)}  {lettered(self.choices)}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return bundle(self.panel, repr(self), self.png())

    def png(self) -> str:
        """The question as a still picture (PNG in base64)."""
        return question_png("Your prediction", self.question, self.choices)


class Recall:
    """What was predicted, beside what the experiments showed. It follows predictions that are committed later."""

    def __init__(self, title: str, predictions: Sequence[Prediction]) -> None:
        self.title, self.predictions = title, tuple(predictions)
        self._page = widgets.HTML()
        self._draw()
        for prediction in self.predictions:
            prediction.on_commit(self._draw)
        self.panel = card(widgets.HTML(heading("Looking back", title)), self._page)

    def _draw(self) -> None:
        self._page.value = status("".join(_looked_back(prediction) for prediction in self.predictions))

    def __repr__(self) -> str:
        pairs = [(one_line(each.question), one_line(each.truth) or "see above") for each in self.predictions]
        lines = [f"- {question} The experiment showed: {truth}" for question, truth in pairs]
        return "\n".join([f"Looking back: {one_line(self.title)}", *lines])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return bundle(self.panel, repr(self))


def recall(title: str, *predictions: Prediction) -> Recall:
    """Show, at the end of a lesson, each prediction beside what the experiment showed.

    >>> recall("Lesson 03", Prediction("03-fade", "A pulse will …", ["stay", "fade"], truth=1))
    Looking back: Lesson 03
    - A pulse will … The experiment showed: fade
    """
    return Recall(title, predictions)


def _looked_back(prediction: Prediction) -> str:
    committed = prediction.committed
    if committed is None:
        said, symbol, accent = "You did not commit a prediction here.", "○ Not tried.", "calm"
    else:
        said = f"You predicted: {committed}"
        same = committed == prediction.truth
        symbol, accent = ("✓ It came as you said.", "right") if same else ("↻ It came differently.", "look again")
        if prediction.truth not in prediction.choices:
            symbol, accent = "● Compare the two.", "question"
    # what people wrote and what happened stand side by side, one under the other where the page is narrow
    cell = '<div style="flex:1 1 14rem;padding-right:1rem">'
    sides = f"{cell}{escape(said)}</div>{cell}The experiment showed: {escape(prediction.truth or 'see above')}</div>"
    row = f'<div style="display:flex;flex-wrap:wrap">{sides}</div>'
    why = f'<div style="margin-top:4px">{note(prediction.why)}</div>' if prediction.why else ""
    head = f'<div style="margin-top:10px">{note(prediction.question, accent=accent, symbol=symbol)}</div>'
    return f'{head}<div style="padding-left:14px">{row}{why}</div>'

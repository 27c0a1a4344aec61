"""What an exercise hands back: the result of a check, a hint, a solution. Each reads well as text and as HTML."""

from dataclasses import dataclass
from html import escape

from rnn_edu.practice.page import note, prose

CORRECT, NOT_YET, NOT_TRIED = "correct", "not yet", "not tried"
_SHOWN = {CORRECT: ("✓", "right"), NOT_YET: ("↻", "look again"), NOT_TRIED: ("○", "calm")}


@dataclass(frozen=True)
class Result:
    """What a check found: `state` is "correct", "not yet" or "not tried"; `mistake` names the mistake it met, if any.

    >>> Result("not tried", "Put your answer where the `...` is.")
    ○ not tried. Put your answer where the `...` is.
    """

    state: str
    message: str = ""
    mistake: str | None = None

    def __repr__(self) -> str:
        return f"{_SHOWN[self.state][0]} {self.state}. {self.message}".strip()

    def _repr_html_(self) -> str:
        symbol, accent = _SHOWN[self.state]
        return note(self.message, accent=accent, symbol=symbol, lead=f"{self.state.capitalize()}.")


@dataclass(frozen=True)
class Paper:
    """A hint or a solution: text for the page."""

    kicker: str
    text: str
    code: str = ""

    def __repr__(self) -> str:
        return "\n".join(part for part in (f"{self.kicker}: {self.text}".strip(" :"), self.code) if part)

    def _repr_html_(self) -> str:
        style = "margin:6px 0;padding:0;white-space:pre-wrap"
        code = f'<pre style="{style}">{escape(self.code)}</pre>' if self.code else ""
        words = prose(self.text) if self.text else ""
        return f'{note("", lead=self.kicker)}<div style="padding-left:14px;max-width:46rem">{words}{code}</div>'

"""What predictions, exercises and quizzes share on the page: small HTML pieces, a status line, the display bundle.

Text is drawn in the theme's own colour, so it is readable in light and dark; the accents are mid tones that are seen on
both (3:1 or better), and every state is said by a symbol and a word as well.
"""

import re
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ACCENT = {"calm": "#7F7F7F", "question": "#2E86C1", "right": "#2A8F6A", "look again": "#C85200"}
EDGE = "var(--jp-border-color2, rgba(127, 127, 127, 0.45))"
INK = "var(--jp-content-font-color1, currentColor)"

_STYLE = f"""<style>
.rnn-practice {{ border: 1px solid {EDGE}; border-left: 4px solid {ACCENT["question"]}; border-radius: 6px;
  padding: 12px 18px 14px; margin: 6px 0; max-width: 46rem; color: {INK}; }}
.rnn-practice .widget-html-content {{ font-size: var(--jp-content-font-size1, 14px); line-height: 1.5; color: {INK}; }}
.rnn-practice .widget-radio-box {{ width: 100%; margin: 0; }}
.rnn-practice .widget-radio-box label {{ display: flex; flex-direction: row-reverse; justify-content: flex-end;
  align-items: baseline; gap: 0.6em; height: auto; margin: 0; padding: 4px 2px; line-height: 1.45; white-space: normal;
  font-size: var(--jp-content-font-size1, 14px); color: {INK}; cursor: pointer; }}
.rnn-practice .widget-radio-box input {{ flex: none; width: 1em; height: 1em; margin: 0.25em 0 0;
  align-self: flex-start; }}
.rnn-practice .widget-radio-box input:focus-visible {{ outline: 2px solid {ACCENT["question"]}; outline-offset: 2px; }}
.rnn-practice button:focus-visible {{ outline: 2px solid {ACCENT["question"]}; outline-offset: 2px; }}
</style>"""


def prose(text: str) -> str:
    """Plain text as safe HTML: a blank line begins a paragraph, `code`, **strong** and *emphasis* are marked up.

    >>> prose("W is *not* `h`; 1 < 2")
    '<p style="margin:0 0 0.4em">W is <em>not</em> <code>h</code>; 1 &lt; 2</p>'
    """
    marked = re.split(r"(`[^`]+`)", escape(text.strip(), quote=False))
    for place, piece in enumerate(marked):
        if place % 2:
            marked[place] = f"<code>{piece[1:-1]}</code>"
        else:
            piece = re.sub(r"\*\*(\S(?:[^*]*\S)?)\*\*", r"<strong>\1</strong>", piece)
            marked[place] = re.sub(r"(?<![\w*])\*(\S(?:[^*]*\S)?)\*(?![\w*])", r"<em>\1</em>", piece)
    paragraphs = re.split(r"\n\s*\n", "".join(marked))
    return "".join(f'<p style="margin:0 0 0.4em">{paragraph}</p>' for paragraph in paragraphs)


def heading(kicker: str, text: str) -> str:
    """A card's head: a small word that says what kind of card it is, and below it the text in full strength."""
    small = "font-size:0.8em;letter-spacing:0.06em;text-transform:uppercase;opacity:0.8"
    return f'<div style="{small}">{escape(kicker)}</div><div style="font-weight:600;margin-top:2px">{prose(text)}</div>'


def note(text: str, *, accent: str = "calm", symbol: str = "", lead: str = "") -> str:
    """A short message beside a coloured bar; the symbol and the leading words say the state without the colour."""
    head = f"<strong>{escape(f'{symbol} {lead}'.strip())}</strong>" if symbol or lead else ""
    return (
        f'<div style="border-left:4px solid {ACCENT[accent]};padding:2px 0 2px 10px;margin:4px 0;max-width:46rem;'
        f'line-height:1.5;color:{INK}">{head}{prose(text) if text.strip() else ""}</div>'
    )


def status(content: str) -> str:
    """The content of a status line: a screen reader reads it out when it changes."""
    return f'<div role="status" aria-live="polite">{content}</div>'


def trouble(error: BaseException) -> str:
    """An error as a status line, in one sentence."""
    what = str(error) or type(error).__name__
    return status(note(f"{what}", accent="look again", symbol="!", lead="This did not work:"))


def safely(action: Callable[[], None], line: widgets.HTML) -> Callable[[Any], None]:
    """A callback that runs the action; if that fails, the status line says so and the next press works again."""

    def run(_event: Any) -> None:
        try:
            action()
        except Exception as error:
            line.value = trouble(error)

    return run


def button(text: str, action: Callable[[], None], line: widgets.HTML) -> widgets.Button:
    """A button wide enough for its words; what goes wrong in its action lands in the status line."""
    made = widgets.Button(description=text, layout=widgets.Layout(width="max-content", margin="8px 10px 4px 0"))
    made.style.font_weight = "600"
    made.on_click(safely(action, line))
    return made


def radio(choices: tuple[str, ...]) -> widgets.RadioButtons:
    """One radio button for each choice, none of them chosen yet; Tab moves, the space bar chooses."""
    return widgets.RadioButtons(options=choices, index=None, layout=widgets.Layout(width="auto", margin="0"))


def card(*children: widgets.Widget) -> widgets.VBox:
    """A calm frame round some widgets."""
    box = widgets.VBox([widgets.HTML(_STYLE, layout=widgets.Layout(display="none")), *children])
    box.add_class("rnn-practice")
    return box


def bundle(panel: widgets.Widget, text: str, png: str | None = None) -> dict[str, Any]:
    """What Jupyter shows: the live panel, text that never depends on what was clicked, a picture if there is one."""
    view = {"version_major": 2, "version_minor": 0, "model_id": panel.model_id}
    shown: dict[str, Any] = {WIDGET_VIEW: view, "text/plain": text}
    return shown if png is None else {**shown, "image/png": png}


def one_line(text: str) -> str:
    """Text with every run of white space made one space.

    >>> one_line("which one,\\n   do you think?")
    'which one, do you think?'
    """
    return " ".join(text.split())


def lettered(choices: tuple[str, ...]) -> str:
    """The choices in one line, each with its letter.

    >>> lettered(("up", "down"))
    'a) up  b) down'
    """
    return "  ".join(f"{chr(ord('a') + place)}) {one_line(choice)}" for place, choice in enumerate(choices))


def check_choices(choices: tuple[str, ...], owner: str) -> None:
    """Raise ValueError unless there are two or more choices, all different and none empty."""
    if len(choices) < 2 or len(set(choices)) < len(choices) or not all(map(str.strip, choices)):
        given = f"{owner} was given the choices {list(choices)}"
        raise ValueError(f"{given}; it needs two or more, all different, none empty")

"""The controls with which a learner wires: a question about a delay, and a box for the chosen arrow."""

import re
from collections.abc import Callable, Iterable
from html import escape

import ipywidgets as widgets

from rnn_edu.core.wiring import Wire
from rnn_edu.drawings.style import KIND
from rnn_edu.explorers.frame import Frame

LONGEST_DELAY = 3
HEAVIEST = 3.0
NONE = "none"
FEEDBACK = ("direct", "lateral", "indirect", "complete")
_KIND_COLOURS = "".join(
    f"<style>.rnn-verdict .rnn-{kind} {{ color: {KIND[kind].colour} }}"
    f'[data-jp-theme-light="false"] .rnn-verdict .rnn-{kind} {{ color: {KIND[kind].dark} }}</style>'
    for kind in FEEDBACK
)
_TEXT = "line-height:1.5;font-size:15px"


def button(words: str, action: Callable[..., None], tip: str = "") -> widgets.Button:
    """A button as wide as its words."""
    made = widgets.Button(description=words, tooltip=tip or words, layout=widgets.Layout(width="auto", margin="2px"))
    made.on_click(action)
    return made


def focus(widget: widgets.DOMWidget) -> None:
    """Give a widget the keyboard, where ipywidgets can (from version 8 on)."""
    if hasattr(widget, "focus"):
        widget.focus()


def row(*children: widgets.Widget) -> widgets.HBox:
    """Controls in a row that breaks where the cell is narrow."""
    return widgets.HBox(
        children, layout=widgets.Layout(flex_flow="row wrap", align_items="center", grid_gap="2px 10px", margin="2px 0")
    )


def heading(words: str) -> widgets.HTML:
    """A small heading before a row of controls."""
    text = f'<span style="font-weight:600;color:var(--jp-content-font-color1,currentColor)">{escape(words)}</span>'
    return widgets.HTML(text, layout=widgets.Layout(width="86px"))


def whole_number(words: str, value: int, highest: int, lowest: int = 0) -> widgets.BoundedIntText:
    """A labelled box for a whole number."""
    return widgets.BoundedIntText(value, lowest, highest, description=words, **_boxed(150))


def choices(words: str, options: Iterable[tuple[str, object]], wide: int = 150) -> widgets.Dropdown:
    """A labelled list to choose from."""
    return widgets.Dropdown(options=list(options), description=words, **_boxed(wide))


def _boxed(wide: int) -> dict[str, object]:
    return {"layout": widgets.Layout(width=f"{wide}px"), "style": {"description_width": "initial"}}


class Question:
    """What was done last and what the wiring is now; or, in the same place, the question for a delay and why.

    `delay` is the number box, `give` and `leave` are the two answers. Both share one place so that nothing below moves.
    """

    def __init__(self, give: Callable[..., None], leave: Callable[..., None]) -> None:
        self.verdict, self.words = widgets.HTML(), widgets.HTML()
        self.delay = whole_number("steps later", 1, LONGEST_DELAY)
        self.give = button("Give it a delay of 1 step", give)
        self.leave = button("Leave it", leave, "Do not draw this arrow")
        self.give.button_style = "primary"
        self.delay.observe(self._name_the_answer, "value")
        self._asking = widgets.VBox([self.words, row(self.delay, self.give, self.leave)])
        self.panel = widgets.VBox([self.verdict, self._asking])
        self.panel.layout = widgets.Layout(
            min_height="112px", padding="4px 12px", margin="6px 0", justify_content="center"
        )
        self.tell("", "")

    def take_in(self, frame: Frame) -> None:
        """Take the status line in here, where the learner is looking: it stands at the foot of the panel otherwise."""
        frame.panel.children = tuple(child for child in frame.panel.children if child is not frame.status)
        self.panel.children = (*self.panel.children, frame.status)

    def tell(self, said: str, wiring: str) -> None:
        """Say what was done last, and in bold what the wiring is."""
        words = f"{escape(said)}<br><strong>{_coloured(wiring)}</strong>"
        self.verdict.value = f'{_KIND_COLOURS}<div class="rnn-verdict" style="{_TEXT}">{words}</div>'
        self._change(asking=False)

    def ask(self, why: str, smallest: int) -> None:
        """Ask for a delay, with the reason why one is needed."""
        question = f"<strong>How many steps later shall it arrive?</strong> {escape(why)}"
        self.words.value = f'<div style="{_TEXT}">{question}</div>'
        if not self.asking:
            self.delay.value = smallest
        self._change(asking=True)

    @property
    def asking(self) -> bool:
        """Is a question open?"""
        return self._asking.layout.display != "none"

    def _change(self, *, asking: bool) -> None:
        self._asking.layout.display = "" if asking else "none"
        self.verdict.layout.display = "none" if asking else ""
        colour = "#C85200" if asking else "var(--jp-border-color2, #BDBDBD)"
        self.panel.layout.border_left = f"4px solid {colour}"

    def _name_the_answer(self, _change: object = None) -> None:
        steps = self.delay.value
        self.give.description = f"Give it a delay of {steps} step{'' if steps == 1 else 's'}"


def _coloured(words: str) -> str:
    """A sentence in which the names of the feedback kinds have their colours."""
    text = escape(words)
    for kind in FEEDBACK:
        named = f'<span class="rnn-{kind}">{kind}</span>'
        text = re.sub(rf"\b{kind}\b(?! arrow|=)", named, text, count=1)
    return text


class ArrowBox:
    """The arrow that is chosen: which one (`which`), its `weight` and its `delay`, and a button to `remove` it."""

    def __init__(
        self,
        which: Callable[..., None],
        weight: Callable[..., None],
        delay: Callable[..., None],
        remove: Callable[..., None],
    ) -> None:
        self.which = choices("arrow", [("none", NONE)], 270)
        self.weight = widgets.BoundedFloatText(
            0.0, min=-HEAVIEST, max=HEAVIEST, step=0.1, description="weight", **_boxed(130)
        )
        self.delay = whole_number("delay (steps)", 0, LONGEST_DELAY)
        self.remove = button("Remove this arrow", remove)
        self.which.observe(which, "value")
        self.weight.observe(weight, "value")
        self.delay.observe(delay, "value")
        self.panel = row(heading("Change"), self.which, self.weight, self.delay, self.remove)

    def show(self, wires: Iterable[tuple[str, Wire]], chosen: Wire | None) -> None:
        """List the arrows, and show the chosen one's numbers."""
        named = [("none", NONE), *((words, _place(wire)) for words, wire in wires)]
        if tuple(named) != tuple(self.which.options):
            self.which.options = named
        self.which.value = NONE if chosen is None else _place(chosen)
        for control in (self.weight, self.delay, self.remove):
            control.disabled = chosen is None
        self.weight.value, self.delay.value = (0.0, 0) if chosen is None else (chosen.weight, chosen.delay)


def _place(wire: Wire) -> Wire:
    """The arrow without its weight, so that a list of arrows stays the same while a weight is turned."""
    return Wire(wire.source, wire.target, wire.delay, 0.0)

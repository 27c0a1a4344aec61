"""What every explorer has around it: a status line, a text twin, one lock, and one way of being shown."""

import threading
from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class Frame:
    """A panel with a text twin and a status line; an explorer owns one and hands its callbacks to `guard`.

    `facts()` gives one line with the facts shown; `png()` a picture of the same state, made only when asked for.
    """

    def __init__(self, *, facts: Callable[[], str], png: Callable[[], bytes]) -> None:
        self._facts, self._png = facts, png
        self._lock = threading.RLock()  # JupyterLab may call back in another thread while a cell runs
        self.twin = widgets.HTML()
        self.status = widgets.HTML(_status(""))
        self.panel = widgets.VBox()

    def show(self, *children: widgets.Widget) -> widgets.VBox:
        """Put these widgets into the panel, the text twin and the status line below them."""
        self.panel.children = (*children, self.twin, self.status)
        self.refresh()
        return self.panel

    def guard(self, update: Callable[[], None]) -> Callable[..., None]:
        """A callback that runs one update at a time. If it fails, the status line says so; the next move works."""

        def run(*_event: Any) -> None:
            with self._lock:
                try:
                    update()
                    self.refresh()
                except Exception as error:
                    self.status.value = _status(f"This move did not work: {_in_words(error)}")
                else:
                    self.status.value = _status("")

        return run

    def refresh(self) -> None:
        """Say the facts anew in the text twin."""
        self.twin.value = f'<div aria-live="polite" class="rnn-twin">{escape(self._facts())}</div>'

    def bundle(self) -> dict[str, Any]:
        """What Jupyter shows: the live panel, a picture of the same state, and one line of text with the facts."""
        view = {"version_major": 2, "version_minor": 0, "model_id": self.panel.model_id}
        return {WIDGET_VIEW: view, "image/png": b64encode(self._png()).decode(), "text/plain": self._facts()}


class SliderNames(anywidget.AnyWidget):
    """Gives sliders and play buttons a name for screen readers, and keeps the notebook from taking their arrow keys.

    Shown beside them, it looks for the sliders in the same box by the words of their labels. What is spoken when it
    changes (the text twin, the status line) gets a frame that stays, since a frame that comes with its words is mute.
    """

    _esm = """
    function render({ el }) {
      const name = () => {
        const box = el.closest(".rnn-named, .widget-vbox, .jp-OutputArea-output") ?? document;
        for (const slider of box.querySelectorAll(".widget-slider, .widget-hslider")) {
          const label = slider.querySelector(".widget-label")?.textContent ?? "";
          for (const handle of slider.querySelectorAll(".noUi-handle")) {
            if (label) handle.setAttribute("aria-label", label);
            handle.dataset.lmSuppressShortcuts = "true";
          }
          for (const input of slider.parentElement.querySelectorAll('input[type="number"]')) {
            const own = input.parentElement.querySelector(".widget-label")?.textContent;
            if (!own && label) input.setAttribute("aria-label", label); // the box beside it, see `numbered`
          }
        }
        for (const player of box.querySelectorAll(".widget-play")) {
          [...player.querySelectorAll("button")].forEach((button, place) => {
            button.setAttribute("aria-label", ["play or pause", "stop", "repeat"][place] ?? "");
          });
        }
        for (const words of box.querySelectorAll("[aria-live]")) {
          words.closest(".widget-html-content")?.setAttribute("aria-live", "polite");
        }
      };
      el.style.display = "none";
      for (const wait of [0, 100, 500, 2000]) setTimeout(name, wait);
    }
    export default { render };
    """
    ready = traitlets.Bool(True).tag(sync=True)


def tidy(number: float) -> float:
    """The number that the learner meant: a slider in the browser sends 0.7999999999999998 for 0.8.

    >>> tidy(0.7999999999999998)
    0.8
    """
    return round(number, 6)


def numbered(slider: widgets.Widget, box: widgets.Widget, label: str) -> widgets.HBox:
    """A slider and a number box for the same value, both under one label; the box has a real label of its own."""
    slider.description, box.description = label, ""
    slider.readout = False

    def to_box(_change: Any) -> None:
        box.value = tidy(slider.value)

    def to_slider(_change: Any) -> None:
        # never answer the slider itself: the answer would come late and pull it back while it is being moved
        if tidy(slider.value) != tidy(box.value):
            slider.value = box.value

    slider.observe(to_box, "value")
    box.observe(to_slider, "value")
    to_box(None)
    box.tooltip = label
    return widgets.HBox([slider, box])


def _in_words(error: Exception) -> str:
    """What an error says; a KeyError would put its own sentence into quotation marks."""
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)


def _status(text: str) -> str:
    colour = "color:#B2182B;" if text else ""
    return f'<div role="status" aria-live="polite" style="{colour}">{escape(text)}</div>'

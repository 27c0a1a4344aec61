"""An experiment that opens when its prediction has been committed."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from rnn_edu.practice.page import bundle, button, note, one_line, safely, status
from rnn_edu.practice.prediction import Prediction

_LOCKED = "The experiment opens here when you have committed your prediction."


class Experiment:
    """A prediction, and below it the explorer that answers it: locked until the prediction is committed.

    `make_explorer` takes nothing and returns a widget, or an object whose `panel` is one. It is called once, when the
    experiment opens; what goes wrong in it is shown in the status line, beside a button to try again.

    >>> fade = Prediction("03-fade", "A pulse will …", ["stay", "fade"])
    >>> Experiment(fade, lambda: widgets.Label("the explorer"))
    Experiment, open when its prediction is committed: A pulse will …
    """

    def __init__(self, prediction: Prediction, make_explorer: Callable[[], Any]) -> None:
        self.prediction = prediction
        self.make_explorer = make_explorer
        self.explorer: Any = None
        self.status = widgets.HTML(status(note(_LOCKED, symbol="○", lead="Locked until you commit.")))
        self.again = button("Try to open it again", self._open, self.status)
        self.again.layout.display = "none"
        self._room = widgets.VBox()
        # committed in an earlier cell: its card is there, and here one line is enough. A card that is shown stays, for
        # if it went away when its button is pressed, the keyboard would lose its place
        card = [prediction.panel] if prediction.committed is None else []
        self.panel = widgets.VBox([*card, self.status, self.again, self._room])
        prediction.on_commit(self.open)
        if prediction.committed is not None:
            self.open()

    def open(self) -> None:
        """Build the explorer and show it; a failure is shown in the status line, never raised."""
        self.again.layout.display = ""  # taken away again when the explorer is there
        safely(self._open, self.status)(None)

    def _open(self) -> None:
        if self.explorer is not None:
            return
        explorer = self.make_explorer()
        panel = getattr(explorer, "panel", explorer)
        if not isinstance(panel, widgets.Widget):
            raise TypeError(f"the experiment made {explorer!r}, but it needs a widget or an object with a panel")
        self.explorer = explorer
        self._room.children = (panel,)
        self.again.layout.display = "none"
        said = f"You predicted: {self.prediction.committed}"
        self.status.value = status(note(said, accent="right", symbol="✓", lead="It is open: were you right?"))

    def __repr__(self) -> str:
        return f"Experiment, open when its prediction is committed: {one_line(self.prediction.question)}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return bundle(self.panel, repr(self), self._png())

    def _png(self) -> str:
        """The explorer's picture if the experiment is open and the explorer offers one, otherwise the question's."""
        offer = getattr(self.explorer, "_repr_mimebundle_", None)
        shown = offer() if offer is not None else {}
        data = shown[0] if isinstance(shown, tuple) else shown
        return data.get("image/png") or self.prediction.png()

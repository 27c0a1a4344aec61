"""The stage: the one place where the browser shows a live picture and reports what the learner touched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from rnn_edu.drawings.svg import theme_css
from rnn_edu.explorers.changes import Change, changes, n_nodes, pieces

_CSS = """
.rnn-stage { contain: content; max-width: 100%; overflow: auto; color: var(--jp-content-font-color1, currentColor); }
.rnn-stage svg { max-width: 100%; height: auto; overflow: visible; }
.rnn-stage [data-unit], .rnn-stage [data-cell], .rnn-stage [data-arrow] { cursor: pointer; outline: none; }
.rnn-stage [data-unit]:focus-visible .rnn-shape, .rnn-stage [data-unit]:focus-visible > :first-child {
  stroke: #D55E00; stroke-width: 4px; paint-order: stroke; }
.rnn-stage [data-cell]:focus-visible { outline: 3px solid #D55E00; outline-offset: -1px; }
.rnn-stage [data-step][display="none"] { display: none; }
.rnn-stage .rnn-future { opacity: 0.22; }
.rnn-stage text.rnn-now { font-weight: 700; opacity: 1; }
.rnn-stage .rnn-picked path { stroke-width: 3.4; }
.rnn-stage .rnn-picked path[stroke="none"] { stroke: currentColor; stroke-width: 2.5; stroke-linejoin: round; }
.rnn-stage .rnn-picked rect { stroke-width: 4.5; }
.rnn-stage .rnn-waits path { stroke-width: 3; }
.rnn-stage .rnn-asked { stroke: #BD1F01; color: #BD1F01; animation: rnn-ask 1.2s ease-in-out 3; }
.rnn-stage .rnn-asked path { stroke-width: 3; }
[data-jp-theme-light="false"] .rnn-stage .rnn-asked { stroke: #FF8F78; color: #FF8F78; }
@keyframes rnn-ask { 50% { opacity: 0.2; } }
@media (prefers-reduced-motion: reduce) { .rnn-stage .rnn-asked { animation: none; } }
.rnn-views { display: flex; flex-flow: row wrap; gap: 10px 28px; align-items: flex-start; }
.rnn-view { flex: 0 1 auto; max-width: 100%; }
.rnn-view-unrolled, .rnn-view-equation { flex-basis: 100%; }
.rnn-equation [data-cell]:hover { text-decoration: underline; }
table.rnn-numbers { border-collapse: collapse; font-variant-numeric: tabular-nums; }
table.rnn-numbers th, table.rnn-numbers td { padding: 2px 10px; text-align: right; }
"""


class Stage(anywidget.AnyWidget):
    """Shows `picture` (HTML or SVG text) and reports what the pointer or the keyboard touched.

    Of a picture with the same tags as the one before only what is different is sent: `changes` to `base`. `selected`
    and `hovered` are the address of a part ("h:3:2", or "" for none), as the picture writes it in data-unit, data-cell
    or data-arrow. `step` shows one moment of a picture that holds several (data-step, data-time), without asking
    Python. `label` is what a screen reader calls the whole.

    Pictures for other values of one control can be sent ahead: link the control to `at`, see `Ahead`.
    """

    _esm = "\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("picture.js", "stage.js"))
    _css = _CSS + theme_css()  # once here and not in every picture: new rules make the browser look at the whole page
    picture = traitlets.Unicode("")
    base = traitlets.Unicode("").tag(sync=True)
    n_nodes = traitlets.Int(0).tag(sync=True)  # of the base
    changes: traitlets.List[Any] = traitlets.List().tag(sync=True)
    at = traitlets.Any(None, allow_none=True).tag(sync=True)  # the value of the control, as the browser knows it
    drawn_for = traitlets.Unicode("").tag(sync=True)  # the value of the control that Python drew the picture for
    edition = traitlets.Int(0).tag(sync=True)  # of the base
    take = traitlets.Int(0).tag(sync=True)  # another number: what was sent ahead no longer holds
    whole = traitlets.Bool(False).tag(sync=True)  # the browser counts other nodes than we do: always send everything
    selected = traitlets.Unicode("").tag(sync=True)
    hovered = traitlets.Unicode("").tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    dim_future = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("a picture of a network").tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        self._pieces: list[str] = []
        super().__init__(**settings)

    def show(self, picture: str, *, drawn_for: str = "") -> None:
        """Set the picture, and say for which value of the control that is linked to `at` it was drawn."""
        with self.hold_sync():
            self.drawn_for = drawn_for
            self.picture = picture

    def send_ahead(self, value: str, picture: str) -> int | None:
        """Send the picture for another value of the control. It holds while `take` stays, and while the edition that
        is returned stays the base; None if it holds for any base.
        """
        shot = self._changes_to(picture)
        self.send({"do": "ahead", "take": self.take, "edition": self.edition, "value": value, "shot": shot})
        return None if isinstance(shot, str) else self.edition

    def on_key(self, event: str, action: Callable[[str], None]) -> None:
        """Call `action(address)` at each "activate" (click, Enter or space), "escape" or "delete" on a part."""

        def heard(_stage: Any, message: dict[str, Any], _buffers: Any) -> None:
            if message.get("event") == event:
                action(str(message.get("key", "")))

        self.on_msg(heard)

    @traitlets.observe("picture", "whole")
    def _send_picture(self, _change: Any) -> None:
        found = self._changes_to(self.picture)
        with self.hold_sync():
            if isinstance(found, str):
                self._pieces = pieces(self.picture)
                self.base, self.n_nodes, self.changes = self.picture, n_nodes(self._pieces), []
                self.edition += 1
            else:
                self.changes = found

    def _changes_to(self, picture: str) -> list[Change] | str:
        """What makes this picture out of the base; the picture itself if that is shorter or the only way."""
        found = None if self.whole else changes(self._pieces, pieces(picture))
        if found is None or sum(10 + len(str(change)) for change in found) > len(picture):
            return picture
        return found

"""The stage: the one place where the browser shows a live picture and reports what the learner touched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

_CSS = """
.rnn-stage { max-width: 100%; overflow: auto; color: var(--jp-content-font-color1, currentColor); }
.rnn-stage svg { max-width: 100%; height: auto; overflow: visible; }
.rnn-stage [data-unit], .rnn-stage [data-cell], .rnn-stage [data-arrow] { cursor: pointer; outline: none; }
.rnn-stage [data-unit]:focus-visible .rnn-shape, .rnn-stage [data-unit]:focus-visible > :first-child {
  stroke: #D55E00; stroke-width: 4px; paint-order: stroke; }
.rnn-stage [data-cell]:focus-visible { outline: 3px solid #D55E00; outline-offset: -1px; }
.rnn-stage [data-step][display="none"] { display: none; }
.rnn-stage .rnn-future { opacity: 0.22; }
.rnn-stage text.rnn-now { font-weight: 700; opacity: 1; }
.rnn-views { display: flex; flex-flow: row wrap; gap: 10px 28px; align-items: flex-start; }
.rnn-view { flex: 0 1 auto; max-width: 100%; }
.rnn-view-unrolled, .rnn-view-equation { flex-basis: 100%; }
.rnn-equation [data-cell]:hover { text-decoration: underline; }
table.rnn-numbers { border-collapse: collapse; font-variant-numeric: tabular-nums; }
table.rnn-numbers th, table.rnn-numbers td { padding: 2px 10px; text-align: right; }
"""


class Stage(anywidget.AnyWidget):
    """Shows `picture` (HTML or SVG text) and reports what the pointer or the keyboard touched.

    `selected` and `hovered` are the address of a part ("h:3:2", or "" for none), as the picture writes it in data-unit,
    data-cell or data-arrow. `step` shows one moment of a picture that holds several (data-step, data-time), without
    asking Python. `label` is what a screen reader calls the whole.
    """

    _esm = Path(__file__).with_name("stage.js")
    _css = _CSS
    picture = traitlets.Unicode("").tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    hovered = traitlets.Unicode("").tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    dim_future = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("a picture of a network").tag(sync=True)

    def on_key(self, event: str, action: Callable[[str], None]) -> None:
        """Call `action(address)` at each "activate" (click, Enter or space), "escape" or "delete" on a part."""

        def heard(_stage: Any, message: dict[str, Any], _buffers: Any) -> None:
            if message.get("event") == event:
                action(str(message.get("key", "")))

        self.on_msg(heard)

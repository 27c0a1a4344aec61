"""The linked views of a wiring: folded graph, unrolled graph, weight matrix and equations."""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from html import escape
from itertools import pairwise
from typing import Any

import ipywidgets as widgets

from rnn_edu.core.topology import Topology, Unit
from rnn_edu.core.wiring import Wire, Wiring
from rnn_edu.drawings.diagram import Diagram, fold, unroll
from rnn_edu.drawings.equation_html import equations_html
from rnn_edu.drawings.style import ActivityScale
from rnn_edu.drawings.svg import cell_key
from rnn_edu.drawings.svg_matrix import matrix_svg
from rnn_edu.drawings.svg_network import network_svg
from rnn_edu.drawings.weight_cells import panels_of
from rnn_edu.explorers.stage import Stage

Reaction = Callable[[Stage, str], None]
SCALE = ActivityScale(1.0)  # activities of tanh lie between -1 and 1


class BoardViews:
    """Four linked views of one wiring: the stages `folded`, `unrolled` and `matrix`, and the text `equations`.

    `on_touch(stage, address)` is called for a click, Enter or space on a part of any view; `on_escape` and `on_delete`
    likewise for these keys.
    """

    def __init__(self, on_touch: Reaction, on_escape: Reaction, on_delete: Reaction) -> None:
        self.folded = Stage(label="the wiring, folded: pick two neurons to join them")
        self.unrolled = Stage(label="the wiring, unrolled over time")
        self.matrix = Stage(label="the weight matrix: an empty cell is an arrow that can be drawn")
        self.equations = widgets.HTML()
        for stage in (self.folded, self.unrolled, self.matrix):
            stage.on_key("activate", partial(on_touch, stage))
            stage.on_key("escape", partial(on_escape, stage))
            stage.on_key("delete", partial(on_delete, stage))
        self.stages = self.folded, self.unrolled, self.matrix
        self._name = f"board-{id(self)}"

    def pictures(
        self,
        wiring: Wiring,
        record: Any,
        n_steps: int,
        *,
        hand: Unit | None = None,
        chosen: Wire | None = None,
        asked: Wire | None = None,
    ) -> tuple[str, str, str]:
        """Draw a picture for each stage. `asked` is an arrow that is not there yet: it is drawn as a question."""
        folded = folded_picture(wiring, record, n_steps, hand=hand, chosen=chosen, asked=asked, name=f"{self._name}-f")
        unrolled = unrolled_picture(wiring, record, n_steps, hand=hand, chosen=chosen, name=f"{self._name}-u")
        matrix = matrix_picture(wiring, hand=hand, chosen=chosen, name=f"{self._name}-m")
        return folded, unrolled, matrix

    def write(self, topology: Topology) -> None:
        """Write the equations."""
        self.equations.value = equations_html(topology)


def folded_picture(
    wiring: Wiring,
    record: Any,
    n_steps: int,
    *,
    hand: Unit | None = None,
    chosen: Wire | None = None,
    asked: Wire | None = None,
    name: str,
    length: float = 58,
) -> str:
    """The folded graph with the numbers of every step. With an arrow that waits for a delay it cannot run: no numbers.

    The arrows that would wait for each other with it are drawn heavily.
    """
    seen = wiring if asked is None else wiring.add(asked.source, asked.target, asked.delay, asked.weight)
    picture = network_svg(
        _folded(seen.topology),
        record if asked is None else None,
        scale=SCALE,
        times=range(n_steps),
        selected=hand,
        interactive=True,
        name=name,
        length=length,
        widest=420,
    )
    if asked is not None:
        loop = {(a, b) for a, b in pairwise(wiring.waiting(asked.source, asked.target))}
        waits = [wire for wire in wiring.wires if wire.delay == 0 and (wire.source, wire.target) in loop]
        picture = _marked(_marked(picture, waits, "rnn-waits"), [asked], "rnn-asked")
    elif chosen is not None:
        picture = _marked(picture, [chosen], "rnn-picked")
    return picture


def unrolled_picture(
    wiring: Wiring, record: Any, n_steps: int, *, hand: Unit | None = None, chosen: Wire | None = None, name: str
) -> str:
    """The graph unrolled over all steps, with its numbers if there are any."""
    picture = network_svg(
        _unrolled(wiring.topology, n_steps), record, scale=SCALE, selected=hand, interactive=True, name=name
    )
    return picture if chosen is None else _marked(picture, [chosen], "rnn-picked")


def matrix_picture(wiring: Wiring, *, hand: Unit | None = None, chosen: Wire | None = None, name: str) -> str:
    """The weight matrix; the cell of the chosen arrow has a heavy frame."""
    n_units, n_panels = sum(layer.size for layer in wiring.layers), len(panels_of(wiring.topology))
    cell = max(18.0, min(40.0, (450 / n_panels - 90) / n_units))  # so that it need not shrink, and words stay readable
    picture = matrix_svg(wiring.topology, wiring.network(), selected=hand, cell=cell, interactive=True, name=name)
    if chosen is not None:
        picture = _marked(_marked(picture, [chosen], "rnn-picked", panels=False), [chosen], "rnn-picked")
    return picture


def _marked(picture: str, wires: Iterable[Wire], look: str, *, panels: bool = True) -> str:
    """The same picture with a class on every part that stands for one of these arrows."""
    for wire in wires:
        key = cell_key(wire.target, wire.source, wire.delay if panels else None)
        address = f'data-cell="{escape(key)}"'
        picture = picture.replace(address, f'{address} class="{look}"')
    return picture


@lru_cache(maxsize=64)
def _folded(topology: Topology) -> Diagram:
    return fold(topology)


@lru_cache(maxsize=64)
def _unrolled(topology: Topology, n_steps: int) -> Diagram:
    return unroll(topology, n_steps)

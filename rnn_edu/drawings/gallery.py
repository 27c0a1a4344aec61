"""The four feedback types on one page, as a textbook would print them."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnn_edu.core.builders import complete_feedback, direct_feedback, indirect_feedback, lateral_feedback
from rnn_edu.core.topology import Topology
from rnn_edu.drawings import ink, style
from rnn_edu.drawings.diagram import RADIUS, Diagram, fold, unroll
from rnn_edu.drawings.picture import NetworkPicture


class FeedbackType(NamedTuple):
    """One row of the gallery: a name, a plain sentence, a small network and the kinds of arrow that it adds."""

    name: str
    sentence: str
    topology: Topology
    kinds: tuple[str, ...]


TYPES = (
    FeedbackType("direct", "A neuron feeds itself.", direct_feedback(2, 3, 1), ("direct",)),
    FeedbackType("indirect", "A neuron feeds neurons of an earlier layer.", indirect_feedback(2, 3, 1), ("indirect",)),
    FeedbackType("lateral", "A neuron feeds the other neurons of its layer.", lateral_feedback(2, 3, 1), ("lateral",)),
    FeedbackType(
        "complete",
        "Every neuron feeds every neuron: itself, its layer, earlier and later layers.",
        complete_feedback(2, 3, 1),
        ("direct", "lateral", "indirect", "forward"),
    ),
)
N_STEPS = 4
_INCHES = 0.345  # of one length in the diagrams
_WIDTH, _TOP, _ROW, _FOOT = 9.2, 0.85, 2.3, 0.45
_TEXT_LEFT, _NAMES_RIGHT, _FOLDED_LEFT, _UNROLLED_LEFT = 0.25, 2.75, 2.85, 4.75
_SIZE = 1.0


def gallery() -> Figure:
    """Draw direct, indirect, lateral and complete feedback: folded on the left, spread over time on the right.

    >>> len(gallery().axes)  # the page, and two pictures in each of four rows
    9
    """
    height = _TOP + len(TYPES) * _ROW + _FOOT
    figure = Figure(figsize=(_WIDTH, height), facecolor=style.PAPER)
    page = figure.add_axes((0, 0, 1, 1), xlim=(0, _WIDTH), ylim=(0, height))
    page.set_axis_off()
    _draw_headings(page, height)
    for number, row in enumerate(TYPES):
        middle = height - _TOP - (number + 0.5) * _ROW
        _draw_row(figure, page, row, middle)
        page.plot((_TEXT_LEFT, _WIDTH - 0.25), (middle + _ROW / 2,) * 2, color="#BFBFBF", linewidth=0.6)
    note = "Solid grey arrows act within one step. Dashed and dotted arrows arrive one step later."
    page.text(_WIDTH - 0.25, _FOOT / 2, note, ha="right", va="center", fontsize=8.5, color="#404040")
    return figure


@dataclass(frozen=True)
class Gallery:
    """Show the page in a notebook.

    >>> print(Gallery())
    Four networks, each folded and unrolled over 4 steps: direct, indirect, lateral and complete feedback
    """

    def figure(self) -> Figure:
        """Make the page."""
        return gallery()

    def __str__(self) -> str:
        *names, last = (row.name for row in TYPES)
        return f"Four networks, each folded and unrolled over {N_STEPS} steps: {', '.join(names)} and {last} feedback"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return ink.bundle(self.figure(), str(self))


def _draw_headings(page: Axes, height: float) -> None:
    font: dict[str, Any] = {"fontsize": 10.5, "color": "#000000", "va": "center"}
    left, _, right, _ = _drawn_width(fold(TYPES[0].topology))
    page.text(_FOLDED_LEFT + (right - left) / 2, height - 0.3, "folded", ha="center", fontweight="bold", **font)
    diagram = unroll(TYPES[0].topology, N_STEPS)
    shift = _UNROLLED_LEFT - _drawn_width(diagram)[0]
    columns = []
    for step in range(N_STEPS):
        across = [x for unit, (x, _) in diagram.positions.items() if unit.time == step]
        columns.append(shift + _INCHES * (min(across) + max(across)) / 2)
        page.text(columns[-1], height - 0.64, f"step {step}", ha="center", va="center", fontsize=9, color="#404040")
    middle = (columns[0] + columns[-1]) / 2
    page.text(middle, height - 0.3, f"unrolled over {N_STEPS} steps", ha="center", fontweight="bold", **font)


def _draw_row(figure: Figure, page: Axes, row: FeedbackType, middle: float) -> None:
    _draw_words(page, row, middle)
    folded, unrolled = fold(row.topology), unroll(row.topology, N_STEPS)
    base = _place(figure, folded, _FOLDED_LEFT, middle)
    _place(figure, unrolled, _UNROLLED_LEFT, middle)
    for layer, name in zip(row.topology.layers, ("input", "hidden", "output"), strict=True):
        y = next(y for unit, (_, y) in folded.positions.items() if unit.layer == layer.name)
        page.text(_NAMES_RIGHT, base + y * _INCHES, name, ha="right", va="center", fontsize=8.5, color="#404040")


def _draw_words(page: Axes, row: FeedbackType, middle: float) -> None:
    lines = wrap(row.sentence, 26)
    y = middle + 0.28 + 0.09 * len(lines)
    colour = style.KIND[row.name].colour
    page.text(_TEXT_LEFT, y, row.name, ha="left", va="center", fontsize=13, fontweight="bold", color=colour)
    for line in lines:
        y -= 0.19 if line is not lines[0] else 0.27
        page.text(_TEXT_LEFT, y, line, ha="left", va="center", fontsize=10, color="#000000")
    y -= 0.08
    for kind in row.kinds:
        y -= 0.2
        sample = [[(_TEXT_LEFT + 0.5 * part, y) for part in (0, 1 / 3, 2 / 3, 1)]]
        ink.draw_arrows(page, sample, kind, radius=RADIUS * _INCHES, size=_SIZE, name="key")
        colour = style.KIND[kind].colour
        word = style.KIND[kind].word if len(row.kinds) > 1 else "one step later"
        page.text(_TEXT_LEFT + 0.6, y, word, ha="left", va="center", fontsize=9, color=colour)


def _place(figure: Figure, diagram: Diagram, left: float, middle: float) -> float:
    """Draw a diagram with its left edge and its middle at a place of the page; returns the page's height of y = 0."""
    width, height = figure.get_size_inches()
    left_end, bottom, right_end, top = _drawn_width(diagram)
    low = middle - (top - bottom) / 2
    box = (left / width, low / height, (right_end - left_end) / width, (top - bottom) / height)
    NetworkPicture(diagram, words=False).draw(figure.add_axes(box))
    return low - bottom


def _drawn_width(diagram: Diagram) -> tuple[float, float, float, float]:
    """The room of a diagram on the page, in inches, its origin at (0, 0)."""
    left, bottom, right, top = NetworkPicture(diagram, words=False).extent
    return left * _INCHES, bottom * _INCHES, right * _INCHES, top * _INCHES

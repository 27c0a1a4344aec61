"""The folded and the unrolled picture of one network on one page, for print and for places without a kernel."""

from io import BytesIO
from typing import Any

from matplotlib.figure import Figure

from rnn_edu.core.topology import Topology
from rnn_edu.drawings.diagram import fold, unroll
from rnn_edu.drawings.picture import NetworkPicture

_GAP = 0.25  # inches between the two


def side_by_side(topology: Topology, n_steps: int, record: Any = None, *, time: int = 0, scale: Any = None) -> Figure:
    """Make a figure with the network folded on the left (the numbers of step `time`) and unrolled on the right.

    >>> from rnn_edu.core.builders import elman
    >>> len(side_by_side(elman(1, 2, 1), 3).axes)
    2
    """
    pictures = [
        NetworkPicture(fold(topology), record, scale=scale, time=None if record is None else time),
        NetworkPicture(unroll(topology, n_steps), record, scale=scale),
    ]
    sizes = [picture.figure().get_size_inches() for picture in pictures]
    width, height = sum(size[0] for size in sizes) + _GAP, max(size[1] for size in sizes)
    figure = Figure(figsize=(width, height))
    left = 0.0
    for picture, (own_width, own_height) in zip(pictures, sizes, strict=True):
        place = (left / width, (height - own_height) / 2 / height, own_width / width, own_height / height)
        picture.draw(figure.add_axes(place))
        left += own_width + _GAP
    return figure


def png(figure: Figure, *, dots: int = 80) -> bytes:
    """The figure as PNG, `dots` to the inch.

    >>> png(Figure((1, 1)))[1:4]
    b'PNG'
    """
    written = BytesIO()
    figure.savefig(written, format="png", dpi=dots, facecolor="white")
    return written.getvalue()

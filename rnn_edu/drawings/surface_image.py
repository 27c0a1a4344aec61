"""A landscape of losses as a small PNG and as contour lines, for a live map."""

import struct
import zlib
from base64 import b64encode
from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure

from rnn_edu.drawings import style
from rnn_edu.drawings.svg_cliff import HEIGHTS

Array = np.ndarray
LOW, HIGH = -4.0, 0.0  # powers of ten: where the colours end
LEVELS = (-3.0, -2.0, -1.0, -0.3)  # of the contour lines
NO_NUMBER = 255  # the place of NaN and infinity in the palette


def colour_of(log_loss: float) -> str:
    """The colour of a loss, given its power of ten.

    >>> colour_of(-9.0), colour_of(5.0)
    ('#FFFFFF', '#16305C')
    """
    part = min(max((log_loss - LOW) / (HIGH - LOW), 0.0), 1.0)
    return style.blend(HEIGHTS, part)


def image_uri(loss: Array) -> str:
    """The landscape as a data address: rows from bottom to top, light is low, yellow is no finite number."""
    with np.errstate(all="ignore"):
        part = (np.log10(loss) - LOW) / (HIGH - LOW)
    known = np.isfinite(loss)
    places = np.full(loss.shape, NO_NUMBER, np.uint8)
    places[known] = np.round(254 * np.clip(part[known], 0.0, 1.0)).astype(np.uint8)
    return "data:image/png;base64," + b64encode(_png(places[::-1])).decode()


def contours(first: Array, second: Array, loss: Array) -> tuple[tuple[Array, ...], ...]:
    """The lines of equal loss at `LEVELS`: for each level its lines, each (n_points, 2) in units of the two weights."""
    with np.errstate(all="ignore"):
        height = np.log10(np.maximum(loss, 10.0 ** (LOW - 1)))
    height = np.clip(np.where(np.isfinite(height), height, HIGH + 1), LOW - 1, HIGH + 1)
    axes = Figure().add_subplot()
    if height.min() == height.max():  # nothing to draw a line through
        return tuple(() for _ in LEVELS)
    with np.errstate(all="ignore"):
        found = axes.contour(first, second, height, levels=[*LEVELS, HIGH + 2]).allsegs
    return tuple(tuple(np.asarray(line) for line in lines if len(line) > 1) for lines in found[: len(LEVELS)])


@lru_cache(maxsize=1)
def _palette() -> bytes:
    colours = [colour_of(LOW + (HIGH - LOW) * place / 254) for place in range(255)] + [style.NOT_A_NUMBER]
    return b"".join(bytes.fromhex(colour[1:]) for colour in colours)


def _png(places: Array) -> bytes:
    """Write a PNG file with a palette: its size, its colours, and one byte for each point."""
    height, width = places.shape
    rows = b"".join(b"\0" + row.tobytes() for row in places)
    head = struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", _palette()), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )

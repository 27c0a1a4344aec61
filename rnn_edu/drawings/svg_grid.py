"""Small pictures of pixels in a row, for the browser: one frame for each step, of which the stage shows one."""

from collections.abc import Sequence
from html import escape

from rnn_edu.drawings import svg
from rnn_edu.drawings.style import ActivityScale

GAP = 46  # between two pictures
TITLE = 24  # room above them
SMALL = 14  # a pixel below this size is colour only


def grids_svg(
    grids: Sequence[tuple[str, Sequence[Sequence[float]], tuple[int, int]]],
    *,
    scale: ActivityScale,
    name: str,
    side: float = 128,
    gap: float = GAP,
) -> str:
    """Draw pictures side by side: each is (title, its pixels at every step, (rows, columns)).

    A pixel of 0 is empty. A picture whose pixels never change is drawn once.

    >>> grids_svg([("T", [[1, 1, -1, 1]], (2, 2))], scale=ActivityScale(1), name="g").count("<rect")
    4
    """
    parts, left, widths = [], 1.0, []
    for title, frames, (rows, columns) in grids:
        cell = side / max(rows, columns)
        width = max(cell * columns, 6.6 * len(title))
        inset = left + (width - cell * columns) / 2
        parts.append(svg.text(left + width / 2, 14, title))
        still = all(list(frame) == list(frames[0]) for frame in frames)
        for time, frame in enumerate(frames[:1] if still else frames):
            pixels = _pixels(frame, columns, cell, inset, scale)
            hidden = "" if time == 0 else ' display="none"'
            parts.append(f"<g>{pixels}</g>" if still else f'<g data-step="{time}"{hidden}>{pixels}</g>')
        widths.append(width)
        left += width + gap
    size = (left - gap + 1, TITLE + side + 2)
    said = "; ".join(f"{title}: {_in_words(frames[-1], shape[1])}" for title, frames, shape in grids)
    titles = ", ".join(title for title, _, _ in grids)
    return svg.frame("".join(parts), size, title=titles, description=said, name=name, interactive=False)


def _pixels(frame: Sequence[float], columns: int, cell: float, left: float, scale: ActivityScale) -> str:
    parts, size = [], f'width="{cell:.4g}" height="{cell:.4g}"'
    for place, value in enumerate(frame):
        x, y = left + place % columns * cell, TITLE + place // columns * cell
        box = f'<rect x="{x:.4g}" y="{y:.4g}" {size} fill="{scale.colour(value)}"'
        if cell < SMALL:
            parts.append(f"{box}/>")
            continue
        words = f"<title>{escape(scale.label(value))}</title>"
        parts.append(f'{box} stroke="#7F7F7F" stroke-opacity="0.5">{words}</rect>')
        if abs(value) < 0.05 * scale.limit:  # as good as nothing: say so without colour
            parts.append(svg.text(x + cell / 2, y + cell / 2 + 4, "?", more='fill="#595959"'))
    return "".join(parts)


def _in_words(frame: Sequence[float], columns: int) -> str:
    marks = "".join("?" if abs(value) < 0.05 else "#" if value > 0 else "." for value in frame)
    return " ".join(marks[start : start + columns] for start in range(0, len(marks), columns))

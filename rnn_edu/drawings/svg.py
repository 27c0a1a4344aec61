"""The small parts of every live picture: names, frames, scales and keys, all written as SVG text.

A live picture is text, made in a millisecond and shown by the browser. What can be pointed at carries its address:
`data-unit="h:3:2"` for one unit at one step, `data-unit="h:3"` for a neuron in a folded picture, and
`data-cell="h:3<x:1"` for the weight from x₁ to h₃ (with "@2" at the end where its delay is told too).
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from rnn_edu.core.topology import Topology, Unit
from rnn_edu.drawings import style

SMALL, MEDIUM = 12, 13  # sizes of text, in pixels
HINT = "use the arrow keys to move, Enter to select, Escape to let go"
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def unit_key(unit: Unit) -> str:
    """Write a unit's address as text.

    >>> unit_key(Unit("h", 3, 2)), unit_key(Unit("h", 3))
    ('h:3:2', 'h:3')
    """
    return f"{unit.layer}:{unit.index}" if unit.time is None else f"{unit.layer}:{unit.index}:{unit.time}"


def unit_of(key: str) -> Unit:
    """Read an address that `unit_key` wrote; ValueError for any other text.

    >>> unit_of("h:3:2")
    Unit(layer='h', index=3, time=2)
    """
    layer, *numbers = key.split(":")
    if not layer.isidentifier() or len(numbers) not in (1, 2) or not all(number.isdecimal() for number in numbers):
        raise ValueError(f"{key!r} is not the address of a unit; write layer:index or layer:index:time, like 'h:3:2'")
    return Unit(layer, *(int(number) for number in numbers))


def layer_symbol(layer_name: str) -> str:
    """Write a layer's name as the equations do: a number at its end is a superscript.

    >>> layer_symbol("h2"), layer_symbol("memory")
    ('h²', 'memory')
    """
    stem = layer_name.rstrip("0123456789")
    return stem + layer_name[len(stem) :].translate(_SUPERSCRIPT)


def unit_symbol(unit: Unit) -> str:
    """Write a unit as the equations do, without its time.

    >>> unit_symbol(Unit("h2", 3, 2))
    'h²₃'
    """
    return layer_symbol(unit.layer) + str(unit.index).translate(_SUBSCRIPT)


def cell_key(target: Unit, source: Unit, delay: int | None = None) -> str:
    """Write the address of one weight: to, from and, if there is one panel for each delay, the delay.

    >>> cell_key(Unit("h", 3), Unit("x", 1))
    'h:3<x:1'
    """
    return f"{target.layer}:{target.index}<{source.layer}:{source.index}" + ("" if delay is None else f"@{delay}")


def cell_of(key: str) -> tuple[Unit, Unit, int | None]:
    """Read an address that `cell_key` wrote: target, source and delay (None if not given).

    >>> cell_of("h:3<x:1@2")[2]
    2
    """
    pair, _, delay = key.partition("@")
    target, found, source = pair.partition("<")
    if not found or (delay and not delay.isdecimal()):
        raise ValueError(f"{key!r} is not the address of a weight; write target<source, like 'h:3<x:1'")
    return unit_of(target), unit_of(source), int(delay) if delay else None


def frame(
    body: str, size: tuple[float, float], *, title: str, description: str, name: str, interactive: bool, css: str = ""
) -> str:
    """Put a picture into its <svg> element, with a name and a description for those who cannot see it.

    ``size`` is width and height in pixels; the picture shrinks with a narrow cell and never grows. ``name`` makes the
    ids of this picture unique on the page. An interactive picture is a group of things to press, any other an image.
    """
    width, height = size
    said = escape(description, quote=True)
    label = (
        f'role="group" aria-label="{escape(title)}" aria-describedby="{name}-about"'
        if interactive
        else (f'role="img" aria-labelledby="{name}-title {name}-about"')
    )
    # A <title> would pop up over everything that is pointed at, so only still pictures have one.
    about = f'<desc id="{name}-about">{said}{". " + HINT if interactive else ""}</desc>'
    head = about if interactive else f'<title id="{name}-title">{escape(title)}</title>{about}'
    rules = css if interactive else theme_css() + css  # the stage, on which one can point, has the theme's rules
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rnn-picture" viewBox="0 0 {width:.5g} {height:.5g}" '
        f'width="{width:.5g}" style="max-width:100%;height:auto" '
        f'font-family="{escape(style.FONT)}" font-size="{SMALL}" '
        f'fill="currentColor" {label}>{head}{rules and f"<style>{rules}</style>"}{body}</svg>'
    )


def theme_css() -> str:
    """Write the rules that give each kind of arrow its lighter colour in a dark theme of Jupyter."""
    return "".join(
        f'[data-jp-theme-light="false"] .rnn-{kind}{{color:{look.dark}}}' for kind, look in style.KIND.items()
    )


def dashes(kind: str, width: float) -> str:
    """Write the dash of a kind as an attribute, for a line of this width; nothing for a solid line.

    >>> dashes("direct", 1.5), dashes("feedforward", 1.5)
    (' stroke-dasharray="6 3"', '')
    """
    dash = " ".join(f"{part * width:g}" for part in style.KIND[kind].dash)
    return f' stroke-dasharray="{dash}"' if dash else ""


def text(x: float, y: float, words: str, *, anchor: str = "middle", more: str = "") -> str:
    """Write words at a point; ``more`` is more attributes."""
    return f'<text x="{x:.5g}" y="{y:.5g}" text-anchor="{anchor}"{more and " " + more}>{escape(words)}</text>'


def scale_key(scale: Any, x: float, y: float, *, name: str, title: str, width: float = 120) -> str:
    """Draw the scale of the colours: a bar with its title before it and its numbers beneath it.

    ``scale`` is an ActivityScale or a GradientScale. The bar begins at ``x`` and is 10 high; all of it needs 28.
    """
    if isinstance(scale, style.GradientScale):
        # halves the powers of ten, not the numbers: the scale is logarithmic
        middle = scale.low**0.5 * scale.high**0.5
        ends = (scale.low, middle, scale.high)
        stops = [scale.low ** (1 - part) * scale.high**part for part in (0, 0.25, 0.5, 0.75, 1)]
    else:
        ends = (-scale.limit, 0.0, scale.limit)
        stops = [scale.limit * part / 3 for part in range(-3, 4)]
    colours = "".join(
        f'<stop offset="{place / (len(stops) - 1):.3g}" stop-color="{scale.colour(value)}"/>'
        for place, value in enumerate(stops)
    )
    numbers = "".join(
        text(x + width * part, y + 24, scale.label(value)) for part, value in zip((0, 0.5, 1), ends, strict=True)
    )
    return (
        f'<g class="rnn-scale"><linearGradient id="{name}-scale">{colours}</linearGradient>'
        f'<rect x="{x:.5g}" y="{y:.5g}" width="{width}" height="10" fill="url(#{name}-scale)" stroke="currentColor" '
        f'stroke-width="0.6"/>{text(x - 14, y + 9, title, anchor="end")}{numbers}</g>'
    )


def kinds_key(kinds: Iterable[str], x: float, y: float, *, letters: bool = False) -> tuple[str, float]:
    """Draw a sample line and the word for each kind, in one row from ``x``; returns the text and where it ends."""
    parts = []
    for kind in (kind for kind in style.KIND if kind in set(kinds)):
        look = style.KIND[kind]
        word = f"{look.letter} {look.word}" if letters and kind != "feedforward" else look.word
        parts.append(
            f'<g class="rnn-{kind}" color="{look.colour}" fill="currentColor"><path d="M{x:.5g} {y - 4:.5g}h26" '
            f'stroke="currentColor" stroke-width="2"{dashes(kind, 2)}/>{text(x + 32, y, word, anchor="start")}</g>'
        )
        x += 32 + 6.6 * len(word) + 22
    return "".join(parts), x - 22


def steer(grid: Mapping[tuple[int, int], str], place: tuple[int, int]) -> str:
    """Write where the arrow keys lead from one place of a grid of (row, column) to addresses, as attributes."""
    row, column = place
    ways = {"left": (row, column - 1), "right": (row, column + 1), "up": (row - 1, column), "down": (row + 1, column)}
    return "".join(f' data-{way}="{escape(grid[to])}"' for way, to in ways.items() if to in grid)


def layer_titles(topology: Topology) -> dict[str, str]:
    """Say what each layer is called in a picture: its own label, or its symbol with "input" or "output"."""
    titles = {}
    for layer in topology.layers:
        role = {topology.input.name: " input", topology.output.name: " output"}.get(layer.name, "")
        titles[layer.name] = layer.label or layer_symbol(layer.name) + role
    return titles

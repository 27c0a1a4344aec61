"""What differs between two pictures of the same structure, so that only this is sent to the browser."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape

Change = tuple[int, dict[str, str | None]]
"""The number of a node, and its attributes that are new (None: gone). A text has one attribute, ""."""

_PIECE = re.compile(r"<[^>]*>|[^<]+")
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')


def pieces(markup: str) -> list[str]:
    """Cut HTML or SVG text into its tags and the texts between them.

    >>> pieces('<g><text x="1">h</text></g>')
    ['<g>', '<text x="1">', 'h', '</text>', '</g>']
    """
    return _PIECE.findall(markup)


def changes(before: Sequence[str], after: Sequence[str]) -> list[Change] | None:
    """Say which nodes of a picture, counted as a browser meets them, are different in another one.

    Both are given as `pieces`. Returns None if they do not have the same tags in the same order: then one cannot be
    made from the other by changing attributes and texts.

    >>> changes(pieces('<g><text x="1">h</text></g>'), pieces('<g><text x="2">h</text></g>'))
    [(1, {'x': '2'})]
    """
    if len(before) != len(after):
        return None
    found: list[Change] = []
    closed = 0
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            closed += old.startswith("</")
            continue
        if _tag(old) != _tag(new) or old.startswith("</"):
            return None
        found.append((place - closed, dict(_new(old, new))))
    return found


def n_nodes(markup: Sequence[str]) -> int:
    """Count the elements and texts of a picture, given as `pieces`.

    >>> n_nodes(pieces('<g><text x="1">h</text></g>'))
    3
    """
    return sum(not piece.startswith("</") for piece in markup)


def _tag(piece: str) -> str:
    """The name of a tag with its "<"; nothing for a text."""
    return piece.split(maxsplit=1)[0].rstrip("/>") if piece.startswith("<") else ""


def _new(old: str, new: str) -> Iterator[tuple[str, str | None]]:
    if not old.startswith("<"):
        yield "", unescape(new)
        return
    before, after = _attributes(old), _attributes(new)
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            yield name, unescape(after[name]) if name in after else None


def _attributes(tag: str) -> Mapping[str, str]:
    return dict(_ATTRIBUTE.findall(tag))

"""Small pictures for networks that complete and recall: a pixel is 1 where there is ink and −1 where there is none."""

import numpy as np

Array = np.ndarray

_SMALL = {"T": "### .#. .#.", "X": "#.# .#. #.#", "O": "### #.# ###"}
_LARGE = {
    "T": "##### ##### ..#.. ..#.. ..#..",
    "X": "#...# .#.#. ..#.. .#.#. #...#",
    "O": "##### #...# #...# #...# #####",
    "L": "##... ##... ##... ##### #####",
    "H": "#...# #...# ##### #...# #...#",
    "+": "..#.. ..#.. ##### ..#.. ..#..",
    "I": "##... ##... ##... ##... ##...",
    "Z": "##### ...#. ..#.. .#... #####",
}


def pixels(rows: str) -> Array:
    """Turn rows of # and . into one row of numbers.

    >>> pixels("#. .#").tolist()
    [1.0, -1.0, -1.0, 1.0]
    """
    return np.array([1.0 if mark == "#" else -1.0 for mark in rows.replace(" ", "")])


def small_pictures() -> dict[str, Array]:
    """Three letters of 3 × 3 pixels, as different from each other as three can be."""
    return {name: pixels(rows) for name, rows in _SMALL.items()}


def large_pictures() -> dict[str, Array]:
    """Eight signs of 5 × 5 pixels."""
    return {name: pixels(rows) for name, rows in _LARGE.items()}

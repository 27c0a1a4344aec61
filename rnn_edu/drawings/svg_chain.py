"""A product, factor by factor: tiles with a number and what it is, a sign between them, and the result at the end."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from rnn_edu.drawings.style import KIND, short

_CSS = (
    ".rnn-chain{display:flex;flex-wrap:wrap;align-items:center;gap:6px 7px;margin:4px 0 12px}"
    ".rnn-tile{border:1.3px solid rgba(128,128,128,.7);border-radius:8px;padding:3px 9px;text-align:center;"
    "line-height:1.25;min-width:44px}"
    ".rnn-tile b{display:block;font-size:16px;font-variant-numeric:tabular-nums}"
    ".rnn-tile span{font-size:12px;opacity:.9}"
    ":where(.rnn-tile-error){background:rgba(189,31,1,.09);border-color:#BD1F01}"
    ":where(.rnn-tile-gradient){background:rgba(35,139,69,.14);border-color:#238B45}"
    ":where(.rnn-tile-slope){border-style:dashed}"
    ":where(.rnn-tile-activity){background:rgba(33,102,172,.1);border-color:#2166AC}"
    ".rnn-tile-result{border-width:2.6px}"
    ".rnn-chain-title{font-weight:600;line-height:1.4}.rnn-chain-note{line-height:1.5;margin:-4px 0 12px}"
)


class Tile(NamedTuple):
    """One number with what it is; `look` is error, gradient, slope, activity, or the kind of an arrow."""

    value: float
    words: str
    look: str = "gradient"
    sign: str = "×"  # what stands before it


class Chain(NamedTuple):
    """One line: a title, the tiles, and the result with its words; a note may follow."""

    title: str
    tiles: Sequence[Tile]
    result: Tile | None = None
    note: str = ""


def chains_html(chains: Sequence[Chain]) -> str:
    """Write some products (or sums: each tile has its own sign) below each other.

    >>> "0.50" in chains_html([Chain("half", [Tile(1.0, "one"), Tile(0.5, "weight", "direct")], Tile(0.5, "so much"))])
    True
    """
    return f"<style>{_CSS}</style>" + "".join(_line(chain) for chain in chains)


def _line(chain: Chain) -> str:
    tiles = "".join(
        (f"<span>{tile.sign}</span>" if place else "") + _tile(tile) for place, tile in enumerate(chain.tiles)
    )
    if chain.result is not None:
        tiles += f"<span>=</span>{_tile(chain.result, ' rnn-tile-result')}"
    note = f'<div class="rnn-chain-note">{escape(chain.note)}</div>' if chain.note else ""
    return f'<div class="rnn-chain-title">{escape(chain.title)}</div><div class="rnn-chain">{tiles}</div>{note}'


def _tile(tile: Tile, more: str = "") -> str:
    colour = f' style="border-color:{KIND[tile.look].colour}"' if tile.look in KIND else ""
    words = f"<span>{escape(tile.words)}</span>" if tile.words else ""
    return f'<div class="rnn-tile rnn-tile-{tile.look}{more}"{colour}><b>{short(tile.value)}</b>{words}</div>'

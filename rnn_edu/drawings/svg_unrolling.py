"""One network drawn twice for the browser, folded and unrolled, with one weight lit at every one of its copies."""

from collections.abc import Iterable
from typing import Any

from rnn_edu.core.topology import Unit
from rnn_edu.drawings.diagram import Diagram
from rnn_edu.drawings.style import ActivityScale
from rnn_edu.drawings.svg import unit_key
from rnn_edu.drawings.svg_network import Selection, network_svg

MOVED = "#2A7F62"
_WIDE = 940  # of both drawings together


def unrolling_html(
    folded: Diagram,
    unrolled: Diagram,
    record: Any,
    *,
    scale: ActivityScale,
    selected: Selection,
    copy_label: str,
    moved: Iterable[Unit] = (),
    name: str,
) -> str:
    """Write both drawings side by side: folded on the left at one step, unrolled on the right with all of them.

    `moved` are units of the unrolled drawing that get a green ring. The column of the present step is set off.
    """
    left_width = min(230.0, 90.0 + 54 * (folded.bounds[2] - folded.bounds[0]))
    left = network_svg(
        folded,
        record,
        scale=scale,
        times=range(unrolled.n_steps or 1),
        selected=selected,
        interactive=True,
        copy_label=copy_label,
        name=f"{name}-folded",
        widest=left_width,
    )
    right = network_svg(
        unrolled,
        record,
        scale=scale,
        selected=selected,
        interactive=True,
        copy_label=copy_label,
        name=f"{name}-unrolled",
        widest=_WIDE - left_width,
    )
    return (
        f"<style>{_css(name, moved)}</style>"
        f'<div class="{name}" style="display:flex;flex-wrap:wrap;align-items:center;column-gap:24px">'
        f'<div class="{name}-left" style="flex:0 0 auto">{left}</div><div style="flex:1 1 480px">{right}</div></div>'
    )


def _css(name: str, moved: Iterable[Unit]) -> str:
    now = f".{name} .rnn-now .rnn-shape{{stroke-width:2.6px}} .{name} text.rnn-now{{font-weight:700;opacity:1}}"
    now += f" .{name}-left .rnn-scale{{display:none}}"  # the same scale as on the right
    rings = ",".join(f'.{name} [data-unit="{unit_key(unit)}"] .rnn-shape' for unit in moved)
    return now + (f" {rings}{{stroke:{MOVED};stroke-width:4px;stroke-dasharray:none}}" if rings else "")

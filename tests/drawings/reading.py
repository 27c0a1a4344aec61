"""Reading a live picture: what a browser finds in the SVG that Python wrote."""

from collections import Counter
from xml.etree import ElementTree

import rnn_edu as rnn
from rnn_edu.drawings.svg import cell_of, unit_of

SVG = "{http://www.w3.org/2000/svg}"

GATED = rnn.Topology(
    [rnn.Layer("x", 1), rnn.Layer("g", 2, "sigmoid"), rnn.Layer("h", 2), rnn.Layer("y", 1)],
    [
        rnn.Connection("x", "g"),
        rnn.Connection("x", "h"),
        rnn.Connection("h", "h", delay=2, gate="g"),
        rnn.Connection("h", "y"),
    ],
)
DELAYED = rnn.Topology(
    [rnn.Layer("x", 1), rnn.Layer("h", 2), rnn.Layer("y", 1)],
    [rnn.Connection("x", "h"), *(rnn.Connection("h", "h", delay=d) for d in (1, 3)), rnn.Connection("h", "y")],
)
HAND_WIRED = rnn.Topology(
    [rnn.Layer("x", 1), rnn.Layer("h", 3), rnn.Layer("y", 2)],
    [
        rnn.Connection("x", "h", pattern=((0, 0),)),
        rnn.Connection("h", "h", delay=1, pattern=((0, 0), (0, 2))),
        rnn.Connection("h", "y", pattern=((1, 2),)),
        rnn.Connection("y", "h", delay=1, pattern=((2, 1),)),
    ],
)
TOPOLOGIES = {
    "feedforward": rnn.feedforward(2, (3, 2), 1),
    "direct": rnn.direct_feedback(2, 3, 1),
    "indirect": rnn.indirect_feedback(1, (2, 2), 1),
    "lateral": rnn.lateral_feedback(2, 3, 1),
    "complete": rnn.complete_feedback(2, (2, 2), 1),
    "complete without self-loops": rnn.complete_feedback(1, 2, 1, self_loops=False),
    "elman": rnn.elman(2, 3, 1),
    "jordan": rnn.jordan(1, 2, 2),
    "gated": GATED,
    "delays of 1 and 3": DELAYED,
    "wired by hand": HAND_WIRED,
}


def parsed(picture):
    """The picture as a tree; fails if it is not well-formed."""
    return ElementTree.fromstring(picture)


def elements(picture):
    """Every element of the picture with its parents, the outermost first."""

    def walk(element, parents):
        yield element, parents
        for child in element:
            yield from walk(child, (*parents, element))

    return list(walk(parsed(picture), ()))


def units_in(picture):
    """The units that are drawn, each as often as it is drawn."""
    return Counter(unit_of(e.get("data-unit")) for e, _ in elements(picture) if e.get("data-unit"))


def arrows_in(picture):
    """(kind, source, target) of every arrow, as often as it is drawn."""
    return Counter(ends_of(e) for e, _ in elements(picture) if e.get("data-kind"))


def ends_of(element):
    target, source = (unit_of(key) for key in element.get("data-ends").split())
    return element.get("data-kind"), source, target


def arrows_of(diagram):
    """The same of a diagram."""
    return Counter((diagram.kind(arrow), arrow.source, arrow.target) for arrow in diagram.arrows)


def strength(element, parents):
    """How opaque an element is, all its groups counted."""
    value = 1.0
    for part in (*parents, element):
        value *= float(part.get("opacity", 1))
    return value


def lit_arrows(picture):
    """(kind, source, target) of every arrow that is not faded."""
    return Counter(ends_of(e) for e, above in elements(picture) if e.get("data-kind") and strength(e, above) == 1)


def lit_cells(picture):
    """(target, source) of every full cell of a matrix that is not faded."""
    lit = set()
    for element, parents in elements(picture):
        full = element.get("data-cell") and element[0].get("class", "").startswith("rnn-")
        if full and strength(element[0], (*parents, element)) == 1:
            lit.add(cell_of(element.get("data-cell"))[:2])
    return lit


def lines_of(arrow):
    """The drawn path of an arrow, without its head and without the wide invisible one for the pointer."""
    return [p for p in arrow.iter(f"{SVG}path") if p.get("stroke") != "transparent" and not p.get("fill")]


def words_in(element):
    return ["".join(text.itertext()) for text in element.iter(f"{SVG}text")]

"""The live weight matrix: every weight in its cell, and nothing where there is none."""

import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.drawings import style
from rnn_edu.drawings.svg import cell_of
from rnn_edu.drawings.svg_matrix import matrix_svg

SVG = "{http://www.w3.org/2000/svg}"
TOPOLOGIES = {
    "feedforward": rnn.feedforward(2, 3, 1),
    "direct": rnn.direct_feedback(2, 3, 1),
    "indirect": rnn.indirect_feedback(1, (2, 2), 1),
    "lateral": rnn.lateral_feedback(2, 3, 1),
    "complete": rnn.complete_feedback(2, 3, 1),
    "elman": rnn.elman(2, (4, 3), 1),
    "jordan": rnn.jordan(2, 3, 1),
}
every_type = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=TOPOLOGIES.keys())


def cells(picture):
    """{(target, source, delay): (kind or None, element)} of every cell."""
    found = {}
    for part in ET.fromstring(picture).iter(f"{SVG}g"):
        if part.get("data-cell"):
            inner = part.find(f"{SVG}g")
            kind = None if inner is None else inner.get("class").removeprefix("rnn-")
            found[cell_of(part.get("data-cell"))] = kind, part
    return found


@every_type
def test_the_cells_are_the_weights_of_the_topology_each_with_its_kind_and_number(topology):
    network = rnn.Network.random(topology, rng=0)
    drawn = {place: item for place, item in cells(matrix_svg(topology, network)).items() if item[0]}
    expected = {}
    for connection in topology.connections:
        for i, j in topology.weights_allowed(connection):
            ends = rnn.Unit(connection.target, i), rnn.Unit(connection.source, j)
            expected[(*ends, connection.delay)] = topology.kind(connection, i, j), network.matrix(connection)[i, j]
    panels = {delay for _, _, delay in drawn}
    assert len(drawn) == len(expected)
    for (target, source, delay), (kind, number) in expected.items():
        shown, part = drawn[target, source, None if None in panels else delay]
        assert shown == kind
        words = list(part.itertext())
        assert words[0] == style.short(number)
        assert words[1:] == ([] if kind == "feedforward" else [style.KIND[kind].letter])


def test_where_no_weight_is_there_is_a_dot_and_no_frame():
    for kind, part in cells(matrix_svg(rnn.lateral_feedback(2, 3, 1))).values():
        strokes = [child for child in part.iter() if child.get("stroke")]
        assert bool(strokes) == bool(kind)
        assert bool(part.findall(f"{SVG}circle")) != bool(kind)


def test_two_weights_between_the_same_neurons_get_a_panel_for_each_delay():
    delays = {delay for _, _, delay in cells(matrix_svg(rnn.complete_feedback(2, 2, 1)))}
    assert delays == {0, 1}
    assert {delay for _, _, delay in cells(matrix_svg(rnn.elman(2, 2, 1)))} == {None}


def test_kinds_are_told_apart_by_dash_as_well_as_by_colour():
    looks = {}
    for topology in TOPOLOGIES.values():
        for kind, part in cells(matrix_svg(topology)).values():
            if kind:
                frame = next(child for child in part.iter(f"{SVG}rect"))
                looks.setdefault(kind, set()).add(frame.get("stroke-dasharray"))
    assert all(len(dashes) == 1 for dashes in looks.values())
    assert len({dash for dashes in looks.values() for dash in dashes}) == len(looks) == 5


def test_a_selected_neuron_lights_its_row_and_its_column():
    chosen = rnn.Unit("h", 1)
    network = rnn.Network.random(rnn.elman(2, 3, 1), rng=0)
    for (target, source, _), (kind, part) in cells(matrix_svg(network.topology, network, selected=chosen)).items():
        if kind:
            faint = part.find(f"{SVG}g").get("opacity") is not None
            assert faint != (chosen in (target, source))


def test_the_arrow_keys_lead_to_the_cell_beside():
    shown = cells(matrix_svg(rnn.elman(2, 3, 1), interactive=True))
    _, part = shown[rnn.Unit("h", 1), rnn.Unit("h", 1), None]
    ways = {way: cell_of(part.get(f"data-{way}")) for way in ("left", "right", "up", "down")}
    assert ways == {
        "left": (rnn.Unit("h", 1), rnn.Unit("h", 0), None),
        "right": (rnn.Unit("h", 1), rnn.Unit("h", 2), None),
        "up": (rnn.Unit("h", 0), rnn.Unit("h", 1), None),
        "down": (rnn.Unit("h", 2), rnn.Unit("h", 1), None),
    }


@pytest.mark.parametrize("number", [1e300, -1e300, 0.0, 1e-320])
def test_any_weight_can_be_drawn(number):
    topology = rnn.direct_feedback(1, 2, 1)
    network = rnn.Network.random(topology, rng=0).replace_weights({"W_xh": np.full((2, 1), number)})
    assert style.short(number) in set(ET.fromstring(matrix_svg(topology, network)).itertext())
    assert math.isfinite(number)

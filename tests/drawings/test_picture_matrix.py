"""The weight matrix on paper: is each weight one cell, in its own place and with its own number?"""

import re
from html import unescape

import pytest
from matplotlib.colors import to_hex

import rnn_edu as rnn
from rnn_edu.drawings import style
from rnn_edu.drawings.picture_matrix import MatrixPicture
from rnn_edu.drawings.svg import cell_of
from rnn_edu.drawings.svg_matrix import matrix_svg

TOPOLOGIES = [
    rnn.feedforward(2, 3, 1),
    rnn.direct_feedback(2, 3, 1),
    rnn.indirect_feedback(1, (2, 2), 1),
    rnn.lateral_feedback(2, 3, 1),
    rnn.complete_feedback(2, 3, 1),
    rnn.Topology(
        [rnn.Layer("x", 2), rnn.Layer("h", 2)], [rnn.Connection("x", "h"), rnn.Connection("h", "h", delay=3, fixed=0.5)]
    ),
]


def named(picture, start):
    patches = [patch for patch in picture.figure().axes[0].patches if (patch.get_gid() or "").startswith(start)]
    found = {cell_of(patch.get_gid().removeprefix(start)): patch for patch in patches}
    assert len(found) == len(patches)
    return found


def weights(topology):
    return {
        (rnn.Unit(c.target, i), rnn.Unit(c.source, j), c.delay): (c, i, j)
        for c in topology.connections
        for i in range(topology.layer(c.target).size)
        for j in range(topology.layer(c.source).size)
        if topology.allows(c, i, j)
    }


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_there_is_a_cell_for_each_weight_and_a_dot_for_each_that_is_missing(topology):
    picture = MatrixPicture(topology)
    units = [rnn.Unit(layer.name, k) for layer in topology.layers for k in range(layer.size)]
    cells, dots = set(named(picture, "cell:")), set(named(picture, "none:"))
    assert cells == set(weights(topology))
    for panel in picture.panels:
        taken = {(i, j) for i, j, delay in cells if panel in (None, delay)}
        places = {(i, j) for i in units if i.layer != topology.input.name for j in units}
        assert {(i, j) for i, j, delay in dots if delay == panel} == places - taken


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_each_cell_has_the_frame_of_its_kind_and_the_colour_of_its_weight(topology):
    network = rnn.Network.random(topology, rng=3)
    picture = MatrixPicture(topology, network)
    for place, cell in named(picture, "cell:").items():
        connection, i, j = weights(topology)[place]
        look = style.KIND[topology.kind(connection, i, j)]
        assert to_hex(cell.get_edgecolor()) == look.colour.lower()
        assert (cell.get_linestyle() in ("-", "solid")) == (look.dash == ())
        assert to_hex(cell.get_facecolor()) == picture.scale.colour(float(network.matrix(connection)[i, j])).lower()


def test_rows_are_targets_from_the_top_and_columns_sources_from_the_left():
    cells = named(MatrixPicture(rnn.complete_feedback(2, 3, 1)), "cell:")
    h, delayed = [rnn.Unit("h", k) for k in range(3)], 1
    assert cells[h[0], h[1], delayed].get_x() > cells[h[0], h[0], delayed].get_x()
    assert cells[h[1], h[0], delayed].get_y() < cells[h[0], h[0], delayed].get_y()
    assert cells[h[0], h[1], delayed].get_y() == cells[h[0], h[0], delayed].get_y()


def test_what_comes_later_stands_in_a_panel_of_its_own():
    texts = [text.get_text() for text in MatrixPicture(rnn.complete_feedback(2, 3, 1)).figure().axes[0].texts]
    assert "same step" in texts and "one step later" in texts
    assert {"D", "L", "I", "F"} <= set(texts)


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_paper_and_live_view_deal_out_the_same_panels(topology):
    cells = re.findall(r'data-cell="([^"]+)"', matrix_svg(topology))
    delays = {cell_of(unescape(cell))[2] for cell in cells}
    assert delays == set(MatrixPicture(topology).panels)


def test_a_topology_without_any_weight_is_a_grid_of_dots():
    for layers in ([rnn.Layer("x", 2)], [rnn.Layer("x", 2), rnn.Layer("y", 1)]):
        topology = rnn.Topology(layers)
        assert len(named(MatrixPicture(topology), "none:")) == 3 * (len(layers) - 1)
        assert 'data-cell="' in matrix_svg(topology) or len(layers) == 1


def test_a_network_in_the_place_of_the_topology_is_refused():
    with pytest.raises(TypeError, match=r"Network was given where a topology is needed; pass its \.topology"):
        MatrixPicture(rnn.Network.random(rnn.elman(1, 2, 1)))


def test_the_text_beside_the_picture_counts_the_weights():
    bundle = MatrixPicture(rnn.direct_feedback(2, 3, 1))._repr_mimebundle_()
    assert bundle["text/plain"] == "Weight matrix, rows receive and columns send: 9 same step, 3 one step later"
    assert bundle["image/png"].startswith(b"\x89PNG")


def test_the_row_and_the_column_of_the_selected_neuron_stand_out():
    cells = named(MatrixPicture(rnn.complete_feedback(2, 3, 1), selected=rnn.Unit("h", 1, 5)), "cell:")
    for (target, source, _), cell in cells.items():
        assert (cell.get_alpha() == 1.0) == (rnn.Unit("h", 1) in (target, source))


def test_a_network_of_another_wiring_is_refused():
    with pytest.raises(ValueError, match="another topology"):
        MatrixPicture(rnn.elman(1, 2, 1), rnn.Network.random(rnn.jordan(1, 2, 1)))


def test_no_words_overlap_and_none_are_cut_off():
    topology = rnn.complete_feedback(2, 3, 1)
    figure = MatrixPicture(topology, rnn.Network.random(topology), title="All weights").figure()
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    width, height = figure.get_size_inches() * figure.dpi
    for k, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])

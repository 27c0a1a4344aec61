"""Linked views: one network, one selection, and every view says the same."""

import re

import numpy as np
import pytest
from drawings.reading import TOPOLOGIES, lit_arrows, lit_cells, parsed, units_in

import rnn_edu as rnn
from rnn_edu.drawings.diagram import is_gate
from rnn_edu.drawings.svg import cell_of, unit_symbol
from rnn_edu.drawings.views import VIEWS, LinkedViews

every_type = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=TOPOLOGIES.keys())
N_STEPS = 3


def views_of(topology, selected=None, **options):
    """The four views as text."""
    network = rnn.Network.random(topology, rng=1)
    trajectory = network.run(np.random.default_rng(2).normal(size=(N_STEPS, topology.input.size)))
    page = LinkedViews(topology, N_STEPS, name="t").page(network, trajectory, selected=selected, **options)
    parsed(page)
    parts = re.split(r'<div class="rnn-view rnn-view-(\w+)">', page)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    found["equation"] = found["equation"].removesuffix("</div>")
    return {name: text.strip().removesuffix("</div>") for name, text in found.items()}


@every_type
def test_a_selected_unit_lights_the_same_weights_in_every_view(topology):
    folded, unrolled = rnn.fold(topology), rnn.unroll(topology, N_STEPS)
    for unit in unrolled.positions:
        if unit.time != 1:
            continue
        views = views_of(topology, unit)
        for view, diagram, place in (("folded", folded, unit._replace(time=None)), ("unrolled", unrolled, unit)):
            touching = {arrow for side in diagram.touching(place) for arrow in side}
            assert set(lit_arrows(views[view])) == {(diagram.kind(a), a.source, a.target) for a in touching}
        weights = {a for side in folded.touching(unit._replace(time=None)) for a in side if not is_gate(a)}
        assert lit_cells(views["matrix"]) == {(a.target, a.source) for a in weights}
        assert f"{unit_symbol(unit)}(1)" in views["equation"]


def test_a_selected_weight_lights_its_arrow_its_copies_its_cell_and_its_term():
    chosen = rnn.Unit("h", 1), rnn.Unit("h", 0), 1
    views = views_of(TOPOLOGIES["elman"], chosen)
    assert len(lit_arrows(views["folded"])) == 1 and len(lit_arrows(views["unrolled"])) == N_STEPS - 1
    assert lit_cells(views["matrix"]) == {chosen[:2]}
    marked = re.findall('data-cell="([^"]+)"[^>]*border-bottom', views["equation"])
    assert {cell_of(key.replace("&lt;", "<")) for key in marked} == {chosen}


@every_type
def test_with_nothing_selected_all_is_shown_and_the_formulas_stand_below(topology):
    views = views_of(topology)
    assert tuple(views) == VIEWS
    assert set(units_in(views["unrolled"])) == set(rnn.unroll(topology, N_STEPS).positions)
    assert "(t)" in views["equation"]


def test_a_neuron_without_a_time_is_worked_at_the_present_step():
    views = views_of(TOPOLOGIES["elman"], rnn.Unit("h", 0), step=2)
    assert "h₀(2) =" in views["equation"]


def test_pictures_of_one_page_share_no_id():
    views = views_of(TOPOLOGIES["elman"])
    ids = re.findall(r' id="([^"]+)"', "".join(views.values()))
    assert len(set(ids)) == len(ids) > 0


def test_a_view_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no view 'folder'; choose from folded, matrix"):
        LinkedViews(TOPOLOGIES["elman"], 3, views=["folder"])

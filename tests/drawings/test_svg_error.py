"""The picture of an error on its way back: exactly the diagram's parts, readable whatever the numbers are."""

import io
import re

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.drawings.picture_lags import error_figure
from rnn_edu.drawings.svg import unit_key
from rnn_edu.drawings.svg_chain import Chain, Tile, chains_html
from rnn_edu.drawings.svg_error import VIEWS, Carried, error_svg
from rnn_edu.drawings.svg_error_arrows import arrow_key
from rnn_edu.drawings.svg_lags import lags_svg
from rnn_edu.drawings.ways import on_the_way, only_way, ways_to

BUILT = {
    "direct": rnn.direct_feedback(1, 2, 1),
    "complete": rnn.complete_feedback(1, 2, 1),
    "jordan": rnn.jordan(1, 2, 2),
    "gated": rnn.gru(1, 1, 1),
}


def drawn(topology, view, n_steps=3, flow=1.0):
    diagram = rnn.unroll(topology, n_steps)
    network = rnn.Network.random(topology)
    run = network.run(np.ones((n_steps, topology.input.size)))
    gradients = rnn.bptt(network, run, {topology.output.name: np.ones((n_steps, topology.output.size))})
    error = {rnn.Unit(topology.output.name, 0, n_steps - 1): 1.0}
    flows = dict.fromkeys(diagram.arrows, flow)
    return diagram, error_svg(diagram, Carried(run, gradients, flows, flows, error), view=view)


@pytest.mark.parametrize("name", BUILT)
@pytest.mark.parametrize("view", VIEWS)
def test_it_draws_exactly_the_units_and_arrows_of_the_diagram(name, view):
    diagram, picture = drawn(BUILT[name], view)
    assert re.findall(r' data-unit="([^"]+)"| data-arrow', picture)
    assert sorted(re.findall(r'<g data-unit="([^"]+)"', picture)) == sorted(map(unit_key, diagram.positions))
    found = re.findall(r'<g data-arrow="([^"]+)"', picture)
    assert sorted(found) == sorted(arrow_key(diagram, arrow).replace("<", "&lt;") for arrow in diagram.arrows)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("flow", [0.0, 1e-300, -1e300, np.inf, -np.inf, np.nan])
def test_its_structure_does_not_depend_on_the_numbers(view, flow):
    _, usual = drawn(BUILT["direct"], view)
    _, other = drawn(BUILT["direct"], view, flow=flow)
    assert re.findall(r"<[/\w]+", usual) == re.findall(r"<[/\w]+", other)
    assert not re.findall(r'(?:width|d|opacity)="[^"]*(?:nan|inf)', other)


def test_an_exact_zero_is_dotted_and_a_trace_is_not():
    assert 'stroke-dasharray="1 5"' in drawn(BUILT["direct"], "gradient", flow=0.0)[1]
    assert 'stroke-dasharray="1 5"' not in drawn(BUILT["direct"], "gradient", flow=1e-300)[1]


@pytest.mark.parametrize(
    "parts",
    [[0.0], [0.0, 0.0], [1.0, -0.5, 0.25], [1e308, -1e308], [1e-300, 1e-320], [np.inf, 1.0], [np.nan, np.nan, 0.0]],
)
def test_bars_of_all_sizes_can_be_drawn(parts):
    picture = lags_svg(parts, title="W", said="")
    bars = [
        (float(y), float(height))
        for y, height in re.findall(r'<rect class="rnn-bar[^"]*" x="[^"]*" y="([^"]*)" [^>]*height="([^"]*)"', picture)
    ]
    assert len(bars) == len(parts)
    assert all(y >= 40 and height >= 0 and y + height <= 215 for y, height in bars)
    assert picture.count("rnn-bar-sick") == 1 + sum(not np.isfinite(part) for part in parts)
    figure = error_figure(*record_of(), parts, title="W")
    figure.savefig(io.BytesIO(), format="png", dpi=40)


def record_of():
    topology = rnn.direct_feedback(1, 1, 1)
    return rnn.unroll(topology, 2), rnn.Network.random(topology).run([[1.0], [0.0]])


def test_lag_zero_is_on_the_right_as_the_present_is():
    xs = [
        float(x) for x in re.findall(r'<rect class="rnn-bar[^"]*" x="([^"]*)"', lags_svg([3, 2, 1], title="", said=""))
    ]
    assert xs[0] > xs[1] > xs[2]


def test_tiles_stand_in_their_order_with_their_signs():
    html = chains_html([Chain("t", [Tile(2.0, "a"), Tile(3.0, "b", sign="+")], Tile(5.0, "c < d"))])
    assert " ".join(re.sub(r"<style>.*</style>|<[^>]+>", " ", html).split()) == "t 2.00 a + 3.00 b = 5.00 c &lt; d"


def test_ways_are_counted_as_walking_them_counts():
    diagram = rnn.unroll(rnn.complete_feedback(1, 2, 1), 4)
    errors = {rnn.Unit("y", 0, 1), rnn.Unit("y", 0, 3)}

    def walked(unit):
        return (unit in errors) + sum(walked(arrow.target) for arrow in diagram.touching(unit)[1])

    ways = ways_to(diagram, errors)
    assert all(ways[unit] == walked(unit) for unit in diagram.positions)


def test_the_only_way_is_told_from_the_error_on_and_several_ways_are_not_told():
    one = rnn.unroll(rnn.direct_feedback(1, 1, 1), 3)
    ways = ways_to(one, [rnn.Unit("y", 0, 2)])
    first = next(arrow for arrow in one.arrows if arrow.source == rnn.Unit("x", 0, 0))
    told = only_way(one, first, ways)
    assert [unit_key(arrow.target) for arrow in told] == ["y:0:2", "h:0:2", "h:0:1", "h:0:0"]
    assert set(told) == on_the_way(one, first.source, ways)
    two = rnn.unroll(rnn.elman(1, 2, 1), 3)
    assert only_way(two, two.arrows[0], ways_to(two, [rnn.Unit("y", 0, 2)])) == ()

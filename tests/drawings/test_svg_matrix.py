"""The weight matrix on screen: every weight one cell, every missing weight visibly missing."""

import math

import numpy as np
import pytest
from drawings.reading import DELAYED, TOPOLOGIES, elements, lit_cells, parsed, words_in

import rnn_edu as rnn
from rnn_edu.drawings import style
from rnn_edu.drawings.svg import cell_of
from rnn_edu.drawings.svg_matrix import matrix_svg

every_type = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=TOPOLOGIES.keys())


def cells(picture):
    """(target, source, kind or None, words) of every cell."""
    for element, _ in elements(picture):
        if element.get("data-cell"):
            target, source, delay = cell_of(element.get("data-cell"))
            kind = element[0].get("class", "").removeprefix("rnn-") or None
            yield target, source, delay, kind, words_in(element)


def weights_of(topology):
    """(target, source, delay, kind) of every weight that the topology has."""
    for connection in topology.connections:
        for i, j in topology.weights_allowed(connection):
            target, source = rnn.Unit(connection.target, i), rnn.Unit(connection.source, j)
            yield target, source, connection.delay, topology.kind(connection, i, j)


@every_type
def test_every_weight_has_one_full_cell_of_its_kind_and_every_other_cell_is_empty(topology):
    drawn = list(cells(matrix_svg(topology)))
    full = sorted((target, source, kind) for target, source, _, kind, _ in drawn if kind)
    assert full == sorted((target, source, kind) for target, source, _, kind in weights_of(topology))
    n_rows = sum(layer.size for layer in topology.layers[1:])
    n_panels = len({delay for _, _, delay, _, _ in drawn})
    assert len(drawn) == n_panels * n_rows * sum(layer.size for layer in topology.layers)


def test_two_weights_between_the_same_neurons_have_a_panel_for_each_delay():
    picture = matrix_svg(DELAYED)
    assert {delay for _, _, delay, kind, _ in cells(picture) if kind} == {0, 1, 3}
    assert {"from · same step", "from · one step earlier", "from · 3 steps earlier"} <= set(words_in(parsed(picture)))


@every_type
def test_every_cell_shows_its_own_weight(topology):
    network = rnn.Network.random(topology, rng=3)
    shown = {(t, s, d): words for t, s, d, kind, words in cells(matrix_svg(topology, network, cell=44)) if kind}
    for target, source, delay, _ in weights_of(topology):
        connection = next(c for c in topology.into(target.layer) if (c.source, c.delay) == (source.layer, delay))
        number = style.short(float(network.matrix(connection)[target.index, source.index]))
        assert number in (shown.get((target, source, delay)) or shown[target, source, None])


def test_feedback_carries_the_letter_of_its_kind_so_that_grey_print_can_tell():
    letters = {kind: words for _, _, _, kind, words in cells(matrix_svg(TOPOLOGIES["complete"], cell=30)) if kind}
    assert letters["feedforward"] == []
    assert all(letters[kind] == [style.KIND[kind].letter] for kind in ("direct", "lateral", "indirect", "forward"))


@every_type
def test_a_selected_neuron_lights_exactly_what_it_receives_and_what_it_sends(topology):
    for layer in topology.layers:
        neuron = rnn.Unit(layer.name, layer.size - 1)
        expected = {(t, s) for t, s, _, _ in weights_of(topology) if neuron in (t, s)}
        assert lit_cells(matrix_svg(topology, selected=neuron._replace(time=2))) == expected


@every_type
def test_a_selected_weight_lights_its_own_cell_only(topology):
    for target, source, delay, _ in weights_of(topology):
        assert lit_cells(matrix_svg(topology, selected=(target, source, delay))) == {(target, source)}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e300])
def test_weights_beyond_all_bounds_are_drawn_and_said(number):
    network = rnn.Network.random(TOPOLOGIES["elman"], rng=0)
    weights = np.array(network.weights["W_hh"])
    weights[1, 2] = number

    class Broken:
        @staticmethod
        def matrix(connection):
            return weights if connection.delay else network.matrix(connection)

    picture = matrix_svg(network.topology, Broken, cell=44)
    said = {(t, s): words for t, s, _, _, words in cells(picture)}
    assert style.short(number) in said[rnn.Unit("h", 1), rnn.Unit("h", 2)]


@every_type
def test_the_arrow_keys_go_through_every_cell_of_every_panel(topology):
    picture = matrix_svg(topology, interactive=True, name="m")
    ways = {
        e.get("data-cell"): [e.get(f"data-{w}") for w in ("left", "right", "up", "down") if e.get(f"data-{w}")]
        for e, _ in elements(picture)
        if e.get("data-cell")
    }
    start = next(iter(ways))
    found, waiting = {start}, [start]
    while waiting:
        new = set(ways[waiting.pop()]) - found
        found |= new
        waiting += new
    assert found == ways.keys()


def test_every_cell_says_what_it_is_to_a_screen_reader():
    picture = matrix_svg(TOPOLOGIES["lateral"], interactive=True)
    said = {e.get("data-cell"): e.get("aria-label") for e, _ in elements(picture) if e.get("data-cell")}
    assert said["h:1<h:0"] == "weight from h 0 to h 1, one step later, lateral"
    assert said["h:1<h:1"] == "no weight from h 1 to h 1"

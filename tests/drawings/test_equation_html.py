"""Equations as text: the numbers in them add up, and their terms are the arrows of the diagram."""

import math
import re
from html import unescape

import numpy as np
import pytest
from drawings.reading import GATED, TOPOLOGIES

import rnn_edu as rnn
from rnn_edu.drawings.diagram import is_gate
from rnn_edu.drawings.equation_html import equations_html, worked_html
from rnn_edu.drawings.svg import cell_of

every_type = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=TOPOLOGIES.keys())
N_STEPS = 5
SQUASH = {"tanh": math.tanh, "sigmoid": lambda z: 1 / (1 + math.exp(-z)), "identity": lambda z: z}


def run(topology):
    network = rnn.Network.random(topology, rng=4)
    # two decimals, so that what is shown is what was computed with
    network = network.replace_weights({name: np.round(w, 2) for name, w in network.weights.items()})
    return network, network.run(np.random.default_rng(5).uniform(-1, 1, (N_STEPS, topology.input.size)).round(2))


def lines(html):
    """The lines of an equation as plain text."""
    html = re.sub("<style>.*?</style>", "", html)
    return [unescape(re.sub("<[^>]+>", "", line)) for line in re.findall(r"<div>(.*?)</div>", html)]


def number(text):
    return float(text.strip("() ").replace("−", "-"))


@every_type
def test_the_numbers_of_every_neuron_at_every_step_add_up(topology):
    network, trajectory = run(topology)
    for unit in rnn.unroll(topology, N_STEPS).positions:
        if unit.layer == topology.input.name:
            continue
        _, symbols, told, *_ = lines(worked_html(network, trajectory, unit))
        filled, _, result = told.rpartition(" = ")
        terms = re.sub(r"^(tanh|σ|relu)\( | \).*$", "", filled).split(" + ")
        products = [math.prod(number(factor) for factor in term.split("·")) for term in terms]
        activity = SQUASH[topology.layer(unit.layer).activation](sum(products))
        assert activity == pytest.approx(number(result), abs=0.03)
        assert number(result) == pytest.approx(float(trajectory[unit]), abs=0.0051)
        assert len(symbols.split(" + ")) == len(terms)


@every_type
def test_the_terms_of_a_neuron_are_its_incoming_and_its_outgoing_arrows(topology):
    network, trajectory = run(topology)
    diagram = rnn.unroll(topology, N_STEPS)
    for unit in diagram.positions:
        arrows = {arrow for side in diagram.touching(unit) for arrow in side if not is_gate(arrow)}
        expected = {(a.target._replace(time=None), a.source._replace(time=None), a.connection.delay) for a in arrows}
        html = worked_html(network, trajectory, unit)
        assert {cell_of(unescape(key)) for key in re.findall('data-cell="([^"]+)"', html)} == expected


def test_what_comes_from_before_step_zero_is_left_out():
    network, trajectory = run(TOPOLOGIES["direct"])
    assert "h₁(−1)" not in worked_html(network, trajectory, rnn.Unit("h", 1, 0))
    assert "h₁(0)" in worked_html(network, trajectory, rnn.Unit("h", 1, 1))


def test_an_input_came_in_and_feeds_others():
    network, trajectory = run(TOPOLOGIES["direct"])
    first, feeds = lines(worked_html(network, trajectory, rnn.Unit("x", 0, 2)))
    assert first.endswith("as it came in") and feeds.startswith("x₀(2) feeds h₀(2) with ")


def test_the_marked_term_is_the_selected_weight_and_no_other():
    network, trajectory = run(TOPOLOGIES["elman"])
    chosen = rnn.Unit("h", 1), rnn.Unit("h", 0), 1
    html = worked_html(network, trajectory, rnn.Unit("h", 1, 2), lit=chosen)
    marked = re.findall('data-cell="([^"]+)"[^>]*border-bottom', html)
    assert {cell_of(unescape(key)) for key in marked} == {chosen}


def test_a_gate_is_written_as_a_factor():
    network, trajectory = run(GATED)
    told = lines(worked_html(network, trajectory, rnn.Unit("h", 0, 3)))
    assert "g·w" in told[1]


@every_type
def test_there_is_one_formula_for_each_layer_and_feedback_has_its_colour(topology):
    html = equations_html(topology)
    assert len(lines(html)) == len(topology.update_order)
    html = re.sub("<style>.*?</style>", "", html)
    for kind in topology.feedback_kinds - {"complete"}:
        of_kind = [
            c
            for c in topology.connections
            if {topology.kind(c, i, j) for i, j in topology.weights_allowed(c)} == {kind}
        ]
        assert (f'class="rnn-{kind}"' in html) == bool(of_kind)


@pytest.mark.parametrize("number_", [math.nan, math.inf, 1e300])
def test_numbers_beyond_all_bounds_are_written(number_):
    network, trajectory = run(TOPOLOGIES["direct"])
    h = np.array(trajectory["h"])
    h[1, 0] = number_
    broken = rnn.Trajectory(network.topology, {**trajectory.activity, "h": h}, {})
    assert {"nan": "NaN", "inf": "∞", "1e+300": "1e300"}[str(number_)] in worked_html(
        network, broken, rnn.Unit("h", 0, 2)
    )

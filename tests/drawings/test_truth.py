"""The picture tells the truth: what a drawn arrow says is what the numbers do, unit by unit."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.topologies import SMOOTH, topologies

import rnn_edu as rnn
from rnn_edu.core.equations import worked

N_STEPS = 4
BUILT = {
    "feedforward": rnn.feedforward(2, (3, 2), 1),
    "direct": rnn.direct_feedback(2, 3, 2),
    "direct, two layers": rnn.direct_feedback(1, (2, 3), 2),
    "indirect": rnn.indirect_feedback(2, (2, 3), 1),
    "lateral": rnn.lateral_feedback(2, 3, 1),
    "complete": rnn.complete_feedback(2, (2, 2), 1),
    "complete without self-loops": rnn.complete_feedback(2, 2, 2, self_loops=False),
    "elman": rnn.elman(2, 3, 1),
    "jordan": rnn.jordan(2, 3, 2),
    "one gate": rnn.Topology(
        [rnn.Layer("x", 2), rnn.Layer("g", 2, "sigmoid"), rnn.Layer("c", 2), rnn.Layer("y", 1)],
        [
            rnn.Connection("x", "g"),
            rnn.Connection("x", "c"),
            rnn.Connection("c", "c", delay=2, fixed=1.0, gate="g"),
            rnn.Connection("c", "y"),
        ],
    ),
}
built = pytest.mark.parametrize("topology", BUILT.values(), ids=BUILT.keys())
wild = given(topologies(activations=SMOOTH, max_size=3), st.integers(0, 2**32 - 1))


@built
def test_an_input_moves_exactly_the_units_that_the_arrows_lead_to(topology):
    assert_arrows_tell_what_moves(topology, seed=0)


@settings(max_examples=60)
@wild
def test_an_input_moves_exactly_the_units_that_the_arrows_lead_to_in_any_wiring(topology, seed):
    assert_arrows_tell_what_moves(topology, seed)


@built
def test_the_arrows_into_a_unit_are_the_terms_of_its_equation(topology):
    assert_arrows_are_terms(topology, seed=0)


@settings(max_examples=60)
@wild
def test_the_arrows_into_a_unit_are_the_terms_of_its_equation_in_any_wiring(topology, seed):
    assert_arrows_are_terms(topology, seed)


@built
def test_every_drawn_unit_has_a_number_and_every_number_is_drawn(topology):
    assert_units_are_numbers(topology, seed=0)


@settings(max_examples=60)
@wild
def test_every_drawn_unit_has_a_number_and_every_number_is_drawn_in_any_wiring(topology, seed):
    assert_units_are_numbers(topology, seed)


@built
def test_a_diagram_that_lost_any_one_arrow_is_caught(topology):
    diagram = rnn.unroll(topology, 2)
    for lost in range(len(diagram.arrows)):
        arrows = diagram.arrows[:lost] + diagram.arrows[lost + 1 :]
        with pytest.raises(AssertionError):
            assert_arrows_are_terms(topology, seed=0, n_steps=2, arrows=arrows)


def test_a_diagram_that_lost_the_only_way_to_a_unit_is_caught():
    topology = rnn.direct_feedback(1, 1, 1)
    arrows = rnn.unroll(topology, N_STEPS).arrows
    for lost in range(len(arrows)):
        with pytest.raises(AssertionError):
            assert_arrows_tell_what_moves(topology, seed=0, arrows=arrows[:lost] + arrows[lost + 1 :])


# ---- how it is found out ---------------------------------------------------------------------------------------------


def assert_arrows_tell_what_moves(topology, seed, arrows=None):
    network, x = generic(topology, seed)
    diagram = rnn.unroll(network.topology, N_STEPS)
    before = network.run(x)
    for time in range(N_STEPS):
        for index in range(topology.input.size):
            changed = x.copy()
            changed[time, index] += 1.25
            after = network.run(changed)
            moved = {unit for unit in numbers(before) if before[unit] != after[unit]}
            start = rnn.Unit(topology.input.name, index, time)
            assert moved == reached(start, diagram.arrows if arrows is None else as_drawn(arrows, network.topology))


def assert_arrows_are_terms(topology, seed, n_steps=N_STEPS, arrows=None):
    network, x = generic(topology, seed, n_steps)
    trajectory = network.run(x)
    drawn = rnn.unroll(network.topology, n_steps).arrows if arrows is None else as_drawn(arrows, network.topology)
    for unit in numbers(trajectory):
        terms = worked(network, trajectory, unit).terms
        weights = {rnn.Arrow(term.connection, term.source, unit) for term in terms}
        gates = {
            rnn.Arrow(term.connection, rnn.Unit(term.connection.gate, unit.index, unit.time), unit)
            for term in terms
            if term.gate is not None
        }
        into = [arrow for arrow in drawn if arrow.target == unit]
        assert set(into) == weights | gates
        assert len(into) == len(set(into))


def assert_units_are_numbers(topology, seed):
    network, x = generic(topology, seed)
    diagram = rnn.unroll(network.topology, N_STEPS)
    trajectory = network.run(x)
    assert set(diagram.positions) == set(numbers(trajectory))
    assert all(np.isfinite(trajectory[unit]) for unit in diagram.positions)
    folded = rnn.fold(network.topology)
    assert set(folded.positions) == {unit._replace(time=None) for unit in numbers(trajectory)}


def numbers(trajectory):
    """The address of every number in a trajectory of one sequence."""
    return [
        rnn.Unit(name, index, time)
        for name, values in trajectory.activity.items()
        for time in range(values.shape[0])
        for index in range(values.shape[1])
    ]


def reached(start, arrows):
    """All units to which a way along arrows leads, the start included."""
    found, waiting = {start}, [start]
    while waiting:
        unit = waiting.pop()
        for arrow in arrows:
            if arrow.source == unit and arrow.target not in found:
                found.add(arrow.target)
                waiting.append(arrow.target)
    return found


def generic(topology, seed, n_steps=N_STEPS):
    """A network of this wiring in which no influence is zero by accident, and none too small to see, with an input.

    Every layer gets a bias and every fixed connection a number of its own, so that nothing is exactly zero and no two
    ways cancel exactly; the weights are neither tiny nor large, so that no activation is saturated.
    """
    rng = np.random.default_rng(seed)
    layers = [replace(layer, bias=True) for layer in topology.layers]
    n_into = Counter(connection.target for connection in topology.connections)

    def numbers_of(shape, connection):
        size = rng.uniform(0.5, 1.0, shape) * rng.choice([-1.0, 1.0], shape)
        n_sources = topology.layer(connection.source).size if connection.fixed is None else 1
        return size / np.sqrt(n_sources * n_into[connection.target])

    connections = [
        connection if connection.fixed is None else replace(connection, fixed=float(numbers_of((), connection)))
        for connection in topology.connections
    ]
    wiring = rnn.Topology(layers, connections)
    weights = {f"b_{layer.name}": rng.uniform(0.2, 0.6, layer.size) for layer in wiring.layers[1:]}
    for connection in wiring.learned:
        n_targets, n_sources = wiring.layer(connection.target).size, wiring.layer(connection.source).size
        allowed = [[wiring.allows(connection, i, j) for j in range(n_sources)] for i in range(n_targets)]
        weights[wiring.weight_name(connection)] = numbers_of((n_targets, n_sources), connection) * allowed
    x = rng.uniform(-0.6, 0.6, (n_steps, wiring.input.size))
    return rnn.Network(wiring, weights), x


def as_drawn(arrows, wiring):
    """The same arrows in a wiring that differs in its fixed numbers only."""
    same_place = {(c.source, c.target, c.delay, c.fixed is None): c for c in wiring.connections}
    return tuple(
        arrow._replace(connection=same_place[c.source, c.target, c.delay, c.fixed is None])
        for arrow in arrows
        for c in [arrow.connection]
    )

"""What an arrow carries back is a product of factors, and what a unit's arrows carry adds up to its gradient."""

import numpy as np
import pytest
from hypothesis import given, settings
from reference.topologies import cases
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Arrow, Connection, Layer, Network, Topology, Unit, bptt, unroll
from rnn_edu.analysis import arrow_flow, chain


def of(case):
    network = Network(case.topology, case.weights)
    trajectory = network.run(case.x)
    return network, trajectory, bptt(network, trajectory, case.d_activity)


def product(factors):
    return float(np.prod([factor.value for factor in factors]))


@given(cases(batch=False))
@settings(max_examples=80)
def test_the_arrows_out_of_a_unit_and_its_own_error_add_up_to_its_gradient(case):
    network, trajectory, gradients = of(case)
    total = {layer.name: np.zeros((trajectory.n_steps, layer.size)) for layer in case.topology.layers}
    for name, d in case.d_activity.items():
        total[name] += d
    for arrow, carried in arrow_flow(network, trajectory, gradients).items():
        total[arrow.source.layer][arrow.source.time, arrow.source.index] += carried
    for name in total:
        np.testing.assert_allclose(total[name], gradients[name], atol=1e-12)


@given(cases(batch=False, max_steps=3))
@settings(max_examples=60)
def test_every_drawn_arrow_carries_the_product_of_its_chain(case):
    network, trajectory, gradients = of(case)
    flow = arrow_flow(network, trajectory, gradients)
    arrows = unroll(case.topology, trajectory.n_steps).arrows
    assert set(flow) == set(arrows)  # looked up by the drawing's own arrows
    for arrow in arrows:
        factors = chain(network, trajectory, gradients, arrow)
        assert product(factors) == pytest.approx(flow[arrow], abs=1e-12)
        assert [factor.what for factor in factors[:2]] == ["error", "slope"]


def test_a_chain_reads_like_the_derivation():
    network = Network.random(rnn.elman(1, 2, 1))
    run = network.run([[1.0], [0.5]])
    gradients = bptt(network, run, {"y": run["y"]})
    loop = network.topology.connections[-1]
    factors = chain(network, run, gradients, Arrow(loop, Unit("h", 1, 0), Unit("h", 0, 1)))
    assert [factor.what for factor in factors] == ["error", "slope", "weight"]
    assert [factor.symbol for factor in factors] == ["dh₀(1)", "tanh′", "W_hh[0, 1]"]
    error, slope, weight = (factor.value for factor in factors)
    assert error == gradients["h"][1, 0] and weight == network.weights["W_hh"][0, 1]
    assert slope == pytest.approx(1 - run["h"][1, 0] ** 2)


def test_the_chain_of_a_gated_arrow_has_the_gate_in_it_and_the_gates_own_arrow_what_arrived():
    network = Network.random(rnn.lstm(1, 2, 1))
    run = network.run([[1.0], [0.5]])
    gradients = bptt(network, run, {"y": run["y"]})
    keep = next(c for c in network.topology.connections if (c.source, c.target) == ("c", "c"))
    through = chain(network, run, gradients, Arrow(keep, Unit("c", 1, 0), Unit("c", 1, 1)))
    assert [(factor.what, factor.unit) for factor in through[2:]] == [
        ("gate", Unit("f", 1, 1)),
        ("weight", Unit("c", 1, 0)),
    ]
    assert through[2].value == run["f"][1, 1] and through[3].value == 1.0 and through[3].symbol == "1"
    to_gate = chain(network, run, gradients, Arrow(keep, Unit("f", 1, 1), Unit("c", 1, 1)))
    assert to_gate[-1].what == "sum" and to_gate[-1].value == run["c"][0, 1]


def test_a_neuron_that_gates_its_own_arrival_gets_both_ways_back_on_one_arrow():
    square = Topology([Layer("x", 1), Layer("y", 1, "identity", False)], [Connection("x", "y", gate="x", fixed=1.0)])
    network = Network(square, {})
    run = network.run([[3.0]])  # y = x², so dy/dx = 6
    gradients = bptt(network, run, {"y": [[1.0]]})
    (arrow,) = unroll(square, 1).arrows
    assert product(chain(network, run, gradients, arrow)) == 6 == gradients["x"][0, 0]


def test_an_arrow_that_is_not_in_the_run_is_refused():
    network = Network.random(rnn.direct_feedback(1, 2, 1))
    run = network.run([[1.0], [0.5]])
    gradients = bptt(network, run, {"y": run["y"]})
    loop = network.topology.connections[-1]
    for source, target in (
        (Unit("h", 0, 1), Unit("h", 0, 2)),  # after the end
        (Unit("h", 0, 0), Unit("h", 1, 1)),  # the pattern has no such weight
        (Unit("h", 0), Unit("h", 0)),  # no time
        (Unit("h", 0, 1), Unit("h", 0, 1)),  # no delay
        (Unit("h", 9, 0), Unit("h", 9, 1)),  # no such unit
    ):
        with one_sentence(KeyError, "no arrow", "2 steps"):
            chain(network, run, gradients, Arrow(loop, source, target))


def test_a_carried_error_may_be_infinite():
    network = Network.random(rnn.elman(1, 1, 1)).replace_weights({"W_hh": [[1e200]], "W_xh": [[0.0]]})
    run = network.run(np.zeros((4, 1)))
    gradients = bptt(network, run, {"h": [[0.0], [0.0], [0.0], [1.0]]})
    flow = arrow_flow(network, run, gradients)
    loop = network.topology.connections[-1]
    assert flow[Arrow(loop, Unit("h", 0, 2), Unit("h", 0, 3))] == 1e200
    assert flow[Arrow(loop, Unit("h", 0, 1), Unit("h", 0, 2))] == np.inf

"""Text twins: the words say what the picture shows."""

import re

import numpy as np
import pytest
from drawings.reading import TOPOLOGIES, parsed

import rnn_edu as rnn
from rnn_edu.core.equations import worked
from rnn_edu.drawings import style
from rnn_edu.drawings.describe import describe_unit, describe_weight, describe_wiring, table_html

every_type = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=TOPOLOGIES.keys())
N_STEPS = 4


def run(topology):
    network = rnn.Network.random(topology, rng=1)
    return network, network.run(np.random.default_rng(2).normal(size=(N_STEPS, topology.input.size)))


@every_type
def test_a_wiring_is_described_by_its_layers_and_its_feedback(topology):
    said = describe_wiring(topology)
    for layer in topology.layers:
        assert re.search(rf"\b{layer.size} (input|neuron|output)s? {layer.name}\b", said)
    assert all(kind in said for kind in topology.feedback_kinds)
    assert ("no feedback" in said) == (not topology.feedback_kinds)


@every_type
def test_the_numbers_said_of_a_unit_are_its_own(topology):
    network, trajectory = run(topology)
    output = topology.output.name
    gradients = rnn.bptt(network, trajectory, {output: np.ones_like(trajectory[output])})
    diagram = rnn.unroll(topology, N_STEPS)
    for unit in diagram.positions:
        said = describe_unit(diagram, trajectory, unit, gradients, network=network)
        assert f"activity {style.short(float(trajectory[unit]))}" in said
        assert f"gradient {style.short(float(gradients[unit]))}" in said
        if unit.layer != topology.input.name:
            assert f"drive {style.short(worked(network, trajectory, unit).drive)}" in said
        incoming, outgoing = diagram.touching(unit)
        assert re.search(rf"; {len(incoming)} arrows? in, {len(outgoing)} arrows? out$", said)


@every_type
def test_a_weight_is_said_with_its_number_its_kind_and_its_copies(topology):
    network, _ = run(topology)
    diagram = rnn.unroll(topology, N_STEPS)
    for connection in topology.connections:
        for i, j in topology.weights_allowed(connection):
            weight = rnn.Unit(connection.target, i), rnn.Unit(connection.source, j), connection.delay
            said = describe_weight(diagram, network, weight)
            assert style.short(float(network.matrix(connection)[i, j])) in said
            assert style.KIND[topology.kind(connection, i, j)].word in said
            copies = N_STEPS - connection.delay
            assert said.endswith(f"one number with {copies} arrow{'' if copies == 1 else 's'}")


def test_a_weight_that_is_not_there_is_said_to_be_missing():
    network, _ = run(TOPOLOGIES["lateral"])
    weight = rnn.Unit("h", 1), rnn.Unit("h", 1), None
    assert describe_weight(rnn.unroll(network.topology, 2), network, weight) == "no weight from h 1 to h 1"


@every_type
def test_the_table_holds_every_number_under_its_step_and_beside_its_neuron(topology):
    _, trajectory = run(topology)
    root = parsed(table_html(trajectory, caption="a < b & c"))
    assert root.find(".//caption").text == "a < b & c"
    head = [cell.text for cell in root.findall(".//thead/tr/th[@scope='col']")]
    assert head == [f"step {t}" for t in range(N_STEPS)]
    rows = {row.find("th").text: [cell.text for cell in row.findall("td")] for row in root.findall(".//tbody/tr")}
    assert rows == {
        f"{layer.name} {k}": [style.short(float(trajectory[rnn.Unit(layer.name, k, t)])) for t in range(N_STEPS)]
        for layer in topology.layers
        for k in range(layer.size)
    }

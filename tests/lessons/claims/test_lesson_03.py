"""What lesson 03 says about the two drawings, measured."""

from itertools import pairwise

import numpy as np
import pytest

import rnn_edu as rnn
from rnn_edu.core.equations import worked

WIRING = rnn.direct_feedback(1, 1, 1)
WEIGHTS = {"W_xh": [[1.0]], "W_hh": [[0.8]], "b_h": [0.0], "W_hy": [[1.0]], "b_y": [0.0]}  # the lesson's
NETWORK = rnn.Network(WIRING, WEIGHTS)
OTHER_LOOP = NETWORK.replace_weights({"W_hh": [[-0.3]]})
X = np.array([[1.0], [0.0], [-1.0], [0.5], [0.8], [-0.2]])


def weight_at(network, trajectory, arrow):
    """The weight with which this arrow of the unrolled drawing really computed."""
    terms = worked(network, trajectory, arrow.target).terms
    (weight,) = (term.weight for term in terms if term.source == arrow.source)
    return weight


@pytest.mark.claim("03-one-weight-all-copies")
def test_one_change_of_the_loops_weight_changes_all_five_arrows():
    loops = [arrow for arrow in rnn.unroll(WIRING, 6).arrows if arrow.connection.delay]
    assert len(loops) == 5
    assert {weight_at(NETWORK, NETWORK.run(X), arrow) for arrow in loops} == {0.8}
    assert {weight_at(OTHER_LOOP, OTHER_LOOP.run(X), arrow) for arrow in loops} == {-0.3}


@pytest.mark.claim("03-arrows-grow-weights-stay")
def test_each_step_adds_the_same_number_of_arrows_and_no_weight():
    arrows = [len(rnn.unroll(WIRING, n_steps).arrows) for n_steps in (1, 2, 3, 6, 12)]
    assert arrows == [2, 5, 8, 17, 35]
    assert sum(array.size for array in NETWORK.weights.values()) == 5
    assert NETWORK.run(X).n_steps == 6 and NETWORK.run(np.tile(X, (2, 1))).n_steps == 12  # the same weights serve both


@pytest.mark.claim("03-loop-acts-from-step-one")
def test_the_loops_weight_moves_every_step_but_the_first():
    moved = NETWORK.run(X)["h"] != OTHER_LOOP.run(X)["h"]
    assert moved[:, 0].tolist() == [False, True, True, True, True, True]


@pytest.mark.claim("03-one-step-is-feed-forward")
def test_with_one_step_the_network_is_the_feed_forward_one():
    without_loop = rnn.Network(rnn.feedforward(1, 1, 1), {name: w for name, w in WEIGHTS.items() if name != "W_hh"})
    assert NETWORK.run(X[:1])["y"] == without_loop.run(X[:1])["y"]
    assert not any(arrow.connection.delay for arrow in rnn.unroll(WIRING, 1).arrows)


@pytest.mark.claim("03-arrows-tell-who-moves")
@pytest.mark.parametrize("builder", [rnn.direct_feedback, rnn.elman, rnn.jordan])
@pytest.mark.parametrize("step", range(6))
def test_an_input_moves_exactly_the_units_to_which_its_arrows_lead(builder, step):
    wiring = builder(1, 2, 1)
    network = rnn.Network.random(wiring, rng=1)
    drawing = rnn.unroll(wiring, 6)
    changed = X.copy()
    changed[step] += 0.1
    before, after = network.run(X), network.run(changed)
    moved = {unit for unit in drawing.positions if before[unit] != after[unit]}
    assert moved == reached_from(drawing, rnn.Unit("x", 0, step))


def reached_from(drawing, unit):
    reached, waiting = {unit}, [unit]
    while waiting:
        _, leaving = drawing.touching(waiting.pop())
        new = {arrow.target for arrow in leaving} - reached
        reached |= new
        waiting.extend(new)
    return reached


@pytest.mark.claim("03-all-inputs-have-a-say")
def test_at_step_five_each_of_the_earlier_inputs_still_has_a_say():
    for step in range(5):
        changed = X.copy()
        changed[step] += 0.5
        assert abs(NETWORK.run(changed)["h"][5, 0] - NETWORK.run(X)["h"][5, 0]) > 1e-4


@pytest.mark.claim("03-unrolled-is-feed-forward")
def test_the_unrolled_network_is_a_deep_feed_forward_network_with_shared_weights():
    names = [f"h{t}" for t in range(6)]
    layers = [rnn.Layer("x", 6, activation="identity", bias=False), *(rnn.Layer(name, 1) for name in names)]
    inward = [rnn.Connection("x", name) for name in names]
    onward = [rnn.Connection(a, b) for a, b in pairwise(names)]
    chain = rnn.Topology([*layers, rnn.Layer("y", 1, "identity")], [*inward, *onward, rnn.Connection(names[-1], "y")])
    assert not chain.feedback_kinds and all(connection.delay == 0 for connection in chain.connections)

    weights = {f"W_x{name}": np.eye(6)[[t]] * NETWORK.weights["W_xh"] for t, name in enumerate(names)}
    weights |= {f"W_{a}{b}": NETWORK.weights["W_hh"] for a, b in pairwise(names)}
    weights |= {f"b_{name}": NETWORK.weights["b_h"] for name in names}
    weights |= {f"W_{names[-1]}y": NETWORK.weights["W_hy"], "b_y": NETWORK.weights["b_y"]}
    assert set(weights) == set(rnn.Network.random(chain).weights)
    all_at_once = rnn.Network(chain, weights).run([X[:, 0]])
    np.testing.assert_allclose(all_at_once["y"][0], NETWORK.run(X)["y"][-1], rtol=0, atol=1e-14)


@pytest.mark.claim("03-activities-grow-with-length")
def test_the_circles_grow_with_the_sequence():
    for n_steps in (1, 6, 60):
        hidden = [unit for unit in rnn.unroll(WIRING, n_steps).positions if unit.layer == "h"]
        assert len(hidden) == NETWORK.run(np.ones((n_steps, 1)))["h"].size == n_steps


@pytest.mark.claim("03-a-for-loop-is-enough")
def test_a_for_loop_of_two_lines_gives_the_numbers_of_the_network():
    h = 0.0
    for x, expected in zip((1.0, 0.0, -1.0), NETWORK.run([[1.0], [0.0], [-1.0]])["h"][:, 0], strict=True):
        h = np.tanh(1.0 * x + 0.8 * h)
        assert h == pytest.approx(expected, abs=1e-15)


@pytest.mark.claim("03-a-batch-is-many-single-runs")
def test_each_sequence_of_a_batch_gets_the_numbers_that_it_would_get_alone():
    batch = np.random.default_rng(0).normal(size=(6, 4, 1))
    together = NETWORK.run(batch)
    for sequence in range(4):
        np.testing.assert_allclose(together["y"][:, sequence], NETWORK.run(batch[:, sequence])["y"], atol=1e-15)


@pytest.mark.claim("03-an-extra-input-sets-the-start")
@pytest.mark.parametrize("start", [-0.9, 0.0, 0.5, 0.99])
def test_one_more_input_in_front_has_the_effect_of_another_start(start):
    h, wanted = start, []
    for x in X[:, 0]:
        h = np.tanh(x + 0.8 * h)
        wanted.append(h)
    longer = np.vstack([[[np.arctanh(start)]], X])
    np.testing.assert_allclose(NETWORK.run(longer)["h"][1:, 0], wanted, atol=1e-14)

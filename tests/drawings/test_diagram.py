"""The diagram: are all units and arrows there, and can every one of them be seen?"""

from itertools import combinations
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.topologies import topologies

import rnn_edu as rnn

I, H, O, T = 2, 3, 2, 4  # noqa: E741 - inputs, hidden units, outputs and steps of the formulas below
FORWARD = I * H + H * O
DELAYED = {
    "feedforward": (rnn.feedforward(I, H, O), 0),
    "direct": (rnn.direct_feedback(I, H, O), H),
    "lateral": (rnn.lateral_feedback(I, H, O), H * (H - 1)),
    "indirect": (rnn.indirect_feedback(I, H, O), O * H),
    "complete": (rnn.complete_feedback(I, H, O), (H + O) ** 2),
    "complete without self-loops": (rnn.complete_feedback(I, H, O, self_loops=False), (H + O) * (H + O - 1)),
    "elman": (rnn.elman(I, H, O), H**2),
    "jordan": (rnn.jordan(I, H, O), O * H),
}
counted = pytest.mark.parametrize(("topology", "n_delayed"), DELAYED.values(), ids=DELAYED.keys())
LOOKED_AT = {
    f"{build.__name__} {sizes}": build(*sizes)
    for build in (
        rnn.feedforward,
        rnn.direct_feedback,
        rnn.lateral_feedback,
        rnn.indirect_feedback,
        rnn.complete_feedback,
        rnn.elman,
        rnn.jordan,
    )
    for sizes in ((1, 1, 1), (2, 3, 1), (3, 4, 2), (1, (2, 2), 1))
}
looked_at = pytest.mark.parametrize("topology", LOOKED_AT.values(), ids=LOOKED_AT.keys())
three_back = rnn.Topology(
    [rnn.Layer("x", 1), rnn.Layer("g", 2, "sigmoid"), rnn.Layer("h", 2)],
    [rnn.Connection("x", "h"), rnn.Connection("x", "g"), rnn.Connection("h", "h", delay=3, gate="g")],
)


# ---- what is there ---------------------------------------------------------------------------------------------------


@counted
def test_a_folded_drawing_has_one_arrow_for_each_weight(topology, n_delayed):
    diagram = rnn.fold(topology)
    assert len(diagram.positions) == I + H + O
    assert len(diagram.arrows) == FORWARD + n_delayed


@counted
def test_an_unrolled_drawing_repeats_the_step_and_joins_neighbouring_steps(topology, n_delayed):
    diagram = rnn.unroll(topology, T)
    assert len(diagram.positions) == T * (I + H + O)
    assert len(diagram.arrows) == T * FORWARD + (T - 1) * n_delayed


@counted
def test_feedback_takes_one_step_and_everything_else_none(topology, n_delayed):
    for arrow in rnn.unroll(topology, T).arrows:
        assert arrow.target.time - arrow.source.time == arrow.connection.delay
        assert (arrow.connection.delay == 0) == (rnn.unroll(topology, T).kind(arrow) == "feedforward")


def test_a_delay_of_three_reaches_three_columns_to_the_right_and_its_gate_none():
    diagram = rnn.unroll(three_back, 5)
    delayed = [arrow for arrow in diagram.arrows if arrow.connection.delay == 3]
    weights = [arrow for arrow in delayed if diagram.kind(arrow) != "gate"]
    gates = [arrow for arrow in delayed if diagram.kind(arrow) == "gate"]
    assert {(arrow.source.time, arrow.target.time) for arrow in weights} == {(0, 3), (1, 4)}
    assert {(arrow.source.time, arrow.target.time) for arrow in gates} == {(3, 3), (4, 4)}
    assert len(weights) == 2 * 4 and len(gates) == 2 * 2  # a gate has nothing to act on before step 3
    column = diagram.positions[rnn.Unit("x", 0, 1)][0] - diagram.positions[rnn.Unit("x", 0, 0)][0]
    for arrow in weights:
        if arrow.source.index == arrow.target.index:
            assert diagram.positions[arrow.target][0] - diagram.positions[arrow.source][0] == pytest.approx(3 * column)


@settings(max_examples=50)
@given(topologies(max_size=3), st.integers(1, 5))
def test_there_is_one_arrow_for_each_weight_that_a_pattern_allows_in_any_wiring(topology, n_steps):
    diagram = rnn.unroll(topology, n_steps)
    weights = {
        rnn.Arrow(c, rnn.Unit(c.source, j, time - c.delay), rnn.Unit(c.target, i, time))
        for c in topology.connections
        for time in range(c.delay, n_steps)
        for i in range(topology.layer(c.target).size)
        for j in range(topology.layer(c.source).size)
        if topology.allows(c, i, j)
    }
    assert len(set(diagram.arrows)) == len(diagram.arrows)
    assert weights <= set(diagram.arrows)
    assert all(diagram.kind(arrow) == "gate" for arrow in set(diagram.arrows) - weights)
    units = set(diagram.positions)
    assert all(arrow.source in units and arrow.target in units for arrow in diagram.arrows)


@counted
def test_touching_finds_each_arrow_at_both_of_its_ends(topology, n_delayed):
    diagram = rnn.unroll(topology, 2)
    for unit in diagram.positions:
        incoming, outgoing = diagram.touching(unit)
        assert incoming == tuple(arrow for arrow in diagram.arrows if arrow.target == unit)
        assert outgoing == tuple(arrow for arrow in diagram.arrows if arrow.source == unit)


@pytest.mark.parametrize("n_steps", [0, -1, 2.5, True, "3", None])
def test_unrolling_over_no_steps_is_refused_in_a_sentence(n_steps):
    with pytest.raises(ValueError, match="whole number of steps, 1 or more"):
        rnn.unroll(rnn.elman(1, 1, 1), n_steps)


# ---- what can be seen ------------------------------------------------------------------------------------------------


def drawings(topology):
    return [rnn.fold(topology), rnn.unroll(topology, 3)]


@looked_at
def test_no_two_units_touch(topology):
    for diagram in drawings(topology):
        for here, there in combinations(diagram.positions.values(), 2):
            assert dist(here, there) > 2.4 * diagram.radius


@looked_at
def test_no_arrow_runs_through_a_unit_that_is_not_its_end(topology):
    for diagram in drawings(topology):
        for arrow in diagram.arrows:
            for unit, place in diagram.positions.items():
                if unit not in (arrow.source, arrow.target):
                    nearest = min(dist(place, point) for point in along(diagram.route(arrow)))
                    assert nearest > 1.05 * diagram.radius, (
                        f"{arrow} runs through {unit}: {nearest / diagram.radius:.2f}"
                    )


@looked_at
def test_an_arrow_begins_and_ends_on_the_rims_of_its_units(topology):
    for diagram in drawings(topology):
        for arrow in diagram.arrows:
            route = diagram.route(arrow)
            assert dist(route[0], diagram.positions[arrow.source]) == pytest.approx(diagram.radius)
            assert dist(route[3], diagram.positions[arrow.target]) == pytest.approx(diagram.radius)


@looked_at
def test_no_arrow_hides_another(topology):
    for diagram in drawings(topology):
        for one, other in combinations(diagram.arrows, 2):
            mine, other_way = along(diagram.route(one)), along(diagram.route(other))
            apart = max(min(dist(point, there) for there in other_way) for point in mine[3:-3])
            assert apart > 0.15 * diagram.radius, f"{one} lies on {other}"


@looked_at
def test_the_bounds_hold_everything_and_are_tight(topology):
    for diagram in drawings(topology):
        left, bottom, right, top = diagram.bounds
        points = [point for arrow in diagram.arrows for point in along(diagram.route(arrow))]
        reach = diagram.radius
        points += [
            (x + dx, y + dy) for x, y in diagram.positions.values() for dx, dy in ((reach, reach), (-reach, -reach))
        ]
        across, up = [x for x, _ in points], [y for _, y in points]
        tiny = 1e-9
        assert left - tiny <= min(across) and max(across) <= right + tiny
        assert bottom - tiny <= min(up) and max(up) <= top + tiny
        assert diagram.bounds == pytest.approx((min(across), min(up), max(across), max(up)), abs=0.02)


def along(route, n_points=25):
    """Points on a cubic Bézier curve."""
    places = []
    for k in range(n_points):
        s = k / (n_points - 1)
        shares = (1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s**2 * (1 - s), s**3
        places.append(
            tuple(sum(share * point[axis] for share, point in zip(shares, route, strict=True)) for axis in (0, 1))
        )
    return places

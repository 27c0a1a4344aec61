"""The live picture: is everything in the diagram on the screen, and nothing else, and does it light up as it should?

The tests read the finished SVG as a browser would, not the code that wrote it.
"""

import math
from collections import Counter
from dataclasses import replace
from math import dist
from xml.etree.ElementTree import ParseError

import numpy as np
import pytest
from drawings.reading import (
    TOPOLOGIES,
    arrows_in,
    arrows_of,
    elements,
    ends_of,
    lines_of,
    lit_arrows,
    parsed,
    units_in,
    words_in,
)
from drawings.test_picture import arrows_on_paper, units_on_paper
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.topologies import topologies

import rnn_edu as rnn
from rnn_edu.drawings import style
from rnn_edu.drawings.picture import NetworkPicture
from rnn_edu.drawings.selection import is_lit
from rnn_edu.drawings.svg import unit_of
from rnn_edu.drawings.svg_network import network_svg

every_type = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=TOPOLOGIES.keys())
N_STEPS = 4
ELMAN = TOPOLOGIES["elman"]


def run(topology, n_steps=N_STEPS):
    return rnn.Network.random(topology, rng=1).run(np.random.default_rng(2).normal(size=(n_steps, topology.input.size)))


# ---- the same network as in the diagram and on paper -----------------------------------------------------------------


@every_type
@pytest.mark.parametrize("n_steps", [None, 1, 4])
def test_the_screen_shows_exactly_the_units_and_arrows_of_the_diagram(topology, n_steps):
    assert_all_on_screen(rnn.fold(topology) if n_steps is None else rnn.unroll(topology, n_steps))


@settings(max_examples=25)
@given(topologies(max_layers=3, max_size=3, max_connections=5), st.sampled_from([None, 1, 3]))
def test_the_screen_shows_exactly_the_units_and_arrows_of_any_diagram(topology, n_steps):
    assert_all_on_screen(rnn.fold(topology) if n_steps is None else rnn.unroll(topology, n_steps))


def assert_all_on_screen(diagram):
    for interactive in (False, True):
        picture = network_svg(diagram, interactive=interactive)
        assert units_in(picture) == Counter(diagram.positions.keys())
        assert arrows_in(picture) == arrows_of(diagram)


@every_type
@pytest.mark.parametrize("n_steps", [None, 3])
def test_screen_and_paper_show_the_same(topology, n_steps):
    assert_same_on_paper(rnn.fold(topology) if n_steps is None else rnn.unroll(topology, n_steps))


def assert_same_on_paper(diagram, screen=None):
    ax = NetworkPicture(diagram).figure().axes[0]
    places = units_on_paper(ax)
    picture = network_svg(screen or diagram)
    assert units_in(picture) == Counter(places.keys())
    assert arrows_in(picture) == Counter(arrows_on_paper(ax, places))


def test_an_arrow_that_only_one_of_the_two_pictures_draws_is_caught():
    diagram = rnn.unroll(TOPOLOGIES["lateral"], 2)
    for lost in range(len(diagram.arrows)):
        poorer = replace(diagram, arrows=diagram.arrows[:lost] + diagram.arrows[lost + 1 :])
        with pytest.raises(AssertionError):
            assert_same_on_paper(diagram, screen=poorer)
        with pytest.raises(AssertionError):
            assert_same_on_paper(poorer, screen=diagram)


@every_type
@pytest.mark.parametrize("n_steps", [None, 3])
def test_an_arrow_begins_at_its_source_and_its_head_points_at_its_target(topology, n_steps):
    """Read from the paths, not from what they are called."""
    picture = network_svg(rnn.fold(topology) if n_steps is None else rnn.unroll(topology, n_steps))
    places = {unit_of(e.get("data-unit")): middle(e) for e, _ in elements(picture) if e.get("data-unit")}
    arrows = [e for e, _ in elements(picture) if e.get("data-kind")]
    for arrow in arrows:
        _, source, target = ends_of(arrow)
        (line,) = lines_of(arrow)
        (head,) = (path for path in arrow.findall("{*}path") if path.get("fill"))
        start, tip = numbers(line.get("d"))[:2], numbers(head.get("d"))[:2]
        assert min(places, key=lambda unit: dist(places[unit], start)) == source
        assert min(places, key=lambda unit: dist(places[unit], tip)) == target


def numbers(path):
    return [float(n) for n in path.replace("M", " ").replace("C", " ").replace("L", " ").replace("Z", " ").split()]


def middle(unit):
    """The middle of a unit's outline."""
    shape = next(e for e in unit.iter() if e.get("class") == "rnn-shape")
    if shape.get("cx"):
        return float(shape.get("cx")), float(shape.get("cy"))
    if shape.get("width"):
        return tuple(float(shape.get(a)) + float(shape.get(b)) / 2 for a, b in (("x", "width"), ("y", "height")))
    top = [float(n) for n in shape.get("d").partition("l")[0][1:].split()]
    reach = float(shape.get("d").partition("l")[2].split()[0])
    return top[0], top[1] + reach


# ---- one visual language ---------------------------------------------------------------------------------------------


@every_type
def test_every_kind_has_its_own_dash_and_colour_on_screen(topology):
    picture = network_svg(rnn.unroll(topology, N_STEPS))
    seen = {}
    for arrow, parents in elements(picture):
        if arrow.get("data-kind"):
            kind = arrow.get("data-kind")
            (line,) = lines_of(arrow)
            dash = tuple(float(n) for n in line.get("stroke-dasharray", "").split())
            width = float(line.get("stroke-width"))
            assert dash == pytest.approx(tuple(part * width for part in style.KIND[kind].dash), rel=0.01)
            assert parents[-1].get("color") == style.KIND[kind].colour
            seen[kind] = tuple(round(part / width, 1) for part in dash)
    assert len(set(seen.values())) == len(seen)


def test_layers_are_told_apart_by_shape():
    picture = network_svg(rnn.fold(ELMAN))
    shapes = {}
    for unit, _ in elements(picture):
        if unit.get("data-unit"):
            shape = next(e for e in unit.iter() if e.get("class") == "rnn-shape")
            shapes.setdefault(unit.get("data-unit")[0], set()).add(shape.tag.partition("}")[2])
    assert shapes == {"x": {"rect"}, "h": {"circle"}, "y": {"path"}}


@every_type
def test_a_live_picture_is_well_formed_with_everything_switched_on(topology):
    record = run(topology)
    for diagram in (rnn.fold(topology), rnn.unroll(topology, N_STEPS)):
        parsed(
            network_svg(
                diagram,
                record,
                times=range(N_STEPS),
                selected=next(iter(diagram.positions)),
                interactive=True,
                name="n",
            )
        )


def test_labels_that_look_like_markup_are_shown_as_written():
    topology = rnn.Topology([rnn.Layer("x", 1, label='<b>"&'), rnn.Layer("y", 1)], [rnn.Connection("x", "y")])
    picture = network_svg(rnn.fold(topology), description='5 < 6 & "7"', copy_label="<i>", selected=weight("y", "x", 0))
    root = parsed(picture)
    assert '<b>"&' in words_in(root) and "<i>" in words_in(root)
    assert root.find("{*}desc").text == '5 < 6 & "7"'


def test_every_id_carries_the_name_of_its_picture():
    ids = [
        e.get("id") for e, _ in elements(network_svg(rnn.fold(ELMAN), run(ELMAN), time=0, name="mine")) if e.get("id")
    ]
    assert ids and all(i.startswith("mine-") for i in ids) and len(set(ids)) == len(ids)


# ---- numbers ---------------------------------------------------------------------------------------------------------


@every_type
def test_every_unit_has_the_colour_and_the_number_of_its_own_activity(topology):
    record = run(topology)
    scale = style.activity_scale(record)
    picture = network_svg(rnn.unroll(topology, N_STEPS), record, length=80, widest=9999)
    for unit, fill, words in faces(picture):
        value = float(record[unit])
        assert fill == scale.colour(value) and words == [scale.label(value)]


def faces(picture):
    """Unit, colour and words of every unit in the picture."""
    for unit, _ in elements(picture):
        if unit.get("data-unit"):
            fill = next(e for e in unit.iter() if e.get("class") == "rnn-shape").get("fill")
            yield unit_of(unit.get("data-unit")), fill, words_in(unit)


def test_a_folded_picture_holds_every_step_and_shows_the_first():
    record = run(ELMAN)
    picture = network_svg(rnn.fold(ELMAN), record, times=range(N_STEPS), length=80)
    for unit, _ in elements(picture):
        if unit.get("data-unit"):
            layer, index = unit.get("data-unit").split(":")
            held = {int(e.get("data-step")): e for e in unit if e.get("data-step")}
            expected = [style.short(float(record[rnn.Unit(layer, int(index), t)])) for t in range(N_STEPS)]
            assert [words_in(held[t])[0] for t in range(N_STEPS)] == expected
            assert [t for t, e in held.items() if e.get("display") != "none"] == [0]


def test_gradients_have_colours_of_their_own_by_size_alone():
    network = rnn.Network.random(ELMAN, rng=1)
    trajectory = network.run(np.ones((N_STEPS, 2)))
    gradients = rnn.bptt(network, trajectory, {"y": np.ones((N_STEPS, 1))})
    scale = style.gradient_scale(gradients)
    picture = network_svg(rnn.unroll(ELMAN, N_STEPS), gradients)
    for unit, fill, _ in faces(picture):
        assert fill == scale.colour(-abs(float(gradients[unit])))
    assert "gradient" in words_in(parsed(picture)) and "activity" not in words_in(parsed(picture))


@pytest.mark.parametrize(("number", "said"), [(math.nan, "NaN"), (math.inf, "∞"), (-math.inf, "−∞"), (1e300, "1e300")])
def test_numbers_beyond_all_bounds_are_drawn_and_said(number, said):
    record = run(ELMAN)
    broken = np.array(record["h"])
    broken[1, 2] = number
    record = replace(record, activity={**record.activity, "h": broken})
    for diagram in (rnn.fold(ELMAN), rnn.unroll(ELMAN, N_STEPS)):
        picture = network_svg(diagram, record, time=1, interactive=True)
        shown = {unit: (fill, words) for unit, fill, words in faces(picture)}
        fill, words = shown[rnn.Unit("h", 2, None if diagram.n_steps is None else 1)]
        assert words == [said] and (fill == style.NOT_A_NUMBER) == (not math.isfinite(number))
        coordinates = [e.get(a, "") for e, _ in elements(picture) for a in ("x", "y", "cx", "cy", "d", "viewBox")]
        assert not any("nan" in c or "inf" in c for c in coordinates)


# ---- what lights up --------------------------------------------------------------------------------------------------


def weight(target, source, delay, i=0, j=0):
    return rnn.Unit(target, i), rnn.Unit(source, j), delay


@every_type
@pytest.mark.parametrize("n_steps", [None, 3])
def test_a_selected_unit_lights_exactly_its_incoming_and_outgoing_arrows(topology, n_steps):
    diagram = rnn.fold(topology) if n_steps is None else rnn.unroll(topology, n_steps)
    for unit in diagram.positions:
        incoming, outgoing = diagram.touching(unit)
        expected = Counter((diagram.kind(a), a.source, a.target) for a in {*incoming, *outgoing})
        assert lit_arrows(network_svg(diagram, selected=unit)) == expected


def test_a_neuron_without_a_time_lights_the_arrows_of_all_its_copies():
    diagram = rnn.unroll(ELMAN, N_STEPS)
    touching = {a for t in range(N_STEPS) for side in diagram.touching(rnn.Unit("h", 1, t)) for a in side}
    lit = lit_arrows(network_svg(diagram, selected=rnn.Unit("h", 1)))
    assert lit == Counter((diagram.kind(a), a.source, a.target) for a in touching)


@every_type
def test_a_selected_weight_lights_all_its_copies_and_nothing_else(topology):
    diagram = rnn.unroll(topology, N_STEPS)
    for connection in topology.connections:
        for i, j in topology.weights_allowed(connection):
            chosen = weight(connection.target, connection.source, connection.delay, i, j)
            lit = lit_arrows(network_svg(diagram, selected=chosen, copy_label="w!"))
            kind = topology.kind(connection, i, j)
            times = range(connection.delay, N_STEPS)
            assert lit == Counter(
                (kind, rnn.Unit(connection.source, j, t - connection.delay), rnn.Unit(connection.target, i, t))
                for t in times
            )


def test_every_copy_of_a_selected_weight_can_carry_its_number():
    picture = network_svg(rnn.unroll(ELMAN, 5), selected=weight("h", "h", 1), copy_label="0.70")
    assert words_in(parsed(picture)).count("0.70") == 4


def test_with_nothing_selected_no_arrow_is_faded_and_nothing_is_lit():
    diagram = rnn.unroll(ELMAN, 3)
    assert lit_arrows(network_svg(diagram)) == arrows_of(diagram)
    assert not any(is_lit(arrow, None) for arrow in diagram.arrows)


def test_only_the_selected_unit_has_a_ring():
    picture = network_svg(rnn.unroll(ELMAN, 3), selected=rnn.Unit("h", 1, 2))
    ringed = [
        e.get("data-unit")
        for e, _ in elements(picture)
        if e.get("data-unit") and any(part.get("stroke") == "#D55E00" for part in e.iter())
    ]
    assert ringed == ["h:1:2"]


# ---- the keyboard ----------------------------------------------------------------------------------------------------


@every_type
@pytest.mark.parametrize("n_steps", [None, 3])
def test_the_arrow_keys_reach_every_unit_and_lead_back(topology, n_steps):
    picture = network_svg(rnn.fold(topology) if n_steps is None else rnn.unroll(topology, n_steps), interactive=True)
    ways = {
        e.get("data-unit"): {
            way: e.get(f"data-{way}") for way in ("left", "right", "up", "down") if e.get(f"data-{way}")
        }
        for e, _ in elements(picture)
        if e.get("data-unit")
    }
    first = next(iter(ways))
    found, waiting = {first}, [first]
    while waiting:
        new = set(ways[waiting.pop()].values()) - found
        found |= new
        waiting += new
    assert found == ways.keys()
    for unit, leads in ways.items():
        if "right" in leads:
            assert ways[leads["right"]]["left"] == unit


def test_every_unit_says_its_name_and_its_number_to_a_screen_reader():
    record = run(ELMAN)
    picture = network_svg(rnn.unroll(ELMAN, 2), record, interactive=True)
    said = {e.get("data-unit"): e.get("aria-label") for e, _ in elements(picture) if e.get("data-unit")}
    assert said["h:2:1"] == f"neuron h 2 at step 1, {style.short(float(record['h'][1, 2]))}"


def test_a_still_picture_has_a_title_and_nothing_to_press():
    root = parsed(network_svg(rnn.fold(ELMAN)))
    assert root.get("role") == "img" and root.find("{*}title").text == "Network, folded"
    assert not [e for e in root.iter() if e.get("tabindex")]


def test_the_reader_of_these_tests_notices_a_broken_picture():
    with pytest.raises(ParseError):
        parsed(network_svg(rnn.fold(ELMAN)).replace("</svg>", ""))

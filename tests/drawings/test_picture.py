"""The printed picture: is everything in the diagram on paper, and nothing else?

The tests read the finished artists, not the code that made them.
"""

from collections import Counter
from io import BytesIO
from math import dist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from reference.topologies import topologies

import rnn_edu as rnn
from rnn_edu.drawings import style
from rnn_edu.drawings.picture import NetworkPicture
from rnn_edu.drawings.svg import unit_of

GATED = rnn.Topology(
    [rnn.Layer("x", 1), rnn.Layer("g", 2, "sigmoid"), rnn.Layer("h", 2)],
    [rnn.Connection("x", "h"), rnn.Connection("x", "g"), rnn.Connection("h", "h", delay=2, gate="g")],
)
TOPOLOGIES = {
    "feedforward": rnn.feedforward(2, 3, 1),
    "direct": rnn.direct_feedback(2, 3, 1),
    "indirect": rnn.indirect_feedback(1, (2, 2), 1),
    "lateral": rnn.lateral_feedback(2, 3, 1),
    "complete": rnn.complete_feedback(2, 3, 1),
    "gated": GATED,
}
every_type = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=TOPOLOGIES.keys())


# ---- what is on paper ------------------------------------------------------------------------------------------------


@every_type
@pytest.mark.parametrize("n_steps", [None, 1, 4])
def test_the_paper_shows_exactly_the_units_and_arrows_of_the_diagram(topology, n_steps):
    assert_all_on_paper(rnn.fold(topology) if n_steps is None else rnn.unroll(topology, n_steps))


@settings(max_examples=25)
@given(topologies(max_layers=3, max_size=3, max_connections=4), st.integers(1, 3))
def test_the_paper_shows_exactly_the_units_and_arrows_of_any_diagram(topology, n_steps):
    assert_all_on_paper(rnn.unroll(topology, n_steps))


def assert_all_on_paper(diagram):
    ax = NetworkPicture(diagram).figure().axes[0]
    places = units_on_paper(ax)
    assert Counter(places.keys()) == Counter(diagram.positions.keys())
    for unit, place in places.items():
        assert place == pytest.approx(diagram.positions[unit])
    drawn = Counter((diagram.kind(arrow), arrow.source, arrow.target) for arrow in diagram.arrows)
    assert Counter(arrows_on_paper(ax, places)) == drawn


def units_on_paper(ax):
    """The middle of every outline that carries the name of a unit."""
    outlines = [patch for patch in ax.patches if (patch.get_gid() or "").startswith("unit:")]
    middles = {}
    for outline in outlines:
        box = outline.get_path().get_extents()
        middles[unit_of(outline.get_gid().removeprefix("unit:"))] = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    assert len(middles) == len(outlines)
    return middles


def arrows_on_paper(ax, places):
    """Kind, source and target of every arrow, found from where its line begins and where its head points."""
    for kind in style.KIND:
        lines, heads = collection_paths(ax, f"arrow:{kind}:lines"), collection_paths(ax, f"arrow:{kind}:heads")
        assert len(lines) == len(heads)
        for line, head in zip(lines, heads, strict=True):
            box = head.get_extents()
            tip = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) if kind == "gate" else head.vertices[0]
            if kind != "gate":
                base = head.vertices[1:3].mean(axis=0)
                end = places[nearest(places, tip)]
                assert dist(base, end) > dist(tip, end) + 0.7 * dist(base, tip)  # the head points at its target
            yield kind, nearest(places, line.vertices[0]), nearest(places, tip)


def collection_paths(ax, name):
    return [path for collection in ax.collections if collection.get_gid() == name for path in collection.get_paths()]


def nearest(places, point):
    return min(places, key=lambda unit: dist(places[unit], point))


# ---- how it looks ----------------------------------------------------------------------------------------------------


@every_type
def test_every_kind_has_the_colour_and_dash_of_the_visual_language(topology):
    ax = NetworkPicture(rnn.unroll(topology, 3)).figure().axes[0]
    for collection in ax.collections:
        _, kind, what = collection.get_gid().split(":")
        if what == "lines":
            look, width = style.KIND[kind], collection.get_linewidth()[0]
            assert to_hex(collection.get_edgecolor()[0]) == look.colour.lower()
            _, dash = collection.get_linestyle()[0]
            assert (dash is None) == (look.dash == ())
            if dash:
                assert np.allclose(dash, np.array(look.dash) * width)


@every_type
def test_every_kind_on_paper_is_named_on_paper(topology):
    diagram = rnn.unroll(topology, 3)
    kinds = {diagram.kind(arrow) for arrow in diagram.arrows}
    words = texts(NetworkPicture(diagram))
    if kinds != {"feedforward"}:
        assert {style.KIND[kind].word for kind in kinds} <= set(words)


@every_type
@pytest.mark.parametrize("with_record", [False, True])
def test_no_words_overlap_and_none_are_cut_off(topology, with_record):
    record = trajectory_of(topology) if with_record else None
    for diagram in (rnn.fold(topology), rnn.unroll(topology, 3)):
        figure = NetworkPicture(diagram, record, time=0, title="A network").figure()
        figure.canvas.draw()
        boxes = [text.get_window_extent() for text in figure.axes[0].texts]
        width, height = figure.get_size_inches() * figure.dpi
        for k, box in enumerate(boxes):
            assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
            assert not any(box.overlaps(other) for other in boxes[k + 1 :])


def test_folded_arrows_that_take_longer_than_a_step_say_how_long():
    assert texts(NetworkPicture(rnn.fold(GATED))).count("2") == 4
    assert "2" not in texts(NetworkPicture(rnn.unroll(GATED, 3)))


def texts(picture):
    return [text.get_text() for text in picture.figure().axes[0].texts]


# ---- its numbers -----------------------------------------------------------------------------------------------------


def trajectory_of(topology, n_steps=4, **shape):
    return rnn.Network.random(topology, rng=1).run(np.random.default_rng(2).normal(size=(n_steps, topology.input.size)))


def fills(picture):
    patches = picture.figure().axes[0].patches
    named = [patch for patch in patches if (patch.get_gid() or "").startswith("unit:")]
    return {unit_of(patch.get_gid().removeprefix("unit:")): to_hex(patch.get_facecolor()) for patch in named}


def test_each_unit_has_the_colour_of_its_own_activity():
    record = trajectory_of(rnn.elman(2, 3, 1))
    picture = NetworkPicture(rnn.unroll(record.topology, 4), record)
    for unit, colour in fills(picture).items():
        assert colour == style.activity_scale(record).colour(float(record[unit])).lower()
        assert style.short(float(record[unit])) in texts(picture)


def test_a_folded_picture_shows_the_step_that_was_asked_for():
    record = trajectory_of(rnn.elman(2, 3, 1))
    picture = NetworkPicture(rnn.fold(record.topology), record, time=2)
    scale = style.activity_scale(record)
    expected = {unit: scale.colour(float(record[unit._replace(time=2)])).lower() for unit in fills(picture)}
    assert fills(picture) == expected


def test_a_folded_picture_with_numbers_but_no_step_asks_for_one():
    record = trajectory_of(rnn.elman(1, 1, 1))
    with pytest.raises(ValueError, match="no time; say which step"):
        NetworkPicture(rnn.fold(record.topology), record)


@pytest.mark.parametrize("time", [4, -1])
def test_a_step_that_the_record_does_not_have_is_refused(time):
    record = trajectory_of(rnn.elman(1, 1, 1), n_steps=4)
    with pytest.raises(ValueError, match=f"step {time} .* steps 0 to 3"):
        NetworkPicture(rnn.fold(record.topology), record, time=time)
    with pytest.raises(ValueError, match=r"step 4 .* steps 0 to 3"):
        NetworkPicture(rnn.unroll(record.topology, 5), record)


def test_a_record_of_another_network_and_a_sequence_that_is_not_there_are_refused():
    topology = rnn.elman(1, 2, 1)
    with pytest.raises(ValueError, match="not of the network that is drawn"):
        NetworkPicture(rnn.unroll(topology, 2), trajectory_of(rnn.jordan(1, 2, 1)))
    batch = rnn.Network.random(topology).run(np.ones((2, 3, 1)))
    with pytest.raises(ValueError, match=r"sequence was 3, .* 0 to 2"):
        NetworkPicture(rnn.unroll(topology, 2), batch, sequence=3)


def test_a_topology_in_the_place_of_a_diagram_is_refused():
    with pytest.raises(TypeError, match="Topology was given where a diagram is needed"):
        NetworkPicture(rnn.elman(1, 2, 1))


def test_gradients_get_the_logarithmic_scale_and_its_name():
    record = trajectory_of(rnn.elman(2, 3, 1))
    network = rnn.Network.random(record.topology, rng=1)
    gradients = rnn.bptt(network, record, {"y": np.ones_like(record["y"])})
    picture = NetworkPicture(rnn.unroll(record.topology, 4), gradients)
    assert picture.scale == style.gradient_scale(gradients)
    assert "size of the gradient" in texts(picture)


def test_one_of_several_sequences_can_be_shown():
    topology = rnn.elman(1, 2, 1)
    record = rnn.Network.random(topology).run(np.random.default_rng(0).normal(size=(2, 3, 1)))
    diagram = rnn.unroll(topology, 2)
    shown = NetworkPicture(diagram, record, sequence=2)
    assert shown.number(rnn.Unit("x", 0, 1)) == record["x"][1, 2, 0]


@pytest.mark.parametrize("value", [1e300, -1e300, 1e-300])
def test_enormous_and_tiny_numbers_draw(value):
    record = rnn.Network.random(rnn.feedforward(1, 1, 1, activation="identity")).run([[value], [0.0]])
    bundle = NetworkPicture(rnn.unroll(record.topology, 2), record)._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG")


def test_a_run_that_diverged_shows_marked_units():
    network = rnn.Network.random(rnn.direct_feedback(1, 1, 1, activation="identity"))
    network = network.replace_weights({"W_xh": [[1.0]], "W_hh": [[1e200]]})
    record = network.run(np.ones((4, 1)))
    picture = NetworkPicture(rnn.unroll(record.topology, 4), record)
    assert "∞" in texts(picture)
    assert fills(picture)[rnn.Unit("h", 0, 3)] == style.NOT_A_NUMBER.lower()


# ---- the selection, and how it is shown ------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [rnn.Unit("h", 1, 1), rnn.Unit("y", 0, 0), rnn.Unit("x", 1, 2)])
def test_the_arrows_of_the_selected_unit_and_no_others_stand_out(unit):
    diagram = rnn.unroll(rnn.complete_feedback(2, 3, 1), 3)
    ax = NetworkPicture(diagram, selected=unit).figure().axes[0]
    heads = [c for c in ax.collections if c.get_gid().startswith("arrow:") and c.get_gid().endswith("heads")]
    lit = [collection for collection in heads if collection.get_alpha() == 1.0]
    incoming, outgoing = diagram.touching(unit)
    assert sum(len(collection.get_paths()) for collection in lit) == len(incoming) + len(outgoing)


def test_the_copies_of_the_selected_weight_and_no_other_arrows_stand_out():
    diagram = rnn.unroll(rnn.complete_feedback(2, 3, 1), 3)
    weight = rnn.Unit("h", 1), rnn.Unit("h", 0), 1
    ax = NetworkPicture(diagram, selected=weight).figure().axes[0]
    heads = [c for c in ax.collections if c.get_gid().startswith("arrow:") and c.get_gid().endswith("heads")]
    assert sum(len(collection.get_paths()) for collection in heads if collection.get_alpha() == 1.0) == 2


def test_a_picture_shows_once_and_without_pyplot():
    picture = NetworkPicture(rnn.fold(rnn.elman(2, 3, 1)))
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {"image/png", "text/plain"}
    assert bundle["text/plain"] == "Network folded: 6 units; arrows: 9 feed-forward, 3 direct, 6 lateral"
    assert isinstance(picture.figure(), Figure)


def test_the_same_picture_is_the_same_bytes():
    first, second = BytesIO(), BytesIO()
    for file in (first, second):
        NetworkPicture(rnn.unroll(rnn.elman(1, 2, 1), 2)).figure().savefig(file, format="png")
    assert first.getvalue() == second.getvalue()


def test_a_picture_fits_into_axes_of_any_size():
    figure = Figure(figsize=(2, 6))
    ax = figure.add_axes((0.2, 0.2, 0.5, 0.5))
    NetworkPicture(rnn.unroll(rnn.elman(1, 2, 1), 5)).draw(ax)
    largest = NetworkPicture(rnn.unroll(rnn.elman(1, 2, 1), 5)).figure().axes[0].texts[0].get_fontsize()
    assert all(text.get_fontsize() < largest for text in ax.texts)

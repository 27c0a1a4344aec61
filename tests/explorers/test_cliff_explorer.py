"""The cliff explorer: what it shows is the descent that was computed, at every end of every control."""

import itertools
import re

import numpy as np
import pytest

from rnn_edu.analysis import descend, loss_surface
from rnn_edu.explorers.cliff_explorer import CLIPPING, FREE, N_MOVES, CliffExplorer
from rnn_edu.tasks import cliff

SLIDERS = ("loop", "push", "limit", "learning_rate", "n_steps", "truncate")
ENDS = [(name, end) for name in SLIDERS for end in ("min", "max")]


def error(explorer):
    return explorer._frame.status.value if "did not work" in explorer._frame.status.value else ""


def set_end(explorer, name, end):
    slider = getattr(explorer, name)
    slider.set_state({"value": getattr(slider, end)})
    assert not error(explorer), (name, end)


def assert_well(explorer):
    assert not error(explorer)
    assert "nan" not in explorer.stage.picture and '"inf' not in explorer.stage.picture
    assert not re.search(r"[ML ](?:-?inf|nan)\b", explorer.charts.picture + explorer.stage.picture)
    assert len(repr(explorer)) > 40


@pytest.mark.parametrize("start", cliff.STARTS)
@pytest.mark.parametrize("clipping", CLIPPING)
def test_the_path_is_the_descent_with_these_settings(start, clipping):
    explorer = CliffExplorer(start, clipping=clipping)
    x, target, mask = cliff.task(12)
    options = dict(zip(CLIPPING, ({}, {"clip_norm": 1.0}, {"clip_value": 1.0}), strict=True))[clipping]
    neuron = cliff.neuron(*cliff.STARTS[start])
    expected = descend(
        neuron, x, target, cliff.LOOP, cliff.PUSH, learning_rate=0.5, n_steps=N_MOVES, mask=mask, **options
    )
    np.testing.assert_array_equal(explorer.path.points, expected.points)
    assert_well(explorer)


@pytest.mark.parametrize("kind", cliff.NEURONS)
def test_the_map_is_the_loss_that_the_network_has_there(kind):
    explorer = CliffExplorer(n_steps=7)
    explorer.neuron.set_state({"index": cliff.NEURONS.index(kind)})
    surface, (x, target, mask) = explorer.surface, cliff.task(7)
    for column, row in ((0, 0), (50, 77), (100, 100)):
        neuron = cliff.neuron(surface.first_values[column], surface.second_values[row], kind)
        wrong = neuron.run(x)["y"][-1, 0] - cliff.TARGET
        assert surface.loss[row, column] == pytest.approx(0.5 * wrong**2, rel=1e-9)
    assert (
        surface.loss.shape
        == loss_surface(neuron, x, target, cliff.LOOP, cliff.PUSH, span=cliff.SPAN, n=101, mask=mask).loss.shape
    )


def test_without_clipping_it_is_thrown_off_the_map_and_says_so():
    explorer = CliffExplorer("below the cliff")
    assert "far off the map" in repr(explorer) and "gradient is exactly 0" in repr(explorer)
    explorer.clipping.set_state({"index": 1})
    assert "the ball arrives in the valley" in repr(explorer) and "3 of 41 gradients were clipped" in repr(explorer)
    assert "Without clipping: it stands still" in repr(explorer)


def test_clipping_changes_nothing_on_the_plain():
    explorer = CliffExplorer("on the plain")
    for end in ("min", "max"):
        explorer.clipping.set_state({"index": 1})
        set_end(explorer, "limit", end)
        np.testing.assert_array_equal(explorer.path.points, explorer.without.points)
        assert "0 of 41 gradients were clipped" in repr(explorer)


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(ENDS, 2)))
def test_every_pair_of_ends_can_be_drawn(first, second):
    explorer = CliffExplorer(clipping="by norm")
    for name, end in (first, second):
        set_end(explorer, name, end)
    assert_well(explorer)


@pytest.mark.parametrize("kind", ["relu", "identity"])
@pytest.mark.parametrize("n_steps", [1, 60])
@pytest.mark.parametrize("rate", [0.01, 2.0])
@pytest.mark.parametrize("corner", list(itertools.product(*cliff.SPAN)))
def test_neurons_that_do_not_squash_stay_readable_in_every_corner(kind, n_steps, rate, corner):
    explorer = CliffExplorer(n_steps=n_steps)
    explorer.neuron.set_state({"value": kind, "index": cliff.NEURONS.index(kind)})
    explorer.learning_rate.set_state({"value": rate})
    for slider, value in zip((explorer.loop, explorer.push), corner, strict=True):
        slider.set_state({"value": value})
    assert_well(explorer)
    if n_steps == 60 and rate == 2.0:
        assert explorer._png()[:4] == b"\x89PNG"
    explorer.step.set_state({"value": N_MOVES})
    if explorer.path.ended:
        assert explorer.path.ended in repr(explorer)


def test_a_descent_that_leaves_all_numbers_says_at_which_step_and_keeps_its_shape():
    explorer = CliffExplorer()
    tags = re.findall(r"<(\w+)", explorer.stage.picture)
    explorer.neuron.set_state({"index": cliff.NEURONS.index("identity")})
    for slider, value in ((explorer.loop, 2.5), (explorer.push, 0.5)):
        slider.set_state({"value": value})
    assert "ended at step 2: the loss is no finite number" in repr(explorer)
    assert "no finite number" in explorer.stage.picture
    assert re.findall(r"<(\w+)", explorer.stage.picture) == tags


def test_one_move_sends_little_and_all_moves_of_the_ball_are_there():
    explorer = CliffExplorer(clipping="by norm")
    steps = {int(step) for step in re.findall(r'data-step="(\d+)"', explorer.stage.picture)}
    assert steps == set(range(N_MOVES + 1)) and explorer.step.max == N_MOVES
    explorer.loop.set_state({"value": 2.3})
    assert explorer.stage.changes and len(str(explorer.stage.changes)) < 30_000
    assert explorer.charts.changes


def test_a_named_start_moves_the_sliders_and_a_moved_slider_frees_the_name():
    explorer = CliffExplorer()
    explorer.start.set_state({"index": 2})
    assert (explorer.loop.value, explorer.push.value) == cliff.STARTS["on the plain"]
    explorer.push.set_state({"value": -0.8500000000000001})
    assert explorer.start.value == FREE and explorer.path.points[0].tolist() == [3.8, -0.85]
    explorer.push.set_state({"value": -0.9})
    assert explorer.start.value == "on the plain"


def test_the_arrow_keys_move_the_start_by_one_place_and_stop_at_the_edge_of_the_map():
    explorer = CliffExplorer()
    i, j = explorer._place()
    explorer.stage.set_state({"hovered": f"at:{i}:{j}"})  # the keyboard comes in: nothing moves
    assert explorer.loop.value == 2.2
    explorer.stage.set_state({"hovered": f"at:{i + 1}:{j}"})
    explorer.stage.set_state({"hovered": f"at:{i + 1}:{j - 1}"})
    assert (explorer.loop.value, explorer.push.value) == (2.25, -0.55) and not error(explorer)
    assert f'data-unit="at:{i + 1}:{j - 1}"' in explorer.stage.picture
    set_end(explorer, "loop", "max")
    i, j = explorer._place()
    assert f'data-unit="at:{i}:{j}"' in explorer.stage.picture
    assert f"at:{i + 1}:" not in explorer.stage.picture


def test_a_click_on_the_map_begins_there():
    explorer = CliffExplorer()
    explorer.stage._handle_custom_msg({"event": "activate", "key": "spot:0:14"}, [])
    assert not error(explorer)
    assert abs(explorer.loop.value + 0.875) <= 0.026 and abs(explorer.push.value - 1.4167) <= 0.026


def test_a_shorter_sequence_takes_the_pieces_with_it():
    explorer = CliffExplorer(n_steps=12)
    explorer.n_steps.set_state({"value": 30})
    assert explorer.truncate.max == explorer.truncate.value == 30  # whole before, whole after
    explorer.truncate.set_state({"value": 20})
    explorer.n_steps.set_state({"value": 5})
    assert explorer.truncate.max == explorer.truncate.value == 5 and not error(explorer)


def test_the_table_has_a_row_for_each_point_of_the_way():
    explorer = CliffExplorer()
    assert explorer._table.value == ""
    explorer.numbers.set_state({"value": True})
    assert explorer._table.value.count("<tr>") == len(explorer.path.losses) + 1


def test_shown_it_is_a_live_view_a_png_and_one_line():
    explorer = CliffExplorer(clipping="by value")
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"].startswith("iVBORw0KGgo")
    assert bundle["text/plain"] == repr(explorer) and "\n" not in bundle["text/plain"]


def test_what_it_cannot_show_is_refused():
    with pytest.raises(ValueError, match="there is no start 'here'"):
        CliffExplorer("here")
    with pytest.raises(ValueError, match="clipping was 'hard'"):
        CliffExplorer(clipping="hard")
    with pytest.raises(ValueError, match="n_steps was 0"):
        CliffExplorer(n_steps=0)


def test_a_step_that_leaves_the_map_is_drawn_in_its_own_direction():
    explorer = CliffExplorer("below the cliff")
    explorer.neuron.set_state({"index": cliff.NEURONS.index("identity")})
    explorer.n_steps.set_state({"value": 60})
    (dx, dy), (wide, high) = np.diff(explorer.path.points, axis=0)[0], (496 / 5, 308 / 2.5)
    drawn = re.search(r'data-time="1" d="M\S+ \S+?l(\S+) (\S+)"', explorer.stage.picture)
    assert drawn and float(drawn[2]) / float(drawn[1]) == pytest.approx(-dy * high / (dx * wide), rel=1e-2)

"""Explode or fade: four views of one record that never disagree, at every end of every control."""

import itertools
import re
from math import inf, isfinite, log10

import numpy as np
import pytest

from rnn_edu.drawings import flow_scale
from rnn_edu.drawings.svg_flow import GRADIENT, LEFT, RIGHT, SINGULAR
from rnn_edu.explorers.changes import changes, pieces
from rnn_edu.explorers.flow_explorer import FlowExplorer
from rnn_edu.tasks import flow_networks as tasks


def error(explorer):
    return explorer._frame.status.value if "did not work" in explorer._frame.status.value else ""


def paths(picture, colour):
    """The lines of one colour as lists of points, in the order in which they are drawn."""
    found = re.findall(rf'<path class="rnn-flow-{colour}" d="([^"]*)"', picture)
    return [[tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)] for path in found]


def heights(points, end, box):
    """What a line of a chart says: powers of ten, read from where it is drawn."""
    top, bottom = box
    return [end - (y - top) * 2 * end / (bottom - top) for _, y in points]


@pytest.fixture(scope="module", params=[surprise.name for surprise in tasks.SURPRISES])
def shown(request):
    return FlowExplorer(request.param)


# ---- the views agree ------------------------------------------------------------------------------------------------


def test_the_line_of_the_radius_is_the_radius_of_the_eigenvalues(shown):
    facts = shown.facts
    outermost = max(abs(value) for value in facts.eigenvalues)
    assert facts.radius == pytest.approx(outermost)
    lags = np.arange(len(facts.gradient))
    np.testing.assert_allclose(facts.by_radius, lags * log10(outermost), atol=1e-9)
    drawn = heights(paths(shown.stage.picture, "radius")[0], facts.end, GRADIENT)
    for lag, height in zip(lags, drawn, strict=True):
        if abs(facts.by_radius[lag]) < facts.end:
            assert height == pytest.approx(facts.by_radius[lag], abs=facts.end / 1000)


def test_the_eigenvalues_are_drawn_on_the_scale_of_the_unit_circle(shown):
    circles = [float(r) for r in re.findall(r'<circle [^>]*\br="([\d.]+)"', shown.stage.picture)]
    unit, radius = circles[-2:] if len(circles) == 2 else circles[1:3]
    assert radius / unit == pytest.approx(shown.facts.radius, abs=0.01)
    middle = np.array([800.0, 178.0])
    dots = np.array(paths(shown.stage.picture, "radius")[-1]) - middle
    found = sorted(np.hypot(*dots.T) / unit)
    np.testing.assert_allclose(found, sorted(abs(value) for value in shown.facts.eigenvalues), atol=0.02)


def test_the_end_of_the_curve_is_the_first_row_of_the_table_and_the_number_at_its_name(shown):
    shown.numbers.value = True
    row = re.findall(r"<tbody><tr>(.*?)</tr>", shown.table.picture)[0]
    step, lag, gradient, by_radius, by_norm, *_ = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)
    facts = shown.facts
    assert (int(step), int(lag)) == (0, facts.record.n_steps - 1)
    names = " ".join(re.findall(r">([^<>]*)</text>", shown.stage.picture))
    assert f"gradient {gradient}" in names and f"ρᵏ {by_radius}" in names and f"ceiling {by_norm}" in names
    end = paths(shown.stage.picture, "gradient")[0][-1]
    assert end[0] == RIGHT and paths(shown.stage.picture, "gradient")[0][0][0] == LEFT
    if abs(facts.gradient[-1]) < facts.end:
        assert heights([end], facts.end, GRADIENT)[0] == pytest.approx(facts.gradient[-1], abs=facts.end / 1000)
        assert gradient == flow_scale.number(facts.gradient[-1])


def test_the_strong_line_is_one_of_the_fan(shown):
    for seed in (0, 7, 19):
        shown.seed.set_state({"value": seed})
        assert not error(shown)
        np.testing.assert_allclose(shown.facts.gradient, shown.facts.fan[seed], atol=1e-9)


def test_the_gradient_lies_between_the_smallest_and_the_largest_stretch_and_under_the_ceiling(shown):
    facts = shown.facts
    for lag, least, most in zip(facts.record.stretch_lags, facts.smallest, facts.largest, strict=True):
        assert least - 1e-6 <= facts.gradient[lag] <= most + 1e-6
        assert most <= facts.by_norm[lag] + 1e-6
    least, most = facts.stretch
    assert least - 1e-6 <= facts.gradient[facts.lag] <= most + 1e-6
    drawn = heights(paths(shown.stage.picture, "gradient")[1], facts.end, SINGULAR)
    for height, most in zip(drawn, facts.largest, strict=True):
        if abs(most) < facts.end:
            assert height == pytest.approx(most, abs=facts.end / 300)


def test_every_line_stands_above_the_lags_that_it_is_about(shown):
    last = shown.facts.record.n_steps - 1
    gradient, largest, smallest = paths(shown.stage.picture, "gradient")[:3]
    for line, lags in (
        (gradient, range(last + 1)),
        (largest, shown.facts.record.stretch_lags),
        (smallest, shown.facts.record.stretch_lags),
        (paths(shown.stage.picture, "slope")[0], range(last + 1)),
    ):
        expected = [LEFT + lag * (RIGHT - LEFT) / last for lag in lags]
        np.testing.assert_allclose([x for x, _ in line], expected, atol=0.06)


def test_the_fan_ends_where_its_numbers_are(shown):
    facts = shown.facts
    fan = re.findall(r'rnn-flow-fan">(.*?)</g>', shown.stage.picture)[0]
    ends = [float(re.findall(r"(-?[\d.]+)$", path)[0]) for path in re.findall(r' d="([^"]*)"', fan)]
    assert len(ends) == tasks.N_SEEDS
    for height, line in zip(heights([(0, y) for y in ends], facts.end, GRADIENT), facts.fan, strict=True):
        assert height == pytest.approx(line[-1], abs=facts.end / 500)


def test_the_slopes_are_those_of_the_run_that_the_gradient_went_back_through(shown):
    setting = shown.setting
    network = tasks.network(setting, shown.seed.value)
    h = network.run(tasks.inputs(setting)[:, shown.seed.value])["h"][::-1]
    np.testing.assert_allclose(shown.facts.slopes["mean"], (1 - h**2).mean(axis=1), atol=1e-9)
    np.testing.assert_allclose(shown.facts.slopes["typical"], ((1 - h**2) ** 2).mean(axis=1) ** 0.5, atol=1e-9)


def test_what_is_measured_per_step_leads_from_one_end_of_the_curve_to_the_other(shown):
    facts = shown.facts
    assert log10(facts.measured) * (len(facts.gradient) - 1) == pytest.approx(facts.gradient[-1], abs=1e-6)


def test_the_guess_is_the_product_of_the_two_numbers_above_it(shown):
    assert shown.facts.guess == pytest.approx(shown.facts.radius * shown.facts.typical_slope)
    words = re.findall(r">([^<>]*)</text>", shown.stage.picture)
    rows = [words[words.index(name) + 1] for name in ("spectral radius ρ", "× typical slope")]
    assert float(rows[0]) * float(rows[1]) == pytest.approx(shown.facts.guess, rel=0.06, abs=0.01)


# ---- the four surprises ---------------------------------------------------------------------------------------------


def test_the_same_weights_explode_quietly_and_fade_loudly():
    explorer = FlowExplorer("quiet input")
    weights = tasks.network(explorer.setting, 0).weights["W_hh"]
    assert explorer.facts.verdict.startswith("explodes") and min(line[-1] for line in explorer.facts.fan) > 8
    explorer.show_surprise("loud input")
    assert explorer.facts.verdict.startswith("fades") and max(line[-1] for line in explorer.facts.fan) < -9
    assert np.array_equal(weights, tasks.network(explorer.setting, 0).weights["W_hh"])


def test_a_radius_of_a_tenth_explodes_in_all_twenty_and_fades_in_silence():
    explorer = FlowExplorer("0.1 explodes")
    assert explorer.facts.radius == pytest.approx(0.1, abs=1e-3)
    assert min(line[-1] for line in explorer.facts.fan) > 6
    assert max(abs(value) for value in explorer.facts.at_step) > 1  # the rings say why
    explorer.input_drive.set_state({"value": 0.0})
    assert "fades" in explorer.facts.verdict and max(line[-1] for line in explorer.facts.fan) < -60


def test_a_matrix_that_shrinks_in_the_end_stretches_at_first():
    explorer = FlowExplorer("first up, then down")
    assert explorer.facts.radius < 1 < max(explorer.facts.gradient)
    assert explorer.facts.verdict.startswith("first up to")
    assert explorer.facts.gradient[-1] < -3


def test_the_seed_alone_makes_a_difference_of_a_hundred_thousand():
    explorer = FlowExplorer("only the seed")
    ends = [line[-1] for line in explorer.facts.fan]
    assert max(ends) - min(ends) > 5


def test_every_surprise_has_a_button_that_says_what_to_look_at():
    explorer = FlowExplorer()
    for surprise in tasks.SURPRISES:
        explorer.surprises[surprise.name].click()
        assert not error(explorer)
        assert explorer.setting == surprise.setting
        assert surprise.words in explorer._said.value
    explorer.input_drive.set_state({"value": 1.0})
    assert explorer._said.value == ""


# ---- extremes -------------------------------------------------------------------------------------------------------

ENDS = {
    "spectral_radius": (0.0, 3.0),
    "input_drive": (0.0, 3.0),
    "length": (5, 200),
    "seed": (0, 19),
    "activation": tasks.ACTIVATIONS,
    "topology": tuple(tasks.WIRINGS),
    "start": tasks.STARTS,
}
PAIRS = [
    ((first, a), (second, b))
    for first, second in itertools.combinations(ENDS, 2)
    for a, b in itertools.product(ENDS[first], ENDS[second])
]


@pytest.fixture(scope="module")
def one_for_all():
    return FlowExplorer(n_steps=40)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "-".join(f"{name}={value}" for name, value in pair))
def test_every_pair_of_ends_gives_a_picture_and_a_sentence(one_for_all, pair):
    explorer = one_for_all
    explorer._set(tasks.Setting(n_steps=40), 0)
    for name, value in pair:
        control = getattr(explorer, name)
        control.value = value
        assert not error(explorer)
    looks_well(explorer)


def looks_well(explorer):
    picture = explorer.stage.picture
    assert not error(explorer)
    assert not re.search(r'"[^"<>]*(nan|inf)\b[^"<>]*"', re.sub(r'aria-label="[^"]*"', "", picture))
    for x, y in re.findall(r"[M ](-?[\d.]+) (-?[\d.]+)", "".join(re.findall(r' d="([^"]*)"', picture))):
        assert abs(float(x)) < 2000 and abs(float(y)) < 2000
    assert re.search("explodes|fades|arrives|exactly 0|no gradient|first up", explorer.facts.verdict)
    assert explorer.facts.verdict in repr(explorer) and "\n" not in repr(explorer)


def test_with_a_radius_of_zero_the_gradient_is_exactly_zero_and_the_picture_says_so():
    explorer = FlowExplorer(radius=0.0)
    assert explorer.facts.gradient[1] == -inf
    assert explorer.facts.verdict == "exactly 0 from 1 step back on: nothing gets through"
    looks_well(explorer)


def test_beyond_the_numbers_of_a_computer_there_is_still_a_number():
    explorer = FlowExplorer(activation="sigmoid", radius=0.05, n_steps=200)
    assert explorer.facts.gradient[-1] < -330 and isfinite(explorer.facts.gradient[-1])
    assert explorer.facts.verdict.endswith("where ordinary numbers would say 0")
    looks_well(explorer)


def test_the_axis_names_its_first_and_its_last_lag():
    for n_steps in (5, 6, 12, 50, 99, 200):
        texts = re.findall(r">([^<>]*)</text>", FlowExplorer(n_steps=n_steps).stage.picture)
        end = texts.index("k, steps back from the error")
        numbers = [int(word) for word in texts[end - 6 : end] if word.strip()]
        assert numbers[0] == 0 and numbers[-1] == n_steps - 1 and numbers == sorted(set(numbers))


# ---- controls -------------------------------------------------------------------------------------------------------


def test_the_picture_keeps_its_structure_while_a_slider_moves_and_little_of_it_changes():
    explorer = FlowExplorer()
    for control, values in ((explorer.spectral_radius, (0.9, 1.3, 3.0)), (explorer.input_drive, (0.0, 1.0, 3.0))):
        for value in values:
            before = pieces(explorer.stage.picture)
            control.set_state({"value": value})
            found = changes(before, pieces(explorer.stage.picture))
            assert found is not None, "the tags changed"
            assert sum(len(str(change)) for change in found) < 30_000


@pytest.mark.parametrize("control", ["activation", "topology", "start", "length", "seed"])
def test_the_structure_stays_with_every_other_control_too(control):
    explorer = FlowExplorer()
    before = pieces(explorer.stage.picture)
    for value in ENDS[control]:
        getattr(explorer, control).value = value
        assert changes(before, pieces(explorer.stage.picture)) is not None, value


def test_a_hidden_chain_and_another_wiring_give_way_to_each_other():
    explorer = FlowExplorer()
    explorer.topology.value = "gru"
    explorer.start.value = tasks.HIDDEN_CHAIN
    assert explorer.topology.value == "elman" and not error(explorer)
    explorer.topology.value = "lateral"
    assert explorer.start.value == "orthogonal" and not error(explorer)


def test_a_place_that_is_clicked_or_pointed_at_is_read_out():
    explorer = FlowExplorer(radius=1.5, drive=0.0, n_steps=50)
    explorer.stage.set_state({"selected": "lag:7"})
    assert explorer.lag.value == explorer.facts.lag == 7
    assert "7 steps back: gradient 17.1" in repr(explorer)  # 1.5 to the power of 7
    explorer.stage.set_state({"hovered": "lag:9"})
    assert explorer.facts.lag == 9 and explorer.lag.value == 7
    explorer.stage.set_state({"hovered": ""})
    assert explorer.facts.lag == 7


def test_a_shorter_sequence_takes_the_place_with_it():
    explorer = FlowExplorer(n_steps=100)
    explorer.lag.value = 99
    explorer.length.set_state({"value": 5})
    assert explorer.lag.value == explorer.lag.max == explorer.facts.lag == 4 and not error(explorer)


def test_an_error_is_said_and_the_next_move_works(monkeypatch):
    explorer = FlowExplorer(n_steps=10)
    shown = explorer.stage.picture
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "inputs", lambda setting: 1 / 0)
        explorer.input_drive.set_state({"value": 1.0})
    assert "division by zero" in error(explorer) and explorer.stage.picture == shown
    explorer.input_drive.set_state({"value": 2.0})
    assert not error(explorer) and explorer.stage.picture != shown


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"surprise": "boo"}, "no surprise 'boo'; choose one of 'quiet input'"),
        ({"radius": 4.0}, "radius was 4.0; this explorer shows 0 to 3"),
        ({"n_steps": 4}, "n_steps was 4; this explorer shows 5 to 200"),
        ({"seed": 20}, "seed was 20; there are 20 networks, 0 to 19"),
        ({"activation": "step"}, "activation was 'step'; choose one of tanh"),
        ({"loudness": 1}, "no setting 'loudness'; give topology, start"),
        ({"start": "hidden chain", "topology": "gru"}, "needs topology='elman'"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        FlowExplorer(**given)


def test_shown_it_is_a_live_view_a_png_and_one_line():
    explorer = FlowExplorer(n_steps=20)
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"].startswith("iVBORw0KGgo")
    assert bundle["text/plain"] == repr(explorer) and "\n" not in bundle["text/plain"]

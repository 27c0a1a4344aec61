"""The explode-or-fade picture bears every number, in the browser and on paper, and both say the same."""

import re
from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from rnn_edu.analysis.explode_or_fade import explode_or_fade
from rnn_edu.drawings import flow_scale
from rnn_edu.drawings.flow_facts import facts_of, table_html
from rnn_edu.drawings.picture_flow import FlowPicture, flow_figure
from rnn_edu.drawings.picture_slope import EigenvaluePicture, SlopePicture
from rnn_edu.drawings.svg_flow import flow_svg
from rnn_edu.explorers.changes import changes, pieces
from rnn_edu.tasks import flow_networks as nets
from rnn_edu.tasks.flow_networks import Setting


def record(**setting):
    found = Setting(**setting)
    return explode_or_fade(nets.topology_of(found), nets.stacked_weights(found), nets.inputs(found), look_at=5)


USUAL = record(n_steps=30)


def with_gradient(values):
    gradient = np.resize(np.array(values, float), USUAL.n_steps)
    return replace(USUAL, gradient=gradient, fan=np.stack([gradient] * 20))


@pytest.mark.parametrize(
    "values", [[-inf], [inf], [nan], [0.0, nan, 3.0], [0.0, -1e3], [0.0, 1e5], [0.0, -inf], [0, inf]]
)
def test_any_number_can_be_drawn_and_is_said(values):
    facts = facts_of(with_gradient(values), 7)
    picture = flow_svg(facts, name="t")
    assert not re.search(r' (d|x|y|cx|cy|r)="[^"]*(nan|inf)', picture)
    assert changes(pieces(flow_svg(facts_of(USUAL, 3), name="t")), pieces(picture)) is not None
    assert facts.verdict and facts.verdict in facts.sentence
    assert table_html(facts).count("<tr>") == 10
    flow_figure(facts).canvas.draw()


def test_one_step_can_be_drawn():
    facts = facts_of(record(n_steps=1), 9)
    assert facts.lag == 0 and facts.measured == 1.0
    assert flow_svg(facts, name="t") and flow_figure(facts) and table_html(facts)


def test_what_blew_up_is_said_with_its_step():
    facts = facts_of(replace(with_gradient([nan]), diverged_at=12), 0)
    assert facts.verdict == "no gradient: the activity left all numbers at step 12"


@pytest.mark.parametrize(
    ("last", "word"),
    [(-7.0, "fades"), (7.0, "explodes"), (0.5, "arrives"), (-330.0, "would say 0"), (320.0, "would say ∞")],
)
def test_the_verdict_follows_the_last_number(last, word):
    gradient = np.linspace(0, last * np.log(10), USUAL.n_steps)
    assert word in facts_of(replace(USUAL, gradient=gradient)).verdict


def test_the_table_begins_at_the_first_step_and_ends_at_the_error():
    rows = facts_of(USUAL).rows
    assert [rows[0][0], rows[-1][0]] == [29, 0]
    assert rows[-1][1][0] == "1.00"


@pytest.mark.parametrize(
    ("log", "text"), [(-0.0, "1.00"), (-2.3, "5e-3"), (5.99999, "1e6"), (inf, "∞"), (nan, "no number")]
)
def test_a_number_is_written_from_its_logarithm(log, text):
    assert flow_scale.number(log) == text


@pytest.mark.parametrize("largest", [0.0, 0.1, 3.0, 11.0, 100.0, 1e4])
def test_the_ends_of_an_axis_hold_what_is_drawn_and_can_be_cut_into_three(largest):
    end = flow_scale.end_of([-largest, nan, inf])
    assert end % 3 == 0 and (end >= largest or end == flow_scale.ENDS[-1])
    assert len(set(flow_scale.ticks(end))) == 7


@pytest.mark.parametrize("n_steps", range(1, 201))
def test_lags_are_named_in_order_within_the_axis(n_steps):
    ticks = flow_scale.lag_ticks(n_steps)
    assert len(ticks) == 6 and ticks[0] == 0 and ticks[-1] == n_steps - 1 and list(ticks) == sorted(ticks)


def test_the_printed_picture_says_what_the_live_one_says():
    facts = facts_of(USUAL, 5)
    live = set(re.findall(r">([^<>]+)</text>", flow_svg(facts, name="t")))
    printed = {
        text.get_text().strip() for text in flow_figure(facts).findobj(lambda artist: hasattr(artist, "get_text"))
    }
    for words in (facts.verdict, facts.fan_words, "spectral radius ρ", "measured: each step times"):
        assert words in live and words in printed
    assert repr(FlowPicture(facts)) == facts.sentence
    assert FlowPicture(facts)._repr_mimebundle_()["image/png"].startswith(b"\x89PNG")


def test_the_pictures_of_a_slope_and_of_eigenvalues_say_their_numbers():
    assert repr(SlopePicture("sigmoid", drives=(0.0,))) == "sigmoid: slope 0.25 at 0"
    assert repr(SlopePicture("relu", drives=(-1.0, 1.0))) == "relu: slope 0.00 at -1, 1.00 at 1"
    picture = EigenvaluePicture({"a chain": [[0.5, 3.0], [0.0, 0.5]]})
    assert repr(picture) == "a chain: spectral radius 0.50, longest stretch of one step 3.08"
    for each in (SlopePicture(), picture):
        assert each._repr_mimebundle_()["image/png"].startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="activation was 'step'; choose one of"):
        SlopePicture("step")

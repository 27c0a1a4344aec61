"""Pictures sent ahead: the nearest values first, only when the control moved, and never what no longer holds."""

import ipywidgets as widgets
import pytest

from rnn_edu.explorers import ahead as module
from rnn_edu.explorers.ahead import Ahead
from rnn_edu.explorers.clock_explorer import ClockExplorer
from rnn_edu.explorers.job_explorer import JobExplorer
from rnn_edu.explorers.stage import Stage
from rnn_edu.explorers.unrolling_explorer import UnrollingExplorer
from rnn_edu.explorers.wiring_board import WiringBoard


@pytest.fixture
def sent(monkeypatch):
    """All values for which pictures were sent ahead, in order, by stage."""
    values = []

    def send(stage, message, *_):
        if message.get("do") == "ahead":
            values.append((stage, message["take"], message["value"], message["shot"]))

    monkeypatch.setattr(Stage, "send", send)
    return values


def picture(value):
    return f"<p>{'the same words in all of them ' * 9}</p><p>{value:g}</p>"


@pytest.fixture
def setting(sent, monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 60.0)  # as if the machine were as fast as one likes
    slider, stage = widgets.FloatSlider(0.5, min=0, max=1, step=0.25), Stage()
    ahead = Ahead([stage], slider, lambda value: [picture(value)])
    ahead.show([picture(0.5)], "context")
    return slider, stage, ahead


def test_nothing_is_sent_ahead_before_the_control_moves(setting, sent):
    assert sent == []


def test_after_a_move_the_nearest_values_come_first(setting, sent):
    slider, _, ahead = setting
    slider.value = 0.75
    ahead.show([picture(0.75)], "context")
    assert [value for _, _, value, _ in sent] in (["0.5", "1", "0.25", "0"], ["1", "0.5", "0.25", "0"])


def test_each_value_is_sent_once_while_all_else_stays(setting, sent):
    slider, _, ahead = setting
    for value in (0.75, 0.5, 0.25):
        slider.value = value
        ahead.show([picture(value)], "context")
    assert sorted(value for _, _, value, _ in sent) == ["0", "0.25", "0.5", "0.75", "1"]


def test_when_something_else_moved_the_old_pictures_no_longer_hold(setting, sent):
    slider, stage, ahead = setting
    slider.value = 0.75
    ahead.show([picture(0.75)], "context")
    before = stage.take
    ahead.show([picture(7)], "another")
    assert stage.take > before and len(sent) == 4  # nothing new was sent
    slider.value = 1.0
    ahead.show([picture(8)], "another")
    assert {take for _, take, _, _ in sent[4:]} == {stage.take} and len(sent) == 8


def test_a_control_out_of_use_sends_nothing(setting, sent):
    slider, _, ahead = setting
    for value in (0.75, 1.0):
        slider.value = value
        ahead.show([picture(value)], None)
    assert sent == []


def test_python_has_time_for_the_next_move_after_each_picture_sent(setting, sent, monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 0.0)
    slider, _, ahead = setting
    for n_sent, value in enumerate((0.75, 1.0), start=1):
        slider.value = value
        ahead.show([picture(value)], "context")
        assert len(sent) == n_sent


def explorers():
    job, unrolling = JobExplorer("winner-take-all"), UnrollingExplorer()
    board, clock = WiringBoard(), ClockExplorer()
    board.draw("h:0", "h:0", delay=1)
    clock.draw("y:0", "h1:0", delay=1)
    yield "job", job.controls["inhibition"], [job.stage]
    yield "unrolling", unrolling.number, [unrolling.stage]
    yield "board", board.arrow.weight, list(board.views.stages)
    yield "clock", clock.delay, [clock.folded, clock.unrolled]


@pytest.mark.parametrize("which", ["job", "unrolling", "board", "clock"])
def test_what_was_sent_ahead_is_what_python_draws_when_the_move_comes(which, sent, monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 60.0)
    _, control, stages = next(found for found in explorers() if found[0] == which)
    values = [control.min, control.max, (control.min + control.max) / 2]
    start = control.value
    for value in values:
        control.set_state({"value": round(value / control.step) * control.step})
    by_stage = {(stage, take, value): shot for stage, take, value, shot in sent}
    assert len(by_stage) >= 3 * len(stages)
    control.set_state({"value": start})
    for value in (control.max, control.min):  # the same take, so the pictures sent before hold
        control.set_state({"value": value})
        for stage in stages:
            shot = by_stage.get((stage, stage.take, module.value_name(value)))
            assert shot is not None, "never sent"
            if isinstance(shot, str):
                assert shot == stage.picture
            else:
                assert but_for_the_rings(shot) == but_for_the_rings(stage.changes)


def but_for_the_rings(found):
    """Changes without the style that marks what the last move changed: it depends on where the move came from."""
    return [change for change in found if "stroke:#2A7F62" not in change[1].get("", "")]

"""The clock explorer: an arrow backwards, its delay, and the step at which a pulse comes back."""

import re

import pytest

from rnn_edu import Unit
from rnn_edu.core.wiring import Wire
from rnn_edu.explorers.clock_explorer import ClockExplorer

H1, H2, Y = Unit("h1", 0), Unit("h2", 0), Unit("y", 0)


@pytest.fixture
def clock():
    return ClockExplorer()


def touch(stage, key, event="activate"):
    stage._handle_custom_msg({"event": event, "key": key}, [])


def press(button):
    button._handle_button_msg(button, {"event": "click"}, [])


def plain(html):
    return re.sub("<[^>]+>", "", html)


def test_it_begins_with_a_chain_and_says_what_to_do(clock):
    assert clock.wire is None and clock.returns == ()
    assert "Draw an arrow backwards" in plain(clock.question.verdict.value)
    assert clock.delay.disabled and clock.erase.disabled


def test_an_arrow_backwards_makes_the_program_ask_for_a_delay(clock):
    touch(clock.folded, "y:0")
    touch(clock.folded, "h1:0")
    assert clock.question.asking and clock.wire is None
    assert "y → h¹ → h² → y would all have to wait for each other" in plain(clock.question.words.value)
    assert clock.folded.picture.count('class="rnn-waits"') == 2 and clock.folded.picture.count('class="rnn-asked"') == 1
    press(clock.question.give)
    assert clock.wire == Wire(Y, H1, 1, clock.wire.weight) and not clock.delay.disabled


@pytest.mark.parametrize(("delay", "steps"), [(1, (0, 1, 2, 3, 4, 5, 6, 7)), (2, (0, 2, 4, 6)), (3, (0, 3, 6))])
@pytest.mark.parametrize(("source", "back"), [("y:0", 2), ("h2:0", 1), ("h1:0", 0)])
def test_the_return_depends_on_the_delay_and_not_on_the_layers(clock, source, back, delay, steps):
    clock.draw(source, "h1:0", delay=delay)
    assert clock.returns == steps
    table = plain(clock.facts_table.value)
    assert f"{back} layer" in table and f"{delay} step" in table and ", ".join(map(str, steps)) in table


@pytest.mark.parametrize("delay", [0, 3])
def test_the_delay_slider_at_both_ends(clock, delay):
    clock.draw("y:0", "h2:0", delay=1)
    clock.delay.set_state({"value": delay})
    assert clock.wire.delay == clock.delay_box.value == delay
    said = plain(clock.question.verdict.value)
    if delay == 0:
        assert "h² waits for y, y waits for h²" in said and "cannot be computed" in said
        assert clock.wiring is None and clock.returns == ()
        assert "0.64" not in clock.folded.picture  # no numbers without a clock
        clock.delay_box.set_state({"value": 2})
        assert clock.returns == (0, 2, 4, 6)
    else:
        assert "comes back to h² every 3 steps" in said
    assert plain(clock.status.value) == ""


def test_the_two_lists_draw_from_the_first_and_to_the_last(clock):
    for box, index in ((clock.source, 2), (clock.target, 1)):
        box.set_state({"index": index})
    press(clock.connect)
    assert clock.question.asking
    press(clock.question.leave)
    assert clock.wire is None and not clock.question.asking
    clock.source.set_state({"index": 0})
    clock.target.set_state({"index": 2})
    press(clock.connect)
    assert clock.wire == Wire(H1, Y, 0, clock.wire.weight)
    assert "closes no loop" in plain(clock.question.verdict.value)


def test_erase_and_escape(clock):
    clock.draw("y:0", "h1:0", delay=2)
    press(clock.erase)
    assert clock.wire is None and clock.delay.disabled
    touch(clock.folded, "y:0")
    touch(clock.folded, "y:0", "escape")
    touch(clock.folded, "h1:0")
    assert clock.wire is None and not clock.question.asking


def test_an_arrow_into_the_input_is_refused_and_the_next_one_works(clock):
    touch(clock.folded, "y:0")
    touch(clock.folded, "x:0")
    assert "ends on the input layer" in plain(clock.status.value)
    touch(clock.folded, "h2:0")
    assert clock.question.asking and plain(clock.status.value) == ""


def test_a_refused_arrow_leaves_the_earlier_one_in_place(clock):
    clock.draw("y:0", "h1:0", delay=2)
    for source, target in (("y:0", "x:0"), ("y:0", "h1:9")):
        clock.draw(source, target)
        clock.draw(source, target, delay=1)
        assert plain(clock.status.value) and clock.returns == (0, 2, 4, 6)


@pytest.mark.parametrize("step", [0, 7])
def test_the_first_and_the_last_step_can_be_shown(clock, step):
    clock.player.step.set_state({"value": step})
    assert plain(clock.status.value) == ""
    assert f'data-step="{step}"' in clock.folded.picture


def test_a_failing_callback_is_said_and_the_next_move_works(clock, monkeypatch):
    clock.draw("y:0", "h1:0", delay=1)
    monkeypatch.setattr("rnn_edu.explorers.clock_explorer.folded_picture", lambda *_, **__: 1 / 0)
    clock.delay.set_state({"value": 2})
    assert "division by zero" in plain(clock.status.value)
    monkeypatch.undo()
    clock.delay.set_state({"value": 3})
    assert plain(clock.status.value) == "" and clock.returns == (0, 3, 6)


def test_a_delay_outside_its_range_is_refused_in_words(clock):
    clock.draw("y:0", "h1:0", delay=9)
    assert "choose 0 to 3" in plain(clock.status.value) and clock.wire is None


def test_it_is_shown_as_a_live_view_a_picture_and_one_line(clock):
    clock.draw("y:0", "h1:0", delay=2)
    shown = clock._repr_mimebundle_()
    assert set(shown) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert shown["text/plain"] == (
        "y → h¹ brings back what was there 2 steps ago. The pulse comes back to h¹ every 2 steps."
        " It goes back 2 layers; the pulse is at h¹ at step 0, 2, 4, 6."
    )


def test_one_hidden_neuron_is_enough():
    clock = ClockExplorer(hidden=1)
    clock.draw("y:0", "h:0", delay=1)
    assert clock.returns[:3] == (0, 1, 2)

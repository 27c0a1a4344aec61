"""The frame of every explorer: it says what failed, lets one move through at a time, and shows itself."""

import base64
import threading
import time

import ipywidgets as widgets
import pytest

from rnn_edu.explorers.frame import WIDGET_VIEW, Frame, numbered, tidy


@pytest.fixture
def frame():
    frame = Frame(facts=lambda: "a < b", png=lambda: b"\x89PNG picture")
    frame.show(widgets.Label("inside"))
    return frame


def test_a_failed_move_is_said_as_written_and_the_next_move_clears_it(frame):
    moves = iter([ValueError("<b> is not a & b"), None])

    def update():
        if error := next(moves):
            raise error

    move = frame.guard(update)
    move()
    assert 'role="status"' in frame.status.value and "&lt;b&gt; is not a &amp; b" in frame.status.value
    move()
    assert "did not work" not in frame.status.value


def test_two_moves_never_run_at_the_same_time(frame):
    inside, most = 0, 0

    def update():
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.02)
        inside -= 1

    move = frame.guard(update)
    threads = [threading.Thread(target=move) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1 and inside == 0


def test_a_move_may_cause_another_one(frame):
    inner = frame.guard(lambda: None)
    done = threading.Thread(target=frame.guard(inner), daemon=True)
    done.start()
    done.join(2)
    assert not done.is_alive()


def test_it_shows_itself_live_as_a_picture_and_as_one_line(frame):
    bundle = frame.bundle()
    assert bundle[WIDGET_VIEW]["model_id"] == frame.panel.model_id
    assert base64.b64decode(bundle["image/png"]) == b"\x89PNG picture"
    assert bundle["text/plain"] == "a < b"


def test_the_twin_says_the_facts_as_written_after_every_move():
    facts = iter(["one", "two <3"])
    frame = Frame(facts=lambda: next(facts), png=bytes)
    frame.show()
    assert ">one<" in frame.twin.value
    frame.guard(lambda: None)()
    assert ">two &lt;3<" in frame.twin.value and 'aria-live="polite"' in frame.twin.value


def test_the_twin_and_the_status_line_are_part_of_the_panel(frame):
    assert frame.panel.children[-2:] == (frame.twin, frame.status)


# ---- a slider and its box --------------------------------------------------------------------------------------------


@pytest.fixture
def pair():
    slider, box = widgets.FloatSlider(0.5, min=-2, max=2, step=0.1), widgets.BoundedFloatText(0.0, min=-2, max=2)
    numbered(slider, box, "loop weight")
    return slider, box


def test_slider_and_box_show_the_same_number_under_one_name(pair):
    slider, box = pair
    assert box.value == 0.5 and slider.description == box.tooltip == "loop weight"
    slider.set_state({"value": 1.2000000000000002})
    assert box.value == 1.2
    box.set_state({"value": -1.5})
    assert slider.value == -1.5


def test_a_slider_is_not_answered_while_it_is_moved(pair):
    slider, _ = pair
    answers = []
    slider.observe(lambda change: answers.append(change.new), "value")
    slider.set_state({"value": 0.7999999999999998})
    assert answers == [0.7999999999999998]


def test_a_number_beyond_the_ends_becomes_the_end(pair):
    slider, box = pair
    box.set_state({"value": 50})
    assert slider.value == box.value == 2


@pytest.mark.parametrize(("sent", "meant"), [(0.7999999999999998, 0.8), (-0.30000000000000004, -0.3), (3, 3)])
def test_a_number_is_tidied(sent, meant):
    assert tidy(sent) == meant

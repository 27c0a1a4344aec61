"""Every lesson runs from top to bottom in a real JupyterLab, and the harness sees what goes wrong."""

import json
import re

import pytest
from lessons.lesson import LESSONS
from nbformat.v4 import new_code_cell, new_notebook, writes

SLIDER = """from ipywidgets import HTML, IntSlider, VBox
slider, words = IntSlider(description="steps"), HTML("0 steps")
slider.observe(lambda change: setattr(words, "value", f"{change.new} steps"), "value")
VBox([slider, words])"""


@pytest.fixture
def trial(lab, open_lesson):
    """Put a notebook with these cells beside the lessons, open it and run it."""
    path = lab.folder / "99_trial.ipynb"

    def trial(*sources):
        notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path.write_text(writes(notebook))
        lesson = open_lesson(path.name)
        lesson.run_all()
        return lesson

    yield trial
    path.unlink()


@pytest.mark.parametrize("name", [path.name for path in LESSONS])
def test_the_lesson_runs_from_top_to_bottom(open_lesson, name):
    lesson = open_lesson(name)
    lesson.run_all()
    lesson.assert_clean()


def test_a_slider_is_moved_by_keyboard_and_by_mouse_and_the_picture_follows(trial):
    lesson = trial("import rnn_edu", SLIDER)
    shown = lesson.output("IntSlider").locator(".widget-html-content")
    handle = lesson.output("IntSlider").locator(".noUi-handle")
    with lesson.changes(shown):
        handle.press("ArrowRight")
    assert shown.inner_text() == "1 steps"
    with lesson.changes(shown):
        lesson.drag(handle, right=60)
    assert shown.inner_text() not in ("0 steps", "1 steps")
    lesson.assert_clean()


def test_an_output_far_below_is_found(trial):
    lesson = trial(*[f"{number}" for number in range(80)], SLIDER)
    with lesson.changes(lesson.output("IntSlider")):
        lesson.output("IntSlider").locator(".noUi-handle").press("ArrowRight")


def test_nothing_lies_over_the_lesson_when_it_opens(trial):
    lesson = trial("1")
    assert lesson.page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; print('careful', file=sys.stderr)", "careful"),
        ("from IPython.display import HTML; HTML('<img src=\"/nowhere.png\">')", "404"),
    ],
)
def test_what_goes_wrong_in_a_lesson_is_seen(trial, source, seen):
    with pytest.raises(AssertionError, match=seen):
        trial(source).assert_clean()


def test_a_cell_that_was_not_run_is_seen(trial):
    with pytest.raises(AssertionError, match="cell 1 was not run"):
        trial("raise KeyboardInterrupt", "2").assert_clean()


def test_a_picture_that_stays_the_same_is_seen(trial):
    lesson = trial("print('fixed')")
    with pytest.raises(AssertionError, match="nothing changed"), lesson.changes(lesson.output("fixed"), seconds=0.2):
        pass


# a tab that is closed while the kernel still speaks to it: the server's own complaint, which no learner sees
A_CLOSED_TAB = re.compile(
    r"^.*Task exception was never retrieved\n(?:.*\n)*?tornado\S*\.WebSocketClosedError\n", re.MULTILINE
)


def test_the_lessons_were_copied_by_the_command_and_the_lab_says_nothing_bad(lab):
    assert {path.name for path in LESSONS} <= {path.name for path in lab.folder.iterdir()}
    log = A_CLOSED_TAB.sub("", lab.log.read_text())
    assert f"copied to {lab.folder}" in log
    assert "Traceback" not in log and "[E " not in log
    assert json.loads((lab.folder / LESSONS[0].name).read_text())["metadata"]["license"] == "CC-BY-4.0"

"""The job explorer: every control of every job at both ends, and what it then shows and says."""

import re

import pytest

from rnn_edu.explorers.job_explorer import JobExplorer
from rnn_edu.tasks.jobs import JOBS

ENDS = [(job.name, control, end) for job in JOBS.values() for control in job.controls for end in ("low", "high")]


def error(explorer):
    return explorer._frame.status.value if "did not work" in explorer._frame.status.value else ""


@pytest.mark.parametrize(("name", "control", "end"), ENDS, ids=lambda value: getattr(value, "name", value))
def test_a_control_at_its_end_is_the_job_at_its_end(name, control, end):
    explorer = JobExplorer(name)
    number = getattr(control, end)
    explorer.controls[control.name].set_state({"value": number})
    assert not error(explorer)
    assert explorer.run.outcome == JOBS[name].run(**{control.name: number}).outcome
    assert explorer.run.outcome.sentence in repr(explorer)


@pytest.mark.parametrize("name", JOBS)
def test_the_picture_has_every_step_and_the_stage_shows_one(name):
    explorer = JobExplorer(name)
    n_steps = explorer.run.trajectory.n_steps
    steps = {int(step) for step in re.findall(r'data-step="(\d+)"', explorer.stage.picture)}
    assert steps == set(range(n_steps)) and explorer.step.max == n_steps - 1
    for step in (0, n_steps - 1):
        explorer.step.set_state({"value": step})
        assert explorer._png()[:4] == b"\x89PNG" and not error(explorer)


def test_all_jobs_can_be_reached_from_one_explorer():
    explorer = JobExplorer("complete")
    for number, name in enumerate(JOBS):
        explorer.job.set_state({"index": number})
        assert explorer.job_now.name == name and not error(explorer)
        assert list(explorer.controls) == [control.name for control in JOBS[name].controls]
        assert repr(explorer) == repr(JobExplorer(name))


def test_another_job_begins_at_its_first_step():
    explorer = JobExplorer("latch")
    explorer.step.set_state({"value": 43})
    explorer.job.set_state({"index": 3})
    assert explorer.step.value == explorer.stage.step == 0 and explorer.step.max == 7


def test_the_number_box_and_the_slider_say_the_same():
    explorer = JobExplorer("latch")
    slider, box = explorer._room.children[0].children
    box.set_state({"value": 1.25})
    assert slider.value == 1.25 and explorer.run.network.weights["W_hh"].item() == 1.25
    slider.set_state({"value": 0.7999999999999998})  # what a browser sends for 0.8
    assert box.value == 0.8 and explorer.run.network.weights["W_hh"].item() == 0.8
    # an answer to the slider would come late and pull it back while it is being dragged
    assert slider.value == 0.7999999999999998


def test_the_graph_is_that_of_the_network_unless_it_has_too_many_arrows():
    assert JobExplorer("latch").stage.picture.count("data-ends=") == 3
    assert JobExplorer("lateral").stage.picture.count("data-ends=") == 5 + 25 + 5
    recall = JobExplorer("recall").stage.picture
    assert "data-ends=" not in recall and "all 625 weights" in recall


def test_the_stored_pictures_are_shown():
    explorer = JobExplorer("recall")
    explorer.controls["n_pictures"].set_state({"value": 8})
    assert [grid.title for grid in explorer.run.known] == ["T", "X", "O", "L", "H", "+", "I", "Z"]
    assert "its weights know" in explorer.stage.picture
    assert "its weights know" not in JobExplorer("latch").stage.picture


def test_a_failing_update_is_said_in_the_status_line_and_the_next_move_works(monkeypatch):
    explorer = JobExplorer("direct")
    monkeypatch.setattr(type(explorer.job_now), "run", lambda self, **_: 1 / 0)
    explorer.controls["decay"].set_state({"value": 0.5})
    assert "division by zero" in error(explorer)
    monkeypatch.undo()
    explorer.controls["decay"].set_state({"value": 0.6})
    assert not error(explorer)


@pytest.mark.parametrize("name", JOBS)
def test_shown_it_is_a_live_view_a_png_and_one_line(name):
    explorer = JobExplorer(name)
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"].startswith("iVBORw0KGgo")  # a PNG, as text
    assert bundle["text/plain"] == repr(explorer) and "\n" not in bundle["text/plain"]


def test_an_unknown_job_is_refused():
    with pytest.raises(ValueError, match="no job 'sideways'; choose a kind"):
        JobExplorer("sideways")

"""A prediction is committed once, kept on this computer, and comes back; nothing of the learner's is ever lost."""

import json

import pytest

from rnn_edu.practice import Experiment, Prediction, recall

QUESTION, CHOICES = "What becomes of a pulse?", ["it stays", "it fades", "it grows"]


def press(button):
    """Send the message that a click in the browser sends: `Button.click()` would swallow what goes wrong."""
    button._handle_custom_msg({"event": "click"}, [])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my-predictions.json"


def fade(path, **more):
    return Prediction("03-fade", QUESTION, CHOICES, truth=1, why="The loop's weight is below 1.", path=path, **more)


def test_a_choice_and_a_press_of_the_button_commit(path):
    prediction = fade(path)
    assert prediction.panel is prediction.panel
    prediction.choice.set_state({"index": 2})
    press(prediction.commit_button)
    assert prediction.committed == "it grows"
    assert prediction.choice.disabled
    assert prediction.commit_button.description == "Committed"
    assert not prediction.commit_button.disabled  # a button that goes away takes the keyboard's place with it
    assert "You predicted: it grows" in prediction.status.value
    assert json.loads(path.read_text()) == {"03-fade": {"question": QUESTION, "choice": "it grows"}}


def test_pressing_before_choosing_says_so_and_commits_nothing(path):
    prediction = fade(path)
    assert prediction.panel
    press(prediction.commit_button)
    assert "Nothing is chosen yet" in prediction.status.value
    assert prediction.committed is None
    assert not path.exists()


def test_a_committed_prediction_cannot_be_changed(path):
    prediction = fade(path)
    prediction.commit(0)
    prediction.commit(1)
    assert prediction.committed == "it stays"


def test_the_next_session_finds_it_again_frozen(path):
    fade(path).commit(1)
    again = fade(path)
    assert again.committed == "it fades"
    assert again.panel.children
    assert again.choice.disabled
    assert "Found in" in again.status.value


def test_predictions_of_several_lessons_share_the_file(path):
    fade(path).commit(0)
    Prediction("00-order", "How many?", ["1", "6"], path=path).commit("6")
    assert sorted(json.loads(path.read_text())) == ["00-order", "03-fade"]


@pytest.mark.parametrize("broken", ["not json {", '["a list"]', '{"03-fade": "no entry"}', "[" * 100_000])
def test_a_file_that_cannot_be_read_is_kept_beside_never_overwritten(path, broken):
    path.write_text(broken)
    prediction = fade(path)
    assert prediction.panel
    assert "cannot be read" in prediction.status.value or "is not a list" in prediction.status.value
    prediction.commit(0)
    assert (path.parent / "my-predictions.unreadable-1.json").read_text() == broken
    assert fade(path).committed == "it stays"


def test_where_nothing_can_be_written_the_prediction_lives_on_in_memory(path):
    path.mkdir()
    prediction = fade(path)
    assert prediction.panel
    prediction.commit(0)
    assert prediction.committed == "it stays"
    assert "until this notebook's kernel stops" in prediction.status.value
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file_whole(path, monkeypatch):
    fade(path).commit(0)
    before = path.read_text()

    def refuse(*_):
        raise PermissionError("read-only")

    monkeypatch.setattr("os.replace", refuse)
    Prediction("00-order", "How many?", ["1", "6"], path=path).commit(0)
    assert path.read_text() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("choices", [[], ["one"], ["same", "same"], ["", "b"]])
def test_choices_are_two_or_more_different_ones(choices):
    with pytest.raises(ValueError, match="two or more"):
        Prediction("key", "?", choices)


def test_a_truth_that_is_no_choice_is_refused():
    with pytest.raises(ValueError, match="truth=7"):
        Prediction("key", "?", ["a", "b"], truth=7)


def test_a_commitment_outside_the_choices_is_refused(path):
    with pytest.raises(ValueError, match="not one of the choices"):
        fade(path).commit("it dances")


def test_what_nbval_compares_does_not_depend_on_what_was_committed(path):
    before = fade(path)._repr_mimebundle_()["text/plain"]
    fade(path).commit(1)
    after = fade(path)._repr_mimebundle_()
    assert after["text/plain"] == before
    assert after["image/png"]


# ---- the experiment -------------------------------------------------------------------------------------------------


class Explorer:
    def __init__(self, panel):
        self.panel = panel


def explorer():
    import ipywidgets as widgets

    return Explorer(widgets.Label("the explorer"))


def test_the_experiment_is_locked_until_its_prediction_is_committed(path):
    prediction = fade(path)
    experiment = Experiment(prediction, explorer)
    assert experiment.explorer is None
    assert "Locked until you commit" in experiment.status.value
    prediction.commit(0)
    assert experiment.explorer.panel.value == "the explorer"
    assert "open" in experiment.status.value


def test_the_experiment_is_open_at_once_if_committed_in_an_earlier_session(path):
    fade(path).commit(0)
    assert Experiment(fade(path), explorer).explorer is not None


def test_a_prediction_committed_before_is_one_line_above_the_explorer_and_else_it_is_a_card(path):
    prediction = fade(path)
    early = Experiment(prediction, explorer)
    prediction.commit(0)
    late = Experiment(prediction, explorer)
    assert prediction.panel in early.panel.children
    assert prediction.panel not in late.panel.children
    for experiment in (early, late):
        assert f"You predicted: {prediction.committed}" in experiment.status.value


def test_an_explorer_that_fails_shows_its_error_and_can_be_tried_again(path):
    tries = []

    def fails_once():
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("no luck")
        return explorer()

    prediction = fade(path)
    experiment = Experiment(prediction, fails_once)
    prediction.commit(0)
    assert "no luck" in experiment.status.value
    assert 'role="status"' in experiment.status.value
    press(experiment.again)
    assert experiment.explorer is not None


def test_what_is_no_widget_is_named_in_the_status_line(path):
    prediction = fade(path)
    experiment = Experiment(prediction, lambda: 3)
    prediction.commit(0)
    assert "needs a widget" in experiment.status.value


# ---- looking back ---------------------------------------------------------------------------------------------------


def test_recall_sets_what_was_predicted_beside_what_came(path):
    prediction = fade(path)
    page = recall("Lesson 03", prediction)
    assert "did not commit" in page._page.value
    prediction.commit(0)
    assert "You predicted: it stays" in page._page.value
    assert "The experiment showed: it fades" in page._page.value
    assert "It came differently" in page._page.value
    assert "below 1" in page._page.value


def test_recall_says_when_it_came_as_predicted(path):
    fade(path).commit(1)
    assert "It came as you said" in recall("Lesson 03", fade(path))._page.value


def test_html_in_a_question_is_shown_and_not_run(path):
    prediction = Prediction("x", "<script>alert(1)</script>", ["<b>", "b"], truth="<i>", path=path)
    prediction.commit(0)
    page = recall("<u>", prediction)
    assert "<script>" not in page._page.value
    assert "<i>" not in page._page.value

"""Each lesson's experiment, opened and moved as a learner does: once by keyboard alone, once by mouse alone."""

import re

import pytest


def begin(open_lesson, name, experiment):
    """Run a lesson, and give it with the output of the cell that says `experiment`."""
    lesson = open_lesson(name)
    lesson.run_all()
    return lesson, lesson.output(experiment)


def commit_by_keyboard(lesson):
    """Choose the first prediction and commit it with Tab, the space bar and Enter."""
    card = lesson.output("lesson.prediction")
    card.get_by_role("radio").first.focus()
    lesson.page.keyboard.press("Space")
    for _ in range(card.get_by_role("radio").count()):  # Tab goes from choice to choice, and then to the button
        lesson.page.keyboard.press("Tab")
    assert lesson.page.evaluate("document.activeElement.innerText") == "Commit my prediction"
    lesson.page.keyboard.press("Enter")
    card.get_by_text("You predicted:").wait_for()
    assert lesson.page.evaluate("document.activeElement.innerText") == "Committed", "the keyboard lost its place"


def commit_by_mouse(lesson):
    """Choose the last prediction and commit it with two clicks."""
    card = lesson.output("lesson.prediction")
    card.get_by_role("radio").last.click()
    card.get_by_role("button", name="Commit my prediction").click()
    card.get_by_text("You predicted:").wait_for()


def stage(output):
    return output.locator(".rnn-stage").first


def assert_well(lesson):
    """No error anywhere, and no status line that says that something did not work."""
    lesson.assert_clean()
    assert not [text for text in lesson.statuses() if "did not work" in text]


def test_the_experiment_is_locked_until_the_prediction_is_committed(open_lesson):
    lesson, output = begin(open_lesson, "00_why_order_matters.ipynb", "Experiment(")
    output.get_by_text("Locked until you commit").wait_for()
    assert stage(output).count() == 0
    commit_by_mouse(lesson)
    stage(lesson.output("Experiment(")).wait_for()
    assert_well(lesson)


# ---- 00 ----------------------------------------------------------------------------------------------------


def test_lesson_00_by_keyboard(open_lesson):
    lesson, _ = begin(open_lesson, "00_why_order_matters.ipynb", "Experiment(")
    commit_by_keyboard(lesson)
    output = lesson.output("Experiment(")
    with lesson.changes(stage(output)):
        output.get_by_role("slider", name="loop weight").press("ArrowLeft")
    with lesson.changes(stage(output)):
        output.get_by_role("button", name="Shuffle").press("Enter")
    assert_well(lesson)


def test_lesson_00_by_mouse(open_lesson):
    lesson, _ = begin(open_lesson, "00_why_order_matters.ipynb", "Experiment(")
    commit_by_mouse(lesson)
    output = lesson.output("Experiment(")
    with lesson.changes(stage(output)):
        lesson.drag(output.get_by_role("slider", name="loop weight"), right=-60)
    with lesson.changes(stage(output)):
        output.get_by_role("button", name="Shuffle").click()
    assert_well(lesson)


# ---- 01 ----------------------------------------------------------------------------------------------------


def test_lesson_01_by_keyboard(open_lesson):
    lesson, _ = begin(open_lesson, "01_a_loop_needs_a_clock.ipynb", "Experiment(")
    commit_by_keyboard(lesson)
    output = lesson.output("Experiment(")
    output.get_by_role("button", name="Draw the arrow").press("Enter")
    give = output.get_by_role("button", name=re.compile("delay of"))
    give.wait_for()
    with lesson.changes(stage(output)):
        give.press("Enter")
    unrolled = output.locator(".rnn-stage").last
    with lesson.changes(unrolled):
        output.get_by_role("slider", name="delay of the arrow").press("ArrowRight")
    with lesson.changes(unrolled):
        output.get_by_role("slider", name="step").press("ArrowRight")
    assert_well(lesson)


def test_lesson_01_by_mouse(open_lesson):
    lesson, _ = begin(open_lesson, "01_a_loop_needs_a_clock.ipynb", "Experiment(")
    commit_by_mouse(lesson)
    output = lesson.output("Experiment(")
    stage(output).locator('[data-unit="y:0"]').click()
    stage(output).locator('[data-unit="h1:0"]').click()
    give = output.get_by_role("button", name=re.compile("delay of"))
    with lesson.changes(stage(output)):
        give.click()
    unrolled = output.locator(".rnn-stage").last
    with lesson.changes(unrolled):
        lesson.drag(output.get_by_role("slider", name="delay of the arrow"), right=100)
    assert_well(lesson)


# ---- 02 ----------------------------------------------------------------------------------------------------


def test_lesson_02_by_keyboard(open_lesson):
    """The first hidden neuron is joined to itself: pick it, pick it again, and answer the question about the delay."""
    lesson, board = begin(open_lesson, "02_four_kinds_of_feedback.ipynb", "WiringBoard()")
    neuron = stage(board).locator('[data-unit="h:0"]')
    neuron.focus()
    with lesson.changes(stage(board)):
        lesson.page.keyboard.press("Enter")
    lesson.page.keyboard.press("Enter")
    give = board.get_by_role("button", name=re.compile("delay of"))
    give.wait_for()
    with lesson.changes(stage(board)):
        give.press("Enter")
    board.get_by_text("This wiring has direct feedback.").first.wait_for()
    with lesson.changes(board.locator(".rnn-stage").last):
        board.get_by_role("slider", name="step").press("ArrowRight")
    assert_well(lesson)


def test_lesson_02_by_mouse(open_lesson):
    lesson, board = begin(open_lesson, "02_four_kinds_of_feedback.ipynb", "WiringBoard()")
    for source, target, named in (("h:0", "h:1", "lateral"), ("y:0", "h:2", "lateral and indirect")):
        for key in (source, target):
            stage(board).locator(f'[data-unit="{key}"]').click()
        board.get_by_role("button", name=re.compile("delay of")).click()
        board.get_by_text(f"This wiring has {named} feedback.").first.wait_for()
    with lesson.changes(stage(board)):
        board.get_by_role("button", name="Undo").click()
    commit_by_mouse(lesson)
    jobs = lesson.output("Experiment(")
    with lesson.changes(stage(jobs)):
        jobs.get_by_text("winner-take-all", exact=True).click()
    with lesson.changes(stage(jobs)):
        lesson.drag(jobs.locator(".noUi-handle").first, right=-60)
    assert_well(lesson)


# ---- 03 ----------------------------------------------------------------------------------------------------


def test_lesson_03_by_keyboard(open_lesson):
    lesson, _ = begin(open_lesson, "03_unrolling.ipynb", "Experiment(")
    commit_by_keyboard(lesson)
    output = lesson.output("Experiment(")
    for name, key in (("its number", "ArrowLeft"), ("number of steps", "ArrowRight"), ("step", "ArrowLeft")):
        with lesson.changes(stage(output)):
            output.get_by_role("slider", name=name, exact=True).press(key)
    assert_well(lesson)


def test_lesson_03_by_mouse(open_lesson):
    lesson, _ = begin(open_lesson, "03_unrolling.ipynb", "Experiment(")
    commit_by_mouse(lesson)
    output = lesson.output("Experiment(")
    with lesson.changes(stage(output)):
        lesson.drag(output.get_by_role("slider", name="its number"), right=-60)
    with lesson.changes(stage(output)):
        stage(output).locator('[data-unit^="h:0:1"]').click()
    assert_well(lesson)


def test_an_answer_is_judged_in_the_lesson_itself(open_lesson):
    """The learner replaces `...`, runs the cell, and reads a word, not an error."""
    lesson, output = begin(open_lesson, "02_four_kinds_of_feedback.ipynb", "lesson.half_life.check(")
    output.get_by_text("Not tried").wait_for()
    editor = output.locator("xpath=ancestor::div[@data-windowed-list-index]").locator(".cm-content").first
    editor.click()
    lesson.page.keyboard.press("Control+a")
    lesson.page.keyboard.type("lesson.half_life.check(lambda k: 0.5 / k)")
    lesson.page.keyboard.press("Shift+Enter")
    output.get_by_text("Not yet").wait_for()
    lesson.assert_clean()


@pytest.mark.parametrize("name", ["00_why_order_matters.ipynb", "03_unrolling.ipynb"])
def test_the_quiz_answers_in_words(open_lesson, name):
    lesson, quiz = begin(open_lesson, name, "lesson.quiz")
    quiz.get_by_role("radio").first.click()
    quiz.get_by_role("button", name="Check my answers").click()
    quiz.get_by_text(re.compile("(is|are) right")).first.wait_for()
    assert_well(lesson)

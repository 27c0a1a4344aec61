"""Lesson 06's experiment in a real browser: once by keyboard alone, once by mouse alone."""

from browser.test_lessons import assert_well, begin, commit_by_keyboard, commit_by_mouse, stage

NAME = "06_cliffs_clipping_and_a_good_start.ipynb"
FOCUSED = "document.activeElement.dataset.unit"


def test_lesson_06_by_keyboard(open_lesson):
    """The arrow keys move the start on the map, again and again, and the keyboard goes along."""
    lesson, _ = begin(open_lesson, NAME, "Experiment(")
    commit_by_keyboard(lesson)
    output = lesson.output("Experiment(")
    land = stage(output)
    land.locator('[data-unit="at:64:10"]').focus()
    for key, place in (("ArrowUp", "at:64:11"), ("ArrowUp", "at:64:12"), ("ArrowRight", "at:65:12")):
        with lesson.changes(land):
            lesson.page.keyboard.press(key)
        assert lesson.page.evaluate(FOCUSED) == place
    output.get_by_text("From w = 2.25, b = -0.4").wait_for()
    with lesson.changes(land):
        output.get_by_role("slider", name="learning rate").press("ArrowRight")
    with lesson.changes(land):
        output.get_by_role("slider", name="step", exact=True).press("ArrowRight")
    land.locator('[data-step="1"]:not([display="none"])').wait_for()
    assert_well(lesson)


def test_lesson_06_by_mouse(open_lesson):
    lesson, _ = begin(open_lesson, NAME, "Experiment(")
    commit_by_mouse(lesson)
    output = lesson.output("Experiment(")
    land, charts = stage(output), output.locator(".rnn-stage").last
    with lesson.changes(charts):
        output.get_by_role("button", name="by norm").click()
    output.get_by_text("3 of 41 gradients were clipped").wait_for()
    with lesson.changes(land):
        land.locator('[data-unit="spot:4:2"]').click()
    output.get_by_text("From w = 0.1, b = -0.6").wait_for()
    land.evaluate("stage => stage.scrollIntoView({block: 'center'})")
    with lesson.changes(land):
        lesson.drag(output.get_by_role("slider", name="steps of the sequence"), right=40)
    with lesson.changes(land.locator('[data-step="0"]').first):  # the first moment goes out of sight
        output.get_by_role("button", name="play or pause").first.click()
    starts = lesson.output("rnn.StartExplorer()")
    with lesson.changes(stage(starts)):
        lesson.drag(starts.get_by_role("slider", name="loudness of the input"), right=60)
    assert_well(lesson)

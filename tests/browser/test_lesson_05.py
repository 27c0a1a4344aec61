"""Lesson 05's experiment, opened and moved as a learner does: once by keyboard alone, once by mouse alone."""

import re

from browser.test_lessons import assert_well, begin, commit_by_keyboard, commit_by_mouse, stage

NAME = "05_why_it_explodes_or_fades.ipynb"


def verdict(output):
    return output.locator(".rnn-twin").first


def test_by_keyboard(open_lesson):
    lesson, _ = begin(open_lesson, NAME, "Experiment(")
    commit_by_keyboard(lesson)
    output = lesson.output("Experiment(")
    for name in ("spectral radius", "input drive", "length", "seed", "look back k ="):
        with lesson.changes(stage(output)):
            output.get_by_role("slider", name=name, exact=True).press("ArrowRight")
    with lesson.changes(stage(output)):
        output.get_by_role("button", name="quiet input").press("Enter")
    verdict(output).get_by_text("explodes: of an error of 1, 4e8 is left 49 steps back").wait_for()
    with lesson.changes(stage(output)):
        output.get_by_role("button", name="loud input").press("Enter")
    verdict(output).get_by_text("fades").wait_for()
    output.get_by_role("button", name="Show the numbers").press("Space")
    output.get_by_role("table").get_by_role("rowheader", name="49", exact=True).wait_for()
    assert_well(lesson)


def test_by_mouse(open_lesson):
    lesson, _ = begin(open_lesson, NAME, "Experiment(")
    commit_by_mouse(lesson)
    output = lesson.output("Experiment(")
    with lesson.changes(stage(output)):
        lesson.drag(output.get_by_role("slider", name="input drive"), right=60)
    with lesson.changes(stage(output)):
        stage(output).locator('[data-cell="lag:61"]').click()
    verdict(output).get_by_text(re.compile("61 steps back")).wait_for()
    box = output.get_by_role("spinbutton", name="look back k =").element_handle()
    lesson.page.wait_for_function("box => box.value === '61'", arg=box)  # pointing at it is read out too, and sooner
    assert_well(lesson)


def test_the_arrow_keys_walk_through_the_picture(open_lesson):
    lesson, _ = begin(open_lesson, NAME, "Experiment(")
    commit_by_mouse(lesson)
    output = lesson.output("Experiment(")
    stage(output).locator('[data-cell="lag:20"]').focus()
    with lesson.changes(verdict(output)):
        lesson.page.keyboard.press("ArrowRight")
    verdict(output).get_by_text(re.compile("22 steps back")).wait_for()  # fifty places for a hundred steps
    assert_well(lesson)

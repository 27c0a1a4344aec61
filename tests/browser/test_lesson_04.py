"""Lesson 04's experiment in a real browser: once by keyboard alone, once by mouse alone."""

from browser.test_lessons import assert_well, begin, commit_by_keyboard, commit_by_mouse, stage

NAME = "04_the_error_travels_back.ipynb"


def test_lesson_04_by_keyboard(open_lesson):
    """Along the arrows, backwards: from the last circle onto its loop's arrow, which Enter takes apart."""
    lesson, _ = begin(open_lesson, NAME, "Experiment(")
    commit_by_keyboard(lesson)
    output = lesson.output("Experiment(")
    graph, below = stage(output), output.locator(".rnn-stage").last
    graph.locator('[data-unit="h:0:5"]').focus()
    lesson.page.keyboard.press("ArrowLeft")
    focused = "document.activeElement.getAttribute('aria-label')"
    assert lesson.page.evaluate(focused).startswith("arrow h₀ → h₀ at step 5, carries back")
    with lesson.changes(below):
        lesson.page.keyboard.press("Enter")
    below.get_by_text("What the arrow h₀(4) → h₀(5) carries back").wait_for()
    assert lesson.page.evaluate(focused).startswith("arrow h₀ → h₀ at step 5"), "the keyboard lost its place"
    with lesson.changes(graph):
        output.get_by_role("slider", name="its number").press("ArrowLeft")
    with lesson.changes(graph):
        output.get_by_role("slider", name="moment").press("ArrowLeft")
    with lesson.changes(below):
        output.get_by_role("slider", name="number of steps").press("ArrowLeft")
    assert_well(lesson)


def click_on_line(lesson, line):
    """Click on the middle of a level line, which has no height to click on by itself."""
    line.evaluate("line => line.closest('svg').scrollIntoView({block: 'center'})")
    box = line.evaluate("line => { const {x, y, width} = line.getBoundingClientRect(); return {x, y, width}; }")
    lesson.page.mouse.click(box["x"] + box["width"] / 2, box["y"])


def test_lesson_04_by_mouse(open_lesson):
    lesson, _ = begin(open_lesson, NAME, "Experiment(")
    commit_by_mouse(lesson)
    output = lesson.output("Experiment(")
    graph, below = stage(output), output.locator(".rnn-stage").last
    with lesson.changes(below):
        click_on_line(lesson, graph.locator('[data-arrow^="h:0:2<h:0:1"] .rnn-hit'))
    below.get_by_text("What the arrow h₀(1) → h₀(2) carries back").wait_for()
    with lesson.changes(below):
        graph.locator('[data-unit="h:0:4"]').click()
    below.get_by_text("Where the gradient of h₀(4) comes from").wait_for()
    with lesson.changes(graph):
        lesson.drag(output.get_by_role("slider", name="the output is too high by"), right=-60)
    for view in ("activity", "both"):
        with lesson.changes(graph):
            output.get_by_text(view, exact=True).click()
    with lesson.changes(graph):
        output.get_by_label("network", exact=True).select_option("complete feedback")
    output.get_by_role("button", name="Show the numbers").click()
    output.get_by_text("gradient of every neuron at every step").wait_for()
    assert_well(lesson)

"""The stage in a real browser: the keyboard finds every picture, and a new picture takes nothing from the learner."""

import nbformat
import pytest

CELLS = (
    "import numpy as np, rnn_edu as rnn",
    "network = rnn.Network.random(rnn.elman(2, 3, 1), rng=1)",
    "explorer = rnn.NetworkExplorer(network, np.ones((5, 2)), target=np.zeros((5, 1)))\nexplorer",
)
FOCUSED = "document.activeElement.dataset.unit ?? document.activeElement.dataset.cell ?? null"
LIT = (
    "stage => [...stage.querySelectorAll('.rnn-view-unrolled [data-kind]')].filter(a => !a.closest('[opacity]')).length"
)


@pytest.fixture
def stage(lab, open_lesson):
    """The explorer's stage, and the page that it is on."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("\n".join(CELLS))])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, lab.folder / "stage.ipynb")
    lesson = open_lesson("stage.ipynb")
    lesson.page.set_viewport_size({"width": 1280, "height": 1500})
    lesson.run_all()
    found = lesson.page.locator(".rnn-stage").first
    found.locator(".rnn-view-unrolled").wait_for()
    yield found
    lesson.assert_clean()
    assert not [text for text in lesson.statuses() if "did not work" in text]
    (lab.folder / "stage.ipynb").unlink()


def wait_lit(stage, number):
    stage.page.wait_for_function(f"number => ({LIT})(document.querySelector('.rnn-stage')) === number", arg=number)


def test_every_picture_is_one_stop_for_tab_and_the_arrow_keys_go_on_from_there(stage):
    page = stage.page
    assert stage.evaluate(
        "s => [...s.querySelectorAll('svg')].map(p => p.querySelectorAll('[tabindex=\"0\"]').length)"
    ) == [
        1,
        1,
        1,
    ]
    stage.locator('[data-unit="x:0"]').focus()
    for key, expected in (("ArrowUp", "h:0"), ("ArrowRight", "h:1"), ("ArrowUp", "y:0")):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == expected
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "h:0<x:0"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == "h:0<x:1"
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "x:0:0"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED) == "h:0<x:1"  # the picture remembers where one was


def test_enter_selects_in_all_views_and_the_keyboard_stays_where_it_was(stage):
    page = stage.page
    everything = stage.evaluate(LIT)
    stage.locator('[data-unit="h:1:2"]').focus()
    page.keyboard.press("Enter")
    wait_lit(stage, 2 + 3 + 3 + 1)  # from the inputs, from the past, to the future, to the output
    assert page.evaluate(FOCUSED) == "h:1:2"
    page.get_by_text("h₁(2) =").wait_for()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == "h:2:2"
    page.keyboard.press("Escape")
    wait_lit(stage, everything)
    assert page.evaluate(FOCUSED) == "h:2:2"


def test_a_click_selects_and_a_click_beside_everything_lets_go(stage):
    everything = stage.evaluate(LIT)
    stage.locator('[data-unit="y:0:4"]').click()
    wait_lit(stage, 3)
    box = stage.locator(".rnn-view-unrolled svg").bounding_box()
    stage.page.mouse.click(box["x"] + 3, box["y"] + 3)
    wait_lit(stage, everything)


def test_pointing_tells_and_a_still_pointer_tells_nothing_new(stage):
    page = stage.page
    stage.locator('[data-unit="h:0:1"]').hover()
    page.get_by_text("h 0 at step 1: activity").wait_for()
    stage.locator('[data-unit="h:2:3"]').focus()  # by the keyboard, while the pointer rests on h:0:1
    page.keyboard.press("Enter")
    wait_lit(stage, 9)
    page.get_by_text("h₂(3) =").wait_for()
    assert page.get_by_text("h₀(1) =").count() == 0


def test_the_step_moves_in_the_browser_while_python_is_busy(stage):
    page = stage.page
    shown = "document.querySelector('.rnn-view-folded [data-unit=\"h:0\"] [data-step]:not([display])').dataset.step"
    page.evaluate(
        "() => { window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel"
        ".requestExecute({code: 'import time; time.sleep(3)'}) }"
    )
    for step in ("1", "2", "3"):
        page.get_by_role("slider", name="step").press("ArrowRight")
        page.wait_for_function(f"() => {shown} === '{step}'", timeout=1000)
    assert page.locator("text.rnn-now").first.text_content() == "step 3"


def test_a_new_picture_leaves_the_stage_scrolled_as_it_was(stage):
    page = stage.page
    stage.evaluate(
        "s => { s.style.width = '300px'; s.querySelectorAll('svg').forEach(p => p.style.maxWidth = 'none') }"
    )
    page.add_style_tag(content=".rnn-stage svg { max-width: none !important }")
    stage.evaluate("s => s.scrollTo(120, 0)")
    stage.locator('[data-unit="h:1:2"]').dispatch_event("click")
    wait_lit(stage, 9)
    assert stage.evaluate("s => s.scrollLeft") == 120


def test_every_control_has_a_name_and_what_is_spoken_has_a_frame_that_stays(stage):
    page = stage.page
    for role in ("slider", "spinbutton"):
        page.get_by_role(role, name="step", exact=True).wait_for()
    assert page.get_by_role("button", name="play or pause").count() == 1
    frame = page.locator(".widget-html-content[aria-live=polite]").filter(has_text="2 inputs x")
    frame.evaluate("element => { element.dataset.same = 'yes' }")
    stage.locator('[data-unit="h:1:2"]').click()
    wait_lit(stage, 9)
    frame.get_by_text("selected: h 1 at step 2").wait_for()
    assert frame.get_attribute("data-same") == "yes"

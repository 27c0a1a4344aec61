"""What the browser makes of changes and of pictures sent ahead is what Python drew."""

import nbformat
import pytest

MAKE = {
    "JobExplorer": 'shown = rnn.JobExplorer("latch"); stages = [shown.stage]',
    "UnrollingExplorer": "shown = rnn.UnrollingExplorer(); stages = [shown.stage]",
    "ClockExplorer": 'shown = rnn.ClockExplorer(); shown.draw("y:0", "h1:0", 1); stages = shown.folded, shown.unrolled',
    "FlowExplorer": "shown = rnn.FlowExplorer(); stages = [shown.stage]",
    "WiringBoard": 'shown = rnn.WiringBoard(); shown.draw("h:0", "h:0", delay=1); stages = list(shown.views.stages)',
}
CONTROL = {
    "JobExplorer": ("slider", "weight of the loop", "ArrowLeft", "ArrowRight"),
    "UnrollingExplorer": ("slider", "its number", "ArrowLeft", "ArrowRight"),
    "ClockExplorer": ("slider", "delay of the arrow", "ArrowLeft", "ArrowRight"),
    "FlowExplorer": ("slider", "spectral radius", "ArrowLeft", "ArrowRight"),
    "WiringBoard": ("spinbutton", "weight", "ArrowDown", "ArrowUp"),
}
DRAWN = "() => [...document.querySelectorAll('.rnn-stage')].map(stage => stage.innerHTML)"


@pytest.mark.parametrize("explorer", MAKE)
def test_after_many_moves_the_browser_shows_what_python_drew(explorer, lab, open_lesson):
    cells = ["import rnn_edu as rnn", f"{MAKE[explorer]}\nshown"]
    # a picture sent whole is built anew from its text: nothing of the changes before is left in it
    cells += ["[stage.whole for stage in stages]", "for stage in stages:\n    stage.whole = True"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    name = f"pictures-{explorer.lower()}.ipynb"
    nbformat.write(notebook, lab.folder / name)
    lesson = open_lesson(name)
    page = lesson.page
    page.set_viewport_size({"width": 1280, "height": 1500})
    for number in (0, 1):
        run_cell(lesson, number)
    role, words, *keys = CONTROL[explorer]
    control = page.get_by_role(role, name=words, exact=True).first
    control.wait_for()
    page.locator(".rnn-stage svg").first.wait_for()
    before = page.evaluate(DRAWN)
    for key in keys * 2 + [keys[0]] * 3 + [keys[1]] * 2:
        control.press(key)
        page.wait_for_timeout(60)
    lesson._await_idle()
    page.wait_for_timeout(300)
    shown = page.evaluate(DRAWN)
    assert shown != before
    run_cell(lesson, 2)
    run_cell(lesson, 3)
    page.wait_for_timeout(300)
    assert page.evaluate(DRAWN) == shown
    outputs = lesson.cells()[2]["outputs"][0]["data"]["text/plain"]
    assert "True" not in "".join(outputs)  # the browser counted as many nodes as Python did
    assert not lesson.complaints
    assert not [text for text in lesson.statuses() if "did not work" in text]
    (lab.folder / name).unlink()


def run_cell(lesson, number):
    """Run one cell and wait for its end."""
    lesson.page.evaluate(f"window.jupyterapp.shell.currentWidget.content.activeCellIndex = {number}")
    lesson.page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell')")
    lesson._await_idle()

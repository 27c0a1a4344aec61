"""`make lessons`: what it stores is the same each time, and nothing is stored when a lesson stops."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from run_lessons import METADATA, main

CODE = """
import ipywidgets
from IPython.display import Image, display

class Shown:
    def _repr_mimebundle_(self, **_):
        return {"text/plain": "one fact shown", **ipywidgets.IntText()._repr_mimebundle_()}

print("first"); print("second")
display(Shown())
ipywidgets.IntSlider()
"""


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "00_trial.ipynb"
    cells = [new_markdown_cell("# 00 · Trial"), new_code_cell("1 + 1"), new_code_cell(CODE)]
    cells[1].metadata = {"tags": ["exercise"], "trusted": True, "execution": {"iopub.status.busy": "2026"}}
    notebook = json.loads(
        nbformat.writes(
            new_notebook(cells=cells, metadata={"widgets": {}, "language_info": {"name": "python", "version": "3.9.9"}})
        )
    )
    del notebook["cells"][1]["id"]
    path.write_text(json.dumps(notebook))
    return path


def test_running_a_lesson_twice_gives_no_difference(lesson, capsys):
    assert main([str(lesson)]) == 0
    first = lesson.read_bytes()
    assert main([str(lesson)]) == 0
    assert lesson.read_bytes() == first
    assert capsys.readouterr().out.splitlines() == ["00_trial.ipynb: stored", "00_trial.ipynb: no change"]


def test_what_is_stored_has_outputs_and_nothing_of_the_run(lesson):
    main([str(lesson)])
    notebook = nbformat.read(lesson, as_version=4)
    nbformat.validate(notebook)
    _, first, second = notebook.cells
    assert (first.execution_count, second.execution_count) == (1, 2)
    assert first.outputs[0].data == {"text/plain": "2"}
    assert first.metadata == {"tags": ["exercise"]}
    assert second.outputs[0].text == "first\nsecond\n"
    assert all(set(output.data) == {"text/plain"} for output in second.outputs[1:])
    assert {name: notebook.metadata[name] for name in METADATA} == METADATA
    assert set(notebook.metadata) == {*METADATA, "edition"}


def test_the_edition_follows_what_the_lesson_says_and_not_its_outputs(lesson):
    editions = []
    for old, new in (("", ""), ("first", "erster"), ("# 00 · Trial", "# 00 · Another")):
        lesson.write_text(lesson.read_text().replace(old, new) if old else lesson.read_text())
        main([str(lesson)])
        editions.append(nbformat.read(lesson, as_version=4).metadata.edition)
    assert len(set(editions)) == 3


def test_a_lesson_that_stops_is_not_stored(lesson, capsys):
    lesson.write_text(lesson.read_text().replace("1 + 1", "1 / 0"))
    before = lesson.read_bytes()
    assert main([str(lesson)]) == 1
    assert lesson.read_bytes() == before
    assert "ZeroDivisionError" in capsys.readouterr().err

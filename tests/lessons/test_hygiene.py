"""Every lesson has the same form, defines no machinery, and is stored so that it reads well everywhere."""

import ast
import re

import nbformat
import pytest
from lessons.lesson import LESSONS, NOTEBOOKS, Lesson, text_of
from run_lessons import METADATA, WIDGET_VIEW, edition_of

SECTIONS = (
    "Question",
    "Predict",
    "Picture",
    "Equation",
    "Numbers",
    "Explore",
    "Explain",
    "Exercises",
    "Quiz",
    "What would change your mind?",
    "Summary",
    "Bonus",
)
THIS_MACHINE = re.compile(r"/(?:home|root|tmp|Users|usr|opt|var|work)/|\b[A-Z]:\\|\bat 0x[0-9a-f]+", re.IGNORECASE)
IMAGE = re.compile(r"!\[(?P<seen>[^\]]*)\]\((?P<file>[^)\s]*)|<img\b(?P<html>[^>]*)>")


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request) -> Lesson:
    return Lesson(request.param)


def imported(source: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}


def test_the_lessons_are_there_and_numbered_without_a_gap():
    assert [path.name[:3] for path in LESSONS] == [f"{number:02d}_" for number in range(len(LESSONS))]
    assert len(LESSONS) >= 4


def test_the_name_is_plain_and_the_first_line_is_number_and_title(lesson):
    assert re.fullmatch(r"\d\d(_[a-z0-9]+)+", lesson.path.stem)
    first = lesson.notebook.cells[0]
    assert first.cell_type == "markdown"
    assert re.match(rf"# {lesson.number} · \S.*\n\n\S", first.source), "`# NN · Title`, then what this lesson is"


def test_the_sections_come_in_the_form_of_all_lessons_with_their_minutes(lesson):
    parts = [re.fullmatch(r"(.+) \((\d+) min\)", heading) for heading in lesson.headings]
    assert None not in parts, f"each heading is `## Name (N min)`: {lesson.headings}"
    assert tuple(part[1] for part in parts) == SECTIONS
    assert 40 <= sum(int(part[2]) for part in parts if part[1] != "Bonus") <= 50


def test_there_are_two_exercises_and_they_are_in_their_section(lesson):
    section, count = "", 0
    for cell in lesson.notebook.cells:
        if cell.cell_type == "markdown":
            section = (re.findall(r"^## +(.+?) \(", cell.source, re.MULTILINE) or [section])[-1]
        elif "exercise" in cell.metadata.get("tags", []):
            assert section in ("Exercises", "Bonus")
            count += 1
    assert count >= 2


def test_only_the_learners_own_exercises_define_something(lesson):
    for cell in lesson.code:
        defined = [
            node.name
            for node in ast.walk(ast.parse(cell.source))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]
        assert not defined or "exercise" in cell.metadata.get("tags", []), defined


def test_code_cells_are_short_and_import_only_the_package_and_numpy(lesson):
    for cell in lesson.code:
        assert len(cell.source.splitlines()) <= 20, cell.source
        assert {name.split(".")[0] for name in imported(cell.source)} <= {"rnn_edu", "numpy"}


def test_every_cell_is_compared(lesson):
    for cell in lesson.notebook.cells:
        assert set(cell.metadata) <= {"tags"}
        assert set(cell.metadata.get("tags", [])) <= {"exercise"}
        assert "NBVAL" not in cell.source.upper()


def test_the_lesson_was_run_from_top_to_bottom(lesson):
    assert [cell.execution_count for cell in lesson.code] == list(range(1, len(lesson.code) + 1))


def test_nothing_went_wrong_in_any_cell(lesson):
    assert [output for output in lesson.outputs if output.output_type == "error"] == []
    assert [output.text for output in lesson.outputs if output.get("name") == "stderr"] == []


def test_what_is_stored_is_in_the_form_that_make_lessons_gives(lesson):
    nbformat.validate(lesson.notebook)
    assert lesson.notebook.metadata == {**METADATA, "edition": edition_of(lesson.notebook.cells)}, "run `make lessons`"
    assert [output for output in lesson.outputs if WIDGET_VIEW in output.get("data", {})] == []
    assert lesson.path.stat().st_size <= 2_000_000


def test_nothing_stored_depends_on_the_machine(lesson):
    said = "\n".join([*map(text_of, lesson.outputs), *(cell.source for cell in lesson.notebook.cells)])
    assert THIS_MACHINE.findall(said) == []


def test_every_stored_picture_says_its_facts_in_words(lesson):
    for output in lesson.outputs:
        data = output.get("data", {})
        if "image/png" in data or "image/svg+xml" in data:
            assert len(data.get("text/plain", "").split()) >= 3
            assert not data["text/plain"].startswith("<")


def test_every_image_in_the_text_has_words_and_lies_beside_the_lesson(lesson):
    for image in IMAGE.finditer(lesson.text):
        assert image["html"] is None, "write ![what one sees](file)"
        assert len(image["seen"].split()) >= 3, image[0]
        assert (NOTEBOOKS / image["file"]).is_file() or image["file"].startswith("attachment:"), image[0]


@pytest.mark.parametrize("said", ["/home/ann/x.py", r"C:\Users", "<Figure at 0x7f00aa>", "/tmp/pytest", "/Users/ann"])
def test_a_trace_of_the_machine_is_seen(said):
    assert THIS_MACHINE.search(said)
    assert not THIS_MACHINE.search("h/t and W_hh: input/output, 3:1")

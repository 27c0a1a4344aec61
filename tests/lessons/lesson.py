"""A lesson as the tests see it: its cells, the headings in its text, and the claims that the text marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))


@dataclass(frozen=True)
class Lesson:
    path: Path

    @cached_property
    def notebook(self) -> nbformat.NotebookNode:
        return nbformat.read(self.path, as_version=4)

    @property
    def number(self) -> str:
        return self.path.name[:2]

    @property
    def code(self) -> list[nbformat.NotebookNode]:
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    @property
    def text(self) -> str:
        return "\n\n".join(cell.source for cell in self.notebook.cells if cell.cell_type == "markdown")

    @property
    def outputs(self) -> Iterator[nbformat.NotebookNode]:
        return (output for cell in self.code for output in cell.outputs)

    @property
    def headings(self) -> list[str]:
        return re.findall(r"^## +(.+?) *$", self.text, re.MULTILINE)

    @property
    def claims(self) -> list[str]:
        return re.findall(r"<!-- *claim: *(.*?) *-->", self.text)


def text_of(output: nbformat.NotebookNode) -> str:
    """All that an output says in words."""
    texts = [text for kind, text in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join([*map(str, texts), str(output.get("text", ""))])

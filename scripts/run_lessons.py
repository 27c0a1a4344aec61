"""Run the lessons from the first cell to the last, and store them in one form: twice gives no difference.

    python scripts/run_lessons.py [LESSON ...]        (no lesson named: all of them; this is `make lessons`)

A stored lesson has its outputs (nbval compares them) and nothing that depends on the run: no times, no versions, no
widget state and no widget views (without their kernel they show an error, and the PNG beside them does not). Its
edition is in its metadata, so that `rnn-edu` can tell a newer lesson from one that the learner has worked in.
It runs in a folder of its own, a copy, so that nothing is left in `notebooks/` and no old prediction is found there.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from rnn_edu.lessons_folder import copy_lessons

LESSONS = Path(__file__).resolve().parent.parent / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
    "license": "CC-BY-4.0",
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def with_ids(cells: list[dict[str, Any]]) -> None:
    """Give each cell that has no id one made from its text; an id that is there stays, so differences stay small."""
    taken = {cell.get("id") for cell in cells}
    for place, cell in enumerate(cells):
        if not cell.get("id"):
            text = "".join(cell["source"])
            name = hashlib.sha256(text.encode()).hexdigest()[:8]
            cell["id"] = name if name not in taken else f"{name}-{place}"
            taken.add(cell["id"])


def edition_of(cells: list[dict[str, Any]]) -> str:
    """Name what the lesson says and asks: the same whatever a learner's machine writes into the outputs."""
    said = [[cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])] for cell in cells]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Remove whatever depends on the run, and count the code cells from 1."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": sorted(tags)} if tags else {})
        cell.source = cell.source.rstrip()
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
            output.get("data", {}).pop(WIDGET_VIEW, None)
            output.get("metadata", {}).pop(WIDGET_VIEW, None)
    notebook.metadata["edition"] = edition_of(notebook.cells)


def run(path: Path) -> bool:
    """Run one lesson and store it; say whether the file changed."""
    before = path.read_text(encoding="utf-8")
    raw = json.loads(before)
    with_ids(raw["cells"])
    raw["nbformat"], raw["nbformat_minor"] = 4, 5
    notebook = nbformat.from_dict(raw)
    for cell in notebook.cells:
        cell.source = "".join(cell.source)
    with tempfile.TemporaryDirectory() as folder:
        copy_lessons(path.parent, Path(folder), "now")
        execute(notebook, folder)
    normalise(notebook)
    nbformat.validate(notebook)
    after = nbformat.writes(notebook) + "\n"
    if after != before:
        path.write_text(after, encoding="utf-8", newline="\n")
    return after != before


def execute(notebook: nbformat.NotebookNode, folder: str) -> None:
    """Run all cells with the folder as the place where the lesson lies."""
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": folder}},
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
    )
    client.execute()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run the lessons and store their outputs.")
    parser.add_argument("lessons", nargs="*", type=Path, help="notebooks (all of notebooks/ if none is named)")
    failed = 0
    for path in parser.parse_args(arguments).lessons or sorted(LESSONS.glob("*.ipynb")):
        try:
            print(f"{path.name}: {'stored' if run(path) else 'no change'}", flush=True)
        except CellExecutionError as error:
            failed += 1
            print(f"{path.name}: stopped by an error, nothing stored\n{error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""The learner's predictions on disk: one small JSON file in the current folder, and nothing leaves the machine.

The file maps a prediction's key to {"question": ..., "choice": ...}. It is written to a temporary file and then
renamed, so it is never half-written. A file that cannot be read is never overwritten: it is kept under another name.
"""

import json
import os
import tempfile
from pathlib import Path

FILE_NAME = "my-predictions.json"
Entries = dict[str, dict[str, str]]


def recall_choice(path: Path, key: str) -> tuple[str | None, str]:
    """What was committed under this key (None: nothing yet), and a sentence if the file could not be read."""
    entries, problem = read(path)
    return entries.get(key, {}).get("choice"), problem


def read(path: Path) -> tuple[Entries, str]:
    """All predictions in the file, and a sentence about what is wrong with it, empty if all is well."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError, RecursionError):
        return {}, f"`{path.name}` cannot be read, so earlier predictions are not shown."
    if _sound(entries):
        return entries, ""
    return {}, f"`{path.name}` is not a list of predictions, so earlier ones are not shown."


def keep(path: Path, key: str, question: str, choice: str) -> str:
    """Add one prediction to the file, and say in a sentence where it is now, also if the file cannot be written."""
    try:
        aside = ""
        entries, problem = read(path)
        if problem:
            if path.is_dir():
                raise IsADirectoryError
            aside = f" The old file could not be read; it is kept as `{_move_aside(path).name}`."
        _write(path, {**entries, key: {"question": question, "choice": choice}})
    except OSError:
        return f"It is kept only until this notebook's kernel stops: `{path.name}` could not be written in this folder."
    return f"Kept in `{path.name}` on this computer.{aside}"


def _sound(entries: object) -> bool:
    return isinstance(entries, dict) and all(
        isinstance(entry, dict) and isinstance(entry.get("choice"), str) for entry in entries.values()
    )


def _move_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}.unreadable-{number}{path.suffix}")).exists():
        number += 1
    os.replace(path, aside)
    return aside


def _write(path: Path, entries: Entries) -> None:
    path = path.resolve()
    text = json.dumps(entries, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise

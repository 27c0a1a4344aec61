"""The learner's own folder of lessons: filled once, refreshed later, and never a file of the learner's touched."""

import hashlib
import json
import os
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).resolve().parent
OWN_NOTES = "my-predictions.json"  # what one who works in the lessons leaves behind


class Copied(NamedTuple):
    """What was done, as file names relative to the folder."""

    new: tuple[str, ...]
    kept: tuple[str, ...]
    newer: tuple[str, ...]


def find_lessons(package: Path = PACKAGE) -> Path:
    """Say where the lessons lie: inside an installed package, or beside it in a checkout."""
    for place in (package / "lessons", package.parent / "notebooks"):
        if any(place.glob("*.ipynb")):
            return place
    raise FileNotFoundError(f"There are no lessons in {package} or beside it: install rnn_edu again.")


def lesson_files(lessons: Path) -> list[Path]:
    """List what a learner gets, relative to `lessons`: every file but hidden ones and somebody's own predictions."""
    files = (path.relative_to(lessons) for path in sorted(lessons.rglob("*")) if path.is_file())
    files = (file for file in files if file.name != OWN_NOTES)
    return [file for file in files if not any(part.startswith((".", "__pycache__")) for part in file.parts)]


def edition(content: bytes) -> str:
    """Name the edition of a lesson: a learner who runs it, or writes into it, still has the same edition.

    A notebook carries its edition in its metadata, which every editor keeps; any other file is its own edition.

    >>> edition(b'{"cells": [], "metadata": {"edition": "1f3a"}}')
    '1f3a'
    """
    try:
        return str(json.loads(content)["metadata"]["edition"])
    except (ValueError, TypeError, LookupError, RecursionError):
        return hashlib.sha256(content).hexdigest()


def copy_lessons(lessons: Path, folder: Path, version: str) -> Copied:
    """Copy the lessons into a folder, which is made if need be; nothing in it is overwritten or deleted.

    A lesson of which the folder has an older edition is put beside it, as ``02_name.newer-VERSION.ipynb``.
    Everything is looked at before the first file is written. Raises OSError with one sentence for the learner.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder: name another one, or one that does not exist yet.")
    plan = [(file, _place(lessons / file, folder / file, version)) for file in lesson_files(lessons)]
    new: list[str] = []
    kept: list[str] = []
    newer: list[str] = []
    for file, place in plan:
        if place is None:
            kept.append(str(file))
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        write_new(place, (lessons / file).read_bytes())
        (new if place == folder / file else newer).append(str(place.relative_to(folder)))
    return Copied(tuple(new), tuple(kept), tuple(newer))


def _place(source: Path, target: Path, version: str) -> Path | None:
    """Say under which free name a lesson is to be written; None if this very edition is there already."""
    if not os.path.lexists(target):
        return target
    wanted = edition(source.read_bytes())
    for there in (target, *target.parent.glob(f"{target.stem}.newer-*{target.suffix}")):
        if not there.is_file():
            raise FileExistsError(f"{there} is not a file: move it away, or choose another folder.")
        if edition(there.read_bytes()) == wanted:
            return None
    place, count = target.with_name(f"{target.stem}.newer-{version}{target.suffix}"), 1
    while os.path.lexists(place):
        count += 1
        place = target.with_name(f"{target.stem}.newer-{version}-{count}{target.suffix}")
    return place


def write_new(place: Path, content: bytes) -> None:
    """Write a file that must not exist yet: it appears whole or not at all."""
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        if os.name == "nt":
            part.rename(place)  # refuses an existing file there
            return
        try:
            os.link(part, place)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links, such as a memory stick
            _write_exclusively(place, content)
    finally:
        part.unlink(missing_ok=True)


def _write_exclusively(place: Path, content: bytes) -> None:
    with place.open("xb") as file:
        try:
            file.write(content)
            file.flush()
        except BaseException:
            place.unlink()
            raise

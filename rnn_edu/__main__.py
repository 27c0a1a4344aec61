"""The command `rnn-edu`, also `python -m rnn_edu`: copy the lessons into your own folder and open JupyterLab there."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rnn_edu import __version__
from rnn_edu.lessons_folder import Copied, copy_lessons, find_lessons, lesson_files

DEFAULT_FOLDER = "rnn-edu-lessons"
NO_LAB = (
    "The lessons are copied, but JupyterLab is not installed in this Python: "
    'run `python -m pip install "jupyterlab>=4.4" "ipykernel>=7.4"`, then this command again.'
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, or 2 with one sentence about what went wrong."""
    chosen = _parser().parse_args(arguments)
    folder = Path(chosen.folder).expanduser()
    try:
        lessons = find_lessons()
        copied = copy_lessons(lessons, folder, __version__)
    except OSError as error:
        return _complain(_sentence(folder, error))
    except KeyboardInterrupt:
        return _complain("Stopped: every file that was copied is whole; run the command again for the others.")
    print(report(folder, copied), flush=True)
    if chosen.copy_only:
        return 0
    if find_spec("jupyterlab") is None:
        return _complain(NO_LAB)
    first = next(file for file in lesson_files(lessons) if file.suffix == ".ipynb")
    return _start(lab_command(folder, first, browser=not chosen.no_browser))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rnn-edu",
        description="Copy the lessons into a folder of your own and open them in JupyterLab. "
        "Nothing in the folder is ever overwritten or deleted.",
    )
    parser.add_argument("folder", nargs="?", default=DEFAULT_FOLDER, help=f"your folder (default: {DEFAULT_FOLDER})")
    parser.add_argument("--no-browser", action="store_true", help="start JupyterLab, but open no browser")
    parser.add_argument("--copy-only", action="store_true", help="copy the lessons, do not start JupyterLab")
    parser.add_argument("--version", action="version", version=f"rnn_edu {__version__}")
    return parser


def report(folder: Path, copied: Copied) -> str:
    """Say in a line each what was copied, what was left alone, and what was put beside the learner's own."""
    lines = []
    if copied.new:
        lines.append(f"{_files(copied.new)} copied to {folder}")
    if copied.kept:
        lines.append(f"{_files(copied.kept)} already in {folder}, left as they are")
    if copied.newer:
        lines.append(f"{_files(copied.newer)} newer than yours, put beside them: {', '.join(copied.newer)}")
    return "\n".join(lines)


def lab_command(folder: Path, lesson: Path, *, browser: bool = True) -> list[str]:
    """Give the command that opens JupyterLab in the folder, at one lesson."""
    folder = folder.resolve()
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container everybody is root
    if not browser:
        command.append("--no-browser")
    return [*command, str(folder / lesson)]


def lab_environment() -> dict[str, str]:
    """Give the environment for JupyterLab: it asks about no news and looks for no updates, so nothing phones home."""
    quiet = str(Path(__file__).parent / "jupyter")
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join([others, quiet] if others else [quiet])}


def _start(command: list[str]) -> int:
    if os.name != "nt":
        # JupyterLab takes the place of this process, so that Ctrl-C and the exit code are its own
        os.execve(command[0], command, lab_environment())
    process = subprocess.Popen(command, env=lab_environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # JupyterLab has heard it too, and asks what to do


def _files(names: tuple[str, ...]) -> str:
    return "1 file" if len(names) == 1 else f"{len(names)} files"


def _sentence(folder: Path, error: OSError) -> str:
    if error.errno is None:
        return str(error)
    where = Path(error.filename or folder)
    where = where.parent if where.suffix == ".part" else where  # the learner need not know of unfinished files
    return f"Cannot copy the lessons into {folder} ({error.strerror}: {where}): choose a folder that you may write to."


def _complain(sentence: str) -> int:
    print(f"rnn-edu: {sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())

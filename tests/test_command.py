"""The command `rnn-edu`: it fills a learner's folder, and never touches a file that is there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import rnn_edu
from rnn_edu import __main__ as command
from rnn_edu import lessons_folder
from rnn_edu.lessons_folder import OWN_NOTES, copy_lessons, edition, find_lessons, lesson_files, write_new
from rnn_edu.practice import memory


def lesson(edition: str, text: str = "") -> str:
    return json.dumps({"cells": [{"cell_type": "markdown", "source": text}], "metadata": {"edition": edition}})


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def lessons(tmp_path) -> Path:
    folder = tmp_path / "shipped"
    (folder / "pictures").mkdir(parents=True)
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / "00_first.ipynb").write_text(lesson("a"))
    (folder / "01_second.ipynb").write_text(lesson("b"))
    (folder / "pictures" / "loop.svg").write_text("<svg/>")
    (folder / ".gitkeep").write_text("")
    (folder / OWN_NOTES).write_text("{}")
    (folder / ".ipynb_checkpoints" / "00_first.ipynb").write_text("old")
    return folder


@pytest.fixture
def run(lessons, monkeypatch, capsys):
    """Run the command on the trial lessons; give its exit code, what it printed and what it complained about."""
    monkeypatch.setattr(command, "find_lessons", lambda: lessons)

    def run(*arguments):
        code = command.main([*map(str, arguments), "--copy-only"])
        return code, *capsys.readouterr()

    return run


def test_a_new_folder_gets_every_lesson_and_its_pictures_but_no_hidden_file(run, lessons, tmp_path):
    code, said, _ = run(tmp_path / "far" / "mine")
    assert (code, said) == (0, f"3 files copied to {tmp_path / 'far' / 'mine'}\n")
    assert set(contents(tmp_path / "far" / "mine")) == {"00_first.ipynb", "01_second.ipynb", "pictures/loop.svg"}


def test_a_second_run_changes_nothing(run, tmp_path):
    run(tmp_path / "mine")
    before = contents(tmp_path / "mine")
    code, said, _ = run(tmp_path / "mine")
    assert (code, said) == (0, f"3 files already in {tmp_path / 'mine'}, left as they are\n")
    assert contents(tmp_path / "mine") == before


def test_a_lesson_in_which_the_learner_worked_stays_and_gets_no_twin(run, tmp_path):
    run(tmp_path / "mine")
    (tmp_path / "mine" / "00_first.ipynb").write_text(lesson("a", "my notes"))
    run(tmp_path / "mine")
    assert contents(tmp_path / "mine")["00_first.ipynb"] == lesson("a", "my notes")
    assert len(contents(tmp_path / "mine")) == 3


@pytest.mark.parametrize("mine", [lesson("a"), lesson("a", "my notes"), "", "not a notebook", "[" * 100_000])
def test_a_newer_lesson_is_put_beside_the_learners_and_only_once(run, lessons, tmp_path, mine):
    run(tmp_path / "mine")
    (tmp_path / "mine" / "00_first.ipynb").write_text(mine)
    (lessons / "00_first.ipynb").write_text(lesson("a2"))
    beside = f"00_first.newer-{rnn_edu.__version__}.ipynb"
    code, said, _ = run(tmp_path / "mine")
    assert code == 0
    assert f"1 file newer than yours, put beside them: {beside}" in said
    assert "newer than yours" not in run(tmp_path / "mine")[1]
    assert contents(tmp_path / "mine")["00_first.ipynb"] == mine
    assert contents(tmp_path / "mine")[beside] == lesson("a2")


def test_a_newer_lesson_that_the_learner_worked_in_too_is_not_overwritten_by_the_next(lessons, tmp_path):
    for name in ("a", "a2", "a3"):
        (lessons / "00_first.ipynb").write_text(lesson(name))
        done = copy_lessons(lessons, tmp_path / "mine", "0.2")
    assert done.newer == ("00_first.newer-0.2-2.ipynb",)
    assert contents(tmp_path / "mine")["00_first.newer-0.2.ipynb"] == lesson("a2")
    assert contents(tmp_path / "mine")["00_first.newer-0.2-2.ipynb"] == lesson("a3")


def complaint(answer) -> str:
    code, said, complained = answer
    assert (code, said) == (2, "")
    assert complained.startswith("rnn-edu: ") and complained.endswith(".\n") and complained.count("\n") == 1
    return complained


def test_a_folder_that_is_a_file_is_refused_and_stays(run, tmp_path):
    (tmp_path / "mine").write_text("a letter")
    assert "is not a folder" in complaint(run(tmp_path / "mine"))
    assert (tmp_path / "mine").read_text() == "a letter"
    complaint(run(tmp_path / "mine" / "below"))


@pytest.mark.parametrize("name", ["00_first.ipynb", "01_second.ipynb"])
def test_a_lesson_name_that_is_a_folder_is_refused_before_anything_is_written(run, tmp_path, name):
    (tmp_path / "mine" / name).mkdir(parents=True)
    assert "is not a file" in complaint(run(tmp_path / "mine"))
    assert contents(tmp_path / "mine") == {}


def test_a_lesson_name_that_is_a_broken_link_is_refused(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "00_first.ipynb").symlink_to(tmp_path / "nowhere")
    assert "is not a file" in complaint(run(tmp_path / "mine"))
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_one_may_not_write_to_is_refused(run, tmp_path, monkeypatch):
    def refuse(path, content):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    complained = complaint(run(tmp_path / "mine"))
    assert f"(Permission denied: {tmp_path / 'mine'})" in complained and ".part" not in complained
    assert contents(tmp_path / "mine") == {}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the system lets this user write anywhere")
def test_a_read_only_folder_is_refused(run, tmp_path):
    (tmp_path / "mine").mkdir(mode=0o500)
    assert "Permission denied" in complaint(run(tmp_path / "mine"))


def test_a_full_disk_leaves_no_half_file(run, tmp_path, monkeypatch):
    def fill_up(path, content):
        with path.open("wb") as file:
            file.write(content[:2])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", fill_up)
    assert "No space left" in complaint(run(tmp_path / "mine"))
    assert contents(tmp_path / "mine") == {}


@pytest.mark.parametrize("has_links", [True, False])
def test_a_file_that_appeared_meanwhile_is_not_overwritten(tmp_path, monkeypatch, has_links):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    if not has_links:
        monkeypatch.setattr(os, "link", refuse)
    write_new(tmp_path / "new", b"whole")
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "mine", b"theirs")
    assert contents(tmp_path) == {"new": "whole", "mine": "mine"}


def test_a_disk_that_fills_up_without_hard_links_leaves_no_half_file(tmp_path):
    with pytest.raises(TypeError):
        lessons_folder._write_exclusively(tmp_path / "new", "what cannot be written")
    assert contents(tmp_path) == {}


def test_an_installed_package_has_its_lessons_inside_and_a_checkout_beside(tmp_path):
    package = tmp_path / "rnn_edu"
    package.mkdir()
    with pytest.raises(FileNotFoundError, match="install rnn_edu again"):
        find_lessons(package)
    for place in (tmp_path / "notebooks", package / "lessons"):
        place.mkdir()
        (place / "00_first.ipynb").write_text(lesson("a"))
        assert find_lessons(package) == place


def test_without_jupyterlab_one_sentence_says_what_to_install(run, lessons, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert command.main([str(tmp_path / "mine")]) == 2
    assert "JupyterLab is not installed" in capsys.readouterr().err
    assert (tmp_path / "mine" / "00_first.ipynb").exists()


@pytest.mark.parametrize("options", [[], ["--no-browser"]])
def test_jupyterlab_is_started_by_this_very_python_at_the_first_lesson(run, tmp_path, monkeypatch, options):
    started = []
    monkeypatch.setattr(command, "find_spec", lambda name: True)
    monkeypatch.setattr(command, "_start", lambda words: started.append(words) or 0)
    assert command.main([str(tmp_path / "mine"), *options]) == 0
    (words,) = started
    assert words[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={tmp_path / 'mine'}" in words
    assert words[-1] == str(tmp_path / "mine" / "00_first.ipynb")
    assert ("--no-browser" in words) == ("--no-browser" in options)


def test_the_module_runs_as_a_command_and_says_its_version(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "rnn_edu", "--version"], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == f"rnn_edu {rnn_edu.__version__}\n"


def test_the_notes_that_are_not_copied_are_the_learners_predictions():
    assert OWN_NOTES == memory.FILE_NAME


def test_only_notebooks_carry_an_edition_of_their_own():
    assert edition(lesson("a").encode()) == edition(lesson("a", "more").encode()) == "a"
    assert edition(b"one picture") != edition(b"another picture")
    assert edition(b"[]") != edition(b"{}")


def test_lesson_files_come_in_the_order_of_the_lessons(lessons):
    assert [path.name for path in lesson_files(lessons)] == ["00_first.ipynb", "01_second.ipynb", "loop.svg"]

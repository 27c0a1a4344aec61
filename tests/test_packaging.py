"""What is installed is what the lessons need: the wheel carries the lessons, and every list of needs agrees."""

import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import requires, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import rnn_edu
from rnn_edu.lessons_folder import lesson_files

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LESSONS = {file.as_posix() for file in lesson_files(ROOT / "notebooks")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (file,) = folder.glob("*.whl")
    return file


def test_the_wheel_carries_every_lesson_and_every_file_of_the_package(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("rnn_edu/")}
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "rnn_edu").rglob("*") if path.is_file()}
    assert {name for name in package if "__pycache__" not in name} <= names
    assert {f"rnn_edu/lessons/{name}" for name in LESSONS} <= names


def test_the_wheel_carries_nothing_but_the_package_and_both_licences(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].removesuffix(f"-{rnn_edu.__version__}.dist-info") for name in names} == {"rnn_edu"}
    assert {name.rsplit("/", 1)[1] for name in names if "/licenses/" in name} == {"LICENSE", "LICENSE-lessons"}


def test_the_command_copies_the_lessons_out_of_the_wheel(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    subprocess.run(
        [sys.executable, "-m", "rnn_edu", "mine", "--copy-only"],
        cwd=tmp_path,
        check=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
    )
    copied = {path.relative_to(tmp_path / "mine").as_posix() for path in (tmp_path / "mine").rglob("*.*")}
    assert copied == LESSONS
    assert all((tmp_path / "mine" / name).read_bytes() == (ROOT / "notebooks" / name).read_bytes() for name in LESSONS)


def test_the_installed_package_has_the_version_that_the_code_says():
    assert version("rnn_edu") == rnn_edu.__version__


def test_the_changelog_begins_with_this_version():
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == rnn_edu.__version__


def test_the_conda_environment_asks_for_a_python_that_the_package_allows():
    needs = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    (python,) = (need.removeprefix("python=") for need in needs if str(need).startswith("python="))
    assert python in SpecifierSet(PROJECT["requires-python"])


def test_the_conda_environment_installs_this_package_with_all_that_the_lessons_need():
    needs = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert needs[-1] == {"pip": ["-e .[lab]"]}
    assert "pip" in needs
    lab = {Requirement(need).name for need in PROJECT["optional-dependencies"]["lab"]}
    assert {"jupyterlab", "ipykernel"} <= lab


def test_everything_that_is_needed_is_installed_here():
    for need in map(Requirement, requires("rnn_edu") or ()):
        if need.marker is None or need.marker.evaluate({"extra": "lab"}):
            assert version(need.name) in need.specifier, need

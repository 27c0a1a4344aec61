"""What the README and CONTRIBUTING tell a newcomer to run, to read and to open is there."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_the_example_in_the_readme_runs():
    blocks = re.findall(r"```python\n(.*?)```", text_of(ROOT / "README.md"), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(block, {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_linked_is_there(page):
    links = re.findall(r"\]\(([^)#]+)", text_of(page))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_command_that_is_named_exists(page):
    commands = re.findall(r"(?:^    |`)make ((?:[a-z]+ ?)+?)(?:`|  |$)", text_of(page), re.MULTILINE)
    assert commands
    assert {name for words in commands for name in words.split()} <= TARGETS


def test_make_help_names_every_command():
    makefile = text_of(ROOT / "Makefile")
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    assert explained == TARGETS == set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())


def test_every_lesson_is_on_the_map_of_the_readme():
    lessons = {f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert lessons == set(re.findall(r"\]\((notebooks/[^)]*)\)", text_of(ROOT / "README.md")))


def test_the_speeds_that_the_readme_tells_are_those_of_the_stored_measurement():
    measured = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    rows = [row for row in measured["rows"] if row["dtype"] == "float32" and row["threads"] == 1]

    def told(network):
        ratios = [row["ratio to"]["PyTorch"] for row in rows if network in row["network"] and "B=1," not in row["size"]]
        return f"{min(ratios):.2f} to {max(ratios):.2f}"

    words = " ".join(text_of(ROOT / "README.md").split())
    assert f"On {measured['date']}, with 2 cores and 24 GiB" in words and measured["machine"].startswith("2 cores")
    for sentence in (
        f"the four types of feedback {told('feedback')}",
        f"an Elman network {told('RNN')}",
        f"GRU {told('GRU')}",
        f"one fused kernel, {told('LSTM')}",
    ):
        assert sentence in words

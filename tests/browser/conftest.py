"""One JupyterLab for all browser tests, one new browser page for each: see jupyterlab.py."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser.jupyterlab import QUIET, Lab, OpenLesson, find_browser, running_lab
from playwright.sync_api import Browser, sync_playwright

from rnn_edu.lessons_folder import OWN_NOTES


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        sentence = "There is no Chromium on this machine: install it, or name one in RNN_EDU_BROWSER."
        if os.environ.get("RNN_EDU_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield running
        running.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("learner")) as running:
        yield running


@pytest.fixture
def open_lesson(browser, lab) -> Iterator[Callable[[str], OpenLesson]]:
    """Open a lesson of the learner's folder by its file name: `open_lesson("03_unrolling.ipynb")`."""
    (lab.folder / OWN_NOTES).unlink(missing_ok=True)
    context = browser.new_context(viewport={"width": 1280, "height": 900})

    def open_lesson(name: str) -> OpenLesson:
        lesson = OpenLesson(context.new_page(), name)
        lesson.open(lab)
        return lesson

    yield open_lesson
    context.close()
    lab.end_kernels()

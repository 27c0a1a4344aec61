"""A real JupyterLab with the lessons in it, and a lesson opened in a real browser: what the browser tests stand on.

    def test_the_picture_follows_the_slider(open_lesson):
        lesson = open_lesson("03_unrolling.ipynb")
        lesson.run_all()
        with lesson.changes(lesson.page.locator("svg").first):
            lesson.page.get_by_role("slider", name="loop weight").press("ArrowRight")
        lesson.assert_clean()

Never sleep: wait for what is to be seen. `lesson.page` is Playwright's own page, with its locators, keyboard and mouse.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page

PATIENCE = 60  # seconds, for what takes a moment on a busy machine
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SERVER = {
    "ServerApp": {"ip": "127.0.0.1", "port": 0, "allow_root": True},
    "IdentityProvider": {"token": "only-for-this-test"},
    "LabApp": {"expose_app_in_browser": True},
}
MODEL = "window.jupyterapp?.shell?.currentWidget"


def find_browser() -> str | None:
    """Give the path of a Chromium: the one that RNN_EDU_BROWSER names, else an installed one; None if there is none."""
    names = (os.environ.get("RNN_EDU_BROWSER"), "chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for path in map(shutil.which, filter(None, names)) if path), None)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, its token, the learner's folder, and the file into which it writes its log."""

    url: str
    token: str
    folder: Path
    log: Path

    def request(self, method: str, path: str) -> Any:
        """Ask the server itself; gives what it answers, read as JSON."""
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read() or "null")

    def end_kernels(self) -> None:
        """End every kernel that a lesson started, so that the next test finds a quiet machine."""
        for session in self.request("GET", "api/sessions"):
            self.request("DELETE", f"api/sessions/{session['id']}")


@contextmanager
def running_lab(place: Path, *options: str) -> Iterator[Lab]:
    """Run the package's own command in a new home below `place`, until the block ends.

    So the lessons are copied and JupyterLab is started exactly as for a learner.
    """
    environment = private_home(place)
    folder, log = place / "lessons", place / "lab.log"
    command = [sys.executable, "-m", "rnn_edu", str(folder), "--no-browser", *options]
    with log.open("w") as written:
        process = subprocess.Popen(command, cwd=place, env=environment, stdout=written, stderr=written)
    try:
        yield _await_server(process, folder, log)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def private_home(place: Path) -> dict[str, str]:
    """Make a home in which nothing of this machine's user is found or changed; gives the environment that names it."""
    config = place / "config"
    config.mkdir(parents=True)
    (config / "jupyter_server_config.json").write_text(json.dumps(SERVER))
    (config / "jupyter_lab_config.json").write_text(json.dumps(SERVER))
    folders = {
        "HOME": "home",
        "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    for name in folders.values():
        (place / name).mkdir(exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "XDG", "PYTEST"))}
    return inherited | {variable: str(place / name) for variable, name in folders.items()}


def _await_server(process: subprocess.Popen[bytes], folder: Path, log: Path) -> Lab:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        for file in (folder.parent / "runtime").glob(f"jpserver-{process.pid}.json"):
            try:
                found = json.loads(file.read_text())
                lab = Lab(found["url"], found["token"], folder, log)
                lab.request("GET", "api/status")
                return lab
            except (ValueError, OSError):
                break  # half-written, or not listening yet
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")


@dataclass(frozen=True)
class OpenLesson:
    """A lesson in a browser tab: run it, look at it, and ask whether anything went wrong."""

    page: Page
    name: str
    complaints: list[str] = field(default_factory=list)

    def open(self, lab: Lab) -> None:
        """Open the lesson alone, without sidebars, and wait until its kernel is there."""
        self.page.set_default_timeout(1000 * PATIENCE)
        self.page.on("console", lambda message: self._hear(message))  # a frozen record cannot be marked
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        self.page.goto(f"{lab.url}doc/tree/{self.name}?reset&token={lab.token}")
        self.page.wait_for_function(f"{MODEL}?.context?.isReady && {MODEL}.context.sessionContext.isReady")
        self._await_idle()

    def run_all(self) -> None:
        """Run every cell from the first to the last, and wait until the kernel has nothing left to do."""
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self._await_idle()

    def cells(self) -> list[dict[str, Any]]:
        """The cells as the notebook file would hold them now, outputs included."""
        return self.page.evaluate(f"{MODEL}.context.model.toJSON().cells")

    def output(self, containing: str) -> Locator:
        """The outputs of the code cell whose source contains these words, scrolled into view."""
        sources = ["".join(cell["source"]) for cell in self.cells()]
        number = next((number for number, source in enumerate(sources) if containing in source), None)
        assert number is not None, f"{self.name}: no cell says {containing}"
        self.page.evaluate(f"{MODEL}.content.scrollToItem({number}, 'start')")  # far cells are not drawn before
        return self.page.locator(f'.jp-Cell[data-windowed-list-index="{number}"] .jp-OutputArea').first

    @contextmanager
    def changes(self, locator: Locator, seconds: float = 10) -> Iterator[None]:
        """Do what stands in the block, then wait until what the locator shows is something else."""
        before = locator.evaluate("element => element.outerHTML")
        yield
        end = time.monotonic() + seconds
        while locator.evaluate("element => element.outerHTML") == before:
            assert time.monotonic() < end, f"{self.name}: nothing changed within {seconds} s in {before[:300]}"
            self.page.wait_for_timeout(20)

    def drag(self, locator: Locator, right: float, down: float = 0, steps: int = 20) -> None:
        """Press the mouse in the middle of what the locator shows, move it by so many pixels, and let go."""
        locator.scroll_into_view_if_needed()
        box = locator.bounding_box()
        assert box, f"{self.name}: {locator} is not to be seen"
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + right, y + down, steps=steps)
        self.page.mouse.up()

    def statuses(self) -> list[str]:
        """What the status lines of all explorers say."""
        return [text for text in self.page.locator("[role=status]").all_inner_texts() if text.strip()]

    def assert_clean(self, allowed: Sequence[str] = ()) -> None:
        """Fail if any cell was not run, stopped, or wrote a warning, or if the browser complained.

        `allowed` are regular expressions of complaints that the test itself provokes.
        """
        wrong = [text for text in self.complaints if not any(re.search(pattern, text) for pattern in allowed)]
        for number, cell in enumerate(self.cells()):
            if cell["cell_type"] != "code":
                continue
            if cell["execution_count"] is None:
                wrong.append(f"cell {number} was not run")
            for output in cell["outputs"]:
                if output["output_type"] == "error":
                    wrong.append(f"cell {number}: {output['ename']}: {output['evalue']}")
                if output.get("name") == "stderr":
                    wrong.append(f"cell {number} warned: {output['text']}")
        assert not wrong, "\n".join([self.name, *wrong])

    def _await_idle(self) -> None:
        """Wait until the kernel has answered a question that was put behind everything that was asked before."""
        kernel = f"{MODEL}.context.sessionContext.session.kernel"
        self.page.wait_for_function(f"{kernel}?.connectionStatus === 'connected'")
        self.page.evaluate(f"async () => {{ await {kernel}.requestExecute({{code: '', store_history: false}}).done }}")
        self.page.wait_for_function(f"{kernel}.status === 'idle'")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

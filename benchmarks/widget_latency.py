"""Measure how long it takes from a touch to the new picture on the screen, beside the same with inline figures.

A real JupyterLab, a real browser. For each explorer two notebooks are open, one with the explorer and one with the same
done by `interactive_output`; moves go to the one and to the other in random order, so both meet the same machine.
A touch is the time that the browser itself gives to the key; the picture is there when the last frame that shows
something new has been painted. `make benchmark-widgets` writes benchmarks/results/widget_latency.md.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import nbformat
from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests")]  # the cases; the browser tests' own JupyterLab

from browser.jupyterlab import QUIET, Lab, OpenLesson, find_browser, running_lab  # noqa: E402
from widget_cases import CASES, FIRST, Case, Move  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "widget_latency.md"
WARM_UP = 3
STILL = 250  # milliseconds without a new frame: the picture is finished
GOAL_MS, GOAL_FRAMES, GOAL_RATIO = 70, 15, 0.15

# `frames` gets the time at which each frame with a changed picture was painted; `touched` is the last key's own time
PROBE = """
() => {
  const probe = (window.probe = { frames: [], touched: 0, released: 0, dirty: false });
  const mark = () => { probe.dirty = true; };
  for (const stage of document.querySelectorAll(".rnn-stage"))
    new MutationObserver(mark).observe(stage, { subtree: true, childList: true, attributes: true });
  document.addEventListener("load", (event) => event.target.closest?.(".widget-output") && mark(), true);
  const touch = (event) => { probe.touched = event.timeStamp; probe.frames = []; };
  window.addEventListener("keydown", touch, true);
  window.addEventListener("pointerdown", touch, true);
  window.addEventListener("pointerup", (event) => { probe.released = event.timeStamp; }, true);
  const look = () => {
    if (probe.dirty) {
      probe.dirty = false;
      const painted = new MessageChannel(); // its message comes after this frame was painted
      painted.port1.onmessage = () => probe.frames.push(performance.now());
      painted.port2.postMessage(0);
    }
    requestAnimationFrame(look);
  };
  look();
}
"""
FINISHED = "still => probe.frames.length > 0 && performance.now() - probe.frames.at(-1) > still"


class Drag(NamedTuple):
    """What was seen while a slider was dragged to and fro."""

    frames_per_second: float
    milliseconds_after_release: float


class Result(NamedTuple):
    """One control of one explorer: milliseconds of every round, live and inline, and the drags if it can be dragged."""

    case: Case
    move: Move
    live: list[float]
    inline: list[float]
    live_drags: list[Drag]
    inline_drags: list[Drag]


# ---- measuring -------------------------------------------------------------------------------------------------------


@contextmanager
def opened(lab: Lab, browser: Browser, name: str, cell: str) -> Iterator[Page]:
    """Open a notebook with this cell, run it, and watch its pictures."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(FIRST), nbformat.v4.new_code_cell(cell)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, lab.folder / f"{name}.ipynb")
    context = browser.new_context(viewport={"width": 1280, "height": 1200})
    lesson = OpenLesson(context.new_page(), f"{name}.ipynb")
    lesson.open(lab)
    lesson.run_all()
    lesson.assert_clean()
    lesson.page.evaluate("window.jupyterapp.commands.execute('notebook:move-cursor-down')")
    lesson.page.locator(".rnn-stage svg, .widget-output img").first.wait_for()
    lesson.page.wait_for_timeout(2500)  # the names of the sliders
    lesson.page.evaluate(PROBE)
    yield lesson.page
    context.close()


def control(page: Page, move: Move) -> Locator:
    """The slider or the number box of a move."""
    return page.get_by_role(move.role, name=move.name, exact=True).first


def press(page: Page, move: Move, turn: int) -> float:
    """Press one key on the control; gives the milliseconds until the last new frame was painted."""
    page.bring_to_front()
    found = control(page, move)
    found.focus()
    page.keyboard.press(move.keys[turn % 2])
    page.wait_for_function(FINISHED, arg=STILL, timeout=20_000)
    return page.evaluate("probe.frames.at(-1) - probe.touched")


def drag(page: Page, move: Move, seconds: float) -> Drag:
    """Drag the slider's handle to and fro, so fast that nearly every of 60 moves in a second brings a new value."""
    page.bring_to_front()
    handle = control(page, move)
    handle.scroll_into_view_if_needed()
    track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
    box = handle.bounding_box()
    assert track and box
    stride = max(2.0, track["width"] / (move.n_values - 1))
    x, y, way = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 1.0
    page.mouse.move(x, y)
    page.mouse.down()
    start = time.perf_counter()
    for tick in range(1, int(60 * seconds)):
        if not track["x"] <= x + way * stride <= track["x"] + track["width"]:
            way = -way
        x += way * stride
        page.mouse.move(x, y)
        time.sleep(max(0.0, start + tick / 60 - time.perf_counter()))
    page.mouse.up()
    page.wait_for_timeout(1500)
    frames, touched, released = page.evaluate("[probe.frames, probe.touched, probe.released]")
    during = [frame for frame in frames if frame <= released]
    after = max((frame - released for frame in frames), default=0.0)
    return Drag(1000 * len(during) / (released - touched), max(0.0, after))


def measure(lab: Lab, browser: Browser, case: Case, rounds: int, seconds: float) -> list[Result]:
    """All moves of one explorer, live and inline, one beside the other."""
    name = case.explorer.lower()
    with (
        opened(lab, browser, f"{name}-live", case.live) as live,
        opened(lab, browser, f"{name}-inline", case.inline) as inline,
    ):
        pages = {"live": live, "inline": inline}
        times: dict[tuple[str, Move], list[float]] = {(page, move): [] for page in pages for move in case.moves}
        for turn in range(WARM_UP + rounds):
            for page, move in random.sample(list(times), len(times)):
                times[page, move].append(press(pages[page], move, turn))
        drags = {
            (page, move): [drag(pages[page], move, seconds) for _ in range(2)] if move.n_values else []
            for move in case.moves
            for page in pages
        }
    lab.end_kernels()
    return [
        Result(
            case,
            move,
            times["live", move][WARM_UP:],
            times["inline", move][WARM_UP:],
            drags["live", move],
            drags["inline", move],
        )
        for move in case.moves
    ]


# ---- reporting -------------------------------------------------------------------------------------------------------


def p95(times: Sequence[float]) -> float:
    """The time that 95 of 100 moves stay below."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def ratio(result: Result) -> float:
    """The median over the rounds of live time divided by inline time."""
    return statistics.median(a / b for a, b in zip(result.live, result.inline, strict=True))


def row(result: Result) -> str:
    """One line of the table."""

    def drags(found: list[Drag]) -> str:
        return f"{statistics.mean(d.frames_per_second for d in found):.0f}" if found else "–"

    late = max((d.milliseconds_after_release for d in result.live_drags), default=None)
    cells = [
        result.case.lesson,
        f"`{result.case.explorer}`",
        result.move.name,
        f"{statistics.median(result.live):.0f}",
        f"{p95(result.live):.0f}",
        f"{statistics.median(result.inline):.0f}",
        f"{p95(result.inline):.0f}",
        f"{ratio(result):.2f}",
        drags(result.live_drags),
        drags(result.inline_drags),
        "–" if late is None else f"{late:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def report(results: list[Result], rounds: int, browser_version: str, load: tuple[float, float]) -> str:
    """The whole page."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    slow = [r for r in results if p95(r.live) > GOAL_MS]
    costly = [r for r in results if ratio(r) > GOAL_RATIO]
    jerky = [r for r in results if any(d.frames_per_second < GOAL_FRAMES for d in r.live_drags)]

    def met(failed: list[Result]) -> str:
        return ", ".join(f"{r.case.explorer} · {r.move.name}" for r in failed) or "none"

    versions = ", ".join(f"{name} {version(name.lower())}" for name in ("JupyterLab", "ipywidgets"))
    columns = [
        "lesson", "explorer", "control", "live median", "live p95", "inline median", "inline p95", "ratio",
        "live frames/s", "inline frames/s", "after",
    ]  # fmt: skip
    lines = [
        "# From a touch to the picture",
        "",
        f"{date.today():%d %B %Y}; {os.cpu_count()} cores, {memory:.0f} GB, load average {load[0]:.1f} before and"
        f" {load[1]:.1f} after; {versions}, Chromium {browser_version} without a graphics card."
        f" {rounds} rounds: in each, every control moves once live and once inline, in random order, both notebooks"
        " being open.",
        "",
        "Milliseconds from the key to the last frame painted. The ratio is live to inline, the median of the rounds."
        " Frames are new pictures shown in a second while a slider is dragged; *after* is how long after the release"
        " the last one came.",
        "",
        f"| {' | '.join(columns)} |",
        "|---" * len(columns) + "|",
        *map(row, results),
        "",
        f"Beyond the goal of p95 ≤ {GOAL_MS} ms: {met(slow)}. Beyond a ratio of {GOAL_RATIO}: {met(costly)}."
        f" Below {GOAL_FRAMES} frames/s: {met(jerky)}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=30, help="how often each control is moved (default: 30)")
    parser.add_argument("--seconds", type=float, default=2.5, help="how long each drag takes (default: 2.5)")
    parser.add_argument("--only", default="", help="only explorers with this in their name")
    parser.add_argument("--out", type=Path, default=RESULT, help="where to write the page")
    given = parser.parse_args()
    random.seed(0)
    before = os.getloadavg()[0]
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as place, running_lab(Path(place)) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=QUIET)
        for case in CASES:
            if given.only in case.explorer:
                results += measure(lab, browser, case, given.rounds, given.seconds)
                print(*map(row, results[-len(case.moves) :]), sep="\n", flush=True)
        browser_version = browser.version
        browser.close()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(report(results, given.rounds, browser_version, (before, os.getloadavg()[0])), encoding="utf-8")


if __name__ == "__main__":
    main()

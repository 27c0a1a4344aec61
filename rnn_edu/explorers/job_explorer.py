"""Each kind of feedback at the job it is for: a small network at work, one thing to turn, and what comes of it."""

from typing import Any

import ipywidgets as widgets

from rnn_edu.drawings.picture_chart import job_figure, png_of
from rnn_edu.drawings.svg_job import job_svg, job_words, readable_diagram
from rnn_edu.explorers.ahead import Ahead
from rnn_edu.explorers.frame import Frame, SliderNames, numbered, tidy
from rnn_edu.explorers.stage import Stage
from rnn_edu.explorers.stepper import Stepper
from rnn_edu.tasks.jobs import JOBS, Control, Grid, Job, JobRun, find_job

SECONDS = 5  # that playing a job takes, about


class JobExplorer:
    """A leaky memory, a latch, winner-take-all, completion from above, recall: five jobs, each done live by a network.

    `kind` is a kind of feedback ("direct", "lateral", "indirect", "complete") or the name of a job. Controls: `job`,
    `step`, and `controls`, which has a slider for each name in `job_now.controls`. `run` is what is shown now.

    >>> explorer = JobExplorer("direct")
    >>> explorer.controls["decay"].value = 0.5
    >>> explorer.run.outcome.sentence
    'Half of the pulse is gone after 1.0 step; after 39 steps 0.00 is left.'
    """

    def __init__(self, kind: str = "direct") -> None:
        self.job_now = find_job(kind)
        self._frame = Frame(facts=self._facts, png=self._png)
        self.job = widgets.ToggleButtons(
            options=list(JOBS), value=self.job_now.name, style={"button_width": "auto"}, tooltips=list(JOBS)
        )
        self.controls: dict[str, widgets.Widget] = {}
        self._purpose = widgets.HTML()
        self._room = widgets.HBox(layout={"flex_flow": "row wrap"})
        self.stage = Stage()
        self._shown: tuple[Job, dict[str, float]] | None = None
        self.run: JobRun = self.job_now.run()
        self._stepper = Stepper(self.stage, n_steps=self.run.trajectory.n_steps)
        self.step = self._stepper.step
        self._begin()
        self.job.observe(self._frame.guard(self._change_job), "value")
        self.panel = self._frame.show(self.job, self._purpose, self._room, self.stage, self._stepper.row, SliderNames())

    # ---- updates ----------------------------------------------------------------------------------------------------

    def _change_job(self) -> None:
        self.job_now = find_job(self.job.value)
        self._begin()

    def _begin(self) -> None:
        """Put a job on the stage: its words, its controls and its first step."""
        job = self.job_now
        self._purpose.value = job_words(job.kind, job.purpose, job.try_this)
        self.controls = {control.name: _slider(control) for control in job.controls}
        update = self._frame.guard(self._update)
        rows = []
        for control in job.controls:
            slider = self.controls[control.name]
            row = numbered(slider, _box(control), control.label)
            row.layout.margin = "0 28px 0 0"
            rows.append(row)
            slider.observe(update, "value")
        self._room.children = (*rows, SliderNames())  # new sliders need names too
        main = job.controls[0].name
        self._ahead = Ahead([self.stage], self.controls[main], lambda value: [self._picture(self._run(main, value))])
        self._stepper.begin()
        self._update()

    def _update(self) -> None:
        job = self.job_now
        settings = self._settings()
        if (job, settings) == self._shown:  # the same number again, such as 0.15 after 0.15000000000000002
            return
        self.run = run = job.run(**settings)
        n_steps = run.trajectory.n_steps
        self._stepper.resize(n_steps, interval=max(1000 * SECONDS // n_steps, 100))
        self.stage.label = f"{job.name}: network, activity over time"
        others = tuple(settings[control.name] for control in job.controls[1:])
        self._ahead.show([self._picture(run)], (job.name, others))
        self._shown = job, settings

    def _settings(self) -> dict[str, float]:
        return {name: tidy(slider.value) for name, slider in self.controls.items()}

    def _run(self, name: str, value: float) -> JobRun:
        """The job as it would be with another value of one control."""
        return self.job_now.run(**self._settings() | {name: value})

    def _picture(self, run: JobRun) -> str:
        return job_svg(
            run.network,
            run.trajectory,
            kind=self.job_now.kind,
            chart=_chart(run),
            grids=_plain(run.grids),
            known=_plain(run.known),
            name=f"job-{id(self)}",
        )

    # ---- what is shown ----------------------------------------------------------------------------------------------

    def _facts(self) -> str:
        settings = ", ".join(f"{c.label} {self.controls[c.name].value:g}" for c in self.job_now.controls)
        return f"{self.run.outcome.sentence} ({self.job_now.name}, {settings})"

    def _png(self) -> bytes:
        run = self.run
        chart = _chart(run) | {"kind": self.job_now.kind}
        return png_of(
            job_figure(readable_diagram(run.network), run.trajectory, chart, _plain(run.grids), self.step.value)
        )

    def __repr__(self) -> str:
        return self._facts()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return self._frame.bundle()


def _chart(run: JobRun) -> dict[str, Any]:
    chart = run.charts[0]
    lines = {name: line.tolist() for name, line in chart.lines.items()}
    return chart._asdict() | {"lines": lines, "strong": chart.strong}


def _plain(grids: tuple[Grid, ...]) -> list[tuple[str, list[list[float]], tuple[int, int]]]:
    return [(grid.title, grid.frames.tolist(), grid.shape) for grid in grids]


def _slider(control: Control) -> widgets.Widget:
    make = widgets.IntSlider if _is_whole(control) else widgets.FloatSlider
    number = int if _is_whole(control) else float
    layout, style = {"width": "330px"}, {"description_width": "initial"}
    low, high, step, start = (number(part) for part in control[2:])
    return make(start, min=low, max=high, step=step, layout=layout, style=style)


def _box(control: Control) -> widgets.Widget:
    make = widgets.BoundedIntText if _is_whole(control) else widgets.BoundedFloatText
    number = int if _is_whole(control) else float
    low, high, step, start = (number(part) for part in control[2:])
    return make(start, min=low, max=high, step=step, layout={"width": "68px"})


def _is_whole(control: Control) -> bool:
    return control.step == 1

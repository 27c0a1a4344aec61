"""Going through time: a button that plays and a slider, which move the stages in the browser without asking Python."""

import ipywidgets as widgets

from rnn_edu.explorers.stage import Stage


class Stepper:
    """A Play button and a step slider for one or more stages. `step` is the slider, `row` holds both.

    >>> stepper = Stepper(Stage(), n_steps=6)
    >>> stepper.resize(3); stepper.step.max
    2
    """

    def __init__(self, *stages: Stage, n_steps: int, interval: int = 400, width: int = 340) -> None:
        last = n_steps - 1
        self.play = widgets.Play(min=0, max=last, interval=interval, description="play through the steps")
        self.step = widgets.IntSlider(0, min=0, max=last, description="step", layout={"width": f"{width}px"})
        # linked in the browser, so that playing is smooth: Python would come late and pull the picture back
        widgets.jslink((self.play, "value"), (self.step, "value"))
        for stage in stages:
            widgets.jslink((self.step, "value"), (stage, "step"))
        self._stages = stages
        self.row = widgets.HBox([self.play, self.step], layout={"align_items": "center"})

    def resize(self, n_steps: int, *, interval: int | None = None) -> None:
        """Let the steps go up to n_steps − 1; a step that is no longer there becomes the last one."""
        last = n_steps - 1
        self.step.value = min(self.step.value, last)
        for part in (self.play, self.step):
            part.max = last
        if interval is not None:
            self.play.interval = interval
        self.show()

    def begin(self) -> None:
        """Go back to step 0, and stop playing."""
        self.play.value = self.step.value = 0
        self.show()

    def show(self) -> None:
        """Tell the stages which step is shown when Python has changed it."""
        for stage in self._stages:
            stage.step = self.step.value

"""A slider for the step and a play button beside it, which move pictures in the browser without asking Python."""

from collections.abc import Iterable

import ipywidgets as widgets

from rnn_edu.explorers.stage import Stage


class Player:
    """Step through time: `step` is the slider, `play` the button. The stages follow at once, in the browser."""

    def __init__(self, n_steps: int, stages: Iterable[Stage]) -> None:
        self.step = widgets.IntSlider(
            0, 0, n_steps - 1, description="step", style={"description_width": "initial"},
            layout=widgets.Layout(width="230px"),
        )  # fmt: skip
        self.play = widgets.Play(value=0, min=0, max=n_steps - 1, interval=700, layout=widgets.Layout(width="auto"))
        widgets.jslink((self.play, "value"), (self.step, "value"))
        for stage in stages:
            widgets.jslink((self.step, "value"), (stage, "step"))
        self.panel = widgets.HBox([self.step, self.play], layout=widgets.Layout(align_items="center"))

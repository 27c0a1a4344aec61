"""The clock explorer: draw one arrow backwards, and see why it needs a delay and what the delay does."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Any

import ipywidgets as widgets

from rnn_edu.core.records import Trajectory
from rnn_edu.core.signals import active_steps, signal
from rnn_edu.core.topology import Unit
from rnn_edu.core.wiring import Wire, Wiring
from rnn_edu.drawings.side_by_side import png, side_by_side
from rnn_edu.drawings.svg import unit_key, unit_of
from rnn_edu.explorers.ahead import Ahead
from rnn_edu.explorers.board_views import SCALE, folded_picture, unrolled_picture
from rnn_edu.explorers.frame import Frame, SliderNames, numbered
from rnn_edu.explorers.moves import LONGEST_DELAY, Question, button, choices, focus, heading, row
from rnn_edu.explorers.stage import Stage
from rnn_edu.explorers.stepper import Stepper

_WEIGHT = 0.9  # of the arrow that is drawn: the pulse fades slowly
_CELL = "padding:5px 14px 5px 0;text-align:left;vertical-align:top;font-size:15px"


class ClockExplorer:
    """One input and a chain of neurons. Draw an arrow from any of them to any other, and choose its delay.

    With a delay of 0 an arrow backwards cannot be computed: the explorer says who waits for whom. With 1, 2 or 3 a
    pulse goes round the loop, step by step. How far back an arrow goes is counted in layers, how late it is in steps.

    Public controls: `source`, `target`, `connect`, `erase`, `question` (`.delay`, `.give`, `.leave`), `delay`, `player`
    (`.step`, `.play`); stages `folded`, `unrolled`. `wire` is the arrow or None, `returns` the steps at which the
    pulse is at the arrow's end, `draw(…)` draws from a cell.

    >>> clock = ClockExplorer(); clock.draw("y:0", "h1:0", delay=2)
    >>> clock.returns
    (0, 2, 4, 6)
    """

    def __init__(self, hidden: int = 2, *, n_steps: int = 8) -> None:
        if hidden < 1 or n_steps < 1:
            raise ValueError(
                f"hidden was {hidden} and n_steps {n_steps}; the clock needs a neuron and a step, 1 or more each"
            )
        chain = Wiring.start("feedforward", 1, (1,) * hidden if hidden > 1 else 1, 1)
        for wire in chain.wires:
            chain = chain.reweigh(wire, 1.0)
        self.chain, self._n_steps, self._following = chain, n_steps, False
        self.wire: Wire | None = None
        self._made = lru_cache(maxsize=16)(self._make)  # asked for many times at each move
        self._hand: Unit | None = None
        self._asked: tuple[Unit, Unit] | None = None
        self._frame = Frame(facts=self._facts, png=self._png)
        self.folded = Stage(label="the chain of neurons: pick two of them to draw an arrow")
        self.unrolled = Stage(label="the chain unrolled over time", dim_future=True)
        self._make_controls()
        self._ahead = Ahead([self.unrolled, self.folded], self.delay, self._with_delay)
        self.panel = self._frame.show(*self._rows())
        self.question.take_in(self._frame)
        self._update()

    @property
    def status(self) -> widgets.HTML:
        """The status line: empty, or what did not work."""
        return self._frame.status

    @property
    def wiring(self) -> Wiring | None:
        """The chain with the arrow; None while the arrow's delay of 0 makes it impossible."""
        return self._made(self.wire)[0]

    @property
    def returns(self) -> tuple[int, ...]:
        """The steps at which the pulse is at the neuron where the arrow ends; empty if nothing can be computed."""
        trajectory = self._run()
        if self.wire is None or trajectory is None:
            return ()
        return active_steps(trajectory, self.wire.target)

    def draw(self, source: str, target: str, delay: int | None = None) -> None:
        """Draw the arrow: `clock.draw("y:0", "h1:0", delay=1)`. Without a delay the explorer asks for one."""
        if delay is None:
            self._do(lambda: self._connect(unit_of(source), unit_of(target)))
        else:
            self._do(lambda: self._put(unit_of(source), unit_of(target), delay))

    # ---- controls ---------------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        units = [
            (self.chain.name(Unit(layer.name, 0)), unit_key(Unit(layer.name, 0))) for layer in self.chain.layers[1:]
        ]
        self.source, self.target = choices("from", units, 120), choices("to", units, 120)
        self.source.value, self.target.value = units[-1][1], units[0][1]
        self.connect = button("Draw the arrow", lambda _: self.draw(self.source.value, self.target.value))
        self.erase = button("Erase it", lambda _: self._do(self._erase), "Take the arrow away")
        self.question = Question(lambda _: self._do(self._give), lambda _: self._do(self._let_go))
        self.delay = widgets.IntSlider(1, 0, LONGEST_DELAY, layout=widgets.Layout(width="260px"))
        self.delay_box = widgets.BoundedIntText(1, 0, LONGEST_DELAY, layout=widgets.Layout(width="60px"))
        self.delay.observe(self._turned, "value")
        self.player = Stepper(self.folded, self.unrolled, n_steps=self._n_steps, interval=700, width=230)
        self.player.step.observe(self._frame.guard(lambda: None), "value")
        self.facts_table = widgets.HTML()
        for stage in (self.folded, self.unrolled):
            stage.on_key("activate", lambda key: self._do(lambda: self._touch(key)))
            stage.on_key("escape", lambda _key: self._do(self._let_go))
            stage.on_key("delete", lambda _key: self._do(self._erase))

    def _rows(self) -> list[widgets.Widget]:
        wide = widgets.Layout(flex_flow="row wrap", align_items="center", justify_content="space-around")
        hint = widgets.HTML('<span style="opacity:0.8">or pick two neurons in the picture</span>')
        self.folded.layout.width, self.facts_table.layout.width = "300px", "560px"
        slider = numbered(self.delay, self.delay_box, "delay of the arrow")
        self.delay.style.description_width = "initial"
        return [
            row(heading("Draw"), self.source, self.target, self.connect, self.erase, hint),
            row(heading("Delay"), slider),
            row(heading("Run"), self.player.row),
            self.question.panel,
            widgets.HBox([self.folded, self.facts_table], layout=wide),
            self.unrolled,
            SliderNames(),
        ]

    # ---- moves ------------------------------------------------------------------------------------------------------

    def _do(self, move: Callable[[], None]) -> None:
        """Make one move. Each checks first and changes then, so one that fails changes nothing but the status line."""

        def update() -> None:
            asked = self._asked
            try:
                move()
            finally:
                self._update()
                if bool(asked) != bool(self._asked):
                    focus(self.question.give if self._asked else self.folded)

        self._frame.guard(update)()

    def _touch(self, key: str) -> None:
        if "<" in key:  # an arrow: there is nothing to change about those of the chain
            return
        unit = unit_of(key)._replace(time=None)
        if self._hand is None:
            self._hand, self._asked = unit, None
        else:
            self._connect(self._hand, unit)

    def _connect(self, source: Unit, target: Unit) -> None:
        smallest = self.chain.smallest_delay(source, target)
        self._hand, self.wire = None, None
        if smallest:
            self._asked = source, target
        else:
            self._put(source, target, 0)

    def _put(self, source: Unit, target: Unit, delay: int) -> None:
        self.chain.smallest_delay(source, target)  # raises for an arrow that no delay makes possible
        if not 0 <= delay <= LONGEST_DELAY:
            raise ValueError(f"the arrow was given a delay of {delay}; choose 0 to {LONGEST_DELAY} steps")
        self.wire, self._hand, self._asked = Wire(source, target, delay, _WEIGHT), None, None

    def _give(self) -> None:
        if self._asked is None:
            raise ValueError("no arrow waits for a delay; draw one first")
        self._put(*self._asked, self.question.delay.value)

    def _let_go(self) -> None:
        self._hand = self._asked = None

    def _erase(self) -> None:
        self.wire = self._hand = self._asked = None

    def _turned(self, _change: object) -> None:
        if not self._following and self.wire is not None:
            wire = self.wire
            self._do(lambda: self._put(wire.source, wire.target, self.delay.value))

    # ---- showing ----------------------------------------------------------------------------------------------------

    def _update(self) -> None:
        self._following = True
        try:
            self.delay.disabled = self.delay_box.disabled = self.wire is None
            self.erase.disabled = self.wire is None
            if self.wire is not None:
                self.delay.value = self.wire.delay
            if self._asked:
                self.question.ask(self.chain.why_delay(*self._asked), self.chain.smallest_delay(*self._asked))
            else:
                self.question.tell(*self._verdict())
        finally:
            self._following = False
        ends = self.wire and (self.wire.source, self.wire.target, self._hand, self._asked)
        self._ahead.show(self._pictures(self.wire), ends)
        self.facts_table.value = self._table()

    def _with_delay(self, delay: float) -> tuple[str, str]:
        """The pictures as they would be with another delay of the arrow."""
        return self._pictures(self.wire and replace(self.wire, delay=int(delay)))

    def _pictures(self, wire: Wire | None) -> tuple[str, str]:
        """The chain with this arrow, unrolled and folded."""
        wiring, record = self._made(wire)
        ends = self._asked or (None if wiring else (wire.source, wire.target) if wire else None)
        asked = Wire(*ends, self.chain.smallest_delay(*ends)) if ends else None
        hand, chosen = self._hand, None if asked else wire
        folded = folded_picture(
            wiring if wiring and not self._asked else self.chain,
            record,
            self._n_steps,
            asked=asked,
            length=46,
            name=f"clock-{id(self)}-f",
            hand=hand,
            chosen=chosen,
        )
        unrolled = unrolled_picture(
            wiring or self.chain,
            None if asked else record,
            self._n_steps,
            hand=hand,
            chosen=chosen,
            name=f"clock-{id(self)}-u",
        )
        return unrolled, folded

    def _run(self) -> Trajectory | None:
        return self._made(self.wire)[1]

    def _make(self, wire: Wire | None) -> tuple[Wiring | None, Trajectory | None]:
        """The chain with this arrow, and what a pulse does in it; nothing if it cannot be computed."""
        wiring = self.chain
        if wire is not None:
            if wire.delay < self.chain.smallest_delay(wire.source, wire.target):
                return None, None
            wiring = self.chain.add(wire.source, wire.target, wire.delay, wire.weight)
        return wiring, wiring.network().run(signal("pulse", self._n_steps))

    def _verdict(self) -> tuple[str, str]:
        """What is to be said about the arrow: what it is, and what follows from it."""
        if self._hand is not None:
            return f"From {self.chain.name(self._hand)}. Now pick the neuron where the arrow ends, or press Escape.", ""
        if self.wire is None:
            return (
                "Draw an arrow backwards: pick where it begins, then where it ends (mouse, or arrow keys and Enter).",
                "A pulse passes this chain once.",
            )
        arrow = f"{self.chain.name(self.wire.source)} → {self.chain.name(self.wire.target)}"
        if self.wiring is None:
            loop = self.chain.waiting(self.wire.source, self.wire.target)
            waits = ", ".join(
                f"{self.chain.name(later)} waits for {self.chain.name(first)}" for first, later in pairwise(loop)
            )
            return f"{arrow} with a delay of 0: {waits}.", "None of them can begin: this cannot be computed."
        if not self.chain.waiting(self.wire.source, self.wire.target):
            return f"{arrow} goes forward and closes no loop.", "The pulse passes, and does not come back."
        steps = f"{self.wire.delay} step{'' if self.wire.delay == 1 else 's'}"
        often = "at every step" if self.wire.delay == 1 else f"every {steps}"
        return (
            f"{arrow} brings back what was there {steps} ago.",
            f"The pulse comes back to {self.chain.name(self.wire.target)} {often}.",
        )

    def _table(self) -> str:
        """Space, time and what is computed, side by side."""
        space, late, end, steps = "–", "–", "the end of the arrow", "–"
        if self.wire is not None:
            back = self.chain.layers_back(self.wire.source, self.wire.target)
            space = f"{back} layer{'' if back == 1 else 's'}" if back >= 0 else "forward"
            late = f"{self.wire.delay} step{'' if self.wire.delay == 1 else 's'}"
            end = self.chain.name(self.wire.target)
            steps = ", ".join(map(str, self.returns)) or "never: it cannot be computed"
        rows = [
            ("Space: how far back it goes", space),
            ("Time: how late it arrives", late),
            (f"The pulse is at {end} at step", steps),
        ]
        lines = "".join(
            f'<tr><th scope="row" style="{_CELL};font-weight:400">{escape(what)}</th>'
            f'<td style="{_CELL};font-weight:700">{escape(number)}</td></tr>'
            for what, number in rows
        )
        return f'<table style="border-collapse:collapse"><tbody>{lines}</tbody></table>'

    def _facts(self) -> str:
        if self._asked:
            return self.chain.why_delay(*self._asked)
        said, follows = self._verdict()
        if self.wire is None or self.wiring is None:
            return f"{said} {follows}".strip()
        back = self.chain.layers_back(self.wire.source, self.wire.target)
        steps = ", ".join(map(str, self.returns))
        space = f"It goes back {back} layer{'' if back == 1 else 's'}" if back >= 0 else "It goes forward"
        return f"{said} {follows} {space}; the pulse is at {self.chain.name(self.wire.target)} at step {steps}."

    def _png(self) -> bytes:
        wiring = self.wiring or self.chain
        time = self.player.step.value
        return png(side_by_side(wiring.topology, self._n_steps, self._run(), time=time, scale=SCALE))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self._frame.bundle()

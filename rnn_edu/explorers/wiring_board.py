"""The wiring board: the learner joins any two neurons, and sees what it is, what it means and what it does."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from rnn_edu.core.records import Trajectory
from rnn_edu.core.signals import SIGNALS, signal
from rnn_edu.core.topology import Unit
from rnn_edu.core.wiring import STARTS, Wire, Wiring
from rnn_edu.drawings.side_by_side import png, side_by_side
from rnn_edu.drawings.style import KIND, short
from rnn_edu.drawings.svg import cell_of, unit_key, unit_of
from rnn_edu.explorers.ahead import Ahead
from rnn_edu.explorers.board import Board
from rnn_edu.explorers.board_views import SCALE, BoardViews
from rnn_edu.explorers.frame import Frame, SliderNames
from rnn_edu.explorers.moves import NONE, ArrowBox, Question, button, choices, focus, heading, row
from rnn_edu.explorers.stepper import Stepper

START_NAMES = {"nothing": "nothing wired", "feedforward": "feed-forward only"} | {
    name: f"{name} feedback" for name in STARTS if name != "feedforward"
}
Move = Callable[[Board], Board]


class WiringBoard:
    """Join any two neurons, by mouse, by keyboard or by two lists, and see the network in every view.

    Click the neuron where an arrow begins, then the one where it ends (arrow keys move, Enter picks, Escape lets go),
    or choose both in the lists. Where an arrow needs a delay the board asks for one and says why. It names the kind of
    every arrow and of the whole wiring, redraws graphs, weight matrix and equations, and runs the network.

    `begin` is a name in `START_NAMES`. Public controls: `begin`, `source`, `target`, `connect`, `question` (`.delay`,
    `.give`, `.leave`), `arrow` (`.which`, `.weight`, `.delay`, `.remove`), `undo`, `again`, `signal`, `player`
    (`.step`, `.play`); the stages are in `views`. `wiring` is the wiring so far, `draw(…)` draws an arrow from a cell.

    >>> board = WiringBoard("feedforward", hidden=2, outputs=1)
    >>> board.draw("y:0", "h:1", delay=1)
    >>> board.wiring.describe()
    'This wiring has indirect feedback.'
    """

    def __init__(
        self,
        begin: str = "feedforward",
        *,
        inputs: int = 1,
        hidden: int | tuple[int, ...] = 3,
        outputs: int = 2,
        n_steps: int = 6,
        signal: str = "pulse",
    ) -> None:
        self._sizes, self._n_steps, self._following = (inputs, hidden, outputs), n_steps, False
        self.board = Board.begin(self._start(begin))
        self._trajectory = self._run(signal)
        self._frame = Frame(facts=self._facts, png=self._png)
        self.views = BoardViews(
            lambda stage, key: self._move(lambda board: self._touch(board, key), stage),
            lambda _stage, _key: self._move(Board.let_go),
            lambda _stage, key: self._move(lambda board: self._delete(board, key)),
        )
        self._make_controls(begin, signal)
        self._ahead = Ahead(self.views.stages, self.arrow.weight, self._with_weight)
        self.panel = self._frame.show(*self._rows())
        self.question.take_in(self._frame)
        self._asker: widgets.DOMWidget = self.views.folded
        self._update()

    @property
    def wiring(self) -> Wiring:
        """The wiring as it is now."""
        return self.board.wiring

    @property
    def status(self) -> widgets.HTML:
        """The status line: empty, or what did not work."""
        return self._frame.status

    def draw(self, source: str, target: str, delay: int = 0) -> None:
        """Draw one arrow: `board.draw("y:0", "h:1", delay=1)`. What cannot be drawn is said in the status line."""
        self._move(lambda board: board.draw(unit_of(source), unit_of(target), delay))

    # ---- controls ---------------------------------------------------------------------------------------------------

    def _make_controls(self, begin: str, signal_name: str) -> None:
        units = [(self.wiring.name(unit), unit_key(unit)) for unit in self._units()]
        outer = {layer.name for layer in self.wiring.layers[1:]}
        self.begin = choices("begin with", [(words, name) for name, words in START_NAMES.items()], 250)
        self.begin.value = begin
        self.source = choices("from", units, 110)
        self.target = choices("to", [(words, key) for words, key in units if unit_of(key).layer in outer], 110)
        self.connect = button(
            "Connect", lambda _: self._move(self._connect, self.connect), "Draw an arrow between these two neurons"
        )
        self.question = Question(
            lambda _: self._move(lambda board: board.give(self.question.delay.value)),
            lambda _: self._move(Board.let_go),
        )
        self.arrow = ArrowBox(
            self._on(lambda board: board.choose(None if self.arrow.which.value == NONE else self.arrow.which.value)),
            self._on(lambda board: board.reweigh(self.arrow.weight.value)),
            self._on(lambda board: board.redelay(self.arrow.delay.value)),
            lambda _: self._move(Board.remove),
        )
        self.undo = button("Undo", lambda _: self._move(Board.undo), "Take the last change back")
        self.again = button("Start again", lambda _: self._move(Board.again), "Back to the wiring chosen at the left")
        self.signal = choices("input", [(name, name) for name in SIGNALS], 160)
        self.signal.value = signal_name
        self.player = Stepper(self.views.folded, self.views.unrolled, n_steps=self._n_steps, interval=700, width=230)
        self.begin.observe(self._on(lambda board: board.begin_again(self._start(self.begin.value))), "value")
        self.signal.observe(self._on(lambda board: board), "value")
        self.player.step.observe(self._frame.guard(lambda: None), "value")

    def _rows(self) -> list[widgets.Widget]:
        wide = widgets.Layout(flex_flow="row wrap", align_items="center", justify_content="space-around")
        for stage in (self.views.folded, self.views.matrix):
            stage.layout.width = "455px"  # the same for every wiring, so that nothing moves sideways
        return [
            row(heading("Start"), self.begin, self.undo, self.again),
            row(heading("Draw"), self.source, self.target, self.connect, _hint()),
            self.arrow.panel,
            row(heading("Run"), self.signal, self.player.row),
            self.question.panel,
            widgets.HBox([self.views.folded, self.views.matrix], layout=wide),
            self.views.unrolled,
            self.views.equations,
            SliderNames(),
        ]

    # ---- moves ------------------------------------------------------------------------------------------------------

    def _move(self, move: Move, asker: widgets.DOMWidget | None = None) -> None:
        """Make one move; if it fails, the board stays as it was and the status line says why.

        `asker` gets the keyboard back if the move leads to a question.
        """
        self._asker = asker or self._asker

        def update() -> None:
            asked = self.board.asked
            try:
                self.board = move(self.board)
            finally:
                self._update()  # after a refused move too: the controls go back to what is true
                if bool(self.board.asked) != bool(asked):  # the keyboard follows the question, and goes back after it
                    focus(self.question.give if self.board.asked else self._asker)

        self._frame.guard(update)()

    def _on(self, move: Move) -> Callable[[Any], None]:
        """The same as a reaction to a control, deaf while the controls only follow the board."""
        return lambda _change: None if self._following else self._move(move)

    def _connect(self, board: Board) -> Board:
        return board.connect(unit_of(self.source.value), unit_of(self.target.value))

    def _touch(self, board: Board, key: str) -> Board:
        """A click or Enter on a neuron picks it; on an arrow or a full cell chooses it; on an empty cell draws it."""
        if "<" not in key:
            return board.pick(unit_of(key))
        target, source, delay = cell_of(key)
        found = [wire for wire in board.wiring.between(source, target) if delay in (None, wire.delay)]
        return board.choose(found[0]) if found else board.connect(source, target)

    def _delete(self, board: Board, key: str) -> Board:
        """The Delete key on an arrow or a full cell removes it; on a neuron it removes the chosen arrow."""
        return (self._touch(board, key) if "<" in key else board).remove()

    # ---- showing ----------------------------------------------------------------------------------------------------

    def _update(self) -> None:
        board = self.board
        self._trajectory = self._run(self.signal.value)
        self._following = True
        try:
            smallest = board.wiring.smallest_delay(*board.asked) if board.asked else 1
            if board.asked:
                self.question.ask(board.said, smallest)
            else:
                self.question.tell(board.said, board.wiring.describe())
            named = [
                (f"{board.wiring.arrow(wire)} · {KIND[board.wiring.kind(wire)].word}", wire)
                for wire in board.wiring.wires
            ]
            self.arrow.show(named, board.chosen)
            self.undo.disabled = not board.before
        finally:
            self._following = False
        asked = Wire(*board.asked, smallest) if board.asked else None
        pictures = self.views.pictures(
            board.wiring, self._trajectory, self._n_steps, hand=board.hand, chosen=board.chosen, asked=asked
        )
        rest = board.but_for_the_weight()
        self._ahead.show(pictures, rest and (rest, self.signal.value))
        self.views.write(board.wiring.topology)

    def _with_weight(self, weight: float) -> tuple[str, str, str]:
        """The pictures as they would be with another weight of the chosen arrow."""
        board = self.board.reweigh(weight)
        run = board.wiring.network().run(signal(self.signal.value, self._n_steps, self._sizes[0]))
        return self.views.pictures(board.wiring, run, self._n_steps, chosen=board.chosen)

    def _facts(self) -> str:
        step = self.player.step.value
        numbers = ", ".join(f"{self.wiring.name(unit)} {short(self._number(unit, step))}" for unit in self._units())
        wiring = f"{self.wiring.describe()} {len(self.wiring.wires)} arrows"
        return f"{self.board.said} {wiring}. At step {step}: {numbers}."

    def _number(self, unit: Unit, step: int) -> float:
        return float(self._trajectory[unit._replace(time=step)])

    def _units(self) -> list[Unit]:
        return [Unit(layer.name, index) for layer in self.wiring.layers for index in range(layer.size)]

    def _start(self, name: str) -> Wiring:
        if name == "nothing":
            return Wiring.empty(Wiring.start("feedforward", *self._sizes).topology)
        return Wiring.start(name, *self._sizes)

    def _run(self, signal_name: str) -> Trajectory:
        return self.wiring.network().run(signal(signal_name, self._n_steps, self._sizes[0]))

    def _png(self) -> bytes:
        time = self.player.step.value
        return png(side_by_side(self.wiring.topology, self._n_steps, self._trajectory, time=time, scale=SCALE))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self._frame.bundle()


def _hint() -> widgets.HTML:
    words = "or pick two neurons in the picture, or an empty cell"
    return widgets.HTML(f'<span style="opacity:0.8">{words}</span>')

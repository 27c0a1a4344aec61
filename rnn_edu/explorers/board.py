"""A wiring board without its widgets: what each move of the learner does. A board never changes."""

from dataclasses import dataclass, replace

from rnn_edu.core.topology import Unit
from rnn_edu.core.wiring import Wire, Wiring

KIND_WORDS = {
    "feedforward": "feed-forward, within the same step",
    "late": "feed-forward, from the input but late",
    "direct": "direct feedback: a neuron feeds itself",
    "lateral": "lateral feedback: a neuron feeds another one of its layer",
    "indirect": "indirect feedback: a neuron feeds an earlier layer",
    "forward": "a late forward arrow: to a later layer, but not in the same step",
}
"""What each kind of arrow does, in a few words."""


@dataclass(frozen=True)
class Board:
    """A wiring in the making: the arrows so far, what the learner holds in hand, and what was said last.

    `hand` is the neuron from which an arrow is being drawn; `asked` are the ends of an arrow that waits for a delay;
    `chosen` is the arrow whose weight can be changed; `before` holds the earlier wirings, for undo.

    >>> board = Board.begin(Wiring.start("feedforward", 1, 1, 1)).pick(Unit("y", 0)).pick(Unit("h", 0))
    >>> board.asked is not None, board.give(1).wiring.describe()
    (True, 'This wiring has indirect feedback.')
    """

    wiring: Wiring
    first: Wiring
    before: tuple[Wiring, ...] = ()
    hand: Unit | None = None
    asked: tuple[Unit, Unit] | None = None
    chosen: Wire | None = None
    said: str = ""

    @classmethod
    def begin(cls, wiring: Wiring) -> "Board":
        """A board with this wiring on it."""
        return cls(
            wiring,
            wiring,
            said="Pick the neuron where an arrow begins, then the one where it ends (mouse, or arrow keys and Enter).",
        )

    # ---- drawing an arrow -------------------------------------------------------------------------------------------

    def pick(self, unit: Unit) -> "Board":
        """Take this neuron as the beginning of an arrow, or as its end if one is in hand."""
        unit = unit._replace(time=None)
        if self.hand is not None:
            return self.connect(self.hand, unit)
        said = f"From {self.wiring.name(unit)}. Now choose the neuron where the arrow ends, or press Escape to let go."
        return replace(self, hand=unit, asked=None, chosen=None, said=said)

    def connect(self, source: Unit, target: Unit) -> "Board":
        """Draw an arrow; if it needs a delay, ask for one. Raises ValueError for an arrow that can never be."""
        if self.wiring.smallest_delay(source, target) == 0:
            return self._added(source, target, 0)
        why = self.wiring.why_delay(source, target)
        return replace(self, hand=None, asked=(source, target), chosen=None, said=why)

    def draw(self, source: Unit, target: Unit, delay: int) -> "Board":
        """Draw an arrow with this delay, without asking. Raises ValueError for an arrow that cannot be."""
        return self._added(source._replace(time=None), target._replace(time=None), delay)

    def give(self, delay: int) -> "Board":
        """Draw the arrow that was asked about, with this delay. Raises `Topology`'s error if that is too short."""
        if self.asked is None:
            raise ValueError("no arrow waits for a delay; draw one first")
        return self._added(*self.asked, delay)

    def let_go(self) -> "Board":
        """Put down what is in hand, and leave the arrow that was asked about undrawn."""
        if self.asked is not None:
            said = f"{self.wiring.name(self.asked[0])} → {self.wiring.name(self.asked[1])} was left out."
        elif self.hand is not None:
            said = f"{self.wiring.name(self.hand)} was let go."
        else:
            return self
        return replace(self, hand=None, asked=None, said=said)

    # ---- changing what is there -------------------------------------------------------------------------------------

    def choose(self, wire: Wire | None) -> "Board":
        """Choose an arrow, whose weight and delay can then be changed."""
        if wire is None:
            return replace(self, chosen=None, said="No arrow is chosen.")
        found = self.wiring.find(wire)
        return replace(
            self, hand=None, asked=None, chosen=found, said=f"{self.name(found)} Its weight is {_signed(found.weight)}."
        )

    def reweigh(self, weight: float) -> "Board":
        """Give the chosen arrow another weight."""
        wire = self._the_chosen()
        if weight == wire.weight:
            return self
        wiring = self.wiring.reweigh(wire, weight)
        # turning one weight up and up is one change to undo, not twenty
        only_weight = self.before and _differ_by(wire, self.before[-1], self.wiring)
        before = self.before if only_weight else (*self.before, self.wiring)
        return Board(
            wiring,
            self.first,
            before,
            chosen=wiring.find(wire),
            said=f"The weight of {self.wiring.arrow(wire)} is now {_signed(weight)}.",
        )

    def but_for_the_weight(self) -> "Board | None":
        """The same for two boards that differ in nothing but the weight of the chosen arrow; None if none is chosen."""
        if self.chosen is None:
            return None
        wiring = self.wiring.reweigh(self.chosen, 0.0)
        return Board(wiring, wiring, hand=self.hand, asked=self.asked, chosen=wiring.find(self.chosen))

    def redelay(self, delay: int) -> "Board":
        """Give the chosen arrow another delay. Raises `Topology`'s error if that closes a loop with no delay."""
        wire = self._the_chosen()
        if delay == wire.delay:
            return self
        later = Wire(wire.source, wire.target, delay, wire.weight)
        wiring = self.wiring.redelay(wire, delay)
        return self._changed(wiring, later, Board(wiring, wiring).name(later))

    def remove(self) -> "Board":
        """Take the chosen arrow away."""
        wire = self._the_chosen()
        wiring = self.wiring.remove(wire)
        return self._changed(wiring, None, f"{self.wiring.arrow(wire)} is gone.")

    def undo(self) -> "Board":
        """The wiring as it was before the last change."""
        if not self.before:
            raise ValueError("there is nothing to undo yet; draw, change or remove an arrow first")
        *earlier, last = self.before
        return Board(last, self.first, tuple(earlier), said="The last change is undone.")

    def again(self) -> "Board":
        """The wiring that this board began with; undo leads back."""
        before = self.before if self.wiring == self.first else (*self.before, self.wiring)
        return Board(self.first, self.first, before, said="Back at the start.")

    def begin_again(self, wiring: Wiring) -> "Board":
        """Begin with another wiring; undo leads back to this one."""
        return Board(wiring, wiring, (*self.before, self.wiring), said=Board.begin(wiring).said)

    def name(self, wire: Wire) -> str:
        """One sentence that names the kind of an arrow of this board."""
        kind = self.wiring.kind(wire)
        words = KIND_WORDS["late" if kind == "feedforward" and wire.delay else kind]
        return f"{self.wiring.arrow(wire)} is {words}."

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _the_chosen(self) -> Wire:
        if self.chosen is None:
            raise ValueError("no arrow is chosen; choose one in the list of arrows, or draw one")
        return self.chosen

    def _added(self, source: Unit, target: Unit, delay: int) -> "Board":
        wiring = self.wiring.add(source, target, delay)
        wire = wiring.wires[-1]
        return self._changed(wiring, wire, Board(wiring, wiring).name(wire))

    def _changed(self, wiring: Wiring, chosen: Wire | None, said: str) -> "Board":
        return Board(wiring, self.first, (*self.before, self.wiring), chosen=chosen, said=said)


def _differ_by(wire: Wire, one: Wiring, other: Wiring) -> bool:
    """Do these two wirings differ in nothing but the weight of this arrow?"""
    try:
        return one.reweigh(wire, 0.0) == other.reweigh(wire, 0.0) and one != other
    except ValueError:  # one of them does not have the arrow
        return False


def _signed(weight: float) -> str:
    return f"{weight:g}".replace("-", "−")

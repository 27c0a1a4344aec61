"""What is selected, and what lights up with it: the same answer for every view of a network."""

from rnn_edu.core.topology import Unit
from rnn_edu.drawings.diagram import Arrow, is_gate

Weight = tuple[Unit, Unit, int | None]  # target, source, delay (None: any): an arrow and all its copies
Selection = Unit | Weight | None


def is_chosen(unit: Unit, selected: Selection) -> bool:
    """Is this unit the selected one? A neuron without a time stands for all its copies, and the reverse.

    >>> is_chosen(Unit("h", 1, 4), Unit("h", 1)), is_chosen(Unit("h", 1, 4), Unit("h", 1, 3))
    (True, False)
    """
    if not isinstance(selected, Unit) or unit[:2] != selected[:2]:
        return False
    return unit.time is None or selected.time is None or unit.time == selected.time


def is_lit(arrow: Arrow, selected: Selection) -> bool:
    """Does the arrow touch the selected unit, or is it a copy of the selected weight?"""
    if isinstance(selected, Unit):
        return is_chosen(arrow.source, selected) or is_chosen(arrow.target, selected)
    return not is_gate(arrow) and is_weight(arrow.target, arrow.source, arrow.connection.delay, selected)


def is_weight(target: Unit, source: Unit, delay: int, selected: Selection) -> bool:
    """Is the weight that joins these neurons at this delay the selected one?

    >>> is_weight(Unit("h", 1, 4), Unit("h", 0, 3), 1, (Unit("h", 1), Unit("h", 0), None))
    True
    """
    if selected is None or isinstance(selected, Unit):
        return False
    to, origin, chosen = selected
    return target[:2] == to[:2] and source[:2] == origin[:2] and chosen in (None, delay)

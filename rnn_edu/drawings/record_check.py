"""Can a picture show what it is asked to: the numbers of a record, a selected unit?"""

from typing import Any

from rnn_edu.core.topology import Unit
from rnn_edu.drawings.diagram import Diagram
from rnn_edu.drawings.selection import Selection, is_chosen


def check_record(diagram: Diagram, record: Any, time: int | None, sequence: int) -> None:
    """Raise ValueError, in one sentence, if a record has no number for some unit of a diagram.

    A folded diagram shows the numbers of the step `time`, an unrolled one those of all its steps.
    """
    if diagram.n_steps is None and time is None:
        raise ValueError(
            "a folded picture was given a record but no time; say which step's numbers to show, for example time=0"
        )
    if getattr(record, "topology", None) != diagram.topology:
        raise ValueError(
            "the record is not of the network that is drawn; pass a run or gradients of the diagram's own topology"
        )
    first = record[diagram.topology.input.name]
    if first.ndim == 3 and sequence not in range(first.shape[1]):
        raise ValueError(
            f"sequence was {sequence}, but the record has sequences 0 to {first.shape[1] - 1}; choose one of them"
        )
    last = time if diagram.n_steps is None else diagram.n_steps - 1
    if last not in range(len(first)):
        raise ValueError(
            f"step {last} was to be shown, but the record has steps 0 to {len(first) - 1}; show one of those"
        )


def check_selected(diagram: Diagram, selected: Selection) -> None:
    """Raise ValueError, in one sentence, if what is to stand out is no unit of a diagram, or no address at all.

    A weight that a diagram does not have is let pass: a missing cell of a weight matrix can be selected too.
    """
    if selected is None or (isinstance(selected, tuple) and not isinstance(selected, Unit) and len(selected) == 3):
        return
    if not isinstance(selected, Unit) or not any(is_chosen(unit, selected) for unit in diagram.positions):
        example = next(iter(diagram.positions))
        raise ValueError(f"selected was {selected!r}, which this diagram does not have; give a unit like {example!r}")

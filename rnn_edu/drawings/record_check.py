"""Does a record have the numbers that a picture is to show?"""

from typing import Any

from rnn_edu.drawings.diagram import Diagram


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

"""Is an answer the wanted one? If not, a sentence says in what it differs, and never gives the wanted one away."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np

from rnn_edu.core.network import Network
from rnn_edu.core.topology import Topology
from rnn_edu.practice.wiring import behaviour_difference, wiring_difference


def difference(given: Any, wanted: Any, tolerance: float = 1e-6) -> str:
    """In what the given answer differs from the wanted one; empty if it does not.

    Numbers agree within `tolerance` times the largest wanted size (1 or more). Texts agree whatever their case and
    spacing; sets whatever their order; topologies if neuron for neuron they have the same wiring, whatever the names;
    networks if they give the same outputs for the same random inputs.

    >>> difference([1.0, 2.0], np.array([1.0, 3.0]))
    'the shape is right, but not the numbers: the first that differs is at [1]'
    >>> difference(" Direct ", "direct")
    ''
    """
    for wanted_type, compare in _COMPARISONS:
        if isinstance(wanted, wanted_type):
            return compare(given, wanted, tolerance)
    return _numbers(given, wanted, tolerance)


def _truth_value(given: Any, wanted: Any, tolerance: float) -> str:
    if not isinstance(given, bool | np.bool_):
        return f"it needs True or False, and this is {kind_of(given)}"
    return "" if bool(given) == bool(wanted) else "it is the other one"


def _text(given: Any, wanted: str, tolerance: float) -> str:
    if not isinstance(given, str):
        return f"it needs a text in quotation marks, and this is {kind_of(given)}"
    return "" if _plain(given) == _plain(wanted) else "another choice is right"


def _set(given: Any, wanted: Set[Any], tolerance: float) -> str:
    if isinstance(given, str) or not isinstance(given, Set | Sequence):
        return f"it needs a list of choices, and this is {kind_of(given)}"
    chosen, right = {_plain(choice) for choice in given}, {_plain(choice) for choice in wanted}
    said = {"one or more of them do not belong": chosen - right, "something is missing": right - chosen}
    return " and ".join(words for words, which in said.items() if which)


def _mapping(given: Any, wanted: Mapping[Any, Any], tolerance: float) -> str:
    if not isinstance(given, Mapping):
        return f"it needs a dictionary with {_listed(wanted)}, and this is {kind_of(given)}"
    if set(given) != set(wanted):
        return f"it needs exactly the entries {_listed(wanted)}, and this has {_listed(given) or 'none'}"
    return _first((str(name), given[name], wanted[name]) for name in wanted)(tolerance)


def _sequence(given: Any, wanted: Sequence[Any], tolerance: float) -> str:
    if all(isinstance(item, int | float | np.number) and not isinstance(item, bool) for item in wanted) or (
        isinstance(wanted, list) and not any(isinstance(item, str | bool | Mapping | Topology) for item in wanted)
    ):
        return _numbers(given, wanted, tolerance)
    if isinstance(given, str) or not isinstance(given, Sequence):
        return f"it needs {len(wanted)} parts, and this is {kind_of(given)}"
    if len(given) != len(wanted):
        return f"it needs {len(wanted)} parts, and this has {len(given)}"
    parts = ((f"part {place + 1}", *pair) for place, pair in enumerate(zip(given, wanted, strict=True)))
    return _first(parts)(tolerance)


def _first(parts: Any) -> Any:
    def look(tolerance: float) -> str:
        found = ((name, difference(given, wanted, tolerance)) for name, given, wanted in parts)
        return next((f"{name}: {what}" for name, what in found if what), "")

    return look


def _numbers(given: Any, wanted: Any, tolerance: float) -> str:
    wanted = np.asarray(wanted)
    try:
        given = np.asarray(given)
    except (ValueError, TypeError):
        return "it needs numbers in rows of one length"
    needs = "it needs a number" if wanted.ndim == 0 else "it needs numbers"
    if given.dtype.kind == "b" and wanted.dtype.kind != "b":
        return f"{needs}, and this is True or False"
    if given.dtype.kind not in "biuf":
        return f"{needs}, and this is {kind_of(given.item() if given.ndim == 0 else given)}"
    if given.shape != wanted.shape:
        swapped = given.ndim > 1 and given.shape == wanted.shape[::-1]
        hint = ": the axes are the other way round" if swapped else ""
        return f"{needs} of shape {wanted.shape}, and this has shape {given.shape}{hint}"
    if np.isnan(given).any() and not np.isnan(wanted).any():
        return "it contains NaN, which is not a number"
    scale = max(1.0, float(np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted))))
    near = np.isclose(given, wanted, rtol=0, atol=tolerance * scale, equal_nan=True)
    if near.all():
        return ""
    if wanted.ndim == 0:
        return "it is another number"
    first = ", ".join(str(place) for place in np.argwhere(~near)[0])
    return f"the shape is right, but not the numbers: the first that differs is at [{first}]"


def kind_of(value: Any) -> str:
    """A value's kind in the learner's words.

    >>> kind_of("h"), kind_of(None), kind_of(np.tanh)
    ('a text', 'None (nothing)', 'a function')
    """
    names = {str: "a text", type(None): "None (nothing)", bool: "True or False", dict: "a dictionary", list: "a list"}
    names |= {int: "a number", float: "a number", tuple: "a tuple", set: "a set", np.ndarray: "an array"}
    named = next((name for kind, name in names.items() if type(value) is kind), None)
    return named or ("a function" if callable(value) else f"an object of the kind {type(value).__name__}")


def _plain(choice: Any) -> Any:
    return " ".join(choice.split()).casefold() if isinstance(choice, str) else choice


def _listed(names: Any) -> str:
    return ", ".join(str(name) for name in names)


_COMPARISONS: tuple[tuple[Any, Any], ...] = (
    (bool | np.bool_, _truth_value),
    (str, _text),
    (Set, _set),
    (Topology, lambda given, wanted, tolerance: wiring_difference(given, wanted)),
    (Network, behaviour_difference),
    (Mapping, _mapping),
    (list | tuple, _sequence),
)

"""Calling a learner's function: on copies, never raising, with what went wrong in plain words."""

import copy
import dis
import inspect
import linecache
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np


class Attempt(NamedTuple):
    """What came of one call: the value, or a sentence on what stopped it; `untouched` if `...` is still in the way."""

    value: Any = None
    problem: str = ""
    untouched: bool = False


def attempt(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Attempt:
    """Call the function on copies of the arguments.

    >>> attempt(lambda x: 1 / x, (2,)).value
    0.5
    >>> attempt(lambda x: ..., (2,)).untouched
    True
    """
    mismatch = _signature_problem(function, arguments)
    if mismatch:
        return Attempt(problem=mismatch)
    try:
        value = own_copy(function(*own_copy(arguments)))
    except (Exception, SystemExit) as error:
        return Attempt(problem=_in_plain_words(error, function), untouched=_has_open_place(function))
    if value is None:
        problem = "Your function returned nothing (`None`). Does it end with `return …`?"
        return Attempt(problem=problem, untouched=_does_nothing(function) or _has_open_place(function))
    return Attempt(value=value, untouched=is_open(value))


_IDLE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}


def is_open(answer: Any) -> bool:
    """Is `...` still somewhere in the answer?

    >>> is_open([1, ...]), is_open({"h": 2})
    (True, False)
    """
    if isinstance(answer, Mapping):
        return any(is_open(part) for part in answer.values())
    if isinstance(answer, list | tuple | set):
        return any(is_open(part) for part in answer)
    if isinstance(answer, np.ndarray) and answer.dtype == object:
        return any(is_open(part) for part in answer.flat)
    return answer is ...


def own_copy(value: Any) -> Any:
    """A copy of all that can be changed in place: arrays, lists, dictionaries, random generators."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(own_copy(part) for part in value)
    if type(value) is dict:
        return {name: own_copy(part) for name, part in value.items()}
    return copy.deepcopy(value) if isinstance(value, np.random.Generator) else value


def _signature_problem(function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ""  # functions written in C do not always tell
    try:
        signature.bind(*arguments)
    except TypeError:
        takes = ", ".join(signature.parameters) or "nothing"
        n = len(arguments)
        return f"Your function takes ({takes}), but the check calls it with {n} value{'s' * (n != 1)}."
    return ""


def _in_plain_words(error: BaseException, function: Callable[..., Any]) -> str:
    words = {
        NameError: "uses a name that does not exist here",
        ZeroDivisionError: "divides by zero",
        IndexError: "reaches past the end",
        KeyError: "asks for an entry that does not exist",
        AttributeError: "asks an object for something that it does not have",
        RecursionError: "calls itself without end",
        TypeError: "uses a value of the wrong kind",
        ValueError: "meets a value or a shape that does not fit",
    }
    what = next((words[kind] for kind in type(error).__mro__ if kind in words), "stopped")
    message = " ".join(str(error).split())[:300]
    return f"Your function {what}{_where(error, function)}. Python says: `{type(error).__name__}: {message}`"


def _where(error: BaseException, function: Callable[..., Any]) -> str:
    """The line of the learner's own code in which the error arose, counted within the cell."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not own or own[-1].lineno is None:
        return ""
    source = linecache.getline(own[-1].filename, own[-1].lineno).strip()
    return f" in line {own[-1].lineno}" + (f", `{source}`" if source and "`" not in source else "")


def _has_open_place(function: Callable[..., Any]) -> bool:
    """Is there still a `name = ...` or a `return ...` in the function?"""
    steps = _instructions(function)
    following = [*(step.opname for step in steps[1:]), ""]
    return any(
        step.argval is ... and (step.opname.startswith("RETURN") or after.startswith(("STORE", "RETURN")))
        for step, after in zip(steps, following, strict=True)
    )


def _does_nothing(function: Callable[..., Any]) -> bool:
    steps = _instructions(function)
    return bool(steps) and {step.opname for step in steps} <= _IDLE


def _instructions(function: Callable[..., Any]) -> list[dis.Instruction]:
    code = getattr(function, "__code__", None)
    return list(dis.get_instructions(code)) if code is not None else []

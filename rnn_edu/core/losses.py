"""How wrong an output is, as one number, and how that number changes with the output.

A mask says which steps count: 1 (or True) counts, 0 does not, so that sequences of different length share a batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Array = np.ndarray


def squared_error(y: ArrayLike, target: ArrayLike, mask: ArrayLike | None = None) -> tuple[float, Array]:
    """Half the sum of all squared differences, in the units of y squared, and its derivative dy = y − target.

    y and target: one shape, (n_steps, [n_sequences,] n_outputs). mask: (n_steps, [n_sequences]). ValueError otherwise.

    >>> loss, dy = squared_error([[1.0], [3.0]], [[1.0], [1.0]])
    >>> loss, dy.tolist()
    (2.0, [[0.0], [2.0]])
    """
    output, wanted = _numbers("output", y), _numbers("target", target)
    if output.shape != wanted.shape:
        raise ValueError(
            f"the target was given with shape {wanted.shape}, but the output has {output.shape}; give both one shape"
        )
    if not np.isfinite(wanted).all():
        raise ValueError("the target holds NaN or infinity; give it finite numbers only")
    dy = output - wanted
    if mask is not None:
        dy = np.where(_counted(mask, output.shape[:-1])[..., None], dy, 0)  # not dy * mask: inf * 0 would be NaN
    return float(0.5 * np.sum(dy * dy)), dy


def cross_entropy(logits: ArrayLike, target: ArrayLike, mask: ArrayLike | None = None) -> tuple[float, Array]:
    """The surprise at the right class, in nats, averaged over the steps that count, and its derivative.

    logits: (n_steps, [n_sequences,] n_classes), any real numbers; softmax turns them into probabilities. target: the
    number of the right class, (n_steps, [n_sequences]). mask: the shape of target. Knowing nothing costs ln n_classes.

    >>> loss, d_logits = cross_entropy([[0.0, 0.0]], [1])
    >>> round(loss, 4), d_logits.tolist()
    (0.6931, [[0.5, -0.5]])
    """
    given, wanted = np.asarray(logits), np.asarray(target)
    n_classes = given.shape[-1] if given.ndim else 0
    if wanted.shape != given.shape[:-1] or wanted.dtype.kind not in "iu":
        raise ValueError(
            f"the target was given with shape {wanted.shape} and kind {wanted.dtype}, but logits of shape {given.shape}"
            f" need whole numbers of shape {given.shape[:-1]}: one class for each step"
        )
    counts = np.ones(wanted.shape, bool) if mask is None else _counted(mask, wanted.shape)
    if wanted[counts].size and not 0 <= wanted[counts].min() <= wanted[counts].max() < n_classes:
        raise ValueError(f"the target names class {int(wanted.max())}, but there are classes 0 to {n_classes - 1} only")
    if not counts.any():
        raise ValueError("the mask lets no step count; at least one must")
    safe = np.where(counts, wanted, 0)[..., None]
    shifted = given - given.max(axis=-1, keepdims=True)  # the same probabilities, and no overflow
    log_total = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    surprise = (log_total - np.take_along_axis(shifted, safe, -1))[..., 0]
    derivative = np.exp(shifted - log_total)
    np.put_along_axis(derivative, safe, np.take_along_axis(derivative, safe, -1) - 1, -1)
    n_counted = int(counts.sum())
    derivative = np.where(counts[..., None], derivative / n_counted, 0).astype(
        given.dtype if given.dtype.kind == "f" else float
    )
    return float(surprise[counts].sum() / n_counted), derivative


def _numbers(what: str, given: ArrayLike) -> Array:
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError(f"the {what}'s rows have different lengths; give all of them one length") from None
    if array.dtype.kind not in "fiub":
        raise ValueError(
            f"the {what} was given as {array.dtype}, but it must hold real numbers; pass an array of floats"
        )
    return array if array.dtype.kind == "f" else array.astype(float)  # small whole numbers would wrap around


def _counted(mask: ArrayLike, shape: tuple[int, ...]) -> Array:
    counts = np.asarray(mask)
    if counts.shape != shape or not np.isin(counts, (0, 1)).all():
        raise ValueError(
            f"the mask was given with shape {counts.shape}; it needs {shape}, holding 0 and 1 (or False and True)"
        )
    return counts.astype(bool)

"""How wrong an output is, as one number, and how that number changes with the output."""

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray


def squared_error(y: ArrayLike, target: ArrayLike) -> tuple[float, Array]:
    """Half the sum of all squared differences, in the units of y squared, and its derivative dy = y − target.

    Both have one shape; ValueError otherwise.

    >>> loss, dy = squared_error([[1.0], [3.0]], [[1.0], [1.0]])
    >>> loss, dy.tolist()
    (2.0, [[0.0], [2.0]])
    """
    output, wanted = np.asarray(y), np.asarray(target)
    if output.shape != wanted.shape:
        raise ValueError(
            f"the target was given with shape {wanted.shape}, but the output has {output.shape}; give both one shape"
        )
    if not np.isfinite(wanted).all():
        raise ValueError("the target holds NaN or infinity; give it finite numbers only")
    dy = output - wanted
    return float(0.5 * np.sum(dy * dy)), dy

"""How far the way back stretches and shrinks a gradient, for every number of steps, in natural logarithms."""

from collections.abc import Sequence

import numpy as np

from rnn_edu.analysis.jacobians import checked_steps

Array = np.ndarray


def log_singular_values(jacobians: Array, lags: Sequence[int] | None = None) -> Array:
    """The largest and the smallest singular value of d state(T-1) / d state(T-1-k), as logarithms: (n_steps + 1, 2).

    Row k is for k steps back; row 0 is (0, 0). With `lags` there is a row for each of these only, which is faster.
    Products are rescaled at every step, so no length over- or underflows;
    the smallest is the largest of the inverse, which rounding errors of the large ones cannot reach. −inf means that
    something (smallest) or everything (largest) is lost completely; NaN that an activity is no longer finite.

    >>> log_singular_values(np.tile(np.diag([10.0, 0.1]), (400, 1, 1)))[-1].round(3).tolist()
    [921.034, -921.034]
    """
    steps = checked_steps(jacobians)
    wanted = np.arange(len(steps) + 1) if lags is None else np.asarray(lags, int)
    largest = _log_norms(steps[::-1], wanted)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        smallest = -_log_norms(_inverses(steps)[::-1].transpose(0, 2, 1), wanted)
    lost = np.isnan(smallest) & ~np.isnan(largest)
    smallest[lost] = -np.inf
    return np.stack([largest, np.minimum(largest, smallest)], axis=1)


def _inverses(steps: Array) -> Array:
    """The inverse of each Jacobian; NaN where there is none."""
    try:
        return np.linalg.inv(steps)
    except np.linalg.LinAlgError:
        return np.stack([_inverse(step) for step in steps])


def _inverse(step: Array) -> Array:
    try:
        return np.linalg.inv(step)
    except np.linalg.LinAlgError:
        return np.full_like(step, np.nan)


def _log_norms(factors: Array, lags: Array) -> Array:
    """log of the spectral norm of 1, F[0], F[0]·F[1], …, for some numbers of factors."""
    products, logs = np.empty((len(factors) + 1, *factors.shape[1:])), np.zeros(len(factors) + 1)
    product, log = np.eye(factors.shape[1]), 0.0
    products[0] = product
    with np.errstate(all="ignore"):
        for k, factor in enumerate(factors, start=1):
            product = product.dot(factor)
            flat = product.ravel()
            if not 1e-100 < flat.dot(flat) < 1e100:  # its square is soon no longer safe
                size = np.abs(product).max()
                log += np.log(size)
                product /= size
            products[k], logs[k] = product, log
        chosen = products[lags]
        good = np.isfinite(chosen).all(axis=(1, 2))
        norms = np.full(len(chosen), np.nan)
        norms[good] = np.log(np.linalg.norm(chosen[good], 2, axis=(1, 2)))
    found = logs[lags] + norms
    vanished = np.isneginf(logs)
    if vanished.any():
        found[lags >= np.argmax(vanished)] = -np.inf
    return found

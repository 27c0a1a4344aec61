"""How far the way back stretches and shrinks a gradient, for every number of steps, in natural logarithms."""

from collections.abc import Iterable

import numpy as np

from rnn_edu.analysis.jacobians import checked_steps
from rnn_edu.analysis.norms import spectral_norms

Array = np.ndarray
TOGETHER = 8  # so many steps are multiplied before their product is rescaled, if that is safe
SAFE = 250.0  # natural logarithm: products between e^-250 and e^250 have squares that are ordinary numbers


def log_singular_values(jacobians: Array, lags: Iterable[int] | None = None) -> Array:
    """The largest and the smallest singular value of d state(T-1) / d state(T-1-k), as logarithms: (n_lags, 2).

    One row for each k in `lags`, by default for all, 0 … n_steps; row 0 is (0, 0). Each row costs two decompositions,
    so a picture asks for the lags that it shows. Products are rescaled on the way, so no length over- or underflows;
    the smallest is found as the largest of the inverse, where rounding errors of the large ones cannot reach it. −inf
    means that some directions (smallest) or all of them (largest) are lost completely; NaN that an activity is no
    longer finite.

    >>> log_singular_values(np.tile(np.diag([10.0, 0.1]), (400, 1, 1)))[-1].round(3).tolist()
    [921.034, -921.034]
    """
    steps = checked_steps(jacobians)
    wanted = np.arange(len(steps) + 1) if lags is None else np.asarray(list(lags), int)
    if wanted.size and not 0 <= wanted.min() <= wanted.max() <= len(steps):
        raise ValueError(f"the lags go from {wanted.min()} to {wanted.max()}, but there are 0 to {len(steps)} only")
    used = np.ascontiguousarray(steps[len(steps) - max(wanted, default=0) :][::-1])
    if steps.shape[1] == 0 or not wanted.size:
        return np.zeros((len(wanted), 2))
    largest = _log_norms(used, wanted)
    smallest = -_log_norms(_turned_inverses(used), wanted)
    lost = np.isnan(smallest) & ~np.isnan(largest)
    smallest[lost] = -np.inf
    return np.stack([largest, np.minimum(largest, smallest)], axis=1)


def _turned_inverses(steps: Array) -> Array:
    """The inverse of each Jacobian, transposed; NaN from the first that has none: what is lost stays lost."""
    alike = _rows_and_lengths(steps)
    try:
        if alike is None:
            return np.linalg.inv(steps.transpose(0, 2, 1))
        with np.errstate(all="ignore"):  # 1 / 0: this row is lost
            return np.divide(np.linalg.inv(alike[0]).T, alike[1][:, :, None], np.empty_like(steps))
    except np.linalg.LinAlgError:
        found = np.full_like(steps, np.nan)
    for k, step in enumerate(steps):
        try:
            found[k] = np.linalg.inv(step).T
        except np.linalg.LinAlgError:
            break
    return found


def _rows_and_lengths(steps: Array) -> tuple[Array, Array] | None:
    """Steps that differ only in the length of their rows, as slope · weight does: one matrix, and the lengths.

    Then one inverse serves all of them. None if they differ in more than that, or if a row of the first one is zero.
    """
    rows, columns = np.arange(steps.shape[1]), np.abs(steps[0]).argmax(axis=1)
    lengths = steps[:, rows, columns]
    if not np.isfinite(lengths).all() or not lengths[0].all():
        return None
    matrix = steps[0] / lengths[0][:, None]
    probes = np.random.default_rng(2).normal(size=(steps.shape[1], 2))  # no two rows look alike from two such sides
    off = np.matmul(steps, probes) - lengths[..., None] * (matrix @ probes)
    return (matrix, lengths) if (np.abs(off) <= 1e-12 * np.abs(lengths[..., None])).all() else None


def _log_norms(factors: Array, wanted: Array) -> Array:
    """log of the spectral norms of 1, F[0], F[0]·F[1], …: one for each number of factors that is wanted."""
    with np.errstate(all="ignore"):
        flat = factors.reshape(len(factors), -1)
        largest = np.log(np.maximum(flat.max(axis=1), -flat.min(axis=1)))
        safe = not np.isfinite(largest).all() or np.abs(largest).max() * TOGETHER < SAFE
        products, logs, low = _products(factors, wanted, TOGETHER if safe else 1)
        if safe and low:
            products, logs, _ = _products(factors, wanted, 1)
        good = np.isfinite(products).all(axis=(1, 2))
        norms = np.full(len(wanted), np.nan)
        norms[good] = np.log(spectral_norms(products[good]))
    return np.where(np.isneginf(logs), -np.inf, logs + norms)


def _products(factors: Array, wanted: Array, together: int) -> tuple[Array, Array, bool]:
    """The wanted products, each with the logarithm it must still be scaled by; did one come near the smallest numbers?

    Once everything is lost the logarithm stays −inf.
    """
    products, logs = np.empty((len(wanted), *factors.shape[1:])), np.zeros(len(wanted))
    places: dict[int, list[int]] = {}
    for place, lag in enumerate(wanted):
        places.setdefault(int(lag), []).append(place)
    product, log, low = np.eye(factors.shape[1]), 0.0, False
    other = np.empty_like(product)
    lowest, highest = np.exp(-SAFE), np.exp(SAFE)
    for lag in range(len(factors) + 1):
        if lag:
            product.dot(factors[lag - 1], other)
            product, other = other, product
        if lag % together == 0:
            size = float(np.abs(product).max())
            low = low or 0 < size < lowest or highest < size < np.inf
            log += float(np.log(size))
            if size > 0:
                product /= size
        for place in places.get(lag, ()):
            products[place], logs[place] = product, log
    return products, logs, low

"""The geometry that a printed arrow needs: cubic Bézier curves, all at once, as arrays of (n_curves, 4 points, 2)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Curves = NDArray[np.float64]
_SAMPLES = np.linspace(0.0, 1.0, 65)


def points_on(curves: Any, fractions: Any = _SAMPLES) -> Curves:
    """The points that each curve passes through: (n_curves, n_fractions, 2).

    >>> points_on([[(0, 0), (1, 0), (2, 0), (3, 0)]], [0.5]).tolist()
    [[[1.5, 0.0]]]
    """
    curves = np.asarray(curves, dtype=float).reshape(-1, 4, 2)
    s = np.asarray(fractions, dtype=float)
    weights = np.stack([(1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s**2 * (1 - s), s**3])
    return np.einsum("ks,nkd->nsd", weights, curves)


def cut_short(curves: Any, length: float) -> Curves:
    """The same curves, ending `length` before their tips, to leave room for an arrowhead.

    >>> cut_short([[(0, 0), (1, 0), (2, 0), (3, 0)]], 1.5)[0, -1].tolist()
    [1.5, 0.0]
    """
    curves = np.asarray(curves, dtype=float).reshape(-1, 4, 2)
    far_from_tip = np.linalg.norm(points_on(curves) - curves[:, 3:], axis=2) >= length
    last = len(_SAMPLES) - 1 - np.argmax(far_from_tip[:, ::-1], axis=1)
    return _first_part(curves, np.where(far_from_tip.any(axis=1), _SAMPLES[last], 0.0))


def _first_part(curves: Curves, fraction: NDArray[np.float64]) -> Curves:
    """De Casteljau's construction: each curve from its start to `fraction` of its way."""
    s = fraction[:, None]
    start, second, third, end = (curves[:, k] for k in range(4))
    a, b, c = start + s * (second - start), second + s * (third - second), third + s * (end - third)
    d, e = a + s * (b - a), b + s * (c - b)
    return np.stack([start, a, d, d + s * (e - d)], axis=1)


def arriving(curves: Any, length: float) -> Curves:
    """The direction, of length 1, in which each curve covers its last `length`: (n_curves, 2).

    >>> arriving([[(0, 0), (1, 0), (2, 0), (3, 0)]], 0.1).tolist()
    [[1.0, 0.0]]
    """
    curves = np.asarray(curves, dtype=float).reshape(-1, 4, 2)
    ahead = curves[:, 3] - cut_short(curves, length)[:, 3]
    return ahead / np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-12)


def triangles(tips: Any, directions: Any, length: float) -> Curves:
    """Arrowheads: three corners each, the first one the tip.

    >>> triangles([(1, 0)], [(1, 0)], 1.0)[0].tolist()
    [[1.0, 0.0], [0.0, 0.4], [0.0, -0.4]]
    """
    tips, directions = np.asarray(tips, dtype=float), np.asarray(directions, dtype=float)
    sideways = 0.4 * length * np.stack([-directions[:, 1], directions[:, 0]], axis=1)
    base = tips - length * directions
    return np.stack([tips, base + sideways, base - sideways], axis=1)

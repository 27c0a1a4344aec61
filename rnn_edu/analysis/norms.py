"""The largest singular value of many matrices at once."""

import numpy as np

Array = np.ndarray
N_STEPS = ((13, (8,)), (64, (14, 24)))  # of Lanczos, from a size of matrix on: few at first, more for those in need
NOISE = 1e-13
NEAR_ENOUGH = 1e-6  # of the largest eigenvalue: how far off it can still be, at the very most


def spectral_norms(matrices: Array) -> Array:
    """How far each matrix stretches a vector at most: (n_matrices,), from (n_matrices, n, n). Finite numbers only.

    Lanczos' method on MᵀM with a check: what is left over bounds the error of the square by 1e-6 of it (in most cases
    it is far smaller), and matrices that do not pass are decomposed as a whole. Source: Golub and Kahan 1965.

    >>> spectral_norms(np.array([np.diag(np.arange(20.0)), np.eye(20)])).round(9).tolist()
    [19.0, 1.0]
    """
    size = matrices.shape[-1]
    norms = np.zeros(len(matrices))
    scale = np.abs(matrices).max(axis=(1, 2), initial=0.0)
    waiting = np.flatnonzero(scale)  # squares of numbers up to 1 cannot overflow
    scaled = matrices[waiting] / scale[waiting, None, None]
    for n_steps in next((steps for least, steps in reversed(N_STEPS) if size >= least), ()):
        found, good = _lanczos(scaled, n_steps)
        norms[waiting[good]] = found[good]
        waiting, scaled = waiting[~good], scaled[~good]
        if not len(waiting):
            break
    norms[waiting] = np.linalg.norm(scaled, 2, axis=(1, 2)) if len(waiting) else 0.0
    return norms * scale


def _lanczos(matrices: Array, n_steps: int) -> tuple[Array, Array]:
    """The largest singular values as far as so many steps find them, and whether that is near enough."""
    n_matrices, size, _ = matrices.shape
    turned = matrices.transpose(0, 2, 1)
    basis, small = np.zeros((n_matrices, n_steps, size)), np.zeros((n_matrices, n_steps, n_steps))
    start = np.random.default_rng(1).normal(size=size)  # in no matrix's blind spot
    vector = np.broadcast_to(start / np.linalg.norm(start), (n_matrices, size))
    left = np.zeros(n_matrices)
    for k in range(n_steps):
        basis[:, k] = vector
        if k:
            small[:, k, k - 1] = small[:, k - 1, k] = left
        image = np.matmul(turned, np.matmul(matrices, vector[..., None]))
        known = basis[:, : k + 1]
        for _ in range(2):  # once is not enough in floating point
            along = np.matmul(known, image)
            small[:, k, k] += along[:, k, 0]
            image -= np.matmul(known.transpose(0, 2, 1), along)
        left = np.sqrt(np.einsum("ns,ns->n", image[..., 0], image[..., 0]))
        left[left <= NOISE * small[:, : k + 1, : k + 1].max(axis=(1, 2))] = 0.0  # nothing new: all is known
        vector = image[..., 0] / np.where(left > 0, left, np.inf)[:, None]
    values, vectors = np.linalg.eigh(small)
    largest = values[:, -1]
    return np.sqrt(np.maximum(largest, 0.0)), left * np.abs(vectors[:, -1, -1]) <= NEAR_ENOUGH * largest

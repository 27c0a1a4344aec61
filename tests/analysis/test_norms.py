"""The largest singular value of many matrices at once is that of each of them."""

import numpy as np
import pytest

from rnn_edu.analysis.norms import spectral_norms


def families(size, rng):
    """Matrices that are hard in different ways: noise, a rotation, graded, of rank one, apart, nearly equal, zero."""
    turn, other = (np.linalg.qr(rng.normal(size=(size, size)))[0] for _ in range(2))
    yield rng.normal(size=(size, size))
    yield turn
    for spread in (0.001, 0.1, 1.0, 30.0):
        yield turn * np.exp(-spread * np.arange(size)) @ other
    yield np.outer(turn[0], other[0])
    yield np.diag(rng.uniform(size=size))
    yield turn * np.r_[1.0, 1.0 - 1e-9, np.full(size - 2, 0.5)] @ other  # two that are nearly equal
    apart = np.zeros((size, size))
    apart[0, 0], apart[1:3, 1:3] = 3.0, 2.0  # a large entry, and a block that stretches further
    yield apart
    yield np.zeros((size, size))
    yield 1e-200 * turn
    yield 1e200 * turn


@pytest.mark.parametrize("size", [3, 12, 13, 32, 63, 64, 100])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_a_whole_decomposition_finds(size, seed):
    matrices = np.stack(list(families(size, np.random.default_rng(seed))))
    scale = np.abs(matrices).max(axis=(1, 2))
    wanted = np.linalg.svd(matrices / np.where(scale > 0, scale, 1)[:, None, None], compute_uv=False)[:, 0] * scale
    np.testing.assert_allclose(spectral_norms(matrices), wanted, rtol=1e-6)


def test_no_matrices_have_no_norms():
    assert spectral_norms(np.empty((0, 4, 4))).shape == (0,)

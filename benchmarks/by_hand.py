"""The yardsticks: each cell written by hand in numpy, for this one cell only, as fast as we know how.

Buffers are made once, for one shape, and used again in every run. x is (n_steps, n_sequences, n_inputs), weights are
(in, out); gradients come as each cell has them.
"""

import numpy as np


class RNN:
    """h(t) = tanh(U x(t) + W h(t-1) + b)"""

    def __init__(self, shape, dtype):
        n_steps, n_sequences, n_hidden, _ = shape
        self.n_rows, self.shape = n_steps * n_sequences, (n_steps, n_sequences, n_hidden)
        self.h = np.zeros((n_steps + 1, n_sequences, n_hidden), dtype)
        self.dz, self.slope = np.empty(self.shape, dtype), np.empty(self.shape, dtype)
        self.brought, self.dh = np.empty(self.shape[1:], dtype), np.empty(self.shape[1:], dtype)
        self.steps, self.back = (
            list(zip(self.h, self.h[1:], strict=False)),
            list(zip(self.dz, self.slope, strict=True))[::-1],
        )

    def forward(self, x, U, W, b):
        flat = self.h[1:].reshape(self.n_rows, -1)
        np.dot(x.reshape(self.n_rows, -1), U, out=flat)
        flat += b
        brought = self.brought
        for before, h in self.steps:
            before.dot(W, brought)
            np.add(h, brought, h)
            np.tanh(h, h)

    def backward(self, dy, x, W):
        h, dh = self.h[1:], self.dh
        np.multiply(h, h, out=self.slope)
        np.subtract(1, self.slope, out=self.slope)
        turned = np.ascontiguousarray(W.T)
        dh[:] = 0
        for (dz, slope), dy_now in zip(self.back, dy[::-1], strict=True):
            np.add(dh, dy_now, dh)
            np.multiply(dh, slope, dz)
            dz.dot(turned, dh)
        dz, before = self.dz.reshape(self.n_rows, -1), self.h[:-1].reshape(self.n_rows, -1)
        return x.reshape(self.n_rows, -1).T @ dz, before.T @ dz, dz.sum(0)


class LSTM:
    """Units before sequences: a step reads one column, the input, a one for the bias, and h before, in one product.

    Gates lie in the order o, i, f, g: the sigmoids are one piece, and so are the three that feed the cell. The way back
    goes in stretches of steps that stay near.
    """

    def __init__(self, shape, dtype):
        n_steps, n_sequences, n_hidden, n_inputs = shape
        self.n_steps, self.n_hidden, self.n_inputs, self.dtype = n_steps, n_hidden, n_inputs, np.dtype(dtype)

        def room(n_rows, n_units):
            return np.zeros((n_rows, n_units, n_sequences), dtype)

        self.column = room(n_steps + 1, n_inputs + 1 + n_hidden)
        self.column[:, n_inputs] = 1
        self.z, self.c, self.s = room(n_steps, 4 * n_hidden), room(n_steps + 1, n_hidden), room(n_steps, n_hidden)
        self.length = min(n_steps, max(4, 2**19 // self.z[0].nbytes))
        self.dz, self.slope = room(self.length, 4 * n_hidden), room(self.length, n_hidden)
        self.room, self.dh, self.dc = room(3, n_hidden)
        h, gates = self.column[:, n_inputs + 1 :], self.z.reshape(n_steps, 4, n_hidden, n_sequences).swapaxes(0, 1)
        sigmoids = self.z[:, : 3 * n_hidden]
        self.steps = list(zip(self.column, h[1:], self.c, self.c[1:], self.s, self.z, sigmoids, *gates, strict=False))

    def forward(self, x, U, W, b):
        halves = np.array([0.5, 0.5, 0.5, 1], self.dtype).reshape(4, 1, 1)  # sigmoid(a) = (1 + tanh(a / 2)) / 2
        half, room = self.dtype.type(0.5), self.room
        weights = np.concatenate([U, b, W], axis=1).swapaxes(1, 2) * halves  # (gates, hidden, column)
        weights = weights.reshape(4 * self.n_hidden, -1)
        self.column[:-1, : self.n_inputs] = x.swapaxes(1, 2)
        for column, h, c_before, c, s, z, sigmoids, o, i, f, g in self.steps:
            weights.dot(column, z)
            np.tanh(z, z)
            np.multiply(sigmoids, half, sigmoids)
            np.add(sigmoids, half, sigmoids)
            np.multiply(f, c_before, c)
            np.multiply(i, g, room)
            np.add(c, room, c)
            np.tanh(c, s)
            np.multiply(o, s, h)

    def backward(self, dy, x, W):
        turned = np.ascontiguousarray(W.transpose(1, 0, 2).reshape(self.n_hidden, -1))
        dy = np.ascontiguousarray(dy.swapaxes(1, 2))
        self.dh[:], self.dc[:] = 0, 0
        total = 0
        for first in reversed(range(0, self.n_steps, self.length)):
            stretch = slice(first, min(first + self.length, self.n_steps))
            total = total + self._stretch(stretch, dy, turned)
        return total

    def _stretch(self, stretch, dy, turned):
        n, n_hidden, room, dh, dc = stretch.stop - stretch.start, self.n_hidden, self.room, self.dh, self.dc
        dz, slope, s, z = self.dz[:n], self.slope[:n], self.s[stretch], self.z[stretch]
        o, i, f, g = (z[:, k * n_hidden : (k + 1) * n_hidden] for k in range(4))
        sigmoids, tanhs = slice(3 * n_hidden), slice(3 * n_hidden, None)
        np.subtract(1, z[:, sigmoids], out=dz[:, sigmoids])
        dz[:, sigmoids] *= z[:, sigmoids]
        np.multiply(g, g, out=dz[:, tanhs])
        np.subtract(1, dz[:, tanhs], out=dz[:, tanhs])
        for gate, other in enumerate((s, g, self.c[stretch], i)):
            dz[:, gate * n_hidden : (gate + 1) * n_hidden] *= other
        np.multiply(s, s, out=slope)
        np.subtract(1, slope, out=slope)
        slope *= o
        for t in reversed(range(n)):
            d_o, d_ifg = dz[t, :n_hidden], dz[t, n_hidden:].reshape(3, n_hidden, -1)
            np.add(dh, dy[stretch.start + t], dh)
            np.multiply(dh, slope[t], room)
            np.add(dc, room, dc)
            np.multiply(d_o, dh, d_o)
            np.multiply(d_ifg, dc, d_ifg)
            np.multiply(dc, f[t], dc)
            turned.dot(dz[t], dh)
        return _flat(dz) @ _flat(self.column[stretch]).T


def _flat(array):
    return array.swapaxes(0, 1).reshape(array.shape[1], -1)


class GRU:
    """Gates stacked in the order r, z, n; the reset gate acts on what n gets from h, as in PyTorch."""

    def __init__(self, shape, dtype):
        n_steps, n_sequences, n_hidden, _ = shape
        step = (n_sequences, n_hidden)
        self.shape, self.dtype = (n_steps, *step), np.dtype(dtype)
        self.z, self.dz = np.zeros((n_steps, 3, *step), dtype), np.zeros((n_steps, 3, *step), dtype)
        self.h, self.brought = np.zeros((n_steps + 1, *step), dtype), np.zeros((n_steps, 3, *step), dtype)
        self.dn, self.through_r = np.zeros(self.shape, dtype), np.zeros(self.shape, dtype)
        self.back, self.room, self.dh = np.zeros((3, *step), dtype), np.zeros(step, dtype), np.zeros(step, dtype)
        self.steps = list(
            zip(
                self.h,
                self.h[1:],
                self.z,
                self.z[:, :2],
                *self.z.swapaxes(0, 1),
                self.brought,
                self.brought[:, :2],
                strict=False,
            )
        )

    def forward(self, x, U, W, b):
        halves = np.array([0.5, 0.5, 1], self.dtype).reshape(3, 1, 1)
        half, U, W, b, room = self.dtype.type(0.5), U * halves, W * halves, b * halves, self.room
        np.matmul(x[:, None], U, out=self.z)
        self.z += b
        for h_before, h, _, sigmoids, r, z, n, brought, brought_open in self.steps:
            np.matmul(h_before, W, brought)
            np.add(sigmoids, brought_open, sigmoids)
            np.tanh(sigmoids, sigmoids)
            np.multiply(sigmoids, half, sigmoids)
            np.add(sigmoids, half, sigmoids)
            np.multiply(brought[2], r, room)
            np.add(n, room, n)
            np.tanh(n, n)
            np.subtract(h_before, n, h)
            np.multiply(h, z, h)
            np.add(h, n, h)

    def backward(self, dy, x, W):
        dz, dn, dh, room = self.dz, self.dn, self.dh, self.room
        r, z, n = self.z.swapaxes(0, 1)
        np.multiply(n, n, out=dn)
        np.subtract(1, dn, out=dn)
        np.subtract(1, z, out=self.through_r)
        dn *= self.through_r  # dn / dh
        np.multiply(dn, r, out=dz[:, 2])
        np.multiply(self.through_r, z, out=dz[:, 1])
        np.subtract(self.h[:-1], n, out=self.through_r)
        dz[:, 1] *= self.through_r
        np.subtract(1, r, out=dz[:, 0])
        dz[:, 0] *= r
        dz[:, 0] *= self.brought[:, 2]
        dz[:, 0] *= dn
        turned = np.ascontiguousarray(W.swapaxes(1, 2))
        dh[:] = 0
        for t in reversed(range(self.shape[0])):
            np.add(dh, dy[t], dh)
            np.multiply(dz[t], dh, dz[t])
            np.multiply(dn[t], dh, dn[t])
            np.multiply(dh, z[t], dh)
            np.matmul(dz[t], turned, self.back)
            np.add.reduce(self.back, 0, None, room)
            np.add(dh, room, dh)
        n_rows = self.shape[0] * self.shape[1]
        at_h = dz.swapaxes(0, 1).reshape(3, n_rows, -1)
        at_x = np.concatenate([at_h[:2], dn.reshape(1, n_rows, -1)])
        return x.reshape(n_rows, -1).T @ at_x, self.h[:-1].reshape(n_rows, -1).T @ at_h, at_x.sum(1)[:, None]


def _stacked_gradients(dz, x, before):
    n_steps, n_gates, n_sequences, n_hidden = dz.shape
    flat = dz.swapaxes(0, 1).reshape(n_gates, n_steps * n_sequences, n_hidden)
    return x.reshape(len(flat[0]), -1).T @ flat, before.reshape(len(flat[0]), -1).T @ flat, flat.sum(1)[:, None]


def unavoidable(kind, shape, dtype):
    """The matrix products and activations that no implementation can do without, on numbers that mean nothing."""
    n_steps, n_sequences, n_hidden, n_inputs = shape
    n_gates, n_tanh = {"RNN": (1, 1), "GRU": (3, 3), "LSTM": (4, 5)}[kind]
    rng = np.random.default_rng(0)

    def numbers(*size):
        return rng.uniform(-0.1, 0.1, size).astype(dtype)

    h, W = numbers(n_sequences, n_hidden), numbers(n_gates, n_hidden, n_hidden)
    dz, out, dh = (
        numbers(n_gates, n_sequences, n_hidden),
        numbers(n_gates, n_sequences, n_hidden),
        numbers(n_gates, n_sequences, n_hidden),
    )
    x, U = numbers(n_steps * n_sequences, n_inputs), numbers(n_inputs, n_gates * n_hidden)
    all_h, all_dz = numbers(n_steps * n_sequences, n_hidden), numbers(n_steps * n_sequences, n_gates * n_hidden)
    activated = numbers(n_tanh, n_sequences, n_hidden)

    def work():
        x @ U
        for _ in range(n_steps):
            np.matmul(h, W, out)
            np.tanh(activated, out=activated)
            np.matmul(dz, W, dh)
        x.T @ all_dz
        all_h.T @ all_dz

    return work

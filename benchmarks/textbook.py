"""The plain loops that one finds in tutorials (in the style of min-char-rnn, for a batch): each step by itself."""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def rnn(x, dy, U, W, b):
    """Forward and backward of h(t) = tanh(U x(t) + W h(t-1) + b)."""
    hs = {-1: np.zeros((x.shape[1], len(b)), x.dtype)}
    for t in range(len(x)):
        hs[t] = np.tanh(x[t] @ U + hs[t - 1] @ W + b)
    dU, dW, db, dh_next = np.zeros_like(U), np.zeros_like(W), np.zeros_like(b), np.zeros_like(hs[0])
    for t in reversed(range(len(x))):
        dz = (1 - hs[t] * hs[t]) * (dy[t] + dh_next)
        dU += x[t].T @ dz
        dW += hs[t - 1].T @ dz
        db += dz.sum(0)
        dh_next = dz @ W.T
    return dU, dW, db


def lstm(x, dy, U, W, b):
    """Forward and backward of an LSTM, gates stacked in the order o, i, f, g."""
    hs, cs, gates = {-1: np.zeros((x.shape[1], W.shape[1]), x.dtype)}, {}, {}
    cs[-1] = np.zeros_like(hs[-1])
    for t in range(len(x)):
        o, i, f, g = (x[t] @ U[k] + hs[t - 1] @ W[k] + b[k] for k in range(4))
        o, i, f, g = sigmoid(o), sigmoid(i), sigmoid(f), np.tanh(g)
        cs[t] = f * cs[t - 1] + i * g
        hs[t] = o * np.tanh(cs[t])
        gates[t] = o, i, f, g
    dU, dW, db = np.zeros_like(U), np.zeros_like(W), np.zeros_like(b)
    dh_next, dc_next = np.zeros_like(hs[0]), np.zeros_like(hs[0])
    for t in reversed(range(len(x))):
        o, i, f, g = gates[t]
        dh, s = dy[t] + dh_next, np.tanh(cs[t])
        dc = dc_next + dh * o * (1 - s * s)
        dz = (
            dh * s * o * (1 - o),
            dc * g * i * (1 - i),
            dc * cs[t - 1] * f * (1 - f),
            dc * i * (1 - g * g),
        )
        dh_next, dc_next = 0, dc * f
        for k in range(4):
            dU[k] += x[t].T @ dz[k]
            dW[k] += hs[t - 1].T @ dz[k]
            db[k] += dz[k].sum(0)
            dh_next = dh_next + dz[k] @ W[k].T
    return dU, dW, db


def gru(x, dy, U, W, b):
    """Forward and backward of a GRU, gates stacked in the order r, z, n."""
    hs, kept = {-1: np.zeros((x.shape[1], W.shape[1]), x.dtype)}, {}
    for t in range(len(x)):
        r = sigmoid(x[t] @ U[0] + hs[t - 1] @ W[0] + b[0])
        z = sigmoid(x[t] @ U[1] + hs[t - 1] @ W[1] + b[1])
        brought = hs[t - 1] @ W[2]
        n = np.tanh(x[t] @ U[2] + r * brought + b[2])
        hs[t] = (1 - z) * n + z * hs[t - 1]
        kept[t] = r, z, n, brought
    dU, dW, db, dh_next = np.zeros_like(U), np.zeros_like(W), np.zeros_like(b), np.zeros_like(hs[0])
    for t in reversed(range(len(x))):
        r, z, n, brought = kept[t]
        dh = dy[t] + dh_next
        dn = dh * (1 - z) * (1 - n * n)
        dz = dh * (hs[t - 1] - n) * z * (1 - z)
        dr = dn * brought * r * (1 - r)
        dh_next = dh * z
        for k, (at_x, at_h) in enumerate(((dr, dr), (dz, dz), (dn, dn * r))):
            dU[k] += x[t].T @ at_x
            dW[k] += hs[t - 1].T @ at_h
            db[k] += at_x.sum(0)
            dh_next = dh_next + at_h @ W[k].T
    return dU, dW, db

"""The same cell in every library: {who: work}, where work() is one forward run and the gradients of all weights."""

from collections.abc import Callable

import by_hand
import jax
import jax.numpy as jnp
import numpy as np
import textbook
import torch

import rnn_edu as rnn

Work = Callable[[], object]
BUILDER = {"RNN": rnn.elman, "GRU": rnn.gru, "LSTM": rnn.lstm}
GATES = {"RNN": "h", "GRU": "rzn", "LSTM": "oifg"}  # in the order of the stacked weights
TORCH_ORDER = {"RNN": "h", "GRU": "rzn", "LSTM": "ifgo"}


class Problem:
    """One cell with weights, an input and dLoss/dh; `shape` is (n_steps, n_sequences, n_hidden, n_inputs)."""

    def __init__(self, kind: str, shape: tuple[int, int, int, int], dtype: str) -> None:
        n_steps, n_sequences, n_hidden, n_inputs = shape
        self.kind, self.shape, self.dtype = kind, shape, np.dtype(dtype)
        whole = BUILDER[kind](n_inputs, n_hidden, 1)
        self.topology = rnn.Topology(whole.layers[:-1], [c for c in whole.connections if c.target != "y"])
        self.network = rnn.Network.random(self.topology, dtype=self.dtype)
        rng = np.random.default_rng(1)
        self.x = rng.normal(size=(n_steps, n_sequences, n_inputs)).astype(dtype)
        self.dy = rng.normal(size=(n_steps, n_sequences, n_hidden)).astype(dtype)

    def stacked(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """U (gates, inputs, hidden), W (gates, hidden, hidden), b (gates, 1, hidden); an RNN without the first axis."""
        weights, gates = self.network.weights, GATES[self.kind]
        U, W = (np.stack([weights[f"W_{source}{gate}"].T for gate in gates]).copy() for source in "xh")
        b = np.stack([weights[f"b_{gate}"] for gate in gates])[:, None]
        return (U[0], W[0], b[0, 0]) if self.kind == "RNN" else (U, W, b)


def ours(problem: Problem) -> Work:
    network, x, dy = problem.network, problem.x, problem.dy
    return lambda: rnn.bptt(network, network.run(x), {"h": dy}).weights


def hand_written(problem: Problem) -> Work:
    cell = getattr(by_hand, problem.kind)(problem.shape, problem.dtype)
    x, dy, (U, W, b) = problem.x, problem.dy, problem.stacked()

    def work() -> object:
        cell.forward(x, U, W, b)
        return cell.backward(dy, x, W)

    return work


def tutorial(problem: Problem) -> Work:
    function, weights = getattr(textbook, problem.kind.lower()), problem.stacked()
    return lambda: function(problem.x, problem.dy, *weights)


def unavoidable(problem: Problem) -> Work:
    return by_hand.unavoidable(problem.kind, problem.shape, problem.dtype)


def pytorch(problem: Problem) -> Work:
    _, _, n_hidden, n_inputs = problem.shape
    module = getattr(torch.nn, problem.kind)(n_inputs, n_hidden, dtype=getattr(torch, problem.dtype.name))
    weights = problem.network.weights
    order = TORCH_ORDER[problem.kind]
    with torch.no_grad():
        for name, source in (("weight_ih_l0", "x"), ("weight_hh_l0", "h")):
            stacked = np.concatenate([weights[f"W_{source}{gate}"] for gate in order])
            getattr(module, name).copy_(torch.from_numpy(stacked))
        module.bias_ih_l0.copy_(torch.from_numpy(np.concatenate([weights[f"b_{gate}"] for gate in order])))
        module.bias_hh_l0.zero_()
    x, dy = torch.from_numpy(problem.x), torch.from_numpy(problem.dy)

    def work() -> object:
        module.zero_grad()
        h, _ = module(x)
        h.backward(dy)
        return module.weight_ih_l0.grad, module.weight_hh_l0.grad, module.bias_ih_l0.grad

    return work


def jax_scan(problem: Problem) -> Work:
    _, n_sequences, n_hidden, _ = problem.shape
    silence = jnp.zeros((n_sequences, n_hidden), problem.dtype)
    step = {"RNN": _rnn_step, "GRU": _gru_step, "LSTM": _lstm_step}[problem.kind]
    start = (silence, silence) if problem.kind == "LSTM" else silence

    def loss(weights: tuple, x: jnp.ndarray, dy: jnp.ndarray) -> jnp.ndarray:
        _, h = jax.lax.scan(lambda state, x_now: step(weights, state, x_now), start, x)
        return jnp.sum(h * dy)

    gradient = jax.jit(jax.grad(loss))
    weights = tuple(jnp.asarray(array) for array in problem.stacked())
    x, dy = jnp.asarray(problem.x), jnp.asarray(problem.dy)
    return lambda: jax.block_until_ready(gradient(weights, x, dy))


def _rnn_step(weights: tuple, h: jnp.ndarray, x: jnp.ndarray) -> tuple:
    U, W, b = weights
    h = jnp.tanh(x @ U + h @ W + b)
    return h, h


def _lstm_step(weights: tuple, state: tuple, x: jnp.ndarray) -> tuple:
    (U, W, b), (h, c) = weights, state
    z = x @ U + h @ W + b
    o, i, f = jax.nn.sigmoid(z[:3])
    c = f * c + i * jnp.tanh(z[3])
    h = o * jnp.tanh(c)
    return (h, c), h


def _gru_step(weights: tuple, h: jnp.ndarray, x: jnp.ndarray) -> tuple:
    U, W, b = weights
    at_x, at_h = x @ U + b, h @ W
    r, z = jax.nn.sigmoid(at_x[:2] + at_h[:2])
    n = jnp.tanh(at_x[2] + r * at_h[2])
    h = (1 - z) * n + z * h
    return h, h


CANDIDATES: dict[str, Callable[[Problem], Work]] = {
    "rnn_edu": ours,
    "PyTorch": pytorch,
    "JAX": jax_scan,
    "tutorial numpy": tutorial,
    "by hand": hand_written,
    "unavoidable": unavoidable,
}


def largest_difference(problem: Problem) -> float:
    """The largest difference of a gradient between this package and PyTorch, relative to the largest number."""
    mine, order = ours(problem)(), TORCH_ORDER[problem.kind]
    stacked = [
        np.concatenate([mine[f"W_x{gate}"] for gate in order]),
        np.concatenate([mine[f"W_h{gate}"] for gate in order]),
        np.concatenate([mine[f"b_{gate}"] for gate in order]),
    ]
    theirs = [array.numpy() for array in pytorch(problem)()]
    return max(float(abs(a - b).max() / abs(b).max()) for a, b in zip(stacked, theirs, strict=True))

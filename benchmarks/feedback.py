"""The four feedback types: this package, and the same network as the loop that one would write in PyTorch."""

from collections.abc import Callable

import numpy as np
import torch

import rnn_edu as rnn

Work = Callable[[], object]
TYPES = ("direct", "lateral", "indirect", "complete")
N_INPUTS, N_OUTPUTS = 16, 8


def network_of(kind: str, hidden: tuple[int, int], dtype: str) -> rnn.Network:
    return rnn.Network.random(
        getattr(rnn, f"{kind}_feedback")(N_INPUTS, hidden, N_OUTPUTS), dtype=np.dtype(dtype), spectral_radius=1.0
    )


def problem(hidden: tuple[int, int], n_steps: int, n_sequences: int, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n_steps, n_sequences, N_INPUTS)).astype(dtype)
    return x, rng.normal(size=(n_steps, n_sequences, N_OUTPUTS)).astype(dtype)


def ours(network: rnn.Network, x: np.ndarray, dy: np.ndarray) -> Work:
    return lambda: rnn.bptt(network, network.run(x), {"y": dy}).weights


def pytorch_loop(kind: str, network: rnn.Network, x: np.ndarray, dy: np.ndarray) -> Work:
    """As fast as eager PyTorch allows: the input outside the loop, complete feedback in one product."""
    weights = {name: torch.tensor(array, requires_grad=True) for name, array in network.weights.items()}
    w = {name: weight.T for name, weight in weights.items() if name.startswith("W_")}
    x_all, dy_all = torch.from_numpy(x), torch.from_numpy(dy)
    n_sequences, (n1, n2) = x.shape[1], (network.topology.layer(name).size for name in ("h1", "h2"))
    silence = torch.zeros(n_sequences, n1 + n2 + N_OUTPUTS, dtype=x_all.dtype)
    off = {name: 1 - torch.eye(size, dtype=x_all.dtype) for name, size in (("h1", n1), ("h2", n2))}

    def name_of(source: str, target: str) -> str:
        own = network.topology
        return own.weight_name(next(c for c in own.learned if (c.source, c.target, c.delay) == (source, target, 1)))

    def forward() -> torch.Tensor:
        from_x = x_all @ w["W_xh1"] + weights["b_h1"]
        h1, h2, y = silence.split((n1, n2, N_OUTPUTS), dim=1)
        outputs = []
        if kind == "complete":
            every = torch.cat(
                [torch.cat([weights[name_of(s, t)] for s in ("h1", "h2", "y")], 1) for t in ("h1", "h2", "y")]
            ).T
        if kind == "direct":
            loop1, loop2 = weights["W_h1h1"].diagonal(), weights["W_h2h2"].diagonal()
        if kind == "lateral":
            loop1, loop2 = (weights["W_h1h1"] * off["h1"]).T, (weights["W_h2h2"] * off["h2"]).T
        for x_now in from_x:
            if kind == "direct":
                h1 = torch.tanh(x_now + h1 * loop1)
                h2 = torch.tanh(h1 @ w["W_h1h2"] + h2 * loop2 + weights["b_h2"])
                y = h2 @ w["W_h2y"] + weights["b_y"]
            elif kind == "lateral":
                h1 = torch.tanh(x_now + h1 @ loop1)
                h2 = torch.tanh(h1 @ w["W_h1h2"] + h2 @ loop2 + weights["b_h2"])
                y = h2 @ w["W_h2y"] + weights["b_y"]
            elif kind == "indirect":
                h1 = torch.tanh(x_now + h2 @ w["W_h2h1"])
                h2 = torch.tanh(h1 @ w["W_h1h2"] + y @ w["W_yh2"] + weights["b_h2"])
                y = h2 @ w["W_h2y"] + weights["b_y"]
            else:
                back1, back2, back_y = (torch.cat([h1, h2, y], 1) @ every).split((n1, n2, N_OUTPUTS), dim=1)
                h1 = torch.tanh(x_now + back1)
                h2 = torch.tanh(h1 @ w["W_h1h2"] + back2 + weights["b_h2"])
                y = h2 @ w["W_h2y"] + back_y + weights["b_y"]
            outputs.append(y)
        return torch.stack(outputs)

    def work() -> object:
        for weight in weights.values():
            weight.grad = None
        forward().backward(dy_all)
        return {name: weight.grad for name, weight in weights.items()}

    return work


def largest_difference(mine: dict[str, np.ndarray], theirs: dict[str, torch.Tensor]) -> float:
    return max(float(abs(mine[name] - theirs[name].numpy()).max() / abs(mine[name]).max()) for name in mine)

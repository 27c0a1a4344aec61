"""Make the stored numbers that the tests compare with: PyTorch's own recurrent networks, forward and backward.

Only this script needs PyTorch; the tests read the two npz files it writes beside itself. Run it from anywhere:

    python -m pip install numpy torch==2.13.0
    python tests/reference/make_torch_numbers.py

Everything is float64. The loss is half the sum of squared errors of a linear output layer y. Names are those of the
package: W_xh is read "from x to h" and has the shape (target, source). PyTorch has two biases where the equations have
one; their sum is stored (both have the same gradient). For the GRU the second bias of the candidate, b_hn, is zero,
because the equations have none inside the reset gate.

The total derivatives with respect to h come from a second run, step by step: there each state is a tensor of its own.
"""

from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
# name: (steps, sequences, inputs, hidden sizes, outputs); one sequence means no batch axis in the stored arrays
RNN_CASES = {
    "one_step": (1, 1, 2, (3,), 1),
    "one_step_batch": (1, 4, 3, (2,), 2),
    "one_neuron": (6, 1, 1, (1,), 1),
    "sequence": (7, 1, 3, (5,), 2),
    "batch": (12, 3, 2, (4,), 3),
    "two_layers": (5, 2, 3, (4, 2), 2),
}
GATE_CASES = {"one_step": (1, 1, 2, 3, 1), "sequence": (7, 1, 3, 4, 2), "batch": (10, 3, 2, 5, 2)}


def rnn_numbers(n_steps, n_sequences, n_inputs, hidden, n_outputs):
    """Numbers of `torch.nn.RNN` with tanh (one layer on another for several hidden sizes), named as in `elman`."""
    names = ["h"] if len(hidden) == 1 else [f"h{k}" for k in range(1, len(hidden) + 1)]
    cells = [torch.nn.RNN(a, b).double() for a, b in zip((n_inputs, *hidden), hidden, strict=False)]
    linear = torch.nn.Linear(hidden[-1], n_outputs).double()
    x, target = torch.randn(n_steps, n_sequences, n_inputs), torch.randn(n_steps, n_sequences, n_outputs)
    states = forward(cells, x.requires_grad_())
    y = linear(states[-1])
    loss = 0.5 * ((y - target) ** 2).sum()
    loss.backward()

    numbers = {"x": x, "target": target, "y": y, "loss": loss, "d_x": x.grad, "d_y": y - target}
    numbers |= {"W_hy" if names == ["h"] else f"W_{names[-1]}y": linear.weight, "b_y": linear.bias}
    numbers |= {f"d_W_{names[-1]}y": linear.weight.grad, "d_b_y": linear.bias.grad}
    for name, below, cell, state, total in zip(
        names, ["x", *names], cells, states, total_derivatives(cells, linear, x, target), strict=False
    ):
        assert torch.allclose(cell.bias_ih_l0.grad, cell.bias_hh_l0.grad, rtol=1e-12, atol=1e-14)
        numbers |= {name: state, f"d_{name}": total, f"b_{name}": cell.bias_ih_l0 + cell.bias_hh_l0}
        numbers |= {f"W_{below}{name}": cell.weight_ih_l0, f"W_{name}{name}": cell.weight_hh_l0}
        numbers |= {f"d_W_{below}{name}": cell.weight_ih_l0.grad, f"d_W_{name}{name}": cell.weight_hh_l0.grad}
        numbers |= {f"d_b_{name}": cell.bias_ih_l0.grad}
    return plain(numbers, single=n_sequences == 1)


def forward(cells, x):
    """The states of all layers, each (steps, sequences, units)."""
    states = []
    for cell in cells:
        x, _ = cell(x)
        states.append(x)
    return states


def total_derivatives(cells, linear, x, target):
    """dLoss/dh at every step, through all later steps: the same networks, run one step at a time."""
    x, loss = x.detach(), torch.zeros(())
    kept, before = [[] for _ in cells], [None] * len(cells)
    for t in range(len(x)):
        arriving = x[t : t + 1]
        for layer, cell in enumerate(cells):
            _, before[layer] = cell(arriving, before[layer])
            arriving = before[layer][0] if isinstance(before[layer], tuple) else before[layer]  # an LSTM has (h, c)
            kept[layer].append(arriving)
        loss = loss + 0.5 * ((linear(arriving) - target[t : t + 1]) ** 2).sum()
    return [torch.cat(torch.autograd.grad(loss, states, retain_graph=True)) for states in kept]


def gate_numbers(cell_class, gates, n_steps, n_sequences, n_inputs, n_hidden, n_outputs):
    """Numbers of `torch.nn.LSTM` or `torch.nn.GRU`, the stacked weights cut into one for each gate."""
    cell = cell_class(n_inputs, n_hidden).double()
    linear = torch.nn.Linear(n_hidden, n_outputs).double()
    if cell_class is torch.nn.GRU:
        with torch.no_grad():
            cell.bias_hh_l0[-n_hidden:] = 0  # b_hn
    x, target = torch.randn(n_steps, n_sequences, n_inputs), torch.randn(n_steps, n_sequences, n_outputs)
    states, last = cell(x.requires_grad_())
    y = linear(states)
    loss = 0.5 * ((y - target) ** 2).sum()
    loss.backward()

    total = total_derivatives([cell], linear, x, target)[0]
    numbers = {"x": x, "target": target, "y": y, "loss": loss, "h": states}
    numbers |= {"d_x": x.grad, "d_y": y - target, "d_h": total}
    numbers |= {"W_hy": linear.weight, "b_y": linear.bias, "d_W_hy": linear.weight.grad, "d_b_y": linear.bias.grad}
    if cell_class is torch.nn.LSTM:
        numbers["c_last"] = last[1][0]
    parts = {"W_x{}": cell.weight_ih_l0, "W_h{}": cell.weight_hh_l0}
    for k, gate in enumerate(gates):
        rows = slice(k * n_hidden, (k + 1) * n_hidden)
        for name, part in parts.items():
            numbers |= {name.format(gate): part[rows], "d_" + name.format(gate): part.grad[rows]}
        numbers |= {f"b_{gate}": (cell.bias_ih_l0 + cell.bias_hh_l0)[rows], f"d_b_{gate}": cell.bias_ih_l0.grad[rows]}
    return plain(numbers, single=n_sequences == 1)


def plain(numbers, single):
    """Numpy arrays; a single sequence loses its batch axis."""
    arrays = {name: np.asarray(tensor.detach()) for name, tensor in numbers.items()}
    return {name: a[:, 0] if single and a.ndim == 3 else a for name, a in arrays.items()}


def main():
    """Write both files."""
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1)
    rnn = {case: rnn_numbers(*sizes) for case, sizes in RNN_CASES.items()}
    gates = {f"lstm_{case}": gate_numbers(torch.nn.LSTM, "ifgo", *sizes) for case, sizes in GATE_CASES.items()}
    gates |= {f"gru_{case}": gate_numbers(torch.nn.GRU, "rzn", *sizes) for case, sizes in GATE_CASES.items()}
    for path, cases in {"torch_rnn.npz": rnn, "torch_gates.npz": gates}.items():
        flat = {f"{case}/{name}": array for case, numbers in cases.items() for name, array in numbers.items()}
        np.savez_compressed(HERE / path, torch_version=torch.__version__.split("+")[0], **flat)
        print(f"{path}: {len(flat)} arrays in {len(cases)} cases, torch {torch.__version__.split('+')[0]}")


if __name__ == "__main__":
    main()

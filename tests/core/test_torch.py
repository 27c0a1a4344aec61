"""The numbers of another library: `elman` is PyTorch's nn.RNN, forward and backward.

The numbers were made by tests/reference/make_torch_numbers.py and stored, so PyTorch is not needed here.
"""

from pathlib import Path

import numpy as np
import pytest
import reference.naive as naive

import rnn_edu as rnn
from rnn_edu import Network

STORED = np.load(Path(naive.__file__).parent / "torch_rnn.npz", allow_pickle=False)
CASES = sorted({name.split("/")[0] for name in STORED.files if "/" in name})


def numbers(case):
    """All stored arrays of one case by name."""
    return {name.split("/")[1]: STORED[name] for name in STORED.files if name.startswith(f"{case}/")}


def elman_of(stored):
    """The Elman network with PyTorch's weights."""
    hidden = [name for name in ("h", "h1", "h2") if name in stored]
    sizes = tuple(stored[name].shape[-1] for name in hidden)
    topology = rnn.elman(stored["x"].shape[-1], sizes, stored["y"].shape[-1])
    weights = {name: array for name, array in stored.items() if name.startswith(("W_", "b_"))}
    return Network(topology, weights), hidden


def close(got, stored):
    """Equal to 1e-10, relative to the largest number."""
    assert got.shape == stored.shape
    assert np.abs(got - stored).max() <= 1e-10 * max(1.0, np.abs(stored).max())


def test_one_step_and_many_one_sequence_and_many_one_layer_and_two_are_stored():
    shapes = {case: numbers(case)["x"].shape for case in CASES}
    assert {shape[0] == 1 for shape in shapes.values()} == {True, False}
    assert {len(shape) for shape in shapes.values()} == {2, 3}
    assert any("h2" in numbers(case) for case in CASES) and all(numbers(c)["y"].dtype == float for c in CASES)


@pytest.mark.parametrize("case", CASES)
def test_the_forward_run_is_that_of_pytorch(case):
    stored = numbers(case)
    network, hidden = elman_of(stored)
    run = network.run(stored["x"])
    for name in (*hidden, "y"):
        close(run[name], stored[name])


@pytest.mark.parametrize("case", CASES)
def test_all_gradients_are_those_of_pytorch(case):
    stored = numbers(case)
    network, hidden = elman_of(stored)
    run = network.run(stored["x"])
    loss, dy = rnn.squared_error(run["y"], stored["target"])
    assert loss == pytest.approx(float(stored["loss"]), rel=1e-12)
    gradients = rnn.bptt(network, run, {"y": dy})
    for name in network.weights:
        close(gradients.weights[name], stored[f"d_{name}"])
    for name in ("x", *hidden, "y"):
        close(gradients[name], stored[f"d_{name}"])


@pytest.mark.parametrize("case", [case for case in CASES if numbers(case)["x"].ndim == 2])
def test_the_textbook_engine_agrees_with_pytorch_too(case):
    stored = numbers(case)
    network, hidden = elman_of(stored)
    dy = stored["y"] - stored["target"]
    d_weights, total = naive.gradients(network.topology, network.weights, stored["x"], {"y": dy})
    for name, d in d_weights.items():
        close(d, stored[f"d_{name}"])
    for name in hidden:
        close(total[name], stored[f"d_{name}"])

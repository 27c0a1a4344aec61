"""The numbers of another library: `elman` is PyTorch's nn.RNN, and gated cells wired by hand are its LSTM and GRU.

The numbers were made by tests/reference/make_torch_numbers.py and stored, so PyTorch is not needed here.
"""

from pathlib import Path

import numpy as np
import pytest
from reference import naive

import rnn_edu as rnn
from rnn_edu import Network

HERE = Path(naive.__file__).parent


def stored_in(file):
    """The cases of one file: {case: {name: array}}."""
    cases = {}
    with np.load(HERE / file, allow_pickle=False) as archive:
        for key in archive.files:
            if "/" in key:
                case, name = key.split("/")
                cases.setdefault(case, {})[name] = archive[key]
    return cases


RNN, GATED = stored_in("torch_rnn.npz"), stored_in("torch_gates.npz")


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
    shapes = [stored["x"].shape for stored in RNN.values()]
    assert {shape[0] == 1 for shape in shapes} == {True, False} and {len(shape) for shape in shapes} == {2, 3}
    assert any("h2" in stored for stored in RNN.values())
    assert all(stored["y"].dtype == float for stored in RNN.values())


@pytest.mark.parametrize("case", RNN)
def test_the_forward_run_is_that_of_pytorch(case):
    stored = RNN[case]
    network, hidden = elman_of(stored)
    run = network.run(stored["x"])
    for name in (*hidden, "y"):
        close(run[name], stored[name])


@pytest.mark.parametrize("case", RNN)
def test_all_gradients_are_those_of_pytorch(case):
    stored = RNN[case]
    network, hidden = elman_of(stored)
    run = network.run(stored["x"])
    loss, dy = rnn.squared_error(run["y"], stored["target"])
    assert loss == pytest.approx(float(stored["loss"]), rel=1e-12)
    gradients = rnn.bptt(network, run, {"y": dy})
    for name in network.weights:
        close(gradients.weights[name], stored[f"d_{name}"])
    for name in ("x", *hidden, "y"):
        close(gradients[name], stored[f"d_{name}"])


@pytest.mark.parametrize("case", [case for case in RNN if RNN[case]["x"].ndim == 2])
def test_the_textbook_engine_agrees_with_pytorch_too(case):
    stored = RNN[case]
    network, hidden = elman_of(stored)
    dy = stored["y"] - stored["target"]
    d_weights, total = naive.gradients(network.topology, network.weights, stored["x"], {"y": dy})
    for name, d in d_weights.items():
        close(d, stored[f"d_{name}"])
    for name in hidden:
        close(total[name], stored[f"d_{name}"])


# ---- gated cells need nothing but gates and fixed connections ------------------------------------------------------


@pytest.mark.parametrize("case", GATED)
def test_gated_cells_are_those_of_pytorch(case):
    stored = GATED[case]
    build = rnn.lstm if case.startswith("lstm") else rnn.gru
    topology = build(stored["x"].shape[-1], stored["h"].shape[-1], stored["y"].shape[-1])
    network = Network(topology, {name: array for name, array in stored.items() if name.startswith(("W_", "b_"))})
    run = network.run(stored["x"])
    gradients = rnn.bptt(network, run, {"y": stored["d_y"]})
    for name in "hy":
        close(run[name], stored[name])
    if "c_last" in stored:
        close(run["c"][-1], stored["c_last"].reshape(run["c"][-1].shape))
    for name in network.weights:
        close(gradients.weights[name], stored[f"d_{name}"])
    for name in "xh":
        close(gradients[name], stored[f"d_{name}"])

"""The start explorer: what is left of an error, for every end of its controls."""

import itertools

import numpy as np
import pytest

from rnn_edu.analysis import gradient_by_lag
from rnn_edu.explorers.start_explorer import N_SEEDS, StartExplorer
from rnn_edu.tasks import cliff


def error(explorer):
    return explorer._frame.status.value if "did not work" in explorer._frame.status.value else ""


def test_each_line_is_what_one_network_leaves_of_the_error():
    explorer = StartExplorer(n_hidden=6, n_steps=15)
    x = cliff.noise(15, 0.1)
    for start, lines in explorer.lines.items():
        for seed in (0, N_SEEDS - 1):
            network = cliff.started(6, start)[seed]
            expected = gradient_by_lag(network, network.run(x)) / np.log(10)
            np.testing.assert_allclose(lines[seed], expected, atol=1e-9)


@pytest.mark.parametrize("ends", list(itertools.product(("min", "max"), repeat=3)))
def test_every_control_at_both_ends(ends):
    explorer = StartExplorer()
    for name, end in zip(("n_hidden", "n_steps", "loudness"), ends, strict=True):
        slider = getattr(explorer, name)
        slider.set_state({"value": getattr(slider, end)})
    assert not error(explorer) and "Left of an error after" in repr(explorer)
    assert "nan" not in explorer.stage.picture and "inf" not in explorer.stage.picture
    assert explorer._png()[:4] == b"\x89PNG"


def test_an_orthogonal_start_holds_out_with_soft_input_and_fades_with_loud_input():
    explorer = StartExplorer()
    assert explorer.lines["orthogonal"][:, -1].min() > explorer.lines["uniform"][:, -1].max() + 4
    soft = np.median(explorer.lines["orthogonal"][:, -1])
    explorer.loudness.set_state({"value": 3.0})
    assert np.median(explorer.lines["orthogonal"][:, -1]) < soft - 4


def test_the_table_names_every_network():
    explorer = StartExplorer()
    explorer.numbers.set_state({"value": True})
    assert explorer._table.value.count("<tr>") == N_SEEDS + 1


def test_what_it_cannot_show_is_refused():
    with pytest.raises(ValueError, match="n_hidden was 0"):
        StartExplorer(n_hidden=0)

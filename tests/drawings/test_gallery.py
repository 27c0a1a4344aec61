"""The README's picture: is it the one that the script makes, and does it hold all four types?"""

import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from rnn_edu.drawings.gallery import N_STEPS, TYPES, gallery

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from make_gallery import write_gallery  # noqa: E402 - a script, not a package


def test_the_gallery_shows_the_four_types_and_each_is_what_its_name_says():
    assert [row.name for row in TYPES] == ["direct", "indirect", "lateral", "complete"]
    for row in TYPES:
        assert row.topology.feedback_kinds == {row.name}


def test_each_row_shows_every_unit_folded_and_unrolled():
    pictures = gallery().axes[1:]
    for k, row in enumerate(TYPES):
        n_units = sum(layer.size for layer in row.topology.layers)
        folded, unrolled = pictures[2 * k : 2 * k + 2]
        assert len(units(folded)) == n_units and len(units(unrolled)) == n_units * N_STEPS


def units(ax):
    return [patch for patch in ax.patches if (patch.get_gid() or "").startswith("unit:")]


def test_the_script_writes_the_same_bytes_every_time(tmp_path):
    first, second = write_gallery(tmp_path / "one"), write_gallery(tmp_path / "two")
    assert [file.name for file in first] == ["gallery.png", "gallery.svg"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_the_picture_in_the_repository_is_the_one_the_script_makes(tmp_path):
    made, kept = (imread(folder / "gallery.png") for folder in (write_gallery(tmp_path)[0].parent, ROOT / "docs"))
    assert made.shape == kept.shape
    # fonts differ a little between versions
    assert np.abs(made - kept).mean() < 0.01, "run python scripts/make_gallery.py"


def test_no_words_of_the_gallery_overlap_or_are_cut_off():
    figure = gallery()
    figure.canvas.draw()
    boxes = [text.get_window_extent() for ax in figure.axes for text in ax.texts]
    width, height = figure.get_size_inches() * figure.dpi
    for k, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])


def test_no_picture_of_the_gallery_covers_another_or_the_words():
    figure = gallery()
    figure.canvas.draw()
    page, *pictures = figure.axes
    boxes = [ax.get_window_extent() for ax in pictures]
    words = [text.get_window_extent() for text in page.texts]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in (*boxes[k + 1 :], *words))


@pytest.mark.parametrize("row", TYPES, ids=lambda row: row.name)
def test_each_sentence_is_one_plain_sentence(row):
    assert row.sentence.endswith(".") and row.sentence.count(".") == 1 and len(row.sentence) < 90

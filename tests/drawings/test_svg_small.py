"""The small live pictures: every number stands where its scale puts it, and each step has its own marks."""

import math
import re

import pytest

from rnn_edu.drawings.style import ActivityScale
from rnn_edu.drawings.svg_chart import BOTTOM, LEFT, RIGHT, TOP, chart_svg
from rnn_edu.drawings.svg_grid import grids_svg
from rnn_edu.drawings.svg_order import orders_svg, sentence_svg

LINES = {"h₀": [0.0, 0.5, 1.0], "h₁": [1.0, 0.25, 0.0]}


def dots(picture, step):
    """The (x, y) of the dots that belong to one step."""
    _, _, rest = picture.partition(f'<g data-step="{step}"')
    marks = rest.partition("</g>")[0]
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', marks)]


def test_a_dot_stands_at_its_step_and_at_its_number():
    picture = chart_svg(LINES, low=0.0, high=1.0, title="activity", name="c", strong="h₀", size=(500, 200))
    width, height = 500 - LEFT - RIGHT, 200 - TOP - BOTTOM
    for step in range(3):
        expected = [(LEFT + step * width / 2, 200 - BOTTOM - line[step] * height) for line in LINES.values()]
        assert dots(picture, step) == [pytest.approx(place, abs=0.01) for place in expected]


def test_every_line_is_named_and_no_two_names_touch():
    lines = {f"line {k}": [0.0, 0.0] for k in range(8)}
    picture = chart_svg(lines, low=0, high=1, title="t", name="c")
    heights = sorted(float(y) for y in re.findall(r'y="([\d.]+)" text-anchor="start"[^>]*>line', picture))
    assert len(heights) == 8 and min(b - a for a, b in zip(heights, heights[1:], strict=False)) >= 12


@pytest.mark.parametrize("number", [math.nan, math.inf, 1e300, -1e300])
def test_a_number_that_cannot_be_drawn_is_left_out(number):
    picture = chart_svg({"h": [0.5, number, 0.5]}, low=0, high=1, title="t", name="c", strong="h")
    assert dots(picture, 1) == [] and len(dots(picture, 2)) == 1
    assert "nan" not in picture and "inf" not in picture.replace("infinity", "")


def test_an_empty_pixel_says_so_without_colour():
    picture = grids_svg([("T", [[1, 0, -1, 1]], (2, 2))], scale=ActivityScale(1.0), name="g")
    assert picture.count(">?</text>") == 1


def test_pixels_that_change_have_one_frame_for_each_step_and_still_ones_have_one():
    moving, still = ("a", [[1, 0], [0, 1], [1, 1]], (1, 2)), ("b", [[1, 0]] * 3, (1, 2))
    picture = grids_svg([moving, still], scale=ActivityScale(1.0), name="g")
    assert re.findall(r'data-step="(\d)"', picture) == ["0", "1", "2"]
    assert picture.count("<rect") == 3 * 2 + 2


def test_words_are_written_as_text():
    picture = sentence_svg(
        ["<b>", "&"],
        counts={"<b>": 1, "&": 1},
        weights={"<b>": 0.5, "&": -0.5},
        bag=0.0,
        states=[0.1, 0.2],
        loop=0.2,
        loop_weight=1.0,
        name="s",
    )
    assert "<b>" not in picture and "&lt;b&gt;" in picture


def test_the_dots_of_all_orders_are_walked_in_the_order_of_their_answers():
    orders = [("a", "b"), ("b", "a"), ("c", "d")]
    picture = orders_svg(
        orders, bag=[0.0] * 3, loop=[0.5, -0.5, 0.0], now=(0.0, 0.5), now_words=("a", "b"), says=("1", "3"), name="o"
    )
    right = dict(re.findall(r'data-cell="order:(\d)"[^>]*data-right="order:(\d)"', picture))
    assert right == {"1": "2", "2": "0"}

"""The charts on paper show the same numbers as the live ones."""

import numpy as np
import pytest

from rnn_edu.drawings.picture_chart import draw_lines, draw_pixels, job_figure, orders_figure, png_of

LINES = {"h₀": [0.0, 0.5, 1.0], "h₁": [1.0, 0.25, 0.0]}
CHART = {"lines": LINES, "low": 0.0, "high": 1.0, "title": "activity", "kind": "direct", "strong": "h₀"}


def test_each_answer_stands_on_its_own_line_and_the_present_one_is_ringed():
    figure = orders_figure(("a", "b"), [0.1, 0.2], bag=[0.4, 0.4], loop=[0.2, -0.3], now=(0.4, 0.2))
    drawn = [(list(line.get_xdata()), line.get_ydata()) for line in figure.axes[1].lines if line.get_marker() == "o"]
    places = [([float(x) for x in np.ravel(xs)], float(np.ravel(y)[0])) for xs, y in drawn]
    assert places == [([0.2, -0.3], 1.0), ([0.2], 1.0), ([0.4, 0.4], 0.0), ([0.4], 0.0)]


def test_the_lines_and_the_pixels_are_those_that_were_given():
    figure = job_figure(None, None, CHART, [("T", [[1, 0, -1, 1], [1, 1, 1, 1]], (2, 2))], 0)
    chart, grid = figure.axes
    assert [list(line.get_ydata()) for line in chart.lines if len(line.get_xdata()) == 3] == list(LINES.values())
    assert grid.images[0].get_array()[0, 1].tolist() == [1, 1, 1]  # empty is white
    assert [text.get_text() for text in grid.texts] == ["?"]
    assert png_of(figure).startswith(b"\x89PNG")


@pytest.mark.parametrize("draw", [draw_lines, draw_pixels])
def test_the_parts_can_be_drawn_into_axes_of_ones_own(draw):
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    if draw is draw_lines:
        draw(ax, time=1, level=(0.5, "half"), **CHART)
        assert "half " in [text.get_text() for text in ax.texts]
    else:
        draw(ax, ("T", [[1, -1]], (1, 2)), 0)
        assert ax.get_title() == "T"

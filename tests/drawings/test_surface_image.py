"""The landscape as an image: the right way up, light where it is low, yellow where there is no number."""

from base64 import b64decode
from io import BytesIO

import matplotlib.image
import numpy as np
import pytest

from rnn_edu.drawings import style
from rnn_edu.drawings.picture_cliff import SurfacePicture
from rnn_edu.drawings.surface_image import LEVELS, colour_of, contours, image_uri

AXIS = np.linspace(0.0, 1.0, 5)


def pixels(loss):
    head, _, body = image_uri(np.asarray(loss, float)).partition(",")
    assert head == "data:image/png;base64"
    return np.round(255 * matplotlib.image.imread(BytesIO(b64decode(body)), format="png")[..., :3]).astype(int)


def rgb(colour):
    return [int(colour[k : k + 2], 16) for k in (1, 3, 5)]


def test_the_first_row_of_the_loss_is_at_the_bottom_and_each_point_has_the_colour_of_its_loss():
    picture = pixels([[1e-4, 1e-2], [1.0, 1e-9]])
    for row, column, power in ((1, 0, -4), (1, 1, -2), (0, 0, 0), (0, 1, -9)):
        assert np.abs(picture[row, column] - rgb(colour_of(power))).max() <= 1


@pytest.mark.parametrize("lost", [np.nan, np.inf])
def test_a_loss_that_is_no_finite_number_is_yellow_and_zero_is_the_lowest(lost):
    picture = pixels([[lost, 0.0], [1e300, 1.0]])
    assert picture[1, 0].tolist() == rgb(style.NOT_A_NUMBER)
    assert picture[1, 1].tolist() == rgb(colour_of(-9)) and picture[0, 0].tolist() == rgb(colour_of(9))


@pytest.mark.parametrize("value", [0.0, 0.1, np.nan, np.inf, 1e300])
def test_a_land_without_any_height_has_no_contours_and_can_be_drawn(value):
    loss = np.full((5, 5), value)
    assert contours(AXIS, AXIS, loss) == tuple(() for _ in LEVELS)
    assert SurfacePicture(AXIS, AXIS, loss)._repr_mimebundle_()["image/png"][:4] == b"\x89PNG"


def test_a_contour_line_runs_where_the_loss_has_its_level():
    loss = np.tile(10.0 ** np.linspace(-4, 0, 5), (5, 1))  # grows to the right
    (line,) = contours(AXIS, AXIS, loss)[LEVELS.index(-2.0)]
    np.testing.assert_allclose(line[:, 0], 0.5, atol=1e-9)

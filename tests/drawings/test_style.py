"""The visual language: can everybody read it, on paper, in grey and in a dark theme?"""

from itertools import combinations
from math import inf, nan
from types import SimpleNamespace

import numpy as np
import pytest

from rnn_edu.drawings import style

NUMBERS = [0.0, 1e-300, -0.3, 0.999, 1.0, -1.0, 7.5, 1e300, -1e300, nan, inf, -inf]


@pytest.mark.parametrize("kind", style.KIND)
def test_every_kind_meets_the_contrast_standard_on_light_and_on_dark_paper(kind):
    assert style.contrast(style.KIND[kind].colour, style.PAPER) >= 4.5
    assert style.contrast(style.KIND[kind].dark, style.DARK_PAPER) >= 4.5


def test_contrast_agrees_with_the_values_published_with_the_standard():
    assert style.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert style.contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.005)


def test_the_kinds_can_be_told_apart_without_any_colour():
    for first, second in combinations(style.KIND.values(), 2):
        assert first.dash != second.dash and first.letter != second.letter and first.word != second.word


def test_only_arrows_without_delay_are_solid():
    assert [kind for kind, look in style.KIND.items() if not look.dash] == ["feedforward"]


def test_white_is_zero_and_opposite_activities_have_opposite_colours():
    scale = style.ActivityScale(2.0)
    assert scale.colour(0.0) == style.PAPER
    negative, positive = (int(scale.colour(value)[1:3], 16) for value in (-1.5, 1.5))
    blue_of_negative, blue_of_positive = (int(scale.colour(value)[5:7], 16) for value in (-1.5, 1.5))
    assert negative < blue_of_negative and positive > blue_of_positive


def test_a_larger_gradient_is_darker_whatever_its_sign():
    scale = style.GradientScale(1e-8, 1e2)
    brightness = [style.contrast(scale.colour(value), style.PAPER) for value in (1e-8, -1e-5, 1e-2, -1.0, 1e2)]
    assert brightness == sorted(brightness) and len(set(brightness)) == 5


@pytest.mark.parametrize("value", NUMBERS)
@pytest.mark.parametrize(
    "scale", [style.ActivityScale(1.0), style.GradientScale(1e-6, 1.0), style.GradientScale(1e-323, 1e308)]
)
def test_every_number_has_a_colour_on_which_its_text_can_be_read(scale, value):
    colour = scale.colour(value)
    assert style.contrast(style.text_on(colour), colour) >= 4.5
    assert 0 < len(scale.label(value)) <= 7


@pytest.mark.parametrize("grey", range(0, 256, 5))
def test_text_is_black_or_white_whichever_has_more_contrast(grey):
    colour = f"#{grey:02X}{grey:02X}{grey:02X}"
    assert style.text_on(colour) == max("#000000", "#FFFFFF", key=lambda text: style.contrast(text, colour))


@pytest.mark.parametrize("scale", [style.ActivityScale(1.0), style.GradientScale(1e-6, 1.0)])
def test_what_is_not_a_number_looks_like_no_number(scale):
    ordinary = {scale.colour(value) for value in NUMBERS[:9]}
    assert {scale.colour(value) for value in (nan, inf, -inf)} == {style.NOT_A_NUMBER}
    assert style.NOT_A_NUMBER not in ordinary
    assert [scale.label(value) for value in (nan, inf, -inf)] == ["NaN", "∞", "−∞"]


def test_a_zero_gradient_does_not_look_like_a_tiny_one():
    scale = style.GradientScale(1e-6, 1.0)
    assert scale.colour(0.0) != scale.colour(1e-30) and scale.label(0.0) == "0"


def test_scales_fit_their_record_and_ignore_what_is_not_finite():
    record = SimpleNamespace(activity={"x": np.array([[0.1], [3.2]]), "h": np.array([[nan], [inf]])})
    assert style.activity_scale(record) == style.ActivityScale(5.0)
    gradients = SimpleNamespace(activity={"h": np.array([[0.0], [-3e-4], [nan], [0.02]])})
    scale = style.gradient_scale(gradients)
    assert scale.low == pytest.approx(1e-4) and scale.high == pytest.approx(0.1)


@pytest.mark.parametrize("values", [[], [0.0], [nan, inf], [1e300, -1e-300], [5e-324], [1.7e308]])
def test_every_record_has_scales(values):
    record = SimpleNamespace(activity={"h": np.array(values, dtype=float)})
    assert style.activity_scale(record).limit >= 1
    scale = style.gradient_scale(record)
    assert 0 < scale.low < scale.high < inf


@pytest.mark.parametrize("limit", [0.0, -1.0, nan, inf])
def test_a_scale_without_a_usable_end_is_refused(limit):
    with pytest.raises(ValueError, match="positive"):
        style.ActivityScale(limit)
    with pytest.raises(ValueError, match="smaller first"):
        style.GradientScale(limit, 1.0)

"""A loss is one number and its derivative; central differences say whether the two belong together."""

import numpy as np
import pytest

from rnn_edu.core.losses import cross_entropy, squared_error

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(4, 3, 5))
CLASSES = RNG.integers(0, 5, size=(4, 3))
MASK = np.array([[1, 1, 1], [1, 0, 1], [1, 0, 1], [0, 0, 1]], bool)


def by_differences(loss, at, step=1e-6):
    derivative = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        change = np.zeros_like(at)
        change[index] = step
        derivative[index] = (loss(at + change) - loss(at - change)) / (2 * step)
    return derivative


@pytest.mark.parametrize("mask", [None, MASK])
def test_the_derivative_of_cross_entropy_is_what_small_changes_do(mask):
    _, derivative = cross_entropy(LOGITS, CLASSES, mask)
    expected = by_differences(lambda logits: cross_entropy(logits, CLASSES, mask)[0], LOGITS)
    np.testing.assert_allclose(derivative, expected, atol=1e-9)


@pytest.mark.parametrize("mask", [None, MASK])
def test_the_derivative_of_squared_error_is_what_small_changes_do(mask):
    target = RNG.normal(size=LOGITS.shape)
    _, derivative = squared_error(LOGITS, target, mask)
    expected = by_differences(lambda y: squared_error(y, target, mask)[0], LOGITS)
    np.testing.assert_allclose(derivative, expected, atol=1e-7)


def test_knowing_nothing_costs_the_logarithm_of_the_number_of_classes():
    assert cross_entropy(np.zeros((2, 7)), [3, 0])[0] == pytest.approx(np.log(7))


def test_being_sure_and_right_costs_nothing_and_being_sure_and_wrong_costs_the_distance():
    logits = np.array([[1000.0, 0.0]])
    assert cross_entropy(logits, [0])[0] == 0
    assert cross_entropy(logits, [1])[0] == pytest.approx(1000)


def test_steps_that_do_not_count_change_nothing():
    wild = np.where(MASK[..., None], LOGITS, 1e300)
    for loss, target in ((cross_entropy, CLASSES), (squared_error, np.zeros_like(LOGITS))):
        value, derivative = loss(wild, target, MASK)
        assert value == pytest.approx(loss(LOGITS, target, MASK)[0])
        assert not derivative[~MASK].any()


def test_float32_logits_give_a_float32_derivative():
    assert cross_entropy(LOGITS.astype(np.float32), CLASSES)[1].dtype == np.float32


@pytest.mark.parametrize(
    ("loss", "arguments", "says"),
    [
        (cross_entropy, (LOGITS, CLASSES[:2]), "whole numbers of shape"),
        (cross_entropy, (LOGITS, CLASSES + 0.5), "whole numbers"),
        (cross_entropy, (LOGITS, CLASSES + 5), "classes 0 to 4 only"),
        (cross_entropy, (LOGITS, CLASSES, np.zeros_like(MASK)), "at least one"),
        (cross_entropy, (LOGITS, CLASSES, MASK[:1]), "the mask was given"),
        (squared_error, (LOGITS, CLASSES), "give both one shape"),
        (squared_error, ([[1.0]], [[np.nan]]), "finite"),
        (squared_error, ([[1.0]], [[1.0]], [0.5]), "the mask was given"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(loss, arguments, says):
    with pytest.raises(ValueError, match=says):
        loss(*arguments)


@pytest.mark.parametrize(
    ("y", "target", "words"),
    [
        ([[0.0], [0.0]], [["a"], ["b"]], ("target", "real numbers")),
        ([[0.0], [0.0]], [[0.0], [0.0, 1.0]], ("target", "different lengths")),
        ([["a"]], [[1.0]], ("output", "real numbers")),
    ],
)
def test_a_target_or_output_that_is_no_table_of_numbers_is_refused(y, target, words):
    with pytest.raises(ValueError, match=words[0]) as raised:
        squared_error(y, target)
    assert all(word in str(raised.value) for word in words)


def test_small_whole_numbers_do_not_wrap_around():
    loss, dy = squared_error(np.array([[1]], np.uint8), np.array([[3]], np.uint8))
    assert (loss, dy.tolist()) == (2.0, [[-2.0]])

"""The progress of a training is said in words that a screen reader can read: step, loss, time left."""

import itertools

import numpy as np
import pytest

from rnn_edu import Network, elman, fit
from rnn_edu.core.training import TrainingStep
from rnn_edu.explorers.training_progress import TrainingProgress


class Clock:
    """A clock that moves on only when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


def step(number, loss=0.5):
    return TrainingStep(number, None, loss, 1.0)


def test_the_words_give_step_loss_and_time_left():
    clock = Clock()
    progress = TrainingProgress(101, unit="nats", clock=clock)
    progress(step(1))
    clock.now = 10.0
    progress(step(51, loss=1.25))
    assert progress.text == "Step 51 of 101, loss 1.25 nats, about 10 s left."
    assert progress.bar.value == 51
    assert 'role="status"' in progress.words.value
    assert progress.text in progress.words.value


def test_it_does_not_talk_faster_than_one_can_listen():
    clock = Clock()
    progress = TrainingProgress(1000, clock=clock)
    said = set()
    for number in range(1, 101):
        clock.now += 0.01
        progress(step(number))
        said.add(progress.text)
    assert len(said) <= 5


def test_the_last_step_is_always_said():
    progress = TrainingProgress(3, clock=Clock())
    for number in (1, 2, 3):
        progress(step(number))
    assert progress.text == "Step 3 of 3, loss 0.50, done."
    assert progress.bar.value == progress.bar.max


def test_a_real_training_drives_it():
    x = np.ones((3, 1, 1))
    progress = TrainingProgress(20)
    fit(Network.random(elman(1, 2, 1)), itertools.repeat((x, x), 20), watch=progress)
    assert progress.text.startswith("Step 20 of 20")


def test_a_plan_without_steps_is_refused():
    with pytest.raises(ValueError, match="at least one step"):
        TrainingProgress(0)

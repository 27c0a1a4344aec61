"""Each kind of feedback does the job it is for: compared with theory first, and tried at both ends of every control."""

import itertools
import math

import numpy as np
import pytest

from rnn_edu.tasks import memory_jobs, patterns, picture_jobs, rival_job
from rnn_edu.tasks.jobs import JOBS, find_job


def fixed_point(weight: float) -> float:
    """The stable solution of u = tanh(weight · u) above zero, found by halving an interval."""
    low, high = 1e-6, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if math.tanh(weight * middle) > middle else (low, middle)
    return low


# ---- the records ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("leaky memory", {"direct"}),
        ("latch", {"direct"}),
        ("winner-take-all", {"direct", "lateral"}),  # the neurons' own loops keep them from blinking
        ("completion from above", {"indirect"}),
        ("recall", {"complete"}),
    ],
)
def test_a_job_is_done_by_the_kind_of_feedback_it_is_for(name, kinds):
    job = JOBS[name]
    assert job.run().network.topology.feedback_kinds == kinds
    assert job.kind in kinds


def test_every_kind_of_feedback_has_a_job():
    assert [find_job(kind).name for kind in ("direct", "lateral", "indirect", "complete")] == [
        "leaky memory",
        "winner-take-all",
        "completion from above",
        "recall",
    ]


@pytest.mark.parametrize("name", JOBS)
def test_every_end_of_every_control_gives_a_finite_run_that_can_be_drawn(name):
    job = JOBS[name]
    for corner in itertools.product(*((control.low, control.high) for control in job.controls)):
        run = job.run(**dict(zip((control.name for control in job.controls), corner, strict=True)))
        assert run.trajectory.diverged_at is None
        assert run.outcome.sentence and "nan" not in run.outcome.sentence
        for chart in run.charts:
            for line in chart.lines.values():
                assert len(line) == run.trajectory.n_steps
                assert chart.low - 1e-12 <= line.min() and line.max() <= chart.high + 1e-12
        for grid in run.grids:
            assert grid.frames.shape == (run.trajectory.n_steps, math.prod(grid.shape))


@pytest.mark.parametrize("name", JOBS)
def test_what_is_shown_is_what_the_network_computes(name):
    run = JOBS[name].run()
    again = run.network.run(run.x)
    for layer, activity in again.activity.items():
        assert np.array_equal(run.trajectory[layer], activity)


def test_a_job_runs_the_same_way_twice():
    for job in JOBS.values():
        assert job.run().outcome == job.run().outcome


def test_a_wrong_setting_is_refused_in_one_sentence():
    with pytest.raises(KeyError, match="no control 'speed'; it has decay"):
        JOBS["leaky memory"].run(speed=1)
    with pytest.raises(ValueError, match=r"decay was 1.5, but it goes from 0 to 1"):
        JOBS["leaky memory"].run(decay=1.5)
    with pytest.raises(ValueError, match="no job 'cooking'; choose a kind"):
        find_job("cooking")


# ---- direct ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decay", [0.05, 0.3, 0.5, 0.8, 0.9, 0.98])
def test_the_measured_half_life_is_the_formula(decay):
    assert JOBS["leaky memory"].run(decay=decay).outcome.number == pytest.approx(math.log(2) / -math.log(decay))


def test_at_the_ends_the_leaky_memory_keeps_nothing_and_everything():
    nothing, everything = JOBS["leaky memory"].run(decay=0.0), JOBS["leaky memory"].run(decay=1.0)
    assert nothing.outcome.number == 0 and not nothing.trajectory["h"][1:].any()
    assert everything.outcome.number == math.inf and np.all(everything.trajectory["h"] == 1)


@pytest.mark.parametrize("weight", [1.2, 1.5, 2.0, 3.0])
def test_the_latch_rests_where_u_is_tanh_of_w_u(weight):
    u = fixed_point(weight)
    run = JOBS["latch"].run(loop_weight=weight)
    h = run.trajectory["h"][:, 0]
    assert run.outcome.number == pytest.approx(u, abs=1e-9)
    assert h[memory_jobs.RESET - 1] == pytest.approx(u, abs=1e-2)
    assert h[-1] == pytest.approx(-u, abs=1e-2)
    assert not h[: memory_jobs.SET].any()


@pytest.mark.parametrize("weight", [0.0, 0.5, 0.9])
def test_below_weight_one_the_latch_forgets(weight):
    assert abs(JOBS["latch"].run(loop_weight=weight).outcome.number) < 1e-3


def test_at_weight_one_the_latch_fades_slowly_as_the_square_root_says():
    # h ← tanh(h) ≈ h − h³/3, so that h(n) ≈ √(3 / (2 n)) after many steps
    assert memory_jobs.after_silence(1.0, 2000)[-1] == pytest.approx(math.sqrt(3 / 4000), rel=0.01)


def test_the_latch_holds_a_thousand_steps():
    h = memory_jobs.after_silence(2.0, 1000)
    assert h[-1] == h[100] == pytest.approx(fixed_point(2.0))


# ---- lateral --------------------------------------------------------------------------------------------------------


def test_the_largest_input_wins_alone_when_the_inhibition_is_strong_enough():
    inputs = rival_job.rival_inputs()
    for shown, row in enumerate(inputs, start=1):
        run = JOBS["winner-take-all"].run(inhibition=0.4, which_input=shown)
        final = run.trajectory["h"][-1]
        assert final.argmax() == row.argmax() and np.count_nonzero(final) == 1


def test_the_winner_comes_to_the_number_of_its_input():
    x = np.repeat(rival_job.rival_inputs()[None], 200, axis=0)
    assert rival_job.rivals(0.4).run(x)["h"][-1].max(axis=1) == pytest.approx(x[-1].max(axis=1))


def test_without_inhibition_every_neuron_keeps_its_own_input():
    run = JOBS["winner-take-all"].run(inhibition=0.0)
    assert run.outcome.number == 5
    assert run.trajectory["h"][-1] == pytest.approx((1 - 0.9**30) * run.x[-1])


def test_more_inhibition_leaves_fewer_neurons():
    left = [JOBS["winner-take-all"].run(inhibition=beta).outcome.number for beta in (0, 0.05, 0.1, 0.2, 0.3, 0.4)]
    assert left == sorted(left, reverse=True) and left[0] == 5 and left[-1] == 1


def test_without_loops_of_their_own_the_rivals_blink_together():
    # all five together: a ← relu(x − 4 β a) has no rest above zero that it could come to when 4 β > 1
    h = JOBS["winner-take-all"].run(inhibition=0.4, own_loop=0.0).trajectory["h"]
    assert np.all(h[-1] == h[-3]) and np.all((h[-1] > 0.2) != (h[-2] > 0.2))


def test_the_sentence_counts_the_inputs_whose_largest_number_wins():
    h_right = 0
    for shown in range(1, 101):
        run = JOBS["winner-take-all"].run(inhibition=0.2, which_input=shown)
        final = (run.trajectory["h"][-2:] > rival_job.ACTIVE).any(axis=0)
        h_right += final.sum() == 1 and final.argmax() == run.x[0].argmax()
    assert f"wins alone for {h_right} of 100 inputs" in run.outcome.sentence


# ---- indirect -------------------------------------------------------------------------------------------------------


def test_the_three_letters_are_as_different_as_three_can_be():
    known = np.array(list(patterns.small_pictures().values()))
    likeness = np.abs(known @ known.T - 9 * np.eye(3))
    assert likeness.max() == 1  # nine is odd, so two pictures cannot agree and differ on equally many pixels


def test_what_is_missing_stays_missing_without_feedback_and_is_filled_with_it():
    for shown in (1, 2, 3):
        without = JOBS["completion from above"].run(feedback=0.0, which_picture=shown)
        holes = without.x[-1] == 0
        assert holes.sum() == 4 and not without.trajectory["h"][:, holes].any()
        run = JOBS["completion from above"].run(which_picture=shown)
        whole = list(patterns.small_pictures().values())[shown - 1]
        assert np.array_equal(np.sign(run.trajectory["h"][-1]), whole)
        assert run.trajectory["y"][-1].argmax() == shown - 1
    assert without.outcome.number == 0.0 and run.outcome.number == 1.0


def test_the_pixels_that_are_there_are_left_alone():
    run = JOBS["completion from above"].run()
    there = run.x[-1] != 0
    assert np.array_equal(np.sign(run.trajectory["h"][-1, there]), run.x[-1, there])


def test_with_eight_of_nine_pixels_missing_the_network_guesses():
    share = JOBS["completion from above"].run(n_missing=8).outcome.number
    assert 0.3 < share < 0.8


# ---- complete -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_pictures", [1, 3, 8])
@pytest.mark.parametrize("noise", [0.0, 0.2, 0.4])
def test_the_energy_never_rises(n_pictures, noise):
    run = JOBS["recall"].run(n_pictures=n_pictures, noise=noise)
    energies = picture_jobs.energy(run.network, run.trajectory["y"])
    assert np.all(np.diff(energies) <= 1e-10)


def test_the_energy_is_flat_where_the_network_rests():
    run = JOBS["recall"].run()
    rest = run.network.run(np.vstack([run.x, np.zeros((200, 25))]))["y"][-1]
    slopes = []
    for i in range(25):
        step = 1e-6 * np.eye(25)[i]
        up, down = (picture_jobs.energy(run.network, rest + sign * step) for sign in (1, -1))
        slopes.append((up - down) / 2e-6)
    assert np.abs(slopes).max() < 1e-6


def test_one_stored_picture_comes_back_whole_from_any_noise_below_one_half():
    assert JOBS["recall"].run(n_pictures=1, noise=0.4).outcome.number == 1.0


def test_recall_improves_on_what_it_was_given():
    pictures = np.array(list(patterns.large_pictures().values()))[:3]
    starts, whole = picture_jobs.noisy(pictures, 5)
    assert np.all((starts != whole).sum(axis=1) == 5)
    x = np.zeros((10, 100, 25))
    x[0] = starts
    right = np.sign(picture_jobs.memory_of(pictures).run(x)["y"][-1]) == whole
    assert right.mean() > 0.97 > (starts == whole).mean()
    assert JOBS["recall"].run().outcome.number == right.all(axis=1).mean()


def test_too_many_pictures_are_mixed_up_even_without_noise():
    few, many = JOBS["recall"].run(n_pictures=3, noise=0.0), JOBS["recall"].run(n_pictures=8, noise=0.0)
    assert few.outcome.number == 1.0 and many.outcome.number < 0.5

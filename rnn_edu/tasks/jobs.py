"""Five small jobs, one or two for each kind of feedback, each done by a real network whose weights were set by hand."""

from collections.abc import Mapping
from types import MappingProxyType

from rnn_edu.tasks.job_parts import Chart, Control, Grid, Job, JobRun, Outcome
from rnn_edu.tasks.memory_jobs import LATCH, LEAKY_MEMORY
from rnn_edu.tasks.picture_jobs import COMPLETION, RECALL
from rnn_edu.tasks.rival_job import WINNER_TAKE_ALL

__all__ = ["JOBS", "Chart", "Control", "Grid", "Job", "JobRun", "Outcome", "find_job"]

JOBS: Mapping[str, Job] = MappingProxyType(
    {job.name: job for job in (LEAKY_MEMORY, LATCH, WINNER_TAKE_ALL, COMPLETION, RECALL)}
)
"""All jobs by name, in the order of a lesson."""


def find_job(name: str) -> Job:
    """The job of this name, or the first one of this kind of feedback.

    >>> find_job("lateral").name, find_job("latch").kind
    ('winner-take-all', 'direct')
    """
    for job in JOBS.values():
        if name in (job.name, job.kind):
            return job
    kinds = dict.fromkeys(job.kind for job in JOBS.values())
    raise ValueError(f"there is no job {name!r}; choose a kind ({', '.join(kinds)}) or one of {', '.join(JOBS)}")

"""Fair timing on a machine that others use too: candidates in turn, round by round, and only the calm rounds count."""

import resource
import time
from collections.abc import Callable, Mapping
from statistics import median

import numpy as np


def rounds(works: Mapping[str, Callable[[], object]], seconds: float) -> dict[str, np.ndarray]:
    """Seconds of each candidate in each calm round, {who: array}. Each round runs all of them, in a random order.

    Slow candidates get five rounds, or three if these take five times as long as they should. A round is calm if the
    kernel took the processor away no more often than in the median round.
    """
    rng = np.random.default_rng(0)
    for work in works.values():
        work()
    taken, disturbed = {who: [] for who in works}, []
    start_of_all = time.perf_counter()

    def used() -> float:
        return (time.perf_counter() - start_of_all) / seconds

    while used() < 1 or len(disturbed) < (5 if used() < 5 else 3):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
        for who in rng.permutation(list(works)):
            start = time.perf_counter()
            works[who]()
            taken[who].append(time.perf_counter() - start)
        disturbed.append(resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw - before)
    calm = np.array(disturbed) <= median(disturbed)
    return {who: np.array(seconds_of)[calm] for who, seconds_of in taken.items()}


def ratio(taken: Mapping[str, np.ndarray], one: str, other: str) -> float:
    """The median of the paired ratios of two candidates."""
    return float(median(taken[one] / taken[other]))

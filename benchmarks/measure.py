"""Measure every row for one number of threads, in one process, and write them as JSON lines: see `make benchmark`."""

import argparse
import json
import os
import sys
import time

SIZES = ((25, 16, 32, 16), (50, 32, 64, 32), (100, 32, 128, 64), (200, 64, 256, 64), (1000, 1, 64, 32))
FEEDBACK = (((32, 32), 25, 16), ((64, 32), 50, 32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each row")
    parser.add_argument("--kinds", nargs="*", default=["RNN", "GRU", "LSTM"])
    arguments = parser.parse_args()
    if "OPENBLAS_NUM_THREADS" not in os.environ:  # libraries read it when they are loaded
        for name in ("OPENBLAS", "OMP", "MKL"):
            os.environ[f"{name}_NUM_THREADS"] = str(arguments.threads)
        os.environ["JAX_ENABLE_X64"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    if arguments.threads == 1:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # before the libraries count the processors
    for row in _rows(arguments.kinds, arguments.threads, arguments.seconds):
        print(json.dumps(row), flush=True)


def _rows(kinds, n_threads, seconds):
    import torch

    torch.set_num_threads(n_threads)
    for dtype in ("float32", "float64"):
        if "RNN" in kinds:
            yield from (_feedback_row(kind, *size, dtype, n_threads, seconds) for kind in _types() for size in FEEDBACK)
        yield from (_cell_row(kind, size, dtype, n_threads, seconds) for kind in kinds for size in SIZES)


def _types():
    from feedback import TYPES

    return TYPES


def _cell_row(kind, size, dtype, n_threads, seconds):
    from cells import CANDIDATES, Problem, largest_difference

    problem = Problem(kind, size, dtype)
    works = {who: make(problem) for who, make in CANDIDATES.items()}
    start = time.perf_counter()
    works["JAX"]()
    compiling = time.perf_counter() - start
    return {
        **_measured(works, seconds),
        "network": kind,
        "size": "T={}, B={}, H={}, D={}".format(*size),
        "dtype": dtype,
        "threads": n_threads,
        "JAX compiles (s)": round(compiling, 2),
        "difference from PyTorch": largest_difference(problem),
    }


def _feedback_row(kind, hidden, n_steps, n_sequences, dtype, n_threads, seconds):
    import feedback

    network, (x, dy) = feedback.network_of(kind, hidden, dtype), feedback.problem(hidden, n_steps, n_sequences, dtype)
    works = {"rnn_edu": feedback.ours(network, x, dy), "PyTorch": feedback.pytorch_loop(kind, network, x, dy)}
    return {
        **_measured(works, seconds),
        "network": f"{kind} feedback",
        "size": f"T={n_steps}, B={n_sequences}, hidden {hidden}",
        "dtype": dtype,
        "threads": n_threads,
        "difference from PyTorch": feedback.largest_difference(works["rnn_edu"](), works["PyTorch"]()),
    }


def _measured(works, seconds):
    import clock

    taken = clock.rounds(works, seconds)
    others = [who for who in works if who != "rnn_edu"]
    return {
        "milliseconds": {who: round(float(min(times)) * 1e3, 4) for who, times in taken.items()},
        "ratio to": {who: round(clock.ratio(taken, "rnn_edu", who), 3) for who in others},
        "rounds": len(taken["rnn_edu"]),
    }


if __name__ == "__main__":
    main()

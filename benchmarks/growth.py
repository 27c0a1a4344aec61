"""How time and memory grow with the length of a sequence, and what importing the package costs: one JSON object."""

import argparse
import json
import os
import subprocess
import sys
import time
from statistics import median

LENGTHS = (10, 30, 100, 200, 500, 1000, 2000, 5000)
KINDS = ("RNN", "LSTM")
MEMORY_SIZE = (1000, 32, 128, 64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peak", nargs=2, metavar=("WHO", "KIND"), help="the peak memory of one work alone, in MiB")
    arguments = parser.parse_args()
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")})
        os.execv(sys.executable, [sys.executable, *sys.argv])
    if arguments.peak:
        print(_peak(*arguments.peak))
        return
    print(json.dumps({"length": _length(), "memory": _memory(), "import": _import()}))


def _length() -> dict[str, dict[str, object]]:
    import numpy as np
    from cells import Problem, ours

    found: dict[str, dict[str, object]] = {}
    for kind in KINDS:
        best = {}
        for n_steps in LENGTHS:
            work = ours(Problem(kind, (n_steps, 16, 32, 16), "float32"))
            work()
            times = []
            while len(times) < 10 or (sum(times) < 2.0 and len(times) < 200):
                start = time.process_time()
                work()
                times.append(time.process_time() - start)
            best[n_steps] = min(times)
        long = [n_steps for n_steps in LENGTHS if n_steps >= 100]
        exponent = np.polyfit(np.log(long), np.log([best[n_steps] for n_steps in long]), 1)[0]
        found[kind] = {
            "microseconds a step": {n_steps: round(seconds / n_steps * 1e6, 1) for n_steps, seconds in best.items()},
            "exponent from T=100": round(float(exponent), 3),
        }
    return found


def _memory() -> dict[str, dict[str, float]]:
    def of(who: str, kind: str) -> float:
        done = subprocess.run(
            [sys.executable, __file__, "--peak", who, kind], check=True, capture_output=True, text=True
        )
        return float(done.stdout)

    return {kind: {f"{who} (MiB)": of(who, kind) for who in ("rnn_edu", "PyTorch")} for kind in KINDS}


def _peak(who: str, kind: str) -> float:
    """What one forward and backward run adds to the memory of a process that has done a small one before."""
    import torch
    from cells import CANDIDATES, Problem

    torch.set_num_threads(1)
    CANDIDATES[who](Problem(kind, (2, 2, 4, 3), "float32"))()
    work = CANDIDATES[who](Problem(kind, MEMORY_SIZE, "float32"))
    with open("/proc/self/clear_refs", "w") as reset:  # the peak begins anew
        reset.write("5")
    before = _status("VmRSS")
    work()
    return round((_status("VmHWM") - before) / 1024, 1)


def _status(name: str) -> int:
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


def _import() -> dict[str, float]:
    """Milliseconds that `import rnn_edu` adds to `import numpy`: the median of pairs of fresh processes."""

    def seconds(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    added = [seconds("import numpy, rnn_edu") - seconds("import numpy") for _ in range(15)]
    return {"milliseconds above numpy": round(median(added) * 1e3, 1)}


if __name__ == "__main__":
    main()

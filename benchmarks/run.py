"""Run all benchmarks and write benchmarks/results.json and benchmarks/results.md. Takes about ten minutes."""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
PEERS = ("PyTorch", "JAX", "tutorial numpy", "by hand", "unavoidable")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", default="2", help="for each row")
    parser.add_argument("--note", default="", help="what a reader should know about this measurement")
    parser.add_argument("--rows", nargs="*", type=Path, help="rows measured before (JSON lines), instead of new ones")
    arguments = parser.parse_args()
    rows = []
    if arguments.rows:
        rows = [json.loads(line) for path in arguments.rows for line in path.read_text().splitlines()]
    else:
        for n_threads in sorted({1, os.cpu_count() or 1}):
            lines = _output("measure.py", "--threads", str(n_threads), "--seconds", arguments.seconds)
            rows += [json.loads(line) for line in lines.splitlines()]
    results = {
        "date": datetime.date.today().isoformat(),
        "machine": _machine(),
        "note": arguments.note,
        "versions": {name: version(name) for name in ("numpy", "torch", "jax")} | {"python": platform.python_version()},
        "growth": json.loads(_output("growth.py")),
        "rows": rows,
    }
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (HERE / "results.md").write_text(as_markdown(results))


def _output(script: str, *arguments: str) -> str:
    command = [sys.executable, str(HERE / script), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _machine() -> str:
    """The size of the machine, and nothing that says which one it is."""
    model, gibibytes = platform.machine(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].split(":")[1].strip() if lines else model
    return f"{os.cpu_count()} cores ({model}), {gibibytes:.0f} GiB"


def as_markdown(results: dict) -> str:
    """One table for each precision and number of threads."""
    text = [
        "# How fast is it?",
        "",
        f"Measured on {results['date']} by `make benchmark`, on {results['machine']},",
        "with " + ", ".join(f"{name} {number}" for name, number in results["versions"].items()) + ".",
        "",
        "One forward run and the gradients of all weights. Milliseconds are the best of all rounds; every other number",
        "is the median of this package's time divided by the other's in the same round: below 1 we are faster.",
        "*Tutorial numpy* is the plain loop step by step; *by hand* is numpy written for that one cell only, with",
        "buffers made beforehand; *unavoidable* is the matrix products and activations alone. JAX is timed after",
        "compiling; the seconds that its first call took stand beside it.",
        *(["", results["note"]] if results["note"] else []),
    ]
    for n_threads in sorted({row["threads"] for row in results["rows"]}):
        for dtype in ("float32", "float64"):
            rows = [row for row in results["rows"] if (row["threads"], row["dtype"]) == (n_threads, dtype)]
            if rows:
                text += ["", f"## {dtype}, {n_threads} thread{'s' * (n_threads > 1)}", "", *_table(rows)]
    return "\n".join([*text, "", *_growth(results["growth"])]) + "\n"


def _table(rows: list[dict]) -> list[str]:
    lines = [
        "| network | size | ms | " + " | ".join(PEERS) + " | JAX compiles |",
        "|---" * 3 + "|---:" * (len(PEERS) + 1) + "|",
    ]
    for row in rows:
        ratios = [f"{row['ratio to'][peer]:.2f}" if peer in row["ratio to"] else "–" for peer in PEERS]
        compiling = f"{row['JAX compiles (s)']:.1f} s" if "JAX compiles (s)" in row else "–"
        cells = [row["network"], row["size"], f"{row['milliseconds']['rnn_edu']:.2f}", *ratios, compiling]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _growth(growth: dict) -> list[str]:
    lines = ["## Longer sequences, memory, import", "", "| cell | T | microseconds a step |", "|---|---:|---:|"]
    for kind, found in growth["length"].items():
        lines += [f"| {kind} | {n_steps} | {number} |" for n_steps, number in found["microseconds a step"].items()]
    exponents = ", ".join(f"{kind} {found['exponent from T=100']:.2f}" for kind, found in growth["length"].items())
    lines += ["", f"Time grows as T to the power of (from T=100 on): {exponents}.", ""]
    for kind, found in growth["memory"].items():
        numbers = ", ".join(f"{who} {number:.0f}" for who, number in found.items())
        lines.append(f"Peak memory of one forward and backward run, {kind}, T=1000, B=32, H=128: {numbers}.")
    lines += ["", f"`import rnn_edu` adds {growth['import']['milliseconds above numpy']:.0f} ms to `import numpy`."]
    return lines


if __name__ == "__main__":
    main()

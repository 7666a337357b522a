#!/usr/bin/env python3
"""The same trainings in NumPy and in kakunin, CPU seconds side by side.

    cargo build --release && python3 benches/compare.py
    python3 benches/compare.py 2_4/8 2_6/21 --times 5

Alternates between the two sides and takes the median of each. NumPy: CPU
seconds on one thread, reading MNIST not counted. kakunin on one thread: the
seconds of the training by the clock, reading MNIST not counted either; and
user and system time of the whole process, everything counted. Nothing is
pinned; a busy machine shakes all of these.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = ["2_2_1/14", "2_4/8", "2_5/7", "2_6/21"]
SHORTENED = {"2_6/21": 30}  # iterations of NumPy, scaled up; the whole run takes ten minutes


def child_environment():
    variables = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    variables.pop("OPENBLAS_CORETYPE", None)
    return variables


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def numpy_side(row, losses, iterations):
    call = [sys.executable, "-B", str(ROOT / "benches" / "numpy_side.py"), row, "--losses", losses]
    if iterations:
        call += ["--iterations", str(iterations)]
    done = subprocess.run(call, env=child_environment(), stdout=subprocess.PIPE, text=True)
    if done.returncode:  # it has said why
        raise SystemExit(f"the NumPy side of {row} failed ({done.returncode})")
    return json.loads(done.stdout)


def our_side(program, row):
    with tempfile.TemporaryDirectory() as directory:
        call = [str(program), "reproduce", row, "--jobs", "1", "--json", str(Path(directory) / "out.json")]
        before = children_cpu()
        done = subprocess.run(
            call, env=child_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        whole = children_cpu() - before
        if done.returncode:
            raise SystemExit(f"{' '.join(call)} failed ({done.returncode}):\n{done.stdout}")
        (run,) = json.loads((Path(directory) / "out.json").read_text())["runs"]
    return whole, run["seconds"]


def check(program):
    probe = subprocess.run([sys.executable, "-c", "import numpy"], capture_output=True)
    if probe.returncode:
        raise SystemExit(f"{sys.executable} cannot import numpy; install it to compare (pip install numpy)")
    if not program.is_file():
        raise SystemExit(f"{program} is missing; build it first (cargo build --release)")


def main():
    ask = argparse.ArgumentParser(description="CPU seconds of NumPy and kakunin side by side.")
    ask.add_argument("rows", nargs="*", metavar="ID", default=FAMILIES, help=f"default: {' '.join(FAMILIES)}")
    ask.add_argument("--times", type=int, default=3, help="runs of each side (default 3)")
    ask.add_argument("--whole", action="store_true", help="run NumPy's 2_6/21 to its end too")
    ask.add_argument("--program", type=Path, default=ROOT / "target" / "release" / "kakunin")
    args = ask.parse_args()
    check(args.program)

    lines, about = [], {}
    for row in args.rows or FAMILIES:
        iterations = None if args.whole else SHORTENED.get(row)
        # 2_4 takes its loss six times an iteration; a second line shows NumPy without that.
        ways = ["original", "once"] if row.startswith("2_4/") else ["original"]
        theirs, ours = {way: [] for way in ways}, []
        for turn in range(1, args.times + 1):
            for way in ways:
                about = numpy_side(row, way, iterations)
                theirs[way].append(about["cpu_seconds_whole"])
            ours.append(our_side(args.program, row))
            print(f"{row} {turn}/{args.times}: {theirs} {ours}", file=sys.stderr)
        for way in ways:
            numpy = statistics.median(theirs[way])
            whole, training = (statistics.median(side) for side in zip(*ours))
            notes = [f"{iterations} iterations, scaled to {about['of_iterations']}"] if iterations else []
            notes += ["one loss an iteration"] if way == "once" else []
            name = row + (f" ({'; '.join(notes)})" if notes else "")
            ratios = f"{numpy / training:.1f} | {whole:.2f} | {numpy / whole:.1f}"
            lines.append(f"| {name} | {numpy:.2f} | {training:.2f} | {ratios} |")

    print("| row | NumPy s | kakunin s | ratio | whole process s | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    print("\n".join(lines))
    print(
        f"\nMedian of {args.times}. NumPy {about['numpy']}, OpenBLAS kernel {about['kernel']}, one thread; "
        f"load average at the end {os.getloadavg()[0]:.1f}."
    )


if __name__ == "__main__":
    main()

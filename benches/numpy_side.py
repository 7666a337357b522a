#!/usr/bin/env python3
"""CPU seconds of one published training in NumPy, on one thread.

    python3 benches/numpy_side.py 2_4/8
    python3 benches/numpy_side.py 2_4/8 --losses once
    python3 benches/numpy_side.py 2_6/21 --iterations 30

The run is that of tests/golden/originals.py: float32 images, im2col, every
loss the cell takes. Reading MNIST is not counted. With --iterations the run is
shortened and "cpu_seconds_whole" is scaled up linearly; the number must be a
multiple of 10, so that the measuring keeps its share.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when NumPy is loaded
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "golden"))

try:
    import numpy as np
except ImportError:
    raise SystemExit("numpy_side.py needs NumPy (pip install numpy); the Rust side does not")

import originals  # noqa: E402


def main():
    ask = argparse.ArgumentParser(description="CPU seconds of one training in NumPy.")
    ask.add_argument("row", metavar="ID", help="for instance 2_2_1/14, 2_4/8, 2_5/7 or 2_6/21")
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--iterations", type=int, help="shorten the run (a multiple of 10)")
    ask.add_argument(
        "--losses", choices=("original", "once"), default="original",
        help="2_4 takes the loss six times an iteration; once takes one",
    )
    args = ask.parse_args()
    if args.iterations is not None and (args.iterations < 10 or args.iterations % 10):
        ask.error("--iterations must be a multiple of 10")

    (row,) = originals.chosen([args.row])
    np.seterr(over="ignore")
    result = originals.timed(row, originals.load_mnist(), args.seed, args.iterations, args.losses)
    scale = result["of_iterations"] / result["iterations"]
    result |= {
        "cpu_seconds_whole": round(result["cpu_seconds"] * scale, 2),
        "losses": args.losses,
        "numpy": np.__version__,
        "kernel": originals.kernel(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

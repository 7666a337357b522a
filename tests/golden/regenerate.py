#!/usr/bin/env python3
"""Makes the golden files of this directory.

    python3 regenerate.py stream            stream.json, in a second
    python3 regenerate.py seed 0            seed0.json, about 9 minutes 
    python3 regenerate.py seed 0 --with-cnn the same with 2_6/21, 7 minutes more

`seed` runs originals.py twice, each time on one thread: once as OpenBLAS
chooses its kernel and once with its Haswell kernel (AVX2), so that the file
also says how far NumPy is from itself. `--run`, `--other` and `--cnn` take
stored results of originals.py instead of a new run (for `--cnn` also a file
of accuracies as fractions under "experiments"); a golden file that is already
there keeps its CNN row unless a new one is given.

What a seed file holds, per row:
    of            [training rows measured, test rows measured]
    train, test   hits, as integers, at every measured point (iterations 10, 20, ...)
    loss          the first 100 losses, each the one after the whole update
    loss_at       the iterations of those losses: "1..100", "10,20..1000" (the Adam
                  rows of 2_4 record them only when they measure) or null (2_2_1)
    params        per final parameter [sum, sum of squares, first element]
    numpy_itself  the two kernels against each other: equal points (train and
                  test), index of the first unequal point or null, and the
                  largest difference in hits
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import numpy as np  # noqa: E402

from originals import ROWS  # noqa: E402

HERE = Path(__file__).resolve().parent
CNN = "2_6/21"


def write(name, value):
    """One row a line: compact, and still readable as a difference."""
    rows = value.pop("rows")
    head = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)[:-1]
    lines = [
        f"{json.dumps(key)}:{json.dumps(row, separators=(',', ':'), allow_nan=False)}" for key, row in rows.items()
    ]
    (HERE / name).write_text(head + ',"rows":{\n' + ",\n".join(lines) + "\n}}\n")
    print(f"{name}: {len(rows)} rows, {(HERE / name).stat().st_size} bytes")


# --------------------------------------------------------------------------
# The legacy stream
# --------------------------------------------------------------------------


def stream_of(seed):
    stream = np.random.RandomState(seed)
    draws = [
        ("randn(7)", stream.randn(7)),
        ("choice(60000,5)", stream.choice(60000, 5)),
        ("choice(300,5)", stream.choice(300, 5)),
        ("rand(2,3)", stream.rand(2, 3)),
        ("randn(3)", stream.randn(3)),
        ("choice(5000,5)", stream.choice(5000, 5)),
        ("choice(1,3)", stream.choice(1, 3)),
        ("randn(2)", stream.randn(2)),
    ]
    weights = stream.randn(784, 40)
    drawn = {call: values.ravel().tolist() for call, values in draws}
    drawn["randn(784,40): sum, sum of squares"] = [float(np.sum(weights)), float(np.sum(weights**2))]
    return drawn


def make_stream():
    seeds = (0, 1, 123, 4294967295)
    head = {
        "made_by": "tests/golden/regenerate.py stream",
        "numpy": np.__version__,
        "about": "one continuous stream a seed (numpy.random.seed), drawn in this order",
    }
    write("stream.json", head | {"rows": {str(seed): stream_of(seed) for seed in seeds}})


# --------------------------------------------------------------------------
# A seed
# --------------------------------------------------------------------------


def run(seed, rows, **environment):
    """originals.py in a process of its own, since OpenBLAS picks its kernel at start."""
    variables = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    variables |= {"OPENBLAS_NUM_THREADS": "1"} | environment
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "run.json"
        call = [sys.executable, "-B", str(HERE / "originals.py"), "--seed", str(seed), "--losses", "once"]
        subprocess.run([*call, "--rows", rows, "--out", str(out)], env=variables, check=True)
        return json.loads(out.read_text())


def read(path):
    """A stored result; accuracies as fractions become hits."""
    stored = json.loads(Path(path).read_text())
    if "rows" in stored:
        return stored
    rows = {}
    for key, old in stored["experiments"].items():
        row = ROWS[key]
        of = [row.batch if row.train_on_batch else row.train_rows, row.test_rows]
        hits = [[round(share * n) for share in old[part]] for part, n in zip(("train", "test"), of)]
        losses = old.get("loss") or []
        rows[key] = {
            "of": of, "train": hits[0], "test": hits[1],
            "loss": losses, "loss_at": list(range(1, len(losses) + 1)), "params": old.get("params"),
        }
    return {"seed": stored["seed"], "numpy": stored["numpy"], "kernel": stored.get("kernel"), "rows": rows}


def loss_at(row):
    return {"none": None, "when measured": "10,20..1000"}.get(row.loss_list, "1..100")


def golden_row(key, new):
    losses = new["loss"][:100]
    expected = {None: [], "10,20..1000": list(range(10, 1001, 10))}.get(loss_at(ROWS[key]), list(range(1, 101)))
    assert new["loss_at"][:100] == expected, f"{key}: losses at {new['loss_at'][:100]}"
    return {
        "of": new["of"], "train": new["train"], "test": new["test"],
        "loss_at": loss_at(ROWS[key]), "loss": losses, "params": new["params"],
    }


def against_itself(one, other):
    apart = [
        max(abs(a - b), abs(c - d))
        for a, b, c, d in zip(one["train"], other["train"], one["test"], other["test"], strict=True)
    ]
    return {
        "equal": apart.count(0),
        "first": next((i for i, far in enumerate(apart) if far), None),
        "max": max(apart),
    }


def make_seed(args):
    name = f"seed{args.seed}.json"
    result = read(args.run) if args.run else run(args.seed, "all-but-cnn")
    other = read(args.other) if args.other else run(args.seed, "all-but-cnn", OPENBLAS_CORETYPE="HASWELL")
    assert result["seed"] == other["seed"] == args.seed

    rows = {}
    for key in ROWS:
        if key == CNN:
            continue
        rows[key] = golden_row(key, result["rows"][key])
        rows[key]["numpy_itself"] = against_itself(result["rows"][key], other["rows"][key])

    source = "originals.py, one thread; rows with the same settings were run once"
    if args.other and "experiments" in json.loads(Path(args.other).read_text()):
        source += "; the other kernel from a stored run of the published cells"
    old = json.loads((HERE / name).read_text()) if (HERE / name).exists() else {}
    if args.with_cnn:
        rows[CNN] = golden_row(CNN, run(args.seed, CNN)["rows"][CNN]) | {"numpy_itself": None}
        source += f"; {CNN} too"
    elif args.cnn:
        stored = read(args.cnn)
        assert stored["seed"] == args.seed and stored["numpy"] == result["numpy"]
        rows[CNN] = golden_row(CNN, stored["rows"][CNN]) | {"numpy_itself": None}
        own = "rows" in json.loads(Path(args.cnn).read_text())
        source += f"; {CNN} too" if own else f"; {CNN} from a stored run of the published cell with the same seed and NumPy"
    elif CNN in old.get("rows", {}):
        rows[CNN], source = old["rows"][CNN], old["source"]
    else:
        source += f"; {CNN} left out"
    write(
        name,
        {
            "made_by": f"tests/golden/regenerate.py seed {args.seed}",
            "seed": args.seed,
            "numpy": result["numpy"],
            "kernel": result["kernel"],
            "other_kernel": other["kernel"],
            "source": source,
            "rows": rows,
        },
    )


def main():
    ask = argparse.ArgumentParser(description="Makes the golden files.")
    verbs = ask.add_subparsers(dest="verb", required=True)
    verbs.add_parser("stream")
    seed = verbs.add_parser("seed")
    seed.add_argument("seed", type=int)
    seed.add_argument("--run", help="a stored result of originals.py")
    seed.add_argument("--other", help="a stored result with the other kernel")
    seed.add_argument("--cnn", help=f"a stored result that holds {CNN}")
    seed.add_argument("--with-cnn", action="store_true", help=f"run {CNN} too")
    args = ask.parse_args()
    make_stream() if args.verb == "stream" else make_seed(args)


if __name__ == "__main__":
    main()

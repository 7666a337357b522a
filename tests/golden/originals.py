#!/usr/bin/env python3
"""The 47 published trainings in NumPy, written anew from their specification.

This is the yardstick of the Rust library: the golden files beside it are made
from it (see regenerate.py) and benches/numpy_side.py times it. Every slip of
the published cells is kept, since the published curves contain them.

    python3 originals.py --seed 0 --rows 2_4/8 2_5/7 --out out.json
    python3 originals.py --seed 0 --rows all --out out.json --json-losses 100
    python3 originals.py --time --rows 2_4/8

MNIST is read from data/mnist/*.gz of this repository.
"""

import argparse
import ctypes
import glob
import gzip
import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

MNIST = Path(__file__).resolve().parents[2] / "data" / "mnist"

# --------------------------------------------------------------------------
# The rows
# --------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One published training cell."""

    id: str
    family: str                     # "2_2_1", "2_4", "2_5" or "2_6"
    activation: str = "relu"        # or "sigmoid"
    init: str = "gauss"             # 0.01 * randn; or "xavier", "he"
    rule: str = "sgd"
    lr: float = 0.01
    batch_norm: bool = False
    dropout: float = 0.0
    loop_penalty: tuple = ()        # ("L1" | "L2", lambda), in the loop: layers 1 to 6 only
    net_decay: float = 0.0          # L2 of the network itself: every weight
    iterations: int = 1000

    @property
    def widths(self):
        return (784,) + (100,) * 6 + (10,) if self.family == "2_5" else (784, 40, 20, 10)

    @property
    def train_rows(self):
        return {"2_5": 300, "2_6": 5000}.get(self.family, 60000)

    @property
    def test_rows(self):
        return 1000 if self.family == "2_6" else 10000

    @property
    def batch(self):
        return 100

    @property
    def train_on_batch(self):
        """2_2_1 and 2_4 measure the batch, 2_5 and 2_6 all training rows."""
        return self.family in ("2_2_1", "2_4")

    @property
    def loss_list(self):
        """How the cell records its loss."""
        if self.family == "2_2_1":
            return "none"
        if self.family == "2_4":
            return "when measured" if self.rule == "adam" else "after each parameter"
        return "each iteration"

    def same_run(self):
        """Two rows with an equal key are the same run at the same seed."""
        return replace(self, id="")


def rows_of_the_course():
    rows = []

    def add(family, cell, **settings):
        rows.append(Row(f"{family}/{cell}", family, **settings))

    for cell, activation, init in [
        (8, "sigmoid", "gauss"), (10, "relu", "gauss"), (12, "sigmoid", "xavier"),
        (14, "relu", "he"), (17, "sigmoid", "he"), (19, "relu", "xavier"),
    ]:
        add("2_2_1", cell, activation=activation, init=init, lr=0.1, iterations=2000)

    rules = ("sgd", "momentum", "adagrad_2_4", "rmsprop", "adam")
    for first, lr, batch_norm in [(8, 0.01, False), (20, 0.005, False), (32, 0.1, False), (56, 0.01, True)]:
        for i, rule in enumerate(rules):
            add("2_4", first + 2 * i, activation="sigmoid", rule=rule, lr=lr, batch_norm=batch_norm)
        if first == 32:
            add("2_4", 42, activation="sigmoid", rule="sgd", lr=0.1)
            for i, (rule, init) in enumerate(zip(rules, ("xavier", "xavier", "gauss", "gauss", "he"))):
                add("2_4", 45 + 2 * i, rule=rule, init=init)

    deep = {"init": "he"}
    add("2_5", 7, **deep)
    add("2_5", 10, loop_penalty=("L2", 0.1), **deep)
    for cell, lam in [(12, 0.005), (16, 0.01), (18, 0.01), (22, 0.001), (24, 0.001)]:
        add("2_5", cell, lr=0.1, loop_penalty=("L1", lam), **deep)
    for cell, rule, lr in [
        (28, "sgd", 0.01), (30, "sgd", 0.01), (31, "sgd", 0.01),
        (32, "momentum", 0.01), (33, "adagrad", 0.01), (34, "adam", 0.001),
    ]:
        add("2_5", cell, rule=rule, lr=lr, dropout=0.15, net_decay=0.001, **deep)
    add("2_5", 36, dropout=0.2, loop_penalty=("L1", 0.004), **deep)

    add("2_6", 21, rule="adam", lr=0.001)
    return {row.id: row for row in rows}


ROWS = rows_of_the_course()

# --------------------------------------------------------------------------
# The images
# --------------------------------------------------------------------------


def idx(name, header):
    raw = gzip.decompress((MNIST / name).read_bytes())
    return np.frombuffer(raw, np.uint8, offset=header)


def load_mnist(dtype=np.float32):
    """(train images, train labels, test images, test labels); pixels are
    k/255 rounded to float32. With dtype float64 that same value is stored
    widened, which saves NumPy the widening in every product."""
    sets = []
    for part in ("train", "t10k"):
        pixels = idx(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 784)
        sets.append((pixels.astype(np.float32) / np.float32(255)).astype(dtype))
        sets.append(idx(f"{part}-labels-idx1-ubyte.gz", 8).astype(np.int64))
    return sets


# --------------------------------------------------------------------------
# Layers: forward(x, training) and backward(upstream)
# --------------------------------------------------------------------------


class Affine:
    def __init__(self, weight, bias):
        self.weight, self.bias = weight, bias

    def forward(self, x, training):
        self.shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        return np.dot(self.x, self.weight) + self.bias

    def backward(self, up):
        down = np.dot(up, self.weight.T)
        self.d_weight = np.dot(self.x.T, up)
        self.d_bias = np.sum(up, axis=0)
        return down.reshape(self.shape)


class Relu:
    def forward(self, x, training):
        self.off = x <= 0
        y = x.copy()
        y[self.off] = 0
        return y

    def backward(self, up):
        up[self.off] = 0
        return up


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Sigmoid:
    def forward(self, x, training):
        self.y = sigmoid(x)
        return self.y

    def backward(self, up):
        return up * (1 - self.y) * self.y


class SigmoidOf221(Sigmoid):
    """The slip of 2_2_1: its slope is taken at the output instead of the input."""

    def backward(self, up):
        return up * ((1 - sigmoid(self.y)) * sigmoid(self.y))


class ReluOf221:
    def forward(self, x, training):
        self.y = np.maximum(0, x)
        return self.y

    def backward(self, up):
        return up * np.where(self.y > 0, 1, 0)


class Dropout:
    """No rescaling in training; outputs shrink by (1 - ratio) in tests."""

    def __init__(self, ratio, stream):
        self.ratio, self.stream = ratio, stream

    def forward(self, x, training):
        if not training:
            return x * (1.0 - self.ratio)
        self.keep = self.stream.rand(*x.shape) > self.ratio
        return x * self.keep

    def backward(self, up):
        return up * self.keep


class BatchNorm:
    EPSILON = 10e-7
    MEMORY = 0.9

    def __init__(self, width):
        self.gamma, self.beta = np.ones(width), np.zeros(width)
        self.mean, self.variance = np.zeros(width), np.zeros(width)  # running

    def forward(self, x, training):
        if training:
            mean = x.mean(axis=0)
            self.centred = x - mean
            variance = np.mean(self.centred**2, axis=0)
            self.deviation = np.sqrt(variance + self.EPSILON)
            self.normal = self.centred / self.deviation
            self.mean = self.MEMORY * self.mean + (1 - self.MEMORY) * mean
            self.variance = self.MEMORY * self.variance + (1 - self.MEMORY) * variance
            normal = self.normal
        else:
            normal = (x - self.mean) / np.sqrt(self.variance + self.EPSILON)
        return self.gamma * normal + self.beta

    def backward(self, up):
        n = up.shape[0]
        self.d_beta = up.sum(axis=0)
        self.d_gamma = np.sum(self.normal * up, axis=0)
        d_normal = self.gamma * up
        d_centred = d_normal / self.deviation
        d_deviation = -np.sum((d_normal * self.centred) / (self.deviation * self.deviation), axis=0)
        d_variance = 0.5 * d_deviation / self.deviation
        d_centred += (2.0 / n) * self.centred * d_variance
        return d_centred - np.sum(d_centred, axis=0) / n


def windows(images, size, stride):
    """im2col: one row per (image, y, x), one column per (channel, fy, fx)."""
    n, channels, height, width = images.shape
    out_h, out_w = (height - size) // stride + 1, (width - size) // stride + 1
    buffer = np.zeros((n, channels, size, size, out_h, out_w))
    for fy in range(size):
        for fx in range(size):
            buffer[:, :, fy, fx] = images[:, :, fy : fy + stride * out_h : stride, fx : fx + stride * out_w : stride]
    return buffer.transpose(0, 4, 5, 1, 2, 3).reshape(n * out_h * out_w, -1)


def overlap(columns, shape, size, stride):
    """col2im: adds every window's values back to where they were taken."""
    n, channels, height, width = shape
    out_h, out_w = (height - size) // stride + 1, (width - size) // stride + 1
    columns = columns.reshape(n, out_h, out_w, channels, size, size).transpose(0, 3, 4, 5, 1, 2)
    images = np.zeros((n, channels, height + stride - 1, width + stride - 1))
    for fy in range(size):
        for fx in range(size):
            images[:, :, fy : fy + stride * out_h : stride, fx : fx + stride * out_w : stride] += columns[:, :, fy, fx]
    return images[:, :, :height, :width]


class Convolution:
    def __init__(self, weight, bias):
        self.weight, self.bias = weight, bias

    def forward(self, x, training):
        filters, _, size, _ = self.weight.shape
        n, _, height, width = x.shape
        self.shape = x.shape
        self.columns = windows(x, size, 1)
        self.matrix = self.weight.reshape(filters, -1).T
        out = np.dot(self.columns, self.matrix) + self.bias
        return out.reshape(n, height - size + 1, width - size + 1, -1).transpose(0, 3, 1, 2)

    def backward(self, up):
        filters, _, size, _ = self.weight.shape
        up = up.transpose(0, 2, 3, 1).reshape(-1, filters)
        self.d_bias = np.sum(up, axis=0)
        self.d_weight = np.dot(self.columns.T, up).transpose(1, 0).reshape(self.weight.shape)
        # Nobody needs the images' gradient; the originals compute it all the same.
        return overlap(np.dot(up, self.matrix.T), self.shape, size, 1)


class MaxPooling:
    SIZE = 2

    def forward(self, x, training):
        n, channels, height, width = x.shape
        self.shape = x.shape
        cells = windows(x, self.SIZE, self.SIZE).reshape(-1, self.SIZE * self.SIZE)
        self.winner = np.argmax(cells, axis=1)
        out = np.max(cells, axis=1).reshape(n, height // self.SIZE, width // self.SIZE, channels)
        return out.transpose(0, 3, 1, 2)

    def backward(self, up):
        up = up.transpose(0, 2, 3, 1)
        cells = np.zeros((up.size, self.SIZE * self.SIZE))
        cells[np.arange(self.winner.size), self.winner.flatten()] = up.flatten()
        columns = cells.reshape(up.shape[0] * up.shape[1] * up.shape[2], -1)
        return overlap(columns, self.shape, self.SIZE, self.SIZE)


def softmax(x):
    x = x.T
    x = x - np.max(x, axis=0)
    y = np.exp(x) / np.sum(np.exp(x), axis=0)
    return y.T


def cross_entropy(y, labels):
    n = y.shape[0]
    return -np.sum(np.log(y[np.arange(n), labels] + 1e-7)) / n


# --------------------------------------------------------------------------
# The net
# --------------------------------------------------------------------------


class Net:
    """Layers, and the parameters by name. Weights are drawn first layer first."""

    def __init__(self, row, stream):
        self.row, self.layers, self.params, self.owners = row, [], {}, {}
        if row.family == "2_6":
            self.build_convolutional(stream)
        else:
            self.build_fully_connected(stream)

    def own(self, number, layer):
        self.params[f"W{number}"], self.params[f"b{number}"] = layer.weight, layer.bias
        self.owners[f"W{number}"] = (layer, "d_weight")
        self.owners[f"b{number}"] = (layer, "d_bias")
        self.layers.append(layer)

    def draw(self, stream, rows, columns):
        weight = stream.randn(rows, columns)
        init, plain = self.row.init, self.row.family == "2_2_1"
        if init == "gauss":
            return 0.01 * weight
        if plain:  # 2_2_1 divides by the root, the library's net multiplies
            return weight / np.sqrt(rows) if init == "xavier" else weight / np.sqrt(rows) * np.sqrt(2)
        return np.sqrt((1.0 if init == "xavier" else 2.0) / rows) * weight

    def build_fully_connected(self, stream):
        row, widths = self.row, self.row.widths
        plain = row.family == "2_2_1"
        kind = {
            ("relu", False): Relu, ("sigmoid", False): Sigmoid,
            ("relu", True): ReluOf221, ("sigmoid", True): SigmoidOf221,
        }[row.activation, plain]
        last = len(widths) - 1
        for number in range(1, last + 1):
            weight = self.draw(stream, widths[number - 1], widths[number])
            self.own(number, Affine(weight, np.zeros(widths[number])))
            if number == last:
                break
            if row.batch_norm:
                norm = BatchNorm(widths[number])
                self.params[f"gamma{number}"], self.params[f"beta{number}"] = norm.gamma, norm.beta
                self.layers.append(norm)
            self.layers.append(kind())
            if row.dropout:
                self.layers.append(Dropout(row.dropout, stream))

    def build_convolutional(self, stream):
        self.own(1, Convolution(0.01 * stream.randn(30, 1, 5, 5), np.zeros(30)))
        self.layers += [Relu(), MaxPooling()]
        self.own(2, Affine(0.01 * stream.randn(30 * 12 * 12, 100), np.zeros(100)))
        self.layers.append(Relu())
        self.own(3, Affine(0.01 * stream.randn(100, 10), np.zeros(10)))

    def numbers(self):
        return range(1, sum(name.startswith("W") for name in self.params) + 1)

    def scores(self, x, training=False):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def loss(self, x, labels):
        """In test mode, with the network's own decay."""
        loss = cross_entropy(softmax(self.scores(x)), labels)
        if self.row.net_decay:
            decay = 0.0
            for i in self.numbers():
                decay += 0.5 * self.row.net_decay * np.sum(self.params[f"W{i}"] ** 2)
            loss = loss + decay
        return loss

    def hits(self, x, labels):
        if self.row.family == "2_6":
            return sum(
                int(np.sum(np.argmax(self.scores(x[i : i + 100]), axis=1) == labels[i : i + 100]))
                for i in range(0, x.shape[0], 100)
            )
        y = self.scores(x)
        if self.row.family == "2_2_1":
            y = softmax(y)
        return int(np.sum(np.argmax(y, axis=1) == labels))

    def gradient(self, x, labels):
        y = softmax(self.scores(x, training=True))
        n = y.shape[0]
        target = np.zeros_like(y)
        target[np.arange(n), labels] = 1
        up = (y - target) / n
        for layer in reversed(self.layers):
            up = layer.backward(up)
        gradient = {name: getattr(layer, part) for name, (layer, part) in self.owners.items()}
        if self.row.net_decay:
            for i in self.numbers():
                gradient[f"W{i}"] = gradient[f"W{i}"] + self.row.net_decay * self.params[f"W{i}"]
        return gradient


# --------------------------------------------------------------------------
# Rules: step(name, w, g) changes w in place
# --------------------------------------------------------------------------


class Rule:
    def __init__(self, lr):
        self.lr, self.t, self.memory = lr, 0, {}

    def begin_iteration(self):
        self.t += 1

    def kept(self, name, like, places=1):
        """What the rule remembers of a parameter: zeros at first."""
        if name not in self.memory:
            self.memory[name] = [np.zeros_like(like) for _ in range(places)]
        return self.memory[name]


class Sgd(Rule):
    def step(self, name, w, g):
        w -= self.lr * g


class Momentum(Rule):
    def step(self, name, w, g):
        (v,) = self.kept(name, w)
        v[...] = 0.9 * v - self.lr * g
        w += v


class AdaGrad(Rule):
    def step(self, name, w, g):
        (h,) = self.kept(name, w)
        h += g * g
        w -= self.lr * g / (np.sqrt(h) + 1e-7)


class AdaGradOf24(Rule):
    """The notebook's own: h starts at 1e-4, the first gradient is not added."""

    def step(self, name, w, g):
        if name in self.memory:
            self.memory[name] += g**2
        else:
            self.memory[name] = np.full_like(w, 1e-4)
        w -= self.lr * g / np.sqrt(self.memory[name])


class RmsProp(Rule):
    def step(self, name, w, g):
        (h,) = self.kept(name, w)
        h *= 0.99
        h += (1 - 0.99) * g**2
        w -= self.lr * g / (np.sqrt(h) + 1e-7)


class Adam(Rule):
    def begin_iteration(self):
        super().begin_iteration()
        self.now = self.lr * np.sqrt(1.0 - 0.999**self.t) / (1.0 - 0.9**self.t)

    def step(self, name, w, g):
        m, v = self.kept(name, w, 2)
        m += (1 - 0.9) * (g - m)
        v += (1 - 0.999) * (g**2 - v)
        w -= self.now * m / (np.sqrt(v) + 1e-7)


RULES = {
    "sgd": Sgd, "momentum": Momentum, "adagrad": AdaGrad,
    "adagrad_2_4": AdaGradOf24, "rmsprop": RmsProp, "adam": Adam,
}

# --------------------------------------------------------------------------
# The penalties in the loop of 2_5: layers 1 to 6
# --------------------------------------------------------------------------

PENALISED = range(1, 7)


def penalised_gradient(kind, lam, net, gradient):
    """Only these layers are returned, so the output layer stays as drawn."""
    only = {}
    for i in PENALISED:
        w = net.params[f"W{i}"]
        only[f"W{i}"] = gradient[f"W{i}"] + lam * (w if kind == "L2" else np.sign(w))
        only[f"b{i}"] = gradient[f"b{i}"]
    return only


def penalty(kind, lam, net):
    total = 0.0
    for i in PENALISED:
        w = net.params[f"W{i}"]
        # The root under L2 is the original's slip.
        total += 0.5 * lam * np.sqrt(np.sum(w**2)) if kind == "L2" else lam * np.sum(np.abs(w))
    return total


# --------------------------------------------------------------------------
# The one training loop
# --------------------------------------------------------------------------


def train(row, seed, mnist, iterations=None, losses="original"):
    """Runs a row. losses="original" records what the cell records; "once"
    takes only the loss after the whole update (the values are the same)."""
    train_x, train_labels, test_x, test_labels = mnist
    train_x, train_labels = train_x[: row.train_rows], train_labels[: row.train_rows]
    test_x, test_labels = test_x[: row.test_rows], test_labels[: row.test_rows]
    if row.family == "2_6":
        train_x, test_x = train_x.reshape(-1, 1, 28, 28), test_x.reshape(-1, 1, 28, 28)

    stream = np.random.RandomState(seed)  # the stream of np.random.seed(seed)
    net = Net(row, stream)
    rule = RULES[row.rule](row.lr)
    order = [f"{kind}{i}" for kind in "Wb" for i in net.numbers()]
    curve, loss_list, loss_at = {"train": [], "test": []}, [], []

    def measure(x, labels):
        whole = (x, labels) if row.train_on_batch else (train_x, train_labels)
        curve["train"].append(net.hits(*whole))
        curve["test"].append(net.hits(test_x, test_labels))

    def record(t, value):
        loss_list.append(float(value))
        loss_at.append(t)

    for t in range(1, (iterations or row.iterations) + 1):
        pick = stream.choice(row.train_rows, row.batch)
        x, labels = train_x[pick], train_labels[pick]
        gradient = net.gradient(x, labels)

        if row.family == "2_2_1" and t % 10 == 0:
            measure(x, labels)

        if row.loop_penalty:
            gradient = penalised_gradient(*row.loop_penalty, net, gradient)
        rule.begin_iteration()
        six = row.loss_list == "after each parameter"
        for name in order:
            if name not in gradient:
                continue
            rule.step(name, net.params[name], gradient[name])
            if six and (losses == "original" or name == order[-1]):
                record(t, net.loss(x, labels))

        if row.loss_list == "each iteration":
            loss = net.loss(x, labels)
            if row.loop_penalty:
                loss = loss + penalty(*row.loop_penalty, net)
            record(t, loss)
        if row.family != "2_2_1" and t % 10 == 0:
            measure(x, labels)
            if row.loss_list == "when measured":
                record(t, net.loss(x, labels))

    return {
        "of": [row.batch if row.train_on_batch else row.train_rows, row.test_rows],
        "train": curve["train"],
        "test": curve["test"],
        "loss_at": loss_at,
        "loss": loss_list,
        "params": {
            name: [float(np.sum(w)), float(np.sum(w**2)), float(w.flat[0])] for name, w in net.params.items()
        },
    }


def timed(row, mnist, seed=0, iterations=None, losses="original"):
    """CPU seconds of one run, the reading of MNIST left out."""
    start = time.process_time()
    train(row, seed, mnist, iterations, losses)
    return {
        "id": row.id,
        "cpu_seconds": round(time.process_time() - start, 3),
        "iterations": iterations or row.iterations,
        "of_iterations": row.iterations,
    }


def kernel():
    """The matrix kernel OpenBLAS chose, or None where it cannot be asked."""
    for path in glob.glob(os.path.join(os.path.dirname(np.__file__), "..", "numpy.libs", "*openblas*")):
        try:
            ask = ctypes.CDLL(path).scipy_openblas_get_corename64_
        except (OSError, AttributeError):
            continue
        ask.restype = ctypes.c_char_p
        return ask().decode()
    return None


def chosen(names):
    if names == ["all"]:
        return list(ROWS.values())
    if names == ["all-but-cnn"]:
        return [row for row in ROWS.values() if row.family != "2_6"]
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        raise SystemExit(f"no such row: {' '.join(unknown)} (rows: {' '.join(ROWS)})")
    return [ROWS[name] for name in names]


def main():
    ask = argparse.ArgumentParser(description="The 47 published trainings in NumPy.")
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--rows", nargs="+", required=True, metavar="ID", help="row ids, all, or all-but-cnn")
    ask.add_argument("--out", help="the file to write (standard output otherwise)")
    ask.add_argument("--iterations", type=int, help="stop early")
    ask.add_argument("--losses", choices=("original", "once"), default="original")
    ask.add_argument("--json-losses", choices=("all", "100"), default="all", help="how many losses to write")
    ask.add_argument("--time", action="store_true", help="print CPU seconds instead of results")
    args = ask.parse_args()
    np.seterr(over="ignore")  # exp(-x) of a saturated sigmoid

    if args.time:
        mnist = load_mnist()
        for row in chosen(args.rows):
            print(json.dumps(timed(row, mnist, args.seed, args.iterations, args.losses)), flush=True)
        return

    # The float64 images hold the same numbers as the float32 ones.
    mnist, done = load_mnist(np.float64), {}
    result = {"seed": args.seed, "numpy": np.__version__, "kernel": kernel(), "rows": {}}
    for row in chosen(args.rows):
        key = row.same_run()
        if key not in done:
            done[key] = train(row, args.seed, mnist, args.iterations, args.losses)
        run = dict(done[key])
        if args.json_losses == "100":
            run["loss"], run["loss_at"] = run["loss"][:100], run["loss_at"][:100]
        result["rows"][row.id] = run
        if args.out:  # after every row, so that a stopped run is not lost
            Path(args.out).write_text(json.dumps(result, separators=(",", ":")) + "\n")
    if not args.out:
        print(json.dumps(result, separators=(",", ":")))


if __name__ == "__main__":
    main()

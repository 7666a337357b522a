#!/usr/bin/env python3
"""This kernel beside stock evcxr_jupyter 0.22.0, both alive in the same run; medians, as a Markdown table.

    python3 kernel/bench/compare.py [--rounds N] [--stock PATH_TO_evcxr_jupyter]

Needs Rust, Python 3 and the package registries. Everything it makes lies in target/bench: a Python environment with
jupyter_client, stock evcxr_jupyter (unless --stock names one), our kernel installed into a prefix of its own.
"""
import argparse, json, os, statistics, subprocess, sys, time, venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "target" / "bench"
STOCK_VERSION = "0.22.0"


def environment():
    """Runs this script again in an environment that has jupyter_client."""
    python = BENCH / "python" / "bin" / "python"
    if not python.exists():
        venv.create(BENCH / "python", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "jupyter_client==8.10.0", "psutil==7.2.2"], check=True)
    if Path(sys.prefix) != BENCH / "python":
        os.execv(python, [str(python), __file__, *sys.argv[1:]])


def prepare(stock):
    if stock is None:
        stock = BENCH / "stock" / "bin" / "evcxr_jupyter"
        if not stock.exists():
            subprocess.run(
                ["cargo", "install", "evcxr_jupyter", "--version", STOCK_VERSION, "--locked", "--root", BENCH / "stock"],
                check=True,
            )
    os.environ["KAKUNIN_CACHE"] = str(BENCH / "cache")
    os.environ["KAKUNIN_HISTORY"] = ""
    prefix = BENCH / "prefix"
    subprocess.run(["cargo", "run", "--release", "-q", "-p", "kakunin-kernel", "--", "install", "--prefix", prefix],
                   cwd=ROOT, check=True)
    kernels = prefix / "share" / "jupyter" / "kernels"
    (kernels / "stock").mkdir(exist_ok=True)
    spec = {"argv": [str(stock), "--control_file", "{connection_file}"], "display_name": "stock", "language": "rust",
            "interrupt_mode": "message"}
    (kernels / "stock" / "kernel.json").write_text(json.dumps(spec))
    os.environ["JUPYTER_PATH"] = str(prefix / "share" / "jupyter")


class Kernel:
    def __init__(self, name):
        from jupyter_client.manager import KernelManager
        self.name = name
        begun = time.perf_counter()
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel()
        self.connect()
        self.start = time.perf_counter() - begun

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def run(self, code, may_fail=False):
        """Seconds until the reply and the idle status are there."""
        begun = time.perf_counter()
        message = self.client.execute(code)
        outputs = []
        while True:
            reply = self.client.get_iopub_msg(timeout=600)
            if reply["parent_header"].get("msg_id") != message:
                continue
            if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
                break
            outputs.append(reply)
        while True:
            reply = self.client.get_shell_msg(timeout=600)
            if reply["parent_header"].get("msg_id") == message:
                break
        seconds = time.perf_counter() - begun
        if (reply["content"]["status"] == "error") != may_fail and not (may_fail and self.name == "stock"):
            raise SystemExit(f"{self.name}: {code!r} gave {reply['content']} {[o['content'] for o in outputs]}")
        return seconds

    def memory(self):
        """Bytes of all its processes, shared pages counted once."""
        import psutil
        root = psutil.Process(self.manager.provisioner.pid)
        return sum(process.memory_full_info().pss for process in [root, *root.children(recursive=True)])

    def restart(self):
        begun = time.perf_counter()
        self.client.stop_channels()
        self.manager.restart_kernel()
        self.connect()
        self.run("1 + 1")
        return time.perf_counter() - begun

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()


DEPENDENCIES = f':dep kakunin = {{ path = "{ROOT}" }}\n:dep ndarray = "0.17"\n'
FIRST = """use kakunin::prelude::*;
let data = mnist()?;
let history = Experiment { iterations: 100, ..optimizer::BASE }.run(0, &data)?;
println!("{:?}", history.last());"""

# Each with a number that is new in every round, so that nothing comes out of a cache.
CELLS = {
    "`let`": "let a{n} = {n};",
    "displayed expression": "a0 + {n}",
    "train and plot": "let h = Experiment {{ iterations: 20, ..optimizer::BASE }}.run({n}, &data)?;\n"
    "h.evcxr_display();",
    "`for` with `println!`": 'for i in 0..3 {{ println!("{{i}} {n}"); }}',
    "`struct`, `impl`, `fn`": "struct P{n} {{ x: i64 }}\nimpl P{n} {{ fn twice(&self) -> i64 {{ self.x * 2 }} }}\n"
    "fn half{n}(x: f64) -> f64 {{ x / 2.0 }}",
    "type error": 'let z{n}: i32 = "{n}";',
    "generic ndarray loop": "let m = Array2::<f64>::from_shape_fn((200, 200), |(i, j)| (i * j) as f64);\n"
    "let mut total = {n}.0;\nfor _ in 0..20 {{ total += m.dot(&m).mapv(f64::sqrt).sum(); }}\nprintln!(\"{{total}}\");",
}
UNCHANGED = ["let kept = 40;", "kept + 2", "struct Q { x: i64 }\nQ { x: 3 }.x", 'for i in 0..3 { println!("{i}"); }']


def median(values):
    return statistics.median(values)


def measure(rounds):
    rows = []
    fresh = max(3, rounds // 3)
    start, first, warm = {}, {}, {}
    for name in ["stock", "kakunin"]:
        start[name], first[name], warm[name] = [], [], []
    for _ in range(fresh):
        for name in ["stock", "kakunin"]:
            kernel = Kernel(name)
            start[name].append(kernel.start)
            cell = DEPENDENCIES + FIRST
            first[name].append(kernel.start + kernel.run(cell))
            kernel.stop()
    for _ in range(fresh):
        kernel = Kernel("kakunin")
        time.sleep(20)
        warm["kakunin"].append(kernel.run(FIRST))
        kernel.stop()
    warm["stock"] = first["stock"]
    rows.append(("start to `kernel_info`", start))
    rows.append(("first training cell, after warm-up", warm))
    rows.append(("first training cell, at once", first))

    both = {name: Kernel(name) for name in ["stock", "kakunin"]}
    for kernel in both.values():
        kernel.run(DEPENDENCIES + FIRST)
        kernel.run("use ndarray::Array2;\nlet a0 = 1;")
    for label, code in CELLS.items():
        times = {name: [] for name in both}
        for n in range(1, rounds + 1):
            for name, kernel in both.items():
                number = n + 100 * list(CELLS).index(label)
                times[name].append(kernel.run(code.format(n=number), may_fail=label == "type error"))
        rows.append((label, times))
    memory = {name: [kernel.memory()] for name, kernel in both.items()}
    restart = {name: [kernel.restart() for _ in range(fresh)] for name, kernel in both.items()}
    for kernel in both.values():
        kernel.stop()

    again = {name: [] for name in both}
    for session in range(2):
        for name in both:
            kernel = Kernel(name)
            kernel.run("1 + 1")
            for cell in UNCHANGED:
                seconds = kernel.run(cell)
                if session:
                    again[name].append(seconds)
            kernel.stop()
    rows.append(("unchanged cell in a new session", again))
    rows.append(("restart to first result", restart))
    return rows, memory


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--stock", type=Path)
    arguments = arguments.parse_args()
    environment()
    prepare(arguments.stock)
    rows, memory = measure(arguments.rounds)
    print("| measure | stock s | ours s | ratio |\n| --- | ---: | ---: | ---: |")
    for label, times in rows:
        stock, ours = median(times["stock"]), median(times["kakunin"])
        print(f"| {label} | {stock:.3f} | {ours:.3f} | {stock / ours:.1f} |")
    stock, ours = (memory[name][0] / 2**20 for name in ["stock", "kakunin"])
    print(f"| memory, warm and idle | {stock:.0f} MiB | {ours:.0f} MiB | {ours / stock - 1:+.0%} |")


main()

"""The whole path in a real browser: `kakunin lab`, JupyterLab, Chromium.

usage: python3 notebooks/tests/browser.py [--out FOLDER] [--command "cargo run --release -- lab"]

Needs playwright (`pip install playwright`) and a Chromium (CHROMIUM, else one on the path). What `kakunin lab` needs
beside (JupyterLab, the kernel) it brings itself. Screenshots are left in the folder.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

from playwright.sync_api import sync_playwright

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
START = 1800  # the first start builds the kernel
CELL = 300

CELLS = [
    ':dep kakunin = { path = ".." }',
    "use kakunin::prelude::*;\nlet data = mnist()?;",
    "let history = simple_cnn::EXPERIMENTS[0].watch(0, &data)?;",
    "1 + 1",
]


def notebook(cells):
    code = [
        {"cell_type": "code", "id": f"cell-{i}", "metadata": {}, "source": s, "outputs": [], "execution_count": None}
        for i, s in enumerate(cells)
    ]
    kernel = {"name": "kakunin", "display_name": "Rust (kakunin)", "language": "rust"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": code})


class Lab:
    """A running `kakunin lab`."""

    def __init__(self, command, folder):
        words = shlex.split(command) + ["--no-browser", "--dir", str(folder)]
        self.began = time.monotonic()
        self.process = subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        self.url = None
        for line in self.process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\S+", line):
                self.url = found.group()
                return
        raise SystemExit(f"kakunin lab ended: {self.process.wait()}")

    def tell(self, what):
        print(f"     {what} after {time.monotonic() - self.began:.1f} s", flush=True)

    def page(self, name):
        return re.sub(r"/lab.*\?", f"/lab/tree/{name}?reset&", self.url)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


def wait(what, condition, seconds=CELL):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


class Notebook:
    """A notebook in the browser, by what JupyterLab shows whatever its language."""

    def __init__(self, page, url, out):
        self.page, self.out = page, out
        page.set_default_timeout(120_000)
        page.goto(url)
        self.cells = page.locator(".jp-Notebook:visible .jp-CodeCell")
        self.cells.first.wait_for()
        wait("the notebook", lambda: not page.locator(".jp-Spinner:visible").count())
        wait("an idle kernel", lambda: page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').count())

    def shot(self, name):
        self.page.screenshot(path=str(self.out / f"{name}.png"))

    def prompt(self, i):
        return self.cells.nth(i).locator(".jp-InputPrompt").inner_text().strip()

    def text(self, i):
        outputs = self.cells.nth(i).locator(".jp-OutputArea-output")
        return "\n".join(outputs.all_inner_texts())

    def done(self, i):
        wait(f"cell {i}", lambda: re.fullmatch(r"\[\d+\]:", self.prompt(i)))

    def run(self, i):
        self.cells.nth(i).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def write(self, i, text):
        self.cells.nth(i).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def restart_and_run_all(self):
        self.page.locator('[data-command="notebook:restart-run-all"]:visible').first.click()
        self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def changes(self, i):
        """Runs to the end of the cell, counting how often its picture becomes another one."""
        seen, last = [], None
        picture = self.cells.nth(i).locator(".jp-OutputArea-output svg").first
        end = time.monotonic() + CELL
        while time.monotonic() < end:
            if picture.count() and (svg := picture.evaluate("e => e.outerHTML")) != last:
                last = svg
                seen.append(time.monotonic())
                if len(seen) == 4:
                    self.shot("2-while-training")
            if re.fullmatch(r"\[\d+\]:", self.prompt(i)):
                return len(seen)
            time.sleep(0.05)
        raise AssertionError("the training does not end")


def check(name, condition, found):
    print(f"{'ok  ' if condition else 'FAIL'} {name}: {found}", flush=True)
    assert condition, name


def walk(lab, page, out):
    book = Notebook(page, lab.page("browser.ipynb"), out)
    book.shot("1-opened")
    book.restart_and_run_all()
    book.done(0)
    lab.tell("the first cell has run")
    count = book.changes(2)
    check("the chart of 2_6/21 changes while it trains", count >= 5, f"{count} pictures")
    book.done(3)
    check("all cells were run", book.text(3) == "2", book.text(3))
    book.shot("3-ran")

    book.write(3, 'check("ct2", "1")?')
    book.run(3)
    wait("a wrong answer", lambda: "不正解" in book.text(3))
    book.shot("4-wrong")
    book.write(3, 'check("ct2", "2")?')
    book.run(3)
    wait("a right answer", lambda: "正解" in book.text(3) and "不正解" not in book.text(3))
    book.shot("5-right")
    print("ok   a question, wrong and then right", flush=True)

    began = time.monotonic()
    book.restart_and_run_all()
    wait("a new start", lambda: book.prompt(3) == "[*]:", 60)
    book.done(3)
    check("restarted and run again", "正解" in book.text(3), f"{time.monotonic() - began:.1f} s")
    book.shot("6-again")


def lessons(lab, page, out, folder):
    for file in sorted(folder.glob("0*.ipynb")):
        book = Notebook(page, lab.page(file.name), out)
        began = time.monotonic()
        book.restart_and_run_all()
        page.wait_for_timeout(2000)
        wait(file.name, lambda: page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').count(), 600)
        page.keyboard.press("Control+S")
        page.wait_for_timeout(2000)
        outputs = [o for c in json.loads(file.read_text())["cells"] for o in c.get("outputs", [])]
        failed = [o["evalue"] for o in outputs if o["output_type"] == "error"]
        check(f"{file.name} from top to bottom", not failed, f"{time.monotonic() - began:.1f} s {failed}")
        book.shot(f"7-{file.stem}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--out", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "kakunin-browser")
    options.add_argument("--command", default="cargo run --release -- lab")
    options.add_argument("--lessons", action="store_true", help="run every notebook as well")
    told = options.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        folder = pathlib.Path(folder)
        (folder / "browser.ipynb").write_text(notebook(CELLS))
        lab = Lab(told.command, folder)
        lab.tell("JupyterLab listens")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            walk(lab, page, told.out)
            if told.lessons:
                lessons(lab, page, told.out, folder)
        except Exception:
            page.screenshot(path=str(told.out / "failed.png"))
            raise
        finally:
            browser.close()
            code = lab.stop()
        check("Ctrl-C stops it cleanly", code == 0, f"exit code {code}")
    print(f"     screenshots in {told.out}")


main()

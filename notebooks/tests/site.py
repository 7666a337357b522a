"""The static course in a real browser: no network, questions answered on the page, phone width, light and dark.

usage: python3 notebooks/tests/site.py FOLDER [--out SCREENSHOTS]      (FOLDER: of `kakunin site --out FOLDER`)

Needs playwright (`pip install playwright`) and a Chromium (CHROMIUM, else one on the path).
"""

import argparse
import os
import pathlib
import shutil

from playwright.sync_api import sync_playwright

options = argparse.ArgumentParser()
options.add_argument("folder", type=pathlib.Path)
options.add_argument("--out", type=pathlib.Path)
told = options.parse_args()
chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
failures = []


def check(what, holds):
    print("ok  " if holds else "FAIL", what, flush=True)
    if not holds:
        failures.append(what)


def shot(page, name):
    if told.out:
        told.out.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(told.out / f"{name}.png"), full_page=True)


def answer(page, question, fill):
    form = page.locator(f"#{question} form")
    fill(form)
    form.locator("button").click()
    return form.locator("output").inner_text()


def choose(label):
    return lambda form: form.locator(f'input[value="{label}"]').check()


def write(text):
    return lambda form: form.locator("input").fill(text)


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    pages = sorted(told.folder.resolve().glob("*.html"))
    for scheme, width in [("light", 1200), ("dark", 1200), ("light", 360)]:
        view = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, offline=True)
        page = view.new_page()
        complaints = []
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("request", lambda request: request.url.startswith("http") and complaints.append(request.url))
        for file in pages:
            page.goto(file.as_uri())
            too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            check(f"{file.name} {scheme} {width}: nothing sticks out ({too_wide} px)", too_wide <= 0)
            shot(page, f"{file.stem}-{scheme}-{width}")
        check(f"{scheme} {width}: no errors, no requests {complaints[:3]}", not complaints)
        view.close()

    page = browser.new_page()
    page.goto((told.folder.resolve() / "questions.html").as_uri())
    check("a wrong choice", answer(page, "ct2_sigmoid_max", choose("1")).startswith("不正解"))
    check("the right choice", answer(page, "ct2_sigmoid_max", choose("2")).startswith("正解"))
    check("a wrong size with what is wrong about it", ": " in answer(page, "ct8_conv_size", write("5x5")))
    check("the right size, written in full width", answer(page, "ct8_conv_size", write("７×７")).startswith("正解"))
    check("no answer", answer(page, "ct8_conv_size", write("")) == "答えを入れてください")
    page.emulate_media(media="print")
    check("no buttons on paper", not page.locator("form button").first.is_visible())
    browser.close()

raise SystemExit(f"{len(failures)} failed" if failures else 0)

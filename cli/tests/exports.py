"""The exports in the programs they are for: Anki imports every question, a browser shows every quiz of jupyterquiz.

usage: python3 cli/tests/exports.py target/debug/kakunin [--out SCREENSHOTS]

Needs the packages (`pip install anki jupyterquiz ipython`) and a Chromium (CHROMIUM, else one on the path); tried with
anki 26.9.3 and jupyterquiz 2.9.6.4.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import anki.collection
import jupyterquiz
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

options = argparse.ArgumentParser()
options.add_argument("kakunin", type=pathlib.Path)
options.add_argument("--out", type=pathlib.Path)
told = options.parse_args()
chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

InteractiveShell.instance()  # what is displayed has somewhere to go


def export(form, lang):
    command = [told.kakunin.resolve(), "export", "--format", form, "--lang", lang]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def imports_into_anki(folder, lang):
    """A new collection takes in a card for every line; the same file again adds none."""
    path = folder / f"{lang}.txt"
    path.write_text(export("anki", lang))
    questions = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    collection = anki.collection.Collection(str(folder / f"{lang}.anki2"))

    def imported():
        metadata = collection.get_csv_metadata(path=str(path), delimiter=None)
        request = anki.collection.ImportCsvRequest(path=str(path), metadata=metadata)
        return len(collection.import_csv(request).log.new)

    assert (imported(), imported()) == (len(questions), 0)
    assert collection.card_count() == len(questions)
    in_deck = collection.find_cards("deck:kakunin")
    assert len(in_deck) == len(questions), len(in_deck)
    figure = collection.get_note(collection.find_notes("tag:ct7_l1_figure")[0])
    assert "<br>" in figure.fields[0] and "L1" in figure.fields[1], figure.fields
    collection.close()
    print("anki", lang, len(questions))


def shown_by_jupyterquiz(folder, lang):
    """Every question is on the page that the package's script makes, with its answers."""
    questions = json.loads(export("jupyterquiz", lang))
    with capture_output() as shown:
        jupyterquiz.display_quiz(questions)
    parts = [output.data for output in shown.outputs]
    body = [part.get("text/html") or f"<script>{part['application/javascript']}</script>" for part in parts]
    page = folder / f"quiz-{lang}.html"
    page.write_text("<!doctype html><meta charset=utf-8><body>" + "\n".join(body))
    browser = [chromium, "--headless", "--no-sandbox", "--virtual-time-budget=5000", "--window-size=900,3000"]
    dom = subprocess.run([*browser, "--dump-dom", page.as_uri()], check=True, capture_output=True, text=True).stdout
    assert dom.count('class="Feedback"') == len(questions), dom.count('class="Feedback"')
    if told.out:
        told.out.mkdir(parents=True, exist_ok=True)
        picture = f"--screenshot={told.out / page.stem}.png"
        subprocess.run([*browser, picture, page.as_uri()], check=True, capture_output=True)
    print("jupyterquiz", lang, len(questions))


with tempfile.TemporaryDirectory() as folder:
    for lang in ("ja", "en"):
        imports_into_anki(pathlib.Path(folder), lang)
        shown_by_jupyterquiz(pathlib.Path(folder), lang)

"""Runs a notebook from top to bottom with nbclient, and prints it with its outputs.

usage: run_notebook.py <notebook> <kernel name> <seconds that a cell may take>
"""

import sys

import nbformat
from nbclient import NotebookClient

path, kernel, timeout = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
NotebookClient(notebook, kernel_name=kernel, timeout=int(timeout)).execute()
nbformat.validate(notebook)
print(nbformat.writes(notebook))

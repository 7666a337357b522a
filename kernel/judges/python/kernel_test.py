"""Runs Jupyter's conformance tests (jupyter_kernel_test) on one kernel.

usage: kernel_test.py <json file: attributes of KernelTests>
Every test must run and pass: a skipped test is one for which no sample was given, and counts as a failure.
"""

import json
import sys
import unittest

import jupyter_kernel_test

with open(sys.argv[1], encoding="utf-8") as file:
    samples = json.load(file)


class Conformance(jupyter_kernel_test.KernelTests):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The suite waits 15 s for a reply; the first cell of a kernel that has to warm up may take longer.
        cls.kc.execute("", reply=True, timeout=300)


class IopubWelcome(jupyter_kernel_test.IopubWelcomeTests):
    support_iopub_welcome = True


for name, value in samples.items():
    setattr(Conformance, name, value)
IopubWelcome.kernel_name = Conformance.kernel_name

loader = unittest.TestLoader()
suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (Conformance, IopubWelcome))
result = unittest.TextTestRunner(verbosity=2).run(suite)
for test, reason in result.skipped:
    print(f"SKIPPED {test}: {reason}", file=sys.stderr)
sys.exit(not result.wasSuccessful() or bool(result.skipped))

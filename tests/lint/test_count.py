# SPDX-License-Identifier: GPL-3.0-or-later
"""The total that build-aux/test ends with says what the test programs said."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

COUNT = pathlib.Path(__file__).resolve().parent.parent.parent / "build-aux" / "count-tests"
LEAK = "==1==ERROR: LeakSanitizer: detected memory leaks"


class CountTest(unittest.TestCase):
    def count(self, *logs, option=None):
        with tempfile.TemporaryDirectory() as directory:
            names = []
            for number, tests in enumerate(logs):
                name = pathlib.Path(directory) / f"{number}.json"
                name.write_text("".join(json.dumps(test) + "\n" for test in tests), encoding="utf-8")
                names.append(str(name))
            run = subprocess.run([sys.executable, "-B", str(COUNT), *([option] if option else []), *names],
                                 capture_output=True, text=True, check=True)
        return run.stdout.strip(), run.stderr

    @staticmethod
    def ran(name, result, stdout="", stderr=""):
        return {"name": f"ship:unit / {name}", "result": result, "stdout": stdout, "stderr": stderr}

    def test_cases_are_counted(self):
        output, _ = self.count([self.ran("a", "OK", "1..3\nok 1 /a/x\nok 2 /a/y\n# ok\nok 3 /a/z # SKIP no root\n")])
        self.assertEqual(output, "2 0 1")

    def test_failed_case_is_named(self):
        output, said = self.count([self.ran("a", "FAIL", "1..2\nok 1 /a/x\nnot ok 2 /a/y\n")])
        self.assertEqual(output, "1 1 0")
        self.assertIn("failed: a: /a/y", said)

    def test_broken_after_good_cases(self):
        output, said = self.count([self.ran("a", "ERROR", "1..1\nok 1 /a/x\n", "it crashed here")])
        self.assertEqual(output, "1 1 0")
        self.assertIn("it crashed here", said)

    def test_timed_out(self):
        self.assertEqual(self.count([self.ran("a", "TIMEOUT")])[0], "0 1 0")

    def test_program_without_cases(self):
        self.assertEqual(self.count([self.ran("a", "OK", "whatever ok\n"), self.ran("b", "SKIP")])[0], "1 0 1")

    def test_whole_program_skipped(self):
        self.assertEqual(self.count([self.ran("a", "SKIP", "1..0 # SKIP not here\n")])[0], "0 0 1")

    def test_last_log_counts(self):
        first = [self.ran("a", "ERROR", "1..1\nok 1 /a/x\n", LEAK), self.ran("b", "OK")]
        self.assertEqual(self.count(first, [self.ran("a", "OK", "1..1\nok 1 /a/x\n")])[0], "2 0 0")

    def test_leaky_programs(self):
        tests = [self.ran("a", "ERROR", "", LEAK), self.ran("b", "ERROR", "", "crash"), self.ran("c", "OK")]
        self.assertEqual(self.count(tests, option="--leaky")[0], "a")

    def test_doubtful_programs(self):
        tests = [self.ran("a", "ERROR", "", LEAK), self.ran("b", "ERROR", "", "waited in vain"), self.ran("c", "OK"),
                 self.ran("d", "FAIL", "1..1\nnot ok 1 - x: the window ended with -11\n"), self.ran("e", "TIMEOUT"),
                 self.ran("f", "ERROR", "", "x.c:1:2: runtime error: signed integer overflow")]
        self.assertEqual(self.count(tests, option="--doubtful")[0].split(), ["b", "e"])


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the cases of one program, each in a home of its own, and says what became of them (TAP)."""

import os
import sys
import tempfile
import time
import traceback

from ship_home import Home
from ship_window import Window

PROGRAM, PICTURES = (sys.argv + [None, None])[1:3]


class Case:
    """What a test is given: a home, and windows over it."""

    def __init__(self, log):
        self.log = log
        self.home = Home()
        self.windows = []
        self.helpers = []  # processes that end with the case

    def open(self, **environment):
        window = Window(PROGRAM, {**self.home.environment, **environment}, self.log)
        self.windows.append(window)
        return window

    def end(self):
        for window in self.windows:
            if window.process.poll() is None:
                window.process.kill()
                window.process.wait()
        for helper in self.helpers:
            helper.kill()
            helper.wait()
        self.home.remove()


def shoot(window, name):
    os.makedirs(PICTURES, exist_ok=True)
    time.sleep(0.3)  # a picture, not a condition: what is still moving may come to rest
    window.picture(os.path.join(PICTURES, name + ".png"))


def run(*tests):
    """Runs @tests, each called with a Case; the program's exit status."""
    failed = 0
    chosen = [test for test in tests if os.environ.get("SHIP_TEST_ONLY", "") in test.__name__]
    print(f"1..{len(chosen)}", flush=True)
    for number, test in enumerate(chosen, 1):
        with tempfile.TemporaryFile("w+") as log:
            case = Case(log)
            try:
                test(case)
                print(f"ok {number} - {test.__name__}", flush=True)
            except Exception as error:  # each test's failure is one line, whatever it was
                failed += 1
                for window in case.windows[-1:]:
                    shoot(window, f"failed-{test.__name__}")
                log.seek(0)
                line = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
                        if frame.filename == sys.argv[0]][-1:]
                print(f"not ok {number} - {test.__name__}: {error!r} in line {line}\n# {log.read()[-2000:]!r}", flush=True)
            finally:
                case.end()
    return failed > 0

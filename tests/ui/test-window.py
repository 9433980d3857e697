#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the first start to a finished rehearsal, and again: the real window, core, sandbox and agent.

usage: test-window.py PROGRAM PICTURES
"""

import sys

sys.dont_write_bytecode = True
from ship_case import run, shoot
from ship_window import BUTTON


def first_start_to_result_and_back(case):
    window = case.open()
    window.find(contains="What should be done?")
    shoot(window, "first-start")
    assert window.nameless() == [], window.nameless()

    window.click("Try a Rehearsal")
    window.find(contains="Getting Ready")
    window.find(BUTTON, name="Stop")
    window.find(contains="Committed", seconds=180)
    shoot(window, "result")
    assert window.nameless() == [], window.nameless()
    assert len(case.home.sessions()) == 1
    assert window.quit() == 0

    window = case.open()
    row = window.find(contains="Greet Ada,")
    assert "ship-rehearsal" in row.get_name(), row.get_name()
    window.point(row)
    window.find(contains="Committed")
    window.find(contains="Rehearsal: add a greeting")
    assert window.quit() == 0


sys.exit(run(first_start_to_result_and_back))

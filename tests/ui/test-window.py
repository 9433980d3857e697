#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the first start to a finished rehearsal, and again: the real window, core, sandbox and agent.

usage: test-window.py PROGRAM PICTURES
"""

import subprocess
import sys

sys.dont_write_bytecode = True
from ship_case import run, shoot
from ship_window import BUTTON, wait_for


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
    subprocess.run(["xdotool", "key", "--clearmodifiers", "Tab"], check=True)
    extents = wait_for("the row's place", lambda: row.get_component_iface() and row.get_extents(1))
    subprocess.run(["xdotool", "mousemove", str(extents.x + 40), str(extents.y + 20), "click", "1"], check=True)
    window.find(contains="Committed")
    window.find(contains="Rehearsal: add a greeting")
    assert window.quit() == 0


sys.exit(run(first_start_to_result_and_back))

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the first start to a finished rehearsal, and again: the real window, core, sandbox and agent.

usage: test-window.py PROGRAM PICTURES
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from ship_window import BUTTON, Window, wait_for

PROGRAM, PICTURES = sys.argv[1:3]
SUMS = pathlib.Path(__file__).resolve().parent.parent.parent / "build-aux" / "opencode.sums"


def find_agent():
    """The pinned agent, where build-aux/run put it: below the data directory of whoever runs the tests."""
    if "SHIP_OPENCODE" in os.environ:
        return os.environ["SHIP_OPENCODE"]
    version = next(line.split()[1] for line in SUMS.read_text(encoding="utf-8").splitlines()
                   if line.startswith("version "))
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return os.path.join(data, "ship", "agents", f"opencode-{version}", "opencode")


class Home:
    """A user's directories, new and empty."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="ship-ui-")
        self.environment = {"GTK_A11Y": "atspi", "GSK_RENDERER": "cairo", "SHIP_IDLE_SECONDS": "2",
                            "G_DEBUG": "fatal-warnings", "SHIP_OPENCODE": find_agent()}
        for variable, name in (("XDG_DATA_HOME", "d"), ("XDG_CACHE_HOME", "c"), ("XDG_CONFIG_HOME", "g"),
                               ("HOME", "h")):
            self.environment[variable] = os.path.join(self.path, name)
            os.makedirs(self.environment[variable])
        settings = os.path.join(self.environment["XDG_CONFIG_HOME"], "gtk-4.0")
        os.makedirs(settings)
        with open(os.path.join(settings, "settings.ini"), "w", encoding="utf-8") as file:
            file.write("[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=false\ngtk-cursor-blink=false\n")

    def sessions(self):
        directory = os.path.join(self.environment["XDG_DATA_HOME"], "ship", "sessions")
        return os.listdir(directory) if os.path.isdir(directory) else []

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def shoot(window, name):
    time.sleep(0.3)  # a picture, not a condition: what is still moving may come to rest
    window.picture(os.path.join(PICTURES, name + ".png"))


def test_first_start_to_result(home, log):
    window = Window(PROGRAM, home.environment, log)
    window.find(contains="What should be done?")
    shoot(window, "first-start")
    assert window.nameless() == [], window.nameless()

    window.click("Try a Rehearsal")
    window.find(contains="Getting Ready")
    window.find(BUTTON, name="Stop")
    window.find(contains="Committed", seconds=180)
    shoot(window, "result")
    assert window.nameless() == [], window.nameless()
    assert len(home.sessions()) == 1
    assert window.quit() == 0


def test_everything_is_back(home, log):
    window = Window(PROGRAM, home.environment, log)
    row = window.find(contains="Greet Ada,")
    assert "ship-rehearsal" in row.get_name(), row.get_name()
    subprocess.run(["xdotool", "key", "--clearmodifiers", "Tab"], check=True)
    extents = wait_for("the row's place", lambda: row.get_component_iface() and row.get_extents(1))
    subprocess.run(["xdotool", "mousemove", str(extents.x + 40), str(extents.y + 20), "click", "1"], check=True)
    window.find(contains="Committed")
    window.find(contains="Rehearsal: add a greeting")
    assert window.quit() == 0


def main():
    os.makedirs(PICTURES, exist_ok=True)
    home = Home()
    tests = [test_first_start_to_result, test_everything_is_back]
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, test in enumerate(tests, 1):
        with tempfile.TemporaryFile("w+") as log:
            try:
                test(home, log)
                print(f"ok {number} - {test.__name__}", flush=True)
            except Exception as error:  # each test's failure is one line, whatever it was
                failed += 1
                log.seek(0)
                print(f"not ok {number} - {test.__name__}: {error!r}\n# {log.read()[-2000:]!r}", flush=True)
    home.remove()
    return failed > 0


sys.exit(main())

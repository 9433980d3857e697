#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of the sessions, with a window and without one: to a desktop that is a fake.

usage: test-attention.py PROGRAM PICTURES
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
from ship_case import run, shoot
from ship_home import MODEL
from ship_window import wait_for

FAKE = pathlib.Path(__file__).resolve().parent / "fake_notifications.py"


class Desktop:
    def __init__(self, case):
        self.process = subprocess.Popen([FAKE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        case.helpers.append(self.process)
        self.said = []
        threading.Thread(target=self._read, daemon=True).start()
        self.wait("ready")

    def _read(self):
        for line in self.process.stdout:
            self.said.append(json.loads(line))

    def all(self, method, contains=""):
        return [what for what in list(self.said) if what["method"] == method and contains in json.dumps(what)]

    def wait(self, method, contains="", seconds=120):
        return wait_for(f"{method} {contains} of the desktop", lambda: self.all(method, contains), seconds)[-1]

    def invoke(self, notification, action):
        keys = notification["actions"]
        key = next(keys[i] for i in range(0, len(keys), 2) if action in (keys[i], keys[i + 1]))
        self.process.stdin.write(f"{notification['id']} {key}\n")
        self.process.stdin.flush()


def make(case, *options):
    case.home.start_model()
    return case.home.shipctl("new", "--repo", case.home.repository(), "--title", "Say hello", "--model", MODEL,
                             *options).split()[0]


def is_finished(case, session):
    return '"complete"' in case.home.shipctl("show", session, "--json")


def allowed_without_a_window(case):
    desktop = Desktop(case)
    session = make(case, "--ask", "bash")
    case.home.model.tool("bash", command="echo hello > hello.txt", description="Say hello")
    case.home.model.text("Said.")
    window = case.open()
    window.find(contains="Say hello, ")
    case.home.shipctl("send", session, "Say hello")
    desktop.wait("Inhibit", "at work")
    asked = desktop.wait("Notify", "Asks for permission")
    assert asked["title"] == "Say hello", asked
    assert {"Allow Once", "Deny"} <= set(asked["actions"]), asked
    window.find(contains="Say hello, Waiting for You, notes, 1 question")
    desktop.wait("Uninhibit")
    shoot(window, "attention-asked")

    window.key("ctrl+w")
    window.find(contains="Agents Go On in the Background")
    shoot(window, "attention-closing")
    window.click("Close the Window")
    wait_for("the window to close", lambda: window.root.get_child_count() == 0, 20)
    assert window.process.poll() is None, "it stays for the session that waits"

    desktop.invoke(asked, "Allow Once")
    done = desktop.wait("Notify", "file changed")
    assert done["title"] == "Say hello" and "1 file changed, $" in done["body"], done
    assert case.home.model.left() == 0
    window.process.wait(timeout=60)  # nobody is awake
    assert window.process.returncode == 0
    assert len(desktop.all("Notify")) == 2, desktop.said

    # What was told is not told again.
    window = case.open()
    window.find(contains="Say hello, Done, notes, unread")
    assert window.quit() == 0
    assert len(desktop.all("Notify")) == 2, desktop.said


def answered_elsewhere(case):
    desktop = Desktop(case)
    case.home.set("is-background-explained", True)
    session = make(case, "--ask", "bash")
    case.home.model.tool("bash", command="echo hello > hello.txt", description="Say hello")
    case.home.model.text("I was not allowed to.")
    window = case.open()
    window.find(contains="Say hello, ")
    case.home.shipctl("send", session, "Say hello")
    asked = desktop.wait("Notify", "Asks for permission")
    window.key("ctrl+w")
    wait_for("the window to close", lambda: window.root.get_child_count() == 0, 20)
    case.home.shipctl("answer", session, "--deny")
    desktop.wait("CloseNotification", f'"id": {asked["id"]}')
    wait_for("the end", lambda: is_finished(case, session))
    window.process.wait(timeout=60)
    assert window.process.returncode == 0


def nothing_of_what_is_looked_at(case):
    desktop = Desktop(case)
    session = make(case)
    case.home.model.text("Hello.")
    window = case.open()
    window.point(window.find(contains="Say hello, "))
    window.find(contains="notes · ship-")
    case.home.shipctl("send", session, "Say hello")
    wait_for("the end", lambda: is_finished(case, session))
    window.find(contains="Say hello, Asleep, ")
    assert desktop.all("Notify") == [], desktop.said
    assert window.quit() == 0


def nothing_when_it_is_off(case):
    desktop = Desktop(case)
    case.home.set("notifications", False)
    session = make(case)
    case.home.model.text("Hello.")
    window = case.open()
    window.find(contains="Say hello, ")
    case.home.shipctl("send", session, "Say hello")
    window.find(contains="Say hello, Done, notes, unread")
    assert is_finished(case, session)
    assert desktop.all("Notify") == [], desktop.said
    assert window.quit() == 0


def killed_is_not_working(case):
    desktop = Desktop(case)
    session = make(case)
    case.home.model.text("Hello " * 400, delay=200)
    window = case.open()
    window.find(contains="Say hello, ")
    case.home.shipctl("send", session, "Say hello")
    window.find(contains="Say hello, Planning, ")
    for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        words = process.read_bytes().split(b"\0") if process.exists() else []
        if words[0:1] and words[0].endswith(b"/ship-session") and session.encode() in words:
            os.kill(int(process.parent.name), signal.SIGKILL)
    window.find(contains="Say hello, Error, ", seconds=30)
    failed = desktop.wait("Notify", "Failed")
    assert "ended unexpectedly" in failed["body"], failed
    desktop.invoke(failed, "default")
    window.find(contains="notes · ship-")
    assert window.quit() == 0


sys.exit(run(allowed_without_a_window, answered_elsewhere, nothing_of_what_is_looked_at, nothing_when_it_is_off,
             killed_is_not_working))

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing a prompt: keys, drafts, completion, attachments, models, and the queue.

usage: test-composer.py PROGRAM PICTURES
"""

import os
import signal
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
from ship_case import run, shoot
from ship_home import MODEL
from ship_window import BUTTON, Atspi, wait_for, walk

FILES = {"README.md": "# Notes\n", "src/main.c": "int main (void) {}\n", "src/a file.c": "x\n"}
TEXT = {"text", "entry"}
# Somebody who has copied something.
OFFER = """
import sys, gi
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, Gtk
Gtk.init()
content = Gdk.ContentProvider.new_for_bytes(sys.argv[1], GLib.Bytes.new(sys.argv[2].encode()))
Gdk.Display.get_default().get_clipboard().set_content(content)
print("ready", flush=True)
GLib.MainLoop().run()
"""


def key(*names):
    subprocess.run(["xdotool", "key", "--clearmodifiers", *names], check=True)


def write(text):
    subprocess.run(["xdotool", "type", "--clearmodifiers", "--delay", "15", text], check=True)


def written(window):
    """The text where the focus is: a page that is not shown has one of that name, too."""
    for node in walk(window.root):
        if node.get_name() == "Message" and node.get_state_set().contains(Atspi.StateType.FOCUSED):
            return Atspi.Text.get_text(node, 0, -1)
    return None


def rows(case, sql, *arguments):
    """What the only session's store says."""
    directory = os.path.join(case.home.environment["XDG_DATA_HOME"], "ship", "sessions")
    sessions = os.listdir(directory) if os.path.isdir(directory) else []
    if not sessions:
        return []
    try:
        with sqlite3.connect(f"file:{os.path.join(directory, sessions[0], 'session.db')}?mode=ro", uri=True) as db:
            return db.execute(sql, arguments).fetchall()
    except sqlite3.OperationalError:
        return []


def drafts(case):
    index = os.path.join(case.home.environment["XDG_DATA_HOME"], "ship", "index.db")
    try:
        with sqlite3.connect(f"file:{index}?mode=ro", uri=True) as db:
            return dict(db.execute("SELECT session, text FROM draft").fetchall())
    except sqlite3.OperationalError:
        return {}


def queue(case):
    return [prompt for (prompt,) in
            rows(case, "SELECT prompt FROM task WHERE state = 'pending' ORDER BY position, id")]


def select(window):
    """Opens the only session."""
    window.click_at(window.find(contains=", notes"))
    window.find(contains="Begin")


def open_session(case, *steps):
    """A window that shows a session with one finished task, and goes on with @steps."""
    case.home.environment["SHIP_IDLE_SECONDS"] = "300"  # it does not go to sleep under what is typed
    path = case.home.repository(files=FILES)
    model = case.home.start_model()
    model.text("Done")
    case.home.shipctl("run", "--repo", path, "--model", MODEL, "Begin")
    for step in steps:
        model.add(**step)
    window = case.open()
    select(window)
    window.find(BUTTON, name="Send")
    return window, model


def keys_and_queue(case):
    window, _ = open_session(case, {"stall": True})
    write("one")
    key("shift+Return")
    write("two")
    wait_for("the draft on disk", lambda: "one\ntwo" in drafts(case).values())
    shoot(window, "composer-two-lines")
    key("Return")
    wait_for("the turn", lambda: rows(case, "SELECT 1 FROM task WHERE prompt = 'one\ntwo' AND state = 'running'"))
    wait_for("no draft any more", lambda: not drafts(case))
    window.find(BUTTON, name="Queue")
    for text in ("First", "Second", "Third"):
        write(text)
        key("Return")
        wait_for(text, lambda text=text: text in queue(case))
    assert queue(case) == ["First", "Second", "Third"]
    window.find(contains="3 prompts wait")
    shoot(window, "composer-queue")
    assert window.nameless() == [], window.nameless()

    # Said into the turn instead of behind it.
    write("Mind the tests")
    key("ctrl+Return")
    wait_for("the steering", lambda: rows(case, "SELECT 1 FROM steer WHERE text = 'Mind the tests'"))
    assert queue(case) == ["First", "Second", "Third"]

    # Up in an empty one edits the last; Enter keeps it.
    key("Up")
    window.find(TEXT, name="Waiting prompt")
    key("ctrl+a")
    write("Last")
    key("Return")
    wait_for("the edit", lambda: queue(case) == ["First", "Second", "Last"])

    # By keyboard: the row above the composer.
    wait_for("the end of the edit", lambda: window.find_now(TEXT, name="Waiting prompt") is None)
    key("shift+Tab", "shift+Tab", "shift+Tab", "shift+Tab")
    key("alt+Up")
    wait_for("the move", lambda: queue(case) == ["First", "Last", "Second"])
    key("Delete")
    wait_for("the removal", lambda: queue(case) == ["First", "Second"])
    shoot(window, "composer-removed")
    undo = window.find(BUTTON, contains="Undo")  # a toast's button says its label twice
    Atspi.Action.do_action(undo, 0)
    wait_for("the undo", lambda: queue(case) == ["First", "Last", "Second"])
    window.click("Stop")
    window.find(contains="The queue is held")
    shoot(window, "composer-held")
    assert window.nameless() == [], window.nameless()


def draft_after_a_kill(case):
    window, _ = open_session(case)
    write("half a thought")
    wait_for("the draft on disk", lambda: "half a thought" in drafts(case).values())
    window.process.send_signal(signal.SIGKILL)
    window.process.wait()
    window = case.open()
    window.find(contains=", notes, with a draft")
    write("for a new one")
    wait_for("the other draft", lambda: drafts(case).get("") == "for a new one")
    select(window)
    wait_for("the draft", lambda: written(window) == "half a thought")
    key("ctrl+n")
    wait_for("the new session's draft", lambda: written(window) == "for a new one")


def completion(case):
    window, _ = open_session(case)
    write("Mend @main")
    window.find(contains="main.c")
    shoot(window, "composer-files")
    key("Tab")
    wait_for("the path", lambda: written(window) == "Mend @src/main.c ")
    write("and @afile")
    window.find(contains="a file.c")
    key("Return")
    wait_for("the quoted path", lambda: written(window) == 'Mend @src/main.c and @"src/a file.c" ')
    key("ctrl+z")
    wait_for("the undo", lambda: (written(window) or "").endswith("and @afile"))
    key("ctrl+a", "BackSpace")
    write("/pl")
    window.find(contains="/plan")
    shoot(window, "composer-commands")
    key("Escape")
    wait_for("the list gone", lambda: window.find_now(contains="/plan") is None)
    assert written(window) == "/pl"
    write("a")  # what was closed stays closed, until something else is begun
    assert window.find_now(contains="/plan") is None
    key("ctrl+a", "BackSpace")
    write("/pl")
    window.find(contains="/plan")
    key("Tab")
    wait_for("the command", lambda: written(window) == "/plan ")
    key("Return")
    wait_for("the mode", lambda: rows(case, "SELECT 1 FROM session WHERE mode = 'plan'"))

    # The agent's own, which a session that slept has to be woken for.
    write("/rev")
    window.find(contains="/review")
    key("Tab")
    wait_for("the agent's command", lambda: written(window) == "/review ")
    key("ctrl+a", "BackSpace")


def attachment_is_seen(case):
    window, _ = open_session(case, {"text": "Seen"})
    path = os.path.join(case.home.path, "hint.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("the hidden hint")
    offer = subprocess.Popen([sys.executable, "-c", OFFER, "text/uri-list", f"file://{path}\r\n"],
                             stdout=subprocess.PIPE, env={**os.environ, "GDK_BACKEND": "x11"})
    assert offer.stdout.readline() == b"ready\n"
    write("Look")
    key("ctrl+v")
    window.find(BUTTON, name="Remove hint.txt")
    shoot(window, "composer-chip")
    assert window.nameless() == [], window.nameless()
    key("Return")
    wait_for("the answer", lambda: rows(case, "SELECT 1 FROM task WHERE prompt = 'Look' AND state = 'complete'"))
    assert rows(case, "SELECT name FROM attachment") == [("hint.txt",)]
    offer.terminate()


def model_between_turns(case):
    window, _ = open_session(case)
    # The last one: the page of a new session, which is not shown, has one too.
    button = [node for node in walk(window.root) if (node.get_name() or "").startswith("Model: ")][-1]
    toggle = next(node for node in walk(button) if Atspi.Action.get_n_actions(node) > 0)
    Atspi.Action.do_action(toggle, 0)
    window.find(TEXT | {"search box", "entry"}, name="Search models")
    shoot(window, "composer-models")
    write("haiku")
    key("Return")
    shoot(window, "composer-model-chosen")
    wait_for("the model", lambda: rows(case, "SELECT 1 FROM session WHERE model LIKE '%haiku%'"))
    window.find(contains="from the next turn on")


def narrow_and_dark(case):
    case.home.set("theme", "dark")
    window, _ = open_session(case, {"stall": True})
    write("Run")
    key("Return")
    window.find(BUTTON, name="Queue")
    for text in ("First of all mend what is written about the window", "Second", "Third", "Fourth"):
        write(text)
        key("Return")
        wait_for(text, lambda text=text: text in queue(case))
    for line in range(16):
        write(f"Line {line}")
        key("shift+Return")
    shoot(window, "composer-long-dark")
    window.resize(360, 740)
    window.find(contains="Show 1 More")
    shoot(window, "composer-narrow-dark")
    assert window.nameless() == [], window.nameless()
    write("@")
    window.find(contains="main.c")
    shoot(window, "composer-files-narrow-dark")


sys.exit(run(narrow_and_dark, keys_and_queue, draft_after_a_kill, completion, attachment_is_seen, model_between_turns))

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window around a conversation: its panes, header, panel of tasks and palette.

usage: test-shell.py PROGRAM PICTURES
"""

import subprocess
import sys

sys.dont_write_bytecode = True
from gi.repository import Atspi
from ship_case import run, shoot
from ship_home import MODEL
from ship_window import BUTTON, wait_for

TODOS = [{"content": "Read the notes", "status": "completed", "priority": "high"},
         {"content": "Write the greeting", "status": "in_progress", "priority": "medium"}]
ENTRY = {"text", "entry"}


def make_session(case, title="Greet everybody"):
    """A session with one task that is done, and the agent's list of to-dos; its id."""
    case.home.environment["SHIP_IDLE_SECONDS"] = "300"  # it does not go to sleep under what is asked for
    model = case.home.model or case.home.start_model()
    before = set(case.home.sessions())
    model.tool("todowrite", todos=TODOS)
    model.text("Hello, **notes**.", usage=[84000, 300, 0, 0, 0])
    repository = case.home.repository(f"notes{len(before)}")
    case.home.shipctl("run", "--repo", repository, "--model", MODEL, "Add a greeting")
    session = (set(case.home.sessions()) - before).pop()
    case.home.shipctl("rename", session, title)
    return session


def key(*keys):
    subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)


def write(text):
    subprocess.run(["xdotool", "type", "--delay", "20", text], check=True)


def assert_named(window):
    nameless = [node for node in window.nameless() if "combo box 'Model'" not in node]
    assert nameless == [], nameless


def is_gone(window, **what):
    return wait_for(f"{what} to go", lambda: window.find_now(**what) is None)


def find_anything(window, text):
    """Opens the palette and writes into it."""
    key("ctrl+k")
    window.find(ENTRY, name="Find Anything")
    write(text)


def open_by_palette(window, title):
    find_anything(window, title)
    window.find(contains=f"{title}, Session")
    key("Return")
    is_gone(window, roles=ENTRY, name="Find Anything")
    return window.find(BUTTON, name=f"Rename “{title}”")


def first_found(window):
    """What the palette's first row says."""
    found = next((node for node in window.tree() if node.name == "What Was Found"), None)
    return found.children[0].title() if found is not None and found.children else ""


def palette_finds(case):
    make_session(case)
    window = case.open()
    window.find(contains="What should be done?")
    find_anything(window, "zqzq")
    window.find(contains="Nothing found")
    shoot(window, "shell-palette-none")
    key("Escape")
    is_gone(window, roles=ENTRY, name="Find Anything")

    find_anything(window, "grevery")
    window.find(contains="Greet everybody, Session")
    shoot(window, "shell-palette")
    assert_named(window)
    key("Return")
    window.find(contains="Hello, notes")

    # An action, and a model for the session that is open.
    find_anything(window, "new ses")
    window.find(contains="New Session, Action")
    key("Return")
    window.find(contains="What should be done?")
    open_by_palette(window, "Greet everybody")
    find_anything(window, "haiku 4.5")
    window.find(contains="Haiku 4.5")  # its whole name is the catalogue's
    key("Return")
    window.find(contains="from the next turn on")
    assert window.quit() == 0

    # What was used last comes first.
    window = case.open()
    window.find(contains="What should be done?")
    key("ctrl+k")
    window.find(ENTRY, name="Find Anything")
    wait_for("the model on top", lambda: "Haiku" in first_found(window))
    key("Escape")
    assert window.quit() == 0


def tasks_and_title(case):
    session = make_session(case)
    window = case.open()
    open_by_palette(window, "Greet everybody")
    window.find(contains="Add a greeting, Done")
    window.find(name="Done: Read the notes")
    window.find(name="Under Way: Write the greeting")
    window.find(contains="8 % of 1M")
    window.find(name="Completed (1)")
    assert_named(window)
    shoot(window, "shell-wide")

    # Pushed: what is asked for beside the window is in it.
    case.home.model.tool("bash", command="curl -sS -m 20 https://pictures.example.org; true", description="Fetch")
    case.home.model.text("Shorter.")
    case.home.shipctl("send", session, "Make it shorter")
    window.find(contains="Make it shorter, Done")
    window.find(name="Completed (2)")
    case.home.shipctl("rules", session, "--ask", "bash:git push *")
    window.click("Remove the rule for “Run commands git push *”")
    is_gone(window, name="Rules of This Session")

    # What it was refused outside is allowed there, and no longer.
    window.find(name="Hosts Asked For")
    window.find(contains="refused: not allowed")
    window.click("Allow “pictures.example.org”")
    window.click("In This Session")
    window.find(name="Allowed in this session")
    is_gone(window, name="Allow “pictures.example.org”")
    is_gone(window, contains="refused: not allowed")
    shoot(window, "shell-hosts")
    window.click("No longer allow “pictures.example.org”")
    is_gone(window, name="Allowed in this session")
    window.find(name="Allow “pictures.example.org”")

    key("F2")
    window.find(ENTRY, name="Title")
    write("Greet nobody")
    key("Return")
    window.find(BUTTON, name="Rename “Greet nobody”")
    wait_for("the title in the list", lambda: "Greet nobody" in case.home.shipctl("list"))
    window.click("Limit of “Session”")
    window.click("Set Limit")
    window.find(contains="of $1.00")
    assert window.quit() == 0


def panes_by_width(case):
    make_session(case)
    window = case.open()
    open_by_palette(window, "Greet everybody")
    edge = window.find({"separator"}, name="Width of the Panel")
    before = window.find(name="Completed (1)").get_extents(Atspi.CoordType.WINDOW).x
    window.point(edge, dx=6)
    key("Left", "Left")
    wait_for("a wider panel", lambda: window.find(name="Completed (1)").get_extents(1).x < before)
    window.point(window.find({"separator"}, name="Width of the Session List"), dx=6)
    key("Right")
    wait_for("a wider list", lambda: case.home.read_settings().get("sidebar-width") == "324")
    key("F9")
    is_gone(window, name="Completed (1)")
    assert window.quit() == 0

    # It comes back as it was left.
    window = case.open()
    open_by_palette(window, "Greet everybody")
    assert window.find_now(name="Completed (1)") is None
    key("F9")
    window.find(name="Completed (1)")
    settings = case.home.read_settings()
    assert settings["panel-width"] == "368", settings
    assert settings["sidebar-width"] == "324", settings
    assert window.quit() == 0

    # One over the other, then one at a time.
    for width, name in ((760, "medium"), (360, "narrow")):
        case.home.set("window-size", (width, 720))
        window = case.open()
        open_by_palette(window, "Greet everybody")
        window.find(contains="Hello, notes")
        assert window.find_now(name="Completed (1)") is None
        assert (window.find_now(BUTTON, name="Back to the Sessions") is not None) == (width < 600)
        shoot(window, f"shell-{name}")
        key("F9")
        window.find(name="Completed (1)")
        shoot(window, f"shell-{name}-panel")
        assert_named(window)
        assert window.quit() == 0


def dark(case):
    case.home.set("theme", "dark")
    make_session(case)
    window = case.open()
    open_by_palette(window, "Greet everybody")
    window.find(name="Completed (1)")
    shoot(window, "shell-dark")
    key("ctrl+k")
    window.find(ENTRY, name="Find Anything")
    shoot(window, "shell-palette-dark")
    assert window.quit() == 0


sys.exit(run(palette_finds, tasks_and_title, panes_by_width, dark))

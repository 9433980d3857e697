#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of sessions: its groups, its search, and what can be done with each session.

usage: test-sidebar.py PROGRAM PICTURES
"""

import os
import pathlib
import socket
import sqlite3
import sys
import time

sys.dont_write_bytecode = True
from ship_case import run, shoot
from ship_home import Home
from ship_window import wait_for

SQL = pathlib.Path(__file__).resolve().parent.parent.parent / "data" / "sql" / "index"
DAY = 24 * 3600 * 1000


class Shelf:
    """An index with sessions that are nothing but rows, and sockets that pass for their processes."""

    def __init__(self, home):
        self.home = home
        self.sockets = []
        directory = os.path.join(home.environment["XDG_DATA_HOME"], "ship")
        os.makedirs(directory, mode=0o700)
        self.path = os.path.join(directory, "index.db")
        scripts = sorted(SQL.iterdir())
        with sqlite3.connect(self.path) as index:
            index.execute("PRAGMA journal_mode=WAL")
            for script in scripts:
                index.executescript(script.read_text(encoding="utf-8"))
            index.execute(f"PRAGMA user_version={len(scripts)}")

    def write(self, statement, *values):
        with sqlite3.connect(self.path) as index:
            index.execute(statement, values)

    def read(self, statement, *values):
        with sqlite3.connect(self.path) as index:
            return index.execute(statement, values).fetchone()

    def add(self, number, title, state="hibernated", age=0, **more):
        row = {"id": f"{number:016x}", "title": title, "repository": "/r/engine", "repository_name": "engine",
               "branch": f"ship-{number}", "state": state, "model": "p/m", "cost": 0.0, "created_at": 1,
               "updated_at": int(time.time() * 1000) - age, "seen_at": 1, **more}
        self.write(f"INSERT INTO session ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())
        if state not in ("hibernated", "holding", "failed"):
            self.wake(row["id"])
        return row["id"]

    def wake(self, session):
        directory = os.path.join(os.environ["XDG_RUNTIME_DIR"], "ship", session)
        os.makedirs(directory, exist_ok=True)
        path = os.path.join(directory, "bus")
        if os.path.exists(path):
            os.unlink(path)  # an earlier test's
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(64)
        self.sockets.append(listener)


def fill(case, dark=False):
    if dark:
        case.home.remove()
        case.home = Home(dark=True)
    shelf = Shelf(case.home)
    shelf.add(1, "Should the cache be shared?", "waiting", 60000, n_requests=2, cost=0.42)
    shelf.add(2, "Migrate the database", "failed", 7200000, detail="The provider did not answer", cost=1.2)
    shelf.add(3, "Speed up the parser", "running", 1000, cost=0.0042)
    shelf.add(4, "Write the manual", "waking", 2000)
    shelf.add(5, "Greet Ada", "hibernated", 300000, finished_at=2, cost=0.31)
    shelf.add(6, "Tidy the tests", "hibernated", 400000, cost=2.5)
    shelf.add(7, "Find the leak", "hibernated", DAY, cost=None, repository_name="compiler")
    shelf.add(8, "Größe und Maß: a title that is too long to be shown as a whole in so narrow a place", "hibernated",
              4 * DAY, cost=0.11, is_cost_known=0)
    shelf.add(9, "The oldest one", "hibernated", 90 * DAY, cost=0.02)
    shelf.add(10, "Put away", "hibernated", 3 * DAY, archived_at=5, cost=0.02)
    return shelf


def groups_and_search(case):
    shelf = fill(case)
    window = case.open()
    window.find(contains="Greet Ada, Done, engine, unread, 5 min, $0.31")
    for heading in ("Needs You", "Working", "Done", "Today", "Yesterday"):
        window.find(name=heading, seconds=10)
    window.find(contains="Should the cache be shared?, Waiting for You, engine, 2 questions, 1 min")
    shoot(window, "sidebar")
    assert window.nameless() == [], window.nameless()

    window.search("mass")
    window.find(contains="Maß: a title")
    wait_for("the others to go", lambda: window.find_now(contains="Greet Ada, ") is None)
    shoot(window, "sidebar-search")
    window.search("nowhere to be found")
    window.find(name="Nothing Found")
    shoot(window, "sidebar-nothing-found")
    window.key("Escape")
    window.find(contains="Greet Ada, ")

    # What is read stays read.
    window.search("greet")
    window.key("Return")
    wait_for("the mark to go", lambda: window.find_now(contains="Greet Ada, Asleep, engine, "), 20)
    assert window.quit() == 0
    assert shelf.read("SELECT seen_at > finished_at FROM session WHERE title = 'Greet Ada'") == (1,)


def groups_in_the_dark(case):
    shelf = fill(case, dark=True)
    window = case.open()
    window.find(contains="Greet Ada, Done, ")
    shoot(window, "sidebar-dark")
    assert window.quit() == 0
    assert shelf.sockets


def no_sessions(case):
    window = case.open()
    window.find(name="No Sessions Yet")
    shoot(window, "sidebar-empty")
    window.click("Archived Sessions")
    window.find(name="Nothing Archived")
    shoot(window, "sidebar-nothing-archived")
    assert window.nameless() == [], window.nameless()
    assert window.quit() == 0


def keys_and_menu(case):
    shelf = fill(case)
    window = case.open()
    row = window.find(contains="Migrate the database, ")
    window.search("")
    window.key("Down", "Down", "shift+F10")
    window.find(contains="Migrate the database, ")
    for item in ("Open", "Rename", "Copy Branch Name", "Archive", "Delete"):
        window.find(name=item, seconds=10)
    shoot(window, "sidebar-menu")
    window.key("Escape")
    window.point(row, button=3)
    window.find(name="Copy Branch Name", seconds=10)
    window.key("Escape")
    wait_for("the menu to close", lambda: window.find_now(name="Copy Branch Name") is None, 10)

    window.point(window.find(contains="Greet Ada, "), button=3)
    window.find(name="Mark as Read", seconds=10)
    window.choose("Mark as Read")
    wait_for("the mark to go", lambda: window.find_now(contains="Greet Ada, Asleep, "), 20)
    window.point(window.find(contains="Greet Ada, "), button=3)
    window.choose("Mark as Unread")
    window.find(contains="Greet Ada, Done, engine, unread", seconds=20)
    assert window.quit() == 0
    assert shelf.read("SELECT seen_at FROM session WHERE title = 'Greet Ada'") == (0,)


def make_session(case, title, repository):
    return case.home.shipctl("new", "--repo", repository, "--title", title, "--rehearsal").split()[0]


def renamed_archived_deleted(case):
    repository = case.home.repository("notes")
    for title in ("First", "Second", "Third"):
        make_session(case, title, repository)
    window = case.open()

    window.point(window.find(contains="Second, "), button=3)
    window.choose("Rename")
    window.find({"text", "entry"}, name="Title of the Session", seconds=10)
    shoot(window, "sidebar-rename")
    window.key("ctrl+a")
    window.type("Not this one")
    window.key("Escape")
    window.find(contains="Second, ")
    window.key("F2")
    window.find({"text", "entry"}, name="Title of the Session", seconds=10)
    window.key("ctrl+a")
    window.type("Better")
    window.key("Return")
    window.find(contains="Better, ")

    window.point(window.find(contains="Better, "), button=3)
    window.choose("Archive")
    window.find(contains="was archived")
    window.click("Undo")
    window.find(contains="was restored")
    window.find(contains="Better, ")
    window.point(window.find(contains="Better, "), button=3)
    window.choose("Archive")
    wait_for("it to go again", lambda: window.find_now(contains="Better, ") is None, 20)
    window.click("Archived Sessions")
    window.find(contains="Better, ")
    shoot(window, "sidebar-archived")
    window.point(window.find(contains="Better, "), button=3)
    window.choose("Restore")
    window.find(name="Nothing Archived")
    window.click("Back to the Sessions")
    window.find(contains="Better, ")

    window.point(window.find(contains="First, "), button=3)
    window.choose("Delete")
    wait_for("it to go", lambda: window.find_now(contains="First, ") is None, 20)
    shoot(window, "sidebar-deleted")
    window.click("Undo")
    window.find(contains="First, ")
    assert len(case.home.sessions()) == 3
    window.point(window.find(contains="First, "), button=3)
    window.choose("Delete")
    wait_for("it to be deleted", lambda: len(case.home.sessions()) == 2, 60)
    window.point(window.find(contains="Third, "), button=3)
    window.choose("Delete")
    wait_for("it to go", lambda: window.find_now(contains="Third, ") is None, 20)
    assert window.quit() == 0
    assert len(case.home.sessions()) == 1, "what was deleted is gone, even if the window was closed at once"


sys.exit(run(groups_and_search, groups_in_the_dark, no_sessions, keys_and_menu, renamed_archived_deleted))

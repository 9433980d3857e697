#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of sessions: its groups, its search, and what can be done with each session.

usage: test-sidebar.py PROGRAM PICTURES
"""

import os
import socket
import sqlite3
import sys
import time

sys.dont_write_bytecode = True
from ship_case import run, shoot
from ship_home import Home
from ship_window import wait_for

DAY = 24 * 3600 * 1000


class Shelf:
    """An index with sessions that are nothing but rows, and sockets that pass for their processes."""

    def __init__(self, home):
        self.home = home
        self.sockets = []
        home.shipctl("list")  # makes the index
        self.path = os.path.join(home.environment["XDG_DATA_HOME"], "ship", "index.db")

    def write(self, statement, *values):
        with sqlite3.connect(self.path) as index:
            index.execute(statement, values)

    def read(self, statement, *values):
        with sqlite3.connect(self.path) as index:
            return index.execute(statement, values).fetchone()

    def add(self, number, title, state="hibernated", age=0, **more):
        row = {"id": f"{number:032x}", "title": title, "repository": "/r/engine", "repository_name": "engine",
               "branch": f"ship-{number}", "state": state, "model": "p/m", "cost": 0.0, "created_at": 1,
               "updated_at": int(time.time() * 1000) - age, "seen_at": 1, **more}
        self.write(f"INSERT INTO session ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())
        if state not in ("hibernated", "holding", "failed"):
            self.wake(row["id"])
        return row["id"]

    def wake(self, session):
        directory = os.path.join(os.environ["XDG_RUNTIME_DIR"], "ship", session)
        os.makedirs(directory, exist_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(directory, "bus"))
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
    fill(case)
    window = case.open()
    window.find(contains="Greet Ada, Asleep, engine, unread, 5 min, $0.31")
    for heading in ("Needs You", "Working", "Done", "Today", "Yesterday"):
        window.find(name=heading)
    window.find(contains="Should the cache be shared?, Waiting for You, engine, 2 questions, 1 min")
    shoot(window, "sidebar")
    assert window.nameless() == [], window.nameless()

    window.search("MASS")
    window.find(contains="Größe und Maß")
    wait_for("the others to go", lambda: window.find_now(contains="Greet Ada, ") is None)
    shoot(window, "sidebar-search")
    window.search("nowhere to be found")
    window.find(name="Nothing Found")
    shoot(window, "sidebar-nothing-found")
    window.key("Escape")
    window.find(contains="Greet Ada, ")
    assert window.quit() == 0


sys.exit(run(groups_and_search))

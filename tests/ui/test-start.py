#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the first start to results, as somebody does who has read nothing: the real window, core, sandbox and agent.

usage: test-start.py PROGRAM PICTURES
"""

import os
import subprocess
import sys

sys.dont_write_bytecode = True
from ship_case import run, shoot
from ship_home import BUILD
from ship_window import BUTTON, keys, wait_for

TEXT = {"text", "entry"}
WELCOME = "Agents that work in the background"
FORM = "What should be done?"


def git(repository, *arguments):
    return subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True, text=True).stdout


def open_form(case, repository=None, text=None):
    """The page of a new session in a home where the welcome is over, with what is typed into it."""
    case.home.set("is-welcomed", True)
    window = case.open()
    window.find(contains=FORM)
    if repository is not None:
        window.write("Repository", repository)
    if text is not None:
        window.write("Message", text)
    return window


def first_start_to_result_and_back(case):
    window = case.open()
    window.find(contains=WELCOME)
    window.find(contains="This computer is ready")
    shoot(window, "welcome")
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
    assert window.find_now(contains=WELCOME) is None
    window.find(contains=FORM)
    window.click_at(row)
    window.find(contains="Committed")
    window.find(contains="Rehearsal: add a greeting")
    assert window.quit() == 0


def real_repository_to_its_commit(case):
    model = case.home.start_model()
    repository = case.home.repository()
    git(repository, "branch", "old")
    with open(os.path.join(repository, "draft.txt"), "w", encoding="utf-8") as file:
        file.write("not committed\n")
    model.tool("write", filePath="/work/hello.txt", content="hello\n")
    model.text("I wrote hello.txt.")

    window = open_form(case, repository, "Write hello.txt")
    window.find(contains="1 file is not committed")
    window.find(contains="On this computer – ready")
    shoot(window, "new-session")
    window.click_at(window.find(name="Options"))
    window.write("Branch Name", "main")
    window.find(contains="already has a branch “main”")
    window.write("Branch Name", "two words")
    window.find(contains="cannot be the name of a branch")
    window.click("Send")
    assert window.find_now(contains="Committed") is None and case.home.sessions() == []
    window.write("Branch Name", "ada/hello")
    window.write("Budget in US Dollars", "much")
    window.find(contains="an amount of dollars")
    window.write("Budget in US Dollars", "2.50")
    shoot(window, "new-session-options")
    window.click_at(window.find(name="Include Uncommitted Changes"))
    window.click("Send")
    window.find(contains="Committed", seconds=180)
    assert model.left() == 0
    assert git(repository, "show", "ada/hello:hello.txt") == "hello\n"
    assert git(repository, "show", "--format=", "--name-only", "ada/hello~1") == "draft.txt\n"
    assert git(repository, "log", "-1", "--format=%an", "ada/hello") == "Ada Lovelace\n"
    assert git(repository, "status", "--porcelain") == "?? draft.txt\n"
    assert "2.50" in case.home.shipctl("budget", case.home.sessions()[0]), "the budget did not arrive"
    assert window.quit() == 0

    # Everything is back: the session, and the repository for the next one.
    window = case.open()
    window.find(contains="notes")
    entry = window.find(TEXT, name="Repository")
    wait_for("the repository", lambda: window.read(entry) == repository)
    assert window.quit() == 0


def bad_repositories_say_why(case):
    case.home.start_model()
    empty = os.path.join(case.home.path, "empty")
    plain = os.path.join(case.home.path, "plain")
    nobody = case.home.repository("nobody")
    os.makedirs(plain)
    subprocess.run(["git", "init", "-q", empty], check=True)
    git(nobody, "config", "user.email", "")
    window = open_form(case, text="Do something")
    window.click("Send")
    window.find(contains="Choose a repository first")
    for text, sentence in ((os.path.join(case.home.path, "nowhere"), "nowhere"),
                           (plain, "is not in a git repository"),
                           (empty, "has no commit yet"),
                           (nobody, "Git does not know who you are"),
                           ("elsewhere", "Write the whole path")):
        window.write("Repository", text)
        window.find(contains=sentence, seconds=20)
    shoot(window, "bad-repository")
    window.click("Send")
    assert window.read(window.find(TEXT, name="Message")) == "Do something"
    assert case.home.sessions() == []
    # A bare one, and a folder below the root, will do.
    repository = case.home.repository()
    bare = os.path.join(case.home.path, "bare.git")
    subprocess.run(["git", "clone", "-q", "--bare", repository, bare], check=True)
    window.write("Repository", bare)
    window.find(name="Base Branch", seconds=20)
    wait_for("no complaint", lambda: window.find_now(contains="Write the whole path") is None, seconds=20)
    assert window.quit() == 0


def dropped_folder(case):
    repository = case.home.repository("dropped")
    window = open_form(case)
    source = subprocess.Popen([os.path.join(BUILD, "tests", "ui", "drag-source"), repository],
                              env={**os.environ, **case.home.environment})
    try:
        found = wait_for("the other window", lambda: subprocess.run(
            ["xdotool", "search", "--name", "^Files$"], capture_output=True, text=True, check=False).stdout.split())
        subprocess.run(["xdotool", "windowmove", "--sync", found[-1], "1120", "400"], check=True)
        entry = window.find(TEXT, name="Repository")

        def drag():
            """There is no event for "the other side is ready": the hand waits a little, as a person's does."""
            x, y = window.place(window.find(contains=FORM))
            moves = [(1180, 470), (1160, 460), (1100, 440), (x + 60, y + 40), (x, y), (x + 2, y + 2)]
            subprocess.run(["xdotool", "mousemove", *map(str, moves[0]), "mousedown", "1"], check=True)
            for place in moves[1:]:
                subprocess.run(["xdotool", "sleep", "0.15", "mousemove", *map(str, place)], check=True)
            subprocess.run(["xdotool", "sleep", "0.4", "mouseup", "1", "sleep", "0.6"], check=True)
            return window.read(entry) == repository

        wait_for("the dropped path", drag, seconds=40)
        window.find(name="Base Branch", seconds=20)
    finally:
        source.kill()
        source.wait()
    assert window.quit() == 0


def stop_from_the_window(case):
    model = case.home.start_model()
    repository = case.home.repository()
    model.add(hang=True)
    window = open_form(case, repository, "Wait for ever")
    window.find(name="Base Branch")
    keys("Return")
    window.find(contains="Working", seconds=180)
    wait_for("the model to be asked", lambda: model.left() == 0)
    window.click("Stop")
    window.find(contains="Stopped", seconds=30)
    wait_for("nothing to stop any more", lambda: window.find_now(BUTTON, name="Stop") is None)
    shoot(window, "stopped")
    assert window.quit() == 0


sys.exit(run(first_start_to_result_and_back, real_repository_to_its_commit, bad_repositories_say_why, dropped_folder,
             stop_from_the_window))

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Without sight and without a mouse: every main state of the window has a name for what can be used in it, and Tab goes
everywhere and comes back.

usage: test-access.py PROGRAM PICTURES
"""

import sys
import time

sys.dont_write_bytecode = True
from ship_case import run
from ship_window import BUTTON, Gone, keys, unusable, usable, wait_for

WELCOME = "Agents that work in the background"
FORM = "What should be done?"
MOST_STOPS = 80


def stop_of(window):
    """What has the focus."""
    try:
        return wait_for("the focus", window.focused_now, seconds=5).identify()
    except Gone:
        return None


def where(stop):
    """Of a stop what stays: a name may tell the time."""
    return stop[0], stop[2]


def walk_by_tab(window, key="Tab"):
    """Everything Tab comes to, in its order, until it comes round."""
    stops = []
    for _ in range(MOST_STOPS):
        keys(key)
        time.sleep(0.05)
        stop = stop_of(window)
        assert stop is not None, f"after {stops[-1:]} nobody can tell where the focus is"
        if stops and where(stop) == where(stops[0]) and len(stops) > 2:
            return stops
        if len(stops) > 3 and where(stops[-1]) == where(stops[-2]) == where(stop):
            raise AssertionError(f"{key} stays at {stop}")
        stops.append(stop)
    raise AssertionError(f"{key} does not come round: {stops}")


def check(window, what, first=None):
    """The tree, and the way of Tab through it, forwards and backwards."""
    bad = unusable(window)
    assert not bad, f"{what}: {bad}"
    stops = walk_by_tab(window)
    # Within a list the arrows go from row to row.
    places = {where(stop) for stop in stops}
    missed = [stop for stop in usable(window, stops) if where(stop) not in places and stop[0] != "list item"]
    assert not missed, f"{what}: Tab does not come to {missed}; it goes {stops}"
    back = walk_by_tab(window, "shift+Tab")
    other = places ^ {where(stop) for stop in back}
    assert not other, f"{what}: backwards it is another way: {[stop for stop in stops + back if where(stop) in other]}"
    if first is not None:
        names = [stop[1] for stop in stops]
        order = [next(i for i, name in enumerate(names) if word in name) for word in first]
        turn = order.index(min(order))
        assert order[turn:] + order[:turn] == sorted(order), f"{what}: the order is {names}"


def every_state_is_named_and_reached(case):
    case.home.start_model()
    repository = case.home.repository()
    window = case.open()
    window.find(contains=WELCOME)
    window.find(contains="This computer is ready")
    check(window, "the welcome", ["New Session", "Main Menu", "Try a Rehearsal", "Start with a Folder"])

    keys("F10")
    window.find(contains="About Ship")
    assert not unusable(window), unusable(window)
    keys("Escape")
    wait_for("the menu to close", lambda: window.find_now(contains="About Ship") is None, seconds=20)

    window.click("Try a Rehearsal")
    window.find(contains="Committed", seconds=180)
    wait_for("nothing to go on", lambda: window.find_now(BUTTON, name="Stop") is None)
    check(window, "a finished rehearsal")

    keys("ctrl+n")
    window.find(contains=FORM)
    window.write("Repository", repository)
    window.find(BUTTON, name="Base Branch: main")
    window.write("Message", "Do it")
    check(window, "a new session", ["Message", "Send", "Repository", "Choose a Folder", "Base Branch", "Options"])
    assert window.quit() == 0


def rehearsal_without_a_mouse(case):
    window = case.open()
    window.find(contains=WELCOME)
    assert (stop_of(window) or ())[:2] == ("push button", "Try a Rehearsal"), "the rehearsal has not got the focus"
    keys("Return")
    window.find(contains="Committed", seconds=180)
    assert (stop_of(window) or ())[:2] == ("text", "Message"), "the prompt has not got the focus"
    assert window.quit() == 0


sys.exit(run(every_state_is_named_and_reached, rehearsal_without_a_mouse))

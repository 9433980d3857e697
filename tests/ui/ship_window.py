# SPDX-License-Identifier: GPL-3.0-or-later
"""The window as assistive technology sees it: found by role and name, used as a person would."""

import os
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

# The same widget has another name in a newer toolkit.
BUTTON = {"push button", "button", "toggle button"}
CLICK = ("click", "activate", "press")


class Gone(AssertionError):
    """What was waited for did not come."""


def wait_for(what, find, seconds=120):
    """What @find gives, once it gives something. @what says it to whoever reads the log."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = find()
            if found:
                return found
        except GLib.Error:
            pass  # it went away while it was looked at
        time.sleep(0.05)
    raise Gone(f"waited {seconds} s for {what}")


def walk(node):
    yield node
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield from walk(child)


def is_shown(node):
    if not node.get_state_set().contains(Atspi.StateType.VISIBLE):
        return False
    try:
        extents = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
    except GLib.Error:
        return False  # it has no place on the screen
    return extents.width > 0 and extents.height > 0


def press(*names):
    """Keys as xdotool names them, one after the other, to whatever has the focus."""
    subprocess.run(["xdotool", "key", "--clearmodifiers", "--delay", "60", *names], check=True)


def write(text):
    subprocess.run(["xdotool", "type", "--clearmodifiers", "--delay", "30", text], check=True)


class Window:
    """One run of the program."""

    def __init__(self, program, environment, log):
        self.process = subprocess.Popen([program], env={**os.environ, **environment}, stderr=log)
        self.root = wait_for("the program on the accessibility bus", self._find_root)
        self.root.set_cache_mask(Atspi.Cache.NONE)  # else it answers with what it once was

    def _find_root(self):
        if self.process.poll() is not None:
            raise Gone(f"the program ended with {self.process.returncode}")
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and child.get_process_id() == self.process.pid and child.get_child_count() > 0:
                return child
        return None

    def find_now(self, roles=None, name=None, contains=None):
        for node in walk(self.root):
            text = node.get_name() or ""
            if name is not None and text != name:
                continue
            if contains is not None and contains not in text:
                continue
            if roles is not None and node.get_role_name() not in roles:
                continue
            if is_shown(node):
                return node
        return None

    def find(self, roles=None, name=None, contains=None, seconds=120):
        return wait_for(f"{roles or 'anything'} named {name or contains!r}",
                        lambda: self.find_now(roles, name, contains), seconds)

    def click(self, name=None, contains=None, seconds=120):
        node = self.find(BUTTON, name=name, contains=contains, seconds=seconds)
        actions = [Atspi.Action.get_action_name(node, i) for i in range(Atspi.Action.get_n_actions(node))]
        for word in CLICK:
            if word in actions:
                Atspi.Action.do_action(node, actions.index(word))
                return
        raise Gone(f"{name or contains!r} has no click among {actions}")

    def focused_now(self):
        """What has the keyboard, or None."""
        return next((node for node in walk(self.root) if node.get_state_set().contains(Atspi.StateType.FOCUSED)), None)

    def find_text(self, contains):
        """The view whose text holds this: it has a name of its own."""
        return wait_for(f"a text with {contains!r}", lambda: next(
            (node for node in walk(self.root) if node.get_role_name() == "text" and is_shown(node)
             and contains in Atspi.Text.get_text(node, 0, -1)), None))

    def select(self, contains):
        """Selects the list's row with this name."""
        row = self.find(contains=contains)
        while row is not None and row.get_role_name() != "list item":
            row = row.get_parent()
        assert row is not None, f"{contains!r} is in no list"
        row.get_parent().get_selection_iface().select_child(row.get_index_in_parent())

    def nameless(self):
        """Everything one can use that a screen reader could not say."""
        usable = BUTTON | {"entry", "text", "check box", "combo box", "menu button", "radio button", "list"}
        return [f"{node.get_role_name()} in {node.get_parent().get_role_name()}" for node in walk(self.root)
                if node.get_role_name() in usable and is_shown(node) and not (node.get_name() or "").strip()]

    def picture(self, path):
        subprocess.run(["import", "-window", "root", path], check=False, stderr=subprocess.DEVNULL)

    def quit(self):
        subprocess.run(["xdotool", "key", "ctrl+q"], check=True)
        self.process.wait(timeout=20)
        return self.process.returncode

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


def is_focused(node):
    return node.get_state_set().contains(Atspi.StateType.FOCUSED)


def is_inside(node, roles):
    """Whether it is only a part of something of @roles."""
    node = node.get_parent()
    while node is not None:
        if node.get_role_name() in roles:
            return True
        node = node.get_parent()
    return False


def can_be_used(node):
    """What takes the focus to be used. Panes and lists hand it on, labels are there to be read; the window's own
    buttons are the window manager's business and are no stops of Tab."""
    if not node.get_state_set().contains(Atspi.StateType.FOCUSABLE):
        return False
    if node.get_role_name() in {"scroll pane", "list", "filler", "label"} or is_inside(node, BUTTON):
        return node.get_role_name() in BUTTON
    return node.get_name() not in {"Minimize", "Maximize", "Close"}


def name_of(node):
    """Its name; of a row, which GTK 4.8 has no name for, that of what it shows."""
    name = (node.get_name() or "").strip()
    if not name and node.get_role_name() == "list item":
        name = next((child.get_name() for child in walk(node) if child.get_name() and is_shown(child)), "")
    return "" if name.startswith(("Gtk", "Adw", "Ship")) and " " not in name else name


def identify(node):
    """Role, name and place in the tree."""
    place, at = [], node
    while at.get_parent() is not None:
        place.append(at.get_index_in_parent())
        at = at.get_parent()
    return node.get_role_name(), name_of(node), tuple(reversed(place))


def is_on_other_page(node, stops):
    """Whether it is on a page of a stack that is not the one with @stops. GTK 4.8 says that all of them are visible."""
    place = identify(node)[2]
    at, level = node, len(place)
    while at is not None and level > 0:
        if at.get_name() == "GtkStackPage":
            here = [stop for stop in stops if stop[2][:level] == place[:level]]
            beside = [stop for stop in stops if stop[2][:level - 1] == place[:level - 1]]
            if beside and not here:
                return True
        at, level = at.get_parent(), level - 1
    return False


def usable(window, stops):
    """Everything that can be used now, on the pages where @stops are."""
    return [identify(node) for node in window.shown()
            if can_be_used(node) and node.get_state_set().contains(Atspi.StateType.SENSITIVE)
            and not is_on_other_page(node, stops)]


def unusable(window):
    """Everything one can use that a screen reader could not say. A toolkit that has no name gives its type's."""
    found = []
    for node in window.shown():
        if can_be_used(node) and not name_of(node):
            found.append(f"{node.get_role_name()} {node.get_name()!r} in {node.get_parent().get_role_name()}"
                         f" {node.get_parent().get_name()!r}")
    return found


def keys(*names):
    """Presses keys, one after another, as xdotool calls them."""
    subprocess.run(["xdotool", "key", "--clearmodifiers", *names], check=True)


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
            # The toolkit's own dialogs and toasts have buttons with mnemonics, which it names twice (0016).
            if name is not None and text not in (name, f"{name} {name}"):
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

    def click(self, name=None, seconds=120, roles=BUTTON, contains=None):
        for node in walk(self.find(roles, name=name, contains=contains, seconds=seconds)):  # a menu button: its child's
            actions = [Atspi.Action.get_action_name(node, i) for i in range(Atspi.Action.get_n_actions(node))]
            for word in CLICK:
                if word in actions:
                    Atspi.Action.do_action(node, actions.index(word))
                    return
        raise Gone(f"{name or contains!r} has no click")

    def read(self, node):
        return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))

    def write(self, name, text, seconds=120):
        """Replaces what stands in the field @name."""
        node = self.find({"text", "entry"}, name=name, seconds=seconds)
        Atspi.EditableText.set_text_contents(node, text)

    def _number(self):
        """The window's, as X has it."""
        return subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
                              capture_output=True, text=True, check=True).stdout.split()[0]

    def resize(self, width, height):
        subprocess.run(["xdotool", "windowsize", "--sync", self._number(), str(width), str(height)], check=False,
                       timeout=20)
        frame = self.find({"frame"})

        def follows():
            extents = Atspi.Component.get_extents(frame, Atspi.CoordType.WINDOW)
            return abs(extents.width - width) < 30 and abs(extents.height - height) < 30

        wait_for(f"the window to be {width} wide", follows, seconds=20)

    def place(self, node):
        """The middle of @node on the screen. The toolkit tells places within the window only."""
        extents = wait_for("a place", lambda: Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW))
        shell = subprocess.run(["xdotool", "getwindowgeometry", "--shell", self._number()],
                               capture_output=True, text=True, check=True).stdout
        corner = dict(line.split("=") for line in shell.split() if "=" in line)
        return (int(corner["X"]) + extents.x + extents.width // 2, int(corner["Y"]) + extents.y + extents.height // 2)

    def click_at(self, node):
        """With the mouse: for what has no action to click."""
        x, y = self.place(node)
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", "1"], check=True)

    def shown(self):
        return (node for node in walk(self.root) if is_shown(node))

    def focus(self):
        """Gives the window the keyboard; there is nobody else who would."""
        subprocess.run(["xdotool", "search", "--pid", str(self.process.pid), "--onlyvisible", "windowfocus"],
                       check=False, stderr=subprocess.DEVNULL)

    def key(self, *keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "5", text], check=True)

    def point(self, node, button=1, dx=40, dy=None):
        """Presses a button of the mouse on @node, @dx from its left and @dy from its top (its middle)."""
        place = wait_for(f"the place of {node.get_name()!r}",
                         lambda: node.get_component_iface() and node.get_extents(Atspi.CoordType.WINDOW))
        height = place.height // 2 if dy is None else dy
        subprocess.run(["xdotool", "mousemove", str(place.x + dx), str(place.y + height), "click", str(button)],
                       check=True)

    def choose(self, name):
        """Chooses from a menu that is open."""
        self.click(name, 20, {"menu item", "check menu item"})

    def search(self, text):
        """Searches the sessions."""
        self.key("ctrl+shift+f", "ctrl+a")
        self.type(text)

    def focused_now(self):
        """What has the keyboard, or None."""
        return next((node for node in walk(self.root) if node.get_state_set().contains(Atspi.StateType.FOCUSED)), None)

    def find_text(self, contains):
        """The view whose text holds this: it has a name of its own."""
        return wait_for(f"a text with {contains!r}", lambda: next(
            (node for node in walk(self.root) if node.get_role_name() == "text" and is_shown(node)
             and contains in Atspi.Text.get_text(node, 0, -1)), None))

    def nameless(self):
        return unusable(self)

    def picture(self, path):
        subprocess.run(["import", "-window", "root", path], check=False, stderr=subprocess.DEVNULL)

    def quit(self):
        subprocess.run(["xdotool", "key", "ctrl+q"], check=True)
        self.process.wait(timeout=20)
        return self.process.returncode

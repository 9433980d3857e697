# SPDX-License-Identifier: GPL-3.0-or-later
"""The window as assistive technology sees it: found by role and name, used as a person would."""

import os
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

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
    """@node and what is in it, asked one by one; Window.tree() tells the same at once."""
    yield node
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield from walk(child)


def look(find, seconds=20):
    """What @find gives. What goes away while it is looked at is no failure: one looks again."""
    end = time.monotonic() + seconds
    while True:
        try:
            return find()
        except GLib.Error:
            if time.monotonic() > end:
                raise
        time.sleep(0.02)


def is_shown(node):
    if not node.get_state_set().contains(Atspi.StateType.VISIBLE):
        return False
    try:
        extents = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
    except GLib.Error:
        return False  # it has no place on the screen
    return extents.width > 0 and extents.height > 0


class Bus:
    """The accessibility bus, spoken to directly: one call tells of a whole program what the library asks in thousands."""

    def __init__(self, pid):
        address = Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
            "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, -1, None).unpack()[0]
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.owner = next(name for name in self._ask("ListNames")[0]
                          if name.startswith(":") and self._pid_of(name) == pid)

    def _ask(self, method, arguments=None):
        return self.bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", method, arguments, None, 0, -1,
                                  None).unpack()

    def _pid_of(self, name):
        try:
            return self._ask("GetConnectionUnixProcessID", GLib.Variant("(s)", (name,)))[0]
        except GLib.Error:
            return None  # it left

    def call(self, path, interface, method, arguments=None):
        return self.bus.call_sync(self.owner, path, f"org.a11y.atspi.{interface}", method, arguments, None, 0, 30000,
                                  None).unpack()


class Node:
    """Something of the window as it was when it was looked at."""

    def __init__(self, bus, item):
        (_, self.path), _, (_, self.above), self.index, self.size, _, self.name, role, _, self.states = item
        self.bus = bus
        self.role = Atspi.role_get_name(Atspi.Role(role))
        self.parent = None
        self.children = []

    def has(self, state):
        return bool(self.states[int(state) // 32] >> int(state) % 32 & 1)

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self):
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def place(self):
        """Its place in the tree."""
        return tuple(reversed([node.index for node in [self, *self.ancestors()] if node.parent is not None]))

    def is_shown(self):
        if not self.has(Atspi.StateType.VISIBLE):
            return False
        try:
            _, _, width, height = self.bus.call(self.path, "Component", "GetExtents", GLib.Variant("(u)", (1,)))[0]
        except GLib.Error:
            return False  # it has no place on the screen, or is there no more
        return width > 0 and height > 0

    def text(self):
        return self.bus.call(self.path, "Text", "GetText", GLib.Variant("(ii)", (0, -1)))[0]

    def title(self):
        """Its name; of a row, which GTK 4.8 has no name for, that of what it shows."""
        inner = self.walk() if self.role == "list item" and not self.name.strip() else ()
        return self._own_name() or next((node._own_name() for node in inner if node._own_name() and node.is_shown()), "")

    def _own_name(self):
        """Without what the toolkit says of something that has no name: its type's."""
        name = self.name.strip()
        return "" if name.startswith(("Gtk", "Adw", "Ship")) and " " not in name else name

    def identify(self):
        """Role, name and place in the tree."""
        return self.role, self.title(), self.place()

    def is_inside(self, roles):
        """Whether it is only a part of something of @roles."""
        return any(node.role in roles for node in self.ancestors())

    def can_be_used(self):
        """What takes the focus to be used. Panes and lists hand it on, labels are there to be read; the window's own
        buttons are the window manager's business and are no stops of Tab."""
        if not self.has(Atspi.StateType.FOCUSABLE):
            return False
        if self.role in {"scroll pane", "list", "filler", "label"} or self.is_inside(BUTTON):
            return self.role in BUTTON
        if self.parent is not None and self.parent.name == "AdwToastWidget" and self.name == "GtkImage":
            return False  # the toolkit's cross, which cannot be named; the toast goes by itself
        return self.name not in {"Minimize", "Maximize", "Close"}

    def is_on_other_page(self, stops):
        """Whether it is on a page of a stack that is not the one with @stops. GTK 4.8 says that all are visible."""
        for node in [self, *self.ancestors()]:
            if node.name == "GtkStackPage":
                page = node.place()
                here = [stop for stop in stops if stop[2][:len(page)] == page]
                beside = [stop for stop in stops if stop[2][:len(page) - 1] == page[:-1]]
                if beside and not here:
                    return True
        return False


def usable(window, stops):
    """Everything that can be used now, on the pages where @stops are."""
    return [node.identify() for node in window.tree()
            if node.can_be_used() and node.has(Atspi.StateType.SENSITIVE) and not node.is_on_other_page(stops)
            and node.is_shown()]


def unusable(window):
    """Everything one can use that a screen reader could not say. A toolkit that has no name gives its type's."""
    return [f"{node.role} {node.name!r} in {node.parent.role} {node.parent.name!r}" for node in window.tree()
            if node.can_be_used() and not node.title() and node.is_shown()]


def keys(*names):
    """Presses keys, one after another, as xdotool calls them."""
    subprocess.run(["xdotool", "key", "--clearmodifiers", *names], check=True)


class Window:
    """One run of the program."""

    def __init__(self, program, environment, log):
        self.process = subprocess.Popen([program], env={**os.environ, **environment}, stderr=log)
        self.root = wait_for("the program on the accessibility bus", self._find_root)
        self.root.set_cache_mask(Atspi.Cache.NONE)  # else it answers with what it once was
        self.bus = Bus(self.process.pid)

    def _find_root(self):
        self._check_alive()
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and child.get_process_id() == self.process.pid and child.get_child_count() > 0:
                return child
        return None

    def tree(self):
        """Everything there is, in its order: a list of Node."""
        self._check_alive()
        return look(self._tree)

    def _check_alive(self):
        if self.process.poll() is not None:
            raise Gone(f"the window ended with {self.process.returncode}")

    def _tree(self):
        asked = {}
        while True:
            top, nodes = self._known(asked)
            # The toolkit tells of what somebody has asked for once, and still of what is no more shown: in a list one
            # row that came and one that went leave the number as it was.
            new = [node for node in nodes if node.path not in asked
                   and (node.size != len(node.children)
                        or node.role == "list" and node.is_shown() and not all(row.is_shown() for row in node.children))]
            if not new:
                return nodes if top is not None else []
            for node in new:
                asked[node.path] = [path for _, path in self.bus.call(node.path, "Accessible", "GetChildren")[0]]

    def _known(self, asked):
        items = self.bus.call("/org/a11y/atspi/cache", "Cache", "GetItems")[0]
        nodes = {item[0][1]: Node(self.bus, item) for item in items}
        top = next((node for node in nodes.values() if node.role == "application"), None)
        for node in nodes.values():
            node.parent = nodes.get(node.above)
            # What is hidden is still told of, with all that is in it, which does not say that it is hidden.
            if node.parent is not None and node.has(Atspi.StateType.VISIBLE):
                node.parent.children.append(node)
        for node in nodes.values():
            if node.path in asked:
                node.children = [child for child in node.children if child.path in asked[node.path]]
            node.children.sort(key=lambda child: child.index)
            for index, child in enumerate(node.children):  # it counted what is not in the tree, too
                child.index = index
        return top, list(top.walk()) if top is not None else []

    def reach(self, node):
        """The library's object for @node; None when the tree has changed."""
        at = self.root
        for index in node.place():
            at = at.get_child_at_index(index)
            if at is None:
                return None
        return at if at.get_name() == node.name and at.get_role_name() == node.role else None

    def find_now(self, roles=None, name=None, contains=None):
        def find():
            for node in self.tree():
                # The toolkit's own dialogs and toasts have buttons with mnemonics, which it names twice (0016).
                if name is not None and node.name not in (name, f"{name} {name}"):
                    continue
                if contains is not None and contains not in node.name:
                    continue
                if roles is not None and node.role not in roles:
                    continue
                if node.is_shown():
                    found = self.reach(node)
                    if found is None:
                        raise GLib.Error("the tree has changed")
                    return found
            return None

        return look(find)

    def find(self, roles=None, name=None, contains=None, seconds=120):
        return wait_for(f"{roles or 'anything'} named {name or contains!r}",
                        lambda: self.find_now(roles, name, contains), seconds)

    def click(self, name=None, seconds=120, roles=BUTTON, contains=None):
        def find():
            for node in walk(self.find(roles, name, contains, seconds)):  # a menu button's is that of its child
                actions = [Atspi.Action.get_action_name(node, i) for i in range(Atspi.Action.get_n_actions(node))]
                for word in CLICK:
                    if word in actions:
                        return node, actions.index(word)
            raise Gone(f"{name or contains!r} has no click")

        node, action = look(find)
        Atspi.Action.do_action(node, action)

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
        """What has the keyboard, or None: a Node."""
        return look(lambda: next((node for node in self.tree() if node.has(Atspi.StateType.FOCUSED) and node.is_shown()),
                                 None))

    def find_text(self, contains):
        """The view whose text holds this: it has a name of its own."""
        def find():
            for node in self.tree():
                if node.role == "text" and node.is_shown() and contains in node.text():
                    return self.reach(node)
            return None

        return wait_for(f"a text with {contains!r}", find)

    def nameless(self):
        return unusable(self)

    def picture(self, path):
        subprocess.run(["import", "-window", "root", path], check=False, stderr=subprocess.DEVNULL)

    def quit(self):
        subprocess.run(["xdotool", "key", "ctrl+q"], check=True)
        self.process.wait(timeout=20)
        if self.process.returncode < 0:
            raise Gone(f"the window was ended by signal {-self.process.returncode}")
        return self.process.returncode

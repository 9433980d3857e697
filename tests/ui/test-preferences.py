#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences, as they are used: what is chosen applies at once and is written down.

usage: test-preferences.py PROGRAM PICTURES
"""

import http.server
import os
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
from ship_case import run, shoot
from ship_home import MODEL
from ship_window import BUTTON, Atspi, GLib, wait_for
from gi.repository import Gio  # noqa: E402

KEY = "sk-canary-3f1d9c27b8e64a50a7c2"
PAGES = ["General", "Models", "Sandbox", "Budgets", "Connectors", "Privacy"]
# A session bus that starts nothing.
EMPTY_BUS = """<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"""


def find_frame():
    """The X window of the preferences: id, x, y."""
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Preferences$"], check=False,
                           capture_output=True, text=True).stdout.split()
    if not found:
        return None
    lines = subprocess.run(["xdotool", "getwindowgeometry", "--shell", found[-1]], check=True, capture_output=True,
                           text=True).stdout.split()
    values = dict(line.split("=") for line in lines)
    return found[-1], int(values["X"]), int(values["Y"])


def open_preferences(window):
    window.find(BUTTON, name="Main Menu")  # the welcome or a new session: they open over both
    subprocess.run(["xdotool", "key", "ctrl+comma"], check=True)
    wait_for("the preferences", find_frame)
    window.find(contains="Appearance")


def press(node):
    """A click of the mouse in the middle of @node."""
    _, left, top = find_frame()
    extents = wait_for("its place", lambda: Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW))
    subprocess.run(["xdotool", "mousemove", str(left + extents.x + extents.width // 2),
                    str(top + extents.y + extents.height // 2), "click", "1"], check=True)


def show_page(window, name):
    press(window.find(BUTTON | {"page tab", "tab"}, name=name))


def write(window, name, text):
    """Types @text into the row named @name and ends with Enter."""
    press(window.find(name=name))
    time.sleep(0.3)
    subprocess.run(["xdotool", "key", "ctrl+a"], check=True)
    subprocess.run(["xdotool", "type", "--delay", "15", text], check=True)


def enter():
    subprocess.run(["xdotool", "key", "Return"], check=True)


def press_answer(window, label):
    """A button of the question that is open: the toolkit's own have a mnemonic, and are named in their way."""
    def find():
        return next((node for node in window.tree() if node.role in BUTTON
                     and node.name.replace("_", "").split() in ([label], [label, label])), None)

    window.click(wait_for(label, find, 30).name)


class Provider:
    """A model provider that takes one key."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                good = self.headers.get("Authorization") == f"Bearer {KEY}"
                self.send_response(200 if good else 401)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(b'{"data": []}' if good else b'{"error": {"message": "no"}}')

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.uri = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def start_keyring(home):
    """An unlocked keyring of its own on the session bus; what is to be ended."""
    keyring = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--replace", "--unlock", "--components=secrets"],
                               env={**os.environ, **home.environment, "G_DEBUG": ""}, stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    keyring.stdin.write(b"\n")
    keyring.stdin.close()
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)

    def is_ours():
        return bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                             "GetConnectionUnixProcessID",
                             GLib.Variant("(s)", ("org.freedesktop.secrets",)), None, 0, -1,
                             None).unpack()[0] == keyring.pid
    wait_for("the keyring", is_ours, 30)
    return keyring


def theme_applies_at_once_and_is_kept(case):
    window = case.open()
    open_preferences(window)
    frame = find_frame()[0]

    def brightness():
        return float(subprocess.run(["convert", f"x:{frame}", "-colorspace", "Gray", "-format", "%[fx:mean]", "info:"],
                                    check=True, capture_output=True, text=True).stdout)

    assert brightness() > 0.7, brightness()
    shoot(window, "preferences-light")
    press(window.find(name="Theme"))
    time.sleep(0.5)
    subprocess.run(["xdotool", "key", "Down", "Return"], check=True)
    wait_for("a dark window", lambda: brightness() < 0.4, 20)
    assert case.home.shipctl("config", "get", "theme").strip() == "dark"
    shoot(window, "preferences-dark")

    case.home.shipctl("config", "set", "theme", "light")
    wait_for("a light window", lambda: brightness() > 0.7, 20)
    assert window.quit() == 0


def every_page_has_names_for_everything(case):
    case.home.start_model()
    window = case.open()
    open_preferences(window)
    for page in PAGES:
        show_page(window, page)
        time.sleep(1)
        assert window.nameless() == [], (page, window.nameless())
        shoot(window, f"preferences-{page.lower()}")
    show_page(window, "Sandbox")
    window.find(name="Trial Sandbox")
    window.find(contains="Ready")
    assert window.quit() == 0


def a_key_is_kept_tested_and_deleted(case):
    keyring = start_keyring(case.home)
    provider = Provider()
    try:
        window = case.open()
        open_preferences(window)
        show_page(window, "Models")
        press(window.find(name="OpenAI"))
        write(window, "Address, If Not https://api.openai.com", "http://example.org")
        window.find(contains="has to begin with https://")
        shoot(window, "preferences-bad-address")
        enter()
        assert "http://example" not in case.home.shipctl("config", "list")
        write(window, "Address, If Not https://api.openai.com", provider.uri)
        enter()
        wait_for("the address in the settings", lambda: provider.uri in case.home.shipctl("config", "list"), 20)

        write(window, "New Key for the Keyring", KEY)
        enter()
        window.find(contains="In the keyring …a7c2")
        assert "…a7c2" in case.home.shipctl("keys", "list")
        shoot(window, "preferences-key")
        assert window.nameless() == [], window.nameless()
        window.click("Test the Key for OpenAI")
        window.find(contains="Accepted: ")

        write(window, "New Key for the Keyring", KEY.upper())
        enter()
        window.find(contains="In the keyring …A7C2")
        window.click("Test the Key for OpenAI")
        window.find(contains="Refused: ")

        window.click("Delete the Key for OpenAI")
        window.find(contains="Delete the Key for OpenAI?")
        shoot(window, "preferences-delete-key")
        press_answer(window, "Delete")
        wait_for("no key", lambda: "…A7C2" not in case.home.shipctl("keys", "list"), 30)
        assert window.quit() == 0
    finally:
        provider.server.shutdown()
        keyring.kill()
        keyring.wait()


def a_missing_keyring_is_explained(case):
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    address = bus.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, -1,
                            None).unpack()[0]
    config = os.path.join(case.home.path, "bus.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.write(EMPTY_BUS)
    empty = subprocess.Popen(["dbus-daemon", "--config-file", config, "--nofork", "--print-address"],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        window = case.open(AT_SPI_BUS_ADDRESS=address, DBUS_SESSION_BUS_ADDRESS=empty.stdout.readline().strip())
        look_for_keyring(window)
        assert window.quit() == 0
    finally:
        empty.kill()
        empty.wait()


def look_for_keyring(window):
    open_preferences(window)
    show_page(window, "Models")
    window.find(name="Keys Cannot Be Kept Now")
    window.find(contains="There is no system keyring")
    shoot(window, "preferences-no-keyring")
    window.click("Try the Keyring Again")
    window.find(name="Keys Cannot Be Kept Now")


def a_default_model_is_chosen_or_left_to_ship(case):
    case.home.start_model()
    window = case.open()
    open_preferences(window)
    show_page(window, "Models")
    window.find(contains="By itself: Claude Sonnet 5")
    toggle = window.find({"check box", "switch"}, name="Choose the Default Model")
    press(toggle)
    wait_for("a model in the settings", lambda: case.home.shipctl("config", "get", "default-model").strip() == MODEL, 20)
    window.find(contains="for a million tokens")
    shoot(window, "preferences-default-model")
    case.home.shipctl("config", "set", "default-model", "openai/gpt-6-sol")
    window.find(contains="There is no key for OpenAI")
    press(toggle)
    window.find(contains="By itself: Claude Sonnet 5")
    assert case.home.shipctl("config", "get", "default-model").strip() == ""
    assert window.quit() == 0


def hosts_and_limits_are_written(case):
    window = case.open()
    open_preferences(window)
    show_page(window, "Sandbox")
    write(window, "Allow a Host", "no host")
    enter()
    window.find(contains="no host")
    wait_for("what is wrong", lambda: any("no host" in node.name and node.role == "label" and node.is_shown()
                                          for node in window.tree()))
    write(window, "Allow a Host", "Pictures.example.org")
    enter()
    window.find(BUTTON, name="No longer allow “pictures.example.org”")
    wait_for("the host", lambda: case.home.read_settings().get("egress-hosts") == "['pictures.example.org']")
    shoot(window, "preferences-network")
    press(window.find(BUTTON, name="No longer allow “pictures.example.org”"))
    wait_for("no host", lambda: "pictures" not in case.home.read_settings().get("egress-hosts", ""))
    assert window.quit() == 0


def tools_that_cannot_be_had_say_why(case):
    case.home.set("sandbox-toolchains", ["/usr/lib", "~/.ssh"])
    window = case.open()
    open_preferences(window)
    show_page(window, "Sandbox")
    window.find(contains="is a place that sandboxes have of their own")
    window.find(contains="secrets")
    shoot(window, "preferences-tools")
    press(window.find(BUTTON, name="Hide “/usr/lib” from sandboxes"))
    wait_for("the rest", lambda: case.home.read_settings().get("sandbox-toolchains") == "['~/.ssh']")
    assert window.quit() == 0


def a_budget_is_written(case):
    window = case.open()
    open_preferences(window)
    show_page(window, "Budgets")
    write(window, "For a Day", "$2.5")
    enter()
    wait_for("the budget", lambda: case.home.shipctl("config", "get", "day-budget").strip() == "2.5", 20)
    write(window, "For a Day", "0")
    enter()
    wait_for("no budget", lambda: float(case.home.shipctl("config", "get", "day-budget")) == 0, 20)
    shoot(window, "preferences-budgets")
    assert window.quit() == 0


sys.exit(run(theme_applies_at_once_and_is_kept, every_page_has_names_for_everything, a_key_is_kept_tested_and_deleted,
             a_missing_keyring_is_explained, a_default_model_is_chosen_or_left_to_ship, a_budget_is_written,
             hosts_and_limits_are_written, tools_that_cannot_be_had_say_why))

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop's notification service and session manager: says on its output what it is asked, and does what a line of
its input says a user does: "NUMBER ACTION"."""

import json
import sys

from gi.repository import Gio, GLib

INTERFACES = {"org.freedesktop.Notifications": """
<node><interface name="org.freedesktop.Notifications">
  <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/><arg type="s" direction="out"/></method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
  <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>""", "org.gnome.SessionManager": """
<node><interface name="org.gnome.SessionManager">
  <method name="Inhibit"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="u" direction="in"/><arg type="u" direction="out"/></method>
  <method name="Uninhibit"><arg type="u" direction="in"/></method>
  <property name="SessionIsActive" type="b" access="read"/>
</interface></node>"""}
PATHS = {name: "/" + name.replace(".", "/") for name in INTERFACES}


class Desktop:
    def __init__(self):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.number = 0
        for name, xml in INTERFACES.items():
            self.bus.register_object(PATHS[name], Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0], self.called,
                                     lambda *arguments: GLib.Variant("b", True), None)
            self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                               GLib.Variant("(su)", (name, 4)), None, 0, -1)
        self.say(method="ready")
        GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, self.read)

    def say(self, **what):
        print(json.dumps(what), flush=True)

    def called(self, bus, sender, path, interface, method, parameters, invocation):
        values = parameters.unpack()
        reply = None
        if method in ("Notify", "Inhibit"):
            self.number += 1
            reply = GLib.Variant("(u)", (values[1] if method == "Notify" and values[1] else self.number,))
        elif method == "GetCapabilities":
            reply = GLib.Variant("(as)", (["actions", "body"],))
        elif method == "GetServerInformation":
            reply = GLib.Variant("(ssss)", ("fake", "ship", "1", "1.2"))
        invocation.return_value(reply)
        if method == "Notify":
            self.say(method=method, id=reply.unpack()[0], title=values[3], body=values[4], actions=values[5])
        elif method == "Inhibit":
            self.say(method=method, reason=values[2], flags=values[3])
        elif method in ("CloseNotification", "Uninhibit"):
            self.say(method=method, id=values[0])

    def read(self, source, condition):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        number, action = line.rstrip("\n").split(" ", 1)
        self.bus.emit_signal(None, PATHS["org.freedesktop.Notifications"], "org.freedesktop.Notifications",
                             "ActionInvoked", GLib.Variant("(us)", (int(number), action)))
        return True


loop = GLib.MainLoop()
desktop = Desktop()
loop.run()

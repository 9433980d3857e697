# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user's machine has: new and empty directories, repositories, a model provider that follows a script."""

import glob
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

SUMS = pathlib.Path(__file__).resolve().parent.parent.parent / "build-aux" / "opencode.sums"
BUILD = pathlib.Path(os.environ["SHIP_LIBEXEC_DIR"]).parent
SHIPCTL = BUILD / "src" / "cli" / "shipctl"
# Scripted models speak for this one: it has a price, so costs are shown.
MODEL = "anthropic/claude-sonnet-5"


def find_agent():
    """The pinned agent, where build-aux/run put it: below the data directory of whoever runs the tests."""
    if "SHIP_OPENCODE" in os.environ:
        return os.environ["SHIP_OPENCODE"]
    version = next(line.split()[1] for line in SUMS.read_text(encoding="utf-8").splitlines()
                   if line.startswith("version "))
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return os.path.join(data, "ship", "agents", f"opencode-{version}", "opencode")


class Model:
    """A model provider on a loopback port (tests/fakes/scripted-model.c says what a step may hold)."""

    def __init__(self):
        self.process = subprocess.Popen([BUILD / "tests" / "fakes" / "scripted-model"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.uri = self.process.stdout.readline().strip()

    def add(self, **step):
        """Adds a step; how many are left."""
        self.process.stdin.write(json.dumps(step) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def text(self, text, **more):
        return self.add(text=text, **more)

    def tool(self, name, **arguments):
        return self.add(tools=[{"name": name, "arguments": arguments}])

    def left(self):
        return self.add()

    def end(self):
        """Whether the script was used up."""
        self.process.stdin.close()
        return self.process.wait(timeout=20) == 0


class Home:
    """A user's directories, new and empty, and what their programs are started with."""

    def __init__(self, dark=False):
        self.path = tempfile.mkdtemp(prefix="ship-ui-")
        self.model = None
        self.environment = {"GTK_A11Y": "atspi", "GSK_RENDERER": "cairo", "SHIP_IDLE_SECONDS": "2",
                            "G_DEBUG": "fatal-warnings", "SHIP_OPENCODE": find_agent()}
        for variable, name in (("XDG_DATA_HOME", "d"), ("XDG_CACHE_HOME", "c"), ("XDG_CONFIG_HOME", "g"),
                               ("HOME", "h")):
            self.environment[variable] = os.path.join(self.path, name)
            os.makedirs(self.environment[variable])
        with open(os.path.join(self.environment["HOME"], ".gitconfig"), "w", encoding="utf-8") as file:
            file.write("[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n")
        settings = os.path.join(self.environment["XDG_CONFIG_HOME"], "gtk-4.0")
        os.makedirs(settings)
        with open(os.path.join(settings, "settings.ini"), "w", encoding="utf-8") as file:
            file.write("[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=false\ngtk-cursor-blink=false\n")
        if dark:
            self.set("theme", "dark")

    def set(self, key, value):
        """Writes a setting as GSettings' keyfile has it."""
        directory = os.path.join(self.environment["XDG_CONFIG_HOME"], "ship")
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, "settings.ini"), "a", encoding="utf-8") as file:
            text = (f"'{value}'" if isinstance(value, str) else
                    str(value) if isinstance(value, tuple) else json.dumps(value))
            file.write(f"[ship]\n{key}={text}\n")

    def read_settings(self):
        """What the programs wrote down, by its key, as text."""
        with open(os.path.join(self.environment["XDG_CONFIG_HOME"], "ship", "settings.ini"), encoding="utf-8") as file:
            return dict(line.strip().split("=", 1) for line in file if "=" in line)

    def start_model(self):
        """A provider with a key, so that MODEL can be worked with."""
        self.model = Model()
        self.environment["ANTHROPIC_BASE_URL"] = self.model.uri
        self.environment["ANTHROPIC_API_KEY"] = "sk-canary-5e7b0c9a1d2f43868f1e"
        return self.model

    def repository(self, name="notes", files=None):
        """A Git repository with one commit; its path."""
        path = os.path.join(self.path, name)
        os.makedirs(path)
        for file, text in (files or {"README.md": "# Notes\n"}).items():
            full = os.path.join(path, file)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as stream:
                stream.write(text)
        for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "Begin"]):
            subprocess.run(["git", *command], cwd=path, env={**os.environ, **self.environment}, check=True)
        return path

    def shipctl(self, *arguments):
        """Standard output of shipctl in this home; fails when it does."""
        return subprocess.run([SHIPCTL, *arguments], env={**os.environ, **self.environment}, check=True,
                              capture_output=True, text=True, timeout=180).stdout

    def sessions(self):
        directory = os.path.join(self.environment["XDG_DATA_HOME"], "ship", "sessions")
        return os.listdir(directory) if os.path.isdir(directory) else []

    def remove(self):
        if self.model is not None:
            self.model.process.kill()
        self._end_sessions()
        shutil.rmtree(self.path, ignore_errors=True)

    def _end_sessions(self):
        """They outlive the window, and would warn of what they cannot write any more."""
        for process in glob.glob("/proc/[0-9]*"):
            try:
                with open(os.path.join(process, "environ"), "rb") as file:
                    is_ours = os.fsencode(self.path) in file.read()
                with open(os.path.join(process, "comm"), encoding="utf-8") as file:
                    is_session = file.read().strip() == "ship-session"
                if is_ours and is_session:
                    os.kill(int(os.path.basename(process)), signal.SIGKILL)
            except OSError:
                pass  # it has ended

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the window looks: its main states in every theme, width and scale as pictures for a person to judge, and the
contrast of its text, which a machine can.

usage: test-look.py PROGRAM PICTURES
"""

import os
import subprocess
import sys

sys.dont_write_bytecode = True
from ship_case import run, shoot
from ship_home import BUILD
from ship_window import BUTTON, keys, wait_for

THEMES = {"light": {}, "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"},
          "high-contrast": {"ADW_DEBUG_HIGH_CONTRAST": "1"}}
SIZES = {"wide": (1180, 780), "narrow": (360, 700)}


def contrast_of(theme, case):
    """Every line that does not hold."""
    done = subprocess.run([os.path.join(BUILD, "tests", "ui", "contrast")], check=False, capture_output=True, text=True,
                          env={**os.environ, **case.home.environment, "GTK_A11Y": "none", **THEMES[theme]}, timeout=60)
    lines = done.stdout.splitlines()
    assert len(lines) > 40, done.stderr
    assert done.returncode == 0, [line for line in lines if line.startswith("not ok")]


def text_can_be_read_in_light(case):
    contrast_of("light", case)


def text_can_be_read_in_dark(case):
    contrast_of("dark", case)


def text_can_be_read_in_high_contrast(case):
    contrast_of("high-contrast", case)


def set_theme(case, theme):
    case.home.set("theme", "dark" if theme == "dark" else "light")
    return THEMES[theme]


def shoot_sizes(window, name):
    for size, (width, height) in SIZES.items():
        window.resize(width, height)
        shoot(window, f"{name}-{size}")


def pictures_of_every_state(case):
    case.home.start_model()
    repository = case.home.repository()
    for theme in THEMES:
        window = case.open(**set_theme(case, theme))
        window.find(contains="This computer is ready")
        shoot_sizes(window, f"welcome-{theme}")
        assert window.quit() == 0

    window = case.open(**set_theme(case, "light"))
    window.click("Try a Rehearsal")
    window.find(contains="Committed", seconds=180)
    wait_for("nothing to go on", lambda: window.find_now(BUTTON, name="Stop") is None)
    session = case.home.sessions()[0]
    assert window.quit() == 0

    for theme in THEMES:
        window = case.open(**set_theme(case, theme))
        window.write("Repository", repository)
        window.find(BUTTON, name="Base Branch: main")
        shoot_sizes(window, f"new-session-{theme}")
        window.resize(*SIZES["wide"])
        window.click_at(window.find(contains="Greet Ada,"))
        window.find(contains="Committed")
        shoot_sizes(window, f"conversation-{theme}")
        assert window.quit() == 0
    assert case.home.sessions() == [session]

    # Twice as fine, a window of the same size is a narrow one.
    window = case.open(**set_theme(case, "light"), GDK_SCALE="2")
    window.find(contains="What should be done?")
    shoot(window, "new-session-light-2x")
    keys("alt+Left")
    window.find(contains="Greet Ada,")
    shoot(window, "sessions-light-2x")
    assert window.quit() == 0


sys.exit(run(text_can_be_read_in_light, text_can_be_read_in_dark, text_can_be_read_in_high_contrast,
             pictures_of_every_state))

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window costs when nothing happens: the time to its first frame, memory, wake-ups.

usage: bench-window.py PROGRAM   (on a screen and a bus: tests/ui/with-display)
"""

import os
import subprocess
import sys
import tempfile
import time

SECONDS = 10
# A place in the middle of the window, and the black that a screen has before it.
PLACE = "1x1+300+300"


def is_drawn():
    shot = subprocess.run(["import", "-window", "root", "-crop", PLACE, "-depth", "8", "rgb:-"], check=False,
                          capture_output=True).stdout
    return any(shot)


def sleeps(pid):
    """How often each thread went to sleep by itself so far."""
    counts = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="utf-8") as file:
            counts[task] = sum(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt_switches"))
    return counts


def wake_ups(before, after):
    """Of threads that were there all the time, and of new ones."""
    return sum(count - before.get(task, 0) for task, count in after.items())


def cpu_ms(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def pss_mib(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("Pss:"))


def run_once(program, number, accessible):
    with tempfile.TemporaryDirectory(prefix="ship-bench-") as home:
        environment = {**os.environ, "GSK_RENDERER": "cairo", "HOME": home,
                       "GTK_A11Y": "atspi" if accessible else "none"}
        for name in ("DATA", "CACHE", "CONFIG"):
            environment[f"XDG_{name}_HOME"] = os.path.join(home, name)
        begun = time.monotonic()
        process = subprocess.Popen([program], env=environment)
        while not is_drawn():
            assert process.poll() is None, "the program ended"
        drawn = time.monotonic() - begun
        begun = time.monotonic()
        is_drawn()
        look = time.monotonic() - begun
        time.sleep(8)  # the checks of the machine are over, and the cursor has ceased to blink
        before, cpu = sleeps(process.pid), cpu_ms(process.pid)
        time.sleep(SECONDS)
        woken = wake_ups(before, sleeps(process.pid)) / SECONDS
        print(f"{number}: first frame {drawn * 1000:.0f} ms (± {look * 1000:.0f}), memory {pss_mib(process.pid):.1f} MiB, "
              f"idle: {woken:.1f} wake-ups/s, {(cpu_ms(process.pid) - cpu) / SECONDS:.1f} ms of processor/s"
              f"{', with assistive technology' if accessible else ''}", flush=True)
        process.terminate()
        process.wait()


print(f"The window, load {os.getloadavg()[0]:.1f}")
for run in range(int(os.environ.get("SHIP_BENCH_RUNS", "3"))):
    run_once(sys.argv[1], run + 1, accessible=run == 2)

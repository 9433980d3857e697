# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checkers share: the list of the project's files, and C text without comments and strings."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent

SKIPPED_DIRECTORIES = re.compile(r"^(\.git|build|build-(?!aux$).*|_build.*|__pycache__)$")


def list_files(root):
    """The files below root, relative to it: what git tracks or would track, else all but build directories.

    Submissions of a fresh clone and unpacked archives without git are read alike.
    """
    if (root / ".git").exists():
        git = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True, check=False)
        if git.returncode == 0:
            names = git.stdout.decode().split("\0")
            return sorted({pathlib.Path(name) for name in names if name and (root / name).is_file()})
    found = []
    for directory, subdirectories, names in os.walk(root):
        subdirectories[:] = [name for name in subdirectories if not SKIPPED_DIRECTORIES.match(name)]
        found += [(pathlib.Path(directory) / name).relative_to(root) for name in names]
    return sorted(found)


TOKEN = re.compile(r"""
    //[^\n]* | /\*.*?\*/                # comments
  | "(?:\\.|[^"\\\n])*"                 # strings
  | '(?:\\.|[^'\\\n])*'                 # characters
""", re.VERBOSE | re.DOTALL)


def blank_out(text, keep_strings=False):
    """C text with comments (and strings) replaced by blanks of the same shape, so that lines and columns stay."""

    def blank(match):
        token = match.group()
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token)
        if keep_strings:
            return token
        return token[0] + re.sub(r"[^\n]", " ", token[1:-1]) + token[-1]

    return TOKEN.sub(blank, text)


class Findings:
    """Collects what is wrong, prints it in the shape that editors jump to."""

    def __init__(self):
        self.rows = []

    def add(self, path, line, message):
        self.rows.append((str(path), line, message))

    def print(self):
        for path, line, message in sorted(set(self.rows)):
            print(f"{path}:{line}: {message}")

# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows the checkers small trees with one fault each, and that they see it and nothing else."""

import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

BUILD_AUX = pathlib.Path(__file__).resolve().parent.parent.parent / "build-aux"
SPDX = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"


class CheckerTest(unittest.TestCase):
    checker = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)

    def write(self, name, text, spdx=True):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((SPDX if spdx else "") + textwrap.dedent(text), encoding="utf-8")

    def run_checker(self):
        run = subprocess.run([sys.executable, "-B", str(BUILD_AUX / self.checker), str(self.root)],
                             capture_output=True, text=True, check=False)
        self.assertEqual(run.stderr, "")
        lines = run.stdout.splitlines()
        self.assertEqual(run.returncode, 1 if lines else 0)
        return lines

    def assert_clean(self):
        self.assertEqual(self.run_checker(), [])

    def assert_finding(self, where, words):
        lines = self.run_checker()
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith(where + ": "), lines)
        self.assertIn(words, lines[0])


class LayersTest(CheckerTest):
    checker = "check-layers"

    def setUp(self):
        super().setUp()
        self.write("src/core/base/ship-base.h", "#pragma once\n")
        self.write("src/core/net/ship-net.h", '#pragma once\n#include "base/ship-base.h"\n')
        self.write("src/core/net/ship-net-private.h", '#pragma once\n#include "net/ship-net.h"\n')
        self.write("src/core/git/ship-git.h", "#pragma once\n")

    def test_what_the_table_allows(self):
        self.write("src/core/net/ship-net.c", '#include "config.h"\n#include "net/ship-net-private.h"\n#include <gio/gio.h>\n')
        self.write("src/core/sandbox/local/ship-x.c", '#include "guest/ship-guest-protocol.h"\n#include <seccomp.h>\n')
        self.write("src/guest/ship-guest-protocol.h", "#pragma once\n")
        self.write("src/guest/main.c", '#include "ship-guest-protocol.h"\n#include <unistd.h>\n')
        self.assert_clean()

    def test_upwards(self):
        self.write("src/core/net/ship-net.c", '\n#include "git/ship-git.h"\n')
        self.assert_finding("src/core/net/ship-net.c:3", "core/net may not include core/git")

    def test_sideways(self):
        self.write("src/core/agent/ship-agent.c", '#include "git/ship-git.h"\n')
        self.assert_finding("src/core/agent/ship-agent.c:2", "core/agent may not include core/git")

    def test_a_comment_includes_nothing(self):
        self.write("src/core/base/ship-base.c", '/*\n#include "net/ship-net.h"\n*/\n')
        self.assert_clean()

    def test_unknown_directory(self):
        self.write("src/core/magic/ship-magic.c", "")
        self.assert_finding("src/core/magic/ship-magic.c:1", "no row in the table")

    def test_toolkit_in_core(self):
        self.write("src/core/client/ship-list.c", "#include <gtk/gtk.h>\n")
        self.assert_finding("src/core/client/ship-list.c:2", "may not use GTK")

    def test_foreign_library(self):
        self.write("src/core/session/ship-session.c", "#include <git2.h>\n")
        self.assert_finding("src/core/session/ship-session.c:2", "may not use libgit2")

    def test_libc_only(self):
        self.write("src/guest/main.c", "#include <glib.h>\n")
        self.assert_finding("src/guest/main.c:2", "libc only")

    def test_program_knows_core(self):
        self.write("src/launch/main.c", '#include "base/ship-base.h"\n')
        self.assert_finding("src/launch/main.c:2", "launch may not include core/base")

    def test_private_header(self):
        self.write("src/core/auth/ship-auth.c", '#include "net/ship-net-private.h"\n')
        self.assert_finding("src/core/auth/ship-auth.c:2", "private to core/net")

    def test_private_header_from_below(self):
        self.write("src/core/agent/ship-agent-private.h", "#pragma once\n")
        self.write("src/core/agent/opencode/ship-o.c", '#include "agent/ship-agent-private.h"\n')
        self.assert_clean()

    def test_include_without_directory(self):
        self.write("src/core/net/ship-net.c", '#include "ship-net.h"\n')
        self.assert_finding("src/core/net/ship-net.c:2", "names its directory")

    def test_missing_header(self):
        self.write("src/core/net/ship-net.c", '#include "base/ship-gone.h"\n')
        self.assert_finding("src/core/net/ship-net.c:2", "no such header")

    def test_header_cycle(self):
        self.write("src/core/git/ship-a.h", '#pragma once\n#include "git/ship-b.h"\n')
        self.write("src/core/git/ship-b.h", '#pragma once\n#include "git/ship-a.h"\n')
        self.assert_finding("src/core/git/ship-b.h:3", "headers include each other")

    def test_directory_cycle(self):
        self.write("src/core/agent/ship-a.c", '#include "usage/ship-usage.h"\n')
        self.write("src/core/agent/ship-agent.h", "#pragma once\n")
        self.write("src/core/usage/ship-usage.h", "#pragma once\n")
        self.write("src/core/usage/ship-usage.c", '#include "agent/ship-agent.h"\n')
        lines = self.run_checker()
        self.assertTrue(any("directories include each other" in line for line in lines), lines)

    def test_too_many_includes(self):
        for number in range(11):
            self.write(f"src/core/base/ship-b{number}.h", "#pragma once\n")
        self.write("src/core/net/ship-net.c", "".join(f'#include "base/ship-b{n}.h"\n' for n in range(11)))
        self.assert_finding("src/core/net/ship-net.c:1", "11 project includes")


class StyleTest(CheckerTest):
    checker = "check-style"

    def function(self, body, name="ship_x_run", static=""):
        return f"{static}void\n{name} (void)\n{{\n{body}}}\n"

    def source(self, text, spdx=True):
        self.write("src/core/base/ship-x.c", text, spdx)

    def test_clean(self):
        self.source("""
            #define LIMIT 4
            static GParamSpec *properties[2];
            static guint signals[2];
            static const char *const names[] = { "a", "b" };
            static const struct { const char *name; } rows[] = { { "a" } };

            static gboolean is_fine (int value);

            static gboolean
            is_fine (int value)
            {
              static gsize once = 0;
              const char *text = "system (gets) { TO" "DO";  /* popen () { */
              return value > 0 && once == 0 && text != NULL;
            }
            """)
        self.write("src/core/base/ship-x.h", """\
            #pragma once
            typedef struct _ShipX ShipX;
            #define SHIP_X 1
            char *ship_x_dup (ShipX *self);
            """)
        self.assert_clean()

    def test_long_function(self):
        self.source(self.function("  ;\n" * 60))
        self.assert_finding("src/core/base/ship-x.c:4", "ship_x_run() has 61 lines")

    def test_longest_function(self):
        self.source(self.function("  ;\n" * 59))
        self.assert_clean()

    def test_class_init_may_be_long(self):
        self.source(self.function("  ;\n" * 70, name="ship_x_class_init", static="static "))
        self.assert_clean()

    def test_table_may_be_long(self):
        self.source("static const int table[] =\n{\n" + "  1,\n" * 70 + "};\n")
        self.assert_clean()

    def test_nesting_without_braces(self):
        self.source(self.function("  if (a)\n for (;;)\n while (b)\n switch (c)\n { case 1: if (d)\n e (); }\n"))
        self.assert_finding("src/core/base/ship-x.c:4", "nests 5 deep")

    def test_nesting_of_else_if(self):
        self.source(self.function("  if (a)\n b ();\n" + "  else if (a)\n b ();\n" * 6 + "  do { c (); } while (d);\n"))
        self.assert_clean()

    def test_long_file(self):
        self.source("\n" * 800)
        self.assert_finding("src/core/base/ship-x.c:801", "801 lines in the file")

    def test_long_header(self):
        self.write("src/core/base/ship-x.h", "#pragma once\n" + "\n" * 119)
        self.assert_finding("src/core/base/ship-x.h:121", "121 lines in the file")

    def test_no_license(self):
        self.source("\n", spdx=False)
        self.assert_finding("src/core/base/ship-x.c:1", "SPDX")

    def test_no_license_in_script(self):
        self.write("build-aux/run", "#!/bin/sh\n", spdx=False)
        self.assert_finding("build-aux/run:1", "SPDX")

    def test_prefix_of_function(self):
        self.source(self.function("", name="helper"))
        self.assert_finding("src/core/base/ship-x.c:4", "does not begin with ship_")

    def test_prefixes_in_header(self):
        for text, words in (("int helper (void);", "helper()"), ("#define LIMIT 1", "the macro LIMIT"),
                            ("typedef struct _Row Row;", "the type Row")):
            with self.subTest(text=text):
                self.write("src/core/base/ship-x.h", f"#pragma once\n{text}\n")
                self.assert_finding("src/core/base/ship-x.h:3", words)

    def test_mutable_state(self):
        for text in ("static int counter;", "static const char *names[] = { NULL };", "static GHashTable *cache = NULL;",
                     "int counter = 0;", "char *name;"):
            with self.subTest(text=text):
                self.source(text + "\n")
                self.assert_finding("src/core/base/ship-x.c:2", "mutable state")

    def test_mutable_state_in_function(self):
        self.source(self.function("  static int calls;\n"))
        self.assert_finding("src/core/base/ship-x.c:5", "mutable state")

    def test_banned_calls(self):
        for call in ("system (a)", "popen (a, b)", "g_spawn_command_line_async (a, b)", "strtok (a, b)", "sprintf (a, b)",
                     "strcpy (a, b)", "strcat (a, b)", "atoi (a)", "gets (a)", "g_main_context_iteration (a, b)",
                     "soup_session_send (a)", "soup_session_send_and_read (a)", "g_dbus_connection_call_sync (a)",
                     "g_print (a)", "ship_thing_get_default ()"):
            with self.subTest(call=call):
                self.source(self.function(f"  {call};\n"))
                self.assert_finding("src/core/base/ship-x.c:5", call.split(" ")[0])

    def test_a_worker_may_block(self):
        self.source(self.function("  ship_thing_wait_sync (a);\n", name="wait_thread", static="static "))
        self.assert_clean()

    def test_realpath_at_a_sandbox(self):
        self.write("src/core/sandbox/ship-x.c", self.function("  realpath (a, b);\n"))
        self.assert_finding("src/core/sandbox/ship-x.c:5", "openat2")

    def test_tests_may_wait(self):
        self.write("tests/unit/base/test-x.c", self.function("  g_main_context_iteration (NULL, TRUE);\n", name="wait"))
        self.assert_clean()

    def test_tests_may_not_run_a_shell(self):
        self.write("tests/unit/base/test-x.c", self.function('  system ("true");\n', name="wait"))
        self.assert_finding("tests/unit/base/test-x.c:5", "system()")

    def test_task_without_tag(self):
        self.source(self.function("  task = g_task_new (a, b, c, d);\n", name="ship_x_run_async"))
        self.assert_finding("src/core/base/ship-x.c:4", "without a source tag")

    def test_finish_without_tag(self):
        self.source(self.function("  return g_task_propagate_int (a, b);\n", name="ship_x_run_finish"))
        self.assert_finding("src/core/base/ship-x.c:4", "does not check")

    def test_unfinished(self):
        for word in ("TO" "DO", "FIX" "ME", "X" "XX"):
            with self.subTest(word=word):
                self.source(f"/* {word}: later */\n")
                self.assert_finding("src/core/base/ship-x.c:2", word)

    def test_places_of_one_machine(self):
        for text in ("see ../sha" "red/README", "/wor" "k/main/src", "https://registry" ".example.org/x"):
            with self.subTest(text=text):
                self.write("docs/x.md", text + "\n", spdx=False)
                self.assert_finding("docs/x.md:1", "")

    def test_white_space(self):
        for text, words in (("int ship_a (void); \n", "end of the line"), ("int\tship_a (void);\n", "a tab"),
                            ("int ship_a (void);", "no line feed")):
            with self.subTest(text=text):
                self.source(text)
                self.assert_finding("src/core/base/ship-x.c:2", words)

    def test_quark_with_dashes(self):
        self.source("G_DEFINE_QUARK (ship-x-error-quark, ship_x_error)\n")
        self.assert_finding("src/core/base/ship-x.c:2", "underscores")

    def test_text_to_translate(self):
        self.write("po/POTFILES.in", "# files\n", spdx=False)
        self.source(self.function('  ship_say (_("Hello"));\n'))
        self.assert_finding("src/core/base/ship-x.c:1", "not in po/POTFILES.in")
        self.write("po/POTFILES.in", "src/core/base/ship-x.c\nsrc/gone.c\n", spdx=False)
        self.assert_finding("po/POTFILES.in:2", "no such file")


if __name__ == "__main__":
    unittest.main()

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files the rehearsal writes into a repository: one small module and its test in three
 * languages. They are constants; what depends on the prompt is put in by
 * ship_rehearsal_sample_fill(). Any thread.
 */
#include "gateway/ship-rehearsal-sample.h"

#define PROMPT_MAX_CHARS 72

/* clang-format off */
static const ShipRehearsalFile shell_files[] = {
  { "greeting.sh",
    "# Written by Ship's rehearsal when it was asked: @PROMPT@\n"
    "\n"
    "# Prints a friendly greeting for its argument. Fails if there is nobody to greet.\n"
    "greeting () {\n"
    "  name=${1-@NAME@}\n"
    "  if [ -z \"$name\" ]; then\n"
    "    echo 'greeting: a greeting needs a name' >&2\n"
    "    return 1\n"
    "  fi\n"
    "  printf 'Hello, %s!\\n' \"$name\"\n"
    "}\n" },
  { "test_greeting.sh",
    "#!/bin/sh\n"
    "# Run it in this directory: sh test_greeting.sh\n"
    "set -u\n"
    ". ./greeting.sh\n"
    "\n"
    "failed=0\n"
    "check () {\n"
    "  if [ \"$1\" = \"$2\" ]; then\n"
    "    echo \"ok - $3\"\n"
    "  else\n"
    "    echo \"not ok - $3: expected '$2', got '$1'\"\n"
    "    failed=1\n"
    "  fi\n"
    "}\n"
    "\n"
    "check \"$(greeting)\" 'Hello, @NAME@!' 'greets @NAME@ by default'\n"
    "check \"$(greeting Grace)\" 'Hello, Grace!' 'greets whom it is told to'\n"
    "check \"$(greeting '' 2>/dev/null || echo refused)\" refused 'refuses an empty name'\n"
    "exit $failed\n" },
  { NULL, NULL },
};

static const ShipRehearsalFile python_files[] = {
  { "greeting.py",
    "# Written by Ship's rehearsal when it was asked: @PROMPT@\n"
    "\n"
    "\n"
    "def greeting(name=\"@NAME@\"):\n"
    "    \"\"\"Return a friendly greeting; a name of nothing but spaces is refused.\"\"\"\n"
    "    name = name.strip()\n"
    "    if not name:\n"
    "        raise ValueError(\"a greeting needs a name\")\n"
    "    return f\"Hello, {name}!\"\n" },
  { "test_greeting.py",
    "# Run it in this directory: python3 -m unittest\n"
    "import unittest\n"
    "\n"
    "from greeting import greeting\n"
    "\n"
    "\n"
    "class GreetingTest(unittest.TestCase):\n"
    "    def test_default(self):\n"
    "        self.assertEqual(greeting(), \"Hello, @NAME@!\")\n"
    "\n"
    "    def test_name_is_trimmed(self):\n"
    "        self.assertEqual(greeting(\"  Grace \"), \"Hello, Grace!\")\n"
    "\n"
    "    def test_empty_name_is_refused(self):\n"
    "        with self.assertRaises(ValueError):\n"
    "            greeting(\" \")\n"
    "\n"
    "\n"
    "if __name__ == \"__main__\":\n"
    "    unittest.main()\n" },
  { NULL, NULL },
};

static const ShipRehearsalFile c_files[] = {
  { "greeting.h",
    "#ifndef GREETING_H\n"
    "#define GREETING_H\n"
    "\n"
    "#include <stddef.h>\n"
    "\n"
    "#define GREETING_DEFAULT_NAME \"@NAME@\"\n"
    "\n"
    "/* Writes a friendly greeting into buffer. Returns 0, or -1 for an empty name or a buffer too small. */\n"
    "int greeting (char *buffer, size_t size, const char *name);\n"
    "\n"
    "#endif\n" },
  { "greeting.c",
    "/* Written by Ship's rehearsal when it was asked: @PROMPT@ */\n"
    "#include \"greeting.h\"\n"
    "\n"
    "#include <stdio.h>\n"
    "\n"
    "int\n"
    "greeting (char *buffer, size_t size, const char *name)\n"
    "{\n"
    "  int length;\n"
    "\n"
    "  if (name[0] == '\\0')\n"
    "    return -1;\n"
    "  length = snprintf (buffer, size, \"Hello, %s!\", name);\n"
    "  return length >= 0 && (size_t) length < size ? 0 : -1;\n"
    "}\n" },
  { "test_greeting.c",
    "/* Run it in this directory: cc greeting.c test_greeting.c -o test_greeting && ./test_greeting */\n"
    "#include \"greeting.h\"\n"
    "\n"
    "#include <stdio.h>\n"
    "#include <string.h>\n"
    "\n"
    "static int failed;\n"
    "\n"
    "static void\n"
    "check (int holds, const char *what)\n"
    "{\n"
    "  printf (\"%s - %s\\n\", holds ? \"ok\" : \"not ok\", what);\n"
    "  failed += !holds;\n"
    "}\n"
    "\n"
    "int\n"
    "main (void)\n"
    "{\n"
    "  char buffer[64];\n"
    "\n"
    "  check (greeting (buffer, sizeof buffer, GREETING_DEFAULT_NAME) == 0 &&\n"
    "         strcmp (buffer, \"Hello, @NAME@!\") == 0, \"greets @NAME@ by default\");\n"
    "  check (greeting (buffer, sizeof buffer, \"\") == -1, \"refuses an empty name\");\n"
    "  check (greeting (buffer, 4, \"Grace\") == -1, \"refuses a buffer that is too small\");\n"
    "  return failed != 0;\n"
    "}\n" },
  { NULL, NULL },
};

static const struct
{
  const ShipRehearsalFile *files;
  const char              *name;
  const char              *command;
  const char              *script;
} samples[] = {
  [SHIP_REHEARSAL_LANGUAGE_SHELL] = { shell_files, "POSIX shell", "sh test_greeting.sh", "sh test_greeting.sh" },
  [SHIP_REHEARSAL_LANGUAGE_PYTHON] = {
    python_files, "Python", "python3 -m unittest -v", "python3 -B -m unittest -v" },
  [SHIP_REHEARSAL_LANGUAGE_C] = {
    c_files, "C", "cc greeting.c test_greeting.c -o test_greeting && ./test_greeting",
    "cc -Wall -Wextra greeting.c test_greeting.c -o test_greeting && ./test_greeting; status=$?; "
    "rm -f test_greeting; exit $status" },
};
/* clang-format on */

const ShipRehearsalFile *
ship_rehearsal_sample_get_files (ShipRehearsalLanguage language)
{
  return samples[language].files;
}

const char *
ship_rehearsal_sample_get_command (ShipRehearsalLanguage language)
{
  return samples[language].command;
}

const char *
ship_rehearsal_sample_get_script (ShipRehearsalLanguage language)
{
  return samples[language].script;
}

const char *
ship_rehearsal_sample_get_language_name (ShipRehearsalLanguage language)
{
  return samples[language].name;
}

/* One line that cannot end a comment in any of the languages. */
static char *
dup_as_comment (const char *prompt)
{
  g_autoptr (GString) line = g_string_new (NULL);
  guint n_chars = 0;

  for (const char *p = prompt; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (++n_chars > PROMPT_MAX_CHARS)
        {
          g_string_append (line, "…");
          break;
        }
      if (c == '*' || c == '\\' || !g_unichar_isprint (c))
        c = ' ';
      g_string_append_unichar (line, c);
    }
  return g_strdup (g_strstrip (line->str));
}

char *
ship_rehearsal_sample_fill (const char *text, const char *name, const char *prompt)
{
  g_autofree char *comment = dup_as_comment (prompt);
  GString         *filled = g_string_new (text);

  g_string_replace (filled, "@NAME@", name, 0);
  g_string_replace (filled, "@PROMPT@", comment, 0);
  return g_string_free (filled, FALSE);
}

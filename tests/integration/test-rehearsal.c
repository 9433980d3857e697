/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include <string.h>

/*
 * What build-aux/run does for a newcomer: shipctl, without a key, makes the real agent do a small
 * real change. And afterwards: the idle session goes to sleep, and nothing is left running.
 */

static char *
run_shipctl (E2e *e2e, const char *first, const char *second, const char *third)
{
  g_autofree char *program = ship_paths_dup_program (e2e->paths, "shipctl");

  return e2e_output (e2e->root, program, first, second, third, NULL);
}

/* The line that begins with @word, from the end. (transfer full) */
static char *
last_line (const char *output, const char *word)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);

  for (guint i = g_strv_length (lines); i > 0; i--)
    if (g_str_has_prefix (lines[i - 1], word))
      return g_strdup (lines[i - 1] + strlen (word));

  g_error ("There is no line “%s…” in: %s", word, output);
}

static void
test_newcomer (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *output = NULL;
  g_autofree char *commit = NULL;
  g_autofree char *branch = NULL;
  g_autofree char *files = NULL;
  g_autofree char *tokens = NULL;
  g_autofree char *cost = NULL;
  g_autofree char *list = NULL;

  g_setenv ("SHIP_IDLE_SECONDS", "1", TRUE);
  output = run_shipctl (e2e, "run", "--rehearsal", "Greet Ada");
  commit = last_line (output, "commit ");
  branch = last_line (output, "branch ");
  files = last_line (output, "files ");
  tokens = last_line (output, "tokens ");
  cost = last_line (output, "cost ");
  g_assert_cmpuint (strlen (commit), ==, 40);
  g_assert_true (g_str_has_prefix (branch, "ship-greet-ada-"));
  g_assert_true (g_str_has_prefix (files, "2 changed"));
  g_assert_cmpstr (cost, ==, "$0.0000");
  g_assert_false (g_str_has_prefix (tokens, "0 "));
  g_assert_nonnull (strstr (output, "rehearsal"));
  g_assert_nonnull (strstr (output, "Greet Ada"));
  g_assert_null (strchr (output, '\033')); /* plain when piped */
  g_assert_cmpuint (fake_llm_get_requests (e2e->llm)->len, ==, 0);

  e2e_await_no_descendants ();
  list = run_shipctl (e2e, "list", NULL, NULL);
  g_assert_nonnull (strstr (list, "hibernated"));
  g_assert_nonnull (strstr (list, "Greet Ada"));
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_test_add_func ("/e2e/rehearsal/newcomer", test_newcomer);
  return g_test_run ();
}

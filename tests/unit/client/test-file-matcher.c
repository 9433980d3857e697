/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-file-matcher.h"

#include <string.h>

typedef struct
{
  ShipPaths       *paths;
  ShipFileMatcher *matcher;
  char            *matched; /* "pattern: path path" of the last */
  guint            n_matched;
  guint            n_troubles;
} Fixture;

static void
matched_cb (ShipFileMatcher *matcher, const char *pattern, GStrv paths, Fixture *fixture)
{
  g_autofree char *joined = g_strjoinv (" ", paths);

  g_free (fixture->matched);
  fixture->matched = g_strdup_printf ("%s: %s", pattern, joined);
  fixture->n_matched++;
}

static void
trouble_cb (ShipFileMatcher *matcher, const GError *error, Fixture *fixture)
{
  g_assert_nonnull (error);
  fixture->n_troubles++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->paths = ship_paths_new_for_root (client_test_get_root ());
  fixture->matcher = ship_file_matcher_new (fixture->paths, 2);
  g_signal_connect (fixture->matcher, "matched", G_CALLBACK (matched_cb), fixture);
  g_signal_connect (fixture->matcher, "trouble", G_CALLBACK (trouble_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  ship_file_matcher_stop (fixture->matcher);
  client_test_until (G_OBJECT (fixture->matcher)->ref_count == 1); /* a search may be under way */
  g_assert_finalize_object (fixture->matcher);
  g_free (fixture->matched);
  ship_paths_unref (fixture->paths);
}

static void
take_list (Fixture *fixture)
{
  const char *const paths[] = { "README.md", "src/", "src/main.c", "src/matcher.c", NULL };

  ship_file_matcher_take_list (fixture->matcher, ship_file_list_new (g_strdupv ((GStrv) paths)));
}

static void
test_match (Fixture *fixture, gconstpointer data)
{
  take_list (fixture);
  ship_file_matcher_match (fixture->matcher, "main");
  client_test_until (fixture->n_matched == 1);
  g_assert_cmpstr (fixture->matched, ==, "main: src/main.c");
  ship_file_matcher_match (fixture->matcher, "");
  client_test_until (fixture->n_matched == 2);
  g_assert_cmpstr (fixture->matched, ==, ": README.md src/");
}

/* Of what was typed meanwhile only the last is looked for, and only that is told. */
static void
test_last_one (Fixture *fixture, gconstpointer data)
{
  take_list (fixture);
  ship_file_matcher_match (fixture->matcher, "m");
  ship_file_matcher_match (fixture->matcher, "ma");
  ship_file_matcher_match (fixture->matcher, "matc");
  client_test_until (fixture->n_matched == 1);
  g_assert_cmpstr (fixture->matched, ==, "matc: src/matcher.c");
}

/* A pattern that was there before the list. */
static void
test_waits_for_the_list (Fixture *fixture, gconstpointer data)
{
  ship_file_matcher_match (fixture->matcher, "READ");
  client_test_settle ();
  g_assert_cmpuint (fixture->n_matched, ==, 0);
  take_list (fixture);
  client_test_until (fixture->n_matched == 1);
  g_assert_cmpstr (fixture->matched, ==, "READ: README.md");
}

static void
test_trouble (Fixture *fixture, gconstpointer data)
{
  ship_file_matcher_refresh (fixture->matcher); /* of nothing */
  ship_file_matcher_set_repository (fixture->matcher, client_test_get_root (), NULL);
  ship_file_matcher_match (fixture->matcher, "a");
  ship_file_matcher_refresh (fixture->matcher);
  client_test_until (fixture->n_troubles == 1);
  ship_file_matcher_set_session (fixture->matcher, "0123456789abcdef");
  ship_file_matcher_refresh (fixture->matcher);
  client_test_until (fixture->n_troubles == 2);
  g_assert_cmpuint (fixture->n_matched, ==, 0);
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  take_list (fixture);
  ship_file_matcher_match (fixture->matcher, "m");
  ship_file_matcher_stop (fixture->matcher);
  client_test_settle ();
  g_assert_cmpuint (fixture->n_matched, ==, 0);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add ("/client/file-matcher/match", Fixture, NULL, set_up, test_match, tear_down);
  g_test_add ("/client/file-matcher/last-one", Fixture, NULL, set_up, test_last_one, tear_down);
  g_test_add ("/client/file-matcher/waits",
              Fixture,
              NULL,
              set_up,
              test_waits_for_the_list,
              tear_down);
  g_test_add ("/client/file-matcher/trouble", Fixture, NULL, set_up, test_trouble, tear_down);
  g_test_add ("/client/file-matcher/stopped", Fixture, NULL, set_up, test_stopped, tear_down);
  return client_test_run ();
}

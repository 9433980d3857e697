/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-names.h"

static void
test_session_id (void)
{
  g_autofree char *one = ship_names_new_session_id ();
  g_autofree char *two = ship_names_new_session_id ();

  g_assert_true (ship_names_is_session_id (one));
  g_assert_cmpstr (one, !=, two);

  g_assert_true (ship_names_is_session_id ("0123456789abcdef"));
  g_assert_false (ship_names_is_session_id ("0123456789ABCDEF"));
  g_assert_false (ship_names_is_session_id ("0123456789abcde"));
  g_assert_false (ship_names_is_session_id ("0123456789abcdef0"));
  g_assert_false (ship_names_is_session_id ("../../../../../x"));
  g_assert_false (ship_names_is_session_id (""));
  g_assert_false (ship_names_is_session_id (NULL));
}

static void
test_slug (void)
{
  static const struct
  {
    const char *text;
    gsize       max;
    const char *expected;
  } cases[] = {
    { "Add a README", 30, "add-a-readme" },
    { "  --Fix: the /bug/!--  ", 30, "fix-the-bug" },
    { "Prüfe é", 30, "prufe-e" },
    { "日本語", 30, "task" },
    { "", 30, "task" },
    { "a日b", 30, "a-b" },
    { "abcdef", 4, "abcd" },
    { "abc def", 4, "abc" },
    { "abc-def", 5, "abc-d" },
    { "\xff\xfe", 30, "task" },
    { "x\ny\t$(rm)", 30, "x-y-rm" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *slug = ship_names_slug (cases[i].text, cases[i].max);
      g_assert_cmpstr (slug, ==, cases[i].expected);
    }
}

static void
test_branch (void)
{
  g_autoptr (GDateTime) date = g_date_time_new_local (2026, 3, 7, 23, 59, 59);
  g_autofree char *branch =
    ship_names_branch ("Make the tests of the parser faster, please", date, "0123456789abcdef");
  g_autofree char *nothing = ship_names_branch ("…", date, "fedcba9876543210");

  g_assert_cmpstr (branch, ==, "ship-make-the-tests-of-the-parser-f-2026-03-07-01234567");
  g_assert_cmpstr (nothing, ==, "ship-task-2026-03-07-fedcba98");
  g_assert_true (ship_names_is_branch (branch));
}

static void
test_retitle_branch (void)
{
  static const struct
  {
    const char *branch, *old_title, *new_title, *expected;
  } cases[] = {
    { "ship-fix-it-2026-10-05-01234567",
      "Fix it",
      "Mend the roof",
      "ship-mend-the-roof-2026-10-05-01234567" },
    { "ship-fix-it-2026-10-05-01234567", "Fix it", "Fix: it!", NULL }, /* the same again */
    { "mine", "Fix it", "Mend the roof", NULL },
    { "ship-fix-it-2026-10-05-01234567", "Fix", "Mend the roof", NULL },
    { "ship-fix-it-2026-10-05-89abcdef", "Fix it", "Mend the roof", NULL },
    { "ship-fix-it-2026-10-5-01234567", "Fix it", "Mend the roof", NULL },
    { "ship-fix-it-2026-10", "Fix it", "Mend the roof", NULL },
    { "ship-fix-it-2026-10-05-01234567-b", "Fix it", "Mend the roof", NULL },
    { "ship-task-2026-10-05-01234567", "…", "Mend", "ship-mend-2026-10-05-01234567" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = ship_names_retitle_branch (cases[i].branch,
                                                         "0123456789abcdef",
                                                         cases[i].old_title,
                                                         cases[i].new_title);

      g_assert_cmpstr (name, ==, cases[i].expected);
    }
}

static void
test_is_branch (void)
{
  static const char *const good[] = { "main", "a/b", "feature/x-1", "ünï", "a.b",  "a@b",
                                      "@a",   "a@",  "x.lockx",     "A",   "head", "refs/heads/x",
                                      "a-",   "a{b", "HEAD/x",      "$x",  "a;b",  "'q'" };
  static const char *const bad[] = { "",      "@",      "HEAD",     "-a",    "/a",     "a/",
                                     "a//b",  ".a",     "a/.b",     "a..b",  "a.",     "a ",
                                     "a b",   "a~1",    "a^",       "a:b",   "a?",     "a*",
                                     "a[b",   "a\\b",   "a@{b",     "@{-1}", "a\x7f",  "a\nb",
                                     "a\x01", "x.lock", "x.lock/y", "\xff",  "--help", "a/b.lock",
                                     "." };
  g_autofree char         *long_name = g_strnfill (251, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      if (!ship_names_is_branch (good[i]))
        g_error ("Refused: %s", good[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      if (ship_names_is_branch (bad[i]))
        g_error ("Accepted: %s", bad[i]);
    }
  g_assert_false (ship_names_is_branch (NULL));
  g_assert_false (ship_names_is_branch (long_name));
  long_name[250] = '\0';
  g_assert_true (ship_names_is_branch (long_name));
}

static void
test_title (void)
{
  static const struct
  {
    const char *text;
    guint       max;
    const char *expected;
  } cases[] = {
    { "Fix it", 20, "Fix it" },
    { "\n \n  Fix\tit \nand more", 20, "Fix it" },
    { "one two three", 13, "one two three" },
    { "one two three", 12, "one two…" },
    { "one two three", 8, "one two…" },
    { "one two three", 7, "one…" },
    { "unbreakable", 5, "unbr…" },
    { "äöü äöü", 6, "äöü…" },
    { "x", 1, "x" },
    { "xy", 1, "…" },
    { "", 10, "" },
    { "a\x1b[31mred", 20, "a [31mred" },
    { "bad\xff", 20, "bad\xef\xbf\xbd" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *title = ship_names_title (cases[i].text, cases[i].max);
      g_assert_cmpstr (title, ==, cases[i].expected);
      g_assert_cmpint (g_utf8_strlen (title, -1), <=, cases[i].max);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/names/session-id", test_session_id);
  g_test_add_func ("/base/names/slug", test_slug);
  g_test_add_func ("/base/names/branch", test_branch);
  g_test_add_func ("/base/names/is-branch", test_is_branch);
  g_test_add_func ("/base/names/title", test_title);
  g_test_add_func ("/base/names/retitle-branch", test_retitle_branch);
  return g_test_run ();
}

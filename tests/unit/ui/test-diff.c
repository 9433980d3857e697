/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transcript/ship-diff.h"

/* Changes as lines with their numbers. */

static char *
dup_picture (ShipDiff *diff)
{
  static const char signs[] = " +-@#";
  GString          *picture = g_string_new (NULL);

  for (guint i = 0; i < diff->lines->len; i++)
    {
      const ShipDiffLine *line = &g_array_index (diff->lines, ShipDiffLine, i);

      g_string_append_printf (picture,
                              "%c%u,%u:%.*s\n",
                              signs[line->kind],
                              line->before,
                              line->after,
                              (int) line->length,
                              line->text);
    }

  return g_string_free (picture, FALSE);
}

static void
assert_diff (const char *text, const char *expected)
{
  g_autoptr (ShipDiff) diff = ship_diff_new (text);
  g_autofree char *picture = dup_picture (diff);

  g_assert_cmpstr (picture, ==, expected);
}

static void
test_numbers (void)
{
  assert_diff ("Index: /w/a.c\n=====\n--- /w/a.c\n+++ /w/a.c\n@@ -10,3 +10,4 @@ int\n same\n"
               "---gone\n+new\r\n++more\n last\n\\ No newline at end of file\n",
               "#0,0:/w/a.c\n@0,0:@@ -10,3 +10,4 @@ int\n 10,10:same\n-11,0:--gone\n+0,11:new\n"
               "+0,12:+more\n 12,13:last\n");
}

static void
test_files (void)
{
  g_autoptr (ShipDiff) diff = ship_diff_new ("--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+x\n"
                                             "--- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-y\n");
  g_autofree char *picture = dup_picture (diff);

  g_assert_cmpstr (picture,
                   ==,
                   "#0,0:new\n@0,0:@@ -0,0 +1 @@\n+0,1:x\n#0,0:old\n@0,0:@@ -1 +0,0 @@\n-1,0:y\n");
  g_assert_cmpuint (diff->n_files, ==, 2);
  g_assert_cmpuint (diff->n_added, ==, 1);
  g_assert_cmpuint (diff->n_removed, ==, 1);
}

static void
test_nonsense (void)
{
  assert_diff ("", "");
  assert_diff ("@@ nonsense\n+not in a hunk\n-neither", "");
  assert_diff ("@@ -1,99999999999999999999 +1 @@\n x",
               "@0,0:@@ -1,99999999999999999999 +1 @@\n 1,1:x\n");
  assert_diff ("@@ -5", "");
}

static void
test_content (void)
{
  g_autoptr (ShipDiff) diff = ship_diff_new_for_content ("a\n\nb");
  g_autofree char *picture = dup_picture (diff);

  g_assert_cmpstr (picture, ==, "+0,1:a\n+0,2:\n+0,3:b\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/diff/numbers", test_numbers);
  g_test_add_func ("/ui/diff/files", test_files);
  g_test_add_func ("/ui/diff/nonsense", test_nonsense);
  g_test_add_func ("/ui/diff/content", test_content);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "composer/ship-completion-token.h"

#include "session/ship-mention.h"

static void
test_find (void)
{
  static const struct
  {
    const char        *line;
    gboolean           is_first;
    ShipCompletionKind kind;
    gsize              start;
    const char        *pattern;
  } cases[] = {
    { "", TRUE, SHIP_COMPLETION_NONE, 0, NULL },
    { "hello", TRUE, SHIP_COMPLETION_NONE, 0, NULL },
    { "@", TRUE, SHIP_COMPLETION_FILE, 0, "" },
    { "look at @src/ma", FALSE, SHIP_COMPLETION_FILE, 8, "src/ma" },
    { "look at @src/ma now", FALSE, SHIP_COMPLETION_NONE, 0, NULL },
    { "ada@example", FALSE, SHIP_COMPLETION_NONE, 0, NULL },
    { "(@a", FALSE, SHIP_COMPLETION_FILE, 1, "a" },
    { "@a @b", FALSE, SHIP_COMPLETION_FILE, 3, "b" },
    { "@foo@bar", FALSE, SHIP_COMPLETION_FILE, 0, "foo@bar" },
    { "@\"my fi", FALSE, SHIP_COMPLETION_FILE, 0, "my fi" },
    { "@\"my file\"", FALSE, SHIP_COMPLETION_NONE, 0, NULL },
    { "@\"my x@y z", FALSE, SHIP_COMPLETION_FILE, 0, "my x@y z" },
    { "ü @ä", FALSE, SHIP_COMPLETION_FILE, 3, "ä" },
    { "/", TRUE, SHIP_COMPLETION_COMMAND, 0, "" },
    { "/mod", TRUE, SHIP_COMPLETION_COMMAND, 0, "mod" },
    { "/mod", FALSE, SHIP_COMPLETION_NONE, 0, NULL },
    { " /mod", TRUE, SHIP_COMPLETION_NONE, 0, NULL },
    { "/model x", TRUE, SHIP_COMPLETION_NONE, 0, NULL },
    { "/etc/hosts", TRUE, SHIP_COMPLETION_NONE, 0, NULL },
    { "/etc/@ho", TRUE, SHIP_COMPLETION_NONE, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize            start;
      g_autofree char *pattern = NULL;

      g_test_message ("%s", cases[i].line);
      g_assert_cmpint (
        ship_completion_token_find (cases[i].line, cases[i].is_first, &start, &pattern),
        ==,
        cases[i].kind);
      g_assert_cmpuint (start, ==, cases[i].start);
      g_assert_cmpstr (pattern, ==, cases[i].pattern);
    }
}

static void
test_too_long (void)
{
  g_autofree char *many = g_strnfill (300, 'a');
  g_autofree char *line = g_strconcat ("@", many, NULL);
  g_autofree char *pattern = NULL;
  gsize            start;

  g_assert_cmpint (ship_completion_token_find (line, TRUE, &start, &pattern),
                   ==,
                   SHIP_COMPLETION_NONE);
}

/* What is inserted is read back by whoever reads the prompt. */
static void
test_mention (void)
{
  const char *const paths[] = { "a.c", "src/main file.c", "odd).", "x(1)", "ä/ö.txt", "a\"b" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *mention = ship_completion_token_new_mention (paths[i]);
      g_autofree char *prompt = g_strconcat ("Mend ", mention, "soon", NULL);
      g_autoptr (GPtrArray) read = ship_mentions_parse (prompt);

      g_assert_cmpuint (read->len, ==, 1);
      g_assert_cmpstr (((ShipMention *) read->pdata[0])->path, ==, paths[i]);
    }
  g_assert_null (ship_completion_token_new_mention ("a \"b"));
}

/* The next letters go on in it. */
static void
test_directory (void)
{
  const char *const paths[] = { "src/", "my dir/" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *mention = ship_completion_token_new_mention (paths[i]);
      g_autofree char *pattern = NULL;
      gsize            start;

      g_assert_cmpint (ship_completion_token_find (mention, TRUE, &start, &pattern),
                       ==,
                       SHIP_COMPLETION_FILE);
      g_assert_cmpstr (pattern, ==, paths[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/completion-token/find", test_find);
  g_test_add_func ("/ui/completion-token/too-long", test_too_long);
  g_test_add_func ("/ui/completion-token/mention", test_mention);
  g_test_add_func ("/ui/completion-token/directory", test_directory);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "session/ship-todo-reconcile.h"

/* Which row of an agent's rewritten list is which. Lists are written as "ID:text", separated by
 * spaces: a mark before the text says its status, "+" completed, "!" removed, none pending. */

static ShipTodoRow *
parse_row (const char *text)
{
  ShipTodoRow *row = g_new0 (ShipTodoRow, 1);
  const char  *colon = strchr (text, ':');
  const char  *content = colon != NULL ? colon + 1 : text;

  row->id = colon != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
  row->agent_session = g_strdup ("ses_1");
  row->status = g_strdup (content[0] == '+'   ? "completed"
                          : content[0] == '!' ? SHIP_TODO_REMOVED
                                              : "pending");
  row->content = g_strdup (content[0] == '+' || content[0] == '!' ? content + 1 : content);

  return row;
}

static GPtrArray *
parse (const char *text)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_todo_row_free);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      g_ptr_array_add (rows, parse_row (words[i]));

  return rows;
}

static char *
format (GPtrArray *rows)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const ShipTodoRow *row = g_ptr_array_index (rows, i);
      const char        *mark = g_str_equal (row->status, "completed")         ? "+"
                                : g_str_equal (row->status, SHIP_TODO_REMOVED) ? "!"
                                                                               : "";

      g_assert_cmpstr (row->agent_session, ==, "ses_1");
      g_string_append_printf (text,
                              "%s%" G_GINT64_FORMAT ":%s%s",
                              i > 0 ? " " : "",
                              row->id,
                              mark,
                              row->content);
    }

  return g_string_free (text, FALSE);
}

typedef struct
{
  const char *name;
  const char *known;
  const char *listed;
  const char *expected;
} Case;

/* clang-format off */
static const Case cases[] = {
  { "first",      "",                "a b",        "0:a 0:b" },
  { "same",       "1:a 2:b",         "a b",        "1:a 2:b" },
  { "progress",   "1:a 2:b",         "+a b",       "1:+a 2:b" },
  { "grown",      "1:a 2:b",         "a b c",      "1:a 2:b 0:c" },
  { "swapped",    "1:a 2:b 3:c",     "b a c",      "2:b 1:a 3:c" },
  { "moved",      "1:a 2:b 3:c",     "c a b",      "3:c 1:a 2:b" },
  { "inserted",   "1:a 2:b",         "x a b",      "0:x 1:a 2:b" },
  { "reworded",   "1:a 2:b 3:c",     "a x c",      "1:a 2:x 3:c" },
  { "dropped",    "1:a 2:b 3:c",     "a c",        "1:a 3:c 2:!b" },
  { "done-drops", "1:+a 2:b",        "b",          "2:b" },
  { "emptied",    "1:+a 2:b",        "",           "2:!b" },
  { "twice",      "1:a 2:a",         "a a",        "1:a 2:a" },
  { "twice-one",  "1:a 2:b 3:a",     "b x a",      "2:b 0:x 3:a 1:!a" },
  { "back",       "1:a 2:!b",        "a b",        "1:a 2:b" },
  { "back-twice", "1:!a 2:a",        "a",          "2:a 1:!a" },
  { "removed-is-not-reworded", "1:a 2:!b", "a x",  "1:a 0:x 2:!b" },
  { "other-work", "1:+a 2:+b",       "c d",        "0:c 0:d" },
  { "reworded-done", "1:+a 2:b",     "+x b",       "1:+x 2:b" },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GPtrArray) known = parse (c->known);
  g_autoptr (GPtrArray) listed = parse (c->listed);
  g_autoptr (GPtrArray) rows = ship_todo_reconcile (known, listed);
  g_autofree char *text = format (rows);

  g_assert_cmpstr (text, ==, c->expected);
}

/* However an agent shuffles, no row is there twice and nothing of what was open is lost. */
static void
test_shuffled (void)
{
  static const char *const words[] = { "a", "b", "c", "d", "+a", "+b", "+c", "+d" };
  g_autoptr (GPtrArray) known = parse ("");

  for (guint round = 0; round < 500; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) listed = NULL;
      g_autoptr (GHashTable) ids = g_hash_table_new (NULL, NULL);
      GPtrArray *rows;
      gint64     next = 1 + round * 100;

      for (gint32 n = g_test_rand_int_range (0, 6); n > 0; n--)
        g_string_append_printf (text, "%s ", words[g_test_rand_int_range (0, 8)]);
      listed = parse (text->str);
      rows = ship_todo_reconcile (known, listed);
      g_assert_cmpuint (rows->len, >=, listed->len);
      for (guint i = 0; i < rows->len; i++)
        {
          ShipTodoRow *row = g_ptr_array_index (rows, i);

          if (i < listed->len)
            g_assert_cmpstr (row->content,
                             ==,
                             ((ShipTodoRow *) g_ptr_array_index (listed, i))->content);
          if (row->id == 0)
            row->id = next++;
          g_assert_true (g_hash_table_add (ids, GINT_TO_POINTER ((int) row->id)));
        }
      for (guint i = 0; i < known->len; i++)
        {
          const ShipTodoRow *row = g_ptr_array_index (known, i);

          if (!g_str_equal (row->status, "completed"))
            g_assert_true (g_hash_table_contains (ids, GINT_TO_POINTER ((int) row->id)));
        }
      g_ptr_array_unref (known);
      known = rows;
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/session/todos/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/session/todos/shuffled", test_shuffled);

  return g_test_run ();
}

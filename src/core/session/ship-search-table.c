/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-tables.h"

#include "session/ship-session-tables-private.h"

/* Looking for a text in a conversation: over the tables "task", "message" and "part". On the
 * store's thread, inside a job. */

/* @text with what LIKE takes for a sign escaped, to be found anywhere. (transfer full) */
static char *
make_pattern (const char *text)
{
  GString *pattern = g_string_new ("%");

  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '%' || *c == '_' || *c == '\\')
        g_string_append_c (pattern, '\\');
      g_string_append_c (pattern, *c);
    }
  g_string_append_c (pattern, '%');

  return g_string_free (pattern, FALSE);
}

GArray *
ship_search_table_find (sqlite3 *db, const char *text, guint limit, GError **error)
{
  g_autofree char *pattern = make_pattern (text);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (ShipFound));
  g_autoptr (GError) cause = NULL;
  g_autoptr (ShipStatement) statement = ship_statement_new (
    db,
    error,
    "SELECT task.id, 0, task.position, task.id AS behind, '' AS message, '' AS place FROM task "
    "WHERE (started_at IS NOT NULL OR state <> 'cancelled') AND prompt LIKE ?1 ESCAPE '\\' "
    "UNION ALL "
    "SELECT IFNULL (message.task, 0), part.id, IFNULL (task.position, -1), "
    "IFNULL (message.task, 0), message.agent_id, part.agent_id FROM part "
    "JOIN message ON message.id = part.message LEFT JOIN task ON task.id = message.task "
    "WHERE message.role = 'assistant' AND part.kind IN ('text', 'reasoning', 'tool') AND "
    "(part.text LIKE ?1 ESCAPE '\\' OR part.title LIKE ?1 ESCAPE '\\' OR "
    "part.output LIKE ?1 ESCAPE '\\') "
    "ORDER BY 3, 4, 5, 6 LIMIT ?2",
    "si",
    pattern,
    (int) limit);

  if (statement == NULL)
    return NULL;
  while (ship_statement_step (statement, &cause))
    {
      ShipFound one = { ship_statement_get_int64 (statement, 0),
                        ship_statement_get_int64 (statement, 1) };

      g_array_append_val (found, one);
    }
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }

  return g_steal_pointer (&found);
}

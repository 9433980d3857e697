/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-todo-reconcile.h"

/* See the header. */

static gboolean
is_done (const ShipTodoRow *row)
{
  return g_str_equal (row->status, "completed") || g_str_equal (row->status, "cancelled");
}

static gboolean
is_removed (const ShipTodoRow *row)
{
  return g_str_equal (row->status, SHIP_TODO_REMOVED);
}

static guint
distance (guint a, guint b)
{
  return a > b ? a - b : b - a;
}

/* The free row of @known with the same text: the nearest to @position, one that was removed only
 * when there is no other. */
static ShipTodoRow *
find_same (GPtrArray *known, GHashTable *taken, const ShipTodoRow *row, guint position)
{
  ShipTodoRow *best = NULL;
  guint        best_distance = 0;

  for (guint i = 0; i < known->len; i++)
    {
      ShipTodoRow *candidate = g_ptr_array_index (known, i);
      guint        away = distance (i, position) + (is_removed (candidate) ? known->len : 0);

      if (g_hash_table_contains (taken, candidate) ||
          !g_str_equal (candidate->content, row->content) ||
          (best != NULL && away >= best_distance))
        continue;
      best = candidate;
      best_distance = away;
    }

  return best;
}

/* The free row at @position, if the new text can be what became of it. */
static ShipTodoRow *
find_changed (GPtrArray *known, GHashTable *taken, const ShipTodoRow *row, guint position)
{
  ShipTodoRow *candidate = position < known->len ? g_ptr_array_index (known, position) : NULL;

  if (candidate == NULL || g_hash_table_contains (taken, candidate) || is_removed (candidate) ||
      is_done (candidate) != is_done (row))
    return NULL;

  return candidate;
}

static ShipTodoRow *
new_row (const ShipTodoRow *row, gint64 id, const char *status)
{
  ShipTodoRow *copy = g_new0 (ShipTodoRow, 1);

  copy->id = id;
  copy->agent_session = g_strdup (row->agent_session);
  copy->content = g_strdup (row->content);
  copy->status = g_strdup (status);
  copy->priority = g_strdup (row->priority);

  return copy;
}

GPtrArray *
ship_todo_reconcile (GPtrArray *known, GPtrArray *listed)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_todo_row_free);
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < listed->len; i++)
    {
      const ShipTodoRow *row = g_ptr_array_index (listed, i);
      ShipTodoRow       *same = find_same (known, taken, row, i);

      if (same != NULL)
        g_hash_table_add (taken, same);
      g_ptr_array_add (rows, new_row (row, same != NULL ? same->id : 0, row->status));
    }
  for (guint i = 0; i < listed->len; i++)
    {
      ShipTodoRow *row = g_ptr_array_index (rows, i);
      ShipTodoRow *changed = row->id == 0 ? find_changed (known, taken, row, i) : NULL;

      if (changed == NULL)
        continue;
      g_hash_table_add (taken, changed);
      row->id = changed->id;
    }
  for (guint i = 0; i < known->len; i++)
    {
      const ShipTodoRow *row = g_ptr_array_index (known, i);

      if (!g_hash_table_contains (taken, row) && !is_done (row))
        g_ptr_array_add (rows, new_row (row, row->id, SHIP_TODO_REMOVED));
    }

  return rows;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "attention/ship-notice-text.h"

#include "usage/ship-usage.h"

#include <glib/gi18n-lib.h>

/* A notification has room for a few lines, and what an agent asks for may be a whole script. */
#define MOST_LETTERS 240

static char *
dup_short (const char *text)
{
  g_autofree char *start = NULL;

  if (g_utf8_strlen (text, -1) <= MOST_LETTERS)
    return g_strdup (text);
  start = g_utf8_substring (text, 0, MOST_LETTERS - 1);

  return g_strconcat (start, "…", NULL);
}

char *
ship_notice_dup_request (const ShipInboxRow *row)
{
  g_autofree char *title = dup_short (row->title);

  if (g_str_equal (row->kind, "permission"))
    return g_strdup_printf (_ ("Asks for permission: %s"), title);
  if (g_str_equal (row->kind, "budget"))
    return g_strdup_printf (_ ("Its budget is used up: %s"), title);

  return g_strdup_printf (_ ("Asks: %s"), title);
}

static const ShipTaskRow *
find_last (const ShipSessionSnapshot *snapshot)
{
  const ShipTaskRow *last = NULL;

  for (guint i = 0; i < snapshot->tasks->len; i++)
    {
      const ShipTaskRow *task = snapshot->tasks->pdata[i];

      if (g_str_equal (task->state, "complete") &&
          (last == NULL || task->ended_at > last->ended_at))
        last = task;
    }

  return last;
}

/* (transfer full) (nullable): nothing was spent, or nobody knows how much */
static char *
dup_cost (const ShipSessionSnapshot *snapshot, gint64 task)
{
  double sum = 0;

  for (guint i = 0; i < snapshot->exchanges->len; i++)
    {
      const ShipExchangeRow *exchange = snapshot->exchanges->pdata[i];

      if (exchange->task != task)
        continue;
      if (exchange->cost < 0)
        return NULL;
      sum += exchange->cost;
    }
  if (sum <= 0)
    return NULL;

  return ship_usage_format_short (sum, TRUE);
}

char *
ship_notice_dup_result (const ShipSessionSnapshot *snapshot)
{
  const ShipTaskRow *task = snapshot != NULL ? find_last (snapshot) : NULL;
  g_autofree char   *files = NULL;
  g_autofree char   *cost = NULL;

  if (task == NULL)
    return g_strdup (_ ("Done"));
  files = task->files_changed > 0 ? g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                                  "%d file changed",
                                                                  "%d files changed",
                                                                  (gulong) task->files_changed),
                                                     task->files_changed)
                                  : g_strdup (_ ("Done, no files changed"));
  cost = dup_cost (snapshot, task->id);

  return cost != NULL ? g_strdup_printf ("%s, %s", files, cost) : g_steal_pointer (&files);
}

char *
ship_notice_dup_failure (const char *detail)
{
  return detail != NULL && detail[0] != '\0' ? dup_short (detail)
                                             : g_strdup (_ ("It could not go on"));
}

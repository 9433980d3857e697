/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-sidebar-text.h"

#include "usage/ship-usage.h"
#include "widgets/ship-status.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- groups --- */

static const char *const attention_titles[] = { N_ ("Needs You"), N_ ("Working"), N_ ("Done") };

guint
ship_sidebar_get_rank (const ShipIndexRow *row, gboolean is_unread)
{
  const ShipStatus *status = ship_status_lookup (row->state, NULL);

  if (row->archived_at != 0)
    return G_N_ELEMENTS (attention_titles);
  if (status->attention == SHIP_ATTENTION_NEEDS_USER || row->n_requests > 0)
    return 0;
  if (status->attention == SHIP_ATTENTION_WORKING)
    return 1;

  return is_unread ? 2 : 3;
}

static gint64
get_day (GDateTime *time)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date,
                  (GDateDay) g_date_time_get_day_of_month (time),
                  (GDateMonth) g_date_time_get_month (time),
                  (GDateYear) g_date_time_get_year (time));

  return g_date_get_julian (&date);
}

static GDateTime *
new_local (gint64 ms, GDateTime *now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);

  return g_date_time_to_timezone (utc, g_date_time_get_timezone (now));
}

char *
ship_sidebar_dup_heading (const ShipIndexRow *row, gboolean is_unread, GDateTime *now)
{
  guint rank = ship_sidebar_get_rank (row, is_unread);
  g_autoptr (GDateTime) then = NULL;
  gint64 n_days;

  if (rank < G_N_ELEMENTS (attention_titles))
    return g_strdup (_ (attention_titles[rank]));

  then = new_local (row->updated_at, now);
  n_days = get_day (now) - get_day (then);
  if (n_days <= 0)
    return g_strdup (_ ("Today"));
  if (n_days == 1)
    return g_strdup (_ ("Yesterday"));
  if (n_days < 7)
    return g_date_time_format (then, "%A");
  if (g_date_time_get_year (then) == g_date_time_get_year (now))
    return g_date_time_format (then, "%OB");

  return g_date_time_format (then, "%OB %Y");
}

/* --- a row's words --- */

char *
ship_sidebar_dup_age (gint64 then_ms, GDateTime *now)
{
  gint64 minutes = (g_date_time_to_unix (now) - then_ms / 1000) / 60;
  g_autoptr (GDateTime) then = NULL;

  if (minutes < 1)
    return g_strdup (_ ("now"));
  if (minutes < 60)
    return g_strdup_printf (_ ("%d min"), (int) minutes);
  if (minutes < 24 * 60)
    return g_strdup_printf (_ ("%d h"), (int) (minutes / 60));
  if (minutes < 7 * 24 * 60)
    return g_strdup_printf (_ ("%d d"), (int) (minutes / (24 * 60)));

  then = new_local (then_ms, now);
  /* TRANSLATORS: a day and a month without the year, as short as can be */
  return g_date_time_format (then, _ ("%-d %b"));
}

guint
ship_sidebar_get_age_seconds (gint64 then_ms, GDateTime *now)
{
  gint64 seconds = g_date_time_to_unix (now) - then_ms / 1000;

  if (seconds < 3600)
    return 60;

  /* Until the hour is full; a day's turn comes at a full hour, too. */
  return (guint) MAX (60, 3600 - seconds % 3600);
}

char *
ship_sidebar_dup_cost (const ShipIndexRow *row)
{
  if (row->cost <= 0)
    return g_strdup (row->is_cost_known && row->cost == 0 ? "" : "—");

  return ship_usage_format_short (row->cost, row->is_cost_known);
}

/* --- search --- */

GPtrArray *
ship_sidebar_split_words (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_auto (GStrv) words = g_strsplit_set (folded, " \t\n", -1);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      g_ptr_array_add (found, g_strdup (words[i]));

  return found;
}

gboolean
ship_sidebar_matches (const char *text, GPtrArray *words)
{
  g_autofree char *folded = words->len > 0 ? g_utf8_casefold (text, -1) : NULL;

  for (guint i = 0; i < words->len; i++)
    if (strstr (folded, words->pdata[i]) == NULL)
      return FALSE;

  return TRUE;
}

/* Folds @text, and says for each byte of the result, and for its end, where in @text the letter
 * stands that it came from: folding changes lengths. */
static char *
fold (const char *text, GArray *origins)
{
  GString *folded = g_string_new (NULL);
  guint    end = (guint) strlen (text);

  for (const char *letter = text; *letter != '\0'; letter = g_utf8_next_char (letter))
    {
      guint            origin = (guint) (letter - text);
      g_autofree char *one = g_utf8_casefold (letter, g_utf8_next_char (letter) - letter);

      g_string_append (folded, one);
      while (origins->len < folded->len)
        g_array_append_val (origins, origin);
    }
  g_array_append_val (origins, end);

  return g_string_free (folded, FALSE);
}

static void
mark (PangoAttrList **list, guint start, guint end)
{
  PangoAttribute *attributes[] = {
    pango_attr_weight_new (PANGO_WEIGHT_BOLD),
    pango_attr_underline_new (PANGO_UNDERLINE_SINGLE),
  };

  if (*list == NULL)
    *list = pango_attr_list_new ();
  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    {
      attributes[i]->start_index = start;
      attributes[i]->end_index = end;
      pango_attr_list_change (*list, attributes[i]);
    }
}

PangoAttrList *
ship_sidebar_mark_words (const char *text, GPtrArray *words)
{
  g_autoptr (GArray) origins = NULL;
  g_autofree char *folded = NULL;
  PangoAttrList   *list = NULL;

  if (words->len == 0)
    return NULL;
  origins = g_array_new (FALSE, FALSE, sizeof (guint));
  folded = fold (text, origins);
  for (guint i = 0; i < words->len; i++)
    {
      const char *word = words->pdata[i];

      for (const char *found = strstr (folded, word); found != NULL;
           found = strstr (found + strlen (word), word))
        mark (&list,
              g_array_index (origins, guint, found - folded),
              g_array_index (origins, guint, (gsize) (found - folded) + strlen (word)));
    }

  return list;
}

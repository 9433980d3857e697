/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-transcript-private.h"
#include "session/ship-session-tables.h"

#include <glib/gi18n-lib.h>

/* What is asked of a conversation beside its entries: one job each on the transcript's store. */

#define MOST_HITS 2000

void
ship_transcript_hit_free (ShipTranscriptHit *self)
{
  if (self == NULL)
    return;
  g_free (self->key);
  g_free (self);
}

typedef struct
{
  char        *text; /* (owned) (nullable) */
  gint64       part;
  GArray      *found; /* (owned) (nullable) (element-type ShipFound) */
  ShipPartRow *row;   /* (owned) (nullable) */
} Query;

static void
query_free (Query *query)
{
  g_free (query->text);
  g_clear_pointer (&query->found, g_array_unref);
  ship_part_row_free (query->row);
  g_free (query);
}

/* (transfer full): NULL when the transcript is closed; the task has its error then */
static GTask *
new_task (ShipTranscript     *self,
          gpointer            tag,
          Query              *query,
          GCancellable       *cancellable,
          GAsyncReadyCallback callback,
          gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, query, (GDestroyNotify) query_free);
  if (ship_transcript_get_store (self) != NULL)
    return task;

  g_task_return_new_error (task,
                           SHIP_STORE_ERROR,
                           SHIP_STORE_ERROR_CLOSED,
                           "%s",
                           _ ("The conversation is closed"));
  g_object_unref (task);
  return NULL;
}

/* --- finding a text --- */

static gboolean
find_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Query *query = data;

  query->found = ship_search_table_find (db, query->text, MOST_HITS, error);
  return query->found != NULL;
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Query     *query = g_task_get_task_data (task);
  GError    *error = NULL;
  GPtrArray *hits;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  hits = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_transcript_hit_free);
  for (guint i = 0; i < query->found->len; i++)
    {
      const ShipFound   *found = &g_array_index (query->found, ShipFound, i);
      ShipTranscriptHit *hit = g_new0 (ShipTranscriptHit, 1);

      hit->task = found->task;
      hit->key = found->part != 0 ? g_strdup_printf ("part-%" G_GINT64_FORMAT, found->part)
                                  : g_strdup_printf ("task-%" G_GINT64_FORMAT, found->task);
      g_ptr_array_add (hits, hit);
    }
  g_task_return_pointer (task, hits, (GDestroyNotify) g_ptr_array_unref);
}

void
ship_transcript_find_async (ShipTranscript     *self,
                            const char         *text,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  Query *query;
  GTask *task;

  g_return_if_fail (SHIP_IS_TRANSCRIPT (self));
  g_return_if_fail (text != NULL && text[0] != '\0');

  query = g_new0 (Query, 1);
  query->text = g_strdup (text);
  task = new_task (self, ship_transcript_find_async, query, cancellable, callback, user_data);
  if (task != NULL)
    ship_store_run_async (ship_transcript_get_store (self),
                          SHIP_STORE_DURABILITY_NORMAL,
                          find_job,
                          query,
                          NULL,
                          cancellable,
                          found_cb,
                          task);
}

GPtrArray *
ship_transcript_find_finish (ShipTranscript *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_transcript_find_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- all of a part --- */

static gboolean
part_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Query  *query = data;
  GError *cause = NULL;

  query->row = ship_part_table_load (db, query->part, &cause);
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, cause);
  return FALSE;
}

static void
part_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Query  *query = g_task_get_task_data (task);
  GError *error = NULL;

  if (ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_task_return_pointer (task,
                           g_steal_pointer (&query->row),
                           (GDestroyNotify) ship_part_row_free);
  else
    g_task_return_error (task, error);
}

void
ship_transcript_load_part_async (ShipTranscript     *self,
                                 gint64              part,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  Query *query;
  GTask *task;

  g_return_if_fail (SHIP_IS_TRANSCRIPT (self));

  query = g_new0 (Query, 1);
  query->part = part;
  task = new_task (self, ship_transcript_load_part_async, query, cancellable, callback, user_data);
  if (task != NULL)
    ship_store_run_async (ship_transcript_get_store (self),
                          SHIP_STORE_DURABILITY_NORMAL,
                          part_job,
                          query,
                          NULL,
                          cancellable,
                          part_cb,
                          task);
}

ShipPartRow *
ship_transcript_load_part_finish (ShipTranscript *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_transcript_load_part_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

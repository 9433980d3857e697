/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-list.h"

#include "client/ship-index-follower-private.h"
#include "client/ship-list-splice-private.h"
#include "client/ship-session-item-private.h"
#include "client/ship-session-liveness-private.h"
#include "session/ship-session-tables.h"

/*
 * The sessions, archived or not or both, newest first. Owned by whoever shows them; main thread,
 * and the follower's.
 */

struct _ShipSessionList
{
  GObject            parent_instance;
  ShipIndexFollower *follower; /* (owned) */
  GPtrArray         *items;    /* (owned) (element-type ShipSessionItem) */
};

static GType
ship_session_list_get_item_type (GListModel *model)
{
  return SHIP_TYPE_SESSION_ITEM;
}

static guint
ship_session_list_get_n_items (GListModel *model)
{
  return SHIP_SESSION_LIST (model)->items->len;
}

static gpointer
ship_session_list_get_item (GListModel *model, guint position)
{
  GPtrArray *items = SHIP_SESSION_LIST (model)->items;

  return position < items->len ? g_object_ref (items->pdata[position]) : NULL;
}

static void
ship_session_list_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ship_session_list_get_item_type;
  iface->get_n_items = ship_session_list_get_n_items;
  iface->get_item = ship_session_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ShipSessionList,
                               ship_session_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ship_session_list_iface_init))

/* --- what is read --- */

/* @rows: (transfer full) (nullable): what the index says; what has died since is put right */
static GPtrArray *
correct_thread (ShipPaths *paths, GPtrArray *rows)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      ShipIndexRow *row = rows->pdata[i];

      ship_session_correct_state_thread (paths, row->id, &row->state, &row->detail);
    }
  return rows;
}

static GPtrArray *
read_current_thread (ShipPaths *paths, sqlite3 *db, GError **error)
{
  return correct_thread (paths, ship_index_table_list (db, FALSE, error));
}

static GPtrArray *
read_archived_thread (ShipPaths *paths, sqlite3 *db, GError **error)
{
  return correct_thread (paths, ship_index_table_list (db, TRUE, error));
}

static GPtrArray *
read_all_thread (ShipPaths *paths, sqlite3 *db, GError **error)
{
  return correct_thread (paths, ship_index_table_list_all (db, FALSE, error));
}

/* @rows: (element-type ShipIndexRow); its rows are taken out of it */
static void
apply (GPtrArray *rows, gpointer user_data)
{
  ShipSessionList *self = user_data;
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *fresh = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->items->len; i++)
    g_hash_table_insert (known,
                         ship_session_item_get_row (self->items->pdata[i])->id,
                         self->items->pdata[i]);
  for (guint i = 0; i < rows->len; i++)
    {
      ShipIndexRow    *row = g_steal_pointer (&rows->pdata[i]);
      ShipSessionItem *item = g_hash_table_lookup (known, row->id);

      if (item == NULL)
        {
          g_ptr_array_add (fresh, ship_session_item_new (row));
          continue;
        }
      /* Its key goes with the old row. */
      g_hash_table_remove (known, row->id);
      g_ptr_array_add (fresh, g_object_ref (item));
      ship_session_item_update (item, row);
    }
  ship_list_splice (G_LIST_MODEL (self), &self->items, fresh);
}

/* --- the object --- */

static void
ship_session_list_finalize (GObject *object)
{
  ShipSessionList *self = SHIP_SESSION_LIST (object);

  g_clear_object (&self->follower);
  g_ptr_array_unref (self->items);
  G_OBJECT_CLASS (ship_session_list_parent_class)->finalize (object);
}

static void
ship_session_list_class_init (ShipSessionListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_session_list_finalize;
}

static void
ship_session_list_init (ShipSessionList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

ShipSessionList *
ship_session_list_new (ShipPaths *paths)
{
  ShipSessionList *self = g_object_new (SHIP_TYPE_SESSION_LIST, NULL);

  self->follower = ship_index_follower_new (paths, read_current_thread, apply, self);
  return self;
}

void
ship_session_list_set_scope (ShipSessionList *self, ShipSessionListScope scope)
{
  static const ShipIndexReadFunc readers[] = {
    [SHIP_SESSION_LIST_CURRENT] = read_current_thread,
    [SHIP_SESSION_LIST_ARCHIVED] = read_archived_thread,
    [SHIP_SESSION_LIST_ALL] = read_all_thread,
  };

  g_return_if_fail (SHIP_IS_SESSION_LIST (self));
  g_return_if_fail (scope < G_N_ELEMENTS (readers));

  ship_index_follower_set_read (self->follower, readers[scope]);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_index_follower_load_finish (SHIP_INDEX_FOLLOWER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ship_session_list_load_async (ShipSessionList    *self,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_SESSION_LIST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_session_list_load_async);
  ship_index_follower_load_async (self->follower, cancellable, loaded_cb, task);
}

gboolean
ship_session_list_load_finish (ShipSessionList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_list_load_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_index_follower_close_finish (SHIP_INDEX_FOLLOWER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ship_session_list_close_async (ShipSessionList    *self,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_SESSION_LIST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_list_close_async);
  ship_index_follower_close_async (self->follower, closed_cb, task);
}

gboolean
ship_session_list_close_finish (ShipSessionList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_list_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

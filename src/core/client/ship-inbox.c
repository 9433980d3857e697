/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-inbox.h"

#include "client/ship-index-follower-private.h"
#include "client/ship-list-splice-private.h"
#include "client/ship-session-liveness-private.h"

/* The list of what waits for the user. Owned by whoever shows it; main thread, but for
 * read_thread(). */

struct _ShipInboxItem
{
  GObject       parent_instance;
  ShipInboxRow *row; /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipInboxItem, ship_inbox_item, G_TYPE_OBJECT)

static void
ship_inbox_item_finalize (GObject *object)
{
  ship_inbox_row_free (SHIP_INBOX_ITEM (object)->row);

  G_OBJECT_CLASS (ship_inbox_item_parent_class)->finalize (object);
}

static void
ship_inbox_item_class_init (ShipInboxItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_inbox_item_finalize;
}

static void
ship_inbox_item_init (ShipInboxItem *self)
{
}

const ShipInboxRow *
ship_inbox_item_get_row (ShipInboxItem *self)
{
  g_return_val_if_fail (SHIP_IS_INBOX_ITEM (self), NULL);

  return self->row;
}

struct _ShipInbox
{
  GObject            parent_instance;
  ShipIndexFollower *follower; /* (owned) */
  GPtrArray         *items;    /* (owned) (element-type ShipInboxItem) */
};

static GType
ship_inbox_get_item_type (GListModel *model)
{
  return SHIP_TYPE_INBOX_ITEM;
}

static guint
ship_inbox_get_n_items (GListModel *model)
{
  return SHIP_INBOX (model)->items->len;
}

static gpointer
ship_inbox_get_item (GListModel *model, guint position)
{
  GPtrArray *items = SHIP_INBOX (model)->items;

  return position < items->len ? g_object_ref (items->pdata[position]) : NULL;
}

static void
ship_inbox_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ship_inbox_get_item_type;
  iface->get_n_items = ship_inbox_get_n_items;
  iface->get_item = ship_inbox_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ShipInbox,
                               ship_inbox,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, ship_inbox_iface_init))

/* Who asks is the agent, and it ended with its session's process. A budget is asked for by nobody
 * who could have ended. */
static GPtrArray *
read_thread (ShipPaths *paths, sqlite3 *db, GError **error)
{
  g_autoptr (GPtrArray) rows = ship_inbox_table_list (db, error);

  for (guint i = rows != NULL ? rows->len : 0; i > 0; i--)
    {
      const ShipInboxRow *row = rows->pdata[i - 1];

      if (!g_str_equal (row->kind, "budget") && !ship_session_is_awake_thread (paths, row->session))
        g_ptr_array_remove_index (rows, i - 1);
    }
  return g_steal_pointer (&rows);
}

static ShipInboxItem *
find (ShipInbox *self, const ShipInboxRow *row)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      ShipInboxItem *item = self->items->pdata[i];

      if (item->row->id == row->id && g_str_equal (item->row->session, row->session))
        return item;
    }
  return NULL;
}

static void
apply (GPtrArray *rows, gpointer user_data)
{
  ShipInbox *self = user_data;
  GPtrArray *fresh = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++)
    {
      ShipInboxItem *item = find (self, rows->pdata[i]);

      if (item == NULL)
        {
          item = g_object_new (SHIP_TYPE_INBOX_ITEM, NULL);
          item->row = g_steal_pointer (&rows->pdata[i]);
        }
      else
        g_object_ref (item);
      g_ptr_array_add (fresh, item);
    }
  ship_list_splice (G_LIST_MODEL (self), &self->items, fresh);
}

static void
ship_inbox_finalize (GObject *object)
{
  ShipInbox *self = SHIP_INBOX (object);

  g_clear_object (&self->follower);
  g_ptr_array_unref (self->items);

  G_OBJECT_CLASS (ship_inbox_parent_class)->finalize (object);
}

static void
ship_inbox_class_init (ShipInboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_inbox_finalize;
}

static void
ship_inbox_init (ShipInbox *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

ShipInbox *
ship_inbox_new (ShipPaths *paths)
{
  ShipInbox *self = g_object_new (SHIP_TYPE_INBOX, NULL);

  self->follower = ship_index_follower_new (paths, read_thread, apply, self);
  return self;
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_index_follower_load_finish (SHIP_INDEX_FOLLOWER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ship_inbox_load_async (ShipInbox          *self,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_INBOX (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_inbox_load_async);
  ship_index_follower_load_async (self->follower, cancellable, loaded_cb, task);
}

gboolean
ship_inbox_load_finish (ShipInbox *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_inbox_load_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_index_follower_close_finish (SHIP_INDEX_FOLLOWER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ship_inbox_close_async (ShipInbox *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_INBOX (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_inbox_close_async);
  ship_index_follower_close_async (self->follower, closed_cb, task);
}

gboolean
ship_inbox_close_finish (ShipInbox *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_inbox_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-work-watch.h"

#include "client/ship-session-client.h"
#include "client/ship-session-item-private.h"

/*
 * A list of followed items, in the list's order, each with the connection it has while its state is
 * one of busy[]. The list is what says which state that is; the connection adds what the list
 * cannot know: the activity, and that the process is gone.
 */

static const char *const busy[] = { "waking", "running", "retrying", "stopping", "waiting", NULL };

typedef struct
{
  ShipWorkWatch     *watch;   /* (unowned) */
  ShipSessionItem   *item;    /* (owned) */
  ShipSessionClient *client;  /* (owned) (nullable) */
  gulong             handler; /* of the item */
} Follow;

struct _ShipWorkWatch
{
  GObject       parent_instance;
  ShipPaths    *paths;       /* (owned) */
  GListModel   *sessions;    /* (owned) */
  GPtrArray    *follows;     /* (owned) (element-type Follow) */
  GCancellable *cancellable; /* (owned) */
  guint         n_busy;
  guint         n_working;
};

typedef enum
{
  PROP_N_BUSY = 1,
  PROP_N_WORKING,
} ShipWorkWatchProperty;

enum
{
  LOST,
  N_SIGNALS
};

static GParamSpec *properties[PROP_N_WORKING + 1];
static guint       signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipWorkWatch, ship_work_watch, G_TYPE_OBJECT)

static void
disconnect (Follow *follow)
{
  if (follow->client == NULL)
    return;
  g_signal_handlers_disconnect_by_data (follow->client, follow->item);
  g_clear_object (&follow->client);
  ship_session_item_set_activity (follow->item, NULL);
}

static void
follow_free (Follow *follow)
{
  disconnect (follow);
  g_signal_handler_disconnect (follow->item, follow->handler);
  g_object_unref (follow->item);
  g_free (follow);
}

static void
set_count (ShipWorkWatch *self, guint *field, guint value, ShipWorkWatchProperty property)
{
  if (*field == value)
    return;
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
count (ShipWorkWatch *self)
{
  guint n_busy = 0;
  guint n_waiting = 0;

  for (guint i = 0; i < self->follows->len; i++)
    {
      Follow     *follow = self->follows->pdata[i];
      const char *state = ship_session_item_get_row (follow->item)->state;

      n_busy += g_strv_contains (busy, state);
      n_waiting += g_str_equal (state, "waiting");
    }
  g_object_freeze_notify (G_OBJECT (self));
  set_count (self, &self->n_busy, n_busy, PROP_N_BUSY);
  set_count (self, &self->n_working, n_busy - n_waiting, PROP_N_WORKING);
  g_object_thaw_notify (G_OBJECT (self));
}

/* --- one session --- */

static void
activity_cb (ShipSessionClient *client, GParamSpec *pspec, ShipSessionItem *item)
{
  ship_session_item_set_activity (item, ship_session_client_get_activity (client));
}

static Follow *
find_follow (ShipWorkWatch *self, ShipSessionClient *client)
{
  for (guint i = 0; i < self->follows->len; i++)
    if (((Follow *) self->follows->pdata[i])->client == client)
      return self->follows->pdata[i];

  return NULL;
}

/* Whoever reads the list again finds out what became of it; a new connection follows from that. */
static void
drop (ShipWorkWatch *self, ShipSessionClient *client)
{
  Follow *follow = find_follow (self, client);

  if (follow == NULL)
    return;
  disconnect (follow);
  g_signal_emit (self, signals[LOST], 0);
}

static void
closed_cb (ShipSessionClient *client, const GError *error, ShipWorkWatch *self)
{
  drop (self, client);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipWorkWatch) self = user_data;
  ShipSessionClient *client = SHIP_SESSION_CLIENT (object);
  Follow            *follow = find_follow (self, client);
  g_autoptr (GError) error = NULL;

  if (!ship_session_client_connect_finish (client, result, &error))
    drop (self, client);
  else if (follow != NULL)
    activity_cb (client, NULL, follow->item);
}

static void
update (Follow *follow)
{
  ShipWorkWatch      *self = follow->watch;
  const ShipIndexRow *row = ship_session_item_get_row (follow->item);

  if (!g_strv_contains (busy, row->state))
    disconnect (follow);
  else if (follow->client == NULL)
    {
      follow->client = ship_session_client_new (self->paths, row->id);
      g_signal_connect_object (follow->client,
                               "notify::activity",
                               G_CALLBACK (activity_cb),
                               follow->item,
                               0);
      g_signal_connect_object (follow->client, "closed", G_CALLBACK (closed_cb), self, 0);
      ship_session_client_connect_async (follow->client,
                                         FALSE,
                                         self->cancellable,
                                         connected_cb,
                                         g_object_ref (self));
    }
}

static void
state_cb (ShipSessionItem *item, GParamSpec *pspec, Follow *follow)
{
  update (follow);
  count (follow->watch);
}

static void
sessions_changed_cb (GListModel    *sessions,
                     guint          position,
                     guint          removed,
                     guint          added,
                     ShipWorkWatch *self)
{
  if (removed > 0)
    g_ptr_array_remove_range (self->follows, position, removed);
  for (guint i = 0; i < added; i++)
    {
      Follow *follow = g_new0 (Follow, 1);

      follow->watch = self;
      follow->item = g_list_model_get_item (sessions, position + i);
      follow->handler =
        g_signal_connect (follow->item, "notify::state", G_CALLBACK (state_cb), follow);
      g_ptr_array_insert (self->follows, (int) (position + i), follow);
      update (follow);
    }
  count (self);
}

/* --- the object --- */

static void
ship_work_watch_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShipWorkWatch *self = SHIP_WORK_WATCH (object);

  switch ((ShipWorkWatchProperty) id)
    {
    case PROP_N_BUSY:
      g_value_set_uint (value, self->n_busy);
      break;
    case PROP_N_WORKING:
      g_value_set_uint (value, self->n_working);
      break;
    }
}

static void
ship_work_watch_dispose (GObject *object)
{
  ShipWorkWatch *self = SHIP_WORK_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_ptr_array_set_size (self->follows, 0);
  g_clear_object (&self->sessions);

  G_OBJECT_CLASS (ship_work_watch_parent_class)->dispose (object);
}

static void
ship_work_watch_finalize (GObject *object)
{
  ShipWorkWatch *self = SHIP_WORK_WATCH (object);

  ship_paths_unref (self->paths);
  g_ptr_array_unref (self->follows);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (ship_work_watch_parent_class)->finalize (object);
}

static void
ship_work_watch_class_init (ShipWorkWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ship_work_watch_get_property;
  object_class->dispose = ship_work_watch_dispose;
  object_class->finalize = ship_work_watch_finalize;

  properties[PROP_N_BUSY] = g_param_spec_uint ("n-busy", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_WORKING] = g_param_spec_uint ("n-working", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[LOST] = g_signal_new ("lost",
                                SHIP_TYPE_WORK_WATCH,
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                0);
}

static void
ship_work_watch_init (ShipWorkWatch *self)
{
  self->follows = g_ptr_array_new_with_free_func ((GDestroyNotify) follow_free);
  self->cancellable = g_cancellable_new ();
}

ShipWorkWatch *
ship_work_watch_new (ShipPaths *paths, GListModel *sessions)
{
  ShipWorkWatch *self = g_object_new (SHIP_TYPE_WORK_WATCH, NULL);

  self->paths = ship_paths_ref (paths);
  self->sessions = g_object_ref (sessions);
  g_signal_connect_object (sessions, "items-changed", G_CALLBACK (sessions_changed_cb), self, 0);
  sessions_changed_cb (sessions, 0, 0, g_list_model_get_n_items (sessions), self);

  return self;
}

guint
ship_work_watch_get_n_busy (ShipWorkWatch *self)
{
  g_return_val_if_fail (SHIP_IS_WORK_WATCH (self), 0);

  return self->n_busy;
}

guint
ship_work_watch_get_n_working (ShipWorkWatch *self)
{
  g_return_val_if_fail (SHIP_IS_WORK_WATCH (self), 0);

  return self->n_working;
}

/* --- stopping all --- */

typedef struct
{
  guint   n_open; /* calls, and one more until all are made */
  GError *error;  /* (owned) (nullable): the first */
} Stopping;

static void
stopping_free (Stopping *stopping)
{
  g_clear_error (&stopping->error);
  g_free (stopping);
}

/* @error: (transfer full) (nullable) */
static void
end_one (GTask *task, GError *error)
{
  Stopping *stopping = g_task_get_task_data (task);

  /* One that has ended by itself is stopped. */
  if (stopping->error == NULL && error != NULL &&
      !g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE) &&
      !g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CONFLICT))
    stopping->error = g_steal_pointer (&error);
  g_clear_error (&error);
  if (--stopping->n_open > 0)
    return;
  if (stopping->error != NULL)
    g_task_return_error (task, g_steal_pointer (&stopping->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  ship_session_client_call_finish (SHIP_SESSION_CLIENT (object), result, &error);
  end_one (task, error);
}

void
ship_work_watch_stop_all_async (ShipWorkWatch      *self,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Stopping *stopping;

  g_return_if_fail (SHIP_IS_WORK_WATCH (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_work_watch_stop_all_async);
  stopping = g_new0 (Stopping, 1);
  stopping->n_open = 1;
  g_task_set_task_data (task, stopping, (GDestroyNotify) stopping_free);
  for (guint i = 0; i < self->follows->len; i++)
    {
      ShipSessionClient *client = ((Follow *) self->follows->pdata[i])->client;

      if (client == NULL || !ship_session_client_is_connected (client))
        continue;
      stopping->n_open++;
      ship_session_client_call_async (client,
                                      "Stop",
                                      NULL,
                                      cancellable,
                                      stopped_cb,
                                      g_object_ref (task));
    }
  end_one (task, NULL);
}

gboolean
ship_work_watch_stop_all_finish (ShipWorkWatch *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_work_watch_stop_all_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

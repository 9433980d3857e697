/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "attention/ship-notifier.h"

#include "attention/ship-notice-text.h"
#include "attention/ship-notice.h"
#include "base/ship-settings.h"
#include "client/ship-inbox.h"
#include "client/ship-session-client.h"
#include "client/ship-session-list.h"
#include "client/ship-session-seen.h"

#include <glib/gi18n-lib.h>

/*
 * Two kinds of notification, by their ids: "session/ID", of which each session has at most one, and
 * "request/ID/NUMBER". What is shown follows the lists; which of it is news is ship-notice.c's to
 * say.
 *
 *   app.answer -> connected_cb -> answered_cb
 */

struct _ShipNotifier
{
  GObject       parent_instance;
  GApplication *application; /* (unowned) */
  ShipPaths    *paths;       /* (owned) */
  GListModel   *sessions;    /* (owned) */
  GListModel   *inbox;       /* (owned) */
  GSettings    *settings;    /* (owned) */
  GCancellable *cancellable; /* (owned) */
  GPtrArray    *items;       /* (owned) (element-type ShipSessionItem): whose changes are heard */
  GHashTable   *memories;    /* (owned) (element-type utf8 ShipNoticeMemory) */
  GHashTable   *requests;    /* (owned) (element-type utf8): ids of notifications, shown or not */
  char         *watched;     /* (owned) (nullable) */
  gboolean      has_begun;
};

G_DEFINE_FINAL_TYPE (ShipNotifier, ship_notifier, G_TYPE_OBJECT)

static char *
dup_session_notification (const char *session_id)
{
  return g_strconcat ("session/", session_id, NULL);
}

static gboolean
is_on (ShipNotifier *self)
{
  return g_settings_get_boolean (self->settings, SHIP_SETTING_NOTIFICATIONS);
}

static gboolean
is_watched (ShipNotifier *self, const char *session_id)
{
  return g_strcmp0 (self->watched, session_id) == 0;
}

static GNotification *
new_notification (const char *session_id, const char *title, const char *body)
{
  GNotification *notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.open-session", "s", session_id);

  return notification;
}

/* --- sessions --- */

typedef struct
{
  ShipNotifier    *self; /* (owned) */
  ShipSessionItem *item; /* (owned) */
} Result;

static void
loaded_cb (GObject *object, GAsyncResult *async_result, gpointer user_data)
{
  Result *result = user_data;
  g_autoptr (ShipNotifier) self = g_steal_pointer (&result->self);
  g_autoptr (ShipSessionItem) item = g_steal_pointer (&result->item);
  const ShipIndexRow *row = ship_session_item_get_row (item);
  ShipNoticeMemory   *memory = g_hash_table_lookup (self->memories, row->id);
  g_autoptr (ShipSessionSnapshot) snapshot = ship_session_snapshot_load_finish (async_result, NULL);
  g_autofree char *id = dup_session_notification (row->id);

  g_free (result);
  /* Meanwhile it may have been read, or may be gone. */
  if (!g_cancellable_is_cancelled (self->cancellable) && memory != NULL &&
      memory->shown == SHIP_NOTICE_DONE)
    {
      g_autofree char *body = ship_notice_dup_result (snapshot);
      g_autoptr (GNotification) notification = new_notification (row->id, row->title, body);

      g_application_send_notification (self->application, id, notification);
    }
  g_application_release (self->application);
}

static void
tell_done (ShipNotifier *self, ShipSessionItem *item)
{
  Result *result = g_new0 (Result, 1);

  result->self = g_object_ref (self);
  result->item = g_object_ref (item);
  /* The work that the program stayed for may have been the last. */
  g_application_hold (self->application);
  ship_session_snapshot_load_async (self->paths,
                                    ship_session_item_get_row (item)->id,
                                    self->cancellable,
                                    loaded_cb,
                                    result);
}

static void
tell_failure (ShipNotifier *self, const ShipIndexRow *row)
{
  g_autofree char *id = dup_session_notification (row->id);
  g_autofree char *body = ship_notice_dup_failure (row->detail);
  g_autofree char *title = g_strdup_printf (_ ("“%s” Failed"), row->title);
  g_autoptr (GNotification) notification = new_notification (row->id, title, body);

  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_application_send_notification (self->application, id, notification);
}

static void
seen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_session_set_seen_finish (result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("That a session was looked at could not be noted: %s", error->message);
}

static void
look_at (ShipNotifier *self, ShipSessionItem *item)
{
  const ShipIndexRow *row = ship_session_item_get_row (item);
  ShipNoticeMemory   *memory = g_hash_table_lookup (self->memories, row->id);
  gboolean            was_shown = memory->shown != SHIP_NOTICE_NONE;
  gboolean            is_news;
  ShipNotice          notice;

  notice = ship_notice_next (memory, row, is_watched (self, row->id), &is_news);
  if (notice == SHIP_NOTICE_NONE && was_shown)
    {
      g_autofree char *id = dup_session_notification (row->id);

      g_application_withdraw_notification (self->application, id);
    }
  else if (is_news && is_on (self) && notice == SHIP_NOTICE_DONE)
    tell_done (self, item);
  else if (is_news && is_on (self) && notice == SHIP_NOTICE_FAILED)
    tell_failure (self, row);
}

static void
mark_seen (ShipNotifier *self, ShipSessionItem *item)
{
  const ShipIndexRow *row = ship_session_item_get_row (item);

  if (is_watched (self, row->id) && ship_session_item_is_unread (item))
    ship_session_set_seen_async (self->paths, row->id, TRUE, self->cancellable, seen_cb, NULL);
}

static void
item_changed_cb (ShipSessionItem *item, GParamSpec *pspec, ShipNotifier *self)
{
  ShipNoticeMemory *memory =
    g_hash_table_lookup (self->memories, ship_session_item_get_row (item)->id);

  if (self->has_begun)
    look_at (self, item);
  else
    ship_notice_remember (memory, ship_session_item_get_row (item));
}

/* Only what came is: a user who marks as unread what is open means it. */
static void
finished_cb (ShipSessionItem *item, GParamSpec *pspec, ShipNotifier *self)
{
  if (ship_session_item_get_row (item)->seen_at != 0)
    mark_seen (self, item);
}

static void
unfollow (gpointer item, gpointer self)
{
  g_signal_handlers_disconnect_by_data (item, self);
}

static void
sessions_changed_cb (GListModel   *sessions,
                     guint         position,
                     guint         removed,
                     guint         added,
                     ShipNotifier *self)
{
  for (guint i = 0; i < removed; i++)
    unfollow (self->items->pdata[position + i], self);
  if (removed > 0)
    g_ptr_array_remove_range (self->items, position, removed);
  for (guint i = 0; i < added; i++)
    {
      ShipSessionItem    *item = g_list_model_get_item (sessions, position + i);
      const ShipIndexRow *row = ship_session_item_get_row (item);

      g_signal_connect (item, "notify", G_CALLBACK (item_changed_cb), self);
      g_signal_connect (item, "notify::is-unread", G_CALLBACK (finished_cb), self);
      g_ptr_array_insert (self->items, (int) (position + i), item);
      if (!g_hash_table_contains (self->memories, row->id))
        {
          ShipNoticeMemory *memory = g_new0 (ShipNoticeMemory, 1);

          ship_notice_remember (memory, row);
          g_hash_table_insert (self->memories, g_strdup (row->id), memory);
        }
    }
}

/* --- requests --- */

static char *
dup_request_notification (const ShipInboxRow *row)
{
  return g_strdup_printf ("request/%s/%" G_GINT64_FORMAT, row->session, row->id);
}

static void
tell_request (ShipNotifier *self, const char *id, const ShipInboxRow *row)
{
  g_autofree char *body = ship_notice_dup_request (row);
  g_autoptr (GNotification) notification =
    new_notification (row->session, row->session_title, body);

  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  if (g_str_equal (row->kind, "permission"))
    {
      g_notification_add_button_with_target (notification,
                                             _ ("Allow Once"),
                                             "app.answer",
                                             "(sxb)",
                                             row->session,
                                             row->id,
                                             TRUE);
      g_notification_add_button_with_target (notification,
                                             _ ("Deny"),
                                             "app.answer",
                                             "(sxb)",
                                             row->session,
                                             row->id,
                                             FALSE);
    }
  g_application_send_notification (self->application, id, notification);
}

static void
inbox_changed_cb (GListModel *inbox, guint position, guint removed, guint added, ShipNotifier *self)
{
  g_autoptr (GHashTable) gone = g_steal_pointer (&self->requests);
  GHashTableIter iter;
  gpointer       id;

  self->requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (inbox); i++)
    {
      g_autoptr (ShipInboxItem) item = g_list_model_get_item (inbox, i);
      const ShipInboxRow *row = ship_inbox_item_get_row (item);
      char               *key = dup_request_notification (row);

      if (!g_hash_table_remove (gone, key) && self->has_begun && is_on (self) &&
          !is_watched (self, row->session))
        tell_request (self, key, row);
      g_hash_table_add (self->requests, key);
    }
  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_application_withdraw_notification (self->application, id);
}

/* --- answering --- */

typedef struct
{
  ShipNotifier      *self;   /* (owned) */
  ShipSessionClient *client; /* (owned) */
  gint64             request;
  gboolean           is_allowed;
} Answer;

static void
answer_free (Answer *answer)
{
  g_application_release (answer->self->application);
  g_object_unref (answer->self);
  g_object_unref (answer->client);
  g_free (answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

/* There may be no window to say it in. */
static void
complain (Answer *answer, const GError *error)
{
  const char *session = ship_session_client_get_id (answer->client);
  g_autoptr (GNotification) notification = NULL;

  /* Somebody else answered, or there is nobody any more who would hear it. */
  if (g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND) ||
      g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CONFLICT) ||
      g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  notification = new_notification (session, _ ("Your Answer Did Not Arrive"), error->message);
  g_application_send_notification (answer->self->application, "answer", notification);
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Answer) answer = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_session_client_call_finish (answer->client, result, &error))
    complain (answer, error);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Answer) answer = user_data;
  GVariantBuilder options;
  g_autoptr (GError) error = NULL;

  if (!ship_session_client_connect_finish (answer->client, result, &error))
    {
      complain (answer, error);
      return;
    }
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "allow", g_variant_new_boolean (answer->is_allowed));
  if (answer->is_allowed)
    g_variant_builder_add (&options, "{sv}", "scope", g_variant_new_string ("once"));
  ship_session_client_call_async (answer->client,
                                  "Answer",
                                  g_variant_new ("(xa{sv})", answer->request, &options),
                                  answer->self->cancellable,
                                  answered_cb,
                                  answer);
  g_steal_pointer (&answer);
}

static void
answer_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShipNotifier *self = SHIP_NOTIFIER (user_data);
  Answer       *answer = g_new0 (Answer, 1);
  const char   *session;

  g_variant_get (parameter, "(&sxb)", &session, &answer->request, &answer->is_allowed);
  answer->self = g_object_ref (self);
  answer->client = ship_session_client_new (self->paths, session);
  g_application_hold (self->application);
  ship_session_client_connect_async (answer->client,
                                     FALSE,
                                     self->cancellable,
                                     connected_cb,
                                     answer);
}

/* --- the object --- */

static void
withdraw_all (ShipNotifier *self)
{
  GHashTableIter iter;
  gpointer       key;

  g_hash_table_iter_init (&iter, self->requests);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_application_withdraw_notification (self->application, key);
  g_hash_table_iter_init (&iter, self->memories);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_autofree char *id = dup_session_notification (key);

      g_application_withdraw_notification (self->application, id);
    }
}

static void
setting_cb (GSettings *settings, const char *key, ShipNotifier *self)
{
  if (!is_on (self))
    withdraw_all (self);
}

static void
ship_notifier_dispose (GObject *object)
{
  ShipNotifier *self = SHIP_NOTIFIER (object);

  g_cancellable_cancel (self->cancellable);
  g_ptr_array_foreach (self->items, unfollow, self);
  g_ptr_array_set_size (self->items, 0);
  g_clear_object (&self->sessions);
  g_clear_object (&self->inbox);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ship_notifier_parent_class)->dispose (object);
}

static void
ship_notifier_finalize (GObject *object)
{
  ShipNotifier *self = SHIP_NOTIFIER (object);

  ship_paths_unref (self->paths);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->memories);
  g_hash_table_unref (self->requests);
  g_free (self->watched);

  G_OBJECT_CLASS (ship_notifier_parent_class)->finalize (object);
}

static void
ship_notifier_class_init (ShipNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_notifier_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_notifier_finalize;
}

static void
ship_notifier_init (ShipNotifier *self)
{
  self->cancellable = g_cancellable_new ();
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->memories = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

ShipNotifier *
ship_notifier_new (GApplication *application,
                   ShipPaths    *paths,
                   GListModel   *sessions,
                   GListModel   *inbox,
                   GSettings    *settings)
{
  ShipNotifier *self = g_object_new (SHIP_TYPE_NOTIFIER, NULL);
  g_autoptr (GSimpleAction) action = g_simple_action_new ("answer", G_VARIANT_TYPE ("(sxb)"));

  self->application = application;
  self->paths = ship_paths_ref (paths);
  self->sessions = g_object_ref (sessions);
  self->inbox = g_object_ref (inbox);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (action, "activate", G_CALLBACK (answer_action), self, 0);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (action));
  g_signal_connect_object (sessions, "items-changed", G_CALLBACK (sessions_changed_cb), self, 0);
  g_signal_connect_object (inbox, "items-changed", G_CALLBACK (inbox_changed_cb), self, 0);
  g_signal_connect_object (settings,
                           "changed::" SHIP_SETTING_NOTIFICATIONS,
                           G_CALLBACK (setting_cb),
                           self,
                           0);
  sessions_changed_cb (sessions, 0, 0, g_list_model_get_n_items (sessions), self);
  inbox_changed_cb (inbox, 0, 0, 0, self);

  return self;
}

void
ship_notifier_begin (ShipNotifier *self)
{
  g_return_if_fail (SHIP_IS_NOTIFIER (self));

  self->has_begun = TRUE;
}

void
ship_notifier_set_watched (ShipNotifier *self, const char *session_id)
{
  g_autofree char *prefix = NULL;
  GHashTableIter   iter;
  gpointer         id;

  g_return_if_fail (SHIP_IS_NOTIFIER (self));

  if (g_strcmp0 (self->watched, session_id) == 0)
    return;
  g_free (self->watched);
  self->watched = g_strdup (session_id);
  if (session_id == NULL)
    return;
  prefix = g_strdup_printf ("request/%s/", session_id);
  g_hash_table_iter_init (&iter, self->requests);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (g_str_has_prefix (id, prefix))
      g_application_withdraw_notification (self->application, id);
  for (guint i = 0; i < self->items->len; i++)
    if (is_watched (self, ship_session_item_get_row (self->items->pdata[i])->id))
      {
        mark_seen (self, self->items->pdata[i]);
        item_changed_cb (self->items->pdata[i], NULL, self);
      }
}

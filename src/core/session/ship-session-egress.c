/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-remote-hosts.h"
#include "net/ship-egress-policy.h"
#include "session/ship-session-decisions.h"
#include "session/ship-session-parts-private.h"

#include <glib/gi18n-lib.h>

/*
 * What the session allows its sandbox outside, and the list of what that asked for. The decision is
 * on disk before it holds; what is allowed once is never there, and is forgotten with the process.
 *
 *   set_egress, allow_host -> stored_cb -> (told to the runtime, return)
 */

static void
tell_runtime (ShipSession *self)
{
  g_autoptr (GPtrArray) hosts = g_ptr_array_new ();

  for (guint i = 0; i < self->egress->hosts->len; i++)
    g_ptr_array_add (hosts, self->egress->hosts->pdata[i]);
  for (guint i = 0; self->remote_hosts != NULL && self->remote_hosts[i] != NULL; i++)
    g_ptr_array_add (hosts, self->remote_hosts[i]);
  g_ptr_array_add (hosts, NULL);
  ship_runtime_set_egress (self->runtime, self->egress->mode, (const char *const *) hosts->pdata);
}

/* --- what it asked for --- */

static gboolean
add_contact_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipContactRow *contact = data;

  return ship_contact_table_add (db, contact, &contact->id, error);
}

static void
contact_added_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_store_run_finish (SHIP_STORE (object), result, &error))
    ship_session_emit_changed (self, "contact", 0);
  else
    g_warning ("A contact of the sandbox could not be noted: %s", error->message);
}

static void
contact_cb (ShipRuntime *runtime, const ShipContactRow *contact, ShipSession *self)
{
  ShipContactRow *copy = g_memdup2 (contact, sizeof *contact);

  copy->host = g_strdup (contact->host);
  copy->verdict = g_strdup (contact->verdict);
  copy->first_at = copy->last_at = g_get_real_time () / 1000;
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        add_contact_thread,
                        copy,
                        (GDestroyNotify) ship_contact_row_free,
                        NULL,
                        contact_added_cb,
                        g_object_ref (self));
}

/* The repository's own hosts. An address, or a name of the local network, is no pattern and is left
 * to the user. */
static void
remote_hosts_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_auto (GStrv) hosts = ship_git_read_remote_hosts_finish (result, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; hosts != NULL && hosts[i] != NULL; i++)
    {
      g_autofree char *pattern = ship_egress_pattern_normalize (hosts[i], NULL);

      if (pattern != NULL)
        g_strv_builder_add (builder, pattern);
    }
  g_strfreev (self->remote_hosts);
  self->remote_hosts = g_strv_builder_end (builder);
  tell_runtime (self);
}

void
ship_session_follow_egress (ShipSession *self, ShipEgressRow *egress)
{
  self->egress = egress;
  tell_runtime (self);
  g_signal_connect_object (self->runtime, "contact", G_CALLBACK (contact_cb), self, 0);
  ship_git_read_remote_hosts_async (self->row->repository,
                                    NULL,
                                    remote_hosts_cb,
                                    g_object_ref (self));
}

/* --- what the user decides --- */

typedef struct
{
  gboolean is_mode;
  gboolean is_allowed;
  gboolean is_kept;
  gint64   now_ms;
  char    *text; /* (owned) (nullable): the mode, or the pattern */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->text);
  g_free (change);
}

static gboolean
change_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;

  if (change->is_mode)
    return ship_egress_table_set_mode (db, change->text, error);
  if (!change->is_allowed)
    return ship_egress_table_forbid (db, change->text, error);
  return ship_egress_table_allow (db, change->text, change->now_ms, error);
}

static void
apply (ShipSession *self, const Change *change)
{
  guint at;

  if (change->is_mode)
    {
      g_free (self->egress->mode);
      self->egress->mode = g_strdup (change->text);
    }
  else
    {
      if (g_ptr_array_find_with_equal_func (self->egress->hosts, change->text, g_str_equal, &at))
        g_ptr_array_remove_index (self->egress->hosts, at);
      if (change->is_allowed)
        g_ptr_array_add (self->egress->hosts, g_strdup (change->text));
    }
  tell_runtime (self);
  ship_session_emit_changed (self, "egress", 0);
}

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  apply (self, g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

/* Takes @task, which holds the change. */
static void
store (GTask *task)
{
  ShipSession *self = g_task_get_source_object (task);
  Change      *change = g_task_get_task_data (task);
  Change      *copy = g_memdup2 (change, sizeof *change);

  copy->text = g_strdup (change->text);
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_FULL,
                        change_thread,
                        copy,
                        change_free,
                        NULL,
                        stored_cb,
                        task);
}

/* (transfer full) */
static GTask *
new_task (ShipSession *self, Change *change, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  change->now_ms = g_get_real_time () / 1000;
  g_task_set_source_tag (task, ship_session_command_finish);
  g_task_set_task_data (task, change, change_free);
  return task;
}

static void
refuse (GTask *task, const char *sentence)
{
  g_task_return_new_error (task, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID, "%s", sentence);
}

void
ship_session_set_egress_async (ShipSession        *self,
                               const char         *mode,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Change        *change;
  ShipEgressMode parsed;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (mode != NULL);

  change = g_new0 (Change, 1);
  change->is_mode = TRUE;
  change->text = mode[0] != '\0' ? g_strdup (mode) : NULL;
  task = new_task (self, change, callback, user_data);
  if (change->text != NULL && !ship_egress_mode_from_string (mode, &parsed))
    refuse (task, _ ("A sandbox is “offline”, on an “allowlist”, or “open”"));
  else
    store (g_steal_pointer (&task));
}

void
ship_session_allow_host_async (ShipSession        *self,
                               const char         *pattern,
                               const char         *scope,
                               gboolean            is_allowed,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  Change *change;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (pattern != NULL && scope != NULL);

  change = g_new0 (Change, 1);
  change->is_allowed = is_allowed;
  change->is_kept = g_str_equal (scope, "session");
  change->text = ship_egress_pattern_normalize (pattern, &error);
  task = new_task (self, change, callback, user_data);
  if (change->text == NULL)
    refuse (task, error->message);
  else if (!change->is_kept && !g_str_equal (scope, "once"))
    refuse (task, _ ("A host is allowed “once” or for the “session”"));
  else if (!change->is_kept && is_allowed)
    {
      apply (self, change);
      g_task_return_boolean (task, TRUE);
    }
  else
    store (g_steal_pointer (&task));
}

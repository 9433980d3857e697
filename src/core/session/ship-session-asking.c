/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-decisions.h"
#include "session/ship-session-parts-private.h"

/*
 * Between the session and its desk: the state that a request makes, the commands that answer, and
 * the agent that has to know what to ask for.
 *
 *   restart -> asleep_cb -> (SLEEP, WAKE)
 */

void
ship_session_check_waiting (ShipSession *self)
{
  const char *title = ship_request_desk_get_waiting (self->desk);

  if (title == NULL && self->state == SHIP_SESSION_STATE_WAITING)
    ship_session_apply (self, SHIP_SESSION_EVENT_GO_ON, NULL, NULL);
  else if (title != NULL && self->state == SHIP_SESSION_STATE_WAITING)
    ship_session_set_detail (self, title);
  else if (title != NULL && ship_session_can (self, SHIP_SESSION_EVENT_ASK))
    ship_session_apply (self, SHIP_SESSION_EVENT_ASK, title, NULL);
}

static void
waiting_cb (ShipRequestDesk *desk, const char *title, ShipSession *self)
{
  ship_session_check_waiting (self);
}

static void
changed_cb (ShipRequestDesk *desk, const char *table, gint64 row, ShipSession *self)
{
  ship_session_emit_changed (self, table, row);
  ship_index_writer_touch (self->index, self->store);
}

void
ship_session_follow_desk (ShipSession *self)
{
  g_signal_connect_object (self->desk, "waiting", G_CALLBACK (waiting_cb), self, 0);
  g_signal_connect_object (self->desk, "changed", G_CALLBACK (changed_cb), self, 0);
}

/* --- commands --- */

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_request_desk_answer_finish (SHIP_REQUEST_DESK (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_session_answer_async (ShipSession        *self,
                           gint64              request,
                           const ShipAnswer   *answer,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_command_finish);
  if (!ship_session_money_asks (self, request))
    {
      ship_request_desk_answer_async (self->desk, request, answer, answered_cb, task);
      return;
    }
  ship_session_money_answer (self, task, answer->is_allowed, answer->amount);
  g_object_unref (task);
}

static void
rule_set_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_request_desk_set_rule_finish (SHIP_REQUEST_DESK (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_session_set_rule_async (ShipSession        *self,
                             const char         *permission,
                             const char         *pattern,
                             const char         *action,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_command_finish);
  ship_request_desk_set_rule_async (self->desk, permission, pattern, action, rule_set_cb, task);
}

/* --- what the agent is told --- */

void
ship_session_tell_permissions (ShipSession *self)
{
  g_strfreev (self->permissions);
  self->permissions = ship_request_desk_get_permissions (self->desk);
  ship_runtime_set_permissions (self->runtime, (const char *const *) self->permissions);
}

gboolean
ship_session_has_stale_agent (ShipSession *self)
{
  g_auto (GStrv) permissions = ship_request_desk_get_permissions (self->desk);

  return self->permissions == NULL ||
         !g_strv_equal ((const char *const *) permissions, (const char *const *) self->permissions);
}

static void
asleep_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;

  self->is_starting = FALSE;
  if (!ship_runtime_sleep_finish (SHIP_RUNTIME (object), result, &error))
    g_warning ("The sandbox did not end well: %s", error->message);
  if (self->state == SHIP_SESSION_STATE_IDLE)
    ship_session_apply (self, SHIP_SESSION_EVENT_SLEEP, NULL, NULL);
  if (self->state == SHIP_SESSION_STATE_HIBERNATED && !self->is_closing)
    ship_session_apply (self, SHIP_SESSION_EVENT_WAKE, NULL, NULL);

  ship_session_check_close (self);
}

void
ship_session_restart (ShipSession *self)
{
  self->is_starting = TRUE; /* the queue is not looked at before it is up again */
  ship_runtime_sleep_async (self->runtime, asleep_cb, g_object_ref (self));
}

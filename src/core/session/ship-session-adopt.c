/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-adopt.h"

#include "session/ship-session-watch-private.h"

#include "base/ship-names.h"
#include "git/ship-git-scripts.h"
#include "sandbox/ship-sandbox-run.h"

#include <glib/gi18n-lib.h>

/*
 * A spare becomes somebody's session.
 *
 *   adopt -> adopted_cb -> (idle: followed_cb -> reopened_cb) -> (return)
 *   settle_branch -> settled_cb -> (the wake goes on)
 *
 * One transaction decides: before it the session is a spare, after it a whole session, whoever
 * dies. What the working copy still lacks then is brought by the wake, or by the first commit.
 */

#define MAX_SCRIPT_OUTPUT (64 * 1024)
#define MAX_TITLE_CHARS   80

gboolean
ship_session_is_spare (ShipSession *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION (self), FALSE);

  return self->row != NULL && self->row->is_spare;
}

const ShipSessionRow *
ship_session_get_row (ShipSession *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION (self), NULL);

  return self->row;
}

/* --- the branch inside --- */

static void
run_checkout (ShipSession *self, ShipSandbox *sandbox, GAsyncReadyCallback callback, gpointer data)
{
  ship_sandbox_run_async (sandbox,
                          ship_sandbox_command_new ("/bin/sh",
                                                    "-c",
                                                    ship_git_script_checkout (),
                                                    "checkout",
                                                    self->row->head_commit,
                                                    self->row->branch,
                                                    self->row->user_name,
                                                    self->row->user_email,
                                                    NULL),
                          NULL,
                          MAX_SCRIPT_OUTPUT,
                          self->wake_cancellable,
                          callback,
                          data);
}

/* The commit of the first turn brings it there, too: no reason to fail. */
static void
check_checkout (GObject *sandbox, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (SHIP_SANDBOX (sandbox), result, &error);

  if (run == NULL || run->wait_status != 0)
    g_message ("The branch of a claimed session follows later: %s",
               run != NULL ? run->error_text : error->message);
}

static void
settled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);

  check_checkout (object, result);
  ship_session_discard_leftovers (self);
}

void
ship_session_settle_branch (ShipSession *self)
{
  ShipSandbox *sandbox = ship_runtime_get_sandbox (self->runtime);
  gboolean     is_due = self->is_branch_due;

  self->is_branch_due = FALSE;
  if (is_due && sandbox != NULL)
    run_checkout (self, sandbox, settled_cb, g_object_ref (self));
  else
    ship_session_discard_leftovers (self);
}

/* --- claimed --- */

static void
end (GTask *task)
{
  ShipSession *self = g_task_get_source_object (task);

  g_task_return_boolean (task, TRUE);
  self->n_commands--;
  ship_session_check_close (self);
}

static void
reopened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *agent_session =
    ship_agent_open_session_finish (SHIP_AGENT (object), result, &error);

  if (agent_session == NULL)
    g_message ("A claimed session keeps the agent's conversation: %s", error->message);
  else if (self->agent == SHIP_AGENT (object) && self->task == NULL)
    {
      ship_session_take_agent_session (self, agent_session);
      if (self->link != NULL)
        ship_agent_link_set_session (self->link, agent_session);
    }
  end (task);
}

/* Its conversation was begun without a title, so the agent would ask a model for one. */
static void
reopen (GTask *task)
{
  ShipSession *self = g_task_get_source_object (task);
  const char  *title = ship_session_get_fixed_title (self);

  if (title != NULL && self->agent != NULL && self->state == SHIP_SESSION_STATE_IDLE)
    ship_agent_open_session_async (self->agent,
                                   NULL,
                                   title,
                                   NULL,
                                   reopened_cb,
                                   g_object_ref (task));
  else
    end (task);
}

static void
followed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);

  check_checkout (object, result);
  reopen (task);
}

static void
take (ShipSession *self, ShipSessionRow *wanted)
{
  ShipSessionRow *row = self->row;
  char          **pairs[][2] = {
             { &row->title, &wanted->title },
             { &row->title_source, &wanted->title_source },
             { &row->base_branch, &wanted->base_branch },
             { &row->branch, &wanted->branch },
             { &row->model, &wanted->model },
             { &row->variant, &wanted->variant },
             { &row->mode, &wanted->mode },
             { &row->user_name, &wanted->user_name },
             { &row->user_email, &wanted->user_email },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_free (*pairs[i][0]);
      *pairs[i][0] = g_steal_pointer (pairs[i][1]);
    }
  row->session_budget = wanted->session_budget;
  row->created_at = wanted->created_at;
  row->updated_at = wanted->updated_at;
  row->is_spare = FALSE;
}

static void
adopted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession *self = g_task_get_source_object (task);
  ShipSandbox *sandbox = ship_runtime_get_sandbox (self->runtime);
  GError      *error = NULL;

  self->is_adopting = FALSE;
  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (task, error);
      self->n_commands--;
      ship_session_check_close (self);
      return;
    }

  take (self, g_task_get_task_data (task));
  self->is_branch_due = self->state == SHIP_SESSION_STATE_WAKING;
  ship_session_emit_changed (self, "session", 0);
  ship_index_writer_touch (self->index, self->store);
  if (self->state == SHIP_SESSION_STATE_IDLE && sandbox != NULL)
    run_checkout (self, sandbox, followed_cb, g_object_ref (task));
  else
    reopen (task);
}

static gboolean
adopt_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_session_table_adopt (db, data, error);
}

static ShipSessionRow *
read_wanted (GVariant *options)
{
  ShipSessionRow  *row = g_new0 (ShipSessionRow, 1);
  g_autofree char *title = NULL;
  gboolean         is_titled = FALSE;

  if (g_variant_lookup (options, "title", "s", &title))
    row->title = ship_names_title (title, MAX_TITLE_CHARS);
  g_variant_lookup (options, "titled", "b", &is_titled);
  row->title_source = g_strdup (is_titled ? "user" : "prompt");
  g_variant_lookup (options, "base-branch", "s", &row->base_branch);
  g_variant_lookup (options, "branch", "s", &row->branch);
  g_variant_lookup (options, "model", "s", &row->model);
  g_variant_lookup (options, "variant", "s", &row->variant);
  g_variant_lookup (options, "mode", "s", &row->mode);
  g_variant_lookup (options, "budget", "d", &row->session_budget);
  g_variant_lookup (options, "user-name", "s", &row->user_name);
  g_variant_lookup (options, "user-email", "s", &row->user_email);
  row->created_at = g_get_real_time () / 1000;
  row->updated_at = row->created_at;

  return row;
}

static gboolean
is_usable (const ShipSessionRow *wanted)
{
  return wanted->title != NULL && wanted->branch != NULL && ship_names_is_branch (wanted->branch) &&
         wanted->model != NULL && strchr (wanted->model, '/') != NULL &&
         (g_strcmp0 (wanted->mode, "build") == 0 || g_strcmp0 (wanted->mode, "plan") == 0) &&
         wanted->user_name != NULL && wanted->user_email != NULL;
}

void
ship_session_adopt_async (ShipSession        *self,
                          GVariant           *options,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (ShipSessionRow) wanted = NULL;
  gboolean is_awake;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (options != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_command_finish);
  is_awake = !self->is_closing &&
             (self->state == SHIP_SESSION_STATE_WAKING || self->state == SHIP_SESSION_STATE_IDLE);
  if (!self->row->is_spare || self->is_adopting || !is_awake)
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_CONFLICT,
                               is_awake ? _ ("The session has been claimed already")
                                        : _ ("The session is not awake"));
      return;
    }
  wanted = read_wanted (options);
  if (!is_usable (wanted))
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               _ ("What the session is to be is not said completely"));
      return;
    }

  self->is_adopting = TRUE;
  self->n_commands++;
  g_task_set_task_data (task, g_steal_pointer (&wanted), (GDestroyNotify) ship_session_row_free);
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_FULL,
                        adopt_thread,
                        g_task_get_task_data (task),
                        NULL,
                        NULL,
                        adopted_cb,
                        g_object_ref (task));
}

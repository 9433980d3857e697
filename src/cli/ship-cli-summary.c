/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-summary.h"

#include "client/ship-session-client.h"
#include "client/ship-transcript.h"
#include "git/ship-git-diff.h"
#include "sandbox/local/ship-local-sandbox.h"
#include "ship-cli-output.h"
#include "ship-cli-usage.h"

#include <glib/gi18n.h>

/*
 * Main thread.
 *
 *   print_async -> snapshot_cb -> [ diff_cb ] -> print -> [ probed_cb ] -> (return)
 *
 * A task that failed before it began may have failed for want of a sandbox: that is asked again,
 * because it has an exit code of its own.
 */

typedef struct
{
  ShipCli             *cli; /* (unowned) */
  gint64               id;
  ShipSessionSnapshot *snapshot; /* (owned) (nullable) */
  const ShipTaskRow   *task;     /* (unowned): of the snapshot */
  guint                n_files;
  guint                additions;
  guint                deletions;
} Summary;

static void
summary_free (Summary *self)
{
  ship_session_snapshot_free (self->snapshot);
  g_free (self);
}

static ShipCliStatus
status_of (const ShipTaskRow *task)
{
  if (g_str_equal (task->state, "complete"))
    return SHIP_CLI_OK;
  return g_strcmp0 (task->error_category, "user-action") == 0 ? SHIP_CLI_NEEDS_USER
                                                              : SHIP_CLI_FAILED;
}

static void
print_lines (Summary *self, const ShipCliUsage *usage)
{
  g_autofree char *cost = ship_cli_usage_format_cost (usage);

  if (self->task->to_commit != NULL)
    ship_cli_print (self->cli, "commit %s\n", self->task->to_commit);
  else
    ship_cli_print (self->cli, "nothing to commit\n");
  ship_cli_print (self->cli, "branch %s\n", self->snapshot->session->branch);
  ship_cli_print (self->cli,
                  "files %u changed, %u insertions, %u deletions\n",
                  self->n_files,
                  self->additions,
                  self->deletions);
  ship_cli_print (self->cli,
                  "tokens %" G_GINT64_FORMAT " in, %" G_GINT64_FORMAT " out\n",
                  usage->input,
                  usage->output);
  ship_cli_print (self->cli, "cost %s\n", cost);
}

static void
print_json (Summary *self, const ShipCliUsage *usage)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const ShipTaskRow *task = self->task;

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "type", "summary");
  ship_cli_json_string (builder, "session", self->snapshot->session->id);
  ship_cli_json_int (builder, "task", task->id);
  ship_cli_json_string (builder, "state", task->state);
  ship_cli_json_string (builder, "error", task->error);
  ship_cli_json_string (builder, "error_category", task->error_category);
  ship_cli_json_string (builder, "commit", task->to_commit);
  ship_cli_json_string (builder, "branch", self->snapshot->session->branch);
  ship_cli_json_int (builder, "files_changed", self->n_files);
  ship_cli_json_int (builder, "insertions", self->additions);
  ship_cli_json_int (builder, "deletions", self->deletions);
  ship_cli_json_int (builder, "input_tokens", usage->input);
  ship_cli_json_int (builder, "output_tokens", usage->output);
  ship_cli_json_cost (builder, "cost", ship_cli_usage_get_cost (usage));
  json_builder_end_object (builder);
  ship_cli_print_json (self->cli, builder, FALSE);
}

static void
probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Summary *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (ship_local_sandbox_probe_finish (result, &error))
    g_task_return_int (task, status_of (self->task));
  else
    g_task_return_int (task, ship_cli_status_for (error));
}

/* @task: (transfer full) */
static void
print (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  Summary     *self = g_task_get_task_data (task);
  ShipCliUsage usage = ship_cli_usage_sum (self->snapshot->exchanges, self->id);

  if (self->task->error != NULL)
    ship_cli_complain ("%s", self->task->error);
  else if (g_str_equal (self->task->state, "cancelled"))
    ship_cli_complain (_ ("The task was stopped"));
  if (self->cli->is_json)
    print_json (self, &usage);
  else
    print_lines (self, &usage);

  if (g_str_equal (self->task->state, "failed") && usage.n_requests == 0)
    ship_local_sandbox_probe_async (self->cli->paths,
                                    self->cli->cancellable,
                                    probed_cb,
                                    g_steal_pointer (&task));
  else
    g_task_return_int (task, status_of (self->task));
}

static void
diff_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Summary *self = g_task_get_task_data (task);
  GError  *error = NULL;
  g_autoptr (GListModel) files = ship_git_diff_finish (result, &error);

  if (files == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->n_files = g_list_model_get_n_items (files);
  for (guint i = 0; i < self->n_files; i++)
    {
      g_autoptr (ShipGitFileDiff) file = g_list_model_get_item (files, i);

      self->additions += ship_git_file_diff_get_additions (file);
      self->deletions += ship_git_file_diff_get_deletions (file);
    }
  print (g_steal_pointer (&task));
}

static void
snapshot_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Summary         *self = g_task_get_task_data (task);
  GError          *error = NULL;
  g_autofree char *mirror = NULL;

  self->snapshot = ship_session_snapshot_load_finish (result, &error);
  if (self->snapshot == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < self->snapshot->tasks->len; i++)
    if (((ShipTaskRow *) self->snapshot->tasks->pdata[i])->id == self->id)
      self->task = self->snapshot->tasks->pdata[i];
  if (self->task == NULL)
    g_task_return_new_error (task,
                             SHIP_CLIENT_ERROR,
                             SHIP_CLIENT_ERROR_NOT_FOUND,
                             _ ("There is no such task"));
  else if (self->task->from_commit == NULL || self->task->to_commit == NULL)
    print (g_steal_pointer (&task));
  else
    {
      mirror = ship_paths_dup_mirror (self->cli->paths, self->snapshot->session->repository);
      ship_git_diff_async (mirror,
                           self->task->from_commit,
                           self->task->to_commit,
                           self->cli->cancellable,
                           diff_cb,
                           g_steal_pointer (&task));
    }
}

void
ship_cli_summary_print_async (ShipCli            *cli,
                              const char         *session_id,
                              gint64              id,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cli->cancellable, callback, user_data);
  Summary *self = g_new0 (Summary, 1);

  g_task_set_source_tag (task, ship_cli_summary_print_async);
  g_task_set_task_data (task, self, (GDestroyNotify) summary_free);
  self->cli = cli;
  self->id = id;
  ship_session_snapshot_load_async (cli->paths,
                                    session_id,
                                    cli->cancellable,
                                    snapshot_cb,
                                    g_steal_pointer (&task));
}

ShipCliStatus
ship_cli_summary_print_finish (GAsyncResult *result, GError **error)
{
  GError *inner = NULL;
  gssize  status;

  g_return_val_if_fail (g_task_is_valid (result, NULL), SHIP_CLI_FAILED);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_cli_summary_print_async),
                        SHIP_CLI_FAILED);

  status = g_task_propagate_int (G_TASK (result), &inner);
  if (inner == NULL)
    return (ShipCliStatus) status;
  g_propagate_error (error, inner);
  return SHIP_CLI_FAILED;
}

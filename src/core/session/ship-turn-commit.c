/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-turn-commit.h"

#include "base/ship-names.h"
#include "git/ship-git-diff.h"
#include "git/ship-git-mirror.h"
#include "git/ship-git-repository.h"
#include "git/ship-git-scripts.h"
#include "sandbox/ship-sandbox-run.h"

#include <glib/gi18n-lib.h>
#include <sys/wait.h>

/*
 * From the working copy inside to a commit of the user's outside.
 *
 *   run_async -> harvested_cb -> imported_cb -> followed_cb -> compared_cb -> delivered_cb ->
 * (return)
 *
 * What comes out of the sandbox is only believed after git/ has checked it. That the branch cannot
 * be delivered into the user's repository (it has moved, or is checked out there) is no failure:
 * the commit is safe in the mirror, and the result says so.
 */

#define MAX_PACK_BYTES    ((gsize) 2 << 30)
#define MAX_SUBJECT       72
#define MAX_SCRIPT_OUTPUT (64 * 1024)
#define TRAILER           "Co-authored-by: OpenCode <noreply@opencode.ai>"

struct _ShipTurnCommit
{
  GObject parent_instance;

  /* Input. */
  ShipSandbox *sandbox;     /* (owned) */
  char        *mirror_path; /* (owned) */
  char        *repository;  /* (owned) */
  char        *parent;      /* (owned) */
  char        *branch;      /* (owned) */
  char        *user_name;   /* (owned) */
  char        *user_email;  /* (owned) */
  char        *message;     /* (owned) */

  /* In progress. */
  gboolean is_running;

  /* Result. */
  ShipTurnCommitResult *result; /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipTurnCommit, ship_turn_commit, G_TYPE_OBJECT)

void
ship_turn_commit_result_free (ShipTurnCommitResult *self)
{
  g_free (self->commit);
  g_free (self->notice);
  g_free (self);
}

static void
ship_turn_commit_dispose (GObject *object)
{
  ShipTurnCommit *self = SHIP_TURN_COMMIT (object);

  g_assert (!self->is_running);
  g_clear_object (&self->sandbox);

  G_OBJECT_CLASS (ship_turn_commit_parent_class)->dispose (object);
}

static void
ship_turn_commit_finalize (GObject *object)
{
  ShipTurnCommit *self = SHIP_TURN_COMMIT (object);

  g_free (self->mirror_path);
  g_free (self->repository);
  g_free (self->parent);
  g_free (self->branch);
  g_free (self->user_name);
  g_free (self->user_email);
  g_free (self->message);
  g_clear_pointer (&self->result, ship_turn_commit_result_free);

  G_OBJECT_CLASS (ship_turn_commit_parent_class)->finalize (object);
}

static void
ship_turn_commit_class_init (ShipTurnCommitClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_turn_commit_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_turn_commit_finalize;
}

static void
ship_turn_commit_init (ShipTurnCommit *self)
{
  self->result = g_new0 (ShipTurnCommitResult, 1);
}

ShipTurnCommit *
ship_turn_commit_new (ShipSandbox          *sandbox,
                      const char           *mirror_path,
                      const ShipSessionRow *session,
                      const char           *summary,
                      const char           *prompt)
{
  ShipTurnCommit *self = g_object_new (SHIP_TYPE_TURN_COMMIT, NULL);

  self->sandbox = g_object_ref (sandbox);
  self->mirror_path = g_strdup (mirror_path);
  self->repository = g_strdup (session->repository);
  self->parent = g_strdup (session->head_commit);
  self->branch = g_strdup (session->branch);
  self->user_name = g_strdup (session->user_name);
  self->user_email = g_strdup (session->user_email);
  self->message = ship_turn_commit_make_message (summary, prompt);

  return self;
}

/* A line without what Markdown would draw: heading marks, list marks, emphasis, code ticks. */
static char *
plain_line (const char *line)
{
  GString *plain = g_string_new (NULL);

  line += strspn (line, "#>*-+ \t");
  for (; *line != '\0'; line++)
    if (*line != '`' && *line != '*')
      g_string_append_c (plain, *line);

  return g_strstrip (g_string_free (plain, FALSE));
}

char *
ship_turn_commit_make_message (const char *summary, const char *prompt)
{
  g_auto (GStrv) lines = g_strsplit (summary != NULL ? summary : "", "\n", -1);
  g_autofree char *subject = NULL;
  g_autofree char *line = NULL;
  g_autofree char *body = NULL;
  guint            n = 0;

  while (lines[n] != NULL && line == NULL)
    {
      g_autofree char *plain = plain_line (lines[n]);

      if (plain[0] != '\0')
        line = g_steal_pointer (&plain);
      n++;
    }

  subject = ship_names_title (line != NULL ? line : prompt, MAX_SUBJECT);
  while (g_str_has_suffix (subject, ".") || g_str_has_suffix (subject, ":"))
    subject[strlen (subject) - 1] = '\0';
  if (subject[0] == '\0')
    {
      g_free (subject);
      subject = g_strdup (_ ("Change what was asked"));
    }

  body = line != NULL ? g_strjoinv ("\n", lines + n) : g_strdup ("");
  g_strstrip (body);
  return body[0] != '\0' ? g_strdup_printf ("%s\n\n%s\n", subject, body)
                         : g_strdup_printf ("%s\n", subject);
}

static void
finish (GTask *task, GError *error)
{
  ShipTurnCommit *self = g_task_get_source_object (task);

  self->is_running = FALSE;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task,
                           g_steal_pointer (&self->result),
                           (GDestroyNotify) ship_turn_commit_result_free);
}

static void
delivered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipTurnCommit *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!ship_git_repository_deliver_finish (result, &error))
    self->result->notice = g_strdup (error->message);

  finish (task, NULL);
}

static void
compared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipTurnCommit *self = g_task_get_source_object (task);
  GCancellable   *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) files = ship_git_diff_finish (result, &error);

  if (files == NULL)
    {
      finish (task, g_steal_pointer (&error));
      return;
    }

  self->result->files_changed = g_list_model_get_n_items (files);
  ship_git_repository_deliver_async (self->repository,
                                     self->mirror_path,
                                     self->branch,
                                     self->result->commit,
                                     cancellable,
                                     delivered_cb,
                                     g_steal_pointer (&task));
}

/* The agent's own branch inside now stands at the user's commit; its working copy is not touched.
 * That it cannot follow costs the agent a confusing "git status" and nothing else. */
static void
followed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipTurnCommit *self = g_task_get_source_object (task);
  GCancellable   *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (SHIP_SANDBOX (object), result, &error);

  if (run == NULL || run->wait_status != 0)
    g_warning ("The agent's branch did not follow: %s",
               run != NULL ? run->error_text : error->message);

  ship_git_diff_async (self->mirror_path,
                       self->parent,
                       self->result->commit,
                       cancellable,
                       compared_cb,
                       g_steal_pointer (&task));
}

static void
imported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipTurnCommit *self = g_task_get_source_object (task);
  GCancellable   *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;
  ShipSandboxCommand *command;

  self->result->commit = ship_git_mirror_import_finish (result, &error);
  if (error != NULL || self->result->commit == NULL)
    {
      finish (task, g_steal_pointer (&error));
      return;
    }

  command = ship_sandbox_command_new ("/bin/sh",
                                      "-c",
                                      ship_git_script_checkout (),
                                      "checkout",
                                      self->result->commit,
                                      self->branch,
                                      self->user_name,
                                      self->user_email,
                                      NULL);
  ship_sandbox_run_async (self->sandbox,
                          command,
                          NULL,
                          MAX_SCRIPT_OUTPUT,
                          cancellable,
                          followed_cb,
                          g_steal_pointer (&task));
}

static gboolean
parse_output (ShipSandboxRunResult *run, char **tree, GBytes **pack, GError **error)
{
  if (!WIFEXITED (run->wait_status) || WEXITSTATUS (run->wait_status) != 0)
    {
      g_set_error (error,
                   SHIP_GIT_ERROR,
                   SHIP_GIT_ERROR_FAILED,
                   _ ("The changes could not be taken out of the sandbox: %s"),
                   run->error_text[0] != '\0' ? run->error_text : _ ("git ended without a reason"));
      return FALSE;
    }

  return ship_git_script_parse_harvest (run->output, tree, pack, error);
}

static void
harvested_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipTurnCommit *self = g_task_get_source_object (task);
  GCancellable   *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (SHIP_SANDBOX (object), result, &error);
  g_autofree char *tree = NULL;
  g_autoptr (GBytes) pack = NULL;
  ShipGitImport import = { 0 };

  if (run == NULL || !parse_output (run, &tree, &pack, &error))
    {
      finish (task, g_steal_pointer (&error));
      return;
    }

  import.mirror_path = self->mirror_path;
  import.tree = tree;
  import.pack = pack;
  import.parent = self->parent;
  import.branch = self->branch;
  import.user_name = self->user_name;
  import.user_email = self->user_email;
  import.message = self->message;
  import.trailer = TRAILER;
  /* git/ copies what it needs before the call returns. */
  ship_git_mirror_import_async (&import, cancellable, imported_cb, g_steal_pointer (&task));
}

void
ship_turn_commit_run_async (ShipTurnCommit     *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_TURN_COMMIT (self));
  g_return_if_fail (!self->is_running && self->result != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_turn_commit_run_async);
  self->is_running = TRUE;
  ship_sandbox_run_async (self->sandbox,
                          ship_sandbox_command_new ("/bin/sh",
                                                    "-c",
                                                    ship_git_script_harvest (),
                                                    "harvest",
                                                    self->parent,
                                                    NULL),
                          NULL,
                          MAX_PACK_BYTES,
                          cancellable,
                          harvested_cb,
                          g_steal_pointer (&task));
}

ShipTurnCommitResult *
ship_turn_commit_run_finish (ShipTurnCommit *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_turn_commit_run_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-client.h"
#include "git/ship-git-diff.h"
#include "git/ship-git-mirror.h"
#include "git/ship-git-repository.h"
#include "ship-cli-output.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/*
 * shipctl diff: what a session changed.
 *
 *   diff -> read -> [ --base: inspected_cb -> mirrored_cb ] -> compare -> compared_cb
 */

typedef struct
{
  ShipCliTarget target;
  gboolean      turn;
  gboolean      session;
  gboolean      base;
  gboolean      stat;
  char         *from;   /* (owned) (nullable) */
  char         *to;     /* (owned) (nullable) */
  char         *mirror; /* (owned) (nullable) */
} Diff;

static const char *
change_word (ShipGitChange change)
{
  switch (change)
    {
    case SHIP_GIT_CHANGE_ADDED:
      return "added";
    case SHIP_GIT_CHANGE_MODIFIED:
      return "modified";
    case SHIP_GIT_CHANGE_DELETED:
      return "deleted";
    case SHIP_GIT_CHANGE_RENAMED:
      return "renamed";
    case SHIP_GIT_CHANGE_TYPE:
      return "type";
    }
  return "modified";
}

static ShipCliStyle
line_style (const char *line)
{
  if (g_str_has_prefix (line, "+++") || g_str_has_prefix (line, "---") ||
      g_str_has_prefix (line, "diff "))
    return SHIP_CLI_STYLE_BOLD;
  if (*line == '+')
    return SHIP_CLI_STYLE_GREEN;
  if (*line == '-')
    return SHIP_CLI_STYLE_RED;
  return g_str_has_prefix (line, "@@") ? SHIP_CLI_STYLE_CYAN : SHIP_CLI_STYLE_PLAIN;
}

/* In a pipe the patch is passed on as it is, so that git can apply it. */
static void
print_patch (ShipCli *cli, const char *patch)
{
  g_auto (GStrv) lines = NULL;

  if (!cli->is_terminal)
    {
      ship_cli_write (cli, patch);
      return;
    }
  lines = g_strsplit (patch, "\n", -1);
  for (guint i = 0; lines[i] != NULL && (lines[i + 1] != NULL || *lines[i] != '\0'); i++)
    {
      g_autofree char *clean = ship_cli_clean (lines[i]);

      ship_cli_print (cli,
                      "%s%s%s\n",
                      ship_cli_style (cli, line_style (clean)),
                      clean,
                      ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN));
    }
}

static void
print_file (ShipCli *cli, ShipGitFileDiff *file)
{
  const char      *patch = ship_git_file_diff_get_patch (file);
  g_autofree char *path = ship_cli_clean_line (ship_git_file_diff_get_path (file), 1000);

  if (patch != NULL)
    print_patch (cli, patch);
  else if (ship_git_file_diff_is_binary (file))
    ship_cli_print (cli, _ ("Binary file %s differs\n"), path);
  else
    ship_cli_print (cli, _ ("%s is too large to be shown\n"), path);
}

static void
print_stat (ShipCli *cli, ShipGitFileDiff *file)
{
  const char      *old_path = ship_git_file_diff_get_old_path (file);
  g_autofree char *path = ship_cli_clean_line (ship_git_file_diff_get_path (file), 200);
  g_autofree char *old = old_path != NULL ? ship_cli_clean_line (old_path, 200) : NULL;

  ship_cli_print (cli,
                  "%s+%-5u%s %s-%-5u%s %-8s %s%s%s\n",
                  ship_cli_style (cli, SHIP_CLI_STYLE_GREEN),
                  ship_git_file_diff_get_additions (file),
                  ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN),
                  ship_cli_style (cli, SHIP_CLI_STYLE_RED),
                  ship_git_file_diff_get_deletions (file),
                  ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN),
                  change_word (ship_git_file_diff_get_change (file)),
                  old != NULL ? old : "",
                  old != NULL ? " → " : "",
                  path);
}

static void
json_file (JsonBuilder *builder, ShipGitFileDiff *file, gboolean with_patch)
{
  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "path", ship_git_file_diff_get_path (file));
  ship_cli_json_string (builder, "old_path", ship_git_file_diff_get_old_path (file));
  ship_cli_json_string (builder, "change", change_word (ship_git_file_diff_get_change (file)));
  ship_cli_json_boolean (builder, "binary", ship_git_file_diff_is_binary (file));
  ship_cli_json_boolean (builder, "truncated", ship_git_file_diff_is_truncated (file));
  ship_cli_json_int (builder, "insertions", ship_git_file_diff_get_additions (file));
  ship_cli_json_int (builder, "deletions", ship_git_file_diff_get_deletions (file));
  if (with_patch)
    ship_cli_json_string (builder, "patch", ship_git_file_diff_get_patch (file));
  json_builder_end_object (builder);
}

static void
print_json (Diff *self, GListModel *files)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "from", self->from);
  ship_cli_json_string (builder, "to", self->to);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (ShipGitFileDiff) file = g_list_model_get_item (files, i);

      json_file (builder, file, !self->stat);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (self->target.cli, builder, TRUE);
}

static void
compared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Diff    *self = user_data;
  ShipCli *cli = self->target.cli;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) files = ship_git_diff_finish (result, &error);

  if (files == NULL)
    {
      ship_cli_fail (cli, error);
      return;
    }
  if (cli->is_json)
    print_json (self, files);
  else
    for (guint i = 0; i < g_list_model_get_n_items (files); i++)
      {
        g_autoptr (ShipGitFileDiff) file = g_list_model_get_item (files, i);

        if (self->stat)
          print_stat (cli, file);
        else
          print_file (cli, file);
      }
  ship_cli_end (cli, SHIP_CLI_OK);
}

static void
compare (Diff *self)
{
  ShipCli *cli = self->target.cli;

  /* Nothing was committed, so nothing is in the mirror. */
  if (g_strcmp0 (self->from, self->to) == 0)
    {
      g_autoptr (GListStore) none = g_list_store_new (SHIP_TYPE_GIT_FILE_DIFF);

      if (cli->is_json)
        print_json (self, G_LIST_MODEL (none));
      ship_cli_end (cli, SHIP_CLI_OK);
      return;
    }
  ship_git_diff_async (self->mirror, self->from, self->to, cli->cancellable, compared_cb, self);
}

static void
mirrored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Diff *self = user_data;
  g_autoptr (GError) error = NULL;

  if (ship_git_mirror_update_finish (result, &error))
    compare (self);
  else
    ship_cli_fail (self->target.cli, error);
}

static void
inspected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Diff *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipGitRepositoryInfo) info = ship_git_repository_inspect_finish (result, &error);

  if (info == NULL)
    {
      ship_cli_fail (self->target.cli, error);
      return;
    }
  self->from = g_strdup (info->commit);
  ship_git_mirror_update_async (self->mirror,
                                info->path,
                                info->commit,
                                self->target.cli->cancellable,
                                mirrored_cb,
                                self);
}

/* The commits of the last turn that made one. */
static void
choose_turn (Diff *self)
{
  GPtrArray *tasks = self->target.snapshot->tasks;

  for (guint i = tasks->len; i > 0 && self->to == NULL; i--)
    {
      const ShipTaskRow *task = tasks->pdata[i - 1];

      if (task->to_commit == NULL)
        continue;
      self->from = g_strdup (task->from_commit);
      self->to = g_strdup (task->to_commit);
    }
}

static void
read_session (ShipCliTarget *target, gpointer user_data)
{
  Diff                 *self = user_data;
  const ShipSessionRow *session = target->snapshot->session;

  self->mirror = ship_paths_dup_mirror (target->cli->paths, session->repository);
  if (self->turn)
    choose_turn (self);
  else
    self->to = g_strdup (session->head_commit);
  if (self->base)
    {
      ship_git_repository_inspect_async (session->repository,
                                         session->base_branch,
                                         target->cli->cancellable,
                                         inspected_cb,
                                         self);
      return;
    }
  if (!self->turn)
    self->from = g_strdup (session->base_commit);
  compare (self);
}

int
ship_cli_diff (ShipCli *cli, int argc, char **argv)
{
  Diff               self = { .target = { .cli = cli } };
  const GOptionEntry entries[] = {
    { "turn", 0, 0, G_OPTION_ARG_NONE, &self.turn, N_ ("What the last turn changed"), NULL },
    { "session",
      0,
      0,
      G_OPTION_ARG_NONE,
      &self.session,
      N_ ("What the session changed (default)"),
      NULL },
    { "base",
      0,
      0,
      G_OPTION_ARG_NONE,
      &self.base,
      N_ ("Against the base branch as it is now"),
      NULL },
    { "stat", 0, 0, G_OPTION_ARG_NONE, &self.stat, N_ ("Only files and numbers of lines"), NULL },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli,
                      _ ("SESSION"),
                      _ ("Prints what a session changed, as a patch."),
                      entries,
                      TRUE,
                      1,
                      1,
                      &argc,
                      &argv))
    {
      if (self.turn + self.session + self.base > 1)
        ship_cli_complain (_ ("Only one of --turn, --session and --base can be meant"));
      else
        {
          ship_cli_target_read (&self.target, argv[1], read_session, &self);
          status = ship_cli_wait (cli);
        }
    }
  ship_cli_target_clear (&self.target);
  g_free (self.from);
  g_free (self.to);
  g_free (self.mirror);
  return status;
}

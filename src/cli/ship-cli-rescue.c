/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-repository.h"
#include "git/ship-git-rescue.h"
#include "ship-cli-output.h"

#include <glib/gi18n.h>

/*
 * shipctl rescue: what deleted sessions left, and back with it.
 *
 *   rescue -> listed_cb -> (printed), or -> delivered_cb
 */

typedef struct
{
  ShipCli    *cli;    /* (unowned) */
  const char *wanted; /* (nullable): NULL lists */
  const char *name;   /* (nullable): the session's own branch */
} Rescue;

static void
print_json (ShipCli *cli, GPtrArray *list)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "rescues");
  json_builder_begin_array (builder);
  for (guint i = 0; i < list->len; i++)
    {
      const ShipGitRescue *rescue = list->pdata[i];

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "id", rescue->id);
      ship_cli_json_string (builder, "title", rescue->title);
      ship_cli_json_string (builder, "repository", rescue->repository);
      ship_cli_json_string (builder, "branch", rescue->branch);
      ship_cli_json_string (builder, "base", rescue->base);
      ship_cli_json_string (builder, "commit", rescue->commit);
      ship_cli_json_time (builder, "deleted_at", rescue->deleted_at);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (cli, builder, TRUE);
}

static void
print_list (ShipCli *cli, GPtrArray *list)
{
  guint title_width = MAX (ship_cli_get_columns (), 80) - 50;

  for (guint i = 0; i < list->len; i++)
    {
      const ShipGitRescue *rescue = list->pdata[i];
      g_autofree char     *name = g_path_get_basename (rescue->repository);
      g_autofree char     *repository = ship_cli_clean_line (name, 14);
      g_autofree char     *title = ship_cli_clean_line (rescue->title, title_width);
      g_autofree char     *age = ship_cli_format_age (rescue->deleted_at);

      ship_cli_print (cli,
                      "%.8s  %.8s  %-14s  %-12s  %s\n",
                      rescue->id,
                      rescue->commit,
                      repository,
                      age,
                      title);
    }
  if (list->len == 0)
    ship_cli_print (cli, "%s\n", _ ("No deleted session has left anything."));
}

static void
delivered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Rescue *self = user_data;
  g_autoptr (GError) error = NULL;

  if (ship_git_repository_deliver_finish (result, &error))
    ship_cli_end (self->cli, SHIP_CLI_OK);
  else
    ship_cli_fail (self->cli, error);
}

static void
bring_back (Rescue *self, const ShipGitRescue *rescue)
{
  const char *branch = self->name != NULL ? self->name : rescue->branch;

  ship_cli_print (self->cli, _ ("branch %s in %s\n"), branch, rescue->repository);
  ship_git_repository_deliver_async (rescue->repository,
                                     rescue->mirror_path,
                                     branch,
                                     rescue->commit,
                                     self->cli->cancellable,
                                     delivered_cb,
                                     self);
}

static void
find (Rescue *self, GPtrArray *list)
{
  const ShipGitRescue *found = NULL;
  guint                n_found = 0;

  for (guint i = 0; i < list->len; i++)
    if (g_str_has_prefix (((ShipGitRescue *) list->pdata[i])->id, self->wanted))
      {
        found = list->pdata[i];
        n_found++;
      }
  if (n_found == 1)
    {
      bring_back (self, found);
      return;
    }
  if (n_found > 1)
    ship_cli_complain (_ ("More than one deleted session begins with “%s”: write more of it"),
                       self->wanted);
  else
    ship_cli_complain (_ ("No deleted session “%s” has left anything"), self->wanted);
  ship_cli_end (self->cli, n_found > 1 ? SHIP_CLI_USAGE : SHIP_CLI_NOT_FOUND);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Rescue *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = ship_git_rescue_list_finish (result, &error);

  if (list == NULL)
    ship_cli_fail (self->cli, error);
  else if (self->wanted != NULL)
    find (self, list);
  else
    {
      if (self->cli->is_json)
        print_json (self->cli, list);
      else
        print_list (self->cli, list);
      ship_cli_end (self->cli, SHIP_CLI_OK);
    }
}

int
ship_cli_rescue (ShipCli *cli, int argc, char **argv)
{
  Rescue           self = { .cli = cli };
  g_autofree char *mirrors =
    g_build_filename (ship_paths_get_cache_dir (cli->paths), "mirrors", NULL);

  if (!ship_cli_parse (cli,
                       _ ("[SESSION [BRANCH]]"),
                       _ ("Lists what deleted sessions left: their commits are kept for 30 days. "
                          "With the id of one, makes them a branch of its repository again."),
                       NULL,
                       TRUE,
                       0,
                       2,
                       &argc,
                       &argv))
    return SHIP_CLI_USAGE;
  self.wanted = argc > 1 ? argv[1] : NULL;
  self.name = argc > 2 ? argv[2] : NULL;
  ship_git_rescue_list_async (mirrors,
                              g_get_real_time () / 1000,
                              cli->cancellable,
                              listed_cb,
                              &self);
  return ship_cli_wait (cli);
}

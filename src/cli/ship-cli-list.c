/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-settings.h"
#include "client/ship-index-repair.h"
#include "client/ship-session-archiver.h"
#include "client/ship-session-list.h"
#include "ship-cli-output.h"

#include <glib/gi18n.h>

/*
 * shipctl list: the index, newest first. What nobody has touched for long is archived first.
 *
 *   list -> repaired_cb -> archived_cb -> loaded_cb -> closed_cb -> (the command ends)
 */

typedef struct
{
  ShipCli         *cli;  /* (unowned) */
  ShipSessionList *list; /* (owned) */
  gboolean         is_archived;
  gboolean         is_all;
} List;

static void
print_json (ShipCli *self, GListModel *list)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "sessions");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ShipSessionItem) item = g_list_model_get_item (list, i);
      const ShipIndexRow *row = ship_session_item_get_row (item);

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "id", row->id);
      ship_cli_json_string (builder, "title", row->title);
      ship_cli_json_string (builder, "repository", row->repository);
      ship_cli_json_string (builder, "repository_name", row->repository_name);
      ship_cli_json_string (builder, "branch", row->branch);
      ship_cli_json_string (builder, "state", row->state);
      ship_cli_json_string (builder, "detail", row->detail);
      ship_cli_json_string (builder, "model", row->model);
      ship_cli_json_cost (builder, "cost", row->is_cost_known ? row->cost : -1.0);
      ship_cli_json_int (builder, "pending_tasks", row->n_pending);
      ship_cli_json_int (builder, "open_requests", row->n_requests);
      ship_cli_json_time (builder, "created_at", row->created_at);
      ship_cli_json_time (builder, "updated_at", row->updated_at);
      ship_cli_json_time (builder, "archived_at", row->archived_at);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (self, builder, TRUE);
}

/* What a person should look at first stands out. */
static ShipCliStyle
state_style (const ShipIndexRow *row)
{
  static const char *const working[] = { "waking", "running", "retrying", "stopping", NULL };

  if (row->n_requests > 0 || g_str_equal (row->state, "waiting") ||
      g_str_equal (row->state, "holding"))
    return SHIP_CLI_STYLE_YELLOW;
  if (g_str_equal (row->state, "failed"))
    return SHIP_CLI_STYLE_RED;
  return g_strv_contains (working, row->state) ? SHIP_CLI_STYLE_CYAN : SHIP_CLI_STYLE_DIM;
}

static void
print_rows (ShipCli *self, GListModel *list)
{
  guint columns = ship_cli_get_columns ();
  guint title_width = MAX (columns, 80) - 62;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ShipSessionItem) item = g_list_model_get_item (list, i);
      const ShipIndexRow *row = ship_session_item_get_row (item);
      g_autofree char    *title = ship_cli_clean_line (row->title, title_width);
      g_autofree char    *repository = ship_cli_clean_line (row->repository_name, 14);
      g_autofree char    *cost = ship_usage_format_cost (row->is_cost_known ? row->cost : -1.0);
      g_autofree char    *age = ship_cli_format_age (row->updated_at);

      ship_cli_print (self,
                      "%.8s  %s%-10s%s  %-14s  %9s  %-12s  %s\n",
                      row->id,
                      ship_cli_style (self, state_style (row)),
                      row->archived_at != 0 ? _ ("archived") : row->state,
                      ship_cli_style (self, SHIP_CLI_STYLE_PLAIN),
                      repository,
                      cost,
                      age,
                      title);
    }
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ShipCli *cli = user_data;

  ship_session_list_close_finish (SHIP_SESSION_LIST (object), result, NULL);
  ship_cli_end (cli, cli->status);
}

static void
print_nothing (List *self)
{
  if (self->is_archived)
    ship_cli_print (self->cli, "%s\n", _ ("No session is archived."));
  else
    ship_cli_print (self->cli, "%s\n", _ ("No sessions yet. shipctl run makes one."));
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  List       *self = user_data;
  ShipCli    *cli = self->cli;
  GListModel *list = G_LIST_MODEL (object);
  g_autoptr (GError) error = NULL;

  if (!ship_session_list_load_finish (self->list, result, &error))
    {
      ship_cli_complain ("%s", error->message);
      cli->status = ship_cli_status_for (error);
    }
  else if (cli->is_json)
    print_json (cli, list);
  else if (g_list_model_get_n_items (list) == 0)
    print_nothing (self);
  else
    print_rows (cli, list);
  ship_session_list_close_async (self->list, closed_cb, cli);
}

static void
archived_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  List *self = user_data;

  ship_session_archive_idle_finish (result);
  ship_session_list_load_async (self->list, self->cli->cancellable, loaded_cb, self);
}

static guint
get_archive_days (ShipCli *cli)
{
  g_autoptr (GSettings) settings = ship_settings_new (cli->paths, NULL);

  return settings != NULL ? g_settings_get_uint (settings, SHIP_SETTING_ARCHIVE_DAYS) : 0;
}

static void
repaired_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  List    *self = user_data;
  ShipCli *cli = self->cli;
  g_autoptr (GError) error = NULL;

  /* What cannot be repaired can perhaps still be read. */
  if (ship_index_repair_finish (result, &error) < 0)
    g_debug ("the index could not be repaired: %s", error->message);
  ship_session_archive_idle_async (cli->paths,
                                   get_archive_days (cli),
                                   g_get_real_time () / 1000,
                                   cli->cancellable,
                                   archived_cb,
                                   self);
}

int
ship_cli_list (ShipCli *cli, int argc, char **argv)
{
  List               self = { .cli = cli };
  const GOptionEntry entries[] = {
    { "archived", 0, 0, G_OPTION_ARG_NONE, &self.is_archived, N_ ("Those out of sight"), NULL },
    { "all", 'a', 0, G_OPTION_ARG_NONE, &self.is_all, N_ ("Those in and out of sight"), NULL },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;

  if (!ship_cli_parse (cli,
                       "",
                       _ ("Lists the sessions, newest first."),
                       entries,
                       TRUE,
                       0,
                       0,
                       &argc,
                       &argv))
    return status;
  self.list = ship_session_list_new (cli->paths);
  ship_session_list_set_scope (self.list,
                               self.is_all        ? SHIP_SESSION_LIST_ALL
                               : self.is_archived ? SHIP_SESSION_LIST_ARCHIVED
                                                  : SHIP_SESSION_LIST_CURRENT);
  ship_index_repair_async (cli->paths, cli->cancellable, repaired_cb, &self);
  status = ship_cli_wait (cli);
  g_object_unref (self.list);
  return status;
}

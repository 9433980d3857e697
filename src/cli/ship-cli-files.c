/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-file-list.h"
#include "ship-cli-output.h"

#include <glib/gi18n.h>

/* shipctl files: what "@path" in a prompt can name. */

typedef struct
{
  ShipCli    *cli;
  const char *pattern;
  char       *id; /* (owned) (nullable) */
  int         n_most;
} Files;

static void
print_paths (ShipCli *cli, GPtrArray *paths)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!cli->is_json)
    {
      for (guint i = 0; i < paths->len; i++)
        {
          g_autofree char *clean = ship_cli_clean (paths->pdata[i]);

          ship_cli_print (cli, "%s\n", clean);
        }
      return;
    }

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < paths->len; i++)
    json_builder_add_string_value (builder, paths->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (cli, builder, TRUE);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Files *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipFileList) list = ship_file_list_load_finish (result, &error);
  g_autoptr (GPtrArray) paths = NULL;

  if (list == NULL)
    {
      ship_cli_fail (self->cli, error);
      return;
    }

  paths = ship_file_list_match (list, self->pattern, (guint) self->n_most);
  print_paths (self->cli, paths);
  ship_cli_end (self->cli, paths->len > 0 ? SHIP_CLI_OK : SHIP_CLI_NOT_FOUND);
}

static void
resolved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Files *self = user_data;
  g_autoptr (GError) error = NULL;

  self->id = ship_cli_resolve_finish (result, &error);
  if (self->id == NULL)
    ship_cli_fail (self->cli, error);
  else
    ship_file_list_load_async (self->cli->paths, self->id, self->cli->cancellable, loaded_cb, self);
}

int
ship_cli_files (ShipCli *cli, int argc, char **argv)
{
  Files              self = { .cli = cli, .pattern = "", .n_most = 50 };
  const GOptionEntry entries[] = {
    { "limit",
      'n',
      0,
      G_OPTION_ARG_INT,
      &self.n_most,
      N_ ("At most this many (50)"),
      N_ ("NUMBER") },
    { NULL },
  };
  int status;

  if (!ship_cli_parse (
        cli,
        _ ("SESSION [PATTERN]"),
        _ ("Lists the files that “@path” in a prompt can name, the best match first."),
        entries,
        TRUE,
        1,
        2,
        &argc,
        &argv))
    return SHIP_CLI_USAGE;
  if (self.n_most <= 0)
    {
      ship_cli_complain (_ ("The limit is a number above 0"));
      return SHIP_CLI_USAGE;
    }
  if (argc > 2)
    self.pattern = argv[2];
  ship_cli_resolve_async (cli, argv[1], resolved_cb, &self);
  status = ship_cli_wait (cli);
  g_free (self.id);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-create.h"
#include "ship-cli-output.h"

#include <glib/gi18n.h>

/* shipctl new: a session without a prompt. */

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ShipCli *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = ship_cli_create_finish (result, &error);

  if (id == NULL)
    {
      ship_cli_fail (self, error);
      return;
    }
  if (self->is_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "id", id);
      json_builder_end_object (builder);
      ship_cli_print_json (self, builder, TRUE);
    }
  else
    ship_cli_print (self, "%s\n", id);
  ship_cli_end (self, SHIP_CLI_OK);
}

int
ship_cli_new (ShipCli *self, int argc, char **argv)
{
  g_auto (ShipCliWish) wish = { NULL };
  const GOptionEntry entries[] = { SHIP_CLI_WISH_OPTIONS (&wish), { NULL } };

  if (!ship_cli_parse (self,
                       "",
                       _ ("Makes a session; its id is printed."),
                       entries,
                       TRUE,
                       0,
                       0,
                       &argc,
                       &argv))
    return SHIP_CLI_USAGE;
  ship_cli_create_async (self, &wish, created_cb, self);
  return ship_cli_wait (self);
}

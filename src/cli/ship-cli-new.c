/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-create.h"
#include "ship-cli-output.h"

#include <glib/gi18n.h>

/* shipctl new: a session without a prompt. */

typedef struct
{
  ShipCli    *cli;
  ShipCliWish wish;
} New;

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  New *new = user_data;
  ShipCli *self = new->cli;
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
      ship_cli_json_string (builder, "model", new->wish.model);
      ship_cli_json_string (builder, "why_model", new->wish.why_model);
      json_builder_end_object (builder);
      ship_cli_print_json (self, builder, TRUE);
    }
  else
    {
      ship_cli_print (self, "%s\n", id);
      /* Not on standard output, which is read by scripts. */
      if (new->wish.why_model != NULL)
        ship_cli_complain (_ ("it works with %s, %s"), new->wish.model, new->wish.why_model);
    }
  ship_cli_end (self, SHIP_CLI_OK);
}

int
ship_cli_new (ShipCli *self, int argc, char **argv)
{
  New new = { .cli = self };
  const GOptionEntry entries[] = { SHIP_CLI_WISH_OPTIONS (&new.wish), { NULL } };
  int                status = SHIP_CLI_USAGE;

  if (ship_cli_parse (self,
                      "",
                      _ ("Makes a session; its id is printed."),
                      entries,
                      TRUE,
                      0,
                      0,
                      &argc,
                      &argv))
    {
      ship_cli_create_async (self, &new.wish, created_cb, &new);
      status = ship_cli_wait (self);
    }
  ship_cli_wish_clear (&new.wish);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-output.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/* shipctl model, shipctl mode: what a session's next turns work with. The session itself judges
 * what it is told, because its requests leave with its own environment and keyring. */

typedef struct
{
  ShipCliTarget target;
  const char   *model;   /* (unowned) (nullable) */
  char         *variant; /* (owned) (nullable) */
  const char   *mode;    /* (unowned) (nullable) */
} Change;

static void
done (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
set_variant (ShipCliTarget *target, gpointer user_data)
{
  Change *self = user_data;

  if (self->variant != NULL)
    ship_cli_target_call (target, "SetVariant", g_variant_new ("(s)", self->variant), done, self);
  else
    done (target, self);
}

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  Change *self = user_data;

  if (self->mode != NULL)
    ship_cli_target_call (target, "SetMode", g_variant_new ("(s)", self->mode), done, self);
  else if (self->model != NULL)
    ship_cli_target_call (target,
                          "SetModel",
                          g_variant_new ("(s)", self->model),
                          set_variant,
                          self);
  else
    set_variant (target, self);
}

static void
show (ShipCliTarget *target, gpointer user_data)
{
  const ShipSessionRow *row = target->snapshot->session;
  const char           *what = user_data;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!target->cli->is_json && g_str_equal (what, "mode"))
    ship_cli_print (target->cli, "%s\n", row->mode);
  else if (!target->cli->is_json)
    ship_cli_print (target->cli,
                    "%s%s%s\n",
                    row->model,
                    row->variant != NULL ? " " : "",
                    row->variant != NULL ? row->variant : "");
  else
    {
      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "model", row->model);
      ship_cli_json_string (builder, "variant", row->variant);
      ship_cli_json_string (builder, "mode", row->mode);
      json_builder_end_object (builder);
      ship_cli_print_json (target->cli, builder, TRUE);
    }
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

static int
run (Change *self, const char *session, const char *what)
{
  if (self->model != NULL || self->variant != NULL || self->mode != NULL)
    ship_cli_target_connect (&self->target, session, TRUE, connected, self);
  else
    ship_cli_target_read (&self->target, session, show, (gpointer) what);
  return ship_cli_wait (self->target.cli);
}

int
ship_cli_model (ShipCli *cli, int argc, char **argv)
{
  Change             self = { .target = { .cli = cli } };
  int                status = SHIP_CLI_USAGE;
  const GOptionEntry entries[] = {
    { "variant",
      0,
      0,
      G_OPTION_ARG_STRING,
      &self.variant,
      N_ ("How hard the model thinks; “”: its default"),
      N_ ("VARIANT") },
    { NULL },
  };

  if (ship_cli_parse (
        cli,
        _ ("SESSION [PROVIDER/MODEL]"),
        _ ("Shows the model of a session, or changes it from the next turn on; shipctl "
           "models lists them with their variants."),
        entries,
        TRUE,
        1,
        2,
        &argc,
        &argv))
    {
      self.model = argc > 2 ? argv[2] : NULL;
      status = run (&self, argv[1], "model");
    }
  ship_cli_target_clear (&self.target);
  g_free (self.variant);
  return status;
}

int
ship_cli_mode (ShipCli *cli, int argc, char **argv)
{
  Change self = { .target = { .cli = cli } };
  int    status = SHIP_CLI_USAGE;

  if (ship_cli_parse (
        cli,
        _ ("SESSION [plan|build]"),
        _ ("Shows the mode of a session, or changes that of prompts to come: plan to look "
           "and say, and change nothing; build to carry out."),
        NULL,
        TRUE,
        1,
        2,
        &argc,
        &argv))
    {
      self.mode = argc > 2 ? argv[2] : NULL;
      status = run (&self, argv[1], "mode");
    }
  ship_cli_target_clear (&self.target);
  return status;
}

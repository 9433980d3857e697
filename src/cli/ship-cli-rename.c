/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-output.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/*
 * shipctl rename and shipctl branch: what a session and its branch are called. Its process is
 * started for that; its sandbox is not.
 *
 *   rename -> connected_cb -> done_cb
 *   branch -> read_cb -> (printed), or -> connected_cb -> done_cb
 */

typedef struct
{
  ShipCliTarget target;
  const char   *method;
  char         *name; /* (owned): the new one */
} Rename;

static void
done_cb (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
connected_cb (ShipCliTarget *target, gpointer user_data)
{
  Rename *self = user_data;

  ship_cli_target_call (target, self->method, g_variant_new ("(s)", self->name), done_cb, self);
}

static void
read_cb (ShipCliTarget *target, gpointer user_data)
{
  ShipCli              *cli = target->cli;
  const ShipSessionRow *row = target->snapshot->session;

  if (cli->is_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "branch", row->branch);
      ship_cli_json_string (builder, "base", row->base_branch);
      ship_cli_json_string (builder, "commit", row->head_commit);
      json_builder_end_object (builder);
      ship_cli_print_json (cli, builder, TRUE);
    }
  else
    {
      g_autofree char *branch = ship_cli_clean (row->branch);

      ship_cli_print (cli, "%s\n", branch);
    }
  ship_cli_end (cli, SHIP_CLI_OK);
}

/* Arguments are bytes; what goes over the bus is text. */
static gboolean
is_text (const char *name)
{
  if (g_utf8_validate (name, -1, NULL))
    return TRUE;
  ship_cli_complain (_ ("The name is not text"));
  return FALSE;
}

static int
finish (Rename *self, int status)
{
  g_free (self->name);
  ship_cli_target_clear (&self->target);
  return status;
}

int
ship_cli_rename (ShipCli *cli, int argc, char **argv)
{
  Rename self = { .target = { .cli = cli }, .method = "SetTitle" };
  int    status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli,
                      _ ("SESSION TITLE"),
                      _ ("Gives a session another title. Its branch keeps its name."),
                      NULL,
                      FALSE,
                      2,
                      G_MAXINT - 1,
                      &argc,
                      &argv))
    {
      self.name = g_strjoinv (" ", argv + 2);
      if (is_text (self.name))
        {
          ship_cli_target_connect (&self.target, argv[1], TRUE, connected_cb, &self);
          status = ship_cli_wait (cli);
        }
    }
  return finish (&self, status);
}

int
ship_cli_branch (ShipCli *cli, int argc, char **argv)
{
  Rename self = { .target = { .cli = cli }, .method = "SetBranch" };
  int    status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli,
                      _ ("SESSION [NAME]"),
                      _ ("Prints the name of a session's branch, or gives it another one: in your "
                         "repository and in the sandbox. Your checkout is not touched."),
                      NULL,
                      TRUE,
                      1,
                      2,
                      &argc,
                      &argv))
    {
      self.name = g_strdup (argc > 2 ? argv[2] : NULL);
      if (self.name != NULL && !is_text (self.name))
        return finish (&self, status);
      if (self.name != NULL)
        ship_cli_target_connect (&self.target, argv[1], TRUE, connected_cb, &self);
      else
        ship_cli_target_read (&self.target, argv[1], read_cb, &self);
      status = ship_cli_wait (cli);
    }
  return finish (&self, status);
}

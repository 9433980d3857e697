/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-follow.h"
#include "ship-cli-output.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/* shipctl send: a prompt into the queue of a session that is there. */

typedef struct
{
  ShipCliTarget target;
  char         *prompt; /* (owned) */
  char         *model;  /* (owned) (nullable) */
  char         *mode;   /* (owned) (nullable) */
  gboolean      is_watched;
} Send;

static void
say_task (ShipCli *cli, gint64 task)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!cli->is_json)
    {
      ship_cli_print (cli, "%" G_GINT64_FORMAT "\n", task);
      return;
    }
  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "type", "task");
  ship_cli_json_int (builder, "task", task);
  json_builder_end_object (builder);
  ship_cli_print_json (cli, builder, FALSE);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Send          *self = user_data;
  ShipCliTarget *target = &self->target;
  g_autoptr (GError) error = NULL;
  gint64 task = ship_session_client_send_finish (target->client, result, &error);

  if (task == 0)
    {
      ship_cli_fail (target->cli, error);
      return;
    }
  if (!self->is_watched || target->cli->is_json)
    say_task (target->cli, task);
  if (self->is_watched)
    ship_cli_follow (target->cli, target->id, target->client, task);
  else
    ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  Send        *self = user_data;
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  if (self->model != NULL)
    g_variant_dict_insert (&options, "model", "s", self->model);
  if (self->mode != NULL)
    g_variant_dict_insert (&options, "mode", "s", self->mode);
  ship_session_client_send_async (target->client,
                                  self->prompt,
                                  g_variant_dict_end (&options),
                                  target->cli->cancellable,
                                  sent_cb,
                                  self);
}

int
ship_cli_send (ShipCli *cli, int argc, char **argv)
{
  Send               self = { .target = { .cli = cli } };
  const GOptionEntry entries[] = {
    { "model",
      'm',
      0,
      G_OPTION_ARG_STRING,
      &self.model,
      N_ ("The model for this prompt"),
      N_ ("PROVIDER/MODEL") },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &self.mode, N_ ("build or plan"), N_ ("MODE") },
    { "watch", 'w', 0, G_OPTION_ARG_NONE, &self.is_watched, N_ ("Watch until it is done"), NULL },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli,
                      _ ("SESSION PROMPT"),
                      _ ("Puts a prompt (“-”: from standard input) at the end of the session's "
                         "queue and prints the task's "
                         "number. What is printed is on disk."),
                      entries,
                      TRUE,
                      2,
                      G_MAXINT - 1,
                      &argc,
                      &argv))
    self.prompt = ship_cli_read_prompt (argc - 1, argv + 1);
  if (self.prompt != NULL)
    {
      ship_cli_target_connect (&self.target, argv[1], TRUE, connected, &self);
      status = ship_cli_wait (cli);
    }
  ship_cli_target_clear (&self.target);
  g_free (self.prompt);
  g_free (self.model);
  g_free (self.mode);
  return status;
}

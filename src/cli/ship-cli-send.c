/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-attach.h"
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
  char        **files;  /* (owned) (nullable) */
  gint64        source;
  gboolean      is_steering;
  gboolean      is_watched;
  GVariantDict *options; /* (unowned): complete before the main loop */
} Send;

static void
say_task (ShipCli *cli, gint64 task)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  /* Nothing was made: it was said into a turn, or a command that is done. */
  if (!cli->is_json && task == 0)
    return;
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

  if (error != NULL)
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
  Send *self = user_data;

  ship_session_client_send_async (target->client,
                                  self->prompt,
                                  g_variant_dict_end (self->options),
                                  target->cli->cancellable,
                                  sent_cb,
                                  self);
}

static gboolean
fill_options (Send *self)
{
  if (self->model != NULL)
    g_variant_dict_insert (self->options, "model", "s", self->model);
  if (self->mode != NULL)
    g_variant_dict_insert (self->options, "mode", "s", self->mode);
  if (self->source != 0)
    g_variant_dict_insert (self->options, "source", "x", self->source);
  if (self->is_steering)
    g_variant_dict_insert (self->options, "steer", "b", TRUE);

  return ship_cli_attach (self->files, self->options);
}

/* Without words it may be made from a message that has some. */
static char *
read_prompt (Send *self, int argc, char **argv)
{
  return argc == 2 && self->source != 0 ? g_strdup ("") : ship_cli_read_prompt (argc - 1, argv + 1);
}

static void
send_clear (Send *self)
{
  ship_cli_target_clear (&self->target);
  g_free (self->prompt);
  g_free (self->model);
  g_free (self->mode);
  g_strfreev (self->files);
}

int
ship_cli_send (ShipCli *cli, int argc, char **argv)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  Send               self = { .target = { .cli = cli }, .options = &options };
  const GOptionEntry entries[] = {
    { "model",
      'm',
      0,
      G_OPTION_ARG_STRING,
      &self.model,
      N_ ("The model for this prompt"),
      N_ ("PROVIDER/MODEL") },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &self.mode, N_ ("build or plan"), N_ ("MODE") },
    { "attach",
      'a',
      0,
      G_OPTION_ARG_FILENAME_ARRAY,
      &self.files,
      N_ ("A file that goes with it; can be given more than once"),
      N_ ("FILE") },
    { "steer",
      's',
      0,
      G_OPTION_ARG_NONE,
      &self.is_steering,
      N_ ("Into the turn that runs, instead of behind it"),
      NULL },
    { "from-message",
      0,
      0,
      G_OPTION_ARG_INT64,
      &self.source,
      N_ ("Make the task from this message, with its text if there is no PROMPT"),
      N_ ("NUMBER") },
    { "watch", 'w', 0, G_OPTION_ARG_NONE, &self.is_watched, N_ ("Watch until it is done"), NULL },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli,
                      _ ("SESSION PROMPT"),
                      _ ("Puts a prompt (“-”: from standard input) at the end of the session's "
                         "queue and prints the task's "
                         "number. What is printed is on disk. “/help” lists the commands that a "
                         "prompt can be; “@path” names a file of the repository."),
                      entries,
                      TRUE,
                      1,
                      G_MAXINT - 1,
                      &argc,
                      &argv))
    self.prompt = read_prompt (&self, argc, argv);
  if (self.prompt != NULL && fill_options (&self))
    {
      ship_cli_target_connect (&self.target, argv[1], TRUE, connected, &self);
      status = ship_cli_wait (cli);
    }
  send_clear (&self);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-client.h"
#include "ship-cli-attach.h"
#include "ship-cli-create.h"
#include "ship-cli-follow.h"
#include "ship-cli-output.h"

#include <glib/gi18n.h>

/*
 * shipctl run: the whole main job.
 *
 *   run -> created_cb -> connected_cb -> sent_cb -> (followed to the end)
 *
 * Interrupted before the prompt is sent: the session is there, and asleep.
 */

typedef struct
{
  ShipCli           *cli;
  ShipCliWish        wish;
  ShipSessionClient *client; /* (owned) (nullable) */
  char              *id;     /* (owned) (nullable) */
  char             **files;  /* (owned) (nullable) */
  gboolean           is_detached;
  GVariantDict      *options; /* (unowned): complete before the main loop */
} Run;

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Run *self = user_data;
  g_autoptr (GError) error = NULL;
  gint64 task = ship_session_client_send_finish (self->client, result, &error);

  if (error != NULL)
    ship_cli_fail (self->cli, error);
  else if (!self->is_detached)
    ship_cli_follow (self->cli, self->id, self->client, task);
  else
    ship_cli_end (self->cli, SHIP_CLI_OK);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Run *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_session_client_connect_finish (self->client, result, &error))
    ship_cli_fail (self->cli, error);
  else
    ship_session_client_send_async (self->client,
                                    self->wish.prompt,
                                    g_variant_dict_end (self->options),
                                    self->cli->cancellable,
                                    sent_cb,
                                    self);
}

static void
say_session (Run *self)
{
  if (self->cli->is_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "type", "session");
      ship_cli_json_string (builder, "id", self->id);
      ship_cli_json_string (builder, "repository", self->wish.repository);
      ship_cli_json_string (builder, "model", self->wish.model);
      ship_cli_json_string (builder, "why_model", self->wish.why_model);
      json_builder_end_object (builder);
      ship_cli_print_json (self->cli, builder, FALSE);
      return;
    }
  ship_cli_print (self->cli,
                  _ ("session %s in %s with %s"),
                  self->id,
                  self->wish.repository,
                  self->wish.model);
  if (self->wish.why_model != NULL)
    ship_cli_print (self->cli, " (%s)", self->wish.why_model);
  ship_cli_print (self->cli, "\n");
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Run *self = user_data;
  g_autoptr (GError) error = NULL;

  self->id = ship_cli_create_finish (result, &error);
  if (self->id == NULL)
    {
      ship_cli_fail (self->cli, error);
      return;
    }
  say_session (self);
  self->client = ship_session_client_new (self->cli->paths, self->id);
  ship_session_client_connect_async (self->client,
                                     TRUE,
                                     self->cli->cancellable,
                                     connected_cb,
                                     self);
}

int
ship_cli_run (ShipCli *cli, int argc, char **argv)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  Run                self = { .cli = cli, .options = &options };
  const GOptionEntry entries[] = {
    SHIP_CLI_WISH_OPTIONS (&self.wish),
    { "attach",
      'a',
      0,
      G_OPTION_ARG_FILENAME_ARRAY,
      &self.files,
      N_ ("A file that goes with the prompt; can be given more than once"),
      N_ ("FILE") },
    { "detach", 'd', 0, G_OPTION_ARG_NONE, &self.is_detached, N_ ("Do not watch"), NULL },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli,
                      _ ("PROMPT"),
                      _ ("Makes a session for the prompt (“-” reads it from standard input), sends "
                         "it, and watches "
                         "until it has become a commit. The session outlives this command."),
                      entries,
                      TRUE,
                      1,
                      G_MAXINT - 1,
                      &argc,
                      &argv))
    self.wish.prompt = ship_cli_read_prompt (argc, argv);
  if (self.wish.prompt != NULL && ship_cli_attach (self.files, &options))
    {
      ship_cli_create_async (cli, &self.wish, created_cb, &self);
      status = ship_cli_wait (cli);
    }
  g_clear_object (&self.client);
  g_free (self.id);
  g_strfreev (self.files);
  ship_cli_wish_clear (&self.wish);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-choices.h"
#include "ship-cli-rows.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/*
 * shipctl answer: what an agent waits for.
 *
 *   answer -> list | choose -> connected -> answered
 */

typedef struct
{
  ShipCliTarget target;  /* which requests there are */
  ShipCliTarget process; /* to whom the answer goes */
  gint64        request; /* 0: the only one */
  gboolean      allow;
  gboolean      deny;
  gboolean      is_for_session;
  gboolean      is_question;
  char         *reason; /* (owned) (nullable) */
  GStrv         texts;  /* (owned) (nullable) */
} Answer;

static void
list (ShipCliTarget *target, gpointer user_data)
{
  ShipCli *cli = target->cli;

  if (cli->is_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      ship_cli_rows_json_requests (builder, target->snapshot);
      json_builder_end_object (builder);
      ship_cli_print_json (cli, builder, TRUE);
      ship_cli_end (cli, SHIP_CLI_OK);
      return;
    }
  ship_cli_rows_print_requests (cli, target->snapshot);
  for (guint i = 0; i < target->snapshot->requests->len; i++)
    ship_cli_choices_print (cli,
                            ((ShipRequestRow *) target->snapshot->requests->pdata[i])->details);
  if (target->snapshot->requests->len == 0)
    ship_cli_print (cli, "%s\n", _ ("The agent asks nothing."));
  else
    ship_cli_print (cli,
                    _ ("\nshipctl answer %.8s NUMBER --allow, --deny or --text ANSWER\n"),
                    target->id);
  ship_cli_end (cli, SHIP_CLI_OK);
}

static void
answered (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
connected (ShipCliTarget *process, gpointer user_data)
{
  Answer      *self = user_data;
  GVariantDict options;

  if (process->client == NULL)
    {
      ship_cli_complain (
        _ ("The session's process has ended, and the agent with it: nobody waits for "
           "this answer any more. shipctl resume %.8s goes on."),
        self->target.id);
      ship_cli_end (process->cli, SHIP_CLI_FAILED);
      return;
    }
  g_variant_dict_init (&options, NULL);
  if (self->texts != NULL)
    g_variant_dict_insert_value (&options,
                                 "answers",
                                 g_variant_new_strv ((const char *const *) self->texts, -1));
  else if (self->is_question)
    g_variant_dict_insert (&options, "reject", "b", TRUE);
  else
    g_variant_dict_insert (&options, "allow", "b", self->allow);
  if (self->is_for_session)
    g_variant_dict_insert (&options, "scope", "s", "session");
  if (self->reason != NULL)
    g_variant_dict_insert (&options, "message", "s", self->reason);
  ship_cli_target_call (process,
                        "Answer",
                        g_variant_new ("(x@a{sv})", self->request, g_variant_dict_end (&options)),
                        answered,
                        self);
}

/* The request that is meant, NULL after a sentence was printed. */
static const ShipRequestRow *
find_request (Answer *self)
{
  GPtrArray *requests = self->target.snapshot->requests;

  if (self->request == 0 && requests->len == 1)
    return requests->pdata[0];
  for (guint i = 0; i < requests->len; i++)
    if (((ShipRequestRow *) requests->pdata[i])->id == self->request)
      return requests->pdata[i];
  if (requests->len == 0)
    ship_cli_complain (_ ("The agent asks nothing."));
  else if (self->request == 0)
    ship_cli_complain (
      _ ("The agent asks more than one thing: say which (shipctl answer %.8s lists them)"),
      self->target.id);
  else
    ship_cli_complain (_ ("There is no open request %" G_GINT64_FORMAT), self->request);
  return NULL;
}

static void
choose (ShipCliTarget *target, gpointer user_data)
{
  Answer               *self = user_data;
  const ShipRequestRow *request = find_request (self);

  if (request == NULL)
    ship_cli_end (target->cli, SHIP_CLI_NOT_FOUND);
  else if (request->permission != NULL && self->texts != NULL)
    {
      ship_cli_complain (_ ("This asks for a permission: answer with --allow or --deny"));
      ship_cli_end (target->cli, SHIP_CLI_USAGE);
    }
  else if (request->permission == NULL && self->allow)
    {
      ship_cli_complain (_ ("This is a question: answer with --text, or --deny to dismiss it"));
      ship_cli_end (target->cli, SHIP_CLI_USAGE);
    }
  else
    {
      self->request = request->id;
      self->is_question = g_str_equal (request->kind, "question");
      if (self->texts != NULL)
        {
          GStrv answers =
            ship_cli_choices_read (request->details, (const char *const *) self->texts);

          g_strfreev (self->texts);
          self->texts = answers;
        }
      ship_cli_target_connect (&self->process, target->id, FALSE, connected, self);
    }
}

static gboolean
check (Answer *self, int argc, char **argv)
{
  int n_answers = (self->allow ? 1 : 0) + (self->deny ? 1 : 0) + (self->texts != NULL ? 1 : 0);

  if (n_answers > 1)
    ship_cli_complain (_ ("Only one of --allow, --deny and --text can be meant"));
  else if (self->is_for_session && !self->allow)
    ship_cli_complain (_ ("--session goes with --allow"));
  else if (self->reason != NULL && !self->deny)
    ship_cli_complain (_ ("--reason goes with --deny"));
  else if (n_answers == 0 && argc > 2)
    ship_cli_complain (_ ("Say --allow, --deny or --text ANSWER"));
  else if (argc > 2 && !g_ascii_string_to_signed (argv[2], 10, 1, G_MAXINT64, &self->request, NULL))
    ship_cli_complain (_ ("“%s” is not the number of a request"), argv[2]);
  else
    return TRUE;
  return FALSE;
}

int
ship_cli_answer (ShipCli *cli, int argc, char **argv)
{
  Answer             self = { .target = { .cli = cli }, .process = { .cli = cli } };
  const GOptionEntry entries[] = {
    { "allow", 0, 0, G_OPTION_ARG_NONE, &self.allow, N_ ("Give the permission, this once"), NULL },
    { "deny",
      0,
      0,
      G_OPTION_ARG_NONE,
      &self.deny,
      N_ ("Refuse it, or dismiss the question"),
      NULL },
    { "session",
      0,
      0,
      G_OPTION_ARG_NONE,
      &self.is_for_session,
      N_ ("With --allow: and everything like it in this session"),
      NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &self.reason, N_ ("Tell the agent why"), N_ ("TEXT") },
    { "text",
      0,
      0,
      G_OPTION_ARG_STRING_ARRAY,
      &self.texts,
      N_ ("The answer, or the number of an option; once for each question"),
      N_ ("ANSWER") },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli,
                      _ ("SESSION [REQUEST]"),
                      _ ("Lists what the agent asks, or answers it."),
                      entries,
                      TRUE,
                      1,
                      2,
                      &argc,
                      &argv) &&
      check (&self, argc, argv))
    {
      gboolean is_answer = self.allow || self.deny || self.texts != NULL;

      ship_cli_target_read (&self.target, argv[1], is_answer ? choose : list, &self);
      status = ship_cli_wait (cli);
    }
  ship_cli_target_clear (&self.target);
  ship_cli_target_clear (&self.process);
  g_free (self.reason);
  g_strfreev (self.texts);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli.h"

#include "auth/ship-keyring.h"
#include "client/ship-session-client.h"
#include "git/ship-git-error.h"
#include "sandbox/local/ship-local-sandbox.h"
#include "ship-cli-output.h"
#include "usage/ship-model-list.h"

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What all commands share: options, the main loop, errors and exit codes. Main thread. */

#define MAX_PROMPT_BYTES (1024 * 1024)

gboolean
ship_cli_parse (ShipCli            *self,
                const char         *arguments,
                const char         *summary,
                const GOptionEntry *entries,
                gboolean            reads,
                int                 n_least,
                int                 n_most,
                int                *argc,
                char             ***argv)
{
  const GOptionEntry json[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->is_json, N_ ("Print JSON"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, summary);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (reads)
    g_option_context_add_main_entries (context, json, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, &error))
    ship_cli_complain ("%s", error->message);
  else
    {
      /* "--" only says that what follows are no options. */
      if (*argc > 1 && g_str_equal ((*argv)[1], "--"))
        {
          memmove (*argv + 1, *argv + 2, (gsize) (*argc - 1) * sizeof **argv);
          (*argc)--;
        }
      if (*argc - 1 >= n_least && *argc - 1 <= n_most)
        return TRUE;
      ship_cli_complain (*argc - 1 < n_least ? _ ("Something is missing: %s %s")
                                             : _ ("That is too much: %s %s"),
                         g_get_prgname (),
                         arguments);
    }
  fprintf (stderr, _ ("%s --help says more.\n"), g_get_prgname ());
  return FALSE;
}

static gboolean
interrupted_cb (gpointer user_data)
{
  ShipCli *self = user_data;

  if (self->interrupt != NULL)
    self->interrupt (self->interrupt_data);
  else if (g_cancellable_is_cancelled (self->cancellable))
    ship_cli_end (self, SHIP_CLI_INTERRUPTED); /* twice: it takes too long */
  else
    g_cancellable_cancel (self->cancellable);
  return G_SOURCE_CONTINUE;
}

int
ship_cli_wait (ShipCli *self)
{
  guint interrupt = g_unix_signal_add (SIGINT, interrupted_cb, self);
  guint terminate = g_unix_signal_add (SIGTERM, interrupted_cb, self);

  if (!self->is_ended)
    g_main_loop_run (self->loop);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  return self->status;
}

void
ship_cli_end (ShipCli *self, int status)
{
  if (!self->is_ended)
    self->status = status;
  self->is_ended = TRUE;
  g_main_loop_quit (self->loop);
}

void
ship_cli_complain (const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  clean = ship_cli_clean (text);
  fflush (stdout);
  fprintf (stderr, "shipctl: %s\n", clean);
}

int
ship_cli_status_for (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SHIP_CLI_INTERRUPTED;
  if (g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_INVALID) ||
      g_error_matches (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_INVALID) ||
      g_error_matches (error, SHIP_MODEL_ERROR, SHIP_MODEL_ERROR_INVALID))
    return SHIP_CLI_USAGE;
  if (g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND) ||
      g_error_matches (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_ADDRESS) ||
      g_error_matches (error, SHIP_MODEL_ERROR, SHIP_MODEL_ERROR_UNKNOWN) ||
      g_error_matches (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_FOUND) ||
      g_error_matches (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_A_REPOSITORY))
    return SHIP_CLI_NOT_FOUND;
  if (g_error_matches (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NO_IDENTITY) ||
      g_error_matches (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEY) ||
      g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NEEDS_USER) ||
      g_error_matches (error, SHIP_MODEL_ERROR, SHIP_MODEL_ERROR_UNAVAILABLE) ||
      g_error_matches (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_LOCKED) ||
      g_error_matches (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEYRING))
    return SHIP_CLI_NEEDS_USER;
  if (g_error_matches (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_UNAVAILABLE))
    return SHIP_CLI_NO_SANDBOX;
  return SHIP_CLI_FAILED;
}

void
ship_cli_fail (ShipCli *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ship_cli_complain ("%s", error->message);
  ship_cli_end (self, ship_cli_status_for (error));
}

char *
ship_cli_read_prompt (int argc, char **argv)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char   buffer[4096];
  gssize length;

  if (argc != 2 || !g_str_equal (argv[1], "-"))
    {
      for (int i = 1; i < argc; i++)
        g_string_append_printf (text, i > 1 ? " %s" : "%s", argv[i]);
    }
  else
    while (text->len <= MAX_PROMPT_BYTES &&
           (length = read (STDIN_FILENO, buffer, sizeof buffer)) > 0)
      g_string_append_len (text, buffer, length);

  if (text->len > MAX_PROMPT_BYTES || !g_utf8_validate (text->str, (gssize) text->len, NULL))
    ship_cli_complain (_ ("The prompt is not text, or longer than 1 MiB"));
  else if (*g_strchomp (text->str) == '\0') /* a space in front has a meaning: no command */
    ship_cli_complain (_ ("The prompt is empty"));
  else
    return g_strdup (text->str);
  return NULL;
}

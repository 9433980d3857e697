/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

/* shipctl: Ship without a display. Finds the command and gives it what it needs. */

/* clang-format off */
static const struct
{
  const char *name;
  ShipCliFunc func;
  const char *summary;
} commands[] = {
  { "run",    ship_cli_run,    N_ ("Make a session for a prompt and watch it become a commit") },
  { "new",    ship_cli_new,    N_ ("Make a session") },
  { "send",   ship_cli_send,   N_ ("Send a prompt to a session") },
  { "list",   ship_cli_list,   N_ ("List the sessions") },
  { "show",   ship_cli_show,   N_ ("Show one session: state, tasks, open requests") },
  { "watch",  ship_cli_watch,  N_ ("Show the conversation and follow it") },
  { "answer", ship_cli_answer, N_ ("Answer what an agent asks") },
  { "inbox",  ship_cli_inbox,  N_ ("List everything that waits for you") },
  { "limits", ship_cli_limits, N_ ("Show or change what a session's sandbox may use of the machine") },
  { "egress", ship_cli_egress, N_ ("Show or change what a session's sandbox may reach outside") },
  { "rules",  ship_cli_rules,  N_ ("Show or change what a session's agent may do unasked") },
  { "stop",   ship_cli_stop,   N_ ("Stop what a session is doing") },
  { "wake",   ship_cli_wake,   N_ ("Get a session ready before it is needed") },
  { "resume", ship_cli_resume, N_ ("Go on after a failure or a stop") },
  { "diff",   ship_cli_diff,   N_ ("Show what a session changed") },
  { "tasks",  ship_cli_tasks,  N_ ("List a session's tasks, or change one that waits") },
  { "files",  ship_cli_files,  N_ ("List the files that a prompt can name with @path") },
  { "budget", ship_cli_budget, N_ ("Show and set what may be spent") },
  { "cost",   ship_cli_cost,   N_ ("Show tokens and money") },
  { "config", ship_cli_config, N_ ("List, get, set and reset what you prefer") },
  { "keys",   ship_cli_keys,   N_ ("Show, set, test and delete the keys of model providers") },
  { "models", ship_cli_models, N_ ("List the models and what they cost") },
  { "model",  ship_cli_model,  N_ ("Show or change the model of a session") },
  { "mode",   ship_cli_mode,   N_ ("Plan only, or carry out as well") },
  { "rename",  ship_cli_rename,  N_ ("Give a session another title") },
  { "branch",  ship_cli_branch,  N_ ("Show the name of a session's branch, or change it") },
  { "archive", ship_cli_archive, N_ ("Take a session out of the list") },
  { "restore", ship_cli_restore, N_ ("Put an archived session back into the list") },
  { "rescue",  ship_cli_rescue,  N_ ("List what deleted sessions left, or bring it back") },
  { "delete", ship_cli_delete, N_ ("Delete a session") },
  { "doctor", ship_cli_doctor, N_ ("Check whether everything Ship needs is there") },
};
/* clang-format on */

static void
print_help (FILE *stream)
{
  fprintf (stream, _ ("Usage: shipctl COMMAND [OPTION…] [ARGUMENT…]\n\n"));
  fprintf (stream, _ ("Agents that work in the background.\n\nCommands:\n"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stream, "  %-8s %s\n", commands[i].name, _ (commands[i].summary));
  fprintf (stream,
           _ ("\nshipctl COMMAND --help says more about each.\n"
              "A session is named by its id or the first digits of it, at least four.\n"
              "Exit codes: 0 done, 1 failed, 2 wrong use, 3 needs you, 4 no sandbox possible,\n"
              "5 not found, 130 interrupted.\n"));
}

static int
run_command (ShipCliFunc func, int argc, char **argv)
{
  const char *term = g_getenv ("TERM");
  ShipCli     self = { .paths = ship_paths_new (),
                       .loop = g_main_loop_new (NULL, FALSE),
                       .cancellable = g_cancellable_new (),
                       .is_terminal = isatty (STDOUT_FILENO) };
  int         status;

  self.has_colour =
    self.is_terminal && g_getenv ("NO_COLOR") == NULL && g_strcmp0 (term, "dumb") != 0;
  status = func (&self, argc, argv);
  ship_paths_unref (self.paths);
  g_main_loop_unref (self.loop);
  g_object_unref (self.cancellable);
  return status;
}

int
main (int argc, char *argv[])
{
  g_autofree char *name = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, SHIP_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (argc < 2)
    {
      print_help (stderr);
      return SHIP_CLI_USAGE;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") ||
      g_str_equal (argv[1], "help"))
    {
      print_help (stdout);
      return SHIP_CLI_OK;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      puts ("shipctl " SHIP_VERSION);
      return SHIP_CLI_OK;
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      {
        name = g_strconcat ("shipctl ", argv[1], NULL);
        g_set_prgname (name);
        argv[1] = name;
        return run_command (commands[i].func, argc - 1, argv + 1);
      }
  ship_cli_complain (_ ("There is no command “%s”. Try shipctl --help."), argv[1]);
  return SHIP_CLI_USAGE;
}

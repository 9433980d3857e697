/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What shipctl's exit codes mean; scripts rely on them. */
typedef enum
{
  SHIP_CLI_OK = 0,
  SHIP_CLI_FAILED = 1,
  SHIP_CLI_USAGE = 2,
  SHIP_CLI_NEEDS_USER = 3, /* waiting for an answer, a key, a budget */
  SHIP_CLI_NO_SANDBOX = 4,
  SHIP_CLI_NOT_FOUND = 5,
  SHIP_CLI_INTERRUPTED = 130,
} ShipCliStatus;

/*
 * What a command has at hand. Made by main(), one a process; main thread. A command parses its
 * arguments, starts its work and calls ship_cli_wait(); its last callback calls ship_cli_end() or
 * ship_cli_fail().
 */
typedef struct
{
  ShipPaths    *paths;       /* (owned) */
  GMainLoop    *loop;        /* (owned) */
  GCancellable *cancellable; /* (owned): cancelled by Ctrl-C */
  int           status;
  gboolean      is_ended;
  gboolean      is_json;     /* --json was given */
  gboolean      is_terminal; /* standard output is one */
  gboolean      has_colour;
  void (*interrupt) (gpointer data); /* (nullable): instead of cancelling */
  gpointer interrupt_data;           /* (unowned) */
} ShipCli;

typedef int (*ShipCliFunc) (ShipCli *self, int argc, char **argv);

/* Parses options into @entries; "--help" prints and exits. FALSE after a sentence was printed:
 * return SHIP_CLI_USAGE. What is left of @argv are the @n_least to @n_most arguments, from 1.
 * --json is added if @reads. */
gboolean ship_cli_parse (ShipCli            *self,
                         const char         *arguments,
                         const char         *summary,
                         const GOptionEntry *entries,
                         gboolean            reads,
                         int                 n_least,
                         int                 n_most,
                         int                *argc,
                         char             ***argv);

/* Runs the main loop until the end, returns the exit code. */
int  ship_cli_wait (ShipCli *self);
void ship_cli_end (ShipCli *self, int status);
/* Says the error on standard error and ends with its exit code. A cancellation is not said. */
void ship_cli_fail (ShipCli *self, const GError *error);
void ship_cli_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);
int  ship_cli_status_for (const GError *error);

/* The session that @text names: its id, or the start of it that is like no other's, at least four
 * digits. finish: (transfer full) */
void  ship_cli_resolve_async (ShipCli            *self,
                              const char         *text,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
char *ship_cli_resolve_finish (GAsyncResult *result, GError **error);

/* The arguments joined, or standard input for "-". Blocks: before the main loop only. (transfer
 * full) (nullable): NULL after a sentence was printed */
char *ship_cli_read_prompt (int argc, char **argv);

/* The commands, one file each. */
int ship_cli_answer (ShipCli *self, int argc, char **argv);
int ship_cli_archive (ShipCli *self, int argc, char **argv);
int ship_cli_branch (ShipCli *self, int argc, char **argv);
int ship_cli_budget (ShipCli *self, int argc, char **argv);
int ship_cli_cost (ShipCli *self, int argc, char **argv);
int ship_cli_delete (ShipCli *self, int argc, char **argv);
int ship_cli_diff (ShipCli *self, int argc, char **argv);
int ship_cli_doctor (ShipCli *self, int argc, char **argv);
int ship_cli_limits (ShipCli *self, int argc, char **argv);
int ship_cli_egress (ShipCli *self, int argc, char **argv);
int ship_cli_files (ShipCli *self, int argc, char **argv);
int ship_cli_inbox (ShipCli *self, int argc, char **argv);
int ship_cli_list (ShipCli *self, int argc, char **argv);
int ship_cli_config (ShipCli *self, int argc, char **argv);
int ship_cli_keys (ShipCli *self, int argc, char **argv);
int ship_cli_mode (ShipCli *self, int argc, char **argv);
int ship_cli_model (ShipCli *self, int argc, char **argv);
int ship_cli_models (ShipCli *self, int argc, char **argv);
int ship_cli_new (ShipCli *self, int argc, char **argv);
int ship_cli_rename (ShipCli *self, int argc, char **argv);
int ship_cli_rescue (ShipCli *self, int argc, char **argv);
int ship_cli_restore (ShipCli *self, int argc, char **argv);
int ship_cli_resume (ShipCli *self, int argc, char **argv);
int ship_cli_rules (ShipCli *self, int argc, char **argv);
int ship_cli_run (ShipCli *self, int argc, char **argv);
int ship_cli_send (ShipCli *self, int argc, char **argv);
int ship_cli_show (ShipCli *self, int argc, char **argv);
int ship_cli_stop (ShipCli *self, int argc, char **argv);
int ship_cli_wake (ShipCli *self, int argc, char **argv);
int ship_cli_tasks (ShipCli *self, int argc, char **argv);
int ship_cli_watch (ShipCli *self, int argc, char **argv);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/local/ship-local-sandbox.h"
#include "sandbox/ship-sandbox-run.h"

/* A started sandbox of the product, with directories of its own, and calls that wait. */
typedef struct
{
  char        *root; /* (owned): private to us */
  char        *work; /* (owned) */
  char        *home; /* (owned) */
  char        *base; /* (owned) (nullable): the layer below an overlay */
  ShipPaths   *paths;
  ShipSandbox *sandbox;
  int          connections; /* our end of the connection channel, or -1 */
} SandboxFixture;

/* Makes the directories; the sandbox is new. */
void sandbox_fixture_set_up (SandboxFixture *self, gboolean with_connections);
/* The same with a working copy that is an overlay; what is in @base before the start is below it.
 */
void sandbox_fixture_set_up_overlay (SandboxFixture *self, gboolean with_connections);
/* After it was stopped: another one on the same directories. */
void sandbox_fixture_renew (SandboxFixture *self);
/* Aborts with the reason if it cannot be started: a machine without sandboxes fails these tests. */
void sandbox_fixture_start (SandboxFixture *self);
void sandbox_fixture_stop (SandboxFixture *self);
/* Removes everything, and asserts that nothing holds the sandbox any more. */
void sandbox_fixture_tear_down (SandboxFixture *self);

/* Takes @command. */
ShipSandboxRunResult *sandbox_fixture_run_command (SandboxFixture     *self,
                                                   ShipSandboxCommand *command);
/* By sh -c. Returns: its output; asserts that it ended with 0 */
char *sandbox_fixture_run (SandboxFixture *self, const char *script);

/* Takes @command. */
ShipSandboxProcess *sandbox_fixture_spawn (SandboxFixture *self, ShipSandboxCommand *command);
int                 sandbox_fixture_wait (ShipSandboxProcess *process);

/* Installs a program of the test as /work/NAME; before the start, if that is an overlay. */
void sandbox_fixture_install (SandboxFixture *self, const char *path, const char *name);

/* Runs the main context until @flag. */
void sandbox_fixture_wait_for (gboolean *flag);

/* How many processes of the host, ours excepted, have @needle in their mounts or on their command
 * line. */
guint sandbox_fixture_count_processes (const char *needle);
/* Process 1 of the sandbox, by its number on the host. */
pid_t sandbox_fixture_find_guest (SandboxFixture *self);

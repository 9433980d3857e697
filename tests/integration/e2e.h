/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "client/ship-session-client.h"
#include "client/ship-session-creator.h"
#include "client/ship-transcript.h"
#include "fake-llm.h"

G_BEGIN_DECLS

/*
 * The whole product in a temporary home: the real ship-session, sandbox and OpenCode; only the
 * model is a script. One root a test program (the environment is the process's), any number of
 * sessions in it.
 */
#define E2E_CANARY "sk-canary-5e7b0c9a1d2f43868f1e"

typedef struct
{
  ShipPaths *paths; /* (owned) */
  char      *root;  /* (owned) */
  FakeLlm   *llm;   /* (owned): where every provider's requests go */
} E2e;

typedef struct
{
  E2e               *e2e;
  char              *repository; /* (owned) */
  char              *id;         /* (owned) */
  ShipSessionClient *client;     /* (owned) */
} E2eSession;

/* Before anything else in main(): finds OpenCode, makes the root, sets the environment. */
void e2e_init (int *argc, char ***argv);
E2e *e2e_new (void);
void e2e_free (E2e *self);

/* A git repository with one commit of the given files: path, content, …, NULL. (transfer full) */
char *e2e_make_repository (E2e *self, const char *name, ...) G_GNUC_NULL_TERMINATED;

/* Makes a session over @repository and starts its process. */
E2eSession *e2e_session_new (E2e *self, const char *repository, const char *model);
E2eSession *e2e_session_new_as (E2e *self, const ShipNewSession *what);
/* Deletes the session and waits until nothing of it is left running. */
void e2e_session_free (E2eSession *self);
void e2e_session_connect (E2eSession *self);
/* SIGKILL to the session's process, as a crash would. */
void e2e_session_kill (E2eSession *self);
/* The same with another signal; says whether there was one. */
gboolean e2e_session_signal (E2eSession *self, int signal);
/* Breaks every connection that the session's process has to its agent; how many there were. */
guint  e2e_session_cut_agent (E2eSession *self);
gint64 e2e_session_send (E2eSession *self, const char *text);
/* Waits until the task has ended; fails with what the session says if it ends otherwise than
 * @state. */
void e2e_session_await_task (E2eSession *self, gint64 task, const char *state);
void e2e_session_await_state (E2eSession *self, const char *state);
void e2e_session_await_activity (E2eSession *self, const char *activity);
/* Waits until the session's detail contains @text. */
void e2e_session_await_detail (E2eSession *self, const char *text);
/* Waits until a process whose command line begins with @text runs. */
void                 e2e_session_await_command (E2eSession *self, const char *text);
ShipSessionSnapshot *e2e_session_read (E2eSession *self);

/* Standard output of a command run outside; fails when it does. (transfer full) */
char *e2e_output (const char *directory, const char *program, ...) G_GNUC_NULL_TERMINATED;
/* The processes this test has started and not seen end, whatever they started in turn: it adopts
 * orphans. */

/* Whether the command line of one of them begins with @text. */
gboolean e2e_has_descendant (const char *text);
typedef void (*E2eProcessFunc) (int pid, const char *name, gpointer user_data);
void e2e_foreach_descendant (E2eProcessFunc func, gpointer user_data);
/* Sends @signal to those whose name is @name. */
void e2e_kill_descendants (const char *name, int signal);
/* Waits until there is none; fails with a list of them if that does not come. */
void e2e_await_no_descendants (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (E2e, e2e_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (E2eSession, e2e_session_free)

G_END_DECLS

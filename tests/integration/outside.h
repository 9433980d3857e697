/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * A session of the whole product whose internet is elsewhere.c's: its names lead to a server here,
 * which answers with the files of "www/HOST/" below the test's root, and else says what host was
 * reached. Its certificate is "ca.pem" in the session's repository.
 */
typedef struct
{
  E2e        *e2e;     /* (owned) */
  SoupServer *server;  /* (owned) */
  E2eSession *session; /* (owned) */
  char       *ca;      /* (owned): the server's certificate, as text */
  GPtrArray  *uploads; /* (owned) (element-type utf8): the credentials that came, "none" for none */
} Outside;

/* Instead of e2e_init(); the first argument is the ship-session to use. */
void     outside_init (int *argc, char ***argv);
Outside *outside_new (const char *name);
void     outside_free (Outside *self);

/* Has the agent run @command; what it told its model of that. (transfer full) */
char *outside_run (Outside *self, const char *command);
/* The same, and fails if @answer is not in it. */
void outside_check (Outside *self, const char *command, const char *answer);
void outside_set_mode (Outside *self, const char *mode);
/* @scope: "once", "session" or "always" */
void outside_allow (Outside *self, const char *pattern, const char *scope, gboolean is_allowed);
/* How often it was asked for with that end; 0: never. */
gint64 outside_count (Outside *self, const char *host, guint port, const char *verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outside, outside_free)

G_END_DECLS

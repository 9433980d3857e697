/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define SHIP_REHEARSAL_MODEL "rehearsal/rehearsal"

/* What a new session is to be. Plain struct on the caller's stack; nothing owned. */
typedef struct
{
  const char *repository; /* (nullable): a sample is made, to rehearse on */
  const char *model;
  const char *mode;
  const char *prompt;        /* for the title */
  const char *base_branch;   /* (nullable): what is checked out */
  const char *branch;        /* (nullable): named by the session */
  double      budget;        /* US dollars; 0: as the settings say */
  gboolean    include_dirty; /* begin with what is not committed */
} ShipSessionStart;

/* Makes a session, and before it a sample repository if none is named. Nothing runs yet. Main
 * thread. finish: (transfer full): its id. @n_dirty: (out): changed files of the repository that
 * the session will not see. */
void  ship_session_start_async (ShipPaths              *paths,
                                const ShipSessionStart *start,
                                GCancellable           *cancellable,
                                GAsyncReadyCallback     callback,
                                gpointer                user_data);
char *ship_session_start_finish (GAsyncResult *result, guint *n_dirty, GError **error);

G_END_DECLS

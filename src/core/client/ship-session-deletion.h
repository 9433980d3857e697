/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What goes with a session when it is deleted, and what does not. Plain struct. */
typedef struct
{
  gboolean is_readable; /* else nothing below is known */
  char    *title;       /* (owned) */
  char    *repository;  /* (owned) */
  char    *branch;      /* (owned) */
  char    *state;       /* (owned): as stored */
  gboolean is_working;
  gboolean has_commits;   /* of its own; they are kept for a while: git/ship-git-rescue.h */
  int      n_lost;        /* of these, that no branch of the repository has; -1: not known */
  gboolean has_leftovers; /* its last turn was not committed */
  guint    n_pending;     /* prompts in its queue */
} ShipSessionLosses;

void ship_session_losses_free (ShipSessionLosses *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSessionLosses, ship_session_losses_free)

/* Whether there is something the user has to be asked about. */
gboolean ship_session_losses_is_any (const ShipSessionLosses *self);

/* finish: (transfer full): never NULL but when cancelled. */
void               ship_session_weigh_async (ShipPaths          *paths,
                                             const char         *session_id,
                                             GCancellable       *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer            user_data);
ShipSessionLosses *ship_session_weigh_finish (GAsyncResult *result, GError **error);

/* Ends the session's process, if there is one, and deletes what is on disk: see
 * ship_session_remove_async(). Cancelled: it may be asleep, and is still there. */
void     ship_session_delete_async (ShipPaths          *paths,
                                    const char         *session_id,
                                    gboolean            force, /* even if its commits are lost */
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean ship_session_delete_finish (GAsyncResult *result, GError **error);

G_END_DECLS

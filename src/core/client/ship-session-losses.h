/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

G_BEGIN_DECLS

/* What would be gone with a session that is deleted. */
typedef struct
{
  char                *id;       /* (owned) */
  ShipSessionSnapshot *snapshot; /* (owned) (nullable): its store cannot be read */
  gboolean             has_commits;
  int                  n_commits;     /* of them, on no branch of the user's; -1: not known */
  gboolean             has_leftovers; /* its last task left something that was not committed */
  guint                n_pending;     /* prompts that wait */
} ShipSessionLosses;

void ship_session_losses_free (ShipSessionLosses *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSessionLosses, ship_session_losses_free)

/* Whether anything is in it that exists nowhere else, as far as that is known. */
gboolean ship_session_losses_is_safe (const ShipSessionLosses *self);

/* A session that cannot be read is no error: it can still be deleted. finish: (transfer full) */
void               ship_session_losses_load_async (ShipPaths          *paths,
                                                   const char         *session_id,
                                                   GCancellable       *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer            user_data);
ShipSessionLosses *ship_session_losses_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS

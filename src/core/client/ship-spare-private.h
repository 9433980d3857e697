/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-spare.h"
#include "session/ship-session-rows.h"

G_BEGIN_DECLS

/* What the parts of spares share, and what making a session does with them. */

typedef struct
{
  ShipSessionRow *row;      /* (owned): as its own store says */
  gboolean        is_alive; /* a process has it */
} ShipSpare;

void ship_spare_free (ShipSpare *self);

/* What the index has for spares and what their stores say are spares, the oldest first. finish:
 * (transfer full) (element-type ShipSpare) */
void       ship_spare_list_async (ShipPaths          *paths,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
GPtrArray *ship_spare_list_finish (GAsyncResult *result, GError **error);

/* Whether a session of @repository on @commit with @model can be made of it: what was fixed when
 * its agent was started is right for that. */
gboolean ship_spare_fits (const ShipSpare *self,
                          const char      *repository,
                          const char      *commit,
                          const char      *model);

/* Who prepares, claims or removes spares holds this lock, so that none is claimed while it is being
 * ended. Waits @patience_ms. finish: a descriptor to be closed; -1 with SHIP_CLIENT_ERROR_CONFLICT
 */
void ship_spare_lock_async (ShipPaths          *paths,
                            guint               patience_ms,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data);
int  ship_spare_lock_finish (GAsyncResult *result, GError **error);

/* Ends a spare and removes it. The lock is held. */
void     ship_spare_retire_async (ShipPaths          *paths,
                                  const char         *session_id,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
gboolean ship_spare_retire_finish (GAsyncResult *result, GError **error);

/* Makes the session that @wanted describes of a spare. @wanted: borrowed until it returns; @branch:
 * (nullable): by its title and its id. finish: (transfer full) (nullable): its id; NULL without an
 * error when there is no spare that fits. */
void  ship_spare_claim_async (ShipPaths            *paths,
                              const ShipSessionRow *wanted,
                              const char           *branch,
                              GCancellable         *cancellable,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data);
char *ship_spare_claim_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSpare, ship_spare_free)

G_END_DECLS

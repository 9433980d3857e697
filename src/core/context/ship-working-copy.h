/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "context/ship-base.h"
#include "sandbox/local/ship-local-sandbox.h"

G_BEGIN_DECLS

/*
 * How a session's files are kept: an overlay over a base that sessions share, a snapshot that began
 * as that base, or a directory of its own. Decided once for a session, by the size of the
 * repository and by what this machine can do, and written down before the first use. Plain struct;
 * as long as it is held the base stays.
 */
typedef struct
{
  char     *work_dir;  /* (owned): appears as /work, or is what the overlay is mounted on */
  char     *state_dir; /* (owned) (nullable): what is written, over a base */
  ShipBase *base;      /* (owned) (nullable): a snapshot goes on without it */
} ShipWorkingCopy;

typedef enum
{
  SHIP_WORKING_COPY_PLAIN,
  SHIP_WORKING_COPY_OVERLAY,
  SHIP_WORKING_COPY_SNAPSHOT,
} ShipWorkingCopyKind;

/* What is asked for in the environment of ship-session, for tests and when something is wrong:
 * "overlay", "snapshot" or "plain" for every new session; otherwise it is decided. */
#define SHIP_WORKING_COPY_VARIABLE "SHIP_WORKING_COPY"

/* Makes what is needed, which the first time for a large repository takes as long as a checkout.
 * Main thread. The mirror has @commit, which is the session's first. Cancelled or failed: what the
 * session has is as it was. @step_func: (nullable): see ship-base-checkout.h. finish: (transfer
 * full) */
void             ship_working_copy_open_async (ShipPaths  *paths,
                                               const char *session_id,
                                               const char *repository,
                                               const char *commit,
                                               void (*step_func) (const char *step, gpointer user_data),
                                               gpointer            step_data,
                                               GCancellable       *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer            user_data);
ShipWorkingCopy *ship_working_copy_open_finish (GAsyncResult *result, GError **error);
void             ship_working_copy_free (ShipWorkingCopy *self);

/* Has @sandbox, which was made for work_dir, use it. */
void ship_working_copy_lay (const ShipWorkingCopy *self, ShipLocalSandbox *sandbox);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipWorkingCopy, ship_working_copy_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "context/ship-base.h"

G_BEGIN_DECLS

/* What is being done, for the user; more than once. Main thread. */
typedef void (*ShipBaseStepFunc) (const char *step, gpointer user_data);

/*
 * The base of @commit: the one that is there, or else it is made, by git in a sandbox of its own
 * where nothing of the repository is run, over the base with the fewest changes or from nothing.
 * Waits for another process that makes the same one. Cancelled or failed: nothing is left of it.
 * @step_func: (nullable): until it finishes. finish: (transfer full)
 */
void      ship_base_checkout_async (ShipPaths          *paths,
                                    const char         *repository,
                                    const char         *commit,
                                    ShipBaseStepFunc    step_func,
                                    gpointer            step_data,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
ShipBase *ship_base_checkout_finish (GAsyncResult *result, GError **error);

/* "Updating files:  45% (45000/100000)" anywhere in what git wrote: the last such numbers. */
gboolean ship_base_checkout_parse_progress (const char *text, guint *n_done, guint *n_total);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A spare is a session made ahead of its user: with its sandbox up and its agent started, on the
 * newest commit of a repository. No list shows it. The next session of that repository is made of
 * it (ship_session_create_async() does so by itself); one that nobody claims ends when it has been
 * idle for a while.
 */

/* Two of them are enough: each holds an agent in memory. */
#define SHIP_SPARE_MAX 2

/* Makes sure that there is a spare for what a session of @repository with @model would start from;
 * done when it has begun to wake. Others of that repository, and the oldest beyond the most there
 * may be, are ended. @base_branch: (nullable): HEAD. Failing is no news for a user: the next
 * session takes longer. Cancelled: there is one or there is none. */
void     ship_spare_prepare_async (ShipPaths          *paths,
                                   const char         *repository,
                                   const char         *base_branch,
                                   const char         *model,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean ship_spare_prepare_finish (GAsyncResult *result, GError **error);

/* Removes what spares left that have ended. Does nothing while another process prepares or claims
 * one. finish: how many. */
void  ship_spare_sweep_async (ShipPaths          *paths,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
guint ship_spare_sweep_finish (GAsyncResult *result);

G_END_DECLS

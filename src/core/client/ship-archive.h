/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-losses.h"

G_BEGIN_DECLS

/* The archived sessions, all at once. Main thread. */

/* What would be gone with each of them. finish: (transfer full) (element-type ShipSessionLosses) */
void       ship_archive_survey_async (ShipPaths          *paths,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
GPtrArray *ship_archive_survey_finish (GAsyncResult *result, GError **error);

/* Deletes @ids, one after another, as ship_session_remove_async() does; what cannot be deleted
 * stays and does not hold up the rest. Cancelled: those that are not deleted yet stay. finish: how
 * many were; @error: (out) (nullable): why the first of the others was not */
void  ship_archive_delete_async (ShipPaths          *paths,
                                 const char *const  *ids,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
guint ship_archive_delete_finish (GAsyncResult *result, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A small git repository for a rehearsal, in a new temporary folder. finish: (transfer full): its
 * path */
void  ship_sample_repository_make_async (GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
char *ship_sample_repository_make_finish (GAsyncResult *result, GError **error);

G_END_DECLS

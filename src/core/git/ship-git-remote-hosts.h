/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/* The hosts of the remotes of a user's repository that are reached over the network, each once:
 * host names only, without port, user and path. On a worker thread. finish: (transfer full) */
void  ship_git_read_remote_hosts_async (const char         *repository_path,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
GStrv ship_git_read_remote_hosts_finish (GAsyncResult *result, GError **error);

/* Of "scheme://user@host:port/path" or "user@host:path". (transfer full) (nullable): it has none */
char *ship_git_remote_host_from_url (const char *url);

G_END_DECLS

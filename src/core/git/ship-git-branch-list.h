/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/* The local branches of the user's repository, the one that is checked out first and then those
 * with the newest commits; at most 2,000. Names that are not UTF-8 are left out. @path: the
 * repository or anything below it. finish: (transfer full) */
void  ship_git_list_branches_async (const char         *path,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
GStrv ship_git_list_branches_finish (GAsyncResult *result, GError **error);

G_END_DECLS

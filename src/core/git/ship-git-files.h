/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/* The paths in a commit's tree, directories with a "/" behind them, in their order; at most
 * 200,000. Read from the mirror if it has the commit, else from the user's repository. Paths that
 * are not UTF-8 or hold control characters are left out. finish: (transfer full) */
void  ship_git_list_files_async (const char         *mirror_path,
                                 const char         *repository_path,
                                 const char         *commit,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
GStrv ship_git_list_files_finish (GAsyncResult *result, GError **error);

G_END_DECLS

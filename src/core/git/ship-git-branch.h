/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/* Whether a session's branch @from may be called @to: SHIP_GIT_ERROR_CONFLICT when the user's
 * repository or the mirror has a branch there or one in its way, or when @from is checked out.
 * Changes nothing. @from need not be there. */
void     ship_git_branch_check_async (const char         *mirror_path,
                                      const char         *repository_path,
                                      const char         *from,
                                      const char         *to,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean ship_git_branch_check_finish (GAsyncResult *result, GError **error);

/* Renames @from to @to in the user's repository and in the mirror, where it is there. No checkout,
 * HEAD or setting is touched. Interrupted anywhere it can be done again, and completes; a branch
 * @to that has all the commits of @from is then taken for the new one. When it fails everything is
 * as it was. */
void     ship_git_branch_rename_async (const char         *mirror_path,
                                       const char         *repository_path,
                                       const char         *from,
                                       const char         *to,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean ship_git_branch_rename_finish (GAsyncResult *result, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/*
 * Makes a commit of what is not committed in the user's repository, on top of @base, so that a
 * session can begin with it: changed, new and deleted files, but neither ignored ones nor what is
 * checked out in submodules. Like a stash it is objects only: no reference, index, checkout or
 * setting is touched, no hook or filter program runs, and git prunes it if nobody takes it.
 *
 * SHIP_GIT_ERROR_CONFLICT if @base is not what is checked out, or a merge is not finished;
 * SHIP_GIT_ERROR_SECRET if a file holds a new credential, which the agent would see. A worker
 * thread reads the files. finish: (transfer full): the commit's id, @base if nothing differs.
 */
void  ship_git_working_tree_commit_async (const char         *repository_path,
                                          const char         *base,
                                          const char         *user_name,
                                          const char         *user_email,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
char *ship_git_working_tree_commit_finish (GAsyncResult *result, GError **error);

G_END_DECLS

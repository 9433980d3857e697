/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/* What is known of the user's own repository (read on a worker thread; the repository is not
 * changed). */
typedef struct
{
  char    *path;   /* (owned): its root, canonical */
  char    *name;   /* (owned): the last part of the path */
  char    *commit; /* (owned): HEAD, 40 hex digits */
  char    *branch; /* (owned) (nullable): NULL for a detached HEAD */
  gboolean is_bare;
  guint    n_dirty; /* changed or untracked files that a session will not see */
  gboolean has_submodules;
  gboolean has_lfs;    /* some of its files are kept in Git LFS */
  char    *user_name;  /* (owned) (nullable): as git would use for a commit */
  char    *user_email; /* (owned) (nullable) */
} ShipGitRepositoryInfo;

void ship_git_repository_info_free (ShipGitRepositoryInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGitRepositoryInfo, ship_git_repository_info_free)

/* @path: the repository or anything below it. @branch: (nullable): take this branch's commit, not
 * HEAD's. */
void                   ship_git_repository_inspect_async (const char         *path,
                                                          const char         *branch,
                                                          GCancellable       *cancellable,
                                                          GAsyncReadyCallback callback,
                                                          gpointer            user_data);
ShipGitRepositoryInfo *ship_git_repository_inspect_finish (GAsyncResult *result, GError **error);

/* Brings @branch with @commit from the mirror into the user's repository, without touching their
 * checkout, index or HEAD. SHIP_GIT_ERROR_CONFLICT if the branch there has commits of its own or is
 * checked out: nothing is changed. */
void     ship_git_repository_deliver_async (const char         *path,
                                            const char         *mirror_path,
                                            const char         *branch,
                                            const char         *commit,
                                            GCancellable       *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data);
gboolean ship_git_repository_deliver_finish (GAsyncResult *result, GError **error);

G_END_DECLS

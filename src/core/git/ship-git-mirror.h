/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/*
 * The host's own bare copy of a repository, in the cache: the truth that sessions start from and
 * end in. Its objects are what a sandbox sees read-only, so they are made readable for everyone;
 * its refs and configuration are never seen inside. All work is on worker threads.
 */

/* Makes the mirror if it is not there and brings @commit with its history from the local
 * repository. */
void     ship_git_mirror_update_async (const char         *mirror_path,
                                       const char         *repository_path,
                                       const char         *commit,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean ship_git_mirror_update_finish (GAsyncResult *result, GError **error);

/* What a turn brought out of the sandbox. Strings and the pack are copied or referenced before the
 * call returns. */
typedef struct
{
  const char *mirror_path;
  const char *tree;   /* 40 hex digits, as the sandbox said: checked, not believed */
  GBytes     *pack;   /* the objects the mirror lacks; may be thin; untrusted */
  const char *parent; /* commit */
  const char *branch; /* moved to the new commit, from @parent or from not existing */
  const char *user_name;
  const char *user_email;
  const char *message; /* first line and body; the trailer is added */
  const char *trailer; /* (nullable): "Co-authored-by: …" */
} ShipGitImport;

/* Indexes and verifies the pack, checks every tree that is new (names, modes, nothing missing, no
 * way out), makes the commit and moves the branch. finish: (transfer full) (nullable): the commit's
 * id; NULL without an error when the tree is the parent's, so that there is nothing to commit.
 * SHIP_GIT_ERROR_HOSTILE and SHIP_GIT_ERROR_SECRET leave nothing behind; so does a cancellation
 * that comes in time, and one that comes too late gives the commit. */
void  ship_git_mirror_import_async (const ShipGitImport *import,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
char *ship_git_mirror_import_finish (GAsyncResult *result, GError **error);

/* Where a branch of the mirror stands. finish: (transfer full) (nullable): its commit if that
 * descends from
 * @ancestor or is it; NULL without an error when there is no such branch or mirror, or it is
 * another's. */
void  ship_git_mirror_read_branch_async (const char         *mirror_path,
                                         const char         *branch,
                                         const char         *ancestor,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
char *ship_git_mirror_read_branch_finish (GAsyncResult *result, GError **error);

/* Deletes a branch of the mirror; the commits stay until they are pruned. */
void     ship_git_mirror_delete_branch_async (const char         *mirror_path,
                                              const char         *branch,
                                              GCancellable       *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer            user_data);
gboolean ship_git_mirror_delete_branch_finish (GAsyncResult *result, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

typedef enum
{
  SHIP_GIT_CHANGE_ADDED,
  SHIP_GIT_CHANGE_MODIFIED,
  SHIP_GIT_CHANGE_DELETED,
  SHIP_GIT_CHANGE_RENAMED,
  SHIP_GIT_CHANGE_TYPE,
} ShipGitChange;

#define SHIP_TYPE_GIT_CHANGE (ship_git_change_get_type ())
GType ship_git_change_get_type (void);

/* One changed file: an immutable value with properties "path", "old-path", "change", "is-binary",
 * "additions", "deletions", "patch" (unified, NULL for binary or when too large: see is-truncated),
 * "is-truncated". Texts are valid UTF-8 whatever the repository holds. */
#define SHIP_TYPE_GIT_FILE_DIFF (ship_git_file_diff_get_type ())
G_DECLARE_FINAL_TYPE (ShipGitFileDiff, ship_git_file_diff, SHIP, GIT_FILE_DIFF, GObject)

const char   *ship_git_file_diff_get_path (ShipGitFileDiff *self);
const char   *ship_git_file_diff_get_old_path (ShipGitFileDiff *self); /* (nullable) */
ShipGitChange ship_git_file_diff_get_change (ShipGitFileDiff *self);
gboolean      ship_git_file_diff_is_binary (ShipGitFileDiff *self);
gboolean      ship_git_file_diff_is_truncated (ShipGitFileDiff *self);
guint         ship_git_file_diff_get_additions (ShipGitFileDiff *self);
guint         ship_git_file_diff_get_deletions (ShipGitFileDiff *self);
const char   *ship_git_file_diff_get_patch (ShipGitFileDiff *self); /* (nullable) */

/* The changes from commit @from to commit @to, renames found. finish: (transfer full): a GListModel
 * of ShipGitFileDiff */
void        ship_git_diff_async (const char         *mirror_path,
                                 const char         *from,
                                 const char         *to,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
GListModel *ship_git_diff_finish (GAsyncResult *result, GError **error);

G_END_DECLS

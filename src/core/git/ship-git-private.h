/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <git2.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/* What the workers of this directory share. Everything here runs on a worker thread, with libgit2
 * objects that the same thread opened from paths. */

/* To be called first by every worker. */
void ship_git_thread_init (void);

/* Sets @error to the formatted sentence and what libgit2 last said on this thread. Returns: FALSE
 */
gboolean ship_git_set_error (GError **error, ShipGitError code, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

gboolean ship_git_parse_id (const char *hex, git_oid *id, GError **error);
char    *ship_git_id_to_string (const git_oid *id);

/* A set of ids, which it owns. (transfer full) (element-type git_oid) */
GHashTable *ship_git_new_id_set (void);

/* @path as a user may see it: valid UTF-8, no control characters, not endless. (transfer full) */
char *ship_git_display_path (const char *path);

/* The user's own repository. @search: @path may be a directory below it. (transfer full) */
git_repository *ship_git_open_user_repository (const char *path, gboolean search, GError **error);
git_repository *ship_git_open_mirror (const char *mirror_path, GError **error);

/* Every commit that a reference points to, as far as its object is there. (element-type git_oid) */
GArray *ship_git_list_tips (git_repository *repository, GError **error);

/* "refs/heads/BRANCH", or NULL with an error if git would not take the name. (transfer full) */
char *ship_git_dup_branch_ref (const char *branch, GError **error);

/* Removes a directory of ours with all that is in it; links are not followed. */
void     ship_git_remove_tree (const char *path);
gboolean ship_git_make_dir (const char *path, int mode, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <git2.h>

G_BEGIN_DECLS

/* A file that the tree has and the parent has not, or has otherwise. */
typedef struct
{
  char   *path; /* (owned) */
  git_oid id;
  git_oid old_id; /* all zero if there was no file at the path */
} ShipGitNewFile;

/* What a tree that came out of a sandbox brings. Plain struct. */
typedef struct
{
  GHashTable *ids;   /* (owned) (element-type git_oid): every object that was looked at */
  GPtrArray  *files; /* (owned) (element-type ShipGitNewFile): regular files, each contents once */
} ShipGitTreeReport;

void ship_git_tree_report_free (ShipGitTreeReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGitTreeReport, ship_git_tree_report_free)

/* Checks every entry of @tree that is not in the parent's tree at the same place, all the way down:
 * its name, its mode, that the object is there and of the right kind. @odb: has everything, new and
 * old. @parent: its repository has everything old. NULL with SHIP_GIT_ERROR_HOSTILE. Worker threads
 * only. (transfer full) */
ShipGitTreeReport *ship_git_tree_check_thread (git_odb        *odb,
                                               const git_oid  *tree,
                                               const git_tree *parent,
                                               GCancellable   *cancellable,
                                               GError        **error);

G_END_DECLS

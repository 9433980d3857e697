/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <git2.h>

G_BEGIN_DECLS

/* Brings a commit with all its history from one repository's objects to another's, both on this
 * machine. */
typedef struct
{
  const char    *scratch;      /* a directory of ours that may be filled; the caller removes it */
  const char    *from_objects; /* the objects directory that has the commit */
  const char    *to_objects;   /* what is reachable from @have is there already */
  const char    *shallow; /* (nullable): commits whose parents are missing on purpose, one a line */
  const git_oid *wanted;
  GArray *have; /* (element-type git_oid): commits that @to_objects has with all their history */
  const char *pack_dir; /* where pack and index are put */
} ShipGitTransfer;

/* Worker threads only. When it fails or is cancelled, what is in @pack_dir is of no use. */
gboolean ship_git_transfer_thread (const ShipGitTransfer *transfer,
                                   GCancellable          *cancellable,
                                   GError               **error);

G_END_DECLS

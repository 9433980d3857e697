/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "git/ship-git-diff.h"

G_BEGIN_DECLS

/* What a worker finds out of one changed file. Plain struct; texts are valid UTF-8. */
typedef struct
{
  char         *path;     /* (owned) */
  char         *old_path; /* (owned) (nullable) */
  char         *patch;    /* (owned) (nullable) */
  ShipGitChange change;
  gboolean      is_binary;
  gboolean      is_truncated;
  guint         additions;
  guint         deletions;
} ShipGitFileChange;

void ship_git_file_change_free (ShipGitFileChange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGitFileChange, ship_git_file_change_free)

/* Main thread. @change: (transfer full) */
ShipGitFileDiff *ship_git_file_diff_new_take (ShipGitFileChange *change);

G_END_DECLS

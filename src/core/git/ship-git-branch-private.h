/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <git2.h>
#include <glib.h>

G_BEGIN_DECLS

/* What has to be known of a branch before it is moved. Worker threads only. */

/* In the main checkout or any further worktree, or in a rebase that is going on there; also for a
 * branch that has no commit yet, which libgit2's git_branch_is_checked_out() does not answer. */
gboolean ship_git_branch_is_checked_out (git_repository *repository, const char *reference_name);

/* Whether @commit is @tip or comes before it. Not git_graph_descendant_of(), which fails on a
 * history that was cut off on purpose. */
gboolean
ship_git_branch_has (git_repository *repository, const git_oid *tip, const git_oid *commit);

G_END_DECLS

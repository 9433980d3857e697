/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/* How much a checkout of a commit is, and what it has in common with others. */
typedef struct
{
  guint    n_files;
  gboolean is_large;  /* so many files, or such sizes, that a checkout takes seconds */
  char    *nearest;   /* (owned) (nullable): of the candidates, the one with the fewest changes */
  guint    n_changed; /* files that differ from it; 0 without one */
} ShipGitMeasure;

void ship_git_measure_free (ShipGitMeasure *self);

/* On a worker thread. @candidates: commits; those that the mirror has not got are passed over.
 * finish: (transfer full) */
void            ship_git_measure_async (const char         *mirror_path,
                                        const char         *commit,
                                        const char *const  *candidates,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
ShipGitMeasure *ship_git_measure_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGitMeasure, ship_git_measure_free)

G_END_DECLS

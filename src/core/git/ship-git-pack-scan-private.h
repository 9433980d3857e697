/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <git2.h>

G_BEGIN_DECLS

/* What a pack from a sandbox may be at most. */
typedef struct
{
  gsize   max_pack_bytes;
  guint   max_objects;
  guint64 max_object_bytes; /* of one object, unpacked */
  guint64 max_total_bytes;  /* of all objects, unpacked */
  guint   max_delta_depth;
} ShipGitPackLimits;

extern const ShipGitPackLimits ship_git_pack_limits;

/* Reads an untrusted pack once from end to end, keeping nothing, before libgit2 sees it: so that a
 * small pack cannot make the host unpack something endless. @known: (nullable): where the bases of
 * a thin pack are.
 * @n_objects: (out). FALSE with SHIP_GIT_ERROR_HOSTILE. Any thread. */
gboolean ship_git_pack_scan (GBytes                  *pack,
                             const ShipGitPackLimits *limits,
                             git_odb                 *known,
                             guint                   *n_objects,
                             GCancellable            *cancellable,
                             GError                 **error);

G_END_DECLS

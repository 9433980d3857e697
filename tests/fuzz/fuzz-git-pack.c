/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-error.h"
#include "git/ship-git-pack-scan-private.h"
#include "ship-fuzz.h"

/* A pack from a sandbox: it is taken or called hostile, within bounds of time and memory. */

static const ShipGitPackLimits limits = {
  .max_pack_bytes = 64 * 1024,
  .max_objects = 64,
  .max_object_bytes = 64 * 1024,
  .max_total_bytes = 256 * 1024,
  .max_delta_depth = 8,
};

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) pack = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  guint n_objects = 0;

  if (ship_git_pack_scan (pack, &limits, NULL, &n_objects, NULL, &error))
    SHIP_FUZZ_CHECK (n_objects <= limits.max_objects);
  else
    SHIP_FUZZ_CHECK (g_error_matches (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_HOSTILE));
  return 0;
}

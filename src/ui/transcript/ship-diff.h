/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A change as lines with their numbers, from a unified diff. Untrusted text: whatever it says, what
 * comes out is bounded and within it. Any thread. */
typedef enum
{
  SHIP_DIFF_CONTEXT,
  SHIP_DIFF_ADDED,
  SHIP_DIFF_REMOVED,
  SHIP_DIFF_HUNK, /* where the next lines stand */
  SHIP_DIFF_FILE, /* the path */
} ShipDiffKind;

typedef struct
{
  ShipDiffKind kind;
  guint        before; /* line number; 0: not in the file before */
  guint        after;
  const char  *text; /* (unowned): of the diff's, not terminated, without the sign */
  gsize        length;
} ShipDiffLine;

typedef struct
{
  char   *text;  /* (owned) */
  GArray *lines; /* (owned) (element-type ShipDiffLine) */
  guint   n_added;
  guint   n_removed;
  guint   n_files;
} ShipDiff;

ShipDiff *ship_diff_new (const char *unified);
/* A file that was not there before. */
ShipDiff *ship_diff_new_for_content (const char *content);
void      ship_diff_free (ShipDiff *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipDiff, ship_diff_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *kind; /* (unowned): what it looks like, translated */
  gsize       offset;
  gsize       length;
  guint       line; /* from 1 */
} ShipGitSecret;

/* Finds the next thing in @data from @start on that has the shape of a well-known credential. Few
 * kinds, exact lengths and alphabets, no guessing by entropy alone: a false alarm stops a turn.
 * Pure function. Any thread. */
gboolean ship_git_secret_scan (const char *data, gsize length, gsize start, ShipGitSecret *secret);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <git2.h>
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

/* The first of them in a file that was not in it before. Binary and very large files hold none.
 * @old: (nullable). A worker thread's objects. */
gboolean
ship_git_secret_scan_object (git_odb_object *object, git_odb_object *old, ShipGitSecret *secret);

G_END_DECLS

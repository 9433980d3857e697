/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-file-list.h"

G_BEGIN_DECLS

/*
 * Finds the paths that somebody types, of a session's files or of a repository's, without keeping
 * the main thread: one search at a time, and of several that were asked for meanwhile only the
 * last.
 *
 * Signals: "matched" (const char *pattern, GStrv paths): the best, the best first; "trouble"
 * (GError *): the files could not be listed.
 * Main thread; lists and searches on GLib's task pool.
 */
#define SHIP_TYPE_FILE_MATCHER (ship_file_matcher_get_type ())
G_DECLARE_FINAL_TYPE (ShipFileMatcher, ship_file_matcher, SHIP, FILE_MATCHER, GObject)

/* @n_most: of what "matched" gives */
ShipFileMatcher *ship_file_matcher_new (ShipPaths *paths, guint n_most);
/* Whose files: one of these. */
void ship_file_matcher_set_session (ShipFileMatcher *self, const char *session_id);
/* @repository: (nullable): of nothing; @branch: (nullable): its HEAD */
void ship_file_matcher_set_repository (ShipFileMatcher *self,
                                       const char      *repository,
                                       const char      *branch);
/* Takes a list that is there already, for tests and measurements. (transfer full) */
void ship_file_matcher_take_list (ShipFileMatcher *self, ShipFileList *list);
/* Lists the files anew; what is known is searched until they are there. */
void ship_file_matcher_refresh (ShipFileMatcher *self);
/* Answered by "matched", once there is a list; not if another is asked for meanwhile. */
void ship_file_matcher_match (ShipFileMatcher *self, const char *pattern);
/* Nothing more is answered. Before the last reference. */
void ship_file_matcher_stop (ShipFileMatcher *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The files of a session's working copy as of its last commit, for completing "@path". An immutable
 * value; needs no sandbox. */
typedef struct _ShipFileList ShipFileList;

/* @paths: (transfer full): as ship_git_list_files_finish() gives them */
ShipFileList *ship_file_list_new (GStrv paths);
ShipFileList *ship_file_list_ref (ShipFileList *self);
void          ship_file_list_unref (ShipFileList *self); /* any thread */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipFileList, ship_file_list_unref)

/* Of a session. finish: (transfer full) */
void ship_file_list_load_async (ShipPaths          *paths,
                                const char         *session_id,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
/* Of a repository without a session, at @branch; (nullable): at its HEAD. The same finish. */
void          ship_file_list_load_repository_async (ShipPaths          *paths,
                                                    const char         *repository,
                                                    const char         *branch,
                                                    GCancellable       *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer            user_data);
ShipFileList *ship_file_list_load_finish (GAsyncResult *result, GError **error);

/* The best @n_most whose letters hold those of @pattern in its order, the best first; "": the first
 * ones. Upper case matters where @pattern has some. (transfer container) (element-type utf8):
 * borrowed paths */
GPtrArray *ship_file_list_match (ShipFileList *self, const char *pattern, guint n_most);

/* What ship_file_list_match() sorts by: more is better, negative is no match. A pure function. */
int ship_file_list_score (const char *path, const char *pattern);

G_END_DECLS

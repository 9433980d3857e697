/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "git/ship-git-repository.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a new session is to be. Plain struct on the caller's stack; nothing owned. */
typedef struct
{
  const char        *repository;  /* a path */
  const char        *title;       /* (nullable): from the prompt */
  const char        *prompt;      /* (nullable): only for the title */
  const char        *base_branch; /* (nullable): HEAD */
  const char        *branch;      /* (nullable): the name by GIT-02 */
  const char        *model;       /* "provider/id" */
  const char        *mode;        /* "build" or "plan" */
  const char        *variant;     /* (nullable): the model's default */
  const char *const *ask; /* (nullable): the permissions that are asked for, as "bash" or "edit" */
  double             session_budget; /* US dollars; 0: as the settings say */
  gboolean           include_dirty;  /* begin with what is not committed in the repository */
} ShipNewSession;

/* What is wrong with it already, without looking at the repository: SHIP_CLIENT_ERROR_INVALID. */
gboolean ship_new_session_check (const ShipNewSession *what, GError **error);
/* Why no session can begin in a repository that could be looked at: SHIP_GIT_ERROR_NO_IDENTITY, or
 * SHIP_CLIENT_ERROR_INVALID for its path. */
gboolean ship_new_session_check_repository (const ShipGitRepositoryInfo *info, GError **error);

/* Checks the repository, makes the session's directory with its store and its row in the index;
 * nothing is started. What fails leaves nothing behind. finish: (transfer full): its id. @n_dirty:
 * (out) (nullable): changed files in the repository that the session will not see. With
 * include_dirty they are its base commit, made by git/ship-git-working-tree.h, whose errors may
 * come. */
void  ship_session_create_async (ShipPaths            *paths,
                                 const ShipNewSession *what,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
char *ship_session_create_finish (GAsyncResult *result, guint *n_dirty, GError **error);
/* What the user should know of the repository; no failure. (transfer none) (element-type utf8) */
GPtrArray *ship_session_create_get_notices (GAsyncResult *result);

/* Deletes what is on disk of a session whose process has ended (mirror branch included). Its
 * commits are kept for a while: see git/ship-git-rescue.h; when they cannot be, nothing is
 * deleted, except by force. */
void ship_session_remove_async (ShipPaths          *paths,
                                const char         *session_id,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
void ship_session_remove_by_force_async (ShipPaths          *paths,
                                         const char         *session_id,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
/* Of both. */
gboolean ship_session_remove_finish (GAsyncResult *result, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/* How long the commits of a deleted session are kept. */
#define SHIP_GIT_RESCUE_DAYS 30

/* What a deleted session left: its commits, under refs/ship/rescue/ID of the mirror, with a note
 * beside the references (never among the objects, which a sandbox sees). */
typedef struct
{
  char  *mirror_path; /* (owned) */
  char  *id;          /* (owned): the session's */
  char  *title;       /* (owned) */
  char  *repository;  /* (owned): path of the user's repository */
  char  *branch;      /* (owned) */
  char  *base;        /* (owned): the commit it began from */
  char  *commit;      /* (owned): its last one */
  gint64 deleted_at;  /* milliseconds since 1970 */
} ShipGitRescue;

ShipGitRescue *ship_git_rescue_copy (const ShipGitRescue *self);
void           ship_git_rescue_free (ShipGitRescue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGitRescue, ship_git_rescue_free)

/* Keeps the commits of a session that is going to be deleted. Where there is nothing to keep (no
 * commit of its own, or no mirror any more) that is no error. @rescue is copied. Cancelled: as it
 * was. */
void     ship_git_rescue_keep_async (const ShipGitRescue *rescue,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);
gboolean ship_git_rescue_keep_finish (GAsyncResult *result, GError **error);

/* Everything that is kept in the mirrors below @mirrors_dir, newest first; what is older than
 * SHIP_GIT_RESCUE_DAYS at @now_ms is dropped. finish: (transfer full) (element-type ShipGitRescue)
 */
void       ship_git_rescue_list_async (const char         *mirrors_dir,
                                       gint64              now_ms,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
GPtrArray *ship_git_rescue_list_finish (GAsyncResult *result, GError **error);

/* How many of the commits from @base to @commit no branch or tag of the user's repository has.
 * finish: the number, -1 with @error. */
void ship_git_rescue_count_async (const char         *mirror_path,
                                  const char         *repository_path,
                                  const char         *base,
                                  const char         *commit,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
int  ship_git_rescue_count_finish (GAsyncResult *result, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-error.h"

G_BEGIN_DECLS

/* A file of the first commit. Strings borrowed from the caller until the callback. */
typedef struct
{
  const char *name; /* NULL ends the list */
  const char *text;
} ShipGitNewFile;

/* Makes a repository of @files with one commit on "main" in @path, a directory that is there and
 * empty. The identity is set in this repository only. @path, @files and the strings are borrowed
 * until the callback. */
void     ship_git_create_async (const char           *path,
                                const ShipGitNewFile *files,
                                const char           *user_name,
                                const char           *user_email,
                                const char           *message,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
gboolean ship_git_create_finish (GAsyncResult *result, GError **error);

G_END_DECLS

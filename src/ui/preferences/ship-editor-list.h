/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A program that can open a folder. */
typedef struct
{
  char *name;    /* (owned): "Visual Studio Code" */
  char *command; /* (owned): what is run with the folder behind it, "code" */
} ShipEditor;

void ship_editor_free (ShipEditor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipEditor, ship_editor_free)

/* The editors that are known by their command and found on @path (as $PATH), then what @handlers
 * (element-type GAppInfo) (nullable) opens folders with: each program once. (transfer full)
 * (element-type ShipEditor). Any thread. */
GPtrArray *ship_editor_list_find (const char *path, GList *handlers);

/* The same for this machine. Cancelled: nothing remains. finish: (transfer full) */
void       ship_editor_list_load_async (GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
GPtrArray *ship_editor_list_load_finish (GAsyncResult *result, GError **error);

/* The name of what the desktop opens folders with; NULL if there is none. Asked for by load. */
const char *ship_editor_list_get_usual (GAsyncResult *result);

/* Whether @command could be run, of @path: G_IO_ERROR_INVALID_ARGUMENT with a sentence. */
gboolean ship_editor_list_check (const char *command, const char *path, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets the user choose a folder. finish: its path, (transfer full); NULL with G_IO_ERROR_CANCELLED
 * when they did not. The one place that knows the toolkit's file chooser. */
void  ship_folder_chooser_choose_async (GtkWindow          *parent,
                                        const char         *title,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
char *ship_folder_chooser_choose_finish (GAsyncResult *result, GError **error);

G_END_DECLS

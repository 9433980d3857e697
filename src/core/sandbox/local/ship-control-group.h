/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The directory of a control group (version 2) that holds a sandbox, whoever made it: is its limit
 * of memory there, and has the kernel killed for it. Main thread.
 *
 * Signal "killed" (): the kernel has killed a process in it, once.
 */
#define SHIP_TYPE_CONTROL_GROUP (ship_control_group_get_type ())
G_DECLARE_FINAL_TYPE (ShipControlGroup, ship_control_group, SHIP, CONTROL_GROUP, GObject)

ShipControlGroup *ship_control_group_new (const char *path);

const char *ship_control_group_get_path (ShipControlGroup *self);

/* Reads the limit back, and listens from then on. G_IO_ERROR_NOT_SUPPORTED: it is not @memory
 * (bytes, to the page): the kernel does not keep it. */
void ship_control_group_watch_async (ShipControlGroup   *self,
                                     guint64             memory,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean
ship_control_group_watch_finish (ShipControlGroup *self, GAsyncResult *result, GError **error);

/* Listens no longer. finish: whether the kernel has killed in it, as far as could be seen before it
 * was gone. */
void     ship_control_group_end_async (ShipControlGroup   *self,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean ship_control_group_end_finish (ShipControlGroup *self, GAsyncResult *result);

G_END_DECLS

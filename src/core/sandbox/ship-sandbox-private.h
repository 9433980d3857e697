/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/ship-sandbox.h"

G_BEGIN_DECLS

/* What a kind of sandbox fills in. */
struct _ShipSandboxClass
{
  GObjectClass parent_class;

  void (*start_async) (ShipSandbox        *self,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data);
  gboolean (*start_finish) (ShipSandbox *self, GAsyncResult *result, GError **error);
  void (*stop_async) (ShipSandbox *self, GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*stop_finish) (ShipSandbox *self, GAsyncResult *result, GError **error);
  void (*spawn_async) (ShipSandbox        *self,
                       ShipSandboxCommand *command,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data);
  ShipSandboxProcess *(*spawn_finish) (ShipSandbox *self, GAsyncResult *result, GError **error);
  gboolean (*attach_port) (ShipSandbox *self, guint16 port, int fd, GError **error);
};

void ship_sandbox_set_step (ShipSandbox *self, const char *step);
void ship_sandbox_set_running (ShipSandbox *self, gboolean running);
void ship_sandbox_report_death (ShipSandbox *self, const GError *error);

G_END_DECLS

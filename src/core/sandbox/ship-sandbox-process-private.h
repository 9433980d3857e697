/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/ship-sandbox-process.h"

G_BEGIN_DECLS

/* What a kind of sandbox fills in. */
struct _ShipSandboxProcessClass
{
  GObjectClass parent_class;

  void (*signal) (ShipSandboxProcess *self, int signal);
  void (*resize) (ShipSandboxProcess *self, guint16 rows, guint16 columns);
};

/* Before it is handed to anyone. Take what they get; NULL and -1 for none. */
void ship_sandbox_process_take_streams (ShipSandboxProcess *self,
                                        GOutputStream      *input,
                                        GInputStream       *output,
                                        GInputStream       *errors);
void ship_sandbox_process_take_pty (ShipSandboxProcess *self, int fd);

/* It has ended: with @wait_status, or with the sandbox (@error). Once. */
void
ship_sandbox_process_report_end (ShipSandboxProcess *self, int wait_status, const GError *error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What to run inside. The environment is the sandbox's own plus what is set here. Plain struct. */
typedef struct
{
  GPtrArray *argv;    /* (owned) (element-type utf8), without the closing NULL */
  GPtrArray *env;     /* (owned) (element-type utf8): "NAME=value" */
  char      *cwd;     /* (owned) (nullable): SHIP_SANDBOX_WORK_DIR by default */
  gboolean   use_pty; /* one terminal instead of three pipes */
  guint16    rows;
  guint16    columns;
} ShipSandboxCommand;

/* @program, …, NULL */
ShipSandboxCommand *ship_sandbox_command_new (const char *program, ...) G_GNUC_NULL_TERMINATED;
void                ship_sandbox_command_free (ShipSandboxCommand *self);
void                ship_sandbox_command_add_arg (ShipSandboxCommand *self, const char *arg);
void ship_sandbox_command_set_env (ShipSandboxCommand *self, const char *name, const char *value);
void ship_sandbox_command_set_pty (ShipSandboxCommand *self, guint16 rows, guint16 columns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSandboxCommand, ship_sandbox_command_free)

G_END_DECLS

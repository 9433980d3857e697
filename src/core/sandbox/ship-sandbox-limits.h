/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a sandbox may use of the machine. Known to the clients as well, which show and change it. */
typedef enum
{
  SHIP_SANDBOX_LIMIT_MEMORY,      /* bytes, of all processes together; of /tmp by its size */
  SHIP_SANDBOX_LIMIT_DISK,        /* bytes: what was written to working copy and home */
  SHIP_SANDBOX_LIMIT_FILE_SIZE,   /* bytes, of one file */
  SHIP_SANDBOX_LIMIT_PROCESSES,   /* threads among them */
  SHIP_SANDBOX_LIMIT_DESCRIPTORS, /* of one process */
  SHIP_SANDBOX_LIMIT_CPU_WEIGHT,  /* against 100 for what else the user runs */
  SHIP_SANDBOX_N_LIMITS,
} ShipSandboxLimit;

typedef struct
{
  guint64 values[SHIP_SANDBOX_N_LIMITS];
} ShipSandboxLimits;

/* "memory", "disk", …: in the store, on the bus and on command lines. */
const char *ship_sandbox_limit_get_name (ShipSandboxLimit limit);
/* -1: there is none of that name */
int ship_sandbox_limit_from_name (const char *name);
/* The key of the settings; sizes are in MiB there. */
const char *ship_sandbox_limit_get_setting (ShipSandboxLimit limit);
gboolean    ship_sandbox_limit_is_size (ShipSandboxLimit limit);

/* "6G", "512M", "4096", as suits the limit. FALSE with a sentence (G_IO_ERROR_INVALID_ARGUMENT). */
gboolean
ship_sandbox_limit_parse (ShipSandboxLimit limit, const char *text, guint64 *value, GError **error);
/* Whether it leaves a sandbox that can work. */
gboolean ship_sandbox_limit_check (ShipSandboxLimit limit, guint64 value, GError **error);
/* For people: "4.0 GiB", "512". (transfer full) */
char *ship_sandbox_limit_format (ShipSandboxLimit limit, guint64 value);

/* What the settings say, where they leave it to the machine derived from its memory (bytes). */
void
ship_sandbox_limits_read (ShipSandboxLimits *self, GSettings *settings, guint64 machine_memory);
/* Those of @own that are not 0 win. */
void ship_sandbox_limits_override (ShipSandboxLimits *self, const ShipSandboxLimits *own);
/* Bytes; 0 if it cannot be told. */
guint64 ship_sandbox_limits_get_machine_memory (void);

/* SHIP_SANDBOX_ERROR_LIMIT with the sentence that the user reads. @bound: what it is over, which is
 * less than the limit where the disk had no more. */
GError *
ship_sandbox_limits_new_error (const ShipSandboxLimits *self, ShipSandboxLimit hit, guint64 bound);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-secrets.h"

#include <glib.h>

G_BEGIN_DECLS

/* Sends this process's log messages to the file at @path, every known secret taken out. Warnings
 * and worse always, the rest with G_MESSAGES_DEBUG set. A file over 1 MiB is begun anew, the old
 * one kept as PATH.old. Call once. */
void ship_session_log_start (const char *path, ShipSecrets *secrets);

G_END_DECLS

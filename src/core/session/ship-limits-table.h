/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/ship-sandbox-limits.h"
#include "session/ship-session-tables.h"

G_BEGIN_DECLS

/* What a session's sandbox may use; see ship-session-tables.h. */
typedef struct
{
  ShipSandboxLimits own; /* 0: as the settings say */
  char             *way; /* (owned) (nullable): of the last time that it was awake */
} ShipLimitsRow;

void ship_limits_row_free (ShipLimitsRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipLimitsRow, ship_limits_row_free)

ShipLimitsRow *ship_limits_table_load (sqlite3 *db, GError **error);
/* @value: 0: as the settings say */
gboolean ship_limits_table_set (sqlite3 *db, ShipSandboxLimit limit, guint64 value, GError **error);
gboolean ship_limits_table_set_way (sqlite3 *db, const char *way, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"
#include "session/ship-index-tables.h"

G_BEGIN_DECLS

/* How it is said. (transfer full), all of them. */

/* What a request is about. */
char *ship_notice_dup_request (const ShipInboxRow *row);
/* What came of the last task: "3 files changed, $0.12". @snapshot: (nullable): it cannot be read */
char *ship_notice_dup_result (const ShipSessionSnapshot *snapshot);
/* Why it failed. @detail: (nullable) */
char *ship_notice_dup_failure (const char *detail);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/ship-sandbox.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The shells clients have open in the sandbox: each lives until it exits or the sandbox ends,
 * whoever looks on. */
#define SHIP_TYPE_TERMINALS (ship_terminals_get_type ())
G_DECLARE_FINAL_TYPE (ShipTerminals, ship_terminals, SHIP, TERMINALS, GObject)

ShipTerminals *ship_terminals_new (void);

/* finish: the terminal's number (0 with @error); @master: (out): its descriptor, the caller's own
 */
void ship_terminals_open_async (ShipTerminals      *self,
                                ShipSandbox        *sandbox,
                                guint16             rows,
                                guint16             columns,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
guint
ship_terminals_open_finish (ShipTerminals *self, GAsyncResult *result, int *master, GError **error);
gboolean ship_terminals_resize (ShipTerminals *self, guint terminal, guint16 rows, guint16 columns);

G_END_DECLS

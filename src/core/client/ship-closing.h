/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

G_BEGIN_DECLS

/*
 * What is being closed in the background while its owner is gone already, so that a program can
 * wait for all of it before it ends. Main thread.
 */
#define SHIP_TYPE_CLOSING (ship_closing_get_type ())
G_DECLARE_FINAL_TYPE (ShipClosing, ship_closing, SHIP, CLOSING, GObject)

ShipClosing *ship_closing_new (void);
/* Closes @transcript (transfer full). What goes wrong is logged: nobody is there to be told. */
void ship_closing_take_transcript (ShipClosing *self, ShipTranscript *transcript);

/* Until nothing is being closed any more. Cannot be cancelled, does not fail. */
void ship_closing_wait_async (ShipClosing *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean ship_closing_wait_finish (ShipClosing *self, GAsyncResult *result, GError **error);

G_END_DECLS

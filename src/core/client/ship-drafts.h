/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "session/ship-draft-table.h"

G_BEGIN_DECLS

/* The draft of a session that is still to be made. */
#define SHIP_DRAFTS_NEW_SESSION ""

/*
 * What was written and not sent, for each session. Held in memory, written to the index a moment
 * after it changed, many changes at once: it outlives the window, however that ends. The only
 * writer of these rows. Main thread; one store thread.
 *
 * Property "is-loaded" (notify). Signals: "changed" (const char *session): whether there is one, or
 * what it says; "trouble" (GError *): what was written may not be there any more after an accident.
 */
#define SHIP_TYPE_DRAFTS (ship_drafts_get_type ())
G_DECLARE_FINAL_TYPE (ShipDrafts, ship_drafts, SHIP, DRAFTS, GObject)

ShipDrafts *ship_drafts_new (ShipPaths *paths);

/* Once, before anything else. */
void     ship_drafts_load_async (ShipDrafts         *self,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
gboolean ship_drafts_load_finish (ShipDrafts *self, GAsyncResult *result, GError **error);
gboolean ship_drafts_is_loaded (ShipDrafts *self);

/* (transfer none) (nullable): there is none */
const ShipDraftRow *ship_drafts_get (ShipDrafts *self, const char *session);
/* Takes the place of the session's; an empty one is none. @row: (transfer full) */
void ship_drafts_put (ShipDrafts *self, ShipDraftRow *row);

/* What goes with a draft is kept beside it, and let go with the draft that names it. keep:
 * (transfer full): what to call it in a row, written when this returns. */
void  ship_drafts_keep_async (ShipDrafts         *self,
                              GBytes             *content,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
char *ship_drafts_keep_finish (ShipDrafts *self, GAsyncResult *result, GError **error);
/* (transfer full) */
GFile *ship_drafts_dup_file (ShipDrafts *self, const char *file);

/* Writes what is not written yet. Before the last reference. */
void ship_drafts_close_async (ShipDrafts *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean ship_drafts_close_finish (ShipDrafts *self, GAsyncResult *result, GError **error);

G_END_DECLS

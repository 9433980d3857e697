/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-closing.h"
#include "client/ship-drafts.h"
#include "client/ship-session-handle.h"
#include "usage/ship-model-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * One session: its conversation, what it asks, its state and the composer. Connects to the
 * session's process when there is one, and starts it only when the user wants something of it.
 */
#define SHIP_TYPE_SESSION_PAGE (ship_session_page_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionPage, ship_session_page, SHIP, SESSION_PAGE, GtkWidget)

/* @closing: takes what is closed behind it. */
GtkWidget         *ship_session_page_new (ShipPaths     *paths,
                                          ShipClosing   *closing,
                                          ShipModelList *models,
                                          ShipDrafts    *drafts,
                                          const char    *session_id);
const char        *ship_session_page_get_id (ShipSessionPage *self);
ShipSessionHandle *ship_session_page_get_handle (ShipSessionPage *self); /* (transfer none) */
/* The session's row, when the list has it: the state of one that is asleep. */
void ship_session_page_set_item (ShipSessionPage *self, ShipSessionItem *item);
/* As if it had been written and sent. @options: as the session's Send has them */
void ship_session_page_send (ShipSessionPage *self, const char *text, GVariant *options);
/* "provider/model", from the next turn on. */
void ship_session_page_use_model (ShipSessionPage *self, const char *model);
void ship_session_page_stop (ShipSessionPage *self);
void ship_session_page_focus (ShipSessionPage *self);

G_END_DECLS

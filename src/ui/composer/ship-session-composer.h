/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-drafts.h"
#include "client/ship-session-handle.h"
#include "usage/ship-model-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The composer of a session: the queue, and below it where the next prompt is written. Sends it,
 * stops, changes the model.
 *
 * Signals: "sent": something was sent off, "failed" (const char *sentence)
 */
#define SHIP_TYPE_SESSION_COMPOSER (ship_session_composer_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionComposer, ship_session_composer, SHIP, SESSION_COMPOSER, GtkWidget)

GtkWidget *ship_session_composer_new (ShipPaths         *paths,
                                      ShipSessionHandle *handle,
                                      ShipModelList     *models,
                                      ShipDrafts        *drafts);
/* Sends what was written elsewhere; if that fails it stands here. @options: as the session's Send
 * has them; floating references are taken */
void ship_session_composer_send (ShipSessionComposer *self, const char *text, GVariant *options);
void ship_session_composer_focus (ShipSessionComposer *self);
/* Adds to what is written. */
void ship_session_composer_add_text (ShipSessionComposer *self, const char *text);

G_END_DECLS

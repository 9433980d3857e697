/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "client/ship-drafts.h"
#include "usage/ship-model-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Where a session begins: what is to be done, in which repository, by which model.
 *
 * Signals: "started" (const char *session_id, const char *prompt, GVariant *options): options as
 *          the session's Send has them
 *          "failed" (const char *sentence)
 */
#define SHIP_TYPE_NEW_SESSION_PAGE (ship_new_session_page_get_type ())
G_DECLARE_FINAL_TYPE (ShipNewSessionPage, ship_new_session_page, SHIP, NEW_SESSION_PAGE, GtkWidget)

/* @sessions: where the repositories that were used last are known from. @settings: the default
 * model
 */
GtkWidget *ship_new_session_page_new (ShipPaths     *paths,
                                      GListModel    *sessions,
                                      ShipModelList *models,
                                      ShipDrafts    *drafts,
                                      GSettings     *settings);
/* Chooses the usual model again: what can be used may have changed. */
void ship_new_session_page_choose_model (ShipNewSessionPage *self);
void ship_new_session_page_focus (ShipNewSessionPage *self);
/* Begins a rehearsal at once. */
void ship_new_session_page_rehearse (ShipNewSessionPage *self);

G_END_DECLS

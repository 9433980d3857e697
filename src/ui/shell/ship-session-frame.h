/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-list.h"
#include "shell/ship-session-page.h"
#include "usage/ship-model-list.h"

G_BEGIN_DECLS

/*
 * A session as the window shows it: its header, its page, and the panel beside them, which lies
 * over the page where there is no room for both.
 *
 * Property: "is-folded" (it is the only pane of the window)
 */
#define SHIP_TYPE_SESSION_FRAME (ship_session_frame_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionFrame, ship_session_frame, SHIP, SESSION_FRAME, GtkWidget)

GtkWidget       *ship_session_frame_new (ShipPaths     *paths,
                                         ShipModelList *models,
                                         ShipDrafts    *drafts,
                                         GSettings     *settings,
                                         ShipClosing   *closing,
                                         const char    *session_id);
const char      *ship_session_frame_get_id (ShipSessionFrame *self);
ShipSessionPage *ship_session_frame_get_page (ShipSessionFrame *self); /* (transfer none) */
/* The session's row, when the list has it. */
void ship_session_frame_set_item (ShipSessionFrame *self, ShipSessionItem *item);
void ship_session_frame_toggle_panel (ShipSessionFrame *self);
/* Lets the user write another title. */
void ship_session_frame_rename (ShipSessionFrame *self);

G_END_DECLS

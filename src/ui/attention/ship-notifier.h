/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Tells the desktop when a session needs its user, is done or has failed, with a window or without
 * one: once, never again after a restart, and not of a session that the user is looking at. Takes
 * back what was answered or read elsewhere. A permission can be answered from the notification.
 * The setting "notifications" switches it off.
 *
 * Adds the action app.answer ((sxb): session, request, whether to allow); what is shown activates
 * app.open-session (s). What the user looks at is noted as seen.
 *
 * Owned by the application; main thread.
 */
#define SHIP_TYPE_NOTIFIER (ship_notifier_get_type ())
G_DECLARE_FINAL_TYPE (ShipNotifier, ship_notifier, SHIP, NOTIFIER, GObject)

/* @application: (unowned): its owner. @sessions: of ShipSessionItem. @inbox: of ShipInboxItem */
ShipNotifier *ship_notifier_new (GApplication *application,
                                 ShipPaths    *paths,
                                 GListModel   *sessions,
                                 GListModel   *inbox,
                                 GSettings    *settings);
/* Both lists have been read: what they hold is not news, what comes from now on is. */
void ship_notifier_begin (ShipNotifier *self);
/* The session that the user is looking at. @session_id: (nullable): none */
void ship_notifier_set_watched (ShipNotifier *self, const char *session_id);

G_END_DECLS

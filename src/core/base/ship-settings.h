/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

G_BEGIN_DECLS

/* The keys of data/dev.ship.Ship.gschema.xml that more than one place reads. */
#define SHIP_SETTING_DEFAULT_MODEL      "default-model"
#define SHIP_SETTING_SMALL_MODEL        "small-model"
#define SHIP_SETTING_TURN_BUDGET        "turn-budget"
#define SHIP_SETTING_SESSION_BUDGET     "session-budget"
#define SHIP_SETTING_DAY_BUDGET         "day-budget"
#define SHIP_SETTING_IDLE_SECONDS       "idle-seconds"
#define SHIP_SETTING_ARCHIVE_DAYS       "archive-days"
#define SHIP_SETTING_WARM_SANDBOXES     "warm-sandboxes"
#define SHIP_SETTING_BASE_URIS          "base-uris"
#define SHIP_SETTING_EGRESS_MODE        "egress-mode"
#define SHIP_SETTING_EGRESS_HOSTS       "egress-hosts"
#define SHIP_SETTING_SANDBOX_TOOLCHAINS "sandbox-toolchains"
#define SHIP_SETTING_EGRESS_DOWN        "egress-download"
#define SHIP_SETTING_EGRESS_RATE        "egress-rate"
/* Those of the window. */
#define SHIP_SETTING_THEME                "theme"
#define SHIP_SETTING_NOTIFICATIONS        "notifications"
#define SHIP_SETTING_EDITOR               "editor"
#define SHIP_SETTING_TERMINAL_FONT        "terminal-font"
#define SHIP_SETTING_BACKGROUND_EXPLAINED "is-background-explained"
#define SHIP_SETTING_WELCOMED             "is-welcomed"
#define SHIP_SETTING_WINDOW_SIZE          "window-size"
#define SHIP_SETTING_WINDOW_MAXIMIZED     "is-window-maximized"
#define SHIP_SETTING_SIDEBAR_WIDTH        "sidebar-width"
#define SHIP_SETTING_PANEL_WIDTH          "panel-width"
#define SHIP_SETTING_PANEL_SHOWN          "is-panel-shown"
#define SHIP_SETTING_PALETTE_RECENT       "palette-recent"

/*
 * What the user prefers, across sessions: GSettings over settings.ini in the configuration
 * directory, so that it works without a session bus and every program of ours sees a change at
 * once. Secrets are never here. With GSETTINGS_BACKEND=memory (the tests) nothing is written. Main
 * thread; made by main() and handed down.
 *
 * Returns: (transfer full); NULL with @error when the schema is not where the data files are.
 */
GSettings *ship_settings_new (ShipPaths *paths, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Where the package tools of this machine fetch from, so that they fetch from there in a sandbox,
 * too. Of what they are configured with nothing else is taken: no credential, no proxy, no path.
 * Stateless.
 *
 * A setting is a line "KEY VALUE"; what a line may say is decided when it is read.
 */

/* Adds what @answer says, which is that of "npm config get registry", "python3 -m pip config list",
 * "go env GOPROXY", or a configuration file of cargo. @tool: "npm", "python3", "go" or "cargo". */
void ship_tool_settings_read (GString *settings, const char *tool, const char *answer);

/* The files of a home that say the same to the tools. Lines that are no setting are passed over.
 * (transfer full) (element-type filename utf8): path below the home, content */
GHashTable *ship_tool_settings_get_files (const char *settings);

/* How each of these files begins. One that does not is somebody else's. */
#define SHIP_TOOL_SETTINGS_MARK "# Written by Ship"

G_END_DECLS

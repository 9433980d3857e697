/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "sandbox/ship-sandbox-run.h"
#include "sandbox/ship-sandbox.h"

G_BEGIN_DECLS

/* Where the model catalogue is, inside. */
#define SHIP_PREPARE_MODELS_PATH SHIP_SANDBOX_HOME_DIR "/.ship/models.json"
/* And what the agent is told of its sandbox. */
#define SHIP_PREPARE_HINTS_PATH SHIP_SANDBOX_HOME_DIR "/.ship/sandbox.md"

/*
 * The shell script, for standard input, that writes the files OpenCode needs into the agent's home.
 * It runs inside: the host never writes to a directory that the agent can fill with links.
 * (transfer full), NULL with @error when the catalogue cannot be read.
 */
GBytes *ship_prepare_script_new (ShipPaths *paths, GError **error);

/* FALSE with @error, which begins with @what, when a script of ours did not end with success. */
gboolean
ship_prepare_script_check (const ShipSandboxRunResult *run, const char *what, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "session/ship-session-tables.h"

/* g_test_init() with every directory below a temporary one, and SHIP_LIBEXEC_DIR where the fake
 * ship-session is. */
void client_test_init (int *argc, char ***argv);
/* Runs the tests and deletes the directory. */
int         client_test_run (void);
const char *client_test_get_root (void);

/* A session's directory and store with its row. */
void client_test_make_session (ShipPaths *paths, const char *id);
/* Runs a job over a session's store, as its ship-session would. */
void
client_test_write_session (ShipPaths *paths, const char *id, ShipStoreFunc func, gpointer data);
void client_test_write_index (ShipPaths *paths, ShipStoreFunc func, gpointer data);

/* With one commit. */
void client_test_make_repository (const char *path, gboolean with_identity);

/* Iterates until @is_so; the test's own time-out is the limit. */
#define client_test_until(is_so)                                                                   \
  while (!(is_so))                                                                                 \
  g_main_context_iteration (NULL, TRUE)
/* Iterates until nothing is left to dispatch. */
void client_test_settle (void);

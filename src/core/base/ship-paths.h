/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Where things are on this host: immutable, made once by main() and handed down. Follows the XDG
 * base directories; SHIP_LIBEXEC_DIR and SHIP_DATA_DIR in the environment override where our own
 * programs and data files are found, so that an uninstalled build and the tests run what was just
 * built.
 */
typedef struct _ShipPaths ShipPaths;

ShipPaths *ship_paths_new (void);
/* For tests: everything below @root. */
ShipPaths *ship_paths_new_for_root (const char *root);
ShipPaths *ship_paths_ref (ShipPaths *self);
void       ship_paths_unref (ShipPaths *self);

/* Borrowed strings, absolute. */
const char *ship_paths_get_data_dir (ShipPaths *self);   /* $XDG_DATA_HOME/ship */
const char *ship_paths_get_cache_dir (ShipPaths *self);  /* $XDG_CACHE_HOME/ship */
const char *ship_paths_get_config_dir (ShipPaths *self); /* $XDG_CONFIG_HOME/ship */
const char *ship_paths_get_runtime_dir (
  ShipPaths *self); /* $XDG_RUNTIME_DIR/ship, else data/run, else in /tmp */
/* Where ship-session, ship-launch, ship-guest and ship-egress are. */
const char *ship_paths_get_libexec_dir (ShipPaths *self);
/* Where models.json and other installed data files are. */
const char *ship_paths_get_asset_dir (ShipPaths *self);

/* Owned strings. */
char *ship_paths_dup_index_file (ShipPaths *self);                            /* data/index.db */
char *ship_paths_dup_session_dir (ShipPaths *self, const char *session_id);   /* data/sessions/ID */
char *ship_paths_dup_session_store (ShipPaths *self, const char *session_id); /* …/session.db */
char *ship_paths_dup_session_lock (ShipPaths *self, const char *session_id);  /* …/lock */
/* runtime/ID; the caller makes it with ship_paths_make_private_dir(). */
char *ship_paths_dup_session_runtime (ShipPaths *self, const char *session_id);
char *ship_paths_dup_session_socket (ShipPaths *self, const char *session_id); /* runtime/ID/bus */
char *ship_paths_dup_mirror (ShipPaths *self, const char *repository); /* cache/mirrors/HASH.git */
/* cache/bases/HASH: checkouts that working copies lie over */
char *ship_paths_dup_bases (ShipPaths *self, const char *repository);
char *ship_paths_dup_program (ShipPaths *self, const char *name); /* libexec/NAME */
/* The pinned agent: $SHIP_OPENCODE, else data/agents/opencode-VERSION/opencode. (nullable) if not
 * there. */
char *ship_paths_dup_opencode (ShipPaths *self);

/* Makes a directory and its parents, each 0700. One that exists has to be ours, and is closed to
 * others; where anybody may make names (/tmp), no part of the path may belong to a stranger. */
gboolean ship_paths_make_private_dir (const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipPaths, ship_paths_unref)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Descriptors of ship-launch, and so of bubblewrap. */
enum
{
  SHIP_LOCAL_FD_CONTROL = 3,
  SHIP_LOCAL_FD_CONNECTIONS,
  SHIP_LOCAL_FD_ARGS,
  SHIP_LOCAL_FD_FILTER,
  SHIP_LOCAL_FD_FILES, /* the first of SHIP_LOCAL_N_FILES */
};

/* The host's files that the sandbox gets a version of its own of. */
#define SHIP_LOCAL_N_FILES   5
#define SHIP_LOCAL_FD_STAGED (SHIP_LOCAL_FD_FILES + SHIP_LOCAL_N_FILES)

/* What differs from sandbox to sandbox, in this order. */
typedef enum
{
  SHIP_LOCAL_TREE_GUEST,
  SHIP_LOCAL_TREE_WORK,
  SHIP_LOCAL_TREE_HOME,
  SHIP_LOCAL_TREE_OBJECTS, /* may be missing */
  SHIP_LOCAL_TREE_AGENT,   /* may be missing */
  SHIP_LOCAL_TREE_INDEX,   /* may be missing: a file */
  SHIP_LOCAL_N_TREES,
} ShipLocalTree;

#define SHIP_LOCAL_GUEST_PATH "/run/ship/guest"

/* bubblewrap's whole command line but for the program, each argument with its NUL. @sources: where
 * each tree is, as bubblewrap sees it; NULL for one that is missing. @is_read_only: the working
 * copy cannot be written. @temporary_size: bytes, of /tmp and as many of /dev/shm. @toolchains:
 * (element-type ShipToolchain): each with its source as bubblewrap sees it. Reads the host's /etc
 * and /proc. */
GByteArray *ship_local_profile_build (const char *const sources[SHIP_LOCAL_N_TREES],
                                      gboolean          is_read_only,
                                      guint64           temporary_size,
                                      GPtrArray        *toolchains);

/* The text of file @index. */
const char *ship_local_profile_get_file (guint index);

/* The environment of everything inside. Returns: NULL-terminated, static */
const char *const *ship_local_profile_get_environment (void);

G_END_DECLS

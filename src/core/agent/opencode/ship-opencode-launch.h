/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "usage/ship-model-catalog.h"

G_BEGIN_DECLS

#define SHIP_OPENCODE_PORT 4096

/*
 * How OpenCode is started: pure functions, no I/O. The caller spawns what they say in the sandbox.
 */
typedef struct
{
  const char *program;  /* inside: "/opt/agent/opencode" */
  const char *home;     /* inside */
  const char *password; /* of its own API; worth nothing outside */
  const char *gateway;  /* "http://127.0.0.1:3128" */
  const char *grant;    /* what its requests to the gateway carry instead of a key */
  const char
    *instructions; /* (nullable): a file inside that is added, the repository's AGENTS.md */
  const char        *hints;       /* (nullable): another one, of ours */
  const char        *model;       /* "provider/id": the default */
  const char        *small_model; /* (nullable) */
  const char        *models_path; /* inside: the trimmed catalogue */
  ShipModelCatalog  *catalog;
  const char *const *extra_models; /* (nullable): "provider/id" of models the catalogue does not
                                      know, found locally */
  const char *const *permissions;  /* (nullable): "permission=allow|ask|deny", the last that matches
                                      counts; what none matches is allowed */
  gboolean is_read_only;           /* nothing inside can write the working copy */
} ShipOpencodeLaunch;

/* (transfer full) the program and its arguments */
GStrv ship_opencode_launch_get_argv (const ShipOpencodeLaunch *launch);
/* (transfer full) "NAME=value" strings, OPENCODE_CONFIG_CONTENT among them */
GStrv ship_opencode_launch_get_env (const ShipOpencodeLaunch *launch);
/* (transfer full) the configuration as JSON */
char *ship_opencode_launch_get_config (const ShipOpencodeLaunch *launch);
/* Files that must exist below its home before it starts, so that it makes no request of its own:
 * (transfer full) (element-type utf8 utf8) path below the home → content; a path that ends in '/'
 * is a directory */
GHashTable *ship_opencode_launch_get_home_files (void);
/* (transfer none): the commands it has when it is started so: its built-in ones, since the
 * repository's are off */
const char *const *ship_opencode_launch_get_commands (void);
/* TRUE for the line on standard output after which it answers requests. */
gboolean ship_opencode_launch_is_ready_line (const char *line);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

G_BEGIN_DECLS

#define SHIP_TOOLCHAINS_MAX 16

/*
 * A directory of tools that the user lets sandboxes see, read-only and at its own place, as
 * ~/.cargo or ~/.nvm. What is in it is listed once: files that appear later, and those that hold
 * credentials, are not seen inside.
 */
typedef struct
{
  char      *path;     /* (owned): inside, and as it was named */
  char      *source;   /* (owned): on the host, without links */
  GPtrArray *entries;  /* (owned) (element-type utf8): names of what is shown of it */
  GPtrArray *links;    /* (owned) (element-type utf8): name and target of each link, in turns */
  GPtrArray *programs; /* (owned) (element-type utf8): directories for PATH */
  char      *variable; /* (owned) (nullable): "NAME=VALUE" that its tools want to be told */
} ShipToolchain;

void ship_toolchain_free (ShipToolchain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipToolchain, ship_toolchain_free)

/* @entry: "/…" or "~/…". NULL with a sentence (G_IO_ERROR) if it is not there, if it holds secrets,
 * or if it is a place that sandboxes have of their own. @home: of the user. Reads the directory and
 * a few small files in it. */
ShipToolchain *
ship_toolchain_open (const char *entry, const char *home, ShipPaths *paths, GError **error);

/* The same for all of @entries, as far as they can be had. @complaints: (element-type utf8): where
 * sentences about the others go. Returns: (transfer full) (element-type ShipToolchain) */
GPtrArray *ship_toolchain_open_all (const char *const *entries,
                                    const char        *home,
                                    ShipPaths         *paths,
                                    GPtrArray         *complaints);

/* @environment with what the tools of all of @toolchains need: PATH, and their variables. Returns:
 * (transfer full) */
char **ship_toolchain_add_environment (GPtrArray *toolchains, const char *const *environment);

G_END_DECLS

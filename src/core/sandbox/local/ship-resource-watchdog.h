/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/local/ship-resource-control.h"

G_BEGIN_DECLS

/* Looks at a sandbox every now and then and says when it is over a limit. */
#define SHIP_TYPE_RESOURCE_WATCHDOG (ship_resource_watchdog_get_type ())
G_DECLARE_FINAL_TYPE (ShipResourceWatchdog,
                      ship_resource_watchdog,
                      SHIP,
                      RESOURCE_WATCHDOG,
                      ShipResourceControl)

/* For the memory of all processes. @proc: "/proc" */
ShipResourceControl *ship_resource_watchdog_new_memory (const char *proc);
/* For what is in @directories, which are on one file system. */
ShipResourceControl *ship_resource_watchdog_new_disk (const char        *proc,
                                                      const char *const *directories);

G_END_DECLS

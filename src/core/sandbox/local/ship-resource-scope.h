/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/local/ship-resource-control.h"

G_BEGIN_DECLS

/* A scope of the user's systemd: the kernel holds what is in it to memory and processes, and shares
 * out the processor by weight. */
#define SHIP_TYPE_RESOURCE_SCOPE (ship_resource_scope_get_type ())
G_DECLARE_FINAL_TYPE (ShipResourceScope,
                      ship_resource_scope,
                      SHIP,
                      RESOURCE_SCOPE,
                      ShipResourceControl)

/* @cgroups: "/sys/fs/cgroup", where what systemd made is looked at */
ShipResourceControl *ship_resource_scope_new (const char *cgroups);

G_END_DECLS

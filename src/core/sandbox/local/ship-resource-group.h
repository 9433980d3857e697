/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/local/ship-resource-control.h"

G_BEGIN_DECLS

/* A control group (version 2) of our own, below the one that we are in or one above it that we may
 * write to: for machines without a systemd of the user's. */
#define SHIP_TYPE_RESOURCE_GROUP (ship_resource_group_get_type ())
G_DECLARE_FINAL_TYPE (ShipResourceGroup,
                      ship_resource_group,
                      SHIP,
                      RESOURCE_GROUP,
                      ShipResourceControl)

/* @cgroups: "/sys/fs/cgroup"; @proc: "/proc" */
ShipResourceControl *ship_resource_group_new (const char *cgroups, const char *proc);

G_END_DECLS

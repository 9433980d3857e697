/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/types.h>

#include "process/ship-process.h"

G_BEGIN_DECLS

/* The launcher and what it was making, which would be an orphan without it; held still meanwhile,
 * so that it makes no more. What is further down is in a process namespace, and ends with its
 * first. */
void ship_local_kin_kill (ShipProcess *launcher);

/* Whether @pid is the child of @launcher, so that killing it kills what we mean. */
gboolean ship_local_kin_is_child (ShipProcess *launcher, pid_t pid);

G_END_DECLS

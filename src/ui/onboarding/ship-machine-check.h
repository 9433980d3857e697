/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

G_BEGIN_DECLS

typedef enum
{
  SHIP_MACHINE_UNKNOWN,
  SHIP_MACHINE_CHECKING,
  SHIP_MACHINE_READY,
  SHIP_MACHINE_LACKING,
} ShipMachineState;

/*
 * Whether sessions can run on this machine: the checks of the doctor without which none can. Main
 * thread.
 *
 * Signals: "changed"
 */
#define SHIP_TYPE_MACHINE_CHECK (ship_machine_check_get_type ())
G_DECLARE_FINAL_TYPE (ShipMachineCheck, ship_machine_check, SHIP, MACHINE_CHECK, GObject)

ShipMachineCheck *ship_machine_check_new (ShipPaths *paths);
/* Looks, or looks again; nothing while it does. */
void             ship_machine_check_run (ShipMachineCheck *self);
ShipMachineState ship_machine_check_get_state (ShipMachineCheck *self);
/* What is lacking, and what helps: the first thing that was found. (nullable) */
const char *ship_machine_check_get_trouble (ShipMachineCheck *self);

G_END_DECLS

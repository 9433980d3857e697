/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "process/ship-process.h"
#include "ship-test.h"

/* What the tests of ShipProcess share. */

/* A specification of the helper: it does @what. */
ShipProcessSpec *helper_new (const char *what, const char *argument);

/* Spawns, with the expectation that it works. */
ShipProcess *spawn (ShipProcessSpec *spec);

int   wait_for (ShipProcess *process);
char *read_all (GInputStream *stream);

/* The whole output of "report". */
char *report_of (ShipProcessSpec *spec);
void  assert_has_line (const char *report, const char *line);
void  assert_has_no_line (const char *report, const char *prefix);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

/* Gives up, for good, everything but the descriptors that are open and those that come through
 * them: root, files, new sockets, new processes. False (with a sentence on standard error) if any
 * of it cannot be given up; the caller must then end. */
bool ship_egress_confine (void);

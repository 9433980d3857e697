/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include "ship-guest-protocol.h"

/* Whether @text, which is what /proc/self/mountinfo says and is cut up here, tells of the mounts of
 * a sandbox and of no other. @extra: NULL-terminated, what may be mounted read-only beside them. If
 * not, @sentence says what is wrong. */
bool ship_guest_mounts_check (char              *text,
                              const char *const *extra,
                              char               sentence[SHIP_GUEST_SENTENCE_MAX]);

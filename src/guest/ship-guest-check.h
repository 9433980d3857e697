/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ship-guest-children.h"
#include "ship-guest-protocol.h"

/*
 * The guest's look at its own walls before anything else runs inside: bubblewrap or a kernel that
 * did not do what it was asked must end the start, not go unnoticed. Each returns NULL if the walls
 * that it looks at stand, else a sentence that says which one does not; in this order.
 */

/* @environment: as it was given. */
const char *ship_guest_check_environment (char **environment);

/* What is around this process. @extra: NULL-terminated, what is mounted beside the usual;
 * @text: of @size bytes, to work in; @sentence: what may be returned. */
const char *ship_guest_check_walls (const char *const *extra,
                                    char              *text,
                                    size_t             size,
                                    char               sentence[SHIP_GUEST_SENTENCE_MAX]);

/* Once nothing but @fds (-1 for none) and the streams is open, and while this process can still
 * read its own files of /proc. */
const char *ship_guest_check_descriptors (const int *fds, int n_fds);

/* Once this process is closed to all others and has its limits. @control: what may not be taken
 * from it */
const char *ship_guest_check_itself (const ShipGuestLimits *limits, int control);

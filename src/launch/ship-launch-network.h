/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

/* The user namespace that this process enters at most once: as the unprivileged user, alone in it,
 * under its own number, with every right in it until bubblewrap is run. @flags: what else is
 * unshared. False, with errno, if the kernel does not allow it. */
bool ship_launch_network_enter_namespaces (int flags);

/* The same where it is known to be good for something. False: it is not, and this process is where
 * it was before. */
bool ship_launch_network_try_namespaces (int flags);

/* A network of the sandbox's own, in which ports below 1024 are for everyone: ship-guest has no
 * rights, and serves names. @is_inside: a user namespace was entered. False: there is none, and
 * bubblewrap is to make a plain one. */
bool ship_launch_network_make (bool is_inside);

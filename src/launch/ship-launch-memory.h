/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

/* Of bubblewrap, for what was mounted. */
#define SHIP_LAUNCH_MEMORY_N_ARGS 6

/* In a mount namespace of this process: what becomes /tmp and /dev/shm, each of @size bytes, below
 * @directory, which is empty or covered. On failure it ends the process. */
void ship_launch_memory_mount (const char *directory, unsigned long long size);

/* Where the user cannot have put anything: for ship_launch_memory_mount() as an ordinary user. */
const char *ship_launch_memory_cover (void);

/* bubblewrap's arguments that put them where they belong. Each is for good. */
void ship_launch_memory_fill_args (const char *directory, char *args[SHIP_LAUNCH_MEMORY_N_ARGS]);

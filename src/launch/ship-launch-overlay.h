/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The descriptors of an overlay, in this order: where it appears, the directory that holds what is
 * written ("upper" and "scratch"), and at least one layer below, the topmost first. */
enum
{
  SHIP_LAUNCH_OVERLAY_TARGET,
  SHIP_LAUNCH_OVERLAY_STATE,
  SHIP_LAUNCH_OVERLAY_LAYERS,
};

#define SHIP_LAUNCH_OVERLAY_MAX (SHIP_LAUNCH_OVERLAY_LAYERS + 16)

/*
 * As an unprivileged user: takes user and mount namespaces of its own and mounts the overlay in
 * them. @stage_dir: as root, where the trees of @first_fd, … are, counted from @first_number; NULL
 * otherwise, and the paths of the descriptors are used. See ship-launch-overlay.c. On failure it
 * ends the process.
 */
void ship_launch_overlay_mount (const char *stage_dir, int first_number, int first_fd, int n_fds);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What root does before bubblewrap may start: see ship-launch-root.c. On failure these end the
 * process. */
void ship_launch_root_stage (const char *directory, int first_fd, int n_fds);
void ship_launch_root_drop (void);
void ship_launch_root_check_staged (const char *directory, int n_fds);

/* "STAGE: REASON" on standard error, and the end. @error: an errno, or 0 */
_Noreturn void ship_launch_fail (const char *stage, const char *reason, int error);

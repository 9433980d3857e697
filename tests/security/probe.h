/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

/* One way to attack. @args: NULL-terminated. Returns: whether it worked */
typedef struct
{
  const char *name;
  bool (*run) (char **args);
} ProbeAttempt;

extern const ProbeAttempt probe_files[];
extern const ProbeAttempt probe_kernel[];
extern const ProbeAttempt probe_processes[];

/* Says what worked. Returns: true */
bool probe_worked (const char *format, ...) __attribute__ ((format (printf, 1, 2)));
/* Ends the program unless it runs in a sandbox of Ship. */
void probe_only_inside (void);
bool probe_can_read (const char *path);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The attacker: one static program, run inside a sandbox and, as a control, outside. Each name is
 * one attempt. Exit status: 0 everything refused, 1 something worked, 2 it could not be tried.
 */

bool
probe_worked (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  fputs ("worked: ", stdout);
  vprintf (format, args);
  putchar ('\n');
  va_end (args);

  return true;
}

/* Against a machine without walls these would do harm. */
void
probe_only_inside (void)
{
  const char *container = getenv ("container");

  if (container != NULL && strcmp (container, "ship") == 0 && access ("/run/ship/guest", F_OK) == 0)
    return;

  puts ("not tried: this is no sandbox");
  exit (2);
}

bool
probe_can_read (const char *path)
{
  char    byte;
  int     fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read (fd, &byte, 1) : -1;

  if (fd >= 0)
    close (fd);
  return n > 0 && probe_worked ("read %s", path);
}

static const ProbeAttempt *const tables[] = { probe_files, probe_kernel, probe_processes };

int
main (int argc, char **argv)
{
  setvbuf (stdout, NULL, _IONBF, 0);
  signal (SIGXFSZ, SIG_IGN); /* a limit is an error to be seen, not an end */
  for (size_t i = 0; argc >= 2 && i < sizeof tables / sizeof *tables; i++)
    for (const ProbeAttempt *attempt = tables[i]; attempt->name != NULL; attempt++)
      if (strcmp (attempt->name, argv[1]) == 0)
        return attempt->run (argv + 2) ? 1 : 0;

  fprintf (stderr, "probe: no such attempt\n");
  return 2;
}

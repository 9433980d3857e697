/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The child of the tests of ShipProcess: says what it finds itself with, or does what it is told.
 * libc only. */

static void
report_fds (void)
{
  DIR           *dir = opendir ("/proc/self/fd");
  struct dirent *entry;

  while ((entry = readdir (dir)) != NULL)
    {
      int fd = (int) strtol (entry->d_name, NULL, 10);

      if (entry->d_name[0] != '.' && fd != dirfd (dir))
        printf ("fd %d\n", fd);
    }
  closedir (dir);
}

static void
report_signals (void)
{
  FILE *status = fopen ("/proc/self/status", "re");
  char  line[256];

  while (fgets (line, sizeof line, status) != NULL)
    {
      if (strncmp (line, "SigBlk:", 7) == 0 || strncmp (line, "SigIgn:", 7) == 0)
        printf ("%s", line);
    }
  fclose (status);
}

static void
report_tty (void)
{
  struct winsize size = { 0 };
  int            controlling = open ("/dev/tty", O_RDWR | O_CLOEXEC);

  ioctl (STDIN_FILENO, TIOCGWINSZ, &size);
  printf ("tty %d %d %d\n", isatty (0), isatty (1), isatty (2));
  printf ("size %d %d\n", size.ws_row, size.ws_col);
  printf ("controlling %d\n", controlling >= 0);
  printf ("foreground %d\n", tcgetpgrp (STDIN_FILENO) == getpgrp ());
}

static int
report (int argc, char *argv[], char *envp[])
{
  char cwd[4096];
  int  death_signal = -1;

  report_fds ();
  for (int i = 0; i < argc; i++)
    printf ("arg %s\n", argv[i]);
  for (int i = 0; envp[i] != NULL; i++)
    printf ("env %s\n", envp[i]);
  printf ("cwd %s\n", getcwd (cwd, sizeof cwd));
  prctl (PR_GET_PDEATHSIG, &death_signal);
  printf ("death %d\n", death_signal);
  printf ("leader %d\n", getsid (0) == getpid ());
  report_signals ();
  report_tty ();
  return 0;
}

static int
copy (void)
{
  char    buffer[4096];
  ssize_t n_bytes;

  while ((n_bytes = read (STDIN_FILENO, buffer, sizeof buffer)) > 0)
    {
      if (write (STDOUT_FILENO, buffer, (size_t) n_bytes) != n_bytes)
        return 1;
    }
  return 0;
}

int
main (int argc, char *argv[], char *envp[])
{
  const char *what = argc > 1 ? argv[1] : "";
  int         number = argc > 2 ? (int) strtol (argv[2], NULL, 10) : 0;
  char        byte;

  if (strcmp (what, "report") == 0)
    return report (argc, argv, envp);
  if (strcmp (what, "copy") == 0)
    return copy ();
  if (strcmp (what, "exit") == 0)
    return number;
  if (strcmp (what, "die") == 0)
    raise (number);
  if (strcmp (what, "both") == 0)
    return write (1, "out", 3) != 3 || write (2, "err", 3) != 3;
  if (strcmp (what, "block") ==
      0) /* until it is killed, or forty seconds after a test that forgot it */
    sleep (40);
  if (strcmp (what, "answer") == 0) /* a byte on descriptor 3 is answered on descriptor 4 */
    return read (3, &byte, 1) != 1 || write (4, &byte, 1) != 1;
  return 99;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "ship-launch-memory.h"
#include "ship-launch-network.h"
#include "ship-launch-overlay.h"
#include "ship-launch-root.h"

/*
 * ship-launch: what has to happen between core/sandbox/local and bubblewrap, and then bubblewrap.
 *
 *   ship-launch --bwrap=PATH --keep=N --memory=BYTES [--stage-dir=DIR --stage=COUNT]
 *               [--overlay=COUNT] -- --args FD PROGRAM ARGUMENTS
 *
 * Descriptors below N are passed on; the next (--stage, root only) are trees that appear in DIR;
 * the next after them (--overlay) are an overlay's, which as root appear in DIR as well; all others
 * are closed. Behind FD come arguments of its own. It never runs anything but bubblewrap, never as
 * root, and never a setuid one.
 */

#define FDS_MAX    64
#define MEMORY_MIN (64ULL << 10)
#define MEMORY_MAX (1ULL << 30)
#define N_GIVEN    3 /* "--args", its descriptor, and a program at least */
#define N_OWN      2 /* its name, --unshare-net */

typedef struct
{
  const char *bwrap;
  const char *stage_dir;
  int         n_kept;
  int         n_staged;
  int         n_overlay;

  unsigned long long memory; /* bytes: of each file system of it */
} Options;

void
ship_launch_fail (const char *stage, const char *reason, int error)
{
  if (error != 0)
    fprintf (stderr, "ship-launch: %s: %s: %s\n", stage, reason, strerror (error));
  else
    fprintf (stderr, "ship-launch: %s: %s\n", stage, reason);

  _exit (125);
}

static int
parse_count (const char *text)
{
  char *rest = NULL;
  long  number = strtol (text, &rest, 10);

  if (rest == text || *rest != '\0' || number < 0 || number > FDS_MAX)
    ship_launch_fail ("arguments", "a number is out of range", 0);

  return (int) number;
}

static unsigned long long
parse_size (const char *text)
{
  char              *rest = NULL;
  unsigned long long size = strtoull (text, &rest, 10);

  if (rest == text || *rest != '\0' || size < MEMORY_MIN || size > MEMORY_MAX)
    ship_launch_fail ("arguments", "a size is out of range", 0);

  return size;
}

/* The directories that core may choose: they hold nothing that bubblewrap reads. */
static const char *
parse_stage_dir (const char *text)
{
  static const char *const allowed[] = { "/mnt", "/media", "/srv" };
  struct stat              status;

  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
    if (strcmp (text, allowed[i]) == 0 && lstat (text, &status) == 0 && S_ISDIR (status.st_mode))
      return allowed[i];

  ship_launch_fail ("arguments", "the place for mounts is not a directory", 0);
}

static Options
parse_options (int argc, char **argv)
{
  static const struct option known[] = {
    { "bwrap", required_argument, NULL, 'b' },
    { "keep", required_argument, NULL, 'k' },
    { "stage-dir", required_argument, NULL, 'd' },
    { "stage", required_argument, NULL, 's' },
    { "overlay", required_argument, NULL, 'o' },
    { "memory", required_argument, NULL, 'm' },
    { NULL, 0, NULL, 0 },
  };
  Options options = { .n_kept = 3 };
  int     option;

  while ((option = getopt_long (argc, argv, "+", known, NULL)) != -1)
    switch (option)
      {
      case 'b':
        options.bwrap = optarg;
        break;
      case 'k':
        options.n_kept = parse_count (optarg);
        break;
      case 'd':
        options.stage_dir = parse_stage_dir (optarg);
        break;
      case 's':
        options.n_staged = parse_count (optarg);
        break;
      case 'o':
        options.n_overlay = parse_count (optarg);
        break;
      case 'm':
        options.memory = parse_size (optarg);
        break;
      default:
        ship_launch_fail ("arguments", "an option is unknown", 0);
      }

  if (options.bwrap == NULL || options.bwrap[0] != '/' || options.n_kept < 3 ||
      options.memory == 0 || argc - optind < N_GIVEN || strcmp (argv[optind], "--args") != 0)
    ship_launch_fail ("arguments", "it is started by Ship, not by hand", 0);

  return options;
}

/* A privileged bubblewrap does its work as root, with more than once a way to escape. */
static void
check_bwrap (const char *path)
{
  struct stat status;

  if (stat (path, &status) != 0 || !S_ISREG (status.st_mode))
    ship_launch_fail ("bubblewrap", "it is not there", errno);
  if ((status.st_mode & (S_ISUID | S_ISGID)) != 0)
    ship_launch_fail ("bubblewrap", "it is setuid", 0);
  if (getxattr (path, "security.capability", NULL, 0) > 0)
    ship_launch_fail ("bubblewrap", "it has file capabilities", 0);
}

static void
leave_privileges (const Options *options)
{
  if (getuid () != geteuid () || getgid () != getegid ())
    ship_launch_fail ("user", "ship-launch itself is setuid", 0);

  if (geteuid () != 0)
    {
      if (options->n_staged > 0)
        ship_launch_fail ("arguments", "only root needs to stage mounts", 0);
      return;
    }
  if (options->stage_dir == NULL)
    ship_launch_fail ("arguments", "root needs to stage mounts", 0);

  ship_launch_root_stage (options->stage_dir,
                          options->n_kept,
                          options->n_staged + options->n_overlay);
  ship_launch_memory_mount (options->stage_dir, options->memory);
  ship_launch_root_drop ();
  ship_launch_root_check_staged (options->stage_dir, options->n_staged + options->n_overlay);
}

/* Returns: whether a user namespace was entered, with mounts of its own */
static bool
mount_overlay (const Options *options)
{
  if (options->n_overlay > 0)
    ship_launch_overlay_mount (options->stage_dir,
                               options->n_staged,
                               options->n_kept + options->n_staged,
                               options->n_overlay);

  return options->n_overlay > 0 ||
         (options->stage_dir == NULL && ship_launch_network_try_namespaces (CLONE_NEWNS));
}

/* Returns: below which directory they are; NULL: there are none, and bubblewrap's own have to do */
static const char *
mount_memory (const Options *options, bool is_inside)
{
  const char *directory;

  if (options->stage_dir != NULL)
    return options->stage_dir; /* by root */
  if (!is_inside)
    return NULL;

  directory = ship_launch_memory_cover ();
  ship_launch_memory_mount (directory, options->memory);
  return directory;
}

/* Returns: bubblewrap's command line. @given: what it was started with, NULL-terminated; @memory:
 * or NULL */
static char **
build_arguments (char *const *given, int n_given, bool has_network, const char *memory)
{
  char **arguments =
    calloc ((size_t) n_given + N_OWN + SHIP_LAUNCH_MEMORY_N_ARGS + 1, sizeof *arguments);
  char **at = arguments;

  if (arguments == NULL)
    ship_launch_fail ("arguments", "there is no memory", 0);

  *at++ = (char *) "bwrap";
  if (!has_network)
    *at++ = (char *) "--unshare-net";
  *at++ = given[0];
  *at++ = given[1];
  if (memory != NULL)
    {
      ship_launch_memory_fill_args (memory, at);
      at += SHIP_LAUNCH_MEMORY_N_ARGS;
    }
  memcpy (at, given + 2, (size_t) (n_given - 2) * sizeof *at);

  return arguments;
}

int
main (int argc, char **argv)
{
  Options     options = parse_options (argc, argv);
  pid_t       parent = getppid ();
  bool        is_inside;
  bool        has_network;
  const char *memory;
  char *const no_environment[] = { NULL };
  char      **arguments;

  if (syscall (SYS_close_range,
               (unsigned) (options.n_kept + options.n_staged + options.n_overlay),
               ~0U,
               0U) != 0)
    ship_launch_fail ("descriptors", "cannot close them", errno);

  check_bwrap (options.bwrap);

  /* The user's keys stay behind. The filter denies the calls as well, so this may fail. */
  (void) syscall (SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);

  leave_privileges (&options);
  is_inside = mount_overlay (&options);
  memory = mount_memory (&options, is_inside);
  has_network = ship_launch_network_make (is_inside);
  arguments = build_arguments (argv + optind, argc - optind, has_network, memory);

  /*
   * Up to here this process dies with its parent. bubblewrap must not: killed between making its
   * child and telling it to go on, it leaves a child that waits for ever. It goes on without its
   * parent, and the guest finds the end of file on its socket, ends, and so ends bubblewrap.
   */
  if (getppid () != parent || prctl (PR_SET_PDEATHSIG, 0) != 0)
    ship_launch_fail ("parent", "it has ended", 0);

  execve (options.bwrap, arguments, no_environment);
  ship_launch_fail ("bubblewrap", "cannot be run", errno);
}

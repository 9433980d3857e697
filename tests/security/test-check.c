/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ship-tree-remove.h"
#include "sandbox-fixture.h"
#include "sandbox/local/ship-local-profile.h"
#include "sandbox/local/ship-seccomp.h"
#include "ship-guest-protocol.h"
#include "ship-test.h"

/*
 * The self-check of ship-guest, by walls that do not stand: the product's own arguments of
 * bubblewrap, of which one is changed, or a filter that leaves one thing out. Each time the guest
 * must say which; with nothing changed it must say nothing.
 */

/* What a filter of the test's own gets wrong. */
typedef enum
{
  FILTER_REAL,
  FILTER_WHOLE, /* nothing */
  FILTER_ALLOW_ALL,
  FILTER_NO_KEYS,
  FILTER_NO_TERMINALS,
  FILTER_NO_RINGS,
  FILTER_NO_CLONE3,
  FILTER_NO_SET_ID,
  FILTER_NO_FAMILIES,
  FILTER_NO_NAMESPACES,
  FILTER_NO_CLOSING,  /* close_range() says yes and does nothing */
  FILTER_NO_LIMITS,   /* prlimit() does */
  FILTER_NO_DUMPABLE, /* prctl (PR_SET_DUMPABLE) does */
} Filter;

typedef struct
{
  const char *name;
  const char *from; /* arguments in a row; NULL: none */
  const char *to;
  Filter      filter;
  const char *sentence;
} Breach;

#define SEALING "--remount-ro /dev"

/* clang-format off */
static const Breach breaches[] = {
  { "nothing", NULL, NULL, FILTER_REAL, "" },
  { "nothing-own-filter", NULL, NULL, FILTER_WHOLE, "" },
  { "first", "--as-pid-1", "", FILTER_REAL, "it has no process namespace of its own" },
  { "user", "--uid 1000", "--uid 1001", FILTER_REAL, "it runs as another user than it should" },
  { "group", "--gid 1000", "--gid 1001", FILTER_REAL, "it runs as another user than it should" },
  { "capabilities", "--cap-drop ALL", "--cap-add ALL", FILTER_REAL, "it kept capabilities" },
  { "processes", "--proc /proc", "--ro-bind /proc /proc", FILTER_REAL, "it can see processes of the machine" },
  { "network", "--unshare-net", "", FILTER_REAL, "it can see a network" },
  { "shared-memory", "--unshare-ipc", "", FILTER_REAL, "it can see shared memory of the machine" },
  { "name", "--hostname ship", "", FILTER_REAL, "it has the name of the machine" },
  { "environment", "--clearenv", "", FILTER_REAL, "it was given an environment" },
  { "terminal", "--new-session", "", FILTER_REAL, "it has the terminal that Ship was started from" },
  { "keys-of-all", "--ro-bind /dev/null /proc/keys", "", FILTER_REAL, "it can see what belongs to the kernel" },
  { "no-filter", "--seccomp 6", "", FILTER_REAL, "its system call filter is not in force" },
  { "filter-of-nothing", NULL, NULL, FILTER_ALLOW_ALL, "it could reach the user's keys" },
  { "filter-keys", NULL, NULL, FILTER_NO_KEYS, "it could reach the user's keys" },
  { "filter-terminals", NULL, NULL, FILTER_NO_TERMINALS, "it could type into terminals" },
  { "filter-rings", NULL, NULL, FILTER_NO_RINGS, "it could make calls that its filter does not see" },
  { "filter-clone3", NULL, NULL, FILTER_NO_CLONE3, "it could make namespaces that its filter does not see" },
  { "filter-set-id", NULL, NULL, FILTER_NO_SET_ID, "it could leave programs that run as their owner" },
  { "filter-families", NULL, NULL, FILTER_NO_FAMILIES, "it could reach the machine that this one runs on" },
  { "namespaces", "--disable-userns --assert-userns-disabled", "", FILTER_NO_NAMESPACES, "it could make user namespaces" },
  { "descriptors", NULL, NULL, FILTER_NO_CLOSING, "it inherited descriptors" },
  { "limits", NULL, NULL, FILTER_NO_LIMITS, "its limits are not in force" },
  { "inspection", NULL, NULL, FILTER_NO_DUMPABLE, "its first process could be inspected" },
  { "root", "--remount-ro /", "", FILTER_REAL, "it could write to /" },
  { "programs", "--ro-bind /usr /usr", "--bind /usr /usr", FILTER_REAL, "it could write to /usr" },
  { "settings", "--ro-bind /proc/sys /proc/sys", "", FILTER_REAL, "it has not its own /proc/sys" },
  { "home-of-the-user", SEALING, "--ro-bind {out} /home/user " SEALING, FILTER_REAL, "it can see something at /home/user" },
  { "sockets-of-the-host", SEALING, "--bind {out} /run/user " SEALING, FILTER_REAL, "it can see something at /run/user" },
  { "devices-of-the-host", SEALING, "--ro-bind /sys /sys " SEALING, FILTER_REAL, "it can see something at /sys" },
  { "tmp-of-the-host", SEALING, "--bind {out} /tmp " SEALING, FILTER_REAL, "it has not its own /tmp" },
  { "tmp-without-bound", "--size 4096 --tmpfs /tmp", "--tmpfs /tmp", FILTER_REAL, "nothing bounds its /tmp" },
  { "device", SEALING, "--dev-bind {out} /work " SEALING, FILTER_REAL, "it could open devices in /work" },
};
/* clang-format on */

typedef struct
{
  char *root;  /* (owned) */
  char *guest; /* (owned): a copy that the sandbox's user can reach */
  char *work;  /* (owned) */
  char *home;  /* (owned) */
  int   shm;
  int   terminal;
} Check;

typedef struct
{
  Check        *check;
  const Breach *breach;
} Case;

static void
add_refusal (scmp_filter_ctx context, int error, int number)
{
  g_assert_cmpint (seccomp_rule_add (context, SCMP_ACT_ERRNO (error), number, 0), ==, 0);
}

static void
add_refusal_for (scmp_filter_ctx context, int error, int number, guint argument, guint64 value)
{
  g_assert_cmpint (seccomp_rule_add (context,
                                     SCMP_ACT_ERRNO (error),
                                     number,
                                     1,
                                     SCMP_CMP64 (argument, SCMP_CMP_MASKED_EQ, 0xffffffff, value)),
                   ==,
                   0);
}

/* Everything that the guest looks for but one. */
static void
fill_filter (scmp_filter_ctx context, Filter filter)
{
  if (filter != FILTER_NO_KEYS)
    add_refusal (context, EPERM, SCMP_SYS (keyctl));
  if (filter != FILTER_NO_TERMINALS)
    add_refusal_for (context, EPERM, SCMP_SYS (ioctl), 1, TIOCSTI);
  if (filter != FILTER_NO_RINGS)
    add_refusal (context, ENOSYS, 425);
  if (filter != FILTER_NO_CLONE3)
    add_refusal (context, ENOSYS, 435);
  if (filter != FILTER_NO_SET_ID)
    add_refusal_for (context, EPERM, SCMP_SYS (fchmodat), 2, 04755);
  if (filter != FILTER_NO_FAMILIES)
    add_refusal_for (context, EAFNOSUPPORT, SCMP_SYS (socket), 0, 40);
  if (filter != FILTER_NO_NAMESPACES)
    add_refusal (context, EPERM, SCMP_SYS (unshare));
  if (filter == FILTER_NO_CLOSING)
    add_refusal (context, 0, 436 /* close_range */);
  if (filter == FILTER_NO_LIMITS)
    add_refusal (context, 0, SCMP_SYS (prlimit64));
  if (filter == FILTER_NO_DUMPABLE)
    add_refusal_for (context, 0, SCMP_SYS (prctl), 0, PR_SET_DUMPABLE);
}

static int
open_filter (Filter filter)
{
  g_autoptr (GError) error = NULL;
  scmp_filter_ctx context;
  int             fd;

  if (filter == FILTER_REAL)
    {
      fd = ship_seccomp_open_filter (&error);
      g_assert_no_error (error);
      return fd;
    }

  context = seccomp_init (SCMP_ACT_ALLOW);
  fd = memfd_create ("filter", MFD_CLOEXEC);
  if (filter == FILTER_ALLOW_ALL)
    add_refusal (context, EPERM, SCMP_SYS (reboot));
  else
    fill_filter (context, filter);
  g_assert_cmpint (seccomp_export_bpf (context, fd), ==, 0);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  seccomp_release (context);

  return fd;
}

static int
open_text (const char *text, gsize size)
{
  int fd = memfd_create ("text", MFD_CLOEXEC);

  g_assert_cmpint (write (fd, text, size), ==, (gssize) size);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  return fd;
}

/* The profile as lines, so that what stands in a row can be replaced as text. */
static char *
build_arguments (const Check *check, const Breach *breach)
{
  const char *sources[SHIP_LOCAL_N_TREES] = { [SHIP_LOCAL_TREE_GUEST] = check->guest,
                                              [SHIP_LOCAL_TREE_WORK] = check->work,
                                              [SHIP_LOCAL_TREE_HOME] = check->home };
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GByteArray) args = ship_local_profile_build (sources, FALSE, 4096, none);
  g_autoptr (GString) text = g_string_new ("\n--unshare-net\n");
  g_autofree char *from = g_strdup_printf ("\n%s\n", breach->from != NULL ? breach->from : "");
  g_autofree char *to = g_strdup_printf ("\n%s\n", breach->to != NULL ? breach->to : "");

  for (guint i = 0; i < args->len; i++)
    if (args->data[i] == '\0')
      args->data[i] = '\n';
  g_string_append_len (text, (const char *) args->data, args->len);
  g_strdelimit (from, " ", '\n');
  g_strdelimit (to, " ", '\n');
  if (breach->from != NULL)
    g_assert_cmpuint (g_string_replace (text, from, breach->to[0] != '\0' ? to : "\n", 1), ==, 1);
  g_string_replace (text, "{out}", check->root, 0);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static int
open_arguments (const Check *check, const Breach *breach)
{
  g_autofree char *text = build_arguments (check, breach);
  gsize            size = strlen (text);

  /* Each ends with a NUL, and there is none before the first. */
  for (gsize i = 1; i < size; i++)
    if (text[i] == '\n')
      text[i] = '\0';
  return open_text (text + 1, size - 1);
}

/* In the child: the user of sandboxes, with the terminal as its own. */
static void
become_user (gpointer user_data)
{
  const int *terminal = user_data;
  uid_t      uid = ship_local_sandbox_get_uid ();
  int        other = ioctl (*terminal, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);

  if (setsid () < 0 || ioctl (other, TIOCSCTTY, 0) != 0)
    _exit (3);
  if (geteuid () != uid && (setgroups (0, NULL) != 0 || setresgid (uid, uid, uid) != 0 ||
                            setresuid (uid, uid, uid) != 0))
    _exit (3);
}

static GSubprocess *
start (Check *check, const Breach *breach, int control)
{
  static const char *const argv[] = { "bwrap", "--args", "5",          SHIP_LOCAL_GUEST_PATH,
                                      "512",   "4096",   "2147483648", "8589934592",
                                      "3",     NULL };
  char *const              environment[] = { (char *) "CANARY=seen", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_find_program_in_path ("bwrap");
  const char      *full[G_N_ELEMENTS (argv)];
  GSubprocess     *process;

  memcpy (full, argv, sizeof argv);
  full[0] = program;
  g_subprocess_launcher_set_environ (launcher, (char **) environment);
  g_subprocess_launcher_set_child_setup (launcher, become_user, &check->terminal, NULL);
  g_subprocess_launcher_take_fd (launcher, control, SHIP_LOCAL_FD_CONTROL);
  g_subprocess_launcher_take_fd (launcher, open_arguments (check, breach), SHIP_LOCAL_FD_ARGS);
  g_subprocess_launcher_take_fd (launcher, open_filter (breach->filter), SHIP_LOCAL_FD_FILTER);
  for (guint i = 0; i < SHIP_LOCAL_N_FILES; i++)
    {
      const char *text = ship_local_profile_get_file (i);

      g_subprocess_launcher_take_fd (launcher,
                                     open_text (text, strlen (text)),
                                     SHIP_LOCAL_FD_FILES + (int) i);
    }
  /* One too many, which the guest has to close. */
  g_subprocess_launcher_take_fd (launcher, open ("/", O_PATH | O_CLOEXEC), 20);
  process = g_subprocess_launcher_spawnv (launcher, full, &error);
  g_assert_no_error (error);

  return process;
}

static void
test_breach (gconstpointer data)
{
  const Case   *test = data;
  const Breach *breach = test->breach;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  struct
  {
    ShipGuestHeader header;
    char            sentence[SHIP_GUEST_SENTENCE_MAX];
  } ready = { 0 };
  int    ends[2];
  gssize n;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  process = start (test->check, breach, ends[1]);
  n = recv (ends[0], &ready, sizeof ready - 1, 0);
  close (ends[0]);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);

  if (n < (gssize) sizeof ready.header || ready.header.type != SHIP_GUEST_READY)
    g_test_fail_printf ("%s: the guest said nothing", breach->name);
  else if (!g_str_equal (ready.sentence, breach->sentence))
    g_test_fail_printf ("%s: the guest said “%s”", breach->name, ready.sentence);
}

/* The whole way: a bubblewrap that does more than it was asked, and a session that does not start.
 */
static void
test_start_fails (gconstpointer data)
{
  const Case      *test = data;
  SandboxFixture   fixture;
  g_autofree char *script = g_build_filename (test->check->root, "bwrap", NULL);
  g_autofree char *real = g_find_program_in_path ("bwrap");
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\nexec %s --tmpfs /more \"$@\"\n", real);
  g_autofree char *old = g_strdup (g_getenv ("PATH"));
  g_autofree char *path = g_strconcat (test->check->root, ":", old, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (script, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (script, 0755), ==, 0);

  sandbox_fixture_set_up (&fixture, FALSE);
  g_setenv ("PATH", path, TRUE);
  ship_sandbox_start_async (fixture.sandbox, NULL, ship_test_keep_result, &result);
  g_assert_false (ship_sandbox_start_finish (fixture.sandbox, ship_test_await (&result), &error));
  g_setenv ("PATH", old, TRUE);
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_FAILED);
  g_assert_cmpstr (error->message,
                   ==,
                   "The sandbox is not safe and was ended: it can see something at /more");
  g_clear_object (&result);
  sandbox_fixture_tear_down (&fixture);
}

static void
set_up (Check *self)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autofree char *source = ship_paths_dup_program (paths, "ship-guest");
  g_autofree char *program = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;
  int   terminal;

  self->root = g_dir_make_tmp ("ship-check-XXXXXX", &error);
  g_assert_no_error (error);
  self->guest = g_build_filename (self->root, "guest", NULL);
  self->work = g_build_filename (self->root, "work", NULL);
  self->home = g_build_filename (self->root, "home", NULL);
  g_file_get_contents (source, &program, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents (self->guest, program, (gssize) size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (self->guest, 0755), ==, 0);
  g_assert_true (ship_local_sandbox_make_dir (self->work, NULL));
  g_assert_true (ship_local_sandbox_make_dir (self->home, NULL));
  g_assert_cmpint (g_chmod (self->root, 0755), ==, 0);

  self->shm = shmget (IPC_PRIVATE, 4096, IPC_CREAT | 0600);
  g_assert_cmpint (self->shm, >=, 0);
  /* Above those that the child is given. */
  terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  self->terminal = fcntl (terminal, F_DUPFD_CLOEXEC, 64);
  g_assert_cmpint (self->terminal, >=, 64);
  close (terminal);
  g_assert_cmpint (grantpt (self->terminal), ==, 0);
  g_assert_cmpint (unlockpt (self->terminal), ==, 0);
}

static void
tear_down (Check *self)
{
  g_autoptr (GError) error = NULL;

  close (self->terminal);
  shmctl (self->shm, IPC_RMID, NULL);
  ship_tree_remove_thread (self->root, &error);
  g_assert_no_error (error);
  g_free (self->root);
  g_free (self->guest);
  g_free (self->work);
  g_free (self->home);
}

int
main (int argc, char **argv)
{
  Check check = { 0 };
  Case  cases[G_N_ELEMENTS (breaches) + 1];
  int   result;

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (breaches); i++)
    {
      g_autofree char *path = g_strconcat ("/check/", breaches[i].name, NULL);

      cases[i] = (Case){ &check, &breaches[i] };
      g_test_add_data_func (path, &cases[i], test_breach);
    }
  cases[G_N_ELEMENTS (breaches)] = (Case){ &check, NULL };
  g_test_add_data_func ("/check/start-fails", &cases[G_N_ELEMENTS (breaches)], test_start_fails);

  set_up (&check);
  result = g_test_run ();
  tear_down (&check);

  return result;
}

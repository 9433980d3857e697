/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/local/ship-guest-channel.h"
#include "sandbox/ship-sandbox-error.h"
#include "ship-guest-protocol.h"
#include "ship-test.h"

/*
 * The host's end of the control socket against a guest that this test plays: an honest one, and one
 * that has been taken over. The latter may end its sandbox, and nothing else.
 */

#define FDS_MAX 8

typedef struct
{
  ShipGuestChannel *channel;
  int               guest; /* the guest's end */
  gboolean          is_ready;
  char             *failed;
  GError           *broken;
  gboolean          is_closed;
  guint             n_fds; /* open in this process before anything was made */
} Fixture;

static const char *const environment[] = { "HOME=/home/agent", NULL };

/* Without those that GLib opens for its own main loops when it first needs them. */
static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint       n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/fd", name, NULL);
      g_autofree char *target = g_file_read_link (path, NULL);

      if (g_strcmp0 (target, "anon_inode:[eventfd]") != 0)
        n++;
    }

  return n;
}

static void
ready_cb (ShipGuestChannel *channel, const char *failed, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (fixture->is_ready);
  fixture->is_ready = TRUE;
  fixture->failed = g_strdup (failed);
}

static void
broken_cb (ShipGuestChannel *channel, const GError *error, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_null (fixture->broken);
  fixture->broken = g_error_copy (error);
}

static void
closed_cb (ShipGuestChannel *channel, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (fixture->is_closed);
  fixture->is_closed = TRUE;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int ends[2];

  fixture->n_fds = count_fds ();
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  fixture->guest = ends[1];
  fixture->channel = ship_guest_channel_new (ends[0], environment, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->channel, "ready", G_CALLBACK (ready_cb), fixture);
  g_signal_connect (fixture->channel, "broken", G_CALLBACK (broken_cb), fixture);
  g_signal_connect (fixture->channel, "closed", G_CALLBACK (closed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->guest >= 0)
    close (fixture->guest);
  settle ();
  g_assert_true (fixture->is_closed);
  g_assert_finalize_object (fixture->channel);
  g_clear_error (&fixture->broken);
  g_clear_pointer (&fixture->failed, g_free);
  g_assert_cmpuint (count_fds (), ==, fixture->n_fds);
}

static void
say_bytes (int guest, const void *data, gsize size, const int *fds, guint n_fds)
{
  struct iovec vector = { (void *) data, size };
  union
  {
    char           bytes[CMSG_SPACE (FDS_MAX * sizeof (int))];
    struct cmsghdr align;
  } ancillary = { 0 };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };

  if (n_fds > 0)
    {
      message.msg_control = &ancillary;
      message.msg_controllen = CMSG_SPACE (n_fds * sizeof (int));
      ancillary.align.cmsg_level = SOL_SOCKET;
      ancillary.align.cmsg_type = SCM_RIGHTS;
      ancillary.align.cmsg_len = CMSG_LEN (n_fds * sizeof (int));
      memcpy (CMSG_DATA (&ancillary.align), fds, n_fds * sizeof (int));
    }
  g_assert_cmpint (sendmsg (guest, &message, MSG_NOSIGNAL), ==, (gssize) size);
}

static void
say_with (Fixture      *fixture,
          ShipGuestType type,
          guint16       detail,
          guint32       id,
          int           value,
          const int    *fds,
          guint         n_fds)
{
  const ShipGuestHeader header = { (guint16) type, detail, id, value, 0 };

  say_bytes (fixture->guest, &header, sizeof header, fds, n_fds);
  settle ();
}

static void
say (Fixture *fixture, ShipGuestType type, guint16 detail, guint32 id, int value)
{
  say_with (fixture, type, detail, id, value, NULL, 0);
}

static void
say_ready (Fixture *fixture)
{
  say (fixture, SHIP_GUEST_READY, 0, 0, SHIP_GUEST_PROTOCOL_VERSION);
  g_assert_true (fixture->is_ready);
  g_assert_null (fixture->failed);
}

/* What the host said. Returns: how many descriptors came along */
static guint
hear (Fixture *fixture, ShipGuestHeader *header, int fds[FDS_MAX])
{
  g_autofree char *data = g_malloc (SHIP_GUEST_MESSAGE_MAX);
  struct iovec     vector = { data, SHIP_GUEST_MESSAGE_MAX };
  union
  {
    char           bytes[CMSG_SPACE (FDS_MAX * sizeof (int))];
    struct cmsghdr align;
  } ancillary;
  struct msghdr message = { .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = &ancillary,
                            .msg_controllen = sizeof ancillary.bytes };
  ssize_t       n = recvmsg (fixture->guest, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  guint         n_fds = 0;

  g_assert_cmpint (n, >=, (gssize) sizeof *header);
  memcpy (header, data, sizeof *header);
  if (CMSG_FIRSTHDR (&message) != NULL)
    {
      n_fds = (guint) ((ancillary.align.cmsg_len - CMSG_LEN (0)) / sizeof (int));
      memcpy (fds, CMSG_DATA (&ancillary.align), n_fds * sizeof (int));
    }

  return n_fds;
}

static void
hear_signal (Fixture *fixture, guint32 id, int signal)
{
  ShipGuestHeader header;
  int             fds[FDS_MAX];

  g_assert_cmpuint (hear (fixture, &header, fds), ==, 0);
  g_assert_cmpint (header.type, ==, SHIP_GUEST_SIGNAL);
  g_assert_cmpuint (header.id, ==, id);
  g_assert_cmpint (header.value, ==, signal);
}

/* Asks for a process. @fds: the guest's ends of its pipes, or NULL for a terminal. Returns: its id
 */
static guint32
ask (Fixture *fixture, int *fds, GCancellable *cancellable, GAsyncResult **result)
{
  ShipSandboxCommand *command = ship_sandbox_command_new ("program", NULL);
  ShipGuestHeader     header;
  int                 heard[FDS_MAX];
  guint               n_fds;

  if (fds == NULL)
    ship_sandbox_command_set_pty (command, 24, 80);
  ship_guest_channel_spawn_async (fixture->channel,
                                  command,
                                  cancellable,
                                  ship_test_keep_result,
                                  result);
  settle ();
  n_fds = hear (fixture, &header, heard);
  g_assert_cmpint (header.type, ==, SHIP_GUEST_SPAWN);
  g_assert_cmpuint (n_fds, ==, fds == NULL ? 0 : 3);
  if (fds != NULL)
    memcpy (fds, heard, 3 * sizeof (int));

  return header.id;
}

static void
close_all (int *fds, guint n_fds)
{
  for (guint i = 0; i < n_fds; i++)
    close (fds[i]);
}

static ShipSandboxProcess *
take (Fixture *fixture, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  ShipSandboxProcess *process =
    ship_guest_channel_spawn_finish (fixture->channel, ship_test_await (result), &error);

  g_assert_no_error (error);
  g_clear_object (result);
  return process;
}

static void
assert_spawn_fails (Fixture *fixture, GAsyncResult **result, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (
    ship_guest_channel_spawn_finish (fixture->channel, ship_test_await (result), &error));
  g_assert_error (error, domain, code);
  g_clear_object (result);
}

static void
test_ready (Fixture *fixture, gconstpointer data)
{
  GAsyncResult *result = NULL;

  /* Not before it is there. */
  ship_guest_channel_spawn_async (fixture->channel,
                                  ship_sandbox_command_new ("program", NULL),
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  assert_spawn_fails (fixture, &result, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE);

  g_assert_cmpint (ship_guest_channel_get_pid (fixture->channel), ==, 0);
  say_ready (fixture);
  g_assert_cmpint (ship_guest_channel_get_pid (fixture->channel), ==, getpid ());
  g_assert_null (fixture->broken);
}

static void
test_not_safe (Fixture *fixture, gconstpointer data)
{
  const char            text[] = "it kept capabilities";
  const ShipGuestHeader header = { SHIP_GUEST_READY,
                                   0,
                                   0,
                                   SHIP_GUEST_PROTOCOL_VERSION,
                                   strlen (text) };
  char                  message[sizeof header + sizeof text];

  memcpy (message, &header, sizeof header);
  memcpy (message + sizeof header, text, sizeof text);
  say_bytes (fixture->guest, message, sizeof message - 1, NULL, 0);
  settle ();
  g_assert_cmpstr (fixture->failed, ==, text);
}

static void
test_pipes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShipSandboxProcess) process = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  char          text[4] = "";
  int           fds[3];
  int           status;
  guint32       id;

  say_ready (fixture);
  id = ask (fixture, fds, NULL, &result);
  say (fixture, SHIP_GUEST_SPAWNED, 0, id, 0);
  process = take (fixture, &result);
  g_assert_cmpint (ship_sandbox_process_get_pty_fd (process), ==, -1);

  g_output_stream_write_all (ship_sandbox_process_get_stdin (process), "in", 2, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (fds[0], text, 2), ==, 2);
  g_assert_cmpint (write (fds[1], "out", 3), ==, 3);
  g_input_stream_read_all (ship_sandbox_process_get_stdout (process), text, 3, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "out");
  close_all (fds, 3);

  ship_sandbox_process_signal (process, SIGINT);
  hear_signal (fixture, id, SIGINT);

  ship_sandbox_process_wait_async (process, NULL, ship_test_keep_result, &result);
  say (fixture, SHIP_GUEST_EXITED, 0, id, 3 << 8);
  ship_sandbox_process_wait_finish (process, ship_test_await (&result), &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (WEXITSTATUS (status), ==, 3);
  g_clear_object (&result);

  /* Once more, now that it has ended. */
  ship_sandbox_process_wait_async (process, NULL, ship_test_keep_result, &result);
  ship_sandbox_process_wait_finish (process, ship_test_await (&result), &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (WEXITSTATUS (status), ==, 3);
  g_clear_object (&result);
}

static int
open_master (void)
{
  int master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);

  g_assert_cmpint (master, >=, 0);
  g_assert_cmpint (grantpt (master), ==, 0);
  g_assert_cmpint (unlockpt (master), ==, 0);
  return master;
}

static void
test_terminal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShipSandboxProcess) process = NULL;
  GAsyncResult *result = NULL;
  int           master = open_master ();
  guint32       id;

  say_ready (fixture);
  id = ask (fixture, NULL, NULL, &result);
  say_with (fixture, SHIP_GUEST_SPAWNED, 0, id, 0, &master, 1);
  close (master);
  process = take (fixture, &result);
  g_assert_null (ship_sandbox_process_get_stdout (process));
  g_assert_true (isatty (ship_sandbox_process_get_pty_fd (process)));
  ship_sandbox_process_resize (process, 10, 20);
  say (fixture, SHIP_GUEST_EXITED, 0, id, 0);
  g_assert_false (ship_sandbox_process_is_running (process));
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  for (guint16 stage = SHIP_GUEST_STAGE_PROCESS; stage <= SHIP_GUEST_STAGE_PROGRAM; stage++)
    {
      GAsyncResult *result = NULL;
      int           fds[3];
      guint32       id;

      if (!fixture->is_ready)
        say_ready (fixture);
      id = ask (fixture, fds, NULL, &result);
      close_all (fds, 3);
      say (fixture, SHIP_GUEST_FAILED, stage, id, ENOENT);
      assert_spawn_fails (fixture, &result, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_REFUSED);
    }
  g_assert_null (fixture->broken);
}

/* What started after its cancellation is killed; nobody hears of it. */
static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;
  int           fds[3];
  guint32       id;

  say_ready (fixture);
  id = ask (fixture, fds, cancellable, &result);
  close_all (fds, 3);
  g_cancellable_cancel (cancellable);
  assert_spawn_fails (fixture, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  say (fixture, SHIP_GUEST_SPAWNED, 0, id, 0);
  hear_signal (fixture, id, SIGKILL);
  say (fixture, SHIP_GUEST_EXITED, 0, id, 9);
  g_assert_null (fixture->broken);
}

static void
test_cancel_wait (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (ShipSandboxProcess) process = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  int           fds[3];
  guint32       id;

  say_ready (fixture);
  id = ask (fixture, fds, NULL, &result);
  close_all (fds, 3);
  say (fixture, SHIP_GUEST_SPAWNED, 0, id, 0);
  process = take (fixture, &result);
  ship_sandbox_process_wait_async (process, cancellable, ship_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (
    ship_sandbox_process_wait_finish (process, ship_test_await (&result), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  g_assert_true (ship_sandbox_process_is_running (process));
  say (fixture, SHIP_GUEST_EXITED, 0, id, 0);
}

static void
test_let_go (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShipSandboxProcess) process = NULL;
  GAsyncResult *result = NULL;
  int           fds[3];
  guint32       id;

  say_ready (fixture);
  id = ask (fixture, fds, NULL, &result);
  close_all (fds, 3);
  say (fixture, SHIP_GUEST_SPAWNED, 0, id, 0);
  process = take (fixture, &result);
  g_clear_object (&process);
  hear_signal (fixture, id, SIGKILL);
  say (fixture, SHIP_GUEST_EXITED, 0, id, 9);
  g_assert_null (fixture->broken);
}

/* Two processes and one that is asked for, of which the first to be told drops the other. */
static void
drop_other_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ShipSandboxProcess **other = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_false (
    ship_sandbox_process_wait_finish (SHIP_SANDBOX_PROCESS (object), result, NULL, &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE);
  g_clear_object (other);
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  ShipSandboxProcess *processes[2] = { NULL, NULL };
  GAsyncResult       *result = NULL;
  int                 fds[3];

  say_ready (fixture);
  for (guint i = 0; i < 2; i++)
    {
      guint32 id = ask (fixture, fds, NULL, &result);

      close_all (fds, 3);
      say (fixture, SHIP_GUEST_SPAWNED, 0, id, 0);
      processes[i] = take (fixture, &result);
    }
  for (guint i = 0; i < 2; i++)
    ship_sandbox_process_wait_async (processes[i], NULL, drop_other_cb, &processes[1 - i]);
  ask (fixture, fds, NULL, &result);
  close_all (fds, 3);
  g_assert_null (result);

  close (fixture->guest);
  fixture->guest = -1;
  settle ();
  assert_spawn_fails (fixture, &result, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE);
  g_assert_null (processes[0]);
  g_assert_null (processes[1]);
  g_assert_null (fixture->broken);
}

static void
test_connect (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ShipGuestHeader header;
  int             ends[2];
  int             fds[FDS_MAX];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  g_assert_false (ship_guest_channel_connect_port (fixture->channel, 80, dup (ends[0]), &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE);
  g_clear_error (&error);

  say_ready (fixture);
  g_assert_true (ship_guest_channel_connect_port (fixture->channel, 80, ends[0], &error));
  g_assert_cmpuint (hear (fixture, &header, fds), ==, 1);
  g_assert_cmpint (header.type, ==, SHIP_GUEST_CONNECT);
  g_assert_cmpint (header.value, ==, 80);
  close_all (fds, 1);
  close (ends[1]);
}

/* A guest that does not listen is a guest that is broken, not memory that grows. */
static void
test_deaf (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShipSandboxProcess) process = NULL;
  GAsyncResult *result = NULL;
  int           fds[3];
  guint32       id;

  say_ready (fixture);
  id = ask (fixture, fds, NULL, &result);
  close_all (fds, 3);
  say (fixture, SHIP_GUEST_SPAWNED, 0, id, 0);
  process = take (fixture, &result);
  for (guint i = 0; i < 20000 && fixture->broken == NULL; i++)
    ship_sandbox_process_signal (process, SIGUSR1);
  g_assert_error (fixture->broken, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_PROTOCOL);
}

static void
test_closed_by_us (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error =
    g_error_new_literal (SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE, "stopped");
  GAsyncResult *result = NULL;
  char          byte;
  int           fds[3];

  say_ready (fixture);
  ask (fixture, fds, NULL, &result);
  close_all (fds, 3);
  ship_guest_channel_close (fixture->channel, error);
  assert_spawn_fails (fixture, &result, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE);
  g_assert_cmpint (recv (fixture->guest, &byte, 1, MSG_DONTWAIT), ==, 0);

  /* Whatever it says now is dropped, descriptors too. */
  say_with (fixture, 77, 0, 1, 0, (int[]){ 0, 1 }, 2);
  g_assert_null (fixture->broken);
  g_assert_false (fixture->is_closed);
}

/* The last thing a taken-over guest says. What went before: a READY, a process (id 1) and a request
 * for a terminal (id 2), if @prepared. */
typedef struct
{
  const char     *name;
  gboolean        prepared;
  ShipGuestHeader header;
  const char *fds; /* of each a letter: n null device, p pipe, r regular file, s slave, m master */
} Forgery;

/* clang-format off */
static const Forgery forgeries[] = {
  { "early-spawned", FALSE, { SHIP_GUEST_SPAWNED, 0, 1, 0, 0 }, "" },
  { "early-exited", FALSE, { SHIP_GUEST_EXITED, 0, 1, 0, 0 }, "" },
  { "ready-with-fd", FALSE, { SHIP_GUEST_READY, 0, 0, 1, 0 }, "m" },
  { "other-version", FALSE, { SHIP_GUEST_READY, 0, 0, 99, 0 }, "" },
  { "second-ready", TRUE, { SHIP_GUEST_READY, 0, 0, 1, 0 }, "" },
  { "our-own", TRUE, { SHIP_GUEST_SPAWN, 0, 1, 0, 0 }, "" },
  { "unknown", TRUE, { 500, 0, 1, 0, 0 }, "" },
  { "spawned-unknown", TRUE, { SHIP_GUEST_SPAWNED, 0, 3, 0, 0 }, "" },
  { "exited-unknown", TRUE, { SHIP_GUEST_EXITED, 0, 4000000000, 0, 0 }, "" },
  { "failed-unknown", TRUE, { SHIP_GUEST_FAILED, 1, 3, 1, 0 }, "" },
  { "spawned-twice", TRUE, { SHIP_GUEST_SPAWNED, 0, 1, 0, 0 }, "" },
  { "failed-after-spawned", TRUE, { SHIP_GUEST_FAILED, 1, 1, 1, 0 }, "" },
  { "exited-before-spawned", TRUE, { SHIP_GUEST_EXITED, 0, 2, 0, 0 }, "" },
  { "exited-with-fd", TRUE, { SHIP_GUEST_EXITED, 0, 1, 0, 0 }, "m" },
  { "no-terminal", TRUE, { SHIP_GUEST_SPAWNED, 0, 2, 0, 0 }, "" },
  { "null-device-as-terminal", TRUE, { SHIP_GUEST_SPAWNED, 0, 2, 0, 0 }, "n" },
  { "pipe-as-terminal", TRUE, { SHIP_GUEST_SPAWNED, 0, 2, 0, 0 }, "p" },
  { "file-as-terminal", TRUE, { SHIP_GUEST_SPAWNED, 0, 2, 0, 0 }, "r" },
  { "slave-as-terminal", TRUE, { SHIP_GUEST_SPAWNED, 0, 2, 0, 0 }, "s" },
  { "two-terminals", TRUE, { SHIP_GUEST_SPAWNED, 0, 2, 0, 0 }, "mm" },
  { "many-terminals", TRUE, { SHIP_GUEST_SPAWNED, 0, 2, 0, 0 }, "mnprnprn" },
  { "lie-about-size", TRUE, { SHIP_GUEST_EXITED, 0, 1, 0, 1000 }, "" },
};
/* clang-format on */

static int
open_kind (char kind)
{
  int ends[2];

  switch (kind)
    {
    case 'm':
      return open_master ();
    case 's':
      {
        int master = open_master ();
        int slave = open (ptsname (master), O_RDWR | O_NOCTTY | O_CLOEXEC);

        close (master);
        return slave;
      }
    case 'p':
      g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
      close (ends[1]);
      return ends[0];
    case 'r':
      return open ("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    default:
      return open ("/dev/null", O_RDWR | O_CLOEXEC);
    }
}

static void
forge (Fixture *fixture, const Forgery *forgery)
{
  guint n_fds = (guint) strlen (forgery->fds);
  int   fds[FDS_MAX] = { -1 };

  for (guint i = 0; i < n_fds; i++)
    fds[i] = open_kind (forgery->fds[i]);
  say_bytes (fixture->guest, &forgery->header, sizeof forgery->header, fds, n_fds);
  close_all (fds, n_fds);
  settle ();
}

static void
test_forged (Fixture *fixture, gconstpointer data)
{
  const Forgery *forgery = data;
  g_autoptr (ShipSandboxProcess) process = NULL;
  GAsyncResult *result = NULL;
  char          byte;
  int           fds[3];

  if (forgery->prepared)
    {
      say_ready (fixture);
      g_assert_cmpuint (ask (fixture, fds, NULL, &result), ==, 1);
      close_all (fds, 3);
      say (fixture, SHIP_GUEST_SPAWNED, 0, 1, 0);
      process = take (fixture, &result);
      g_assert_cmpuint (ask (fixture, NULL, NULL, &result), ==, 2);
    }
  forge (fixture, forgery);
  g_assert_error (fixture->broken, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_PROTOCOL);

  /* Everybody is told, and it is not listened to any more. */
  if (forgery->prepared)
    {
      assert_spawn_fails (fixture, &result, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_PROTOCOL);
      g_assert_false (ship_sandbox_process_is_running (process));
    }
  g_assert_cmpint (recv (fixture->guest, &byte, 1, MSG_DONTWAIT), ==, 0);
  forge (fixture, forgery);
}

/* Somebody else inside got hold of the socket. */
static void
test_other_process (Fixture *fixture, gconstpointer data)
{
  const ShipGuestHeader header = { SHIP_GUEST_EXITED, 0, 1, 0, 0 };
  GAsyncResult         *result = NULL;
  int                   fds[3];
  pid_t                 pid;

  say_ready (fixture);
  g_assert_cmpuint (ask (fixture, fds, NULL, &result), ==, 1);
  close_all (fds, 3);
  pid = fork ();
  if (pid == 0)
    {
      say_bytes (fixture->guest, &header, sizeof header, NULL, 0);
      _exit (0);
    }
  waitpid (pid, NULL, 0);
  settle ();
  g_assert_error (fixture->broken, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (fixture->broken->message, "another process"));
  assert_spawn_fails (fixture, &result, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_PROTOCOL);
}

static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *message = g_malloc0 (60 * 1000);

  say_ready (fixture);
  say_bytes (fixture->guest, message, GPOINTER_TO_SIZE (data), NULL, 0);
  settle ();
  g_assert_error (fixture->broken, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_PROTOCOL);
}

int
main (int argc, char **argv)
{
#define ADD(name, test) g_test_add ("/guest-channel/" name, Fixture, NULL, set_up, test, tear_down)
  g_test_init (&argc, &argv, NULL);
  ADD ("ready", test_ready);
  ADD ("not-safe", test_not_safe);
  ADD ("pipes", test_pipes);
  ADD ("terminal", test_terminal);
  ADD ("failed", test_failed);
  ADD ("cancel", test_cancel);
  ADD ("cancel-wait", test_cancel_wait);
  ADD ("let-go", test_let_go);
  ADD ("gone", test_gone);
  ADD ("connect", test_connect);
  ADD ("deaf", test_deaf);
  ADD ("closed-by-us", test_closed_by_us);
  ADD ("other-process", test_other_process);
  for (gsize i = 0; i < G_N_ELEMENTS (forgeries); i++)
    {
      g_autofree char *path = g_strconcat ("/guest-channel/forged/", forgeries[i].name, NULL);

      g_test_add (path, Fixture, &forgeries[i], set_up, test_forged, tear_down);
    }
  g_test_add ("/guest-channel/size/empty",
              Fixture,
              GSIZE_TO_POINTER (0),
              set_up,
              test_sizes,
              tear_down);
  g_test_add ("/guest-channel/size/short",
              Fixture,
              GSIZE_TO_POINTER (15),
              set_up,
              test_sizes,
              tear_down);
  g_test_add ("/guest-channel/size/long",
              Fixture,
              GSIZE_TO_POINTER (60000),
              set_up,
              test_sizes,
              tear_down);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "sandbox-fixture.h"
#include "ship-test.h"

/*
 * What takes more of the machine than it may: each bomb ends, or is held within, its own sandbox,
 * and one beside it goes on. Each is set off again with a higher limit, where it is none: so it is
 * the limit that held it.
 */

#define MIB (G_GUINT64_CONSTANT (1) << 20)

static const ShipSandboxLimits small = {
  { [SHIP_SANDBOX_LIMIT_MEMORY] = 256 * MIB,
    [SHIP_SANDBOX_LIMIT_DISK] = 100 * MIB,
    [SHIP_SANDBOX_LIMIT_FILE_SIZE] = 300 * MIB,
    [SHIP_SANDBOX_LIMIT_PROCESSES] = 96,
    [SHIP_SANDBOX_LIMIT_DESCRIPTORS] = 256,
    [SHIP_SANDBOX_LIMIT_CPU_WEIGHT] = 50 },
};

static const ShipSandboxLimits large = {
  { [SHIP_SANDBOX_LIMIT_MEMORY] = 2048 * MIB,
    [SHIP_SANDBOX_LIMIT_DISK] = 2048 * MIB,
    [SHIP_SANDBOX_LIMIT_FILE_SIZE] = 2048 * MIB,
    [SHIP_SANDBOX_LIMIT_PROCESSES] = 512,
    [SHIP_SANDBOX_LIMIT_DESCRIPTORS] = 4096,
    [SHIP_SANDBOX_LIMIT_CPU_WEIGHT] = 50 },
};

/* Each says "done" when it has all that it wants, and holds it for as long as its input is open. */
typedef struct
{
  const char      *name;
  ShipSandboxLimit limit;
  const char      *script;
} Bomb;

/* clang-format off */
static const Bomb bombs[] = {
  { "memory-one", SHIP_SANDBOX_LIMIT_MEMORY,
    "(head -c 400M /dev/zero; echo done >&2; sleep 60) | tail -c 400M >/dev/null" },
  { "memory-many", SHIP_SANDBOX_LIMIT_MEMORY,
    "for i in 1 2 3 4 5 6 7 8; do (head -c 50M /dev/zero; sleep 60) | tail -c 50M >/dev/null & done;"
    "sleep 3; echo done >&2; sleep 60" },
  { "disk-one-file", SHIP_SANDBOX_LIMIT_DISK,
    "head -c 200M /dev/zero >big; echo done >&2; sleep 60" },
  { "disk-many-files", SHIP_SANDBOX_LIMIT_DISK,
    "i=0; while [ $i -lt 100 ]; do head -c 2M /dev/zero >f$i; i=$((i + 1)); done; echo done >&2; sleep 60" },
  { "disk-in-home", SHIP_SANDBOX_LIMIT_DISK,
    "head -c 200M /dev/zero >~/big; echo done >&2; sleep 60" },
  { "disk-without-name", SHIP_SANDBOX_LIMIT_DISK,
    "exec 5>big; rm big; head -c 200M /dev/zero >&5; echo done >&2; sleep 60" },
  { "inodes", SHIP_SANDBOX_LIMIT_DISK,
    "mkdir many; cd many; seq 110000 | xargs touch; sleep 5; echo done >&2; sleep 60" },
};
/* clang-format on */

typedef struct
{
  GError  *error; /* (owned) (nullable) */
  gboolean must_die;
  gboolean is_over;
} Fate;

static void
died_cb (ShipSandbox *sandbox, const GError *error, Fate *fate)
{
  fate->error = g_error_copy (error);
  fate->is_over = TRUE;
}

static void
begin (SandboxFixture *fixture, const ShipSandboxLimits *limits)
{
  sandbox_fixture_set_up (fixture, FALSE);
  ship_local_sandbox_set_limits (SHIP_LOCAL_SANDBOX (fixture->sandbox), limits);
  sandbox_fixture_start (fixture);
}

static void
assert_answers (SandboxFixture *fixture)
{
  g_autofree char *text = sandbox_fixture_run (fixture, "echo here");

  g_assert_cmpstr (text, ==, "here\n");
}

static void
line_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fate *fate = user_data;
  g_autoptr (GBytes) bytes =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, NULL);

  /*
   * The end of its output comes with its death, which has more to say. On a machine that has much
   * to do a bomb may have all that it wants before somebody looks: it is to die all the same.
   */
  if (bytes != NULL && g_bytes_get_size (bytes) > 0 && !fate->must_die)
    fate->is_over = TRUE;
}

/*
 * @must_die: waits for its death, whatever it has by then
 *
 * Returns: (transfer full) (nullable): what it died of; NULL: it has what it wants
 */
static GError *
set_off (SandboxFixture *fixture, const Bomb *bomb, gboolean must_die)
{
  Fate fate = { .must_die = must_die };
  g_autoptr (ShipSandboxProcess) process = NULL;
  gulong handler = g_signal_connect (fixture->sandbox, "died", G_CALLBACK (died_cb), &fate);

  process =
    sandbox_fixture_spawn (fixture, ship_sandbox_command_new ("sh", "-c", bomb->script, NULL));
  g_input_stream_read_bytes_async (ship_sandbox_process_get_stderr (process),
                                   16,
                                   G_PRIORITY_DEFAULT,
                                   NULL,
                                   line_cb,
                                   &fate);
  sandbox_fixture_wait_for (&fate.is_over);
  g_signal_handler_disconnect (fixture->sandbox, handler);

  return fate.error;
}

static void
test_bomb (gconstpointer data)
{
  const Bomb    *bomb = data;
  SandboxFixture fixture;
  SandboxFixture neighbour;
  g_autoptr (GError) error = NULL;
  g_autofree char *size = ship_sandbox_limit_format (bomb->limit, small.values[bomb->limit]);

  begin (&fixture, &small);
  begin (&neighbour, &small);
  error = set_off (&fixture, bomb, TRUE);
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, size));
  g_test_message ("%s", error->message);
  g_assert_false (ship_sandbox_is_running (fixture.sandbox));
  assert_answers (&neighbour);
  sandbox_fixture_tear_down (&neighbour);
  sandbox_fixture_tear_down (&fixture);
}

static void
test_control (gconstpointer data)
{
  const Bomb    *bomb = data;
  SandboxFixture fixture;
  g_autoptr (GError) error = NULL;

  begin (&fixture, &large);
  error = set_off (&fixture, bomb, FALSE);
  g_assert_no_error (error);
  assert_answers (&fixture);
  sandbox_fixture_tear_down (&fixture);
}

/* The one that nothing ends: it takes what it may, and everything around it goes on. */
static void
test_fork_bomb (void)
{
  SandboxFixture fixture;
  SandboxFixture neighbour;
  g_autoptr (ShipSandboxProcess) process = NULL;
  g_autofree char *count = NULL;
  long             n;

  begin (&fixture, &small);
  begin (&neighbour, &small);
  process = sandbox_fixture_spawn (
    &fixture,
    ship_sandbox_command_new ("sh",
                              "-c",
                              "b () { b | b & b | b & sleep 60; }; b 2>/dev/null",
                              NULL));
  g_usleep (G_USEC_PER_SEC);
  assert_answers (&neighbour);

  /* It has something left to help with, and to say what is going on. */
  assert_answers (&fixture);
  count = sandbox_fixture_run (&fixture, "set -- /proc/[0-9]*; echo $#");
  n = strtol (count, NULL, 10);
  g_assert_cmpint (n, >=, 10);
  g_assert_cmpint (n, <=, 96 + 16 + 1);
  sandbox_fixture_stop (&fixture);
  assert_answers (&neighbour);
  sandbox_fixture_tear_down (&neighbour);
  sandbox_fixture_tear_down (&fixture);
}

/* Where a user may not (Ubuntu), bubblewrap's file systems of memory have no bound of files. */
static gboolean
can_have_mounts (void)
{
  g_autofree char *text = NULL;

  return geteuid () == 0 ||
         !g_file_get_contents ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
                               &text,
                               NULL,
                               NULL) ||
         text[0] == '0';
}

/* What is bounded for a program, and is none of its neighbours' business. */
static void
test_bounded (void)
{
  static const struct
  {
    const char *script;
    gboolean    fits_small;
    gboolean    needs_mounts; /* of ship-launch's own */
  } cases[] = {
    { "for i in $(seq 10 400); do eval \"exec $i</dev/null\" || exit 1; done", FALSE },
    { "for i in $(seq 10 200); do eval \"exec $i</dev/null\" || exit 1; done", TRUE },
    { "exec sh -c 'for i in $(seq 200); do sleep 3 & done; wait'", FALSE },
    { "trap '' XFSZ; truncate -s 310M big; r=$?; rm big; exit $r", FALSE },
    /* An eighth of the memory, and a file for each eight kilobytes of that. */
    { "head -c 40M /dev/zero >/tmp/big; r=$?; rm /tmp/big; exit $r", FALSE },
    { "head -c 40M /dev/zero >/dev/shm/big; r=$?; rm /dev/shm/big; exit $r", FALSE },
    { "cd /tmp; seq 5000 | xargs touch; r=$?; cd; rm -rf /tmp/[0-9]*; exit $r", FALSE, TRUE },
    { "cd /dev/shm; seq 5000 | xargs touch; r=$?; cd; rm -rf /dev/shm/[0-9]*; exit $r",
      FALSE,
      TRUE },
    { "head -c 20M /dev/zero >/tmp/big; r=$?; rm /tmp/big; exit $r", TRUE },
  };
  SandboxFixture fixtures[2];

  begin (&fixtures[0], &small);
  begin (&fixtures[1], &large);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint k = 0; k < 2 && (!cases[i].needs_mounts || can_have_mounts ()); k++)
      {
        g_autoptr (ShipSandboxRunResult) run = sandbox_fixture_run_command (
          &fixtures[k],
          ship_sandbox_command_new ("bash", "-c", cases[i].script, NULL));

        g_test_message ("%s: %d", cases[i].script, run->wait_status);
        g_assert_cmpint (run->wait_status == 0, ==, cases[i].fits_small || k == 1);
        assert_answers (&fixtures[k]);
      }
  sandbox_fixture_tear_down (&fixtures[0]);
  sandbox_fixture_tear_down (&fixtures[1]);
}

/* More is allowed, and it goes on where it was; while it runs, too. */
static void
test_raised (void)
{
  const Bomb      *bomb = &bombs[2];
  SandboxFixture   fixture;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;

  begin (&fixture, &small);
  g_free (sandbox_fixture_run (&fixture, "echo kept >kept"));
  error = set_off (&fixture, bomb, TRUE);
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_LIMIT);

  sandbox_fixture_renew (&fixture);
  ship_local_sandbox_set_limits (SHIP_LOCAL_SANDBOX (fixture.sandbox), &large);
  sandbox_fixture_start (&fixture);
  text = sandbox_fixture_run (&fixture, "cat kept; rm big");
  g_assert_cmpstr (text, ==, "kept\n");
  sandbox_fixture_stop (&fixture);

  sandbox_fixture_renew (&fixture);
  ship_local_sandbox_set_limits (SHIP_LOCAL_SANDBOX (fixture.sandbox), &small);
  sandbox_fixture_start (&fixture);
  g_assert_nonnull (ship_local_sandbox_get_way (SHIP_LOCAL_SANDBOX (fixture.sandbox)));
  ship_local_sandbox_set_limits (SHIP_LOCAL_SANDBOX (fixture.sandbox), &large);
  again = set_off (&fixture, bomb, FALSE);
  g_assert_no_error (again);
  sandbox_fixture_tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (bombs); i++)
    {
      g_autofree char *ends = g_strconcat ("/limits/ends/", bombs[i].name, NULL);
      g_autofree char *control = g_strconcat ("/limits/control/", bombs[i].name, NULL);

      g_test_add_data_func (ends, &bombs[i], test_bomb);
      g_test_add_data_func (control, &bombs[i], test_control);
    }
  g_test_add_func ("/limits/fork-bomb", test_fork_bomb);
  g_test_add_func ("/limits/bounded", test_bounded);
  g_test_add_func ("/limits/raised", test_raised);

  return g_test_run ();
}

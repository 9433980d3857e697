/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <string.h>

#include "sandbox/local/ship-guest-message.h"
#include "sandbox/ship-sandbox-error.h"

/* Messages of the guest protocol as bytes: what is built is to the letter, what is parsed is
 * checked. */

static const char *
parse (ShipGuestMessage *message,
       ShipGuestHeader   header,
       const char       *payload,
       gsize             size,
       guint             n_fds)
{
  guint8 data[1024];

  memcpy (data, &header, sizeof header);
  if (size > 0)
    memcpy (data + sizeof header, payload, size);

  return ship_guest_message_parse (message, data, sizeof header + size, n_fds);
}

typedef struct
{
  const char     *name;
  ShipGuestHeader header;
  const char     *payload;
  guint           n_fds;
  gboolean        is_valid;
} Case;

/* clang-format off */
static const Case cases[] = {
  { "ready", { SHIP_GUEST_READY, 0, 0, 1, 0 }, "", 0, TRUE },
  { "ready-failed", { SHIP_GUEST_READY, 0, 0, 1, 12 }, "it leaks — ", 0, FALSE },
  { "ready-sentence", { SHIP_GUEST_READY, 0, 0, 1, 8 }, "it leaks", 0, TRUE },
  { "ready-version", { SHIP_GUEST_READY, 0, 0, 2, 0 }, "", 0, FALSE },
  { "ready-id", { SHIP_GUEST_READY, 0, 1, 1, 0 }, "", 0, FALSE },
  { "ready-detail", { SHIP_GUEST_READY, 1, 0, 1, 0 }, "", 0, FALSE },
  { "ready-fd", { SHIP_GUEST_READY, 0, 0, 1, 0 }, "", 1, FALSE },
  { "ready-control", { SHIP_GUEST_READY, 0, 0, 1, 3 }, "a\033b", 0, FALSE },
  { "ready-newline", { SHIP_GUEST_READY, 0, 0, 1, 3 }, "a\nb", 0, FALSE },
  { "ready-not-utf8", { SHIP_GUEST_READY, 0, 0, 1, 2 }, "a\xff", 0, FALSE },
  { "spawned", { SHIP_GUEST_SPAWNED, 0, 7, 0, 0 }, "", 0, TRUE },
  { "spawned-fd", { SHIP_GUEST_SPAWNED, 0, 7, 0, 0 }, "", 1, TRUE },
  { "spawned-fds", { SHIP_GUEST_SPAWNED, 0, 7, 0, 0 }, "", 2, FALSE },
  { "spawned-value", { SHIP_GUEST_SPAWNED, 0, 7, 1, 0 }, "", 0, FALSE },
  { "spawned-payload", { SHIP_GUEST_SPAWNED, 0, 7, 0, 1 }, "x", 0, FALSE },
  { "spawned-no-id", { SHIP_GUEST_SPAWNED, 0, 0, 0, 0 }, "", 0, FALSE },
  { "failed", { SHIP_GUEST_FAILED, SHIP_GUEST_STAGE_PROGRAM, 7, 2, 0 }, "", 0, TRUE },
  { "failed-fd", { SHIP_GUEST_FAILED, SHIP_GUEST_STAGE_PROGRAM, 7, 2, 0 }, "", 1, FALSE },
  { "failed-no-stage", { SHIP_GUEST_FAILED, 0, 7, 2, 0 }, "", 0, FALSE },
  { "failed-stage", { SHIP_GUEST_FAILED, 5, 7, 2, 0 }, "", 0, FALSE },
  { "failed-no-errno", { SHIP_GUEST_FAILED, SHIP_GUEST_STAGE_PROGRAM, 7, 0, 0 }, "", 0, FALSE },
  { "failed-errno", { SHIP_GUEST_FAILED, SHIP_GUEST_STAGE_PROGRAM, 7, 5000, 0 }, "", 0, FALSE },
  { "failed-negative", { SHIP_GUEST_FAILED, SHIP_GUEST_STAGE_PROGRAM, 7, -2, 0 }, "", 0, FALSE },
  { "exited", { SHIP_GUEST_EXITED, 0, 7, 256, 0 }, "", 0, TRUE },
  { "exited-fd", { SHIP_GUEST_EXITED, 0, 7, 256, 0 }, "", 1, FALSE },
  { "exited-detail", { SHIP_GUEST_EXITED, 1, 7, 256, 0 }, "", 0, FALSE },
  { "ours", { SHIP_GUEST_SPAWN, 0, 7, 0, 0 }, "", 0, FALSE },
  { "unknown", { 99, 0, 7, 0, 0 }, "", 0, FALSE },
  { "lie", { SHIP_GUEST_EXITED, 0, 7, 0, 4 }, "", 0, FALSE },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  const Case      *test = data;
  ShipGuestMessage message;
  const char      *wrong =
    parse (&message, test->header, test->payload, strlen (test->payload), test->n_fds);

  g_assert_true ((wrong == NULL) == test->is_valid);
  if (test->is_valid)
    {
      g_assert_cmpint (message.type, ==, test->header.type);
      g_assert_cmpuint (message.id, ==, test->header.id);
      g_assert_cmpint (message.value, ==, test->header.value);
      g_assert_cmpstr (message.sentence, ==, test->payload);
    }
}

static void
test_sizes (void)
{
  ShipGuestMessage   message;
  g_autofree char   *text = g_strnfill (SHIP_GUEST_SENTENCE_MAX, 'x');
  ShipGuestHeader    header = { SHIP_GUEST_READY, 0, 0, 1, SHIP_GUEST_SENTENCE_MAX };
  g_autofree guint8 *data = g_malloc0 (SHIP_GUEST_REPLY_MAX + 2);

  g_assert_null (parse (&message, header, text, SHIP_GUEST_SENTENCE_MAX, 0));
  g_assert_cmpstr (message.sentence, ==, text);

  memcpy (data, &header, sizeof header);
  for (gsize size = 0; size < SHIP_GUEST_REPLY_MAX; size++)
    g_assert_nonnull (ship_guest_message_parse (&message, data, size, 0));
  header.size++;
  memcpy (data, &header, sizeof header);
  g_assert_nonnull (ship_guest_message_parse (&message, data, SHIP_GUEST_REPLY_MAX + 1, 0));
}

/* Whatever comes, nothing is read or written beyond the message (the sanitizers look on). */
static void
test_random (void)
{
  for (guint i = 0; i < 100000; i++)
    {
      gsize              size = (gsize) g_test_rand_int_range (0, 80);
      g_autofree guint8 *data = g_malloc (size);
      ShipGuestMessage   message;

      for (gsize at = 0; at < size; at++)
        data[at] =
          (guint8) (at % 4 == 0 ? g_test_rand_int_range (0, 24) : g_test_rand_int_range (0, 2));
      ship_guest_message_parse (&message, data, size, (guint) g_test_rand_int_range (0, 3));
    }
}

static void
test_spawn (void)
{
  static const char *const environment[] = { "HOME=/home/agent", "TERM=xterm", NULL };
  g_autoptr (ShipSandboxCommand) command = ship_sandbox_command_new ("a", "", "c d", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = NULL;
  const char      expected[] = "\3\0\3\0/work\0a\0\0c d\0HOME=/home/agent\0TERM=dumb\0X=";
  ShipGuestHeader header;
  gsize           size;
  const char     *data;

  ship_sandbox_command_set_env (command, "TERM", "dumb");
  ship_sandbox_command_set_env (command, "X", "");
  ship_sandbox_command_set_pty (command, 24, 80);
  message = ship_guest_message_new_spawn (5, command, environment, &error);
  g_assert_no_error (error);
  data = g_bytes_get_data (message, &size);
  memcpy (&header, data, sizeof header);
  g_assert_cmpint (header.type, ==, SHIP_GUEST_SPAWN);
  g_assert_cmpint (header.detail, ==, SHIP_GUEST_SPAWN_PTY);
  g_assert_cmpuint (header.id, ==, 5);
  g_assert_cmpint (header.value, ==, 24 << 16 | 80);
  g_assert_cmpuint (header.size, ==, size - sizeof header);
  g_assert_cmpmem (data + sizeof header, header.size, expected, sizeof expected);
}

static void
test_spawn_limits (void)
{
  static const char *const environment[] = { NULL };
  g_autofree char         *fits = g_strnfill (SHIP_GUEST_MESSAGE_MAX - sizeof (ShipGuestHeader) -
                                        sizeof (ShipGuestSpawn) - strlen ("/work") - 2,
                                      'x');
  g_autofree char         *too_long = g_strconcat (fits, "x", NULL);
  const struct
  {
    const char *arg;
    guint       n_args;
    guint       n_env;
    gboolean    is_accepted;
  } limits[] = {
    { fits, 1, 0, TRUE },
    { too_long, 1, 0, FALSE },
    { "x", SHIP_GUEST_ARGS_MAX, 0, TRUE },
    { "x", SHIP_GUEST_ARGS_MAX + 1, 0, FALSE },
    { "x", 1, SHIP_GUEST_ENV_MAX, TRUE },
    { "x", 1, SHIP_GUEST_ENV_MAX + 1, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (ShipSandboxCommand) command = ship_sandbox_command_new (limits[i].arg, NULL);
      g_autoptr (GBytes) message = NULL;
      g_autoptr (GError) error = NULL;

      for (guint n = 1; n < limits[i].n_args; n++)
        ship_sandbox_command_add_arg (command, "y");
      for (guint n = 0; n < limits[i].n_env; n++)
        {
          g_autofree char *name = g_strdup_printf ("V%u", n);

          ship_sandbox_command_set_env (command, name, "");
        }
      message = ship_guest_message_new_spawn (1, command, environment, &error);
      if (limits[i].is_accepted)
        {
          g_assert_no_error (error);
          g_assert_cmpuint (g_bytes_get_size (message), <=, SHIP_GUEST_MESSAGE_MAX);
        }
      else
        g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_REFUSED);
    }
}

static void
assert_header (GBytes *message, ShipGuestHeader expected)
{
  g_assert_cmpmem (g_bytes_get_data (message, NULL),
                   g_bytes_get_size (message),
                   &expected,
                   sizeof expected);
  g_bytes_unref (message);
}

static void
test_others (void)
{
  assert_header (ship_guest_message_new_signal (3, 15),
                 (ShipGuestHeader){ SHIP_GUEST_SIGNAL, 0, 3, 15, 0 });
  assert_header (ship_guest_message_new_connect (65535),
                 (ShipGuestHeader){ SHIP_GUEST_CONNECT, 0, 0, 65535, 0 });
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/guest-message/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/guest-message/sizes", test_sizes);
  g_test_add_func ("/guest-message/random", test_random);
  g_test_add_func ("/guest-message/spawn", test_spawn);
  g_test_add_func ("/guest-message/spawn-limits", test_spawn_limits);
  g_test_add_func ("/guest-message/others", test_others);

  return g_test_run ();
}

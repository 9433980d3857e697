/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said where there is no bus, or a bus without a Secret Service. */
#include <glib/gstdio.h>

#include "auth/ship-llm-keys.h"
#include "ship-test.h"

static void
assert_no_keyring (ShipKeyring *keyring)
{
  g_autoptr (GAsyncResult) stored = NULL;
  g_autoptr (GAsyncResult) found = NULL;
  g_autoptr (GAsyncResult) deleted = NULL;
  g_autoptr (GError) error = NULL;

  ship_keyring_store_async (keyring, "a", "A", "x", NULL, ship_test_keep_result, &stored);
  g_assert_false (ship_keyring_store_finish (keyring, ship_test_await (&stored), &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEYRING);
  g_assert_cmpint (ship_auth_error_classify (error), ==, SHIP_ERROR_CLASS_PERSISTENT);
  g_clear_error (&error);
  ship_keyring_lookup_async (keyring, "a", NULL, ship_test_keep_result, &found);
  g_assert_null (ship_keyring_lookup_finish (keyring, ship_test_await (&found), &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEYRING);
  g_clear_error (&error);
  ship_keyring_delete_async (keyring, "a", NULL, ship_test_keep_result, &deleted);
  g_assert_false (ship_keyring_delete_finish (keyring, ship_test_await (&deleted), &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEYRING);
  g_assert_null (strstr (error->message, "/nonexistent"));
}

static void
test_no_bus (void)
{
  ShipKeyring *keyring = ship_keyring_new ();

  assert_no_keyring (keyring);
  g_assert_finalize_object (keyring);
}

/* The sentence names the variable, and why the keyring is no help. */
static void
test_llm_key (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  ShipKeyring  *keyring = ship_keyring_new ();
  ShipLlmKeys  *keys = ship_llm_keys_new (keyring, NULL, secrets);
  ShipKeySource source = SHIP_KEY_SOURCE_KEYRING;

  ship_llm_keys_lookup_async (keys, "anthropic", NULL, ship_test_keep_result, &result);
  g_assert_null (ship_llm_keys_lookup_finish (keys, ship_test_await (&result), &source, &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEY);
  g_assert_cmpint (ship_auth_error_classify (error), ==, SHIP_ERROR_CLASS_SIGN_IN);
  g_assert_cmpint (source, ==, SHIP_KEY_SOURCE_NONE);
  g_assert_nonnull (strstr (error->message, "Anthropic"));
  g_assert_nonnull (strstr (error->message, "ANTHROPIC_API_KEY"));
  g_assert_nonnull (strstr (error->message, "Secret Service"));
  g_assert_true (ship_secrets_is_empty (secrets));
  g_clear_object (&result);
  g_assert_finalize_object (keys);
  g_assert_finalize_object (keyring);
}

/* A bus that nobody can be started on. No GTestDBus: it waits for the connection, which libsecret
 * keeps. */
static GSubprocess *
start_empty_bus (void)
{
  static const char config[] =
    "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>"
    "<policy context='default'>"
    "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/>"
    "<allow own='*'/></policy></busconfig>";
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *address = NULL;
  g_autofree char *path = NULL;
  g_autofree char *option = NULL;

  g_close (g_file_open_tmp ("ship-bus-XXXXXX", &path, &error), NULL);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, config, -1, NULL));
  option = g_strconcat ("--config-file=", path, NULL);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              &error,
                              "dbus-daemon",
                              option,
                              "--nofork",
                              "--print-address",
                              NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  address = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (address);
  g_remove (path);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
  return g_steal_pointer (&process);
}

static void
test_no_service (void)
{
  g_autofree char *program = g_find_program_in_path ("dbus-daemon");
  g_autoptr (GSubprocess) bus = NULL;
  g_autoptr (GDBusConnection) connection = NULL;
  ShipKeyring *keyring;

  if (program == NULL)
    {
      g_test_skip ("dbus-daemon is not installed");
      return;
    }
  bus = start_empty_bus ();
  connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_assert_nonnull (connection);
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  keyring = ship_keyring_new ();
  assert_no_keyring (keyring);
  g_assert_finalize_object (keyring);
  g_subprocess_force_exit (bus);
  g_subprocess_wait (bus, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/no-keyring/no-bus", test_no_bus);
  g_test_add_func ("/no-keyring/llm-key", test_llm_key);
  g_test_add_func ("/no-keyring/no-service", test_no_service);
  return g_test_run ();
}

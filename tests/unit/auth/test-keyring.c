/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against a real GNOME Keyring on a private bus: run by the script with-keyring. */
#include "config.h"

#include <libsecret/secret.h>

#include "auth/ship-keyring.h"
#include "auth/ship-llm-keys.h"
#include "ship-test.h"

static gboolean
store (ShipKeyring *keyring, const char *name, const char *secret, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_keyring_store_async (keyring,
                            name,
                            "Ship test",
                            secret,
                            NULL,
                            ship_test_keep_result,
                            &result);
  return ship_keyring_store_finish (keyring, ship_test_await (&result), error);
}

static char *
lookup (ShipKeyring *keyring, const char *name, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_keyring_lookup_async (keyring, name, NULL, ship_test_keep_result, &result);
  return ship_keyring_lookup_finish (keyring, ship_test_await (&result), error);
}

static gboolean delete (ShipKeyring *keyring, const char *name, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_keyring_delete_async (keyring, name, NULL, ship_test_keep_result, &result);
  return ship_keyring_delete_finish (keyring, ship_test_await (&result), error);
}

static void
assert_holds (ShipKeyring *keyring, const char *name, const char *expected)
{
  g_autoptr (GError) error = NULL;
  char *secret = lookup (keyring, name, &error);

  if (expected == NULL)
    {
      g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEY);
      g_assert_null (secret);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (secret, ==, expected);
  ship_keyring_free_secret (secret);
}

static void
test_store_lookup_delete (void)
{
  g_autoptr (GError) error = NULL;
  ShipKeyring *keyring = ship_keyring_new ();

  assert_holds (keyring, "llm/anthropic", NULL);
  g_assert_true (store (keyring, "llm/anthropic", "sk-first-0123456789", &error));
  g_assert_no_error (error);
  g_assert_true (store (keyring, "llm/openai", "sk-other-0123456789", &error));
  g_assert_no_error (error);
  assert_holds (keyring, "llm/anthropic", "sk-first-0123456789");
  assert_holds (keyring, "llm/openai", "sk-other-0123456789");

  store (keyring, "llm/anthropic", "sk-second-ü", &error);
  g_assert_no_error (error);
  assert_holds (keyring, "llm/anthropic", "sk-second-ü");

  g_assert_true (delete (keyring, "llm/anthropic", &error));
  g_assert_no_error (error);
  assert_holds (keyring, "llm/anthropic", NULL);
  assert_holds (keyring, "llm/openai", "sk-other-0123456789");
  /* Deleting what is not there is what was wanted. */
  g_assert_true (delete (keyring, "llm/anthropic", &error));
  g_assert_true (delete (keyring, "llm/openai", &error));
  g_assert_no_error (error);
  g_assert_finalize_object (keyring);
}

/* What another program has put there is found. */
static void
test_secret_tool (void)
{
  const char *argv[] = {
    "secret-tool", "store", "--label=Ship", "xdg:schema", SHIP_APPLICATION_ID ".Secret", "name",
    "llm/tool",    NULL
  };
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_find_program_in_path (argv[0]);
  ShipKeyring     *keyring;

  if (program == NULL)
    {
      g_test_skip ("secret-tool is not installed");
      return;
    }
  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, "sk-by-tool", NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));

  keyring = ship_keyring_new ();
  assert_holds (keyring, "llm/tool", "sk-by-tool");
  g_assert_true (delete (keyring, "llm/tool", &error));
  g_assert_finalize_object (keyring);
}

static void
test_llm_key (void)
{
  const char *const environment[] = { "ANTHROPIC_API_KEY=", "PATH=/bin", NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autofree char *redacted = NULL;
  ShipKeyring     *keyring = ship_keyring_new ();
  ShipLlmKeys     *keys = ship_llm_keys_new (keyring, environment, secrets);
  ShipKeySource    source = SHIP_KEY_SOURCE_NONE;
  char            *key;

  g_assert_true (store (keyring, "llm/anthropic", "sk-in-the-keyring", &error));
  ship_llm_keys_lookup_async (keys, "anthropic", NULL, ship_test_keep_result, &result);
  key = ship_llm_keys_lookup_finish (keys, ship_test_await (&result), &source, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (key, ==, "sk-in-the-keyring");
  g_assert_cmpint (source, ==, SHIP_KEY_SOURCE_KEYRING);
  redacted = ship_secrets_redact (secrets, "the key is sk-in-the-keyring.");
  g_assert_cmpstr (redacted, ==, "the key is " SHIP_SECRETS_MASK ".");
  ship_keyring_free_secret (key);
  g_clear_object (&result);

  /* There is a keyring, but nothing in it: the sentence says how to put it there. */
  ship_llm_keys_lookup_async (keys, "google", NULL, ship_test_keep_result, &result);
  g_assert_null (ship_llm_keys_lookup_finish (keys, ship_test_await (&result), &source, &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEY);
  g_assert_cmpint (source, ==, SHIP_KEY_SOURCE_NONE);
  g_assert_nonnull (strstr (error->message, "Google"));
  g_assert_nonnull (strstr (error->message, "shipctl keys set google"));

  g_clear_object (&result);
  g_assert_finalize_object (keys);
  g_assert_finalize_object (keyring);
}

/* What the window and the command line do. */
static void
test_llm_key_kept (void)
{
  const char *const environment[] = { NULL };
  g_autoptr (GAsyncResult) stored = NULL;
  g_autoptr (GAsyncResult) deleted = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autofree char *redacted = NULL;
  ShipKeyring     *keyring = ship_keyring_new ();
  ShipLlmKeys     *keys = ship_llm_keys_new (keyring, environment, secrets);

  ship_llm_keys_store_async (keys, "openai", "sk-kept-now", NULL, ship_test_keep_result, &stored);
  g_assert_true (ship_llm_keys_store_finish (keys, ship_test_await (&stored), &error));
  g_assert_no_error (error);
  assert_holds (keyring, "llm/openai", "sk-kept-now");
  redacted = ship_secrets_redact (secrets, "sk-kept-now");
  g_assert_cmpstr (redacted, ==, SHIP_SECRETS_MASK);

  ship_llm_keys_delete_async (keys, "openai", NULL, ship_test_keep_result, &deleted);
  g_assert_true (ship_llm_keys_delete_finish (keys, ship_test_await (&deleted), &error));
  g_assert_no_error (error);
  assert_holds (keyring, "llm/openai", NULL);
  g_clear_object (&stored);
  g_clear_object (&deleted);
  g_assert_finalize_object (keys);
  g_assert_finalize_object (keyring);
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) stored = NULL;
  g_autoptr (GAsyncResult) found = NULL;
  g_autoptr (GAsyncResult) deleted = NULL;
  g_autoptr (GError) error = NULL;
  ShipKeyring *keyring = ship_keyring_new ();

  ship_keyring_store_async (keyring, "a", "A", "x", cancellable, ship_test_keep_result, &stored);
  ship_keyring_lookup_async (keyring, "a", cancellable, ship_test_keep_result, &found);
  ship_keyring_delete_async (keyring, "a", cancellable, ship_test_keep_result, &deleted);
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_keyring_store_finish (keyring, ship_test_await (&stored), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (ship_auth_error_classify (error), ==, SHIP_ERROR_CLASS_CANCELLED);
  g_clear_error (&error);
  g_assert_null (ship_keyring_lookup_finish (keyring, ship_test_await (&found), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (ship_keyring_delete_finish (keyring, ship_test_await (&deleted), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&stored);
  g_clear_object (&found);
  g_clear_object (&deleted);
  g_assert_finalize_object (keyring);
}

/* Locks the keyring for good, so it comes last: nobody here can type the password. */
static void
test_locked (void)
{
  g_autoptr (SecretService) service = NULL;
  g_autoptr (SecretCollection) collection = NULL;
  g_autoptr (GError) error = NULL;
  g_autolist (SecretCollection) locked = NULL;
  GList        one = { NULL, NULL, NULL };
  ShipKeyring *keyring = ship_keyring_new ();

  g_assert_true (store (keyring, "llm/anthropic", "sk-in-the-keyring", &error));
  service = secret_service_get_sync (SECRET_SERVICE_OPEN_SESSION, NULL, &error);
  g_assert_no_error (error);
  collection = secret_collection_for_alias_sync (service,
                                                 SECRET_COLLECTION_DEFAULT,
                                                 SECRET_COLLECTION_NONE,
                                                 NULL,
                                                 &error);
  g_assert_no_error (error);
  one.data = collection;
  g_assert_cmpint (secret_service_lock_sync (service, &one, NULL, &locked, &error), ==, 1);
  g_assert_no_error (error);

  g_assert_null (lookup (keyring, "llm/anthropic", &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_LOCKED);
  g_assert_cmpint (ship_auth_error_classify (error), ==, SHIP_ERROR_CLASS_USER);
  g_clear_error (&error);
  g_assert_false (store (keyring, "llm/openai", "sk-other", &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_LOCKED);
  g_assert_finalize_object (keyring);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keyring/store-lookup-delete", test_store_lookup_delete);
  g_test_add_func ("/keyring/secret-tool", test_secret_tool);
  g_test_add_func ("/keyring/llm-key", test_llm_key);
  g_test_add_func ("/keyring/llm-key-kept", test_llm_key_kept);
  g_test_add_func ("/keyring/cancel", test_cancel);
  g_test_add_func ("/keyring/locked", test_locked);
  return g_test_run ();
}

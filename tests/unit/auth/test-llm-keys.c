/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The environment comes first; the keyring is then not asked (here it could not answer). */
#include "auth/ship-llm-keys.h"
#include "ship-test.h"

typedef struct
{
  ShipKeyring *keyring; /* (owned) */
  ShipSecrets *secrets; /* (owned) */
  ShipLlmKeys *keys;    /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *const environment[] = { "OPENAI_API_KEY=sk-from-environment",
                                      "ANTHROPIC_API_KEY=",
                                      NULL };

  fixture->keyring = ship_keyring_new ();
  fixture->secrets = ship_secrets_new ();
  fixture->keys = ship_llm_keys_new (fixture->keyring, environment, fixture->secrets);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->keys);
  g_assert_finalize_object (fixture->keyring);
  ship_secrets_unref (fixture->secrets);
}

static void
test_environment (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *redacted = NULL;
  ShipKeySource    source = SHIP_KEY_SOURCE_NONE;
  char            *key;

  ship_llm_keys_lookup_async (fixture->keys, "openai", NULL, ship_test_keep_result, &result);
  key = ship_llm_keys_lookup_finish (fixture->keys, ship_test_await (&result), &source, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (key, ==, "sk-from-environment");
  g_assert_cmpint (source, ==, SHIP_KEY_SOURCE_ENVIRONMENT);
  redacted = ship_secrets_redact (fixture->secrets, "sk-from-environment");
  g_assert_cmpstr (redacted, ==, SHIP_SECRETS_MASK);
  ship_keyring_free_secret (key);
}

static void
test_empty_variable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_llm_keys_lookup_async (fixture->keys, "anthropic", NULL, ship_test_keep_result, &result);
  g_assert_null (
    ship_llm_keys_lookup_finish (fixture->keys, ship_test_await (&result), NULL, &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEY);
  g_assert_true (ship_secrets_is_empty (fixture->secrets));
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  ship_llm_keys_lookup_async (fixture->keys, "x", cancellable, ship_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (
    ship_llm_keys_lookup_finish (fixture->keys, ship_test_await (&result), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/llm-keys/environment", Fixture, NULL, set_up, test_environment, tear_down);
  g_test_add ("/llm-keys/empty-variable", Fixture, NULL, set_up, test_empty_variable, tear_down);
  g_test_add ("/llm-keys/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  return g_test_run ();
}

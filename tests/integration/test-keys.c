/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shipctl keys with a real keyring on a private bus (run by with-keyring), and where there is none.
 */
#include "auth/ship-llm-keys.h"
#include "base/ship-json.h"
#include "fake-http-server.h"
#include "ship-test.h"

#include <libsecret/secret.h>

#define CANARY "sk-canary-5e7b0c9a1d2f43868f1e"

typedef struct
{
  char *out;
  char *err;
  int   status;
} Outcome;

static void
outcome_clear (Outcome *self)
{
  /* Nothing says more of a key than its end. */
  g_assert_null (strstr (self->out, "canary"));
  g_assert_null (strstr (self->err, "canary"));
  g_free (self->out);
  g_free (self->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static Outcome
run (const char *input, const char *const *variables, const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program =
    g_test_build_filename (G_TEST_BUILT, "..", "src", "cli", "shipctl", NULL);
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                               G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Outcome outcome = { NULL };
  va_list arguments;

  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (char *) "keys");
  va_start (arguments, first);
  for (const char *argument = first; argument != NULL; argument = va_arg (arguments, const char *))
    g_ptr_array_add (argv, (gpointer) argument);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);
  if (!g_str_equal (first, "list")) /* whose output is read */
    g_subprocess_launcher_setenv (launcher, "G_MESSAGES_DEBUG", "all", TRUE);
  for (guint i = 0; variables != NULL && variables[i] != NULL; i += 2)
    g_subprocess_launcher_setenv (launcher, variables[i], variables[i + 1], TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, input, NULL, ship_test_keep_result, &result);
  g_subprocess_communicate_utf8_finish (process,
                                        ship_test_await (&result),
                                        &outcome.out,
                                        &outcome.err,
                                        &error);
  g_assert_no_error (error);
  outcome.status = g_subprocess_get_exit_status (process);
  g_test_message ("%s: %d %s%s", first, outcome.status, outcome.out, outcome.err);
  return outcome;
}

static void
assert_run (int         status,
            const char *part,
            const char *input,
            const char *action,
            const char *provider)
{
  g_auto (Outcome) outcome = run (input, NULL, action, provider, NULL);

  g_assert_cmpint (outcome.status, ==, status);
  g_assert_true (strstr (outcome.out, part) != NULL || strstr (outcome.err, part) != NULL);
}

/* What a session that runs all the time sees: it looks for every request. */
static char *
look_up (ShipLlmKeys *keys)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_llm_keys_lookup_async (keys, "openai", NULL, ship_test_keep_result, &result);
  return ship_llm_keys_lookup_finish (keys, ship_test_await (&result), NULL, NULL);
}

static void
assert_source (const char        *provider,
               const char *const *variables,
               const char        *source,
               const char        *end)
{
  g_auto (Outcome) outcome = run (NULL, variables, "list", "--json", NULL);
  g_autoptr (JsonObject) object = ship_json_parse_object (outcome.out, -1, NULL);
  JsonArray *keys = ship_json_get_array (object, "keys");
  gboolean   is_found = FALSE;

  for (guint i = 0; i < json_array_get_length (keys); i++)
    {
      JsonObject *key = json_array_get_object_element (keys, i);

      if (!g_str_equal (ship_json_get_string (key, "provider", ""), provider))
        continue;
      is_found = TRUE;
      g_assert_cmpstr (ship_json_get_string (key, "source", NULL), ==, source);
      g_assert_cmpstr (ship_json_get_string (key, "ends_with", NULL), ==, end);
      if (variables != NULL)
        g_assert_cmpstr (ship_json_get_string (key, "variable", NULL), ==, variables[0]);
    }
  g_assert_true (is_found);
}

static void
test_life (void)
{
  const char *const variables[] = { "OPENAI_API_KEY", "sk-canary-of-the-environment", NULL };
  ShipKeyring      *keyring = ship_keyring_new ();
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  ShipLlmKeys *keys = ship_llm_keys_new (keyring, NULL, secrets);
  char        *key;

  g_assert_null (look_up (keys));
  assert_source ("openai", NULL, "none", NULL);
  assert_run (0, "in the keyring", "  " CANARY "\n", "set", "openai");
  key = look_up (keys);
  g_assert_cmpstr (key, ==, CANARY);
  ship_keyring_free_secret (key);
  assert_source ("openai", NULL, "keyring", "…8f1e");
  assert_source ("openai", variables, "environment", "…ment");
  {
    g_auto (Outcome) said = run (CANARY, variables, "set", "openai", NULL);

    g_assert_cmpint (said.status, ==, 0);
    g_assert_nonnull (strstr (said.out, "OPENAI_API_KEY is set in the environment and wins"));
  }
  assert_run (0, "no key for OpenAI any more", NULL, "delete", "openai");
  g_assert_null (look_up (keys));
  assert_run (0, "no key for OpenAI any more", NULL, "delete", "openai");
  g_assert_finalize_object (keys);
  g_assert_finalize_object (keyring);
}

static void
test_bad_input (void)
{
  assert_run (2, "empty", "", "set", "openai");
  assert_run (2, "line breaks", CANARY "\n" CANARY, "set", "openai");
  assert_run (2, "ASCII", "sk-canary-ü-0123456789", "set", "openai");
  assert_run (2, "too short", "x", "set", "openai");
  assert_run (5, "anthropic", CANARY, "set", "antropic");
  assert_run (5, "There is no provider", CANARY, "test", "zzzzzz");
  assert_run (2, "needs no key", CANARY, "set", "ollama");
  assert_run (2, "use list, set, test or delete", NULL, "show", NULL);
  assert_run (2, "missing", NULL, "set", NULL);
  assert_run (2, "too much", NULL, "list", "openai");
  assert_run (3, "shipctl keys set openai", NULL, "test", "openai");
  {
    g_auto (Outcome) outcome = run (NULL, NULL, "set", "openai", "sk-c@nary", NULL);

    g_assert_cmpint (outcome.status, ==, 2);
    g_assert_nonnull (strstr (outcome.err, "never given as an argument"));
    g_assert_null (strstr (outcome.err, "c@nary"));
  }
  assert_source ("openai", NULL, "none", NULL);
}

static void
test_test (void)
{
  FakeHttpServer *server = fake_http_server_new ();
  const char     *variables[] = { "OPENAI_BASE_URL", fake_http_server_get_base_uri (server), NULL };
  const char     *nobody[] = { "OPENAI_BASE_URL", "http://127.0.0.1:9", NULL };
  const char     *wrong[] = { "OPENAI_BASE_URL", "http://far.example", NULL };

  assert_run (0, "in the keyring", CANARY, "set", "openai");
  {
    g_auto (Outcome) valid = { NULL };
    g_auto (Outcome) refused = { NULL };
    g_auto (Outcome) unreachable = run (NULL, nobody, "test", "openai", NULL);
    g_auto (Outcome) invalid = run (NULL, wrong, "test", "openai", NULL);

    fake_http_server_expect (server, "GET", "/v1/models", 200, "{}");
    fake_http_server_require_header (server, "Authorization", "Bearer " CANARY);
    valid = run (NULL, variables, "test", "openai", NULL);
    fake_http_server_expect (server, "GET", "/v1/models", 401, "{}");
    refused = run (NULL, variables, "test", "openai", "--json", NULL);
    g_assert_cmpint (valid.status, ==, 0);
    g_assert_nonnull (strstr (valid.out, "OpenAI takes the key"));
    g_assert_cmpint (refused.status, ==, 3);
    g_assert_nonnull (strstr (refused.out, "\"refused\""));
    g_assert_cmpint (unreachable.status, ==, 1);
    g_assert_cmpint (invalid.status, ==, 2);
    g_assert_nonnull (strstr (invalid.err, "OPENAI_BASE_URL"));
  }
  assert_run (0, "any more", NULL, "delete", "openai");
  g_assert_cmpuint (fake_http_server_get_n_left (server), ==, 0);
  g_object_unref (server);
}

static void
assert_once (const char *text, const char *part)
{
  const char *first = strstr (text, part);

  g_assert_nonnull (first);
  g_assert_null (strstr (first + 1, part));
}

/* Whatever else: never a file. */
static void
test_no_keyring (void)
{
  const char *const variables[] = { "DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", NULL };
  g_auto (Outcome) set = run (CANARY, variables, "set", "openai", NULL);
  g_auto (Outcome) listed = run (NULL, variables, "list", NULL);

  g_assert_cmpint (set.status, ==, 3);
  g_assert_nonnull (strstr (set.err, "There is no system keyring"));
  g_assert_nonnull (strstr (set.err, "set the key in the environment"));
  g_assert_cmpint (listed.status, ==, 0);
  assert_once (listed.out, "There is no system keyring");
  g_assert_nonnull (strstr (listed.out, "There is no key for OpenAI. Set OPENAI_API_KEY in the"));
}

/* Locks it for good, so it comes last. */
static void
test_locked (void)
{
  g_autoptr (SecretService) service = NULL;
  g_autoptr (SecretCollection) collection = NULL;
  g_autoptr (GError) error = NULL;
  g_autolist (SecretCollection) locked = NULL;
  GList one = { NULL, NULL, NULL };

  assert_run (0, "in the keyring", CANARY, "set", "openai");
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

  assert_run (3, "is locked", CANARY, "set", "anthropic");
  assert_run (3, "is locked", NULL, "test", "openai");
  assert_run (0, "is locked", NULL, "list", NULL);
  {
    g_auto (Outcome) listed = run (NULL, NULL, "list", NULL);

    assert_once (listed.out, "is locked");
  }
}

int
main (int argc, char **argv)
{
  static const char *const keys[] = { "ANTHROPIC_API_KEY",
                                      "OPENAI_API_KEY",
                                      "GEMINI_API_KEY",
                                      "GOOGLE_API_KEY",
                                      "OPENAI_BASE_URL" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_unsetenv (keys[i]);
  g_test_add_func ("/keys/life", test_life);
  g_test_add_func ("/keys/bad-input", test_bad_input);
  g_test_add_func ("/keys/test", test_test);
  g_test_add_func ("/keys/no-keyring", test_no_keyring);
  g_test_add_func ("/keys/locked", test_locked);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a text can be a key, and what a provider says about one. */
#include "auth/ship-key-check.h"
#include "auth/ship-key-survey.h"
#include "fake-http-server.h"
#include "ship-test.h"

#define KEY "sk-canary-0123456789-7f3a"

typedef struct
{
  FakeHttpServer        *server;    /* (owned) */
  ShipKeyring           *keyring;   /* (owned) */
  ShipSecrets           *secrets;   /* (owned) */
  ShipLlmKeys           *keys;      /* (owned) */
  ShipProviderAddresses *addresses; /* (owned) */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_auto (GStrv) environment = g_strsplit ("OPENAI_API_KEY=" KEY, " ", -1);
  const char *base;

  f->server = fake_http_server_new ();
  base = fake_http_server_get_base_uri (f->server);
  environment = g_environ_setenv (environment, "ANTHROPIC_API_KEY", KEY, TRUE);
  environment = g_environ_setenv (environment, "GOOGLE_API_KEY", KEY, TRUE);
  environment = g_environ_setenv (environment, "ANTHROPIC_BASE_URL", base, TRUE);
  environment = g_environ_setenv (environment, "OPENAI_BASE_URL", base, TRUE);
  environment = g_environ_setenv (environment, "GOOGLE_GEMINI_BASE_URL", base, TRUE);
  f->keyring = ship_keyring_new ();
  f->secrets = ship_secrets_new ();
  f->keys = ship_llm_keys_new (f->keyring, (const char *const *) environment, f->secrets);
  f->addresses = ship_provider_addresses_new (NULL, (const char *const *) environment);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (fake_http_server_get_n_left (f->server), ==, 0);
  g_assert_finalize_object (f->addresses);
  g_assert_finalize_object (f->keys);
  g_assert_finalize_object (f->keyring);
  ship_secrets_unref (f->secrets);
  g_object_unref (f->server);
}

static void
test_clean (void)
{
  static const struct
  {
    const char *text;
    const char *key; /* (nullable): refused */
  } cases[] = {
    { KEY, KEY },
    { "  " KEY "\r\n", KEY },
    { "", NULL },
    { " \n\t", NULL },
    { "short", NULL },
    { "two words-0123456789", NULL },
    { "sk-first-0123456789\nsk-second-0123456789", NULL },
    { "sk-with-\x01-control-0123456789", NULL },
    { "sk-ünicode-0123456789", NULL },
    { "\xff\xfe-0123456789", NULL },
  };
  g_autofree char *endless = g_strnfill (5000, 'k');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      char *key = ship_key_check_clean (cases[i].text, &error);

      g_assert_cmpstr (key, ==, cases[i].key);
      if (key == NULL)
        {
          g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_INVALID);
          g_assert_null (strstr (error->message, "0123456789"));
        }
      g_clear_pointer (&key, ship_keyring_free_secret);
    }
  g_assert_null (ship_key_check_clean (endless, NULL));
}

static void
test_hint (void)
{
  g_autofree char *hint = ship_key_check_dup_hint (KEY);

  g_assert_cmpstr (hint, ==, "…7f3a");
  g_assert_null (ship_key_check_dup_hint ("sk-0123456789"));
}

static void
assert_verdict (Fixture *f, const char *provider, ShipKeyVerdict expected, const char *part)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  ShipKeyVerdict   verdict;

  ship_key_check_async (f->keys, f->addresses, provider, NULL, ship_test_keep_result, &result);
  g_assert_true (ship_key_check_finish (ship_test_await (&result), &verdict, &sentence, &error));
  g_assert_no_error (error);
  g_test_message ("%s", sentence);
  g_assert_cmpint (verdict, ==, expected);
  g_assert_nonnull (strstr (sentence, part));
  g_assert_null (strstr (sentence, KEY));
}

static void
test_verdicts (Fixture *f, gconstpointer data)
{
  fake_http_server_expect (f->server, "GET", "/v1/models", 200, "{\"data\":[]}");
  fake_http_server_require_header (f->server, "x-api-key", KEY);
  fake_http_server_require_header (f->server, "anthropic-version", "2023-06-01");
  assert_verdict (f, "anthropic", SHIP_KEY_VERDICT_VALID, "Anthropic takes");

  fake_http_server_expect (f->server, "GET", "/v1/models", 401, "{\"error\":\"" KEY "\"}");
  fake_http_server_require_header (f->server, "Authorization", "Bearer " KEY);
  assert_verdict (f, "openai", SHIP_KEY_VERDICT_REFUSED, "401");

  fake_http_server_expect (f->server,
                           "GET",
                           "/v1beta/models",
                           400,
                           "{\"reason\":\"API_KEY_INVALID\"}");
  fake_http_server_require_header (f->server, "x-goog-api-key", KEY);
  assert_verdict (f, "google", SHIP_KEY_VERDICT_REFUSED, "400");
  fake_http_server_expect (f->server, "GET", "/v1beta/models", 400, "{\"reason\":\"other\"}");
  assert_verdict (f, "google", SHIP_KEY_VERDICT_UNREACHABLE, "400");

  fake_http_server_expect (f->server, "GET", "/v1/models", 529, "busy");
  assert_verdict (f, "openai", SHIP_KEY_VERDICT_UNREACHABLE, "529");
  fake_http_server_expect (f->server, "GET", "/v1/models", 302, "");
  fake_http_server_add_header (f->server, "Location", "https://elsewhere.example/");
  assert_verdict (f, "openai", SHIP_KEY_VERDICT_UNREACHABLE, "302");
  fake_http_server_expect_cut (f->server, "GET", "/v1/models");
  assert_verdict (f, "openai", SHIP_KEY_VERDICT_UNREACHABLE, "cannot be reached");
}

static void
assert_error (Fixture *f, const char *provider, int code, const char *part)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  ShipKeyVerdict   verdict;

  ship_key_check_async (f->keys, f->addresses, provider, NULL, ship_test_keep_result, &result);
  g_assert_false (ship_key_check_finish (ship_test_await (&result), &verdict, &sentence, &error));
  g_assert_error (error, SHIP_AUTH_ERROR, code);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_errors (Fixture *f, gconstpointer data)
{
  assert_error (f, "openrouter", SHIP_AUTH_ERROR_NO_KEY, "OPENROUTER_API_KEY");
  assert_error (f, "antropic", SHIP_AUTH_ERROR_NO_ADDRESS, "anthropic");
  assert_error (f, "zzzzzz", SHIP_AUTH_ERROR_NO_ADDRESS, "zzzzzz");
  assert_error (f, "ollama", SHIP_AUTH_ERROR_INVALID, "no key");
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  ShipKeyVerdict   verdict;

  fake_http_server_expect_hang (f->server, "GET", "/v1/models");
  ship_key_check_async (f->keys,
                        f->addresses,
                        "anthropic",
                        cancellable,
                        ship_test_keep_result,
                        &result);
  while (fake_http_server_get_n_requests (f->server) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_key_check_finish (ship_test_await (&result), &verdict, &sentence, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  while (fake_http_server_get_n_aborted (f->server) == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_survey (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) states = NULL;

  ship_key_survey_async (f->keys, NULL, ship_test_keep_result, &result);
  states = ship_key_survey_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (states->len, ==, 4);
  for (guint i = 0; i < states->len; i++)
    {
      const ShipKeyState *state = states->pdata[i];
      gboolean            has_key = !g_str_equal (state->provider->id, "openrouter");

      g_assert_cmpint (state->source,
                       ==,
                       has_key ? SHIP_KEY_SOURCE_ENVIRONMENT : SHIP_KEY_SOURCE_NONE);
      g_assert_cmpstr (state->hint, ==, has_key ? "…7f3a" : NULL);
      g_assert_true ((state->trouble == NULL) == has_key);
      if (g_str_equal (state->provider->id, "google"))
        g_assert_cmpstr (state->variable, ==, "GOOGLE_API_KEY"); /* the one that is set */
    }

  g_cancellable_cancel (cancellable);
  ship_key_survey_async (f->keys, cancellable, ship_test_keep_result, &cancelled);
  g_assert_null (ship_key_survey_finish (ship_test_await (&cancelled), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-check/clean", test_clean);
  g_test_add_func ("/key-check/hint", test_hint);
  g_test_add ("/key-check/verdicts", Fixture, NULL, set_up, test_verdicts, tear_down);
  g_test_add ("/key-check/errors", Fixture, NULL, set_up, test_errors, tear_down);
  g_test_add ("/key-check/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  g_test_add ("/key-check/survey", Fixture, NULL, set_up, test_survey, tear_down);
  return g_test_run ();
}

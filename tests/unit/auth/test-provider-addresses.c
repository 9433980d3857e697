/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a provider is: environment before settings before its own service. */
#include "auth/ship-keyring.h"
#include "auth/ship-provider-addresses.h"
#include "auth/ship-provider.h"
#include "base/ship-settings.h"

static GSettings *
make_settings (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root ("/nonexistent");
  g_autoptr (GError) error = NULL;
  GSettings *settings = ship_settings_new (paths, &error);

  g_assert_no_error (error);
  return settings;
}

static void
set (GSettings *settings, const char *id, const char *uri)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_settings_set (settings,
                  SHIP_SETTING_BASE_URIS,
                  "@a{ss}",
                  g_variant_new_parsed ("{%s: %s}", id, uri));
  g_variant_dict_clear (&dict);
}

static void
test_order (void)
{
  const char *const      environment[] = { "OPENAI_BASE_URL=https://env.example/v1/",
                                           "ANTHROPIC_BASE_URL=",
                                           NULL };
  GSettings             *settings = make_settings ();
  ShipProviderAddresses *addresses = ship_provider_addresses_new (settings, environment);
  g_autoptr (GError) error = NULL;
  ShipAddressSource source;

  static const struct
  {
    const char       *id;
    const char       *setting; /* (nullable) */
    const char       *expected;
    ShipAddressSource source;
  } cases[] = {
    { "anthropic", NULL, "https://api.anthropic.com", SHIP_ADDRESS_SOURCE_DEFAULT },
    { "anthropic", "https://set.example/", "https://set.example", SHIP_ADDRESS_SOURCE_SETTINGS },
    { "anthropic", "", "https://api.anthropic.com", SHIP_ADDRESS_SOURCE_DEFAULT },
    { "openai", "https://set.example", "https://env.example", SHIP_ADDRESS_SOURCE_ENVIRONMENT },
    { "google", "https://set.example/v1beta", "https://set.example", SHIP_ADDRESS_SOURCE_SETTINGS },
    { "mine", "http://127.0.0.1:9/v1", "http://127.0.0.1:9", SHIP_ADDRESS_SOURCE_SETTINGS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *uri = NULL;

      if (cases[i].setting != NULL)
        set (settings, cases[i].id, cases[i].setting);
      uri = ship_provider_addresses_dup (addresses, cases[i].id, &source, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (uri, ==, cases[i].expected);
      g_assert_cmpint (source, ==, cases[i].source);
    }
  g_assert_null (ship_provider_addresses_dup (addresses, "unheard-of", NULL, &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_ADDRESS);
  g_assert_finalize_object (addresses);
  g_assert_finalize_object (settings);
}

/* What people have in OLLAMA_HOST, because its server wants it so. */
static void
test_ollama_host (void)
{
  static const char *const cases[][2] = {
    { "127.0.0.1", "http://127.0.0.1:11434" },
    { "0.0.0.0", "http://127.0.0.1:11434" },
    { "0.0.0.0:4000", "http://127.0.0.1:4000" },
    { "[::]:4000", "http://[::1]:4000" },
    { "[::1]", "http://[::1]:11434" },
    { ":4000", "http://127.0.0.1:4000" },
    { "localhost:4000/", "http://localhost:4000" },
    { "http://localhost:4000/v1", "http://localhost:4000" },
    { "https://ollama.example", "https://ollama.example" },
    { "10.0.0.7:11434", NULL },
    { "http://10.0.0.7", NULL },
    { "[", NULL },
    { "a b", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char       *variable = g_strconcat ("OLLAMA_HOST=", cases[i][0], NULL);
      const char *const      environment[] = { variable, NULL };
      ShipProviderAddresses *addresses = ship_provider_addresses_new (NULL, environment);
      g_autoptr (GError) error = NULL;
      g_autofree char *uri = ship_provider_addresses_dup (addresses, "ollama", NULL, &error);

      g_test_message ("%s", cases[i][0]);
      g_assert_cmpstr (uri, ==, cases[i][1]);
      if (uri == NULL)
        {
          g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_INVALID);
          g_assert_true (g_str_has_prefix (error->message, "OLLAMA_HOST: "));
        }
      g_assert_finalize_object (addresses);
    }
}

static void
changed_cb (ShipProviderAddresses *addresses, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_changes (void)
{
  GSettings             *settings = make_settings ();
  ShipProviderAddresses *addresses = ship_provider_addresses_new (settings, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = NULL;
  guint n_changes = 0;

  g_signal_connect (addresses, "changed", G_CALLBACK (changed_cb), &n_changes);
  set (settings, "mine", "http://far.example");
  while (n_changes == 0)
    g_main_context_iteration (NULL, TRUE);
  ids = ship_provider_addresses_list (addresses);
  g_assert_true (g_strv_contains ((const char *const *) ids, "mine"));
  g_assert_true (g_strv_contains ((const char *const *) ids, "anthropic"));

  g_assert_null (ship_provider_addresses_dup (addresses, "mine", NULL, &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "https://"));
  g_assert_null (strstr (error->message, "far.example"));
  g_assert_true (ship_provider_addresses_check ("mine", "http://127.0.0.1/v1", NULL));
  g_assert_false (ship_provider_addresses_check ("mine", "https://u:p@x", NULL));
  g_assert_false (ship_provider_addresses_check ("My", "https://x", NULL));
  g_assert_finalize_object (addresses);
  g_assert_finalize_object (settings);
}

static void
test_providers (void)
{
  guint               n;
  const ShipProvider *all = ship_provider_list (&n);

  for (guint i = 0; i < n; i++)
    {
      g_assert_true (ship_provider_find (all[i].id) == &all[i]);
      g_assert_true (ship_provider_is_id (all[i].id));
      g_assert_true (ship_provider_addresses_check (all[i].id, all[i].base_uri, NULL));
      g_assert_true ((all[i].variables[0] != NULL) == (all[i].credential_field != NULL));
      g_assert_true ((all[i].check_path != NULL) == (all[i].credential_field != NULL));
    }
  g_assert_null (ship_provider_find ("rehearsal"));
  g_assert_cmpstr (ship_provider_suggest ("antropic"), ==, "anthropic");
  g_assert_null (ship_provider_suggest ("zzzzzzz"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/provider-addresses/order", test_order);
  g_test_add_func ("/provider-addresses/ollama-host", test_ollama_host);
  g_test_add_func ("/provider-addresses/changes", test_changes);
  g_test_add_func ("/provider-addresses/providers", test_providers);
  return g_test_run ();
}

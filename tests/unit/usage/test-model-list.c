/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which models can be used, why the others cannot, and which one is taken. */
#include <libsoup/soup.h>

#include "base/ship-settings.h"
#include "ship-test.h"
#include "usage/ship-model-choice.h"

typedef struct
{
  SoupServer            *server;  /* (owned): plays Ollama */
  const char            *answer;  /* what it has */
  char                  *address; /* (owned) */
  GSettings             *settings;
  ShipKeyring           *keyring;
  ShipSecrets           *secrets;
  ShipLlmKeys           *keys;
  ShipModelCatalog      *catalog;
  ShipProviderAddresses *addresses;
  ShipModelList         *list;
} Fixture;

static void
handle_cb (SoupServer        *soup,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  Fixture *f = user_data;

  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message,
                                    "application/json",
                                    SOUP_MEMORY_COPY,
                                    f->answer,
                                    strlen (f->answer));
}

static void
set_addresses (Fixture *f, const char *extra)
{
  g_autofree char *text =
    g_strdup_printf ("{'llama.cpp': 'http://127.0.0.1:9', 'lmstudio': 'http://127.0.0.1:9'%s}",
                     extra);

  g_settings_set (f->settings, SHIP_SETTING_BASE_URIS, "@a{ss}", g_variant_new_parsed (text));
}

/* @data: (nullable): "NAME=value" of the environment, one more than OLLAMA_HOST */
static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root ("/nonexistent");
  g_autofree char *models = g_build_filename (g_getenv ("SHIP_DATA_DIR"), "models.json", NULL);
  g_autofree char *ollama = NULL;
  GSList          *uris;

  f->answer = "{\"data\":[{\"id\":\"qwen3\"},{\"id\":\"library/llama\"}]}";
  f->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (f->server, NULL, handle_cb, f, NULL);
  g_assert_true (soup_server_listen_local (f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (f->server);
  f->address = g_strdup_printf ("127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  ollama = g_strconcat ("OLLAMA_HOST=", f->address, NULL);
  {
    const char *const environment[] = { ollama, data, NULL };

    f->settings = ship_settings_new (paths, NULL);
    set_addresses (f, "");
    f->keyring = ship_keyring_new ();
    f->secrets = ship_secrets_new ();
    f->keys = ship_llm_keys_new (f->keyring, environment, f->secrets);
    f->addresses = ship_provider_addresses_new (f->settings, environment);
  }
  f->catalog = ship_model_catalog_new_from_file (models, NULL);
  f->list = ship_model_list_new (f->catalog, f->keys, f->addresses);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->list);
  g_assert_finalize_object (f->catalog);
  g_assert_finalize_object (f->keys);
  g_assert_finalize_object (f->keyring);
  g_assert_finalize_object (f->addresses);
  g_settings_reset (f->settings, SHIP_SETTING_BASE_URIS);
  g_assert_finalize_object (f->settings);
  ship_secrets_unref (f->secrets);
  soup_server_disconnect (f->server);
  g_assert_finalize_object (f->server);
  g_free (f->address);
}

static void
load (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_model_list_load_async (f->list, NULL, ship_test_keep_result, &result);
  g_assert_true (ship_model_list_load_finish (f->list, ship_test_await (&result), &error));
  g_assert_no_error (error);
}

static void
test_properties (Fixture *f, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *provider = NULL;
  g_autofree char *provider_name = NULL;
  g_autofree char *name = NULL;
  g_autofree char *why_not = NULL;
  g_auto (GStrv) variants = NULL;
  double   input;
  double   output;
  double   cache_read;
  double   cache_write;
  gint64   context;
  gboolean is_available;
  gboolean is_local;

  load (f);
  g_object_get (ship_model_list_find (f->list, "anthropic/claude-opus-4-5"),
                "id",
                &id,
                "provider",
                &provider,
                "provider-name",
                &provider_name,
                "name",
                &name,
                "input-price",
                &input,
                "output-price",
                &output,
                "cache-read-price",
                &cache_read,
                "cache-write-price",
                &cache_write,
                "context",
                &context,
                "variants",
                &variants,
                "is-available",
                &is_available,
                "why-not",
                &why_not,
                "is-local",
                &is_local,
                NULL);
  g_assert_cmpstr (id, ==, "anthropic/claude-opus-4-5");
  g_assert_cmpstr (provider, ==, "anthropic");
  g_assert_cmpstr (provider_name, ==, "Anthropic");
  g_assert_cmpstr (name, ==, "Claude Opus 4.5 (latest)");
  g_assert_cmpfloat (input, ==, 5);
  g_assert_cmpfloat (output, ==, 25);
  g_assert_cmpfloat (cache_read, ==, 0.5);
  g_assert_cmpfloat (cache_write, ==, 6.25);
  g_assert_cmpint (context, ==, 200000);
  g_assert_true (g_strv_contains ((const char *const *) variants, "medium"));
  g_assert_cmpuint (g_strv_length (variants), ==, 3);
  g_assert_false (is_available);
  g_assert_false (is_local);
  g_assert_nonnull (strstr (why_not, "ANTHROPIC_API_KEY"));
}

static void
assert_available (Fixture *f, const char *id, gboolean expected, const char *part)
{
  ShipModelItem *item = ship_model_list_find (f->list, id);

  g_test_message ("%s", id);
  g_assert_nonnull (item);
  g_assert_cmpint (ship_model_item_is_available (item), ==, expected);
  g_assert_nonnull (strstr (ship_model_item_get_why_not (item), part));
}

static const ShipModelSource *
get_source (Fixture *f, const char *id)
{
  GPtrArray *sources = ship_model_list_get_sources (f->list);

  for (guint i = 0; i < sources->len; i++)
    if (g_str_equal (((ShipModelSource *) sources->pdata[i])->id, id))
      return sources->pdata[i];
  g_assert_not_reached ();
}

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  guint *total = user_data;

  g_assert_cmpuint (position, ==, 0);
  g_assert_cmpuint (removed, ==, *total);
  *total = added;
}

static void
test_availability (Fixture *f, gconstpointer data)
{
  guint total = 0;

  g_signal_connect (f->list, "items-changed", G_CALLBACK (changed_cb), &total);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 0);
  load (f);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, total);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (f->list), total));
  assert_available (f, "openai/gpt-6-sol", TRUE, "");
  assert_available (f, "google/gemini-3.8-flash", FALSE, "GEMINI_API_KEY");
  assert_available (f, "rehearsal/rehearsal", TRUE, "");
  assert_available (f, "ollama/qwen3", TRUE, "");
  assert_available (f, "ollama/library/llama", TRUE, "");
  g_assert_cmpfloat (
    ship_model_item_get_price (ship_model_list_find (f->list, "ollama/qwen3"))->input,
    <,
    0);
  g_assert_cmpstr (get_source (f, "openai")->variable, ==, "OPENAI_API_KEY");
  g_assert_nonnull (strstr (get_source (f, "lmstudio")->trouble, "http://127.0.0.1:9"));
  g_assert_null (get_source (f, "ollama")->trouble);
  g_assert_null (get_source (f, "rehearsal")->trouble);

  /* A wrong address is said, not the key that would be there. */
  set_addresses (f, ", 'openai': 'http://far.example'");
  f->answer = "{\"data\":[]}";
  load (f);
  assert_available (f, "openai/gpt-6-sol", FALSE, "https://");
  g_assert_null (ship_model_list_find (f->list, "ollama/qwen3"));
  g_assert_nonnull (strstr (get_source (f, "ollama")->trouble, "OLLAMA_HOST"));
}

static void
test_check (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *id;
    int         code; /* -1: good */
    const char *part;
  } cases[] = {
    { "openai/gpt-6-sol", -1, NULL },
    { "ollama/qwen3", -1, NULL },
    { "ollama/library/llama", -1, NULL },
    { "mine/whatever", -1, NULL }, /* it tells nothing */
    { "gpt-6-sol", SHIP_MODEL_ERROR_INVALID, "“openai/gpt-6-sol”" },
    { "nothing", SHIP_MODEL_ERROR_INVALID, "PROVIDER/MODEL" },
    { "", SHIP_MODEL_ERROR_INVALID, "PROVIDER/MODEL" },
    { "/gpt-6-sol", SHIP_MODEL_ERROR_INVALID, "PROVIDER/MODEL" },
    { "openai/", SHIP_MODEL_ERROR_INVALID, "PROVIDER/MODEL" },
    { "\xff/x", SHIP_MODEL_ERROR_INVALID, "PROVIDER/MODEL" },
    { "opnai/gpt-6-sol", SHIP_MODEL_ERROR_UNKNOWN, "“openai”" },
    { "openai/gpt6-sol", SHIP_MODEL_ERROR_UNKNOWN, "“openai/gpt-6-sol”" },
    { "openai/zzzzzzzz", SHIP_MODEL_ERROR_UNKNOWN, "shipctl models" },
    { "ollama/qwen4", SHIP_MODEL_ERROR_UNKNOWN, "“ollama/qwen3”" },
    { "anthropic/claude-sonnet-5", SHIP_MODEL_ERROR_UNAVAILABLE, "ANTHROPIC_API_KEY" },
    { "lmstudio/x", SHIP_MODEL_ERROR_UNAVAILABLE, "No server" },
  };

  set_addresses (f, ", 'mine': 'http://127.0.0.1:9'");
  load (f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_good = ship_model_list_check (f->list, cases[i].id, &error);

      g_test_message ("%s", error != NULL ? error->message : cases[i].id);
      g_assert_cmpint (is_good, ==, cases[i].code < 0);
      if (is_good)
        continue;
      g_assert_error (error, SHIP_MODEL_ERROR, cases[i].code);
      g_assert_cmpint (ship_model_error_classify (error), ==, SHIP_ERROR_CLASS_USER);
      g_assert_nonnull (strstr (error->message, cases[i].part));
    }
}

static void
test_variants (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  load (f);
  g_assert_true (ship_model_list_check_variant (f->list, "openai/gpt-6-sol", "high", &error));
  g_assert_true (ship_model_list_check_variant (f->list, "openai/gpt-6-sol", "", &error));
  g_assert_true (ship_model_list_check_variant (f->list, "openai/gpt-4.1", "", &error));
  /* Told in tokens, not in words: OpenCode makes two of it. */
  g_assert_true (
    ship_model_list_check_variant (f->list, "anthropic/claude-haiku-4-5", "max", &error));
  g_assert_false (ship_model_list_check_variant (f->list, "openai/gpt-6-sol", "huge", &error));
  g_assert_error (error, SHIP_MODEL_ERROR, SHIP_MODEL_ERROR_UNKNOWN);
  g_assert_nonnull (strstr (error->message, "none, low, medium, high, xhigh, max"));
  g_clear_error (&error);
  g_assert_false (ship_model_list_check_variant (f->list, "openai/gpt-4.1", "high", &error));
  g_assert_nonnull (strstr (error->message, "no variants"));
  g_clear_error (&error);
  g_assert_false (ship_model_list_check_variant (f->list, "ollama/qwen3", "high", &error));
  g_clear_error (&error);
  g_assert_false (ship_model_list_check_variant (f->list, "no/such", "high", &error));
}

static void
assert_choice (Fixture    *f,
               const char *environment,
               const char *setting,
               const char *id,
               const char *why)
{
  g_autoptr (GError) error = NULL;
  ShipModelChoice  choice;
  g_autofree char *chosen = ship_model_choice_make (f->list, environment, setting, &choice, &error);
  g_autofree char *text = NULL;

  g_assert_cmpstr (chosen, ==, id);
  if (id == NULL)
    {
      g_assert_error (error, SHIP_MODEL_ERROR, SHIP_MODEL_ERROR_UNAVAILABLE);
      return;
    }
  text = ship_model_choice_to_text (choice, f->list, chosen);
  g_assert_nonnull (strstr (text, why));
}

static void
test_choice (Fixture *f, gconstpointer data)
{
  load (f);
  assert_choice (f, "a/b", "c/d", "a/b", "SHIP_MODEL");
  assert_choice (f, "", "c/d", "c/d", "settings");
  assert_choice (f, NULL, "", "openai/gpt-6-sol", "OPENAI_API_KEY");
}

static void
test_choice_without_key (Fixture *f, gconstpointer data)
{
  load (f);
  assert_choice (f, NULL, "", "ollama/library/llama", "this machine");
  f->answer = "not JSON";
  load (f);
  assert_choice (f, NULL, "", NULL, NULL);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint n;

  load (f);
  n = g_list_model_get_n_items (G_LIST_MODEL (f->list));
  ship_model_list_load_async (f->list, cancellable, ship_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_model_list_load_finish (f->list, ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, n);
}

static void
test_search (Fixture *f, gconstpointer data)
{
  ShipModelItem *item;

  load (f);
  item = ship_model_list_find (f->list, "anthropic/claude-opus-4-5");
  g_assert_true (ship_model_item_matches (item, ""));
  g_assert_true (ship_model_item_matches (item, "OPUS"));
  g_assert_true (ship_model_item_matches (item, "Opus 4.5"));
  g_assert_false (ship_model_item_matches (item, "sonnet"));
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func)                                                                      \
  g_test_add ("/model-list/" name, Fixture, data, set_up, func, tear_down)
  ADD ("properties", NULL, test_properties);
  ADD ("availability", "OPENAI_API_KEY=sk-0123456789", test_availability);
  ADD ("check", "OPENAI_API_KEY=sk-0123456789", test_check);
  ADD ("variants", NULL, test_variants);
  ADD ("choice", "OPENAI_API_KEY=sk-0123456789", test_choice);
  ADD ("choice-without-key", NULL, test_choice_without_key);
  ADD ("cancel", NULL, test_cancel);
  ADD ("search", NULL, test_search);
  return g_test_run ();
}

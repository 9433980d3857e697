/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The committed list itself, and what the reader says about broken ones. */
#include <glib/gstdio.h>

#include "base/ship-json.h"
#include "usage/ship-model-catalog.h"

static ShipModelCatalog *
open_committed (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char  *path = g_build_filename (g_getenv ("SHIP_DATA_DIR"), "models.json", NULL);
  ShipModelCatalog *catalog = ship_model_catalog_new_from_file (path, &error);

  g_assert_no_error (error);
  return catalog;
}

/* Writes a list (and a date) into a directory of its own and reads it. */
static ShipModelCatalog *
open_text (const char *text, const char *date, GError **error)
{
  g_autofree char  *dir = g_dir_make_tmp ("ship-catalog-XXXXXX", NULL);
  g_autofree char  *models = g_build_filename (dir, "models.json", NULL);
  g_autofree char  *date_file = g_build_filename (dir, "models.date", NULL);
  ShipModelCatalog *catalog;

  g_assert_true (g_file_set_contents (models, text, -1, NULL));
  if (date != NULL)
    g_assert_true (g_file_set_contents (date_file, date, -1, NULL));
  catalog = ship_model_catalog_new_from_file (models, error);
  g_remove (models);
  g_remove (date_file);
  g_rmdir (dir);
  return catalog;
}

static void
test_committed (void)
{
  static const char *const expected[][3] = {
    { "anthropic", "ANTHROPIC_API_KEY", "@ai-sdk/anthropic" },
    { "openai", "OPENAI_API_KEY", "@ai-sdk/openai" },
    { "google", "GEMINI_API_KEY", "@ai-sdk/google" },
    { "openrouter", "OPENROUTER_API_KEY", "@openrouter/ai-sdk-provider" },
    { "rehearsal", NULL, "@ai-sdk/openai-compatible" },
  };
  ShipModelCatalog *catalog = open_committed ();
  const ShipModel  *model;

  g_assert_cmpuint (ship_model_catalog_get_providers (catalog)->len, ==, G_N_ELEMENTS (expected));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const ShipModelProvider *provider = ship_model_catalog_get_provider (catalog, expected[i][0]);

      g_assert_nonnull (provider);
      g_assert_cmpstr (provider->variable, ==, expected[i][1]);
      g_assert_cmpstr (provider->package, ==, expected[i][2]);
      g_assert_cmpuint (provider->models->len, >, 0);
    }
  g_assert_true (
    g_regex_match_simple ("^20\\d\\d-\\d\\d-\\d\\d$", ship_model_catalog_get_date (catalog), 0, 0));
  model = ship_model_catalog_get_model (catalog, "rehearsal", "rehearsal");
  g_assert_cmpstr (model->name, ==, "Rehearsal (scripted, free)");
  g_assert_cmpfloat (model->price.input, ==, 0);
  g_assert_cmpint (model->context, ==, 200000);
  g_assert_true (model->tool_call);
  g_assert_null (ship_model_catalog_get_model (catalog, "rehearsal", "another"));
  g_assert_null (ship_model_catalog_get_model (catalog, "another", "rehearsal"));
  g_assert_finalize_object (catalog);
}

/* Every model of the list can be chosen for work: it calls tools and its limits are known. */
static void
test_committed_models (void)
{
  ShipModelCatalog *catalog = open_committed ();
  GPtrArray        *providers = ship_model_catalog_get_providers (catalog);

  for (guint i = 0; i < providers->len; i++)
    {
      const ShipModelProvider *provider = providers->pdata[i];

      for (guint j = 0; j < provider->models->len; j++)
        {
          const ShipModel *model = provider->models->pdata[j];

          g_assert_cmpstr (model->provider, ==, provider->id);
          g_assert_true (ship_model_catalog_get_model (catalog, provider->id, model->id) == model);
          g_assert_true (model->tool_call);
          g_assert_cmpint (model->context, >, 0);
          g_assert_cmpint (model->output_limit, >, 0);
          g_assert_nonnull (model->release_date);
          if (!g_str_equal (model->id, "openrouter/auto"))
            g_assert_cmpfloat (model->price.output, >=, model->price.input);
        }
    }
  g_assert_finalize_object (catalog);
}

static void
test_long_context (void)
{
  g_autoptr (GError) error = NULL;
  ShipModelCatalog *catalog = open_text (
    "{\"p\":{\"name\":\"P\",\"npm\":\"n\",\"env\":[],\"models\":{"
    "\"m\":{\"id\":\"m\",\"name\":\"M\",\"limit\":{\"context\":1000000,\"output\":5},\"reasoning\":"
    "true,"
    "\"cost\":{\"input\":1,\"output\":2,\"tiers\":[{\"input\":3,\"output\":4,\"cache_read\":0.5,"
    "\"tier\":{\"type\":\"context\",\"size\":200000}}]}},"
    "\"free\":{\"id\":\"free\",\"name\":\"F\"}}}}",
    "2026-01-02\n",
    &error);
  const ShipModel *model;
  ShipUsage        usage = SHIP_USAGE_INIT;

  g_assert_no_error (error);
  g_assert_cmpstr (ship_model_catalog_get_date (catalog), ==, "2026-01-02");
  model = ship_model_catalog_get_model (catalog, "p", "m");
  g_assert_true (model->reasoning);
  usage.input = 150000;
  usage.cache_read = 50000;
  g_assert_cmpfloat (ship_model_get_price (model, &usage)->input, ==, 1);
  usage.cache_write = 1;
  g_assert_cmpfloat (ship_model_get_price (model, &usage)->input, ==, 3);
  g_assert_cmpfloat (ship_model_get_price (model, &usage)->cache_write, ==, -1);

  model = ship_model_catalog_get_model (catalog, "p", "free");
  g_assert_cmpfloat (ship_model_get_price (model, &usage)->input, ==, -1);
  g_assert_cmpint (model->context, ==, 0);
  g_assert_finalize_object (catalog);
}

static void
test_broken (void)
{
  static const struct
  {
    const char *text;
    const char *says; /* a part of the message */
    int         code;
  } cases[] = {
    { "[]", "", SHIP_JSON_ERROR_TYPE },
    { "{", "", SHIP_JSON_ERROR_SYNTAX },
    { "{\"p\":3}", "p", SHIP_JSON_ERROR_TYPE },
    { "{\"p\":{\"name\":\"P\",\"npm\":\"n\"}}", "models", SHIP_JSON_ERROR_MISSING },
    { "{\"p\":{\"name\":\"P\",\"models\":{}}}", "npm", SHIP_JSON_ERROR_MISSING },
    { "{\"p\":{\"name\":\"P\",\"npm\":\"n\",\"models\":{\"m\":1}}}", "p", SHIP_JSON_ERROR_TYPE },
    { "{\"p\":{\"name\":\"P\",\"npm\":\"n\",\"models\":{\"m\":{\"id\":\"m\"}}}}",
      "name",
      SHIP_JSON_ERROR_MISSING },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (open_text (cases[i].text, "2026-01-02", &error));
      g_assert_error (error, SHIP_JSON_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

static void
test_missing_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (open_text ("{}", NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_null (ship_model_catalog_new_from_file ("/nonexistent/models.json", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-catalog/committed", test_committed);
  g_test_add_func ("/model-catalog/committed-models", test_committed_models);
  g_test_add_func ("/model-catalog/long-context", test_long_context);
  g_test_add_func ("/model-catalog/broken", test_broken);
  g_test_add_func ("/model-catalog/missing-file", test_missing_file);
  return g_test_run ();
}

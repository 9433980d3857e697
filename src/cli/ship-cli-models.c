/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-choice.h"
#include "ship-cli-output.h"

#include <glib/gi18n.h>

/* shipctl models: what can be worked with, what it costs, and why the rest cannot be used. */

static const char *
source_word (const ShipCliModels *models, const ShipModelProvider *provider)
{
  gpointer source = NULL;

  if (provider->variable == NULL)
    return "built-in";
  if (!g_hash_table_lookup_extended (models->sources, provider->id, NULL, &source))
    return "none";
  return GPOINTER_TO_INT (source) == SHIP_KEY_SOURCE_ENVIRONMENT ? "environment" : "keyring";
}

static void
json_model (JsonBuilder             *builder,
            ShipCliModels           *models,
            const ShipModelProvider *provider,
            const ShipModel         *model)
{
  g_autofree char *id = g_strconcat (provider->id, "/", model->id, NULL);

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "id", id);
  ship_cli_json_string (builder, "name", model->name);
  ship_cli_json_string (builder, "provider", provider->id);
  ship_cli_json_boolean (builder, "available", ship_cli_models_is_usable (models, provider->id));
  ship_cli_json_string (builder, "key", source_word (models, provider));
  ship_cli_json_string (builder, "reason", g_hash_table_lookup (models->reasons, provider->id));
  ship_cli_json_cost (builder, "input_price", model->price.input);
  ship_cli_json_cost (builder, "output_price", model->price.output);
  ship_cli_json_cost (builder, "cache_read_price", model->price.cache_read);
  ship_cli_json_cost (builder, "cache_write_price", model->price.cache_write);
  ship_cli_json_int (builder, "context", model->context);
  json_builder_end_object (builder);
}

static void
json_local (JsonBuilder *builder, const char *id)
{
  g_autofree char *provider = g_strndup (id, strcspn (id, "/"));

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "id", id);
  ship_cli_json_string (builder, "name", id + strcspn (id, "/") + 1);
  ship_cli_json_string (builder, "provider", provider);
  ship_cli_json_boolean (builder, "available", TRUE);
  ship_cli_json_string (builder, "key", "local");
  ship_cli_json_string (builder, "reason", NULL);
  ship_cli_json_cost (builder, "input_price", -1);
  ship_cli_json_cost (builder, "output_price", -1);
  ship_cli_json_cost (builder, "cache_read_price", -1);
  ship_cli_json_cost (builder, "cache_write_price", -1);
  ship_cli_json_int (builder, "context", 0);
  json_builder_end_object (builder);
}

static void
print_json (ShipCli *cli, ShipCliModels *models, const char *chosen)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GPtrArray *providers = ship_model_catalog_get_providers (models->catalog);

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "default", chosen);
  ship_cli_json_string (builder, "prices_of", ship_model_catalog_get_date (models->catalog));
  json_builder_set_member_name (builder, "models");
  json_builder_begin_array (builder);
  for (guint i = 0; i < providers->len; i++)
    {
      const ShipModelProvider *provider = providers->pdata[i];

      for (guint j = 0; j < provider->models->len; j++)
        json_model (builder, models, provider, provider->models->pdata[j]);
    }
  for (guint i = 0; models->local[i] != NULL; i++)
    json_local (builder, models->local[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (cli, builder, TRUE);
}

static void
print_head (ShipCli *cli, ShipCliModels *models, const ShipModelProvider *provider)
{
  gboolean         is_usable = ship_cli_models_is_usable (models, provider->id);
  const char      *source = source_word (models, provider);
  const char      *reason = g_hash_table_lookup (models->reasons, provider->id);
  g_autofree char *clean = reason != NULL ? ship_cli_clean_line (reason, 300) : NULL;

  ship_cli_print (cli,
                  "%s%s%s  %s%s%s\n",
                  ship_cli_style (cli, SHIP_CLI_STYLE_BOLD),
                  provider->name,
                  ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN),
                  ship_cli_style (cli, is_usable ? SHIP_CLI_STYLE_GREEN : SHIP_CLI_STYLE_YELLOW),
                  is_usable ? source : (clean != NULL ? clean : source),
                  ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN));
  if (!is_usable)
    ship_cli_print (cli, _ ("  to use it: set %s\n"), provider->variable);
}

static void
print_model (ShipCli *cli, const char *id, const ShipPrice *price, const char *chosen)
{
  g_autofree char *input =
    price->input < 0 ? g_strdup ("—") : g_strdup_printf ("$%.2f", price->input);
  g_autofree char *output =
    price->output < 0 ? g_strdup ("—") : g_strdup_printf ("$%.2f", price->output);

  ship_cli_print (cli,
                  "  %-46s %10s %10s %s\n",
                  id,
                  input,
                  output,
                  g_strcmp0 (id, chosen) == 0 ? _ ("default") : "");
}

static void
print_models (ShipCli *cli, ShipCliModels *models, const char *chosen)
{
  GPtrArray             *providers = ship_model_catalog_get_providers (models->catalog);
  static const ShipPrice unknown = { -1, -1, -1, -1 };

  ship_cli_print (cli,
                  _ ("Dollars for a million tokens, in and out, as of %s\n"),
                  ship_model_catalog_get_date (models->catalog));
  for (guint i = 0; i < providers->len; i++)
    {
      const ShipModelProvider *provider = providers->pdata[i];

      print_head (cli, models, provider);
      for (guint j = 0; j < provider->models->len; j++)
        {
          const ShipModel *model = provider->models->pdata[j];
          g_autofree char *id = g_strconcat (provider->id, "/", model->id, NULL);

          print_model (cli, id, &model->price, chosen);
        }
    }
  if (models->local[0] != NULL)
    ship_cli_print (cli, "%s\n", _ ("On this machine"));
  for (guint i = 0; models->local[i] != NULL; i++)
    {
      g_autofree char *id = ship_cli_clean_line (models->local[i], 200);

      print_model (cli, id, &unknown, chosen);
    }
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ShipCli *cli = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipCliModels) models = ship_cli_models_find_finish (result, &error);
  g_autofree char *chosen = NULL;

  if (models == NULL)
    {
      ship_cli_fail (cli, error);
      return;
    }
  chosen = ship_cli_models_choose (models, NULL);
  if (cli->is_json)
    print_json (cli, models, chosen);
  else
    print_models (cli, models, chosen);
  ship_cli_end (cli, SHIP_CLI_OK);
}

int
ship_cli_models (ShipCli *cli, int argc, char **argv)
{
  if (!ship_cli_parse (
        cli,
        "",
        _ ("Lists the models, their prices, where their keys come from, and those on this machine. "
           "SHIP_MODEL names the one to take when none is named."),
        NULL,
        TRUE,
        0,
        0,
        &argc,
        &argv))
    return SHIP_CLI_USAGE;
  ship_cli_models_find_async (cli, found_cb, cli);
  return ship_cli_wait (cli);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-output.h"
#include "ship-cli-providers.h"
#include "usage/ship-model-choice.h"

#include <glib/gi18n.h>

/* shipctl models: what can be worked with, what it costs, and why the rest cannot be used. */

typedef struct
{
  ShipCli         *cli;
  ShipCliProviders providers;
  char            *wanted; /* (owned): a part of a name, or "" */
  gboolean         is_available_only;
  char            *chosen; /* (owned) (nullable): the one that is taken when none is named */
  char            *why;    /* (owned) (nullable) */
} Models;

static const char *
source_word (const ShipModelSource *source)
{
  if (source->address == NULL && source->trouble == NULL)
    return "built-in";
  if (source->is_local)
    return "local";
  return source->source == SHIP_KEY_SOURCE_ENVIRONMENT ? "environment"
         : source->source == SHIP_KEY_SOURCE_KEYRING   ? "keyring"
                                                       : "none";
}

static gboolean
is_shown (Models *self, ShipModelItem *item)
{
  return ship_model_item_matches (item, self->wanted) &&
         (!self->is_available_only || ship_model_item_is_available (item));
}

/* Those of @source that are shown. (transfer full) (element-type ShipModelItem) */
static GPtrArray *
list_items (Models *self, const ShipModelSource *source)
{
  GListModel *model = G_LIST_MODEL (self->providers.models);
  GPtrArray  *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (ShipModelItem) item = g_list_model_get_item (model, i);

      if (g_str_equal (ship_model_item_get_provider (item), source->id) && is_shown (self, item))
        g_ptr_array_add (items, g_steal_pointer (&item));
    }
  return items;
}

/* --- JSON --- */

static void
json_item (JsonBuilder *builder, const ShipModelSource *source, ShipModelItem *item)
{
  const ShipPrice   *price = ship_model_item_get_price (item);
  const char *const *variants = ship_model_item_get_variants (item);

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "id", ship_model_item_get_id (item));
  ship_cli_json_string (builder, "name", ship_model_item_get_name (item));
  ship_cli_json_string (builder, "provider", source->id);
  ship_cli_json_boolean (builder, "available", ship_model_item_is_available (item));
  ship_cli_json_string (builder, "key", source_word (source));
  ship_cli_json_string (builder, "reason", source->trouble);
  ship_cli_json_cost (builder, "input_price", price->input);
  ship_cli_json_cost (builder, "output_price", price->output);
  ship_cli_json_cost (builder, "cache_read_price", price->cache_read);
  ship_cli_json_cost (builder, "cache_write_price", price->cache_write);
  ship_cli_json_int (builder, "context", ship_model_item_get_context (item));
  json_builder_set_member_name (builder, "variants");
  json_builder_begin_array (builder);
  for (guint i = 0; variants[i] != NULL; i++)
    json_builder_add_string_value (builder, variants[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
json_source (JsonBuilder *builder, const ShipModelSource *source)
{
  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "id", source->id);
  ship_cli_json_string (builder, "name", source->name);
  ship_cli_json_string (builder, "key", source_word (source));
  ship_cli_json_string (builder, "variable", source->variable);
  ship_cli_json_string (builder, "base_uri", source->address);
  ship_cli_json_string (builder, "trouble", source->trouble);
  json_builder_end_object (builder);
}

static void
print_json (Models *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GPtrArray *sources = ship_model_list_get_sources (self->providers.models);

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "default", self->chosen);
  ship_cli_json_string (builder, "why_default", self->why);
  ship_cli_json_string (builder,
                        "prices_of",
                        ship_model_list_get_price_date (self->providers.models));
  json_builder_set_member_name (builder, "providers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < sources->len; i++)
    json_source (builder, sources->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "models");
  json_builder_begin_array (builder);
  for (guint i = 0; i < sources->len; i++)
    {
      g_autoptr (GPtrArray) items = list_items (self, sources->pdata[i]);

      for (guint j = 0; j < items->len; j++)
        json_item (builder, sources->pdata[i], items->pdata[j]);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (self->cli, builder, TRUE);
}

/* --- for people --- */

static void
print_head (ShipCli *cli, const ShipModelSource *source)
{
  const char *from = source->variable != NULL ? source->variable : source_word (source);

  ship_cli_print (
    cli,
    "%s%s%s  %s%s%s\n",
    ship_cli_style (cli, SHIP_CLI_STYLE_BOLD),
    source->name,
    ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN),
    ship_cli_style (cli, source->trouble == NULL ? SHIP_CLI_STYLE_GREEN : SHIP_CLI_STYLE_YELLOW),
    source->trouble == NULL ? from : source->trouble,
    ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN));
}

static char *
format_price (double price)
{
  return price < 0 ? g_strdup ("—") : g_strdup_printf ("%.2f", price);
}

static char *
format_context (gint64 tokens)
{
  if (tokens <= 0)
    return g_strdup ("—");
  if (tokens >= 1000000)
    return g_strdup_printf ("%.1fM", (double) tokens / 1000000);
  return g_strdup_printf ("%dk", (int) (tokens / 1000));
}

/* printf counts bytes, and a dash has three. */
static void
append_cell (GString *line, const char *text, int width)
{
  for (int n = (int) g_utf8_strlen (text, -1); n < width; n++)
    g_string_append_c (line, ' ');
  g_string_append (line, text);
}

static void
print_item (Models *self, ShipModelItem *item)
{
  const ShipPrice *price = ship_model_item_get_price (item);
  const double prices[] = { price->input, price->output, price->cache_read, price->cache_write };
  g_autofree char *id = ship_cli_clean_line (ship_model_item_get_id (item), 200);
  g_autofree char *context = format_context (ship_model_item_get_context (item));
  g_autofree char *variants = g_strjoinv (" ", (char **) ship_model_item_get_variants (item));
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "  %-44s", id);
  for (guint i = 0; i < G_N_ELEMENTS (prices); i++)
    {
      g_autofree char *text = format_price (prices[i]);

      append_cell (line, text, 8);
    }
  append_cell (line, context, 8);
  g_string_append_printf (line, "  %s", variants);
  if (g_strcmp0 (ship_model_item_get_id (item), self->chosen) == 0)
    g_string_append_printf (line, " ← %s", self->why);
  ship_cli_print (self->cli, "%s\n", g_strchomp (line->str));
}

static void
print_models (Models *self)
{
  GPtrArray *sources = ship_model_list_get_sources (self->providers.models);
  gboolean   is_empty = TRUE;

  ship_cli_print (self->cli,
                  _ ("US dollars for a million tokens in, out, read from and written to the cache, "
                     "as of %s; context; variants\n"),
                  ship_model_list_get_price_date (self->providers.models));
  for (guint i = 0; i < sources->len; i++)
    {
      const ShipModelSource *source = sources->pdata[i];
      g_autoptr (GPtrArray) items = list_items (self, source);

      /* A search is not about providers, what is available not about the others. */
      if (items->len == 0 && (*self->wanted != '\0' || self->is_available_only))
        continue;
      print_head (self->cli, source);
      for (guint j = 0; j < items->len; j++)
        print_item (self, items->pdata[j]);
      is_empty = FALSE;
    }
  if (is_empty)
    ship_cli_complain (_ ("There is no such model"));
  ship_cli_end (self->cli, is_empty ? SHIP_CLI_NOT_FOUND : SHIP_CLI_OK);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Models *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *setting = NULL;
  ShipModelChoice  choice;

  if (!ship_model_list_load_finish (self->providers.models, result, &error))
    {
      ship_cli_fail (self->cli, error);
      return;
    }
  setting = g_settings_get_string (self->providers.settings, SHIP_SETTING_DEFAULT_MODEL);
  self->chosen = ship_model_choice_make (self->providers.models,
                                         g_getenv ("SHIP_MODEL"),
                                         setting,
                                         &choice,
                                         NULL);
  if (self->chosen != NULL)
    self->why = ship_model_choice_to_text (choice, self->providers.models, self->chosen);
  if (self->cli->is_json)
    {
      print_json (self);
      ship_cli_end (self->cli, SHIP_CLI_OK);
    }
  else
    print_models (self);
}

int
ship_cli_models (ShipCli *cli, int argc, char **argv)
{
  Models             self = { .cli = cli };
  const GOptionEntry entries[] = {
    { "available",
      'a',
      0,
      G_OPTION_ARG_NONE,
      &self.is_available_only,
      N_ ("Only those that can be used now"),
      NULL },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;
  g_autoptr (GError) error = NULL;

  if (ship_cli_parse (
        cli,
        _ ("[PART OF A NAME]"),
        _ ("Lists the models by provider: prices, context, variants, where their keys "
           "come from, and why those of a provider cannot be used; and those of the "
           "servers on this machine."),
        entries,
        TRUE,
        0,
        1,
        &argc,
        &argv))
    {
      self.wanted = g_strdup (argc > 1 ? argv[1] : "");
      if (ship_cli_providers_init (&self.providers, cli, &error))
        {
          ship_model_list_load_async (self.providers.models, cli->cancellable, loaded_cb, &self);
          status = ship_cli_wait (cli);
        }
      else
        {
          ship_cli_complain ("%s", error->message);
          status = SHIP_CLI_FAILED;
        }
    }
  ship_cli_providers_clear (&self.providers);
  g_free (self.wanted);
  g_free (self.chosen);
  g_free (self.why);
  return status;
}

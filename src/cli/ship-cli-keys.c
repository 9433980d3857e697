/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "auth/ship-key-check.h"
#include "auth/ship-key-survey.h"
#include "ship-cli-output.h"
#include "ship-cli-providers.h"
#include "ship-cli-secret.h"

#include <glib/gi18n.h>

/*
 * shipctl keys: where the keys of the model providers come from, and the keyring's share of them. A
 * key is read, checked and given to the keyring; it is never shown.
 */

typedef struct
{
  ShipCli            *cli;
  ShipCliProviders    providers;
  const ShipProvider *provider; /* (nullable): what set, test and delete are about */
} Keys;

static const char *
source_word (ShipKeySource source)
{
  switch (source)
    {
    case SHIP_KEY_SOURCE_ENVIRONMENT:
      return "environment";
    case SHIP_KEY_SOURCE_KEYRING:
      return "keyring";
    case SHIP_KEY_SOURCE_NONE:
      break;
    }
  return "none";
}

/* --- list --- */

static void
json_address (JsonBuilder *builder, ShipProviderAddresses *addresses, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = ship_provider_addresses_dup (addresses, id, NULL, &error);

  ship_cli_json_string (builder, "base_uri", uri);
  ship_cli_json_string (builder, "base_uri_trouble", error != NULL ? error->message : NULL);
}

static void
json_states (Keys *self, GPtrArray *states)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "keys");
  json_builder_begin_array (builder);
  for (guint i = 0; i < states->len; i++)
    {
      const ShipKeyState *state = states->pdata[i];

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "provider", state->provider->id);
      ship_cli_json_string (builder, "name", state->provider->name);
      ship_cli_json_string (builder, "source", source_word (state->source));
      ship_cli_json_string (builder, "variable", state->variable);
      ship_cli_json_string (builder, "ends_with", state->hint);
      ship_cli_json_string (builder, "trouble", state->trouble);
      json_address (builder, self->providers.addresses, state->provider->id);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (self->cli, builder, TRUE);
}

static void
print_address (Keys *self, const char *id)
{
  g_autoptr (GError) error = NULL;
  ShipAddressSource source = SHIP_ADDRESS_SOURCE_DEFAULT;
  g_autofree char  *uri =
    ship_provider_addresses_dup (self->providers.addresses, id, &source, &error);

  if (error != NULL)
    ship_cli_print (self->cli, "  %s\n", error->message);
  else if (source != SHIP_ADDRESS_SOURCE_DEFAULT)
    ship_cli_print (self->cli, _ ("  its requests go to %s\n"), uri);
}

static void
print_states (Keys *self, GPtrArray *states)
{
  const char *trouble = NULL;

  for (guint i = 0; i < states->len; i++)
    {
      const ShipKeyState *state = states->pdata[i];
      const char         *from = state->variable != NULL                    ? state->variable
                                 : state->source == SHIP_KEY_SOURCE_KEYRING ? _ ("keyring")
                                                                            : _ ("none");

      ship_cli_print (
        self->cli,
        "%-12s%s%s%s %s\n",
        state->provider->id,
        ship_cli_style (self->cli,
                        state->trouble == NULL ? SHIP_CLI_STYLE_GREEN : SHIP_CLI_STYLE_YELLOW),
        from,
        ship_cli_style (self->cli, SHIP_CLI_STYLE_PLAIN),
        state->hint != NULL ? state->hint : "");
      if (state->without != NULL)
        ship_cli_print (self->cli, "  %s\n", state->without);
      print_address (self, state->provider->id);
      trouble = state->keyring_trouble != NULL ? state->keyring_trouble : trouble;
    }
  /* Of the keyring, not of a provider: said once. */
  if (trouble != NULL)
    ship_cli_print (self->cli,
                    "%s%s%s\n",
                    ship_cli_style (self->cli, SHIP_CLI_STYLE_YELLOW),
                    trouble,
                    ship_cli_style (self->cli, SHIP_CLI_STYLE_PLAIN));
}

static void
surveyed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Keys *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) states = ship_key_survey_finish (result, &error);

  if (states == NULL)
    {
      ship_cli_fail (self->cli, error);
      return;
    }
  if (self->cli->is_json)
    json_states (self, states);
  else
    print_states (self, states);
  ship_cli_end (self->cli, SHIP_CLI_OK);
}

static int
list (Keys *self)
{
  ship_key_survey_async (self->providers.keys, self->cli->cancellable, surveyed_cb, self);
  return ship_cli_wait (self->cli);
}

/* --- set, delete --- */

static void
say_environment (Keys *self)
{
  const char *variable = ship_llm_keys_get_variable (self->providers.keys, self->provider->id);

  if (variable != NULL)
    ship_cli_print (self->cli,
                    _ ("%s is set in the environment and wins over the keyring.\n"),
                    variable);
}

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Keys *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_llm_keys_store_finish (SHIP_LLM_KEYS (object), result, &error))
    {
      ship_cli_fail (self->cli, error);
      return;
    }
  ship_cli_print (self->cli,
                  _ ("The key for %s is in the keyring; sessions use it from their next request "
                     "on.\n"),
                  self->provider->name);
  say_environment (self);
  ship_cli_end (self->cli, SHIP_CLI_OK);
}

static int
set (Keys *self)
{
  g_autofree char *question = g_strdup_printf (_ ("Key for %s: "), self->provider->name);
  g_autoptr (GError) error = NULL;
  int   status;
  char *text = ship_cli_secret_read (question, &status);
  char *key;

  if (text == NULL)
    return status;
  key = ship_key_check_clean (text, &error);
  ship_cli_secret_free (text);
  if (key == NULL)
    {
      ship_cli_complain ("%s", error->message);
      return SHIP_CLI_USAGE;
    }
  ship_llm_keys_store_async (self->providers.keys,
                             self->provider->id,
                             key,
                             self->cli->cancellable,
                             stored_cb,
                             self);
  ship_keyring_free_secret (key);
  return ship_cli_wait (self->cli);
}

static void
deleted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Keys *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_llm_keys_delete_finish (SHIP_LLM_KEYS (object), result, &error))
    {
      ship_cli_fail (self->cli, error);
      return;
    }
  ship_cli_print (self->cli, _ ("The keyring has no key for %s any more.\n"), self->provider->name);
  say_environment (self);
  ship_cli_end (self->cli, SHIP_CLI_OK);
}

static int
forget (Keys *self)
{
  ship_llm_keys_delete_async (self->providers.keys,
                              self->provider->id,
                              self->cli->cancellable,
                              deleted_cb,
                              self);
  return ship_cli_wait (self->cli);
}

/* --- test --- */

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  static const struct
  {
    const char *word;
    int         status;
  } verdicts[] = {
    [SHIP_KEY_VERDICT_VALID] = { "valid", SHIP_CLI_OK },
    [SHIP_KEY_VERDICT_REFUSED] = { "refused", SHIP_CLI_NEEDS_USER },
    [SHIP_KEY_VERDICT_UNREACHABLE] = { "unreachable", SHIP_CLI_FAILED },
  };
  Keys            *self = user_data;
  ShipKeyVerdict   verdict;
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;

  if (!ship_key_check_finish (result, &verdict, &sentence, &error))
    {
      ship_cli_fail (self->cli, error);
      return;
    }
  if (self->cli->is_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "provider", self->provider->id);
      ship_cli_json_string (builder, "verdict", verdicts[verdict].word);
      ship_cli_json_string (builder, "sentence", sentence);
      json_builder_end_object (builder);
      ship_cli_print_json (self->cli, builder, TRUE);
    }
  else if (verdict == SHIP_KEY_VERDICT_VALID)
    ship_cli_print (self->cli, "%s\n", sentence);
  else
    ship_cli_complain ("%s", sentence);
  ship_cli_end (self->cli, verdicts[verdict].status);
}

static int
test (Keys *self)
{
  ship_key_check_async (self->providers.keys,
                        self->providers.addresses,
                        self->provider->id,
                        self->cli->cancellable,
                        checked_cb,
                        self);
  return ship_cli_wait (self->cli);
}

/* --- which of them --- */

static const struct
{
  const char *name;
  int (*func) (Keys *self);
  gboolean has_provider;
} actions[] = {
  { "list", list, FALSE },
  { "set", set, TRUE },
  { "test", test, TRUE },
  { "delete", forget, TRUE },
};

static int
run (Keys *self, int argc, char **argv)
{
  const char *name = argc > 1 ? argv[1] : "list";
  g_autoptr (GError) error = NULL;
  guint i = 0;

  while (i < G_N_ELEMENTS (actions) && !g_str_equal (actions[i].name, name))
    i++;
  if (i == G_N_ELEMENTS (actions))
    ship_cli_complain (_ ("There is no “%s” here: use list, set, test or delete"), name);
  else if (argc > 3 && g_str_equal (name, "set"))
    ship_cli_complain (_ ("A key is never given as an argument: every user of this machine could "
                          "read it there, and your shell would write it down. It is asked for, or "
                          "read from standard input."));
  else if (argc - 2 > actions[i].has_provider)
    ship_cli_complain (_ ("That is too much: shipctl keys %s"), name);
  else if (actions[i].has_provider && argc < 3)
    ship_cli_complain (_ ("Something is missing: shipctl keys %s PROVIDER"), name);
  else if (!actions[i].has_provider)
    return actions[i].func (self);
  else
    {
      self->provider = ship_key_check_provider (argv[2], &error);
      if (self->provider != NULL)
        return actions[i].func (self);
      ship_cli_complain ("%s", error->message);
      return ship_cli_status_for (error);
    }
  return SHIP_CLI_USAGE;
}

int
ship_cli_keys (ShipCli *cli, int argc, char **argv)
{
  Keys self = { .cli = cli };
  int  status = SHIP_CLI_FAILED;
  g_autoptr (GError) error = NULL;

  if (!ship_cli_parse (
        cli,
        _ ("[list | set PROVIDER | test PROVIDER | delete PROVIDER]"),
        _ ("Shows where the keys of the model providers come from; keeps one in the keyring (it is "
           "asked for, or read from standard input); asks a provider whether it takes the key in "
           "force, which costs nothing; deletes one from the keyring. A key in the environment "
           "wins over the keyring."),
        NULL,
        TRUE,
        0,
        G_MAXINT - 1,
        &argc,
        &argv))
    return SHIP_CLI_USAGE;
  if (ship_cli_providers_init (&self.providers, cli, &error))
    status = run (&self, argc, argv);
  else
    ship_cli_complain ("%s", error->message);
  ship_cli_providers_clear (&self.providers);
  return status;
}

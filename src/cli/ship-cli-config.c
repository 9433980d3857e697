/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "auth/ship-provider-addresses.h"
#include "base/ship-nearest.h"
#include "base/ship-settings.h"
#include "sandbox/ship-toolchain.h"
#include "ship-cli-output.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* shipctl config: the settings, each checked by its schema; a text is read as the key's type wants
 * it. No secret is among them. Main thread. */

typedef struct
{
  ShipCli         *cli;
  GSettings       *settings; /* (owned) */
  GSettingsSchema *schema;   /* (owned) */
} Config;

/* What each is about: a compiled schema has no room for that. */
static const struct
{
  const char *name;
  const char *summary;
} summaries[] = {
  { SHIP_SETTING_DEFAULT_MODEL, N_ ("model of new sessions, PROVIDER/MODEL") },
  { SHIP_SETTING_SMALL_MODEL, N_ ("model for titles and other small things") },
  { SHIP_SETTING_TURN_BUDGET, N_ ("what a turn may cost, US dollars; 0: no limit") },
  { SHIP_SETTING_SESSION_BUDGET, N_ ("what a session may cost; 0: no limit") },
  { SHIP_SETTING_DAY_BUDGET, N_ ("what all sessions of a day may cost; 0: no limit") },
  { SHIP_SETTING_IDLE_SECONDS, N_ ("how long a session without work stays awake") },
  { SHIP_SETTING_ARCHIVE_DAYS, N_ ("days without activity until it is archived; 0: never") },
  { SHIP_SETTING_WARM_SANDBOXES, N_ ("keep a sandbox ready for recent repositories") },
  { SHIP_SETTING_BASE_URIS, N_ ("where providers are, if not at their own address") },
  { SHIP_SETTING_EGRESS_MODE, N_ ("what sandboxes may reach outside") },
  { SHIP_SETTING_EGRESS_HOSTS, N_ ("hosts that sandboxes may reach, as *.example.org") },
  { "sandbox-memory", N_ ("MiB of memory that a sandbox may use; 0: as the machine has it") },
  { "sandbox-disk", N_ ("MiB that a sandbox may write to the disk") },
  { "sandbox-file-size", N_ ("MiB of one file in a sandbox") },
  { "sandbox-processes", N_ ("processes and threads in a sandbox") },
  { "sandbox-descriptors", N_ ("open files of one process in a sandbox") },
  { "sandbox-cpu-weight", N_ ("share of a busy processor, against 100 for other programs") },
  { SHIP_SETTING_SANDBOX_TOOLCHAINS, N_ ("directories of tools that sandboxes see, as ~/.cargo") },
  { SHIP_SETTING_THEME, N_ ("of the window: light, dark or system") },
  { SHIP_SETTING_NOTIFICATIONS, N_ ("tell when a session needs its user or is done") },
  { SHIP_SETTING_EDITOR, N_ ("the command that opens a folder in an editor") },
  { SHIP_SETTING_TERMINAL_FONT, N_ ("font of terminals") },
};

/* As it is typed: a text without quotation marks. (transfer full) */
static char *
format_value (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);
  return g_variant_print (value, FALSE);
}

/* Whatever its type. */
static void
json_value (JsonBuilder *builder, GVariant *value)
{
  json_builder_add_value (builder, json_gvariant_serialize (value));
}

static int
get_width (void)
{
  gsize width = 0;

  for (guint i = 0; i < G_N_ELEMENTS (summaries); i++)
    width = MAX (width, strlen (summaries[i].name));
  return (int) width;
}

/* In the order of the table: what is not in it is the window's own business. */
static int
list (Config *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (summaries); i++)
    {
      const char *name = summaries[i].name;
      g_autoptr (GVariant) value = g_settings_get_value (self->settings, name);
      g_autoptr (GVariant) user = g_settings_get_user_value (self->settings, name);
      g_autofree char *text = format_value (value);

      json_builder_set_member_name (builder, name);
      json_value (builder, value);
      if (!self->cli->is_json)
        ship_cli_print (
          self->cli,
          "%-*s  %s%s%s  %s\n",
          get_width (),
          name,
          ship_cli_style (self->cli, user != NULL ? SHIP_CLI_STYLE_BOLD : SHIP_CLI_STYLE_DIM),
          *text != '\0' ? text : "—",
          ship_cli_style (self->cli, SHIP_CLI_STYLE_PLAIN),
          _ (summaries[i].summary));
    }
  json_builder_end_object (builder);
  if (self->cli->is_json)
    ship_cli_print_json (self->cli, builder, TRUE);
  return SHIP_CLI_OK;
}

/* The key, or NULL after a sentence with what was probably meant. */
static GSettingsSchemaKey *
find_key (Config *self, const char *name)
{
  g_auto (GStrv) keys = g_settings_schema_list_keys (self->schema);
  g_autofree const char **near = NULL;

  if (g_settings_schema_has_key (self->schema, name))
    return g_settings_schema_get_key (self->schema, name);
  near = ship_nearest_find (name, (const char *const *) keys, 1);
  if (near[0] != NULL)
    ship_cli_complain (_ ("There is no setting “%s”. Did you mean “%s”?"), name, near[0]);
  else
    ship_cli_complain (_ ("There is no setting “%s”. shipctl config list shows them all."), name);
  return NULL;
}

/* "PROVIDER=URI …" as a table. (transfer full) (nullable): NULL after a sentence */
static GVariant *
parse_addresses (int argc, char **argv)
{
  g_autoptr (GVariantBuilder) builder = g_variant_builder_new (G_VARIANT_TYPE ("a{ss}"));

  for (int i = 0; i < argc; i++)
    {
      const char      *equals = strchr (argv[i], '=');
      g_autofree char *id = equals != NULL ? g_strndup (argv[i], (gsize) (equals - argv[i])) : NULL;
      g_autoptr (GError) error = NULL;

      if (id == NULL)
        {
          ship_cli_complain (_ ("Write each address as PROVIDER=https://…"));
          return NULL;
        }
      if (!ship_provider_addresses_check (id, equals + 1, &error))
        {
          ship_cli_complain ("%s", error->message);
          return NULL;
        }
      g_variant_builder_add (builder, "{ss}", id, equals + 1);
    }
  return g_variant_ref_sink (g_variant_builder_end (builder));
}

static GVariant *
parse_value (GSettingsSchemaKey *key, int argc, char **argv)
{
  const GVariantType *type = g_settings_schema_key_get_value_type (key);
  const char         *name = g_settings_schema_key_get_name (key);
  g_autoptr (GVariant) value = NULL;
  g_autofree char *range = NULL;
  g_autoptr (GVariant) limits = NULL;

  if (g_variant_type_equal (type, G_VARIANT_TYPE ("a{ss}")))
    return parse_addresses (argc, argv);
  if (g_variant_type_equal (type, G_VARIANT_TYPE_STRING_ARRAY))
    return g_variant_ref_sink (g_variant_new_strv ((const char *const *) argv, argc));
  if (argc != 1)
    {
      ship_cli_complain (_ ("%s has one value"), name);
      return NULL;
    }
  if (g_variant_type_equal (type, G_VARIANT_TYPE_STRING))
    value = g_utf8_validate (argv[0], -1, NULL)
              ? g_variant_ref_sink (g_variant_new_string (argv[0]))
              : NULL;
  else
    value = g_variant_parse (type, argv[0], NULL, NULL, NULL);
  if (value == NULL)
    ship_cli_complain (g_variant_type_equal (type, G_VARIANT_TYPE_BOOLEAN)
                         ? _ ("%s is true or false")
                       : g_variant_type_equal (type, G_VARIANT_TYPE_STRING) ? _ ("%s is a text")
                                                                            : _ ("%s is a number"),
                       name);
  else if (!g_settings_schema_key_range_check (key, value))
    {
      limits = g_settings_schema_key_get_range (key);
      range = g_variant_print (limits, FALSE);
      ship_cli_complain (_ ("%s cannot be %s: outside of its range"), name, argv[0]);
      g_clear_pointer (&value, g_variant_unref);
    }
  return g_steal_pointer (&value);
}

/* "provider/model", or nothing. */
static gboolean
check_model (const char *name, GVariant *value)
{
  const char *text;
  const char *slash;

  if (!g_str_has_suffix (name, "-model"))
    return TRUE;
  text = g_variant_get_string (value, NULL);
  slash = strchr (text, '/');
  if (*text == '\0' || (slash != NULL && slash != text && slash[1] != '\0'))
    return TRUE;
  ship_cli_complain (_ ("“%s” is not a model: write PROVIDER/MODEL (shipctl models lists them)"),
                     text);
  return FALSE;
}

/* What a session would refuse is said now. */
static gboolean
check_toolchains (ShipPaths *paths, const char *name, GVariant *value)
{
  g_autofree const char **entries = NULL;
  g_autoptr (GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) toolchains = NULL;

  if (!g_str_equal (name, SHIP_SETTING_SANDBOX_TOOLCHAINS))
    return TRUE;
  entries = g_variant_get_strv (value, NULL);
  toolchains = ship_toolchain_open_all (entries, g_get_home_dir (), paths, complaints);
  for (guint i = 0; i < complaints->len; i++)
    ship_cli_complain ("%s", (const char *) g_ptr_array_index (complaints, i));
  return complaints->len == 0;
}

/* Whether it is on disk: the backend does not say. */
static int
write_down (Config *self, const char *name, GVariant *value)
{
  g_autoptr (GSettings) again = NULL;
  g_autoptr (GVariant) written = NULL;

  if (g_strcmp0 (g_getenv ("GSETTINGS_BACKEND"), "memory") == 0)
    return SHIP_CLI_OK;
  again = ship_settings_new (self->cli->paths, NULL);
  written = again != NULL ? g_settings_get_value (again, name) : NULL;
  if (written != NULL && g_variant_equal (written, value))
    return SHIP_CLI_OK;
  ship_cli_complain (_ ("The settings could not be written: %s"),
                     ship_paths_get_config_dir (self->cli->paths));
  return SHIP_CLI_FAILED;
}

static int
get (Config *self, GSettingsSchemaKey *key, int argc, char **argv)
{
  const char *name = g_settings_schema_key_get_name (key);
  g_autoptr (GVariant) value = g_settings_get_value (self->settings, name);
  g_autofree char *text = format_value (value);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (self->cli->is_json)
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, name);
      json_value (builder, value);
      json_builder_end_object (builder);
      ship_cli_print_json (self->cli, builder, TRUE);
    }
  else
    ship_cli_print (self->cli, "%s\n", text);
  return SHIP_CLI_OK;
}

static int
set (Config *self, GSettingsSchemaKey *key, int argc, char **argv)
{
  const char *name = g_settings_schema_key_get_name (key);
  g_autoptr (GVariant) value = parse_value (key, argc, argv);

  if (value == NULL || !check_model (name, value) ||
      !check_toolchains (self->cli->paths, name, value))
    return SHIP_CLI_USAGE;
  if (!g_settings_set_value (self->settings, name, value))
    {
      ship_cli_complain (_ ("%s cannot be changed here"), name);
      return SHIP_CLI_FAILED;
    }
  return write_down (self, name, value);
}

static int
reset (Config *self, GSettingsSchemaKey *key, int argc, char **argv)
{
  const char *name = g_settings_schema_key_get_name (key);
  g_autoptr (GVariant) value = g_settings_schema_key_get_default_value (key);

  g_settings_reset (self->settings, name);
  return write_down (self, name, value);
}

static const struct
{
  const char *name;
  int (*func) (Config *self, GSettingsSchemaKey *key, int argc, char **argv);
  gboolean has_value;
} actions[] = { { "get", get, FALSE }, { "set", set, TRUE }, { "reset", reset, FALSE } };

static int
run (Config *self, int argc, char **argv)
{
  const char *name = argc > 1 ? argv[1] : "list";
  g_autoptr (GSettingsSchemaKey) key = NULL;
  guint i = 0;

  if (g_str_equal (name, "list") && argc <= 2)
    return list (self);
  while (i < G_N_ELEMENTS (actions) && !g_str_equal (actions[i].name, name))
    i++;
  if (i == G_N_ELEMENTS (actions) && !g_str_equal (name, "list"))
    ship_cli_complain (_ ("There is no “%s” here: use list, get, set or reset"), name);
  else if (i == G_N_ELEMENTS (actions) || (!actions[i].has_value && argc > 3))
    ship_cli_complain (_ ("That is too much: shipctl config %s"), name);
  else if (argc < 3 || (actions[i].has_value && argc < 4))
    ship_cli_complain (actions[i].has_value
                         ? _ ("Something is missing: shipctl config %s KEY VALUE")
                         : _ ("Something is missing: shipctl config %s KEY"),
                       name);
  else
    {
      key = find_key (self, argv[2]);
      return key != NULL ? actions[i].func (self, key, argc - 3, argv + 3) : SHIP_CLI_NOT_FOUND;
    }
  return SHIP_CLI_USAGE;
}

int
ship_cli_config (ShipCli *cli, int argc, char **argv)
{
  Config self = { .cli = cli };
  int    status = SHIP_CLI_FAILED;
  g_autoptr (GError) error = NULL;

  if (!ship_cli_parse (
        cli,
        _ ("[list | get KEY | set KEY VALUE… | reset KEY]"),
        _ ("What you prefer, across sessions. Sessions that run see a change at once. "
           "base-uris is set as PROVIDER=URI, egress-hosts as HOST and sandbox-toolchains as "
           "DIRECTORY, as often as needed."),
        NULL,
        TRUE,
        0,
        G_MAXINT - 1,
        &argc,
        &argv))
    return SHIP_CLI_USAGE;
  self.settings = ship_settings_new (cli->paths, &error);
  if (self.settings != NULL)
    {
      g_object_get (self.settings, "settings-schema", &self.schema, NULL);
      status = run (&self, argc, argv);
    }
  else
    ship_cli_complain ("%s", error->message);
  g_clear_object (&self.settings);
  g_clear_pointer (&self.schema, g_settings_schema_unref);
  return status;
}

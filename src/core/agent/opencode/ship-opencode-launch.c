/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/opencode/ship-opencode-launch.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "base/ship-json.h"

/*
 * OpenCode is kept from speaking to anybody but the gateway: no catalogue, plugin, language server
 * or update is fetched, nothing is shared. The project's own configuration is off, because it could
 * name other servers; the repository's AGENTS.md comes back through "instructions". The catalogue's
 * models and prices are read from the file at OPENCODE_MODELS_PATH, so the configuration only says
 * where each provider is; only models the catalogue does not have are spelled out.
 */

#define COMPATIBLE_PACKAGE "@ai-sdk/openai-compatible"
#define READY_PREFIX       "opencode server listening on "

/* What stands behind the gateway's address of a provider, by the protocol its package speaks. */
typedef struct
{
  const char *package;
  const char *path;
} PackagePath;

/* clang-format off */
static const PackagePath package_paths[] = {
  { "@ai-sdk/google", "v1beta" },
};

static const char *const switches[] = {
  "OPENCODE_DISABLE_AUTOUPDATE=1",
  "OPENCODE_DISABLE_CLAUDE_CODE=1",
  "OPENCODE_DISABLE_DEFAULT_PLUGINS=1",
  "OPENCODE_DISABLE_EMBEDDED_WEB_UI=1",
  "OPENCODE_DISABLE_EXTERNAL_SKILLS=1",
  "OPENCODE_DISABLE_LSP_DOWNLOAD=1",
  "OPENCODE_DISABLE_MODELS_FETCH=1",
  "OPENCODE_DISABLE_PROJECT_CONFIG=1",
  "OPENCODE_DISABLE_SHARE=1",
  "OPENCODE_DISABLE_TERMINAL_TITLE=1",
};

static const char *const built_in_commands[] = { "init", "review", NULL };
/* clang-format on */

static const char *
get_path (const char *package)
{
  for (gsize i = 0; i < G_N_ELEMENTS (package_paths); i++)
    if (strcmp (package_paths[i].package, package) == 0)
      return package_paths[i].path;

  return "v1";
}

/* Where @id's requests go, and with what. */
static JsonObject *
add_provider (JsonObject               *providers,
              const ShipOpencodeLaunch *launch,
              const char               *id,
              const char               *package)
{
  JsonObject      *provider = json_object_new ();
  JsonObject      *options = json_object_new ();
  g_autofree char *escaped = g_uri_escape_string (id, NULL, FALSE);
  g_autofree char *base_uri =
    g_strdup_printf ("%s/llm/%s/%s", launch->gateway, escaped, get_path (package));

  json_object_set_string_member (options, "baseURL", base_uri);
  json_object_set_string_member (options, "apiKey", launch->grant);
  json_object_set_string_member (provider, "npm", package);
  json_object_set_object_member (provider, "options", options);
  json_object_set_object_member (providers, id, provider);

  return provider;
}

/* A model nobody knows anything about but that it is there: its context is unknown, its price is
 * not counted. */
static void
add_model (JsonObject *provider, const char *id)
{
  JsonObject *models = ship_json_get_object (provider, "models");
  JsonObject *model = json_object_new ();
  JsonObject *limit = json_object_new ();

  if (models == NULL)
    {
      models = json_object_new ();
      json_object_set_object_member (provider, "models", models);
    }

  json_object_set_int_member (limit, "context", 0);
  json_object_set_int_member (limit, "output", 0);
  json_object_set_string_member (model, "name", id);
  json_object_set_boolean_member (model, "tool_call", TRUE);
  json_object_set_object_member (model, "limit", limit);
  json_object_set_object_member (models, id, model);
}

/* @name is "provider/id"; an id may hold further slashes. */
static void
add_extra_model (JsonObject *providers, const ShipOpencodeLaunch *launch, const char *name)
{
  const char      *slash = strchr (name, '/');
  g_autofree char *id = NULL;
  JsonObject      *provider;

  if (slash == NULL || slash == name || slash[1] == '\0')
    return;

  id = g_strndup (name, slash - name);
  if (ship_model_catalog_get_model (launch->catalog, id, slash + 1) != NULL)
    return;
  if (json_object_has_member (providers, id))
    {
      provider = json_object_get_object_member (providers, id);
    }
  else
    {
      provider = add_provider (providers, launch, id, COMPATIBLE_PACKAGE);
      json_object_set_string_member (provider, "name", id);
    }
  add_model (provider, slash + 1);
}

static JsonObject *
new_providers (const ShipOpencodeLaunch *launch)
{
  JsonObject *providers = json_object_new ();
  GPtrArray  *known = ship_model_catalog_get_providers (launch->catalog);

  for (guint i = 0; i < known->len; i++)
    {
      const ShipModelProvider *provider = g_ptr_array_index (known, i);

      add_provider (providers, launch, provider->id, provider->package);
    }
  for (gsize i = 0; launch->extra_models != NULL && launch->extra_models[i] != NULL; i++)
    add_extra_model (providers, launch, launch->extra_models[i]);

  return providers;
}

static JsonArray *
new_names (JsonObject *object)
{
  JsonArray *names = json_array_new ();
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    json_array_add_string_element (names, l->data);

  return names;
}

/* Everything is allowed, because the sandbox is the boundary, but what the user wants to be asked
 * about. This stands in the configuration and not with the agent's session, because a sub-agent is
 * bound by nothing else. */
static JsonObject *
new_permissions (const ShipOpencodeLaunch *launch)
{
  JsonObject *permissions = json_object_new ();

  json_object_set_string_member (permissions, "*", "allow");
  for (gsize i = 0; launch->permissions != NULL && launch->permissions[i] != NULL; i++)
    {
      const char      *equals = strchr (launch->permissions[i], '=');
      g_autofree char *name = NULL;

      if (equals == NULL)
        continue;
      name = g_strndup (launch->permissions[i], equals - launch->permissions[i]);
      json_object_set_string_member (permissions, name, equals + 1);
    }

  return permissions;
}

/* Takes @permissions. */
static void
add_agent (JsonObject *agents, const char *name, JsonObject *permissions)
{
  JsonObject *agent = json_object_new ();

  json_object_set_object_member (agent, "permission", permissions);
  json_object_set_object_member (agents, name, agent);
}

/* What is allowed to all would be allowed to the plan agent, too, and to those it sends out. "edit"
 * is every tool that writes files. A command can write as well: only a working copy that cannot be
 * written makes it safe, and only then are others sent out, who have commands. Of these it may send
 * the one that explores, which never edits. */
static JsonObject *
new_agents (const ShipOpencodeLaunch *launch)
{
  JsonObject *agents = json_object_new ();
  JsonObject *plan = json_object_new ();
  JsonObject *tasks = json_object_new ();
  JsonObject *explore = json_object_new ();

  json_object_set_string_member (tasks, "*", "deny");
  if (launch->is_read_only)
    json_object_set_string_member (tasks, "explore", "allow");
  else
    json_object_set_string_member (plan, "bash", "deny");
  json_object_set_string_member (plan, "edit", "deny");
  json_object_set_object_member (plan, "task", tasks);
  add_agent (agents, "plan", plan);
  json_object_set_string_member (explore, "edit", "deny");
  add_agent (agents, "explore", explore);

  return agents;
}

/* A refusal is something the agent reads; only the user's stop ends a turn. */
static JsonObject *
new_experimental (void)
{
  JsonObject *experimental = json_object_new ();

  json_object_set_boolean_member (experimental, "continue_loop_on_deny", TRUE);

  return experimental;
}

static void
add_instructions (JsonObject *config, const ShipOpencodeLaunch *launch)
{
  JsonArray *files;

  if (launch->instructions == NULL && launch->hints == NULL)
    return;
  files = json_array_new ();
  if (launch->hints != NULL)
    json_array_add_string_element (files, launch->hints);
  if (launch->instructions != NULL)
    json_array_add_string_element (files, launch->instructions);
  json_object_set_array_member (config, "instructions", files);
}

char *
ship_opencode_launch_get_config (const ShipOpencodeLaunch *launch)
{
  g_autoptr (JsonObject) config = json_object_new ();
  JsonObject *providers = new_providers (launch);

  json_object_set_string_member (config, "model", launch->model);
  if (launch->small_model != NULL)
    json_object_set_string_member (config, "small_model", launch->small_model);
  json_object_set_boolean_member (config, "autoupdate", FALSE);
  json_object_set_string_member (config, "share", "disabled");
  json_object_set_boolean_member (config, "snapshot", FALSE);
  json_object_set_array_member (config, "enabled_providers", new_names (providers));
  json_object_set_object_member (config, "provider", providers);
  json_object_set_object_member (config, "permission", new_permissions (launch));
  json_object_set_object_member (config, "agent", new_agents (launch));
  json_object_set_object_member (config, "experimental", new_experimental ());
  add_instructions (config, launch);

  return ship_json_object_to_text (config);
}

GStrv
ship_opencode_launch_get_argv (const ShipOpencodeLaunch *launch)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *port = g_strdup_printf ("%d", SHIP_OPENCODE_PORT);

  g_strv_builder_add_many (builder,
                           launch->program,
                           "serve",
                           "--hostname",
                           "127.0.0.1",
                           "--port",
                           port,
                           NULL);

  return g_strv_builder_end (builder);
}

static void
add_variable (GStrvBuilder *builder, const char *name, const char *value)
{
  g_autofree char *text = g_strconcat (name, "=", value, NULL);

  g_strv_builder_add (builder, text);
}

GStrv
ship_opencode_launch_get_env (const ShipOpencodeLaunch *launch)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *config = ship_opencode_launch_get_config (launch);

  add_variable (builder, "HOME", launch->home);
  add_variable (builder, "OPENCODE_CONFIG_CONTENT", config);
  add_variable (builder, "OPENCODE_MODELS_PATH", launch->models_path);
  add_variable (builder, "OPENCODE_SERVER_PASSWORD", launch->password);
  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    g_strv_builder_add (builder, switches[i]);

  return g_strv_builder_end (builder);
}

/* With these two OpenCode takes its plugin package for installed; no switch turns that installation
 * off. */
GHashTable *
ship_opencode_launch_get_home_files (void)
{
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_hash_table_insert (files, g_strdup (".config/opencode/node_modules/"), g_strdup (""));
  g_hash_table_insert (
    files,
    g_strdup (".config/opencode/package-lock.json"),
    g_strdup ("{\"packages\":{\"\":{\"dependencies\":{\"@opencode-ai/plugin\":\"*\"}}}}\n"));

  return files;
}

const char *const *
ship_opencode_launch_get_commands (void)
{
  return built_in_commands;
}

gboolean
ship_opencode_launch_is_ready_line (const char *line)
{
  return g_str_has_prefix (line, READY_PREFIX);
}

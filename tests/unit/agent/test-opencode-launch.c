/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "agent/opencode/ship-opencode-launch.h"
#include "base/ship-json.h"

/* How OpenCode is started. */

#define MODELS                                                                                     \
  "{\"anthropic\":{\"id\":\"anthropic\",\"name\":\"Anthropic\",\"env\":[],\"npm\":\"@ai-sdk/"      \
  "anthropic\",\"models\":"                                                                        \
  "{\"claude\":{\"id\":\"claude\",\"name\":\"Claude\"}}},"                                         \
  "\"openai\":{\"id\":\"openai\",\"name\":\"OpenAI\",\"env\":[],\"npm\":\"@ai-sdk/"                \
  "openai\",\"models\":{}},"                                                                       \
  "\"google\":{\"id\":\"google\",\"name\":\"Google\",\"env\":[],\"npm\":\"@ai-sdk/"                \
  "google\",\"models\":{}},"                                                                       \
  "\"openrouter\":{\"id\":\"openrouter\",\"name\":\"OpenRouter\",\"env\":[],\"npm\":\"@"           \
  "openrouter/ai-sdk-provider\","                                                                  \
  "\"models\":{}},"                                                                                \
  "\"rehearsal\":{\"id\":\"rehearsal\",\"name\":\"Rehearsal\",\"env\":[],\"npm\":\"@ai-sdk/"       \
  "openai-compatible\","                                                                           \
  "\"models\":{}}}"

typedef struct
{
  char              *folder; /* (owned) */
  ShipOpencodeLaunch launch;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const extra[] = {
    "ollama/qwen3:8b", "ollama/org/model", "anthropic/claude", "anthropic/claude-next",
    "no-slash",        "/no-provider",     "no-model/",        NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *models = NULL;
  g_autofree char *date = NULL;

  fixture->folder = g_dir_make_tmp ("ship-launch-XXXXXX", &error);
  g_assert_no_error (error);
  models = g_build_filename (fixture->folder, "models.json", NULL);
  date = g_build_filename (fixture->folder, "models.date", NULL);
  g_file_set_contents (models, MODELS, -1, &error);
  g_assert_no_error (error);
  g_file_set_contents (date, "2026-01-01\n", -1, &error);
  g_assert_no_error (error);

  fixture->launch = (ShipOpencodeLaunch){
    .program = "/opt/agent/opencode",
    .home = "/home/agent",
    .password = "the-password",
    .gateway = "http://127.0.0.1:3128",
    .grant = "the-grant",
    .instructions = "/work/AGENTS.md",
    .model = "anthropic/claude",
    .models_path = "/opt/agent/models.json",
    .extra_models = extra,
  };
  fixture->launch.catalog = ship_model_catalog_new_from_file (models, &error);
  g_assert_no_error (error);
  g_unlink (models);
  g_unlink (date);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->launch.catalog);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static JsonObject *
get_config (Fixture *fixture)
{
  g_autofree char *text = ship_opencode_launch_get_config (&fixture->launch);
  g_autoptr (GError) error = NULL;
  JsonObject *config = ship_json_parse_object (text, -1, &error);

  g_assert_no_error (error);

  return config;
}

static JsonObject *
get_member (JsonObject *object, const char *name)
{
  JsonObject *member = json_object_get_object_member (object, name);

  g_assert_nonnull (member);

  return member;
}

static void
test_argv (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) argv = ship_opencode_launch_get_argv (&fixture->launch);
  g_autofree char *line = g_strjoinv (" ", argv);

  g_assert_cmpstr (line, ==, "/opt/agent/opencode serve --hostname 127.0.0.1 --port 4096");
}

static void
test_env (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = {
    "OPENCODE_DISABLE_AUTOUPDATE",      "OPENCODE_DISABLE_CLAUDE_CODE",
    "OPENCODE_DISABLE_DEFAULT_PLUGINS", "OPENCODE_DISABLE_EXTERNAL_SKILLS",
    "OPENCODE_DISABLE_LSP_DOWNLOAD",    "OPENCODE_DISABLE_MODELS_FETCH",
    "OPENCODE_DISABLE_PROJECT_CONFIG",  "OPENCODE_DISABLE_SHARE",
  };
  g_auto (GStrv) env = ship_opencode_launch_get_env (&fixture->launch);
  g_autofree char *config = ship_opencode_launch_get_config (&fixture->launch);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (g_environ_getenv (env, names[i]), ==, "1");
  g_assert_cmpstr (g_environ_getenv (env, "HOME"), ==, "/home/agent");
  g_assert_cmpstr (g_environ_getenv (env, "OPENCODE_MODELS_PATH"), ==, "/opt/agent/models.json");
  g_assert_cmpstr (g_environ_getenv (env, "OPENCODE_SERVER_PASSWORD"), ==, "the-password");
  g_assert_cmpstr (g_environ_getenv (env, "OPENCODE_CONFIG_CONTENT"), ==, config);
}

/* Where to ask, in the order given; plan mode stays what it is. */
static void
test_permissions (Fixture *fixture, gconstpointer data)
{
  const char *const permissions[] = { "*=ask", "nonsense", "bash=allow", NULL };
  g_autoptr (JsonObject) config = NULL;
  JsonObject *all;
  g_autoptr (GList) names = NULL;

  fixture->launch.permissions = permissions;
  fixture->launch.is_read_only = TRUE;
  config = get_config (fixture);
  all = json_object_get_object_member (config, "permission");
  names = json_object_get_members (all);
  g_assert_cmpuint (g_list_length (names), ==, 2);
  g_assert_cmpstr (names->data, ==, "*");
  g_assert_cmpstr (names->next->data, ==, "bash");
  g_assert_cmpstr (ship_json_get_string (config, "permission.*", NULL), ==, "ask");
  g_assert_cmpstr (ship_json_get_string (config, "permission.bash", NULL), ==, "allow");
  g_assert_cmpstr (ship_json_get_string (config, "agent.plan.permission.edit", NULL), ==, "deny");
  g_assert_false (ship_json_has (config, "agent.plan.permission.bash"));
  g_assert_cmpstr (ship_json_get_string (config, "agent.plan.permission.task.*", NULL), ==, "deny");
  g_assert_cmpstr (ship_json_get_string (config, "agent.plan.permission.task.explore", NULL),
                   ==,
                   "allow");
  g_assert_cmpstr (ship_json_get_string (config, "agent.explore.permission.edit", NULL),
                   ==,
                   "deny");
}

static guint
count_instructions (Fixture *fixture, const char *hints)
{
  g_autoptr (JsonObject) config = NULL;
  JsonArray *files;

  fixture->launch.hints = hints;
  config = get_config (fixture);
  files = json_object_get_array_member (config, "instructions");
  g_assert_cmpstr (json_array_get_string_element (files, 0), ==, hints);
  return json_array_get_length (files);
}

static void
test_settings (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonObject) config = get_config (fixture);
  g_autoptr (JsonObject) other = NULL;
  JsonArray *instructions = json_object_get_array_member (config, "instructions");

  g_assert_cmpstr (json_object_get_string_member (config, "model"), ==, "anthropic/claude");
  g_assert_false (json_object_has_member (config, "small_model"));
  g_assert_false (json_object_get_boolean_member (config, "autoupdate"));
  g_assert_false (json_object_get_boolean_member (config, "snapshot"));
  g_assert_cmpstr (json_object_get_string_member (config, "share"), ==, "disabled");
  g_assert_cmpstr (ship_json_get_string (config, "permission.*", NULL), ==, "allow");
  g_assert_cmpstr (ship_json_get_string (config, "agent.plan.permission.edit", NULL), ==, "deny");
  g_assert_cmpstr (ship_json_get_string (config, "agent.plan.permission.bash", NULL), ==, "deny");
  g_assert_true (ship_json_get_boolean (config, "experimental.continue_loop_on_deny", FALSE));
  g_assert_cmpuint (json_array_get_length (instructions), ==, 1);
  g_assert_cmpstr (json_array_get_string_element (instructions, 0), ==, "/work/AGENTS.md");

  g_assert_cmpuint (count_instructions (fixture, "/home/agent/hints.md"), ==, 2);
  fixture->launch.instructions = NULL;
  g_assert_cmpuint (count_instructions (fixture, "/home/agent/hints.md"), ==, 1);
  fixture->launch.hints = NULL;
  fixture->launch.small_model = "openai/small";
  other = get_config (fixture);
  g_assert_false (json_object_has_member (other, "instructions"));
  g_assert_cmpstr (json_object_get_string_member (other, "small_model"), ==, "openai/small");
}

static void
test_providers (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *id;
    const char *package;
    const char *base_uri;
  } table[] = {
    { "anthropic", "@ai-sdk/anthropic", "http://127.0.0.1:3128/llm/anthropic/v1" },
    { "openai", "@ai-sdk/openai", "http://127.0.0.1:3128/llm/openai/v1" },
    { "google", "@ai-sdk/google", "http://127.0.0.1:3128/llm/google/v1beta" },
    { "openrouter", "@openrouter/ai-sdk-provider", "http://127.0.0.1:3128/llm/openrouter/v1" },
    { "rehearsal", "@ai-sdk/openai-compatible", "http://127.0.0.1:3128/llm/rehearsal/v1" },
    { "ollama", "@ai-sdk/openai-compatible", "http://127.0.0.1:3128/llm/ollama/v1" },
  };
  g_autoptr (JsonObject) config = get_config (fixture);
  JsonObject *providers = get_member (config, "provider");
  JsonArray  *enabled = json_object_get_array_member (config, "enabled_providers");

  g_assert_cmpuint (json_object_get_size (providers), ==, G_N_ELEMENTS (table));
  g_assert_cmpuint (json_array_get_length (enabled), ==, G_N_ELEMENTS (table));
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      JsonObject *provider = get_member (providers, table[i].id);
      JsonObject *options = get_member (provider, "options");

      g_assert_cmpstr (json_array_get_string_element (enabled, (guint) i), ==, table[i].id);
      g_assert_cmpstr (json_object_get_string_member (provider, "npm"), ==, table[i].package);
      g_assert_cmpstr (json_object_get_string_member (options, "baseURL"), ==, table[i].base_uri);
      g_assert_cmpstr (json_object_get_string_member (options, "apiKey"), ==, "the-grant");
    }
}

/* What the catalogue has is read from its own file; only what it has not is spelled out. */
static void
test_extra_models (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonObject) config = get_config (fixture);
  JsonObject *providers = get_member (config, "provider");
  JsonObject *local = get_member (get_member (providers, "ollama"), "models");
  JsonObject *known = get_member (get_member (providers, "anthropic"), "models");
  JsonObject *model = get_member (local, "qwen3:8b");

  g_assert_cmpuint (json_object_get_size (local), ==, 2);
  g_assert_true (json_object_has_member (local, "org/model"));
  g_assert_true (json_object_get_boolean_member (model, "tool_call"));
  g_assert_false (json_object_has_member (model, "cost"));
  g_assert_cmpuint (json_object_get_size (known), ==, 1);
  g_assert_true (json_object_has_member (known, "claude-next"));
  g_assert_false (json_object_has_member (get_member (providers, "openai"), "models"));
}

static void
test_home_files (void)
{
  g_autoptr (GHashTable) files = ship_opencode_launch_get_home_files ();
  const char *lock = g_hash_table_lookup (files, ".config/opencode/package-lock.json");
  g_autoptr (JsonObject) object = ship_json_parse_object (lock, -1, NULL);

  g_assert_cmpuint (g_hash_table_size (files), ==, 2);
  g_assert_nonnull (object);
  g_assert_true (g_hash_table_contains (files, ".config/opencode/node_modules/"));
}

static void
test_ready_line (void)
{
  g_assert_true (
    ship_opencode_launch_is_ready_line ("opencode server listening on http://127.0.0.1:4096"));
  g_assert_false (ship_opencode_launch_is_ready_line (
    "Warning: OPENCODE_SERVER_PASSWORD is not set; server is unsecured."));
  g_assert_false (ship_opencode_launch_is_ready_line ("Error: Unexpected error ServeError"));
  g_assert_false (ship_opencode_launch_is_ready_line (""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/opencode-launch/argv", Fixture, NULL, set_up, test_argv, tear_down);
  g_test_add ("/opencode-launch/env", Fixture, NULL, set_up, test_env, tear_down);
  g_test_add ("/opencode-launch/settings", Fixture, NULL, set_up, test_settings, tear_down);
  g_test_add ("/opencode-launch/permissions", Fixture, NULL, set_up, test_permissions, tear_down);
  g_test_add ("/opencode-launch/providers", Fixture, NULL, set_up, test_providers, tear_down);
  g_test_add ("/opencode-launch/extra-models", Fixture, NULL, set_up, test_extra_models, tear_down);
  g_test_add_func ("/opencode-launch/home-files", test_home_files);
  g_test_add_func ("/opencode-launch/ready-line", test_ready_line);

  return g_test_run ();
}

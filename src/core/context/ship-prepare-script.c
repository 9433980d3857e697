/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-prepare-script.h"

#include "agent/opencode/ship-opencode-launch.h"
#include "context/ship-egress-rules.h"
#include "gateway/ship-tool-settings.h"

#include <glib/gi18n-lib.h>
#include <sys/wait.h>

/*
 * A script made of quoted texts only; nothing of the repository goes into it, and of the user's
 * only where the package tools fetch from.
 */

static void
append_file (GString *script, const char *path, const char *content)
{
  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *quoted_directory = g_shell_quote (directory);
  g_autofree char *quoted_path = g_shell_quote (path);
  g_autofree char *quoted_content = g_shell_quote (content);

  g_string_append_printf (script, "mkdir -p -- %s\n", quoted_directory);
  if (!g_str_has_suffix (path, "/"))
    g_string_append_printf (script, "printf %%s %s > %s\n", quoted_content, quoted_path);
}

/* Of a CONNECT that is refused, curl shows the number alone. */
static const char curl_settings[] = SHIP_TOOL_SETTINGS_MARK
  "\n"
  "write-out = \"%{onerror}%{stderr}Ship: the proxy of this sandbox answered %{http_connect}. With "
  "403 it refuses the host: curl http://HOST/ says why.\\n\"\n";

/* Of a refused CONNECT git, npm and cargo show no more, and cannot be taught to: the agent has to
 * know what it means. It is sent with every request, so it is short. */
static const char hints[] =
  "# The network of this sandbox\n"
  "\n"
  "Connections go through a proxy, which the environment names. It lets through only hosts that "
  "the "
  "user allows. A tool that fails with 403 from the proxy, or with a TLS alert (access denied), "
  "was "
  "refused the host: `curl http://HOST/` prints the reason. The user is shown what was refused and "
  "can allow it. Do not try to get around it; say which host is needed, and what for.\n";

/* What the agent or its tools have made of such a file is theirs. */
static void
append_settings (GString *script, const char *path, const char *content)
{
  g_autofree char *quoted = g_shell_quote (path);

  g_string_append_printf (script,
                          "case \"$(head -n 1 -- %s 2>/dev/null)\" in '' | '%s'*)\n",
                          quoted,
                          SHIP_TOOL_SETTINGS_MARK);
  append_file (script, path, content);
  g_string_append (script, ";; esac\n");
}

/* As far as they are known: see ShipEgressRules. */
static void
append_tool_settings (GString *script, ShipPaths *paths)
{
  g_autofree char *cache =
    g_build_filename (ship_paths_get_cache_dir (paths), SHIP_EGRESS_RULES_CACHE, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GHashTable) files = NULL;
  GHashTableIter iter;
  gpointer       name, content;

  if (!g_file_get_contents (cache, &text, NULL, NULL))
    return;
  files = ship_tool_settings_get_files (text);
  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &name, &content))
    {
      g_autofree char *path = g_strconcat (SHIP_SANDBOX_HOME_DIR "/", name, NULL);

      append_settings (script, path, content);
    }
}

GBytes *
ship_prepare_script_new (ShipPaths *paths, GError **error)
{
  g_autoptr (GHashTable) files = ship_opencode_launch_get_home_files ();
  g_autoptr (GString) script = g_string_new ("set -eu\numask 077\n");
  g_autofree char *catalogue_path =
    g_build_filename (ship_paths_get_asset_dir (paths), "models.json", NULL);
  g_autofree char *catalogue = NULL;
  GHashTableIter   iter;
  gpointer         name;
  gpointer         content;

  if (!g_file_get_contents (catalogue_path, &catalogue, NULL, error))
    return NULL;

  append_file (script, SHIP_PREPARE_MODELS_PATH, catalogue);
  append_file (script, SHIP_PREPARE_HINTS_PATH, hints);
  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &name, &content))
    {
      g_autofree char *path = g_strconcat (SHIP_SANDBOX_HOME_DIR "/", name, NULL);

      append_file (script, path, content);
    }

  append_settings (script, SHIP_SANDBOX_HOME_DIR "/.curlrc", curl_settings);
  append_tool_settings (script, paths);
  return g_string_free_to_bytes (g_steal_pointer (&script));
}

gboolean
ship_prepare_script_check (const ShipSandboxRunResult *run, const char *what, GError **error)
{
  if (WIFEXITED (run->wait_status) && WEXITSTATUS (run->wait_status) == 0)
    return TRUE;

  g_set_error (error,
               SHIP_SANDBOX_ERROR,
               SHIP_SANDBOX_ERROR_FAILED,
               "%s: %s",
               what,
               run->error_text[0] != '\0' ? run->error_text
                                          : _ ("the script ended without a reason"));
  return FALSE;
}

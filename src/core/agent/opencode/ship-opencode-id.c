/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "agent/opencode/ship-opencode-id.h"

#include "agent/ship-agent-error.h"
#include "base/ship-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The names OpenCode gives and has: ids and commands. No I/O, any thread. */

#define KEY_BITS       48
#define PER_MS         4096
#define N_RANDOM       14
#define MAX_COMMANDS   200
#define MAX_NAME_BYTES 64

char *
ship_opencode_id_new (guint64 *last, const char *prefix, gint64 now_ms)
{
  static const char letters[] = G_CSET_DIGITS G_CSET_A_2_Z G_CSET_a_2_z;
  guint64 key = ((guint64) now_ms * PER_MS + 1) & ((G_GUINT64_CONSTANT (1) << KEY_BITS) - 1);
  char    random[N_RANDOM + 1] = { 0 };

  if (key <= *last)
    key = *last + 1;
  *last = key;
  for (guint i = 0; i < N_RANDOM; i++)
    random[i] = letters[g_random_int_range (0, (gint32) strlen (letters))];

  return g_strdup_printf ("%s_%012" G_GINT64_MODIFIER "x%s", prefix, key, random);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
ship_opencode_commands_parse (JsonNode *root, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  JsonArray *array;

  if (root == NULL || !JSON_NODE_HOLDS_ARRAY (root))
    {
      g_set_error_literal (error,
                           SHIP_AGENT_ERROR,
                           SHIP_AGENT_ERROR_PROTOCOL,
                           _ ("The agent gave an answer of an unexpected kind."));
      return NULL;
    }

  names = g_ptr_array_new_with_free_func (g_free);
  array = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (array) && names->len < MAX_COMMANDS; i++)
    {
      JsonNode   *node = json_array_get_element (array, i);
      const char *name = NULL;

      if (JSON_NODE_HOLDS_OBJECT (node))
        name = ship_json_get_string (json_node_get_object (node), "name", NULL);
      if (name != NULL && *name != '\0' && strlen (name) <= MAX_NAME_BYTES)
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);

  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/ship-store.h"

#include <glib/gi18n-lib.h>

/* The numbered SQL files that are compiled into the program. Any thread. */

#define NUMBER_DIGITS 4

static gboolean
set_bad_name (const char *name, guint expected, GError **error)
{
  g_set_error (error,
               SHIP_STORE_ERROR,
               SHIP_STORE_ERROR_FAILED,
               _ ("“%s” is not migration number %u"),
               name,
               expected);
  return FALSE;
}

/* "0001-what-it-does.sql", with the number that is expected next. */
static gboolean
check_name (const char *name, guint expected, GError **error)
{
  guint64 number;

  if (strspn (name, "0123456789") != NUMBER_DIGITS || name[NUMBER_DIGITS] != '-' ||
      !g_str_has_suffix (name, ".sql"))
    return set_bad_name (name, expected, error);

  number = g_ascii_strtoull (name, NULL, 10);
  return number == expected || set_bad_name (name, expected, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

GStrv
ship_store_load_migrations (GResource *resource, const char *prefix, GError **error)
{
  g_auto (GStrv) names = NULL;
  g_autoptr (GPtrArray) scripts = NULL;

  g_return_val_if_fail (resource != NULL, NULL);
  g_return_val_if_fail (prefix != NULL, NULL);

  names = g_resource_enumerate_children (resource, prefix, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (names == NULL)
    return NULL;
  qsort (names, g_strv_length (names), sizeof *names, compare_names);

  scripts = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_path ("/", prefix, names[i], NULL);
      g_autoptr (GBytes) bytes = NULL;

      if (!check_name (names[i], i + 1, error))
        return NULL;
      bytes = g_resource_lookup_data (resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
      if (bytes == NULL)
        return NULL;
      g_ptr_array_add (scripts,
                       g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
    }
  g_ptr_array_add (scripts, NULL);

  return (GStrv) g_ptr_array_free (g_steal_pointer (&scripts), FALSE);
}

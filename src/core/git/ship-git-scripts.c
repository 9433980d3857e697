/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-scripts.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "git/ship-git-error.h"
#include "git/ship-git-scripts-private.h"
#include "ship-git-resources.h"

/*
 * The scripts, and what comes out of the harvest. The texts are files in scripts/, so that
 * shellcheck reads them, and live in the program's read-only data. Any thread.
 */

#define TREE_LENGTH  40
#define WORK_LINE    "\nwork=/work\n"
#define OBJECTS_LINE "\nobjects=/run/ship/objects\n"

static const char *
get_script (const char *path)
{
  g_autoptr (GBytes) bytes =
    g_resource_lookup_data (ship_git_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  /* Resource data is not compressed and ends with a zero byte: it stays where it is when the GBytes
   * is gone. */
  g_return_val_if_fail (bytes != NULL, NULL);
  return g_bytes_get_data (bytes, NULL);
}

const char *
ship_git_script_base (void)
{
  return get_script ("/dev/ship/git/base-full.sh");
}

const char *
ship_git_script_checkout (void)
{
  return get_script ("/dev/ship/git/checkout-full.sh");
}

const char *
ship_git_script_discard (void)
{
  return get_script ("/dev/ship/git/discard-full.sh");
}

const char *
ship_git_script_harvest (void)
{
  return get_script ("/dev/ship/git/harvest-full.sh");
}

static void
replace_line (GString *text, const char *line, const char *name, const char *value)
{
  g_autofree char *fresh = g_strdup_printf ("\n%s=%s\n", name, value);

  g_string_replace (text, line, fresh, 1);
}

char *
ship_git_script_relocate (const char *script, const char *work, const char *objects)
{
  GString *text = g_string_new (script);

  replace_line (text, WORK_LINE, "work", work);
  replace_line (text, OBJECTS_LINE, "objects", objects);
  return g_string_free (text, FALSE);
}

static gboolean
is_tree_line (const char *data, gsize length)
{
  if (length < TREE_LENGTH + 1 || data[TREE_LENGTH] != '\n')
    return FALSE;
  for (gsize i = 0; i < TREE_LENGTH; i++)
    if (!g_ascii_isdigit (data[i]) && !(data[i] >= 'a' && data[i] <= 'f'))
      return FALSE;
  return TRUE;
}

gboolean
ship_git_script_parse_harvest (GBytes *output, char **tree, GBytes **pack, GError **error)
{
  gsize       length;
  const char *data = g_bytes_get_data (output, &length);

  if (!is_tree_line (data, length) || length < TREE_LENGTH + 1 + 4 ||
      memcmp (data + TREE_LENGTH + 1, "PACK", 4) != 0)
    {
      g_set_error_literal (
        error,
        SHIP_GIT_ERROR,
        SHIP_GIT_ERROR_HOSTILE,
        _ ("What came out of the sandbox was refused: it is not a tree and a pack."));
      return FALSE;
    }
  *tree = g_strndup (data, TREE_LENGTH);
  *pack = g_bytes_new_from_bytes (output, TREE_LENGTH + 1, length - TREE_LENGTH - 1);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-attach.h"

#include "ship-cli.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* What the session refuses is refused here before it is read: see session/ship-attachment.h. */

#define MAX_BYTES     ((goffset) 10 * 1024 * 1024)
#define MAX_ALL_BYTES ((goffset) 30 * 1024 * 1024)

static gboolean
check (const char *path, goffset *all)
{
  GStatBuf status;

  if (g_stat (path, &status) != 0 || !S_ISREG (status.st_mode))
    {
      ship_cli_complain (_ ("“%s” is not a file that can be attached"), path);
      return FALSE;
    }
  *all += status.st_size;
  if (status.st_size > MAX_BYTES)
    {
      ship_cli_complain (_ ("“%s” is larger than an attachment may be (10 MiB)"), path);
      return FALSE;
    }
  if (*all > MAX_ALL_BYTES)
    {
      ship_cli_complain (_ ("The attachments are larger than one prompt may carry (30 MiB)"));
      return FALSE;
    }

  return TRUE;
}

static gboolean
add_file (const char *path, GVariantBuilder *builder)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *type = NULL;
  g_autofree char *mime = NULL;
  char            *data = NULL;
  gsize            size = 0;
  GBytes          *content;

  if (!g_file_get_contents (path, &data, &size, &error))
    {
      ship_cli_complain ("%s", error->message);
      return FALSE;
    }

  type = g_content_type_guess (path, (const guchar *) data, MIN (size, 4096), NULL);
  mime = g_content_type_get_mime_type (type);
  content = g_bytes_new_take (data, size);
  g_variant_builder_add (builder,
                         "(ss@ay)",
                         valid,
                         mime != NULL ? mime : "",
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, content, TRUE));
  g_bytes_unref (content);

  return TRUE;
}

gboolean
ship_cli_attach (char **files, GVariantDict *options)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ssay)"));
  goffset all = 0;

  if (files == NULL)
    return TRUE;
  for (guint i = 0; files[i] != NULL; i++)
    if (!check (files[i], &all) || !add_file (files[i], &builder))
      return FALSE;
  g_variant_dict_insert_value (options, "attachments", g_variant_builder_end (&builder));

  return TRUE;
}

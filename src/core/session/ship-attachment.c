/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-attachment.h"

#include "base/ship-paths.h"
#include "session/ship-session-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * What goes with a prompt, as value and as file. The same content is stored once, under its
 * SHA-256; what is read back is checked against it.
 */

#define DIRECTORY      "attachments"
#define MAX_NAME_BYTES 120
#define MAX_TEXT_BYTES (128 * 1024)
#define ANY_MIME       "application/octet-stream"

typedef struct
{
  const char *mime;
  const char *magic;
  gsize       length;
} ImageType;

/* clang-format off */
static const ImageType image_types[] = {
  { "image/png",  "\x89PNG\r\n\x1a\n", 8 },
  { "image/jpeg", "\xff\xd8\xff",      3 },
  { "image/gif",  "GIF87a",            6 },
  { "image/gif",  "GIF89a",            6 },
};
/* clang-format on */

static const char *
find_image_mime (const guint8 *data, gsize size)
{
  for (guint i = 0; i < G_N_ELEMENTS (image_types); i++)
    if (size >= image_types[i].length &&
        memcmp (data, image_types[i].magic, image_types[i].length) == 0)
      return image_types[i].mime;
  if (size >= 12 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0)
    return "image/webp";

  return NULL;
}

/* What the sender says of a file that is neither an image nor text is only passed on, so it has to
 * look like a type and must not claim to be one of those. */
static gboolean
is_other_mime (const char *mime)
{
  const char *slash = strchr (mime, '/');

  return slash != NULL && slash != mime && slash[1] != '\0' && strlen (mime) <= 100 &&
         strspn (mime, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/+.-_") == strlen (mime) &&
         !g_str_has_prefix (mime, "image/") && !g_str_has_prefix (mime, "text/");
}

static const char *
find_mime (const char *mime, GBytes *content)
{
  gsize         size;
  const guint8 *data = g_bytes_get_data (content, &size);
  const char   *image = find_image_mime (data, size);

  if (image != NULL)
    return image;
  if (size <= MAX_TEXT_BYTES && g_utf8_validate_len ((const char *) data, size, NULL))
    return "text/plain";

  return mime != NULL && is_other_mime (mime) ? mime : ANY_MIME;
}

/* The last component, without anything that a terminal, a shell or a file system would mind. */
static char *
clean_name (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  g_autofree char *base = g_path_get_basename (valid);
  g_autoptr (GString) clean = g_string_new (NULL);

  for (const char *at = base; *at != '\0' && clean->len < MAX_NAME_BYTES;
       at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      g_string_append_unichar (
        clean,
        g_unichar_isgraph (character) && character != '/' && character != '\\' ? character : '_');
    }
  if (clean->len == 0 || clean->str[0] == '.' || clean->str[0] == '-' ||
      (clean->len == 1 && clean->str[0] == '_'))
    g_string_prepend (clean, "file");

  return g_string_free (g_steal_pointer (&clean), FALSE);
}

ShipAttachment *
ship_attachment_new (const char *name, const char *mime, GBytes *content)
{
  ShipAttachment *self = g_new0 (ShipAttachment, 1);

  self->name = clean_name (name);
  self->mime = g_strdup (find_mime (mime, content));
  self->content = g_bytes_ref (content);
  self->digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);

  return self;
}

void
ship_attachment_free (ShipAttachment *self)
{
  g_free (self->name);
  g_free (self->mime);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_free (self->digest);
  g_free (self);
}

ShipAttachmentKind
ship_attachment_kind_from_mime (const char *mime)
{
  if (g_str_has_prefix (mime, "image/"))
    return SHIP_ATTACHMENT_IMAGE;

  return g_str_equal (mime, "text/plain") ? SHIP_ATTACHMENT_TEXT : SHIP_ATTACHMENT_FILE;
}

static gboolean
has_name (GPtrArray *attachments, const char *name)
{
  for (guint i = 0; i < attachments->len; i++)
    if (g_str_equal (((ShipAttachment *) attachments->pdata[i])->name, name))
      return TRUE;

  return FALSE;
}

/* "a.txt" becomes "2-a.txt" when it is there already. */
static void
make_unique (ShipAttachment *attachment, GPtrArray *others)
{
  g_autofree char *name = g_strdup (attachment->name);

  for (int i = 2; has_name (others, attachment->name); i++)
    {
      g_free (attachment->name);
      attachment->name = g_strdup_printf ("%d-%s", i, name);
    }
}

static gboolean
check_size (const char *name, gsize size, gsize all, GError **error)
{
  if (size > SHIP_ATTACHMENT_MAX_BYTES)
    {
      g_autofree char *clean = clean_name (name);

      g_set_error (error,
                   SHIP_SESSION_ERROR,
                   SHIP_SESSION_ERROR_INVALID,
                   _ ("“%s” is larger than an attachment may be (10 MiB)"),
                   clean);
      return FALSE;
    }
  if (all > SHIP_ATTACHMENT_MAX_ALL_BYTES)
    {
      g_set_error_literal (error,
                           SHIP_SESSION_ERROR,
                           SHIP_SESSION_ERROR_INVALID,
                           _ ("The attachments are larger than one prompt may carry (30 MiB)"));
      return FALSE;
    }

  return TRUE;
}

GPtrArray *
ship_attachments_new_from_variant (GVariant *variant, GError **error)
{
  g_autoptr (GPtrArray) attachments =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ship_attachment_free);
  gsize all = 0;

  g_return_val_if_fail (g_variant_is_of_type (variant, G_VARIANT_TYPE (SHIP_ATTACHMENTS_TYPE)),
                        NULL);

  if (g_variant_n_children (variant) > SHIP_ATTACHMENT_MAX_N)
    {
      g_set_error (error,
                   SHIP_SESSION_ERROR,
                   SHIP_SESSION_ERROR_INVALID,
                   _ ("One prompt carries at most %d attachments"),
                   SHIP_ATTACHMENT_MAX_N);
      return NULL;
    }
  for (gsize i = 0; i < g_variant_n_children (variant); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (variant, i);
      g_autoptr (GVariant) data = g_variant_get_child_value (one, 2);
      g_autoptr (GBytes) content = g_variant_get_data_as_bytes (data);
      ShipAttachment *attachment;
      const char     *name;
      const char     *mime;

      g_variant_get_child (one, 0, "&s", &name);
      g_variant_get_child (one, 1, "&s", &mime);
      all += g_bytes_get_size (content);
      if (!check_size (name, g_bytes_get_size (content), all, error))
        return NULL;
      attachment = ship_attachment_new (name, mime, content);
      make_unique (attachment, attachments);
      g_ptr_array_add (attachments, attachment);
    }

  return g_steal_pointer (&attachments);
}

gboolean
ship_attachment_write_thread (ShipAttachment *self, const char *session_dir, GError **error)
{
  g_autofree char *directory = g_build_filename (session_dir, DIRECTORY, NULL);
  g_autofree char *path = g_build_filename (directory, self->digest, NULL);
  gsize            size;
  const char      *data = g_bytes_get_data (self->content, &size);

  /* What lies there under its digest is checked when it is read; writing it again is cheap. */
  return ship_paths_make_private_dir (directory, error) &&
         g_file_set_contents_full (path,
                                   data != NULL ? data : "",
                                   (gssize) size,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600,
                                   error);
}

GBytes *
ship_attachment_read_thread (const ShipAttachmentRow *row, const char *session_dir, GError **error)
{
  g_autofree char *path = g_build_filename (session_dir, DIRECTORY, row->digest, NULL);
  g_autofree char *digest = NULL;
  g_autoptr (GBytes) content = NULL;
  char *data = NULL;
  gsize size = 0;

  if (g_file_get_contents (path, &data, &size, NULL))
    {
      content = g_bytes_new_take (data, size);
      digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
      if (g_str_equal (digest, row->digest))
        return g_steal_pointer (&content);
    }

  g_set_error (error,
               SHIP_SESSION_ERROR,
               SHIP_SESSION_ERROR_NOT_FOUND,
               _ ("The attachment “%s” is not what it was, or gone: send it again"),
               row->name);
  return NULL;
}

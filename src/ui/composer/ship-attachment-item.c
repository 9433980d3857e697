/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-attachment-item.h"

#include "session/ship-attachment.h"

#include <glib/gi18n-lib.h>

/*
 *   start -> queried_cb (what it is, how large) -> read_cb -> take_content -> keep -> kept_cb
 *                                                                          -> thumbnail_thread
 *                                                                             -> thumbnail_cb
 * What has its content goes straight there; what was kept is not kept again.
 */

#define THUMBNAIL  64
#define MAX_PIXELS (64 * 1000 * 1000) /* larger ones are not unpacked to be shown small */
#define QUERY                                                                                      \
  G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE                                \
                                 "," G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME

struct _ShipAttachmentItem
{
  GObject       parent_instance;
  ShipDrafts   *drafts;      /* (owned) (nullable) */
  GFile        *source;      /* (owned) (nullable): where it is read from */
  GCancellable *cancellable; /* (owned) */
  char         *name;        /* (owned) */
  char         *kept;        /* (owned) (nullable): its file among the drafts */
  GBytes       *content;     /* (owned) (nullable): until it is read */
  GdkPaintable *thumbnail;   /* (owned) (nullable): of a picture */
  gint64        size;        /* -1: not known yet */
};

typedef enum
{
  PROP_IS_READY = 1,
} ShipAttachmentItemProperty;

static GParamSpec *properties[PROP_IS_READY + 1];

enum
{
  CHANGED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipAttachmentItem, ship_attachment_item, G_TYPE_OBJECT)

/* @sentence: (transfer full) */
static void
fail (ShipAttachmentItem *self, char *sentence)
{
  g_autofree char *owned = sentence;

  if (!g_cancellable_is_cancelled (self->cancellable))
    g_signal_emit (self, signals[FAILED], 0, owned);
}

/* --- small picture --- */

static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  gboolean *is_too_large = user_data;
  double    scale = (double) THUMBNAIL / MAX (MAX (width, height), 1);

  *is_too_large = (gint64) width * height > MAX_PIXELS;
  if (scale < 1)
    gdk_pixbuf_loader_set_size (loader,
                                MAX ((int) (width * scale), 1),
                                MAX ((int) (height * scale), 1));
}

/* A picture that cannot be read is a file like any other. */
static void
thumbnail_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  GdkPixbuf    *pixbuf = NULL;
  const guint8 *bytes;
  gsize         size;
  gsize         done = 0;
  gboolean      is_too_large = FALSE;
  gboolean      is_good = TRUE;

  bytes = g_bytes_get_data (data, &size);
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), &is_too_large);
  while (is_good && !is_too_large && done < size && !g_cancellable_is_cancelled (cancellable))
    {
      gsize piece = MIN (size - done, 64 * 1024);

      is_good = gdk_pixbuf_loader_write (loader, bytes + done, piece, NULL);
      done += piece;
    }
  is_good = gdk_pixbuf_loader_close (loader, NULL) && is_good && !is_too_large;
  if (is_good)
    pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  g_task_return_pointer (task, pixbuf != NULL ? g_object_ref (pixbuf) : NULL, g_object_unref);
}

static void
thumbnail_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipAttachmentItem) self = SHIP_ATTACHMENT_ITEM (user_data);
  g_autoptr (GdkPixbuf) pixbuf = g_task_propagate_pointer (G_TASK (result), NULL);

  if (pixbuf == NULL)
    return;
  self->thumbnail = GDK_PAINTABLE (gdk_texture_new_for_pixbuf (pixbuf));
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
may_be_picture (GBytes *content)
{
  gsize            size;
  const guint8    *bytes = g_bytes_get_data (content, &size);
  g_autofree char *type = g_content_type_guess (NULL, bytes, MIN (size, 4096), NULL);

  return g_content_type_is_a (type, "image/*") && !g_content_type_is_a (type, "image/svg+xml");
}

static void
make_thumbnail (ShipAttachmentItem *self)
{
  g_autoptr (GTask) task = NULL;

  if (!may_be_picture (self->content))
    return;
  /* Not its source: the worker may be the last to let go of the task. */
  task = g_task_new (NULL, self->cancellable, thumbnail_cb, g_object_ref (self));
  g_task_set_source_tag (task, make_thumbnail);
  g_task_set_task_data (task, g_bytes_ref (self->content), (GDestroyNotify) g_bytes_unref);
  g_task_run_in_thread (task, thumbnail_thread);
}

/* --- content --- */

static void
kept_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipAttachmentItem) self = SHIP_ATTACHMENT_ITEM (user_data);
  g_autoptr (GError) error = NULL;
  char *kept = ship_drafts_keep_finish (SHIP_DRAFTS (object), result, &error);

  if (kept == NULL)
    {
      /* It can be sent all the same, it only does not come back after an accident. */
      g_debug ("an attachment is not kept: %s", error->message);
      return;
    }
  self->kept = kept;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* @content: (transfer full) */
static void
take_content (ShipAttachmentItem *self, GBytes *content)
{
  self->content = content;
  self->size = (gint64) g_bytes_get_size (content);
  if (self->size > SHIP_ATTACHMENT_MAX_BYTES)
    {
      fail (self,
            g_strdup_printf (_ ("“%s” is larger than an attachment may be (10 MiB)"), self->name));
      return;
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_READY]);
  make_thumbnail (self);
  if (self->kept == NULL && self->drafts != NULL)
    ship_drafts_keep_async (self->drafts, content, self->cancellable, kept_cb, g_object_ref (self));
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipAttachmentItem) self = SHIP_ATTACHMENT_ITEM (user_data);
  g_autoptr (GError) error = NULL;
  GBytes *content = g_file_load_bytes_finish (G_FILE (object), result, NULL, &error);

  if (content != NULL)
    take_content (self, content);
  else
    fail (self, g_strdup_printf (_ ("“%s” cannot be read: %s"), self->name, error->message));
}

static void
queried_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipAttachmentItem) self = SHIP_ATTACHMENT_ITEM (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);

  if (info == NULL)
    fail (self, g_strdup_printf (_ ("“%s” cannot be read: %s"), self->name, error->message));
  else if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    fail (self, g_strdup_printf (_ ("“%s” is a folder: only files can be attached"), self->name));
  else if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    fail (self, g_strdup_printf (_ ("“%s” is not a file"), self->name));
  else if (g_file_info_get_size (info) > SHIP_ATTACHMENT_MAX_BYTES)
    fail (self,
          g_strdup_printf (_ ("“%s” is larger than an attachment may be (10 MiB)"), self->name));
  else
    g_file_load_bytes_async (self->source, self->cancellable, read_cb, g_object_ref (self));
}

void
ship_attachment_item_start (ShipAttachmentItem *self)
{
  g_return_if_fail (SHIP_IS_ATTACHMENT_ITEM (self));

  if (self->content != NULL)
    {
      take_content (self, g_steal_pointer (&self->content));
      return;
    }
  g_file_query_info_async (self->source,
                           QUERY,
                           G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT,
                           self->cancellable,
                           queried_cb,
                           g_object_ref (self));
}

void
ship_attachment_item_cancel (ShipAttachmentItem *self)
{
  g_return_if_fail (SHIP_IS_ATTACHMENT_ITEM (self));

  g_cancellable_cancel (self->cancellable);
}

/* --- the object --- */

static void
ship_attachment_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((ShipAttachmentItemProperty) id)
    {
    case PROP_IS_READY:
      g_value_set_boolean (value, SHIP_ATTACHMENT_ITEM (object)->content != NULL);
      break;
    }
}

static void
ship_attachment_item_finalize (GObject *object)
{
  ShipAttachmentItem *self = SHIP_ATTACHMENT_ITEM (object);

  g_clear_object (&self->drafts);
  g_clear_object (&self->source);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->thumbnail);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_free (self->name);
  g_free (self->kept);

  G_OBJECT_CLASS (ship_attachment_item_parent_class)->finalize (object);
}

static void
ship_attachment_item_class_init (ShipAttachmentItemClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_attachment_item_get_property;
  object_class->finalize = ship_attachment_item_finalize;
  properties[PROP_IS_READY] = g_param_spec_boolean ("is-ready", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_ATTACHMENT_ITEM,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
  signals[FAILED] = g_signal_new ("failed",
                                  SHIP_TYPE_ATTACHMENT_ITEM,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);
}

static void
ship_attachment_item_init (ShipAttachmentItem *self)
{
  self->cancellable = g_cancellable_new ();
  self->size = -1;
}

static ShipAttachmentItem *
new_item (char *name, ShipDrafts *drafts)
{
  ShipAttachmentItem *self = g_object_new (SHIP_TYPE_ATTACHMENT_ITEM, NULL);

  self->name = name;
  g_set_object (&self->drafts, drafts);

  return self;
}

ShipAttachmentItem *
ship_attachment_item_new_for_file (GFile *file, ShipDrafts *drafts)
{
  g_autofree char    *base = g_file_get_basename (file);
  ShipAttachmentItem *self = new_item (g_filename_display_name (base != NULL ? base : ""), drafts);

  self->source = g_object_ref (file);

  return self;
}

ShipAttachmentItem *
ship_attachment_item_new_for_bytes (const char *name, GBytes *content, ShipDrafts *drafts)
{
  ShipAttachmentItem *self = new_item (g_strdup (name), drafts);

  self->content = g_bytes_ref (content);
  self->size = (gint64) g_bytes_get_size (content);

  return self;
}

ShipAttachmentItem *
ship_attachment_item_new_for_row (const ShipDraftFileRow *row, ShipDrafts *drafts)
{
  ShipAttachmentItem *self = new_item (g_strdup (row->name), drafts);

  self->source = ship_drafts_dup_file (drafts, row->file);
  self->kept = g_strdup (row->file);
  self->size = row->size;

  return self;
}

const char *
ship_attachment_item_get_name (ShipAttachmentItem *self)
{
  g_return_val_if_fail (SHIP_IS_ATTACHMENT_ITEM (self), NULL);

  return self->name;
}

gint64
ship_attachment_item_get_size (ShipAttachmentItem *self)
{
  g_return_val_if_fail (SHIP_IS_ATTACHMENT_ITEM (self), -1);

  return self->size;
}

GBytes *
ship_attachment_item_get_content (ShipAttachmentItem *self)
{
  g_return_val_if_fail (SHIP_IS_ATTACHMENT_ITEM (self), NULL);

  return self->content;
}

GdkPaintable *
ship_attachment_item_get_thumbnail (ShipAttachmentItem *self)
{
  g_return_val_if_fail (SHIP_IS_ATTACHMENT_ITEM (self), NULL);

  return self->thumbnail;
}

ShipDraftFileRow *
ship_attachment_item_new_row (ShipAttachmentItem *self)
{
  g_return_val_if_fail (SHIP_IS_ATTACHMENT_ITEM (self), NULL);

  return self->kept != NULL ? ship_draft_file_row_new (self->name, self->size, self->kept) : NULL;
}

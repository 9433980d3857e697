/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-attachment-chip.h"

#include <glib/gi18n-lib.h>

#define PICTURE_SIZE 160

struct _ShipAttachmentChip
{
  GtkWidget     parent_instance;
  GtkWidget    *box;         /* (unowned): the only child */
  GtkWidget    *icon;        /* (unowned) */
  GCancellable *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipAttachmentChip, ship_attachment_chip, GTK_TYPE_WIDGET)

static void
pixbuf_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipAttachmentChip) self = SHIP_ATTACHMENT_CHIP (user_data);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_stream_finish (result, NULL);
  g_autoptr (GdkTexture) texture = NULL;
  GtkWidget *picture;

  if (pixbuf == NULL || self->box == NULL) /* no picture after all: the name tells of it */
    return;
  texture = gdk_texture_new_for_pixbuf (pixbuf);
  picture = gtk_picture_new_for_paintable (GDK_PAINTABLE (texture));
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), FALSE);
  gtk_widget_set_halign (picture, GTK_ALIGN_CENTER);
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), _ ("Attached picture"));
  gtk_box_prepend (GTK_BOX (self->box), picture);
  gtk_widget_set_visible (self->icon, FALSE);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipAttachmentChip) self = SHIP_ATTACHMENT_CHIP (user_data);
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (object), result, NULL);

  if (stream == NULL)
    return;
  gdk_pixbuf_new_from_stream_at_scale_async (G_INPUT_STREAM (stream),
                                             PICTURE_SIZE,
                                             PICTURE_SIZE,
                                             TRUE,
                                             self->cancellable,
                                             pixbuf_cb,
                                             g_object_ref (self));
}

static void
ship_attachment_chip_dispose (GObject *object)
{
  ShipAttachmentChip *self = SHIP_ATTACHMENT_CHIP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_attachment_chip_parent_class)->dispose (object);
}

static void
ship_attachment_chip_finalize (GObject *object)
{
  g_object_unref (SHIP_ATTACHMENT_CHIP (object)->cancellable);

  G_OBJECT_CLASS (ship_attachment_chip_parent_class)->finalize (object);
}

static void
ship_attachment_chip_class_init (ShipAttachmentChipClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_attachment_chip_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_attachment_chip_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
ship_attachment_chip_init (ShipAttachmentChip *self)
{
  self->cancellable = g_cancellable_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (self->box, "chip");
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_END);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_attachment_chip_new (ShipTranscript *transcript, ShipTranscriptEntry *entry)
{
  ShipAttachmentChip *self = g_object_new (SHIP_TYPE_ATTACHMENT_CHIP, NULL);
  GtkWidget          *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  const char         *mime = ship_transcript_entry_get_title (entry);
  const char         *digest = ship_transcript_entry_get_digest (entry);
  gboolean            is_image = mime != NULL && g_str_has_prefix (mime, "image/");
  GtkWidget          *name = gtk_label_new (ship_transcript_entry_get_text (entry));
  GtkWidget          *size = gtk_label_new (ship_transcript_entry_get_output (entry));

  self->icon = gtk_image_new_from_icon_name (is_image ? "image-x-generic-symbolic"
                                                      : "mail-attachment-symbolic");
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 36);
  gtk_widget_add_css_class (size, "part-title");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), mime);
  gtk_box_append (GTK_BOX (row), self->icon);
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), size);
  gtk_box_append (GTK_BOX (self->box), row);
  if (is_image && digest != NULL)
    {
      g_autofree char *path = ship_transcript_dup_attachment_path (transcript, digest);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      g_file_read_async (file,
                         G_PRIORITY_DEFAULT,
                         self->cancellable,
                         opened_cb,
                         g_object_ref (self));
    }

  return GTK_WIDGET (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-attachment-intake.h"

#include "session/ship-attachment.h"

#include <glib/gi18n-lib.h>

/*
 *   pasted: files_cb, or read_cb -> spliced_cb (a picture's bytes as whoever copied it has them)
 */

typedef struct
{
  const char *mime;
  const char *name;
} PictureType;

/* clang-format off */
static const PictureType picture_types[] = {
  { "image/png",  N_ ("Pasted Picture.png") },
  { "image/jpeg", N_ ("Pasted Picture.jpg") },
  { "image/gif",  N_ ("Pasted Picture.gif") },
  { "image/webp", N_ ("Pasted Picture.webp") },
};
/* clang-format on */

static void
add_files (ShipAttachmentBar *bar, const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *at = files; at != NULL; at = at->next)
    ship_attachment_bar_add_file (bar, at->data);
}

static void
fail (ShipAttachmentBar *bar, const GError *error)
{
  g_autofree char *sentence = g_strdup_printf (_ ("This cannot be pasted: %s"), error->message);

  g_signal_emit_by_name (bar, "failed", sentence);
}

/* --- pasted --- */

static void
files_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipAttachmentBar) bar = SHIP_ATTACHMENT_BAR (user_data);
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (object), result, &error);

  if (value != NULL)
    add_files (bar, value);
  else
    fail (bar, error);
}

/* A picture on its way out of the clipboard. */
typedef struct
{
  ShipAttachmentBar *bar;  /* (owned) */
  const char        *name; /* static */
} Paste;

static void
paste_free (Paste *paste)
{
  g_object_unref (paste->bar);
  g_free (paste);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Paste, paste_free)

static void
spliced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Paste) paste = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (object), result, &error) < 0)
    {
      fail (paste->bar, error);
      return;
    }
  content = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (object));
  ship_attachment_bar_add_bytes (paste->bar, _ (paste->name), content);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipAttachmentBar) bar = SHIP_ATTACHMENT_BAR (user_data);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;
  const char *mime = NULL;
  g_autoptr (GInputStream) stream =
    gdk_clipboard_read_finish (GDK_CLIPBOARD (object), result, &mime, &error);
  Paste *paste;

  if (stream == NULL)
    {
      fail (bar, error);
      return;
    }
  paste = g_new0 (Paste, 1);
  paste->bar = g_object_ref (bar);
  paste->name = picture_types[0].name;
  for (guint i = 0; i < G_N_ELEMENTS (picture_types); i++)
    if (g_strcmp0 (mime, picture_types[i].mime) == 0)
      paste->name = picture_types[i].name;
  g_output_stream_splice_async (memory,
                                stream,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE |
                                  G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT,
                                NULL,
                                spliced_cb,
                                paste);
}

static gboolean
has_picture (GdkContentFormats *formats)
{
  for (guint i = 0; i < G_N_ELEMENTS (picture_types); i++)
    if (gdk_content_formats_contain_mime_type (formats, picture_types[i].mime))
      return TRUE;

  return FALSE;
}

static gboolean
has_text (GdkContentFormats *formats)
{
  return gdk_content_formats_contain_gtype (formats, G_TYPE_STRING) ||
         gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8") ||
         gdk_content_formats_contain_mime_type (formats, "text/plain");
}

static gboolean
has_files (GdkContentFormats *formats)
{
  return gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST) ||
         gdk_content_formats_contain_mime_type (formats, "text/uri-list");
}

/* A file manager offers the names of files as text too, a word processor a picture of its text. */
static void
paste_cb (GtkTextView *view, ShipAttachmentBar *bar)
{
  GdkClipboard      *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (view));
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  const char        *mimes[G_N_ELEMENTS (picture_types) + 1] = { NULL };

  if (has_files (formats))
    gdk_clipboard_read_value_async (clipboard,
                                    GDK_TYPE_FILE_LIST,
                                    G_PRIORITY_DEFAULT,
                                    NULL,
                                    files_cb,
                                    g_object_ref (bar));
  else if (has_picture (formats) && !has_text (formats))
    {
      for (guint i = 0; i < G_N_ELEMENTS (picture_types); i++)
        mimes[i] = picture_types[i].mime;
      gdk_clipboard_read_async (clipboard,
                                mimes,
                                G_PRIORITY_DEFAULT,
                                NULL,
                                read_cb,
                                g_object_ref (bar));
    }
  else
    return; /* text is the view's own */
  g_signal_stop_emission_by_name (view, "paste-clipboard");
}

/* --- dropped --- */

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, ShipAttachmentBar *bar)
{
  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;

  add_files (bar, value);
  return TRUE;
}

void
ship_attachment_intake_connect (ShipAttachmentBar *bar, GtkTextView *view, GtkWidget *target)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  /* Before the view, which would take the names of files as text. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drop), GTK_PHASE_CAPTURE);
  g_signal_connect_object (drop, "drop", G_CALLBACK (drop_cb), bar, 0);
  gtk_widget_add_controller (target, GTK_EVENT_CONTROLLER (drop));
  g_signal_connect_object (view, "paste-clipboard", G_CALLBACK (paste_cb), bar, 0);
}

/* --- chosen --- */

static void
chosen_cb (GtkNativeDialog *dialog, int response, ShipAttachmentBar *bar)
{
  g_autoptr (GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      ship_attachment_bar_add_file (bar, file);
    }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog); /* it lived for its answer */
}

void
ship_attachment_intake_choose (ShipAttachmentBar *bar)
{
  GtkRoot              *root = gtk_widget_get_root (GTK_WIDGET (bar));
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("Attach Files"),
                                                               GTK_WINDOW (root),
                                                               GTK_FILE_CHOOSER_ACTION_OPEN,
                                                               _ ("_Attach"),
                                                               _ ("_Cancel"));

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), bar, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

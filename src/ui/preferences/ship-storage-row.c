/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-storage-row.h"

#include "preferences/ship-preferences-rows.h"

#include <glib/gi18n-lib.h>

struct _ShipStorageRow
{
  AdwActionRow  parent_instance;
  GFile        *directory;   /* (owned) */
  GtkWidget    *size;        /* (unowned): a label */
  GtkWidget    *open;        /* (unowned) */
  GCancellable *cancellable; /* (owned) */
  gboolean      is_measuring;
};

G_DEFINE_FINAL_TYPE (ShipStorageRow, ship_storage_row, ADW_TYPE_ACTION_ROW)

static void
measured_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipStorageRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint64          n_bytes = 0;
  gboolean         is_there =
    g_file_measure_disk_usage_finish (G_FILE (object), result, &n_bytes, NULL, NULL, &error);

  if (g_cancellable_is_cancelled (self->cancellable)) /* the window is closed */
    return;
  self->is_measuring = FALSE;
  if (is_there)
    text = g_format_size (n_bytes);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    text = g_strdup (_ ("Nothing yet"));
  else
    text = g_strdup ("—");
  gtk_label_set_text (GTK_LABEL (self->size), text);
  gtk_widget_set_sensitive (self->open, is_there);
}

void
ship_storage_row_measure (ShipStorageRow *self)
{
  g_return_if_fail (SHIP_IS_STORAGE_ROW (self));

  if (self->is_measuring)
    return;
  self->is_measuring = TRUE;
  g_file_measure_disk_usage_async (self->directory,
                                   G_FILE_MEASURE_NO_XDEV,
                                   G_PRIORITY_LOW,
                                   self->cancellable,
                                   NULL,
                                   NULL,
                                   measured_cb,
                                   g_object_ref (self));
}

static void
shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipStorageRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_file_get_path (self->directory);
  g_autofree char *sentence = NULL;

  /* Why not is told in the words of the bus; where it is helps more. */
  if (g_app_info_launch_default_for_uri_finish (result, &error) ||
      g_cancellable_is_cancelled (self->cancellable))
    return;
  sentence = g_strdup_printf (_ ("Nothing on this desktop opens folders. This one is %s"), path);
  ship_preferences_say (GTK_WIDGET (self), sentence);
}

static void
open_cb (GtkButton *button, ShipStorageRow *self)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self));
  g_autoptr (GdkAppLaunchContext) context = gdk_display_get_app_launch_context (display);
  g_autofree char *uri = g_file_get_uri (self->directory);

  g_app_info_launch_default_for_uri_async (uri,
                                           G_APP_LAUNCH_CONTEXT (context),
                                           self->cancellable,
                                           shown_cb,
                                           g_object_ref (self));
}

/* --- the widget --- */

static void
ship_storage_row_dispose (GObject *object)
{
  g_cancellable_cancel (SHIP_STORAGE_ROW (object)->cancellable);

  G_OBJECT_CLASS (ship_storage_row_parent_class)->dispose (object);
}

static void
ship_storage_row_finalize (GObject *object)
{
  ShipStorageRow *self = SHIP_STORAGE_ROW (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->directory);

  G_OBJECT_CLASS (ship_storage_row_parent_class)->finalize (object);
}

static void
ship_storage_row_class_init (ShipStorageRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_storage_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_storage_row_finalize;
}

static void
ship_storage_row_init (ShipStorageRow *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
ship_storage_row_new (const char *title, const char *subtitle, const char *directory)
{
  ShipStorageRow *self = g_object_new (SHIP_TYPE_STORAGE_ROW,
                                       "use-markup",
                                       FALSE,
                                       "title",
                                       title,
                                       "subtitle",
                                       subtitle,
                                       NULL);
  /* Translators: %s is what is in the folder, as "Sessions". */
  g_autofree char *name = g_strdup_printf (_ ("Open the Folder of “%s”"), title);

  self->directory = g_file_new_for_path (directory);
  self->size = gtk_label_new ("…");
  gtk_widget_add_css_class (self->size, "numeric");
  gtk_widget_add_css_class (self->size, "dim-label");
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->size);
  self->open = ship_preferences_row_add_icon (GTK_WIDGET (self), "folder-open-symbolic", name);
  g_signal_connect_object (self->open, "clicked", G_CALLBACK (open_cb), self, 0);
  return GTK_WIDGET (self);
}

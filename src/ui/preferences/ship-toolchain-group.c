/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-toolchain-group.h"

#include "base/ship-settings.h"
#include "preferences/ship-preferences-rows.h"
#include "preferences/ship-setting-rows.h"
#include "sandbox/ship-toolchain.h"
#include "widgets/ship-folder-chooser.h"

#include <glib/gi18n-lib.h>

/*
 *   add_cb -> chosen_cb -> look_thread -> added_cb -> (into the setting, or what is wrong)
 *   a row -> look_thread -> looked_cb -> (what it gives, or what is wrong, below its name)
 */

struct _ShipToolchainGroup
{
  AdwPreferencesGroup parent_instance;
  ShipPaths          *paths;       /* (owned) */
  GSettings          *settings;    /* (owned) */
  GtkWidget          *add;         /* (unowned) */
  GtkWidget          *trouble;     /* (unowned) */
  GCancellable       *cancellable; /* (owned): until it is disposed of */
};

G_DEFINE_FINAL_TYPE (ShipToolchainGroup, ship_toolchain_group, ADW_TYPE_PREFERENCES_GROUP)

/* --- looking into one --- */

typedef struct
{
  ShipPaths *paths; /* (owned) */
  char      *entry; /* (owned) */
  GtkWidget *row;   /* (owned) (nullable): who asked */
} Look;

static void
look_free (gpointer data)
{
  Look *self = data;

  ship_paths_unref (self->paths);
  g_clear_object (&self->row);
  g_free (self->entry);
  g_free (self);
}

/* What its programs are found in, as one line. */
static char *
describe (const ShipToolchain *toolchain)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < toolchain->programs->len; i++)
    g_string_append_printf (line,
                            "%s%s",
                            i > 0 ? ", " : "",
                            (const char *) toolchain->programs->pdata[i]);
  if (line->len == 0)
    return g_strdup (_ ("Has no programs that would be found by their names"));
  return g_strdup_printf (_ ("Programs from %s"), line->str);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look   *self = data;
  GError *error = NULL;
  g_autoptr (ShipToolchain) toolchain =
    ship_toolchain_open (self->entry, g_get_home_dir (), self->paths, &error);

  if (toolchain != NULL)
    g_task_return_pointer (task, describe (toolchain), g_free);
  else
    g_task_return_error (task, error);
}

/* @row: (nullable) */
static void
look (ShipToolchainGroup *self, const char *entry, GtkWidget *row, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, callback, g_object_ref (self));
  Look *what = g_new0 (Look, 1);

  g_task_set_source_tag (task, look);
  what->paths = ship_paths_ref (self->paths);
  what->entry = g_strdup (entry);
  what->row = row != NULL ? g_object_ref (row) : NULL;
  g_task_set_task_data (task, what, look_free);
  g_task_run_in_thread (task, look_thread);
}

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipToolchainGroup) self = SHIP_TOOLCHAIN_GROUP (user_data);
  Look *what = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    adw_action_row_add_prefix (ADW_ACTION_ROW (what->row),
                               gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
  ship_preferences_row_set_subtitle (what->row, error != NULL ? error->message : text);
}

static void
row_cb (GtkWidget *row, const char *entry, gpointer user_data)
{
  look (user_data, entry, row, looked_cb);
}

/* --- a new one --- */

static void
say (ShipToolchainGroup *self, const char *sentence)
{
  ship_preferences_trouble_set (self->trouble, NULL, sentence);
}

static void
add_entry (ShipToolchainGroup *self, const char *entry)
{
  g_auto (GStrv) before = g_settings_get_strv (self->settings, SHIP_SETTING_SANDBOX_TOOLCHAINS);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;

  if (g_strv_contains ((const char *const *) before, entry))
    return;
  if (g_strv_length (before) >= SHIP_TOOLCHAINS_MAX)
    {
      say (self, _ ("There are as many folders as there can be: remove one first"));
      return;
    }
  g_strv_builder_addv (builder, (const char **) before);
  g_strv_builder_add (builder, entry);
  after = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings,
                       SHIP_SETTING_SANDBOX_TOOLCHAINS,
                       (const char *const *) after);
}

static void
added_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipToolchainGroup) self = SHIP_TOOLCHAIN_GROUP (user_data);
  Look *what = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), &error);

  if (text != NULL)
    add_entry (self, what->entry);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, error->message);
}

/* As people write it. */
static char *
shorten (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize       length = strlen (home);

  if (g_str_has_prefix (path, home) && path[length] == '/')
    return g_strconcat ("~", path + length, NULL);
  return g_strdup (path);
}

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipToolchainGroup) self = SHIP_TOOLCHAIN_GROUP (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = ship_folder_chooser_choose_finish (result, &error);
  g_autofree char *entry = path != NULL ? shorten (path) : NULL;

  if (entry != NULL)
    look (self, entry, NULL, added_cb);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, error->message);
}

static void
add_cb (ShipToolchainGroup *self)
{
  say (self, NULL);
  ship_folder_chooser_choose_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                    _ ("Choose a Folder of Tools"),
                                    self->cancellable,
                                    chosen_cb,
                                    g_object_ref (self));
}

/* --- the widget --- */

static void
ship_toolchain_group_dispose (GObject *object)
{
  g_cancellable_cancel (SHIP_TOOLCHAIN_GROUP (object)->cancellable);

  G_OBJECT_CLASS (ship_toolchain_group_parent_class)->dispose (object);
}

static void
ship_toolchain_group_finalize (GObject *object)
{
  ShipToolchainGroup *self = SHIP_TOOLCHAIN_GROUP (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->paths, ship_paths_unref);

  G_OBJECT_CLASS (ship_toolchain_group_parent_class)->finalize (object);
}

static void
ship_toolchain_group_class_init (ShipToolchainGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_toolchain_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_toolchain_group_finalize;
}

static void
ship_toolchain_group_init (ShipToolchainGroup *self)
{
  self->cancellable = g_cancellable_new ();
  self->add = gtk_button_new_with_label (_ ("Add a Folder…"));
  gtk_widget_set_valign (self->add, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->add, "clicked", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), self->add);
  self->trouble = ship_preferences_trouble_new ();
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->trouble);
}

GtkWidget *
ship_toolchain_group_new (ShipPaths *paths, GSettings *settings)
{
  ShipToolchainGroup *self = g_object_new (
    SHIP_TYPE_TOOLCHAIN_GROUP,
    "title",
    _ ("Your Own Tools"),
    "description",
    _ ("Folders of tools in your home, as ~/.cargo or ~/.nvm. Sandboxes can run what is "
       "in them and cannot change it; files with credentials are left out."),
    NULL);

  self->paths = ship_paths_ref (paths);
  self->settings = g_object_ref (settings);
  ship_setting_rows_add (ADW_PREFERENCES_GROUP (self),
                         settings,
                         SHIP_SETTING_SANDBOX_TOOLCHAINS,
                         _ ("Hide “%s” from sandboxes"),
                         row_cb,
                         self);

  return GTK_WIDGET (self);
}

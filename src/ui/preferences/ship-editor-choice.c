/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-editor-choice.h"

#include "base/ship-settings.h"
#include "preferences/ship-editor-list.h"
#include "preferences/ship-preferences-rows.h"

#include <glib/gi18n-lib.h>

/*
 * Three rows: the editors, a command, and what is wrong with it. The first item of the list is the
 * desktop's own choice, the last one the command; what lies between was found.
 */
struct _ShipEditorChoice
{
  AdwComboRow   parent_instance;
  GSettings    *settings;    /* (owned) */
  GtkWidget    *command;     /* (unowned): the row below */
  GtkWidget    *trouble;     /* (unowned): the one below that */
  GPtrArray    *editors;     /* (owned) (element-type ShipEditor) */
  GCancellable *cancellable; /* (owned) */
  gboolean      is_custom;   /* a command is wanted, even if it is not written yet */
  gboolean      is_updating; /* what is selected is not what the user does */
};

G_DEFINE_FINAL_TYPE (ShipEditorChoice, ship_editor_choice, ADW_TYPE_COMBO_ROW)

/* Which item the setting is. */
static guint
find_selected (ShipEditorChoice *self, const char *setting)
{
  if (self->is_custom)
    return self->editors->len + 1;
  if (*setting == '\0')
    return 0;
  for (guint i = 0; i < self->editors->len; i++)
    if (g_str_equal (((ShipEditor *) self->editors->pdata[i])->command, setting))
      return i + 1;
  return self->editors->len + 1;
}

static void
update (ShipEditorChoice *self)
{
  g_autofree char *setting = g_settings_get_string (self->settings, SHIP_SETTING_EDITOR);
  guint            selected = find_selected (self, setting);
  gboolean         is_custom = selected == self->editors->len + 1;

  self->is_updating = TRUE;
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), selected);
  self->is_updating = FALSE;
  gtk_widget_set_visible (self->command, is_custom);
  if (is_custom && !g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->command)), setting))
    gtk_editable_set_text (GTK_EDITABLE (self->command), setting);
  if (!is_custom)
    ship_preferences_trouble_set (self->trouble, self->command, NULL);
}

static void
setting_cb (GSettings *settings, const char *key, ShipEditorChoice *self)
{
  self->is_custom = FALSE;
  update (self);
}

static void
selected_cb (ShipEditorChoice *self, GParamSpec *pspec, gpointer user_data)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self));

  if (self->is_updating)
    return;
  self->is_custom = selected == self->editors->len + 1;
  if (self->is_custom)
    {
      update (self);
      gtk_widget_grab_focus (self->command);
    }
  else if (selected == 0)
    g_settings_set_string (self->settings, SHIP_SETTING_EDITOR, "");
  else if (selected <= self->editors->len)
    g_settings_set_string (self->settings,
                           SHIP_SETTING_EDITOR,
                           ((ShipEditor *) self->editors->pdata[selected - 1])->command);
  update (self);
}

/* --- a command --- */

static gboolean
check_command (ShipEditorChoice *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->command));
  g_autoptr (GError) error = NULL;
  gboolean is_good = *text == '\0' || ship_editor_list_check (text, g_getenv ("PATH"), &error);

  ship_preferences_trouble_set (self->trouble, self->command, is_good ? NULL : error->message);
  return is_good && *text != '\0';
}

static void
typed_cb (GtkEditable *editable, ShipEditorChoice *self)
{
  check_command (self);
}

static void
apply_cb (AdwEntryRow *row, ShipEditorChoice *self)
{
  if (check_command (self))
    g_settings_set_string (self->settings,
                           SHIP_SETTING_EDITOR,
                           gtk_editable_get_text (GTK_EDITABLE (row)));
}

/* --- what there is --- */

static void
set_names (ShipEditorChoice *self, const char *default_name)
{
  GtkStringList   *names = gtk_string_list_new (NULL);
  g_autofree char *first = default_name != NULL
                             ? g_strdup_printf (_ ("Desktop’s Choice (%s)"), default_name)
                             : g_strdup (_ ("Desktop’s Choice"));

  gtk_string_list_append (names, first);
  for (guint i = 0; i < self->editors->len; i++)
    gtk_string_list_append (names, ((ShipEditor *) self->editors->pdata[i])->name);
  gtk_string_list_append (names, _ ("A Command"));
  self->is_updating = TRUE;
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (names));
  self->is_updating = FALSE;
  g_object_unref (names);
  update (self);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipEditorChoice) self = user_data;
  g_autoptr (GPtrArray) editors = ship_editor_list_load_finish (result, NULL);

  /* It was cancelled: the window is closed. */
  if (editors == NULL || self->settings == NULL)
    return;
  g_clear_pointer (&self->editors, g_ptr_array_unref);
  self->editors = g_steal_pointer (&editors);
  set_names (self, ship_editor_list_get_usual (result));
}

/* --- the widget --- */

static void
ship_editor_choice_dispose (GObject *object)
{
  ShipEditorChoice *self = SHIP_EDITOR_CHOICE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ship_editor_choice_parent_class)->dispose (object);
}

static void
ship_editor_choice_finalize (GObject *object)
{
  ShipEditorChoice *self = SHIP_EDITOR_CHOICE (object);

  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->editors);

  G_OBJECT_CLASS (ship_editor_choice_parent_class)->finalize (object);
}

static void
ship_editor_choice_class_init (ShipEditorChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_editor_choice_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_editor_choice_finalize;
}

static void
ship_editor_choice_init (ShipEditorChoice *self)
{
  self->cancellable = g_cancellable_new ();
  self->editors = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_editor_free);
}

void
ship_editor_choice_add (AdwPreferencesGroup *group, GSettings *settings)
{
  ShipEditorChoice *self = g_object_new (SHIP_TYPE_EDITOR_CHOICE,
                                         "title",
                                         _ ("Editor"),
                                         "subtitle",
                                         _ ("Opens the folders of sessions"),
                                         NULL);

  self->settings = g_object_ref (settings);
  self->command =
    g_object_new (ADW_TYPE_ENTRY_ROW, "title", _ ("Command"), "show-apply-button", TRUE, NULL);
  self->trouble = ship_preferences_trouble_new ();
  adw_preferences_group_add (group, GTK_WIDGET (self));
  adw_preferences_group_add (group, self->command);
  adw_preferences_group_add (group, self->trouble);
  set_names (self, NULL);
  g_signal_connect_object (settings,
                           "changed::" SHIP_SETTING_EDITOR,
                           G_CALLBACK (setting_cb),
                           self,
                           0);
  g_signal_connect (self, "notify::selected", G_CALLBACK (selected_cb), NULL);
  g_signal_connect_object (self->command, "changed", G_CALLBACK (typed_cb), self, 0);
  g_signal_connect_object (self->command, "apply", G_CALLBACK (apply_cb), self, 0);
  ship_editor_list_load_async (self->cancellable, loaded_cb, g_object_ref (self));
}

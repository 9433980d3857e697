/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "onboarding/ship-repository-picker.h"

#include "onboarding/ship-recent-repositories.h"
#include "widgets/ship-drop-down.h"
#include "widgets/ship-field-row.h"
#include "widgets/ship-folder-chooser.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

struct _ShipRepositoryPicker
{
  GtkWidget             parent_instance;
  GListModel           *sessions;    /* (owned) */
  ShipRepositoryChoice *choice;      /* (owned) */
  GCancellable         *cancellable; /* (owned): of the folder chooser */
  GtkWidget            *group;       /* (unowned): the only child */
  GtkWidget            *row;         /* (unowned): with the entry */
  GtkEntry             *entry;       /* (unowned) */
  GtkWidget            *recent;      /* (unowned): a menu button */
  GtkWidget            *note;        /* (unowned) */
  GtkWidget            *note_icon;   /* (unowned) */
  GtkWidget            *note_label;  /* (unowned) */
  GtkWidget            *base_row;    /* (unowned) */
  GtkWidget            *base;        /* (unowned): a drop-down */
  GtkWidget            *dirty_row;   /* (unowned) */
  GtkWidget            *dirty;       /* (unowned): a switch */
  gboolean              is_choosing;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipRepositoryPicker, ship_repository_picker, GTK_TYPE_WIDGET)

/* --- what was found --- */

static void
show_branches (ShipRepositoryPicker *self)
{
  const char        *branch = ship_repository_choice_get_branch (self->choice);
  const char *const *branches = ship_repository_choice_get_branches (self->choice);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  if (branches != NULL && branch == NULL)
    gtk_string_list_append (names, _ ("What is checked out"));
  for (guint i = 0; branches != NULL && branches[i] != NULL; i++)
    gtk_string_list_append (names, branches[i]);
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->base), G_LIST_MODEL (names));
  gtk_widget_set_visible (self->base_row, branches != NULL);
}

/* @icon, @sentence: (nullable): there is nothing to say */
static void
show_note (ShipRepositoryPicker *self,
           const char           *icon,
           const char           *sentence,
           const char           *css_class)
{
  gtk_widget_set_visible (self->note, sentence != NULL);
  if (sentence == NULL)
    return;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->note_icon), icon);
  gtk_widget_set_css_classes (self->note_icon, (const char *[]){ css_class, NULL });
  gtk_label_set_text (GTK_LABEL (self->note_label), sentence);
}

/* What is not committed belongs to what is checked out. */
static void
show_dirty (ShipRepositoryPicker *self)
{
  guint            n = ship_repository_choice_get_n_dirty (self->choice);
  const char      *base = ship_repository_picker_get_base (self);
  const char      *branch = ship_repository_choice_get_branch (self->choice);
  g_autofree char *subtitle = NULL;

  gtk_widget_set_visible (self->dirty_row, n > 0 && g_strcmp0 (base, branch) == 0);
  subtitle = g_strdup_printf (
    g_dngettext (GETTEXT_PACKAGE, "%u file is not committed", "%u files are not committed", n),
    n);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->dirty_row), subtitle);
}

static void
choice_cb (ShipRepositoryChoice *choice, ShipRepositoryPicker *self)
{
  ShipRepositoryState state = ship_repository_choice_get_state (choice);

  if (state == SHIP_REPOSITORY_BAD)
    {
      gtk_widget_add_css_class (self->row, "error");
      show_note (self,
                 "dialog-warning-symbolic",
                 ship_repository_choice_get_trouble (choice),
                 "error");
    }
  else
    gtk_widget_remove_css_class (self->row, "error");
  if (state == SHIP_REPOSITORY_GOOD || state == SHIP_REPOSITORY_NONE)
    show_note (self, NULL, NULL, NULL);
  if (state != SHIP_REPOSITORY_CHECKING) /* rows do not flicker while one types */
    {
      gtk_switch_set_active (GTK_SWITCH (self->dirty), FALSE); /* it was said of another */
      show_branches (self);
      show_dirty (self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
base_cb (GtkDropDown *drop_down, GParamSpec *pspec, ShipRepositoryPicker *self)
{
  show_dirty (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- naming it --- */

static void
typed_cb (GtkEditable *editable, ShipRepositoryPicker *self)
{
  ship_repository_choice_set_text (self->choice, gtk_editable_get_text (editable));
}

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipRepositoryPicker) self = SHIP_REPOSITORY_PICKER (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = ship_folder_chooser_choose_finish (result, &error);

  self->is_choosing = FALSE;
  if (self->group == NULL)
    return;
  if (path != NULL)
    ship_repository_picker_set_path (self, path);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_note (self, "dialog-warning-symbolic", error->message, "error");
}

static void
choose_cb (GtkButton *button, ShipRepositoryPicker *self)
{
  ship_repository_picker_choose (self);
}

static void
recent_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ship_repository_picker_set_path (SHIP_REPOSITORY_PICKER (user_data),
                                   g_variant_get_string (parameter, NULL));
}

static void
sessions_changed_cb (GListModel           *sessions,
                     guint                 position,
                     guint                 removed,
                     guint                 added,
                     ShipRepositoryPicker *self)
{
  g_auto (GStrv) paths = ship_recent_repositories_list (sessions);
  g_autoptr (GMenuModel) menu =
    ship_recent_repositories_make_menu ((const char *const *) paths, "repository.recent");
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->recent), menu);
  gtk_widget_set_visible (self->recent, paths[0] != NULL);
  if (text[0] == '\0' && paths[0] != NULL)
    ship_repository_picker_set_path (self, paths[0]);
}

/* --- the widget --- */

static void
add_button (ShipRepositoryPicker *self, GtkWidget *button, const char *name)
{
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  ship_field_row_add_suffix (SHIP_FIELD_ROW (self->row), button);
}

static void
add_entry (ShipRepositoryPicker *self)
{
  GtkWidget *choose = gtk_button_new_from_icon_name ("folder-open-symbolic");

  self->row = ship_field_row_new (_ ("Repository"), "folder-symbolic");
  self->entry = ship_field_row_get_entry (SHIP_FIELD_ROW (self->row));
  self->recent = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->recent), "document-open-recent-symbolic");
  add_button (self, self->recent, _ ("Recent Repositories"));
  add_button (self, choose, _ ("Choose a Folder"));
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (typed_cb), self, 0);
  g_signal_connect_object (choose, "clicked", G_CALLBACK (choose_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), self->row);
}

/* Below the rows: the group keeps what is no row out of its list. */
static void
add_note (ShipRepositoryPicker *self)
{
  self->note = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  self->note_icon = gtk_image_new ();
  self->note_label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->note_label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->note_label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->note_label), 0);
  gtk_widget_set_hexpand (self->note_label, TRUE);
  gtk_widget_set_valign (self->note_icon, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->note, "note-row");
  gtk_box_append (GTK_BOX (self->note), self->note_icon);
  gtk_box_append (GTK_BOX (self->note), self->note_label);
  gtk_widget_set_visible (self->note, FALSE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), self->note);
}

static void
add_base (ShipRepositoryPicker *self)
{
  self->base_row = adw_action_row_new ();
  self->base =
    gtk_drop_down_new (NULL, gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string"));
  gtk_drop_down_set_enable_search (GTK_DROP_DOWN (self->base), TRUE);
  gtk_widget_set_valign (self->base, GTK_ALIGN_CENTER);
  ship_drop_down_set_name (GTK_DROP_DOWN (self->base), _ ("Base Branch"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->base_row), _ ("Base Branch"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->base_row), self->base);
  gtk_widget_set_focusable (self->base_row, FALSE); /* what it holds takes the focus */
  gtk_widget_set_visible (self->base_row, FALSE);
  g_signal_connect_object (self->base, "notify::selected", G_CALLBACK (base_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), self->base_row);
}

static void
add_dirty (ShipRepositoryPicker *self)
{
  const char *title = _ ("Include Uncommitted Changes");

  self->dirty_row = adw_action_row_new ();
  self->dirty = gtk_switch_new ();
  gtk_widget_set_valign (self->dirty, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->dirty),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title,
                                  -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->dirty_row), title);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->dirty_row), self->dirty);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self->dirty_row), self->dirty);
  gtk_widget_set_focusable (self->dirty_row, FALSE); /* what it holds takes the focus */
  gtk_widget_set_visible (self->dirty_row, FALSE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), self->dirty_row);
}

static void
ship_repository_picker_dispose (GObject *object)
{
  ShipRepositoryPicker *self = SHIP_REPOSITORY_PICKER (object);

  g_cancellable_cancel (self->cancellable);
  if (self->sessions != NULL)
    g_signal_handlers_disconnect_by_data (self->sessions, self);
  g_clear_object (&self->sessions);
  if (self->choice != NULL)
    g_signal_handlers_disconnect_by_data (self->choice, self);
  g_clear_object (&self->choice);
  g_clear_pointer (&self->group, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_repository_picker_parent_class)->dispose (object);
}

static void
ship_repository_picker_finalize (GObject *object)
{
  g_clear_object (&SHIP_REPOSITORY_PICKER (object)->cancellable);

  G_OBJECT_CLASS (ship_repository_picker_parent_class)->finalize (object);
}

static void
ship_repository_picker_class_init (ShipRepositoryPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_repository_picker_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_repository_picker_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_REPOSITORY_PICKER,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
}

static void
ship_repository_picker_init (ShipRepositoryPicker *self)
{
  const GActionEntry actions[] = { { "recent", recent_action_cb, "s", NULL, NULL, { 0 } } };
  g_autoptr (GSimpleActionGroup) action_group = g_simple_action_group_new ();

  self->cancellable = g_cancellable_new ();
  self->choice = ship_repository_choice_new ();
  self->group = adw_preferences_group_new ();
  add_entry (self);
  add_note (self);
  add_base (self);
  add_dirty (self);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
  g_signal_connect_object (self->choice, "changed", G_CALLBACK (choice_cb), self, 0);
  g_action_map_add_action_entries (G_ACTION_MAP (action_group),
                                   actions,
                                   G_N_ELEMENTS (actions),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "repository", G_ACTION_GROUP (action_group));
}

GtkWidget *
ship_repository_picker_new (GListModel *sessions)
{
  ShipRepositoryPicker *self = g_object_new (SHIP_TYPE_REPOSITORY_PICKER, NULL);

  self->sessions = g_object_ref (sessions);
  g_signal_connect_object (sessions, "items-changed", G_CALLBACK (sessions_changed_cb), self, 0);
  sessions_changed_cb (sessions, 0, 0, 0, self);

  return GTK_WIDGET (self);
}

void
ship_repository_picker_set_path (ShipRepositoryPicker *self, const char *path)
{
  g_return_if_fail (SHIP_IS_REPOSITORY_PICKER (self));

  gtk_editable_set_text (GTK_EDITABLE (self->entry), path);
}

void
ship_repository_picker_choose (ShipRepositoryPicker *self)
{
  g_return_if_fail (SHIP_IS_REPOSITORY_PICKER (self));

  if (self->is_choosing)
    return;
  self->is_choosing = TRUE;
  ship_folder_chooser_choose_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                    _ ("Choose a Repository"),
                                    self->cancellable,
                                    chosen_cb,
                                    g_object_ref (self));
}

void
ship_repository_picker_focus (ShipRepositoryPicker *self)
{
  g_return_if_fail (SHIP_IS_REPOSITORY_PICKER (self));

  gtk_widget_grab_focus (self->row);
}

ShipRepositoryChoice *
ship_repository_picker_get_choice (ShipRepositoryPicker *self)
{
  g_return_val_if_fail (SHIP_IS_REPOSITORY_PICKER (self), NULL);

  return self->choice;
}

const char *
ship_repository_picker_get_base (ShipRepositoryPicker *self)
{
  GtkDropDown *drop_down;
  GObject     *item;

  g_return_val_if_fail (SHIP_IS_REPOSITORY_PICKER (self), NULL);

  drop_down = GTK_DROP_DOWN (self->base);
  item = gtk_drop_down_get_selected_item (drop_down);
  if (item == NULL || (ship_repository_choice_get_branch (self->choice) == NULL &&
                       gtk_drop_down_get_selected (drop_down) == 0))
    return NULL;

  return gtk_string_object_get_string (GTK_STRING_OBJECT (item));
}

gboolean
ship_repository_picker_get_include_dirty (ShipRepositoryPicker *self)
{
  g_return_val_if_fail (SHIP_IS_REPOSITORY_PICKER (self), FALSE);

  return gtk_widget_get_visible (self->dirty_row) &&
         gtk_switch_get_active (GTK_SWITCH (self->dirty));
}

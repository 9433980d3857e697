/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "onboarding/ship-session-options.h"

#include "base/ship-names.h"
#include "session/ship-budget.h"
#include "widgets/ship-field-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

struct _ShipSessionOptions
{
  GtkWidget             parent_instance;
  ShipMachineCheck     *machine; /* (owned) */
  ShipRepositoryChoice *choice;  /* (owned) */
  GtkWidget            *group;   /* (unowned): the only child */
  GtkWidget            *sandbox; /* (unowned): a row */
  GtkWidget            *again;   /* (unowned) */
  GtkWidget            *more;    /* (unowned): a row that opens the next ones */
  GtkWidget            *arrow;   /* (unowned) */
  gboolean              is_open;
  GtkWidget            *branch;  /* (unowned): a row */
  GtkWidget            *budget;  /* (unowned): a row */
  GtkWidget            *trouble; /* (unowned): a label */
};

G_DEFINE_FINAL_TYPE (ShipSessionOptions, ship_session_options, GTK_TYPE_WIDGET)

/* --- what is typed --- */

gboolean
ship_session_options_check_branch (const char *text, ShipRepositoryChoice *choice, GError **error)
{
  if (text[0] == '\0')
    return TRUE;
  if (!ship_names_is_branch (text))
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("“%s” cannot be the name of a branch"),
                 text);
  else if (ship_repository_choice_has_branch (choice, text))
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_EXISTS,
                 _ ("The repository already has a branch “%s”"),
                 text);
  else
    return TRUE;

  return FALSE;
}

gboolean
ship_session_options_parse_budget (const char *text, double *dollars, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  char            *end = NULL;

  *dollars = 0;
  if (stripped[0] == '\0')
    return TRUE;
  g_strdelimit (stripped, ",", '.');
  *dollars = g_ascii_strtod (stripped[0] == '$' ? stripped + 1 : stripped, &end);
  if (*end == '\0' && ship_budget_is_amount (*dollars) && *dollars > 0)
    return TRUE;
  *dollars = 0;
  g_set_error_literal (error,
                       G_IO_ERROR,
                       G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("The budget is an amount of dollars, for example 2.50"));

  return FALSE;
}

static char *
dup_text (GtkWidget *row)
{
  GtkEntry *entry = ship_field_row_get_entry (SHIP_FIELD_ROW (row));

  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
}

/* Marks the row that is wrong. (nullable): none is */
static GtkWidget *
find_wrong (ShipSessionOptions *self, GError **error)
{
  g_autofree char *branch = dup_text (self->branch);
  g_autofree char *budget = dup_text (self->budget);
  GtkWidget       *wrong = NULL;
  double           dollars;

  if (!ship_session_options_check_branch (branch, self->choice, error))
    wrong = self->branch;
  else if (!ship_session_options_parse_budget (budget, &dollars, error))
    wrong = self->budget;
  for (GtkWidget **row = (GtkWidget *[]){ self->branch, self->budget, NULL }; *row != NULL; row++)
    if (*row == wrong)
      gtk_widget_add_css_class (*row, "error");
    else
      gtk_widget_remove_css_class (*row, "error");

  return wrong;
}

static void
judge (ShipSessionOptions *self)
{
  g_autoptr (GError) error = NULL;

  find_wrong (self, &error);
  gtk_label_set_text (GTK_LABEL (self->trouble), error != NULL ? error->message : "");
  gtk_widget_set_visible (self->trouble, error != NULL && self->is_open);
}

static void
typed_cb (GtkEditable *editable, ShipSessionOptions *self)
{
  judge (self);
}

static void
choice_cb (ShipRepositoryChoice *choice, ShipSessionOptions *self)
{
  judge (self);
}

/* --- the sandbox --- */

static void
machine_cb (ShipMachineCheck *machine, ShipSessionOptions *self)
{
  ShipMachineState state = ship_machine_check_get_state (machine);
  const char      *text = _ ("On this computer");

  if (state == SHIP_MACHINE_CHECKING)
    text = _ ("On this computer – being tried");
  else if (state == SHIP_MACHINE_READY)
    text = _ ("On this computer – ready");
  else if (state == SHIP_MACHINE_LACKING)
    text = ship_machine_check_get_trouble (machine);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->sandbox), text);
  gtk_widget_set_visible (self->again, state == SHIP_MACHINE_LACKING);
  if (state == SHIP_MACHINE_LACKING)
    gtk_widget_add_css_class (self->sandbox, "error");
  else
    gtk_widget_remove_css_class (self->sandbox, "error");
}

static void
again_cb (GtkButton *button, ShipSessionOptions *self)
{
  ship_machine_check_run (self->machine);
}

/* --- the widget --- */

static void
add_sandbox (ShipSessionOptions *self)
{
  self->sandbox = adw_action_row_new ();
  self->again = gtk_button_new_with_label (_ ("Check Again"));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->sandbox), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->sandbox), _ ("Sandbox"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self->sandbox), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self->sandbox),
                             gtk_image_new_from_icon_name ("security-high-symbolic"));
  gtk_widget_set_valign (self->again, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->sandbox), self->again);
  g_signal_connect_object (self->again, "clicked", G_CALLBACK (again_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), self->sandbox);
}

/* Not an AdwExpanderRow: libadwaita 1.2 tells nobody whether it is open. */
static void
set_open (ShipSessionOptions *self, gboolean is_open)
{
  self->is_open = is_open;
  gtk_widget_set_visible (self->branch, is_open);
  gtk_widget_set_visible (self->budget, is_open);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->arrow),
                                is_open ? "pan-up-symbolic" : "pan-down-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->more),
                               GTK_ACCESSIBLE_STATE_EXPANDED,
                               is_open,
                               -1);
  judge (self);
}

static void
more_cb (AdwActionRow *row, ShipSessionOptions *self)
{
  set_open (self, !self->is_open);
}

static void
add_more (ShipSessionOptions *self)
{
  self->more = adw_action_row_new ();
  self->arrow = gtk_image_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->more), _ ("Options"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->more), _ ("Branch name, budget"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->more), self->arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->more), TRUE);
  g_signal_connect_object (self->more, "activated", G_CALLBACK (more_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), self->more);
}

static GtkWidget *
add_entry (ShipSessionOptions *self, const char *title, const char *tooltip)
{
  GtkWidget *row = ship_field_row_new (title, NULL);
  GtkEntry  *entry = ship_field_row_get_entry (SHIP_FIELD_ROW (row));

  gtk_widget_set_tooltip_text (row, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  tooltip,
                                  -1);
  g_signal_connect_object (entry, "changed", G_CALLBACK (typed_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);

  return row;
}

/* Below the rows: the group keeps what is no row out of its list. */
static void
add_trouble (ShipSessionOptions *self)
{
  self->trouble = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->trouble), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->trouble), 0);
  gtk_widget_add_css_class (self->trouble, "error");
  gtk_widget_add_css_class (self->trouble, "note-row");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), self->trouble);
}

static void
ship_session_options_dispose (GObject *object)
{
  ShipSessionOptions *self = SHIP_SESSION_OPTIONS (object);

  if (self->machine != NULL)
    g_signal_handlers_disconnect_by_data (self->machine, self);
  if (self->choice != NULL)
    g_signal_handlers_disconnect_by_data (self->choice, self);
  g_clear_object (&self->machine);
  g_clear_object (&self->choice);
  g_clear_pointer (&self->group, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_session_options_parent_class)->dispose (object);
}

static void
ship_session_options_class_init (ShipSessionOptionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_session_options_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
ship_session_options_init (ShipSessionOptions *self)
{
  self->group = adw_preferences_group_new ();
  add_sandbox (self);
  add_more (self);
  self->branch = add_entry (self,
                            _ ("Branch Name"),
                            _ ("Where the session's commits go. Empty: named after what is done"));
  self->budget =
    add_entry (self,
               _ ("Budget in US Dollars"),
               _ ("The session asks before it costs more. Empty: as the preferences say"));
  add_trouble (self);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

GtkWidget *
ship_session_options_new (ShipMachineCheck *machine, ShipRepositoryChoice *choice)
{
  ShipSessionOptions *self = g_object_new (SHIP_TYPE_SESSION_OPTIONS, NULL);

  self->machine = g_object_ref (machine);
  self->choice = g_object_ref (choice);
  g_signal_connect_object (machine, "changed", G_CALLBACK (machine_cb), self, 0);
  g_signal_connect_object (choice, "changed", G_CALLBACK (choice_cb), self, 0);
  machine_cb (machine, self);
  set_open (self, FALSE);

  return GTK_WIDGET (self);
}

gboolean
ship_session_options_check (ShipSessionOptions *self, GError **error)
{
  GtkWidget *wrong;

  g_return_val_if_fail (SHIP_IS_SESSION_OPTIONS (self), FALSE);

  wrong = find_wrong (self, error);
  if (wrong == NULL)
    return TRUE;
  set_open (self, TRUE);
  gtk_widget_grab_focus (wrong);

  return FALSE;
}

char *
ship_session_options_dup_branch (ShipSessionOptions *self)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (SHIP_IS_SESSION_OPTIONS (self), NULL);

  text = dup_text (self->branch);
  return text[0] != '\0' ? g_steal_pointer (&text) : NULL;
}

double
ship_session_options_get_budget (ShipSessionOptions *self)
{
  g_autofree char *text = NULL;
  double           dollars;

  g_return_val_if_fail (SHIP_IS_SESSION_OPTIONS (self), 0);

  text = dup_text (self->budget);
  ship_session_options_parse_budget (text, &dollars, NULL);

  return dollars;
}

void
ship_session_options_reset (ShipSessionOptions *self)
{
  g_return_if_fail (SHIP_IS_SESSION_OPTIONS (self));

  for (GtkWidget **row = (GtkWidget *[]){ self->branch, self->budget, NULL }; *row != NULL; row++)
    gtk_editable_set_text (GTK_EDITABLE (ship_field_row_get_entry (SHIP_FIELD_ROW (*row))), "");
  set_open (self, FALSE);
}

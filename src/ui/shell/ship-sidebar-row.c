/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-sidebar-row.h"

#include "shell/ship-sidebar-text.h"
#include "widgets/ship-status-icon.h"

#include <glib/gi18n-lib.h>

/*
 * The button stays out of the focus chain: a list gives the focus to what can take it inside a row
 * before the row itself, and then Enter would open the menu instead of the session. By keyboard
 * the menu has its own keys.
 */

struct _ShipSidebarRow
{
  GtkWidget         parent_instance;
  ShipSidebarEntry *entry;    /* (owned) (nullable) */
  GtkWidget        *box;      /* (unowned): the only child */
  GtkWidget        *heading;  /* (unowned) */
  GtkWidget        *icon;     /* (unowned) */
  GtkWidget        *line;     /* (unowned): the first one */
  GtkWidget        *title;    /* (unowned) */
  GtkWidget        *rename;   /* (unowned) (nullable): in place of the title */
  GtkWidget        *unread;   /* (unowned) */
  GtkWidget        *requests; /* (unowned) */
  GtkWidget        *time;     /* (unowned) */
  GtkWidget        *detail;   /* (unowned) */
  GtkWidget        *draft;    /* (unowned) */
  GtkWidget        *cost;     /* (unowned) */
  GtkWidget        *more;     /* (unowned) */
};

G_DEFINE_FINAL_TYPE (ShipSidebarRow, ship_sidebar_row, GTK_TYPE_WIDGET)

static const ShipStatus *
get_status (ShipSidebarEntry *entry)
{
  ShipSessionItem *item = ship_sidebar_entry_get_item (entry);

  return ship_status_lookup_result (ship_session_item_get_row (item)->state,
                                    ship_session_item_get_activity (item),
                                    ship_session_item_is_unread (item));
}

static void
show_text (GtkWidget *label, const char *text, GPtrArray *words)
{
  PangoAttrList *marks = words != NULL ? ship_sidebar_mark_words (text, words) : NULL;

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_label_set_attributes (GTK_LABEL (label), marks);
  g_clear_pointer (&marks, pango_attr_list_unref);
}

/* What a search found where no row shows it is shown in place of the repository. */
static char *
dup_place (const ShipIndexRow *row, GPtrArray *words)
{
  g_autofree char *shown = g_strjoin ("\n", row->title, row->repository_name, NULL);

  return ship_sidebar_matches (shown, words) ? g_strdup (row->repository_name)
                                             : g_strdup (row->branch);
}

static void
describe (ShipSidebarRow *self, const ShipStatus *status, const char *age, const char *cost)
{
  const ShipIndexRow *row = ship_sidebar_entry_get_row (self->entry);
  gboolean is_unread = ship_session_item_is_unread (ship_sidebar_entry_get_item (self->entry));
  GString *name = g_string_new (row->title);

  g_string_append_printf (name, ", %s, %s", _ (status->label), row->repository_name);
  if (is_unread)
    g_string_append_printf (name, ", %s", _ ("unread"));
  if (gtk_widget_get_visible (self->draft))
    g_string_append_printf (name, ", %s", _ ("with a draft"));
  if (row->n_requests > 0)
    {
      g_string_append (name, ", ");
      g_string_append_printf (
        name,
        g_dngettext (GETTEXT_PACKAGE, "%d question", "%d questions", (gulong) row->n_requests),
        row->n_requests);
    }
  g_string_append_printf (name, ", %s", age);
  if (cost[0] == '$')
    g_string_append_printf (name, ", %s", cost);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name->str,
                                  -1);
  g_string_free (name, TRUE);
}

static void
show_marks (ShipSidebarRow *self)
{
  const ShipIndexRow *row = ship_sidebar_entry_get_row (self->entry);
  gboolean is_unread = ship_session_item_is_unread (ship_sidebar_entry_get_item (self->entry));
  g_autofree char *n_requests = g_strdup_printf ("%d", row->n_requests);

  gtk_widget_set_visible (self->unread, is_unread);
  if (is_unread)
    gtk_widget_add_css_class (self->title, "unread");
  else
    gtk_widget_remove_css_class (self->title, "unread");
  gtk_label_set_text (GTK_LABEL (self->requests), n_requests);
  gtk_widget_set_visible (self->requests, row->n_requests > 1);
}

static void
update (ShipSidebarRow *self)
{
  const ShipIndexRow *row = ship_sidebar_entry_get_row (self->entry);
  const ShipStatus   *status = get_status (self->entry);
  GPtrArray          *words = ship_sidebar_entry_get_words (self->entry);
  const char         *heading = ship_sidebar_entry_get_heading (self->entry);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *age = ship_sidebar_dup_age (row->updated_at, now);
  g_autofree char *cost = ship_sidebar_dup_cost (row);
  g_autofree char *place = dup_place (row, words);
  g_autofree char *detail = NULL;

  gtk_widget_set_visible (self->heading, heading != NULL);
  gtk_label_set_text (GTK_LABEL (self->heading), heading != NULL ? heading : "");
  ship_status_icon_set_status (SHIP_STATUS_ICON (self->icon), status);
  show_text (self->title, row->title, words);
  gtk_label_set_text (GTK_LABEL (self->time), age);
  detail = g_strdup_printf ("%s · %s", _ (status->label), place);
  show_text (self->detail, detail, words->len > 0 ? words : NULL);
  gtk_label_set_text (GTK_LABEL (self->cost), cost);
  gtk_widget_set_tooltip_text (self->cost,
                               g_str_equal (cost, "—") ? _ ("What it cost is not known") : NULL);
  show_marks (self);
  describe (self, status, age, cost);
}

void
ship_sidebar_row_set_draft (ShipSidebarRow *self, gboolean has_draft)
{
  g_return_if_fail (SHIP_IS_SIDEBAR_ROW (self));

  if (gtk_widget_get_visible (self->draft) == has_draft)
    return;
  gtk_widget_set_visible (self->draft, has_draft);
  if (self->entry != NULL)
    update (self);
}

/* --- renaming --- */

static void
end_rename (ShipSidebarRow *self)
{
  GtkWidget *entry = g_steal_pointer (&self->rename);

  if (entry == NULL)
    return;
  gtk_box_remove (GTK_BOX (self->line), entry);
  gtk_widget_set_visible (self->title, TRUE);
}

/* The list's own row has the focus again. */
static void
leave_rename (ShipSidebarRow *self)
{
  GtkWidget *list_item = gtk_widget_get_parent (GTK_WIDGET (self));

  end_rename (self);
  if (list_item != NULL)
    gtk_widget_grab_focus (list_item);
}

static void
rename_activated_cb (GtkEntry *entry, ShipSidebarRow *self)
{
  const ShipIndexRow *row = ship_sidebar_entry_get_row (self->entry);
  g_autofree char    *id = g_strdup (row->id);
  g_autofree char    *title = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

  if (title[0] != '\0' && !g_str_equal (title, row->title))
    gtk_widget_activate_action (GTK_WIDGET (self), "sidebar.set-title", "(ss)", id, title);
  leave_rename (self);
}

static gboolean
rename_key_cb (GtkEventControllerKey *controller,
               guint                  keyval,
               guint                  keycode,
               GdkModifierType        modifiers,
               ShipSidebarRow        *self)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  leave_rename (self);

  return GDK_EVENT_STOP;
}

static gboolean
left_cb (gpointer user_data)
{
  end_rename (SHIP_SIDEBAR_ROW (user_data));

  return G_SOURCE_REMOVE;
}

/* Not in the middle of the focus' way from one widget to the next. */
static void
rename_left_cb (GtkEventControllerFocus *controller, ShipSidebarRow *self)
{
  if (self->rename != NULL && gtk_widget_get_mapped (self->rename))
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, left_cb, g_object_ref (self), g_object_unref);
}

void
ship_sidebar_row_rename (ShipSidebarRow *self)
{
  GtkEventController *keys;
  GtkEventController *focus;

  g_return_if_fail (SHIP_IS_SIDEBAR_ROW (self));

  if (self->entry == NULL || self->rename != NULL)
    return;
  keys = gtk_event_controller_key_new ();
  focus = gtk_event_controller_focus_new ();
  self->rename = gtk_entry_new ();
  gtk_widget_set_hexpand (self->rename, TRUE);
  gtk_widget_add_css_class (self->rename, "rename");
  gtk_entry_set_max_length (GTK_ENTRY (self->rename), 200);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->rename), 4);
  gtk_editable_set_text (GTK_EDITABLE (self->rename),
                         ship_sidebar_entry_get_row (self->entry)->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->rename),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Title of the Session"),
                                  -1);
  g_signal_connect_object (self->rename, "activate", G_CALLBACK (rename_activated_cb), self, 0);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (rename_key_cb), self, 0);
  g_signal_connect_object (focus, "leave", G_CALLBACK (rename_left_cb), self, 0);
  gtk_widget_add_controller (self->rename, keys);
  gtk_widget_add_controller (self->rename, focus);
  gtk_widget_set_visible (self->title, FALSE);
  gtk_box_prepend (GTK_BOX (self->line), self->rename);
  gtk_widget_grab_focus (self->rename);
}

/* --- the widget --- */

static void
more_cb (GtkButton *button, ShipSidebarRow *self)
{
  if (self->entry != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self),
                                "sidebar.menu",
                                "s",
                                ship_sidebar_entry_get_row (self->entry)->id);
}

/* A press on the heading is none on the session below it. */
static void
heading_pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

void
ship_sidebar_row_set_entry (ShipSidebarRow *self, ShipSidebarEntry *entry)
{
  g_return_if_fail (SHIP_IS_SIDEBAR_ROW (self));

  end_rename (self);
  if (self->entry != NULL)
    g_signal_handlers_disconnect_by_data (self->entry, self);
  g_set_object (&self->entry, entry);
  if (entry == NULL)
    return;

  g_signal_connect_object (entry, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

ShipSidebarEntry *
ship_sidebar_row_get_entry (ShipSidebarRow *self)
{
  g_return_val_if_fail (SHIP_IS_SIDEBAR_ROW (self), NULL);

  return self->entry;
}

GtkWidget *
ship_sidebar_row_get_menu_anchor (ShipSidebarRow *self)
{
  g_return_val_if_fail (SHIP_IS_SIDEBAR_ROW (self), NULL);

  return self->more;
}

static GtkWidget *
new_label (const char *first_class, const char *second_class, gboolean is_wide)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), is_wide ? 0 : 1);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, is_wide);
  if (is_wide)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (first_class != NULL)
    gtk_widget_add_css_class (label, first_class);
  if (second_class != NULL)
    gtk_widget_add_css_class (label, second_class);

  return label;
}

static void
ship_sidebar_row_dispose (GObject *object)
{
  ShipSidebarRow *self = SHIP_SIDEBAR_ROW (object);

  if (self->box != NULL)
    ship_sidebar_row_set_entry (self, NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_sidebar_row_parent_class)->dispose (object);
}

static void
ship_sidebar_row_class_init (ShipSidebarRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_sidebar_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "sessionrow");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
new_heading (void)
{
  GtkWidget  *heading = new_label ("sidebar-heading", NULL, TRUE);
  GtkGesture *press = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), 0);
  g_signal_connect (press, "pressed", G_CALLBACK (heading_pressed_cb), NULL);
  gtk_widget_add_controller (heading, GTK_EVENT_CONTROLLER (press));
  gtk_widget_set_visible (heading, FALSE);

  return heading;
}

static GtkWidget *
new_more (ShipSidebarRow *self)
{
  GtkWidget *more = gtk_button_new_from_icon_name ("view-more-symbolic");

  gtk_widget_set_focusable (more, FALSE);
  gtk_widget_set_focus_on_click (more, FALSE);
  gtk_widget_set_valign (more, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (more, "flat");
  gtk_widget_add_css_class (more, "more");
  gtk_widget_set_tooltip_text (more, _ ("More"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (more),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More"),
                                  -1);
  g_signal_connect_object (more, "clicked", G_CALLBACK (more_cb), self, 0);

  return more;
}

static void
ship_sidebar_row_init (ShipSidebarRow *self)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *second = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->heading = new_heading ();
  self->icon = ship_status_icon_new ();
  self->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->title = new_label (NULL, NULL, TRUE);
  self->unread = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->requests = new_label ("caption", "requests", FALSE);
  self->time = new_label ("caption", "dim-label", FALSE);
  self->detail = new_label ("caption", "dim-label", TRUE);
  self->draft = gtk_image_new_from_icon_name ("document-edit-symbolic");
  self->cost = new_label ("caption", "dim-label", FALSE);
  self->more = new_more (self);
  gtk_widget_add_css_class (card, "session-card");
  gtk_widget_add_css_class (self->cost, "numeric");
  gtk_widget_add_css_class (self->time, "numeric");
  gtk_widget_add_css_class (self->unread, "unread-dot");
  gtk_widget_set_valign (self->unread, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->unread, _ ("Unread"));
  gtk_image_set_pixel_size (GTK_IMAGE (self->draft), 12);
  gtk_widget_add_css_class (self->draft, "dim-label");
  gtk_widget_set_tooltip_text (self->draft, _ ("Something is written and not sent"));
  gtk_widget_set_visible (self->draft, FALSE);
  gtk_widget_set_tooltip_text (self->requests, _ ("What it asks"));
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (self->line), self->title);
  gtk_box_append (GTK_BOX (self->line), self->requests);
  gtk_box_append (GTK_BOX (self->line), self->unread);
  gtk_box_append (GTK_BOX (self->line), self->time);
  gtk_box_append (GTK_BOX (second), self->detail);
  gtk_box_append (GTK_BOX (second), self->draft);
  gtk_box_append (GTK_BOX (second), self->cost);
  gtk_box_append (GTK_BOX (lines), self->line);
  gtk_box_append (GTK_BOX (lines), second);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (card), self->icon);
  gtk_box_append (GTK_BOX (card), lines);
  gtk_box_append (GTK_BOX (card), self->more);
  gtk_box_append (GTK_BOX (self->box), self->heading);
  gtk_box_append (GTK_BOX (self->box), card);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_sidebar_row_new (void)
{
  return g_object_new (SHIP_TYPE_SIDEBAR_ROW, NULL);
}

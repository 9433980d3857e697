/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-sidebar.h"

#include "client/ship-session-list.h"
#include "shell/ship-sidebar-commands.h"
#include "shell/ship-sidebar-menu.h"
#include "shell/ship-sidebar-model.h"
#include "shell/ship-sidebar-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/*
 * Two models over two lists, of which the second one, of what is archived, is made when it is first
 * looked at. The list view goes from one to the other.
 *
 * The texts that say how long ago something was are made anew by one timer, which runs only while
 * the sidebar is mapped, and not before the first of them changes.
 */

struct _ShipSidebar
{
  GtkWidget            parent_instance;
  ShipPaths           *paths;    /* (owned) */
  ShipSidebarModel    *current;  /* (owned) */
  ShipSidebarModel    *archived; /* (owned) (nullable) */
  ShipSessionList     *archive;  /* (owned) (nullable): what archived is over */
  ShipSidebarModel    *model;    /* (unowned): the one of the two that is shown */
  ShipSidebarCommands *commands; /* (owned) */
  ShipDrafts          *drafts;   /* (owned) */
  GtkWidget           *box;      /* (unowned): the only child */
  GtkWidget           *search;   /* (unowned) */
  GtkWidget           *stack;    /* (unowned): the list, or why there is none */
  GtkWidget           *scroller; /* (unowned) */
  GtkWidget           *list;     /* (unowned) */
  GtkWidget           *empty;    /* (unowned) */
  GtkWidget           *start;    /* (unowned): on the empty page */
  GtkWidget           *turn;     /* (unowned): to what is archived, and back */
  GtkWidget           *content;  /* (unowned): of turn */
  guint                timer;
};

typedef enum
{
  PROP_N_NEEDING = 1,
} ShipSidebarProperty;

enum
{
  OPENED,
  N_SIGNALS
};

static GParamSpec *properties[PROP_N_NEEDING + 1];
static guint       signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipSidebar, ship_sidebar, GTK_TYPE_WIDGET)

static void
open_session (ShipSidebar *self, const char *id)
{
  g_autofree char *copy = g_strdup (id); /* the row may be replaced meanwhile */

  g_signal_emit (self, signals[OPENED], 0, copy);
}

/* --- rows --- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  gtk_list_item_set_child (list_item, ship_sidebar_row_new ());
}

static void
mark_draft (ShipSidebar *self, ShipSidebarRow *row)
{
  const char *id = ship_sidebar_entry_get_row (ship_sidebar_row_get_entry (row))->id;

  ship_sidebar_row_set_draft (row, ship_drafts_get (self->drafts, id) != NULL);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, ShipSidebar *self)
{
  ShipSidebarRow *row = SHIP_SIDEBAR_ROW (gtk_list_item_get_child (list_item));

  ship_sidebar_row_set_entry (row, gtk_list_item_get_item (list_item));
  mark_draft (self, row);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  ship_sidebar_row_set_entry (SHIP_SIDEBAR_ROW (gtk_list_item_get_child (list_item)), NULL);
}

/* The rows that there are widgets for, that is those in sight and some more. (nullable) */
static ShipSidebarRow *
find_row (ShipSidebar *self, const char *id)
{
  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget        *row = gtk_widget_get_first_child (item);
      ShipSidebarEntry *entry =
        SHIP_IS_SIDEBAR_ROW (row) ? ship_sidebar_row_get_entry (SHIP_SIDEBAR_ROW (row)) : NULL;

      if (entry != NULL && g_str_equal (ship_sidebar_entry_get_row (entry)->id, id))
        return SHIP_SIDEBAR_ROW (row);
    }

  return NULL;
}

static void
mark_drafts (ShipSidebar *self)
{
  for (GtkWidget *item = self->list != NULL ? gtk_widget_get_first_child (self->list) : NULL;
       item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (SHIP_IS_SIDEBAR_ROW (row) && ship_sidebar_row_get_entry (SHIP_SIDEBAR_ROW (row)) != NULL)
        mark_draft (self, SHIP_SIDEBAR_ROW (row));
    }
}

static void
draft_cb (ShipDrafts *drafts, const char *session, ShipSidebar *self)
{
  ShipSidebarRow *row = self->list != NULL ? find_row (self, session) : NULL;

  if (row != NULL)
    mark_draft (self, row);
}

/* (nullable): the row the keyboard is on */
static ShipSidebarRow *
get_focused (ShipSidebar *self)
{
  GtkWidget *focus = gtk_widget_get_focus_child (self->list);
  GtkWidget *row = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  return SHIP_IS_SIDEBAR_ROW (row) ? SHIP_SIDEBAR_ROW (row) : NULL;
}

/* (transfer full) (nullable) */
static ShipSidebarEntry *
find_entry (ShipSidebar *self, const char *id)
{
  GListModel *model = G_LIST_MODEL (self->model);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (ShipSidebarEntry) entry = g_list_model_get_item (model, i);

      if (g_str_equal (ship_sidebar_entry_get_row (entry)->id, id))
        return g_steal_pointer (&entry);
    }

  return NULL;
}

static void
focus_list (ShipSidebar *self)
{
  GtkWidget *first = gtk_widget_get_first_child (self->list);

  if (first != NULL)
    gtk_widget_grab_focus (first);
}

/* --- time --- */

static void tick (ShipSidebar *self);

static gboolean
timer_cb (gpointer user_data)
{
  ShipSidebar *self = user_data;

  self->timer = 0;
  tick (self);

  return G_SOURCE_REMOVE;
}

static void
tick (ShipSidebar *self)
{
  guint seconds;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  seconds = ship_sidebar_model_refresh (self->model);
  if (seconds > 0)
    self->timer = g_timeout_add_seconds (seconds, timer_cb, self);
}

static void
ship_sidebar_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ship_sidebar_parent_class)->map (widget);
  tick (SHIP_SIDEBAR (widget));
}

static void
ship_sidebar_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ship_sidebar_parent_class)->unmap (widget);
  tick (SHIP_SIDEBAR (widget));
}

/* --- what there is --- */

static void
update_empty (ShipSidebar *self)
{
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->model)) == 0;
  gboolean is_searching = gtk_editable_get_text (GTK_EDITABLE (self->search))[0] != '\0';
  gboolean is_archive = self->model == self->archived;

  gtk_stack_set_visible_child (GTK_STACK (self->stack), is_empty ? self->empty : self->scroller);
  if (!is_empty)
    return;
  gtk_widget_set_visible (self->start, !is_searching && !is_archive);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->empty),
                                 is_searching ? "system-search-symbolic"
                                 : is_archive ? "folder-symbolic"
                                              : "document-edit-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (self->empty),
                             is_searching ? _ ("Nothing Found")
                             : is_archive ? _ ("Nothing Archived")
                                          : _ ("No Sessions Yet"));
  adw_status_page_set_description (
    ADW_STATUS_PAGE (self->empty),
    is_searching ? _ ("Titles, repositories and branches are searched.")
    : is_archive ? _ ("What you archive is kept here, with all its work.")
                 : _ ("Say what should be done, and an agent begins."));
}

static void
model_changed_cb (GListModel *model, guint position, guint removed, guint added, ShipSidebar *self)
{
  update_empty (self);
  if (self->timer == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)) && added > 0)
    self->timer = g_timeout_add_seconds (60, timer_cb, self);
}

static void
needing_cb (ShipSidebarModel *model, GParamSpec *pspec, ShipSidebar *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_NEEDING]);
}

static void
search_cb (GtkSearchEntry *entry, ShipSidebar *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  ship_sidebar_model_set_search (self->current, text);
  if (self->archived != NULL)
    ship_sidebar_model_set_search (self->archived, text);
  update_empty (self);
}

static void
archive_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_session_list_load_finish (SHIP_SESSION_LIST (object), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("What is archived could not be read: %s", error->message);
}

static void
make_archive (ShipSidebar *self)
{
  self->archive = ship_session_list_new (self->paths);
  ship_session_list_set_scope (self->archive, SHIP_SESSION_LIST_ARCHIVED);
  self->archived = ship_sidebar_model_new (G_LIST_MODEL (self->archive));
  ship_sidebar_commands_add_model (self->commands, self->archived);
  ship_sidebar_model_set_search (self->archived,
                                 gtk_editable_get_text (GTK_EDITABLE (self->search)));
  g_signal_connect_object (self->archived, "items-changed", G_CALLBACK (model_changed_cb), self, 0);
  ship_session_list_load_async (self->archive, NULL, archive_loaded_cb, NULL);
}

static void
show_archive (ShipSidebar *self, gboolean is_archive)
{
  if (is_archive && self->archived == NULL)
    make_archive (self);
  self->model = is_archive ? self->archived : self->current;
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (self->model));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_archive ? _ ("Archived Sessions") : _ ("Sessions"),
                                  -1);
  adw_button_content_set_label (ADW_BUTTON_CONTENT (self->content),
                                is_archive ? _ ("Back to the Sessions") : _ ("Archived Sessions"));
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (self->content),
                                    is_archive ? "go-previous-symbolic" : "folder-symbolic");
  update_empty (self);
  tick (self);
}

static void
turn_cb (GtkButton *button, ShipSidebar *self)
{
  show_archive (self, self->model == self->current);
}

/* --- actions, each of one session --- */

static void
session_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipSidebar *self = SHIP_SIDEBAR (widget);
  const char  *id = g_variant_get_string (parameter, NULL);
  g_autoptr (ShipSidebarEntry) entry = find_entry (self, id);
  const ShipIndexRow *row = entry != NULL ? ship_sidebar_entry_get_row (entry) : NULL;

  if (row == NULL)
    return;
  if (g_str_equal (name, "sidebar.open"))
    open_session (self, id);
  else if (g_str_equal (name, "sidebar.copy-branch"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), row->branch);
  else if (g_str_equal (name, "sidebar.mark-read"))
    ship_sidebar_commands_set_seen (self->commands, id, TRUE);
  else if (g_str_equal (name, "sidebar.mark-unread"))
    ship_sidebar_commands_set_seen (self->commands, id, FALSE);
  else if (g_str_equal (name, "sidebar.stop"))
    ship_sidebar_commands_stop (self->commands, id);
  else if (g_str_equal (name, "sidebar.archive"))
    ship_sidebar_commands_archive (self->commands, id, row->title, TRUE);
  else if (g_str_equal (name, "sidebar.restore"))
    ship_sidebar_commands_archive (self->commands, id, row->title, FALSE);
  else if (g_str_equal (name, "sidebar.delete"))
    ship_sidebar_commands_delete (self->commands, id, row->title);
}

static void
set_title_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *id;
  const char *title;

  g_variant_get (parameter, "(&s&s)", &id, &title);
  ship_sidebar_commands_set_title (SHIP_SIDEBAR (widget)->commands, id, title);
}

typedef struct
{
  ShipSidebar *self; /* (owned) */
  char        *id;   /* (owned) */
} Rename;

static void
rename_free (gpointer data)
{
  Rename *rename = data;

  g_object_unref (rename->self);
  g_free (rename->id);
  g_free (rename);
}

static gboolean
rename_cb (gpointer user_data)
{
  Rename         *rename = user_data;
  ShipSidebarRow *row = rename->self->list != NULL ? find_row (rename->self, rename->id) : NULL;

  if (row != NULL)
    ship_sidebar_row_rename (row);

  return G_SOURCE_REMOVE;
}

/* A menu that closes gives the focus back; only then can it be taken. */
static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  Rename *rename = g_new0 (Rename, 1);

  rename->self = g_object_ref (SHIP_SIDEBAR (widget));
  rename->id = g_variant_dup_string (parameter, NULL);
  g_idle_add_full (G_PRIORITY_LOW, rename_cb, rename, rename_free);
}

static void
popup_at (ShipSidebar *self, ShipSidebarRow *row, GtkWidget *anchor)
{
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (anchor, GTK_WIDGET (self), &bounds))
    return;
  ship_sidebar_menu_popup (GTK_WIDGET (self),
                           ship_sidebar_row_get_entry (row),
                           &(GdkRectangle){ (int) bounds.origin.x,
                                            (int) bounds.origin.y,
                                            (int) bounds.size.width,
                                            (int) bounds.size.height });
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipSidebar    *self = SHIP_SIDEBAR (widget);
  ShipSidebarRow *row = find_row (self, g_variant_get_string (parameter, NULL));

  if (row != NULL)
    popup_at (self, row, ship_sidebar_row_get_menu_anchor (row));
}

/* --- what the user does --- */

static void
activated_cb (GtkListView *list, guint position, ShipSidebar *self)
{
  g_autoptr (ShipSidebarEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  if (entry != NULL)
    open_session (self, ship_sidebar_entry_get_row (entry)->id);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, ShipSidebar *self)
{
  GtkWidget *picked = gtk_widget_pick (self->list, x, y, GTK_PICK_DEFAULT);
  GtkWidget *row = picked != NULL ? gtk_widget_get_ancestor (picked, SHIP_TYPE_SIDEBAR_ROW) : NULL;
  double     sidebar_x;
  double     sidebar_y;

  if (row == NULL || ship_sidebar_row_get_entry (SHIP_SIDEBAR_ROW (row)) == NULL)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_translate_coordinates (self->list, GTK_WIDGET (self), x, y, &sidebar_x, &sidebar_y);
  ship_sidebar_menu_popup (GTK_WIDGET (self),
                           ship_sidebar_row_get_entry (SHIP_SIDEBAR_ROW (row)),
                           &(GdkRectangle){ (int) sidebar_x, (int) sidebar_y, 1, 1 });
}

static gboolean
list_key_cb (GtkEventControllerKey *controller,
             guint                  keyval,
             guint                  keycode,
             GdkModifierType        modifiers,
             ShipSidebar           *self)
{
  ShipSidebarRow *row = get_focused (self);
  GtkWidget      *focus = gtk_root_get_focus (gtk_widget_get_root (self->list));
  const char     *id;
  GdkModifierType held = modifiers & gtk_accelerator_get_default_mod_mask ();
  gboolean        is_menu =
    (keyval == GDK_KEY_Menu && held == 0) || (keyval == GDK_KEY_F10 && held == GDK_SHIFT_MASK);

  /* What is written into a title is none of these. */
  if (row == NULL || ship_sidebar_row_get_entry (row) == NULL || GTK_IS_TEXT (focus))
    return GDK_EVENT_PROPAGATE;
  id = ship_sidebar_entry_get_row (ship_sidebar_row_get_entry (row))->id;
  if (is_menu)
    popup_at (self, row, ship_sidebar_row_get_menu_anchor (row));
  else if ((keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete) && held == 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "sidebar.delete", "s", id);
  else
    return GDK_EVENT_PROPAGATE;

  return GDK_EVENT_STOP;
}

static gboolean
search_key_cb (GtkEventControllerKey *controller,
               guint                  keyval,
               guint                  keycode,
               GdkModifierType        modifiers,
               ShipSidebar           *self)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  focus_list (self);

  return GDK_EVENT_STOP;
}

static void
search_activated_cb (GtkSearchEntry *entry, ShipSidebar *self)
{
  /* What was typed a moment ago has not been searched for yet. */
  search_cb (entry, self);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    activated_cb (GTK_LIST_VIEW (self->list), 0, self);
}

static void
search_stopped_cb (GtkSearchEntry *entry, ShipSidebar *self)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  focus_list (self);
}

/* --- the widget --- */

static void
ship_sidebar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((ShipSidebarProperty) id)
    {
    case PROP_N_NEEDING:
      g_value_set_uint (value, ship_sidebar_get_n_needing (SHIP_SIDEBAR (object)));
      break;
    }
}

static void
archive_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_session_list_close_finish (SHIP_SESSION_LIST (object), result, &error))
    g_warning ("What is archived was not closed well: %s", error->message);
}

static void
ship_sidebar_dispose (GObject *object)
{
  ShipSidebar *self = SHIP_SIDEBAR (object);
  GtkWidget   *child;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->commands != NULL)
    ship_sidebar_commands_flush (self->commands);
  g_clear_object (&self->commands);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  self->list = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child); /* a menu that is open */
  g_clear_object (&self->archived);
  if (self->archive != NULL)
    ship_session_list_close_async (self->archive, archive_closed_cb, NULL);
  g_clear_object (&self->archive);
  if (self->current != NULL)
    g_signal_handlers_disconnect_by_data (self->current, self);

  G_OBJECT_CLASS (ship_sidebar_parent_class)->dispose (object);
}

static void
ship_sidebar_finalize (GObject *object)
{
  ShipSidebar *self = SHIP_SIDEBAR (object);

  g_clear_object (&self->current);
  g_clear_object (&self->drafts);
  g_clear_pointer (&self->paths, ship_paths_unref);

  G_OBJECT_CLASS (ship_sidebar_parent_class)->finalize (object);
}

static void
ship_sidebar_class_init (ShipSidebarClass *klass)
{
  static const char *const names[] = {
    "sidebar.open", "sidebar.copy-branch", "sidebar.mark-read", "sidebar.mark-unread",
    "sidebar.stop", "sidebar.archive",     "sidebar.restore",   "sidebar.delete",
  };
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ship_sidebar_get_property;
  object_class->dispose = ship_sidebar_dispose;
  object_class->finalize = ship_sidebar_finalize;
  widget_class->map = ship_sidebar_map;
  widget_class->unmap = ship_sidebar_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    gtk_widget_class_install_action (widget_class, names[i], "s", session_action);
  gtk_widget_class_install_action (widget_class, "sidebar.rename", "s", rename_action);
  gtk_widget_class_install_action (widget_class, "sidebar.menu", "s", menu_action);
  gtk_widget_class_install_action (widget_class, "sidebar.set-title", "(ss)", set_title_action);

  properties[PROP_N_NEEDING] =
    g_param_spec_uint ("n-needing",
                       NULL,
                       NULL,
                       0,
                       G_MAXUINT,
                       0,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[OPENED] = g_signal_new ("opened",
                                  SHIP_TYPE_SIDEBAR,
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
ship_sidebar_init (ShipSidebar *self)
{
}

static void
make_search (ShipSidebar *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->search = gtk_search_entry_new ();
  gtk_widget_add_css_class (self->search, "sidebar-search");
  g_object_set (self->search, "placeholder-text", _ ("Search Sessions"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search Sessions"),
                                  -1);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (search_key_cb), self, 0);
  gtk_widget_add_controller (self->search, keys);
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (search_cb), self, 0);
  g_signal_connect_object (self->search, "activate", G_CALLBACK (search_activated_cb), self, 0);
  g_signal_connect_object (self->search, "stop-search", G_CALLBACK (search_stopped_cb), self, 0);
}

static void
make_list (ShipSidebar *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture         *press = gtk_gesture_click_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  self->list = gtk_list_view_new (NULL, factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activated_cb), self, 0);
  /* Before the search gets what is typed here: Shift+F10 would open its own menu. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (list_key_cb), self, 0);
  gtk_widget_add_controller (self->list, keys);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (press, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (press));
  /* What is typed into the list is searched for. */
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->search), self->list);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
}

static void
make_empty (ShipSidebar *self)
{
  self->empty = adw_status_page_new ();
  gtk_widget_add_css_class (self->empty, "compact");
  self->start = gtk_button_new_with_label (_ ("New Session"));
  gtk_widget_add_css_class (self->start, "pill");
  gtk_widget_set_halign (self->start, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->start), "win.new-session");
  adw_status_page_set_child (ADW_STATUS_PAGE (self->empty), self->start);
}

GtkWidget *
ship_sidebar_new (ShipPaths *paths, GListModel *sessions, ShipDrafts *drafts)
{
  ShipSidebar *self = g_object_new (SHIP_TYPE_SIDEBAR, NULL);

  self->paths = ship_paths_ref (paths);
  self->drafts = g_object_ref (drafts);
  self->current = ship_sidebar_model_new (sessions);
  self->commands = ship_sidebar_commands_new (paths, GTK_WIDGET (self));
  ship_sidebar_commands_add_model (self->commands, self->current);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->stack = gtk_stack_new ();
  self->turn = gtk_button_new ();
  self->content = adw_button_content_new ();
  make_search (self);
  make_list (self);
  make_empty (self);
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_child (GTK_STACK (self->stack), self->scroller);
  gtk_stack_add_child (GTK_STACK (self->stack), self->empty);
  gtk_widget_set_halign (self->content, GTK_ALIGN_START);
  gtk_button_set_child (GTK_BUTTON (self->turn), self->content);
  gtk_widget_add_css_class (self->turn, "flat");
  gtk_widget_add_css_class (self->turn, "sidebar-turn");
  g_signal_connect_object (self->turn, "clicked", G_CALLBACK (turn_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), self->search);
  gtk_box_append (GTK_BOX (self->box), self->stack);
  gtk_box_append (GTK_BOX (self->box), self->turn);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (self->current, "items-changed", G_CALLBACK (model_changed_cb), self, 0);
  g_signal_connect_object (self->current, "notify::n-needing", G_CALLBACK (needing_cb), self, 0);
  g_signal_connect_object (drafts, "changed", G_CALLBACK (draft_cb), self, 0);
  g_signal_connect_object (drafts,
                           "notify::is-loaded",
                           G_CALLBACK (mark_drafts),
                           self,
                           G_CONNECT_SWAPPED);
  show_archive (self, FALSE);

  return GTK_WIDGET (self);
}

void
ship_sidebar_select (ShipSidebar *self, const char *session_id)
{
  g_return_if_fail (SHIP_IS_SIDEBAR (self));

  ship_sidebar_model_set_opened (self->current, session_id);
  if (self->archived != NULL)
    ship_sidebar_model_set_opened (self->archived, session_id);
}

void
ship_sidebar_focus_search (ShipSidebar *self)
{
  g_return_if_fail (SHIP_IS_SIDEBAR (self));

  gtk_widget_grab_focus (self->search);
}

guint
ship_sidebar_get_n_needing (ShipSidebar *self)
{
  g_return_val_if_fail (SHIP_IS_SIDEBAR (self), 0);

  return ship_sidebar_model_get_n_needing (self->current);
}

gboolean
ship_sidebar_rename_focused (ShipSidebar *self)
{
  GtkRoot        *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget      *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  ShipSidebarRow *row = NULL;

  g_return_val_if_fail (SHIP_IS_SIDEBAR (self), FALSE);

  if (focus != NULL && gtk_widget_is_ancestor (focus, self->list))
    row = get_focused (self);
  if (row == NULL || ship_sidebar_row_get_entry (row) == NULL)
    return FALSE;
  ship_sidebar_row_rename (row);

  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-window.h"

#include "base/ship-settings.h"
#include "onboarding/ship-new-session-page.h"
#include "shell/ship-palette-host.h"
#include "shell/ship-palette-source.h"
#include "shell/ship-session-frame.h"
#include "shell/ship-sidebar.h"
#include "widgets/ship-pane.h"

#include <glib/gi18n-lib.h>

struct _ShipWindow
{
  AdwApplicationWindow parent_instance;
  ShipPaths           *paths;     /* (owned) */
  ShipSessionList     *sessions;  /* (owned) */
  ShipModelList       *models;    /* (owned) */
  ShipDrafts          *drafts;    /* (owned) */
  GSettings           *settings;  /* (owned) */
  GtkOverlay          *overlay;   /* (unowned): for what lies over all */
  ShipClosing         *closing;   /* (owned) */
  AdwToastOverlay     *toasts;    /* (unowned) */
  AdwLeaflet          *leaflet;   /* (unowned) */
  GtkWidget           *side;      /* (unowned): the sidebar's pane */
  GtkWidget           *sidebar;   /* (unowned) */
  GtkWidget           *side_box;  /* (unowned): the sidebar with its header */
  GtkWidget           *content;   /* (unowned): the pages, each with its header */
  GtkStack            *pages;     /* (unowned) */
  GtkWidget           *start_box; /* (unowned): the start page with its header */
  GtkWidget           *start;     /* (unowned): a new session's page */
  GtkWidget           *frame;     /* (unowned) (nullable): of the session that is shown */
  GtkLabel            *needing;   /* (unowned): how many sessions need their user */
  ShipSessionItem     *item;      /* (owned) (nullable): of that session */
};

enum
{
  SHOWN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipWindow, ship_window, ADW_TYPE_APPLICATION_WINDOW)

static void
say (ShipWindow *self, const char *sentence)
{
  AdwToast        *toast;
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  toast = adw_toast_new (escaped);
  adw_toast_set_timeout (toast, 8);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* --- the session that is shown, in the list --- */

/* The title in the list of windows says first what waits. @title: what is shown */
static void
set_title (ShipWindow *self, const char *title)
{
  guint            n = ship_sidebar_get_n_needing (SHIP_SIDEBAR (self->sidebar));
  g_autofree char *counted = n > 0 ? g_strdup_printf ("(%u) %s", n, title) : NULL;
  g_autofree char *number = g_strdup_printf ("%u", n);
  g_autofree char *sentence = g_strdup_printf (
    g_dngettext (GETTEXT_PACKAGE, "%u session needs you", "%u sessions need you", n),
    n);

  gtk_window_set_title (GTK_WINDOW (self), counted != NULL ? counted : title);
  gtk_label_set_text (self->needing, number);
  gtk_widget_set_visible (GTK_WIDGET (self->needing), n > 0);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->needing), sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->needing),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sentence,
                                  -1);
}

static void
update_title (ShipWindow *self)
{
  const char *title =
    self->item != NULL ? ship_session_item_get_row (self->item)->title : _ ("Ship");

  set_title (self, title);
}

static void
item_changed_cb (ShipSessionItem *item, GParamSpec *pspec, ShipWindow *self)
{
  update_title (self);
}

static void
set_item (ShipWindow *self, ShipSessionItem *item)
{
  if (self->item == item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item != NULL)
    g_signal_connect_object (item, "notify::title", G_CALLBACK (item_changed_cb), self, 0);
}

/* The list may know the session only a moment after it was made, and may lose it when it is deleted
 * elsewhere. */
static void
find_item (ShipWindow *self)
{
  const char *id =
    self->frame != NULL ? ship_session_frame_get_id (SHIP_SESSION_FRAME (self->frame)) : NULL;
  g_autoptr (ShipSessionItem) found = NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sessions));

  for (guint i = 0; id != NULL && i < n && found == NULL; i++)
    {
      g_autoptr (ShipSessionItem) item = g_list_model_get_item (G_LIST_MODEL (self->sessions), i);

      if (g_str_equal (ship_session_item_get_row (item)->id, id))
        found = g_steal_pointer (&item);
    }
  set_item (self, found);
  if (self->frame != NULL)
    {
      ship_session_frame_set_item (SHIP_SESSION_FRAME (self->frame), found);
      ship_sidebar_select (SHIP_SIDEBAR (self->sidebar), id);
    }
  update_title (self);
  g_signal_emit (self, signals[SHOWN], 0);
}

static void
sessions_changed_cb (GListModel *sessions,
                     guint       position,
                     guint       removed,
                     guint       added,
                     ShipWindow *self)
{
  find_item (self);
}

static ShipSessionPage *
get_page (ShipWindow *self)
{
  return self->frame != NULL ? ship_session_frame_get_page (SHIP_SESSION_FRAME (self->frame))
                             : NULL;
}

/* --- what is shown --- */

static void
failed_cb (GtkWidget *page, const char *sentence, ShipWindow *self)
{
  say (self, sentence);
}

static void
drafts_trouble_cb (ShipDrafts *drafts, const GError *error, ShipWindow *self)
{
  g_autofree char *sentence =
    g_strdup_printf (_ ("What you write is not kept at the moment: %s"), error->message);

  say (self, sentence);
}

static void
drop_session (ShipWindow *self)
{
  if (self->frame != NULL)
    gtk_stack_remove (self->pages, self->frame);
  self->frame = NULL;
}

static void
models_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipWindow) self = SHIP_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_model_list_load_finish (SHIP_MODEL_LIST (object), result, &error))
    say (self, error->message);
  else if (self->models != NULL) /* it was not closed meanwhile */
    ship_new_session_page_choose_model (SHIP_NEW_SESSION_PAGE (self->start));
}

static void
show_start (ShipWindow *self)
{
  /* A key or a server may have come since. */
  ship_model_list_load_async (self->models, NULL, models_cb, g_object_ref (self));
  gtk_stack_set_visible_child (self->pages, self->start_box);
  drop_session (self);
  find_item (self);
  ship_sidebar_select (SHIP_SIDEBAR (self->sidebar), NULL);
  adw_leaflet_set_visible_child (self->leaflet, self->content);
  ship_new_session_page_focus (SHIP_NEW_SESSION_PAGE (self->start));
}

static void
open_session (ShipWindow *self, const char *id)
{
  GtkWidget *frame;

  adw_leaflet_set_visible_child (self->leaflet, self->content);
  if (self->frame != NULL &&
      g_str_equal (ship_session_frame_get_id (SHIP_SESSION_FRAME (self->frame)), id))
    return;

  frame = ship_session_frame_new (self->paths,
                                  self->models,
                                  self->drafts,
                                  self->settings,
                                  self->closing,
                                  id);
  g_object_bind_property (self->leaflet, "folded", frame, "is-folded", G_BINDING_SYNC_CREATE);
  gtk_stack_add_child (self->pages, frame);
  gtk_stack_set_visible_child (self->pages, frame);
  drop_session (self);
  self->frame = frame;
  find_item (self);
  ship_session_page_focus (get_page (self));
}

static void
opened_cb (ShipSidebar *sidebar, const char *id, ShipWindow *self)
{
  g_autofree char *copy = g_strdup (id); /* the row may be replaced meanwhile */

  open_session (self, copy);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipWindow) self = SHIP_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_session_list_load_finish (SHIP_SESSION_LIST (object), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, error->message);
}

static void
started_cb (ShipNewSessionPage *page,
            const char         *id,
            const char         *prompt,
            GVariant           *options,
            ShipWindow         *self)
{
  ship_session_list_load_async (self->sessions, NULL, listed_cb, g_object_ref (self));
  open_session (self, id);
  ship_session_page_send (get_page (self), prompt, options);
}

/* --- actions --- */

static void
new_session_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_start (SHIP_WINDOW (widget));
}

static void
rehearse_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipWindow *self = SHIP_WINDOW (widget);

  show_start (self);
  ship_new_session_page_rehearse (SHIP_NEW_SESSION_PAGE (self->start));
}

static void
open_session_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_session (SHIP_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipWindow *self = SHIP_WINDOW (widget);

  if (self->frame != NULL)
    ship_session_page_stop (get_page (self));
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipWindow *self = SHIP_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->side);
  ship_sidebar_focus_search (SHIP_SIDEBAR (self->sidebar));
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipWindow *self = SHIP_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->side);
}

static void
say_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  say (SHIP_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipWindow *self = SHIP_WINDOW (widget);

  if (ship_sidebar_rename_focused (SHIP_SIDEBAR (self->sidebar)) || self->frame == NULL)
    return;
  adw_leaflet_set_visible_child (self->leaflet, self->content);
  ship_session_frame_rename (SHIP_SESSION_FRAME (self->frame));
}

static void
palette_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipWindow     *self = SHIP_WINDOW (widget);
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  ship_palette_host_toggle (
    self->overlay,
    ship_palette_source_list (application, self->sessions, self->models, self->frame != NULL),
    self->settings);
}

/* The session's that is shown; else that of sessions to come. */
static void
use_model_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipWindow *self = SHIP_WINDOW (widget);
  const char *model = g_variant_get_string (parameter, NULL);

  if (self->frame != NULL)
    {
      ship_session_page_use_model (get_page (self), model);
      return;
    }
  g_settings_set_string (self->settings, SHIP_SETTING_DEFAULT_MODEL, model);
  ship_new_session_page_choose_model (SHIP_NEW_SESSION_PAGE (self->start));
}

static void
toggle_panel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipWindow *self = SHIP_WINDOW (widget);

  if (self->frame == NULL)
    return;
  adw_leaflet_set_visible_child (self->leaflet, self->content);
  ship_session_frame_toggle_panel (SHIP_SESSION_FRAME (self->frame));
}

/* --- the widget --- */

static void
ship_window_dispose (GObject *object)
{
  ShipWindow *self = SHIP_WINDOW (object);

  set_item (self, NULL);
  if (self->sessions != NULL)
    g_signal_handlers_disconnect_by_data (self->sessions, self);
  g_clear_object (&self->sessions);
  g_clear_object (&self->models);
  if (self->drafts != NULL)
    g_signal_handlers_disconnect_by_data (self->drafts, self);
  g_clear_object (&self->drafts);
  g_clear_object (&self->settings);
  g_clear_object (&self->closing);
  g_clear_pointer (&self->paths, ship_paths_unref);

  G_OBJECT_CLASS (ship_window_parent_class)->dispose (object);
}

/* Once, when it closes in whatever way: each change would be a write of the file. */
static void
ship_window_unmap (GtkWidget *widget)
{
  ShipWindow *self = SHIP_WINDOW (widget);
  int         width = 0;
  int         height = 0;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (width > 0 && height > 0)
    g_settings_set (self->settings, SHIP_SETTING_WINDOW_SIZE, "(ii)", width, height);
  g_settings_set_boolean (self->settings,
                          SHIP_SETTING_WINDOW_MAXIMIZED,
                          gtk_window_is_maximized (GTK_WINDOW (self)));

  GTK_WIDGET_CLASS (ship_window_parent_class)->unmap (widget);
}

static void
ship_window_class_init (ShipWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (SHIP_TYPE_PANE);
  G_OBJECT_CLASS (klass)->dispose = ship_window_dispose;
  widget_class->unmap = ship_window_unmap;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/ship/Ship/ui/shell/ship-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ShipWindow, overlay);
  gtk_widget_class_bind_template_child (widget_class, ShipWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ShipWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, ShipWindow, side);
  gtk_widget_class_bind_template_child (widget_class, ShipWindow, side_box);
  gtk_widget_class_bind_template_child (widget_class, ShipWindow, content);
  gtk_widget_class_bind_template_child (widget_class, ShipWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ShipWindow, needing);
  gtk_widget_class_bind_template_child (widget_class, ShipWindow, start_box);
  gtk_widget_class_install_action (widget_class, "win.new-session", NULL, new_session_action);
  gtk_widget_class_install_action (widget_class, "win.rehearse", NULL, rehearse_action);
  gtk_widget_class_install_action (widget_class, "win.open-session", "s", open_session_action);
  gtk_widget_class_install_action (widget_class, "win.stop", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "win.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "win.toggle-panel", NULL, toggle_panel_action);
  gtk_widget_class_install_action (widget_class, "win.palette", NULL, palette_action);
  gtk_widget_class_install_action (widget_class, "win.use-model", "s", use_model_action);
  gtk_widget_class_install_action (widget_class, "win.say", "s", say_action);

  signals[SHOWN] = g_signal_new ("shown",
                                 SHIP_TYPE_WINDOW,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 0);
}

static void
ship_window_init (ShipWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
restore_size (ShipWindow *self)
{
  int width;
  int height;

  g_settings_get (self->settings, SHIP_SETTING_WINDOW_SIZE, "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), MAX (width, 360), MAX (height, 360));
  if (g_settings_get_boolean (self->settings, SHIP_SETTING_WINDOW_MAXIMIZED))
    gtk_window_maximize (GTK_WINDOW (self));
  g_settings_bind (self->settings,
                   SHIP_SETTING_SIDEBAR_WIDTH,
                   self->side,
                   "width",
                   G_SETTINGS_BIND_DEFAULT);
}

GtkWidget *
ship_window_new (GtkApplication  *application,
                 ShipPaths       *paths,
                 ShipSessionList *sessions,
                 ShipModelList   *models,
                 ShipDrafts      *drafts,
                 GSettings       *settings,
                 ShipClosing     *closing)
{
  ShipWindow *self = g_object_new (SHIP_TYPE_WINDOW, "application", application, NULL);

  self->paths = ship_paths_ref (paths);
  self->sessions = g_object_ref (sessions);
  self->sidebar = ship_sidebar_new (paths, G_LIST_MODEL (sessions), drafts);
  gtk_widget_set_vexpand (self->sidebar, TRUE);
  gtk_box_append (GTK_BOX (self->side_box), self->sidebar);
  self->models = g_object_ref (models);
  self->drafts = g_object_ref (drafts);
  self->settings = g_object_ref (settings);
  self->closing = g_object_ref (closing);
  self->start =
    ship_new_session_page_new (paths, G_LIST_MODEL (sessions), models, drafts, settings);
  gtk_widget_set_vexpand (self->start, TRUE);
  gtk_box_append (GTK_BOX (self->start_box), self->start);
  g_signal_connect_object (drafts, "trouble", G_CALLBACK (drafts_trouble_cb), self, 0);
  g_signal_connect_object (self->sidebar, "opened", G_CALLBACK (opened_cb), self, 0);
  g_signal_connect_object (self->sidebar,
                           "notify::n-needing",
                           G_CALLBACK (update_title),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->start, "started", G_CALLBACK (started_cb), self, 0);
  g_signal_connect_object (self->start, "failed", G_CALLBACK (failed_cb), self, 0);
  g_signal_connect_object (sessions, "items-changed", G_CALLBACK (sessions_changed_cb), self, 0);
  gtk_widget_set_hexpand (self->side, FALSE); /* whatever is in it */
  restore_size (self);
  show_start (self);

  return GTK_WIDGET (self);
}

void
ship_window_open_session (ShipWindow *self, const char *id)
{
  g_return_if_fail (SHIP_IS_WINDOW (self));

  open_session (self, id);
}

const char *
ship_window_get_session_id (ShipWindow *self)
{
  g_return_val_if_fail (SHIP_IS_WINDOW (self), NULL);

  return self->frame != NULL ? ship_session_frame_get_id (SHIP_SESSION_FRAME (self->frame)) : NULL;
}

void
ship_window_say (ShipWindow *self, const char *sentence)
{
  g_return_if_fail (SHIP_IS_WINDOW (self));

  say (self, sentence);
}

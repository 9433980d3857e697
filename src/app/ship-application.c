/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-application.h"

#include "attention/ship-background.h"
#include "attention/ship-notifier.h"
#include "base/ship-settings.h"
#include "client/ship-drafts.h"
#include "client/ship-inbox.h"
#include "client/ship-session-list.h"
#include "client/ship-work-watch.h"
#include "preferences/ship-preferences-window.h"
#include "shell/ship-window.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

/*
 * What lives as long as the program, with or without a window: the two lists of the index, what
 * tells of them, and the drafts. Closed before the end, since each of them has a thread, and so has
 * what the windows still close behind them.
 *
 *   close_async -> settled_cb -> drafts_closed_cb -> list_closed_cb -> inbox_closed_cb -> (return)
 */

struct _ShipApplication
{
  AdwApplication   parent_instance;
  ShipPaths       *paths;      /* (owned) */
  ShipModelList   *models;     /* (owned) */
  GSettings       *settings;   /* (owned) */
  ShipSessionList *sessions;   /* (owned) (nullable): from start-up on, as all below */
  ShipInbox       *inbox;      /* (owned) (nullable) */
  ShipDrafts      *drafts;     /* (owned) (nullable) */
  ShipWorkWatch   *watch;      /* (owned) (nullable) */
  ShipNotifier    *notifier;   /* (owned) (nullable) */
  ShipBackground  *background; /* (owned) (nullable) */
  ShipClosing     *closing;    /* (owned) */
  guint            n_unread;   /* lists that have not been read for the first time */
};

G_DEFINE_FINAL_TYPE (ShipApplication, ship_application, ADW_TYPE_APPLICATION)

/* clang-format off */
static const struct { const char *action; const char *accelerators[3]; } shortcuts[] = {
  { "win.new-session",       { "<Control>n", NULL } },
  { "win.search",            { "<Control><Shift>f", NULL } },
  { "win.stop",              { "<Control>period", NULL } },
  { "win.back",              { "<Alt>Left", NULL } },
  { "win.rename",            { "F2", NULL } },
  { "win.palette",           { "<Control>k", NULL } },
  { "win.toggle-panel",      { "F9", NULL } },
  { "win.show-help-overlay", { "<Control>question", NULL } },
  { "app.preferences",       { "<Control>comma", NULL } },
  { "window.close",          { "<Control>w", NULL } },
  { "app.quit",              { "<Control>q", NULL } },
};
/* clang-format on */

/* A dialog of ours is a window of the program, too. (nullable) */
static GtkWindow *
get_window (ShipApplication *self)
{
  for (GList *window = gtk_application_get_windows (GTK_APPLICATION (self)); window != NULL;
       window = window->next)
    if (SHIP_IS_WINDOW (window->data))
      return window->data;

  return NULL;
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (get_window (SHIP_APPLICATION (user_data)),
                         "application-name",
                         _ ("Ship"),
                         "application-icon",
                         SHIP_APPLICATION_ID,
                         "version",
                         SHIP_VERSION,
                         "comments",
                         _ ("Agents that work in the background"),
                         "license-type",
                         GTK_LICENSE_GPL_3_0,
                         NULL);
}

/* There is one at most. */
static GtkWindow *
find_preferences (ShipApplication *self)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL;
       link = link->next)
    if (SHIP_IS_PREFERENCES_WINDOW (link->data))
      return link->data;
  return NULL;
}

static GtkWindow *
present_preferences (ShipApplication *self)
{
  GtkWindow *window = find_preferences (self);

  if (window == NULL)
    {
      window = GTK_WINDOW (
        ship_preferences_window_new (get_window (self), self->paths, self->settings, self->models));
      gtk_window_set_application (window, GTK_APPLICATION (self));
    }
  gtk_window_present (window);
  return window;
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  present_preferences (SHIP_APPLICATION (user_data));
}

static void
preferences_page_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = present_preferences (SHIP_APPLICATION (user_data));

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window),
                                                g_variant_get_string (parameter, NULL));
}

/* Ends when nothing has to be finished any more, such as what was deleted a moment ago. The window
 * where the key was pressed lives until GTK is done with the key: it must not look for one that is
 * gone by then. */
static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShipApplication *self = SHIP_APPLICATION (user_data);
  GList           *windows;

  ship_background_quit (self->background);
  while ((windows = gtk_application_get_windows (GTK_APPLICATION (self))) != NULL)
    {
      gtk_window_set_transient_for (windows->data, NULL);
      gtk_window_destroy (windows->data);
    }
}

/* From a notification, perhaps without a window. */
static void
open_session_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShipApplication *self = SHIP_APPLICATION (user_data);

  g_application_activate (G_APPLICATION (self));
  ship_window_open_session (SHIP_WINDOW (get_window (self)),
                            g_variant_get_string (parameter, NULL));
}

/* --- what there is, and what is told of it --- */

static void
first_reading (ShipApplication *self)
{
  if (--self->n_unread == 0)
    ship_notifier_begin (self->notifier);
  g_application_release (G_APPLICATION (self));
}

static void
apply_theme (ShipApplication *self)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK,
                                            ADW_COLOR_SCHEME_DEFAULT };
  guint theme = (guint) g_settings_get_enum (self->settings, SHIP_SETTING_THEME);

  g_return_if_fail (theme < G_N_ELEMENTS (schemes));
  adw_style_manager_set_color_scheme (adw_application_get_style_manager (ADW_APPLICATION (self)),
                                      schemes[theme]);
}

static void
theme_changed_cb (GSettings *settings, const char *key, ShipApplication *self)
{
  apply_theme (self);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipApplication) self = SHIP_APPLICATION (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_session_list_load_finish (SHIP_SESSION_LIST (object), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("The list of sessions could not be read: %s", error->message);
  first_reading (self);
}

static void
inbox_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipApplication) self = SHIP_APPLICATION (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_inbox_load_finish (SHIP_INBOX (object), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("What the sessions ask could not be read: %s", error->message);
  first_reading (self);
}

static void
reloaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_session_list_load_finish (SHIP_SESSION_LIST (object), result, &error))
    g_debug ("the list of sessions could not be read again: %s", error->message);
}

static void
inbox_reloaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_inbox_load_finish (SHIP_INBOX (object), result, &error))
    g_debug ("what the sessions ask could not be read again: %s", error->message);
}

/* A process that was killed writes nothing, so nothing else would have the lists read again. */
static void
lost_cb (ShipWorkWatch *watch, ShipApplication *self)
{
  ship_session_list_load_async (self->sessions, NULL, reloaded_cb, NULL);
  ship_inbox_load_async (self->inbox, NULL, inbox_reloaded_cb, NULL);
}

static void
failed_cb (ShipBackground *background, const char *sentence, ShipApplication *self)
{
  GtkWindow *window = get_window (self);

  if (window != NULL)
    ship_window_say (SHIP_WINDOW (window), sentence);
  else
    g_warning ("Not all agents were stopped: %s", sentence);
}

static void
drafts_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_drafts_load_finish (SHIP_DRAFTS (object), result, &error))
    g_warning ("The drafts could not be read: %s", error->message);
}

static void
start (ShipApplication *self)
{
  self->drafts = ship_drafts_new (self->paths);
  ship_drafts_load_async (self->drafts, NULL, drafts_loaded_cb, NULL);
  self->sessions = ship_session_list_new (self->paths);
  self->inbox = ship_inbox_new (self->paths);
  self->watch = ship_work_watch_new (self->paths, G_LIST_MODEL (self->sessions));
  self->notifier = ship_notifier_new (G_APPLICATION (self),
                                      self->paths,
                                      G_LIST_MODEL (self->sessions),
                                      G_LIST_MODEL (self->inbox),
                                      self->settings);
  self->background = ship_background_new (GTK_APPLICATION (self), self->watch, self->settings);
  g_signal_connect_object (self->watch, "lost", G_CALLBACK (lost_cb), self, 0);
  g_signal_connect_object (self->background, "failed", G_CALLBACK (failed_cb), self, 0);
  /* Without a window, only what is read says whether there is a reason to stay. */
  self->n_unread = 2;
  g_application_hold (G_APPLICATION (self));
  ship_session_list_load_async (self->sessions, NULL, loaded_cb, g_object_ref (self));
  g_application_hold (G_APPLICATION (self));
  ship_inbox_load_async (self->inbox, NULL, inbox_loaded_cb, g_object_ref (self));
}

static void
ship_application_startup (GApplication *application)
{
  ShipApplication   *self = SHIP_APPLICATION (application);
  const GActionEntry actions[] = {
    { "about", about_action, NULL, NULL, NULL, { 0 } },
    { "preferences", preferences_action, NULL, NULL, NULL, { 0 } },
    { "preferences-page", preferences_page_action, "s", NULL, NULL, { 0 } },
    { "quit", quit_action, NULL, NULL, NULL, { 0 } },
    { "open-session", open_session_action, "s", NULL, NULL, { 0 } },
  };

  G_APPLICATION_CLASS (ship_application_parent_class)->startup (application);

  gtk_source_init ();
  apply_theme (self);
  g_signal_connect_object (self->settings,
                           "changed::" SHIP_SETTING_THEME,
                           G_CALLBACK (theme_changed_cb),
                           self,
                           0);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self),
                                           shortcuts[i].action,
                                           shortcuts[i].accelerators);
  start (self);
}

/* --- the window --- */

static void
watched_cb (ShipApplication *self)
{
  GtkWindow *window = get_window (self);

  ship_notifier_set_watched (self->notifier,
                             window != NULL && gtk_window_is_active (window)
                               ? ship_window_get_session_id (SHIP_WINDOW (window))
                               : NULL);
}

static GtkWindow *
new_window (ShipApplication *self)
{
  GtkWidget *window = ship_window_new (GTK_APPLICATION (self),
                                       self->paths,
                                       self->sessions,
                                       self->models,
                                       self->drafts,
                                       self->settings,
                                       self->closing);

  g_signal_connect_object (window, "shown", G_CALLBACK (watched_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window,
                           "notify::is-active",
                           G_CALLBACK (watched_cb),
                           self,
                           G_CONNECT_SWAPPED);
  ship_background_attend (self->background, GTK_WINDOW (window));

  return GTK_WINDOW (window);
}

/* Nobody looks at anything any more. */
static void
ship_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  ShipApplication *self = SHIP_APPLICATION (application);

  g_signal_handlers_disconnect_by_func (window, watched_cb, self);
  GTK_APPLICATION_CLASS (ship_application_parent_class)->window_removed (application, window);
  if (get_window (self) == NULL)
    ship_notifier_set_watched (self->notifier, NULL);
}

static void
ship_application_activate (GApplication *application)
{
  ShipApplication *self = SHIP_APPLICATION (application);
  GtkWindow       *window = get_window (self);

  if (window == NULL)
    window = new_window (self);
  gtk_window_present (window);
}

/* --- the end --- */

static void
inbox_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_inbox_close_finish (SHIP_INBOX (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
list_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipApplication *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!ship_session_list_close_finish (SHIP_SESSION_LIST (object), result, &error))
    g_warning ("The list of sessions was not closed well: %s", error->message);
  ship_inbox_close_async (self->inbox, inbox_closed_cb, g_steal_pointer (&task));
}

/* What was typed last is written first. */
static void
drafts_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipApplication *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!ship_drafts_close_finish (SHIP_DRAFTS (object), result, &error))
    g_warning ("The drafts were not closed well: %s", error->message);
  ship_session_list_close_async (self->sessions, list_closed_cb, g_steal_pointer (&task));
}

static void
settled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipApplication *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!ship_closing_wait_finish (SHIP_CLOSING (object), result, &error))
    g_warning ("The windows were not closed well: %s", error->message);
  ship_drafts_close_async (self->drafts, drafts_closed_cb, g_steal_pointer (&task));
}

void
ship_application_close_async (ShipApplication    *self,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_return_if_fail (SHIP_IS_APPLICATION (self));

  g_task_set_source_tag (task, ship_application_close_async);
  if (self->sessions == NULL) /* another instance took the work over */
    g_task_return_boolean (task, TRUE);
  else
    ship_closing_wait_async (self->closing, settled_cb, g_steal_pointer (&task));
}

gboolean
ship_application_close_finish (ShipApplication *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_application_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ship_application_dispose (GObject *object)
{
  ShipApplication *self = SHIP_APPLICATION (object);

  g_clear_object (&self->background);
  g_clear_object (&self->notifier);
  g_clear_object (&self->watch);
  g_clear_object (&self->inbox);
  g_clear_object (&self->sessions);
  g_clear_object (&self->closing);
  g_clear_object (&self->drafts);
  g_clear_object (&self->models);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ship_application_parent_class)->dispose (object);
}

static void
ship_application_finalize (GObject *object)
{
  g_clear_pointer (&SHIP_APPLICATION (object)->paths, ship_paths_unref);

  G_OBJECT_CLASS (ship_application_parent_class)->finalize (object);
}

static void
ship_application_class_init (ShipApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_application_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_application_finalize;
  application_class->startup = ship_application_startup;
  application_class->activate = ship_application_activate;
  GTK_APPLICATION_CLASS (klass)->window_removed = ship_application_window_removed;
}

static void
ship_application_init (ShipApplication *self)
{
  self->closing = ship_closing_new ();
}

ShipApplication *
ship_application_new (ShipPaths *paths, ShipModelList *models, GSettings *settings)
{
  ShipApplication *self =
    g_object_new (SHIP_TYPE_APPLICATION, "application-id", SHIP_APPLICATION_ID, NULL);

  self->paths = ship_paths_ref (paths);
  self->models = g_object_ref (models);
  self->settings = g_object_ref (settings);

  return self;
}

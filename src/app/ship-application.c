/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-application.h"

#include "client/ship-session-list.h"
#include "shell/ship-window.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

struct _ShipApplication
{
  AdwApplication   parent_instance;
  ShipPaths       *paths;    /* (owned) */
  ShipModelList   *models;   /* (owned) */
  GSettings       *settings; /* (owned) */
  ShipSessionList *sessions; /* (owned) (nullable): from start-up on */
};

G_DEFINE_FINAL_TYPE (ShipApplication, ship_application, ADW_TYPE_APPLICATION)

/* clang-format off */
static const struct { const char *action; const char *accelerators[3]; } shortcuts[] = {
  { "win.new-session",       { "<Control>n", NULL } },
  { "win.search",            { "<Control><Shift>f", NULL } },
  { "win.stop",              { "<Control>period", NULL } },
  { "win.back",              { "<Alt>Left", NULL } },
  { "win.show-help-overlay", { "<Control>question", NULL } },
  { "window.close",          { "<Control>w", NULL } },
  { "app.quit",              { "<Control>q", NULL } },
};
/* clang-format on */

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (user_data)),
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

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_application_quit (G_APPLICATION (user_data));
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_session_list_load_finish (SHIP_SESSION_LIST (object), result, &error))
    g_warning ("The list of sessions could not be read: %s", error->message);
}

static void
ship_application_startup (GApplication *application)
{
  ShipApplication   *self = SHIP_APPLICATION (application);
  const GActionEntry actions[] = {
    { "about", about_action, NULL, NULL, NULL, { 0 } },
    { "quit", quit_action, NULL, NULL, NULL, { 0 } },
  };

  G_APPLICATION_CLASS (ship_application_parent_class)->startup (application);

  gtk_source_init ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self),
                                           shortcuts[i].action,
                                           shortcuts[i].accelerators);
  self->sessions = ship_session_list_new (self->paths);
  ship_session_list_load_async (self->sessions, NULL, loaded_cb, NULL);
}

static void
ship_application_activate (GApplication *application)
{
  ShipApplication *self = SHIP_APPLICATION (application);
  GtkWindow       *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    window = GTK_WINDOW (ship_window_new (GTK_APPLICATION (self),
                                          self->paths,
                                          self->sessions,
                                          self->models,
                                          self->settings));
  gtk_window_present (window);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_session_list_close_finish (SHIP_SESSION_LIST (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
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
    ship_session_list_close_async (self->sessions, closed_cb, g_steal_pointer (&task));
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

  g_clear_object (&self->sessions);
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
}

static void
ship_application_init (ShipApplication *self)
{
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

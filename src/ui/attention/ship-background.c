/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "attention/ship-background.h"

#include "base/ship-settings.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define LINGER_MS 3000

struct _ShipBackground
{
  GObject         parent_instance;
  GtkApplication *application; /* (unowned) */
  ShipWorkWatch  *watch;       /* (owned) */
  GSettings      *settings;    /* (owned) */
  GSimpleAction  *stop_all;    /* (owned) */
  guint           inhibition;  /* 0: none */
  gboolean        is_holding;
  gboolean        is_quitting;
};

enum
{
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipBackground, ship_background, G_TYPE_OBJECT)

/* --- staying, and keeping awake --- */

static void
update (ShipBackground *self)
{
  gboolean is_busy = ship_work_watch_get_n_busy (self->watch) > 0;
  gboolean is_wanted = is_busy && !self->is_quitting;
  gboolean is_working = ship_work_watch_get_n_working (self->watch) > 0 && !self->is_quitting;

  g_simple_action_set_enabled (self->stop_all, is_busy);
  if (is_working && self->inhibition == 0)
    self->inhibition = gtk_application_inhibit (self->application,
                                                NULL,
                                                GTK_APPLICATION_INHIBIT_SUSPEND,
                                                _ ("Agents are at work"));
  else if (!is_working && self->inhibition != 0)
    {
      gtk_application_uninhibit (self->application, self->inhibition);
      self->inhibition = 0;
    }
  if (is_wanted == self->is_holding)
    return;
  self->is_holding = is_wanted;
  /* What came of the work is in the list a moment after the work has ended. */
  g_application_set_inactivity_timeout (G_APPLICATION (self->application),
                                        self->is_quitting ? 0 : LINGER_MS);
  if (is_wanted)
    g_application_hold (G_APPLICATION (self->application));
  else
    g_application_release (G_APPLICATION (self->application));
}

/* --- stopping all --- */

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipBackground) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_work_watch_stop_all_finish (SHIP_WORK_WATCH (object), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, error->message);
  g_application_release (G_APPLICATION (self->application));
}

static void
stop_all (ShipBackground *self)
{
  g_application_hold (G_APPLICATION (self->application));
  ship_work_watch_stop_all_async (self->watch, NULL, stopped_cb, g_object_ref (self));
}

static void
confirmed_cb (AdwMessageDialog *dialog, const char *response, ShipBackground *self)
{
  if (g_str_equal (response, "stop"))
    stop_all (self);
}

static AdwMessageDialog *
new_dialog (GtkWindow *parent, const char *heading, const char *body)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));

  adw_message_dialog_add_responses (dialog, "cancel", _ ("Cancel"), "stop", _ ("Stop All"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "stop", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (dialog, "cancel");

  return dialog;
}

static char *
dup_count (ShipBackground *self)
{
  guint n = ship_work_watch_get_n_busy (self->watch);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%u session is at work or waits for you.",
                                       "%u sessions are at work or wait for you.",
                                       n),
                          n);
}

static void
stop_all_action (GSimpleAction *action, GVariant *parameter, ShipBackground *self)
{
  g_autofree char *count = dup_count (self);
  g_autofree char *body = g_strdup_printf (
    _ ("%s What they are doing now is not finished; their queues are kept and wait for you."),
    count);
  AdwMessageDialog *dialog = new_dialog (gtk_application_get_active_window (self->application),
                                         _ ("Stop All Agents?"),
                                         body);

  adw_message_dialog_set_default_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (confirmed_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- closing --- */

static gboolean
destroy_cb (gpointer window)
{
  gtk_window_destroy (GTK_WINDOW (window));

  return G_SOURCE_REMOVE;
}

/* The dialog goes with its window, but not while it says what was answered. */
static void
told_cb (AdwMessageDialog *dialog, const char *response, ShipBackground *self)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  if (g_str_equal (response, "cancel"))
    return;
  g_settings_set_boolean (self->settings, SHIP_SETTING_BACKGROUND_EXPLAINED, TRUE);
  if (g_str_equal (response, "stop"))
    stop_all (self);
  g_idle_add_full (G_PRIORITY_DEFAULT, destroy_cb, g_object_ref (window), g_object_unref);
}

static gboolean
close_request_cb (GtkWindow *window, ShipBackground *self)
{
  g_autofree char  *count = NULL;
  g_autofree char  *body = NULL;
  AdwMessageDialog *dialog;

  if (self->is_quitting || ship_work_watch_get_n_busy (self->watch) == 0 ||
      g_settings_get_boolean (self->settings, SHIP_SETTING_BACKGROUND_EXPLAINED))
    return GDK_EVENT_PROPAGATE;

  count = dup_count (self);
  body = g_strdup_printf (
    _ ("%s Closing the window does not stop them: you are told when one needs you or is done, and "
       "find everything here again."),
    count);
  dialog = new_dialog (window, _ ("Agents Go On in the Background"), body);
  adw_message_dialog_add_response (dialog, "close", _ ("Close the Window"));
  adw_message_dialog_set_response_appearance (dialog, "close", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "close");
  g_signal_connect_object (dialog, "response", G_CALLBACK (told_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));

  return GDK_EVENT_STOP;
}

void
ship_background_attend (ShipBackground *self, GtkWindow *window)
{
  g_return_if_fail (SHIP_IS_BACKGROUND (self));

  g_signal_connect_object (window, "close-request", G_CALLBACK (close_request_cb), self, 0);
}

void
ship_background_quit (ShipBackground *self)
{
  g_return_if_fail (SHIP_IS_BACKGROUND (self));

  self->is_quitting = TRUE;
  g_application_set_inactivity_timeout (G_APPLICATION (self->application), 0);
  update (self);
}

/* --- the object --- */

static void
ship_background_dispose (GObject *object)
{
  ShipBackground *self = SHIP_BACKGROUND (object);

  g_clear_object (&self->watch);
  g_clear_object (&self->settings);
  g_clear_object (&self->stop_all);

  G_OBJECT_CLASS (ship_background_parent_class)->dispose (object);
}

static void
ship_background_class_init (ShipBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_background_dispose;

  signals[FAILED] = g_signal_new ("failed",
                                  SHIP_TYPE_BACKGROUND,
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
ship_background_init (ShipBackground *self)
{
}

ShipBackground *
ship_background_new (GtkApplication *application, ShipWorkWatch *watch, GSettings *settings)
{
  ShipBackground *self = g_object_new (SHIP_TYPE_BACKGROUND, NULL);

  self->application = application;
  self->watch = g_object_ref (watch);
  self->settings = g_object_ref (settings);
  self->stop_all = g_simple_action_new ("stop-all", NULL);
  g_signal_connect_object (self->stop_all, "activate", G_CALLBACK (stop_all_action), self, 0);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (self->stop_all));
  g_signal_connect_object (watch, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return self;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-sidebar-commands.h"

#include "client/ship-session-archiver.h"
#include "client/ship-session-deletion.h"
#include "client/ship-session-handle.h"
#include "client/ship-session-losses.h"
#include "client/ship-session-seen.h"
#include "git/ship-git-rescue.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/*
 *   delete -> weighed_cb -> [ asked_cb ] -> hide -> the toast goes (undone, or) -> deleted_cb
 */

#define UNDO_SECONDS 8

struct _ShipSidebarCommands
{
  GObject    parent_instance;
  ShipPaths *paths;   /* (owned) */
  GPtrArray *models;  /* (owned) (element-type ShipSidebarModel) */
  GtkWidget *widget;  /* (unowned) (nullable): until it goes */
  AdwToast  *last;    /* (owned) (nullable): the last way back that was shown */
  GPtrArray *pending; /* (owned) (element-type Pending): deletions that can be taken back */
};

G_DEFINE_FINAL_TYPE (ShipSidebarCommands, ship_sidebar_commands, G_TYPE_OBJECT)

/* One session and what is done with it. Plain struct. */
typedef struct
{
  ShipSidebarCommands *self;    /* (owned) */
  char                *id;      /* (owned) */
  char                *title;   /* (owned) */
  GObject             *speaker; /* (owned) (nullable): of a call */
  gboolean             archived;
  gboolean             has_commits;
} Command;

static Command *
command_new (ShipSidebarCommands *self, const char *id, const char *title)
{
  Command *command = g_new0 (Command, 1);

  command->self = g_object_ref (self);
  command->id = g_strdup (id);
  command->title = g_strdup (title);

  return command;
}

static void
command_free (Command *command)
{
  g_object_unref (command->self);
  g_free (command->id);
  g_free (command->title);
  g_clear_object (&command->speaker);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Command, command_free)

/* --- saying --- */

/* @toast: (transfer full) */
static void
show (ShipSidebarCommands *self, AdwToast *toast)
{
  GtkWidget *overlay =
    self->widget != NULL ? gtk_widget_get_ancestor (self->widget, ADW_TYPE_TOAST_OVERLAY) : NULL;

  adw_toast_set_timeout (toast, UNDO_SECONDS);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
  else
    g_object_unref (toast);
}

/* One way back at a time: what was done before is settled. @toast: (transfer full) */
static void
show_undo (ShipSidebarCommands *self, AdwToast *toast)
{
  g_autoptr (AdwToast) last = g_steal_pointer (&self->last);

  if (last != NULL)
    adw_toast_dismiss (last);
  self->last = g_object_ref (toast);
  adw_toast_set_button_label (toast, _ ("Undo"));
  show (self, toast);
}

/* A toast's title is markup. @text: (transfer full). Returns: (transfer full) */
static AdwToast *
new_toast (char *text)
{
  g_autofree char *owned = text;
  g_autofree char *escaped = g_markup_escape_text (owned, -1);

  return adw_toast_new (escaped);
}

static void
complain (ShipSidebarCommands *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show (self, new_toast (g_strdup (error->message)));
}

/* --- calls --- */

static void
titled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    complain (command->self, error);
}

/* A title may go into the name of a branch, so it is for the session's process to set. */
void
ship_sidebar_commands_set_title (ShipSidebarCommands *self, const char *id, const char *title)
{
  Command           *command = command_new (self, id, title);
  ShipSessionHandle *handle = ship_session_handle_new (self->paths, id);

  command->speaker = G_OBJECT (handle);
  ship_session_handle_call_async (handle,
                                  "SetTitle",
                                  g_variant_new ("(s)", title),
                                  NULL,
                                  titled_cb,
                                  command);
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_session_client_call_finish (SHIP_SESSION_CLIENT (object), result, &error) &&
      !g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE))
    complain (command->self, error);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  g_autoptr (GError) error = NULL;

  if (ship_session_client_connect_finish (SHIP_SESSION_CLIENT (object), result, &error))
    ship_session_client_call_async (SHIP_SESSION_CLIENT (object),
                                    "Stop",
                                    NULL,
                                    NULL,
                                    stopped_cb,
                                    g_steal_pointer (&command));
  else if (!g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE))
    complain (command->self, error);
}

void
ship_sidebar_commands_stop (ShipSidebarCommands *self, const char *id)
{
  Command           *command = command_new (self, id, "");
  ShipSessionClient *client = ship_session_client_new (self->paths, id);

  command->speaker = G_OBJECT (client);
  ship_session_client_connect_async (client, FALSE, NULL, connected_cb, command);
}

static void
seen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_session_set_seen_finish (result, &error))
    complain (command->self, error);
}

void
ship_sidebar_commands_set_seen (ShipSidebarCommands *self, const char *id, gboolean is_seen)
{
  ship_session_set_seen_async (self->paths, id, is_seen, NULL, seen_cb, command_new (self, id, ""));
}

/* --- archiving --- */

static void
unarchive_cb (AdwToast *toast, Command *command)
{
  ship_sidebar_commands_archive (command->self, command->id, command->title, !command->archived);
}

static void
closure_free (gpointer command, GClosure *closure)
{
  command_free (command);
}

static void
archived_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  ShipSidebarCommands *self = command->self;
  g_autoptr (GError) error = NULL;
  AdwToast *toast;

  if (!ship_session_archive_finish (result, &error))
    {
      complain (self, error);
      return;
    }
  toast = new_toast (command->archived ? g_strdup_printf (_ ("“%s” was archived"), command->title)
                                       : g_strdup_printf (_ ("“%s” was restored"), command->title));
  g_signal_connect_data (toast,
                         "button-clicked",
                         G_CALLBACK (unarchive_cb),
                         g_steal_pointer (&command),
                         closure_free,
                         0);
  show_undo (self, toast);
}

void
ship_sidebar_commands_archive (ShipSidebarCommands *self,
                               const char          *id,
                               const char          *title,
                               gboolean             archived)
{
  Command *command = command_new (self, id, title);

  command->archived = archived;
  ship_session_archive_async (self->paths, id, archived, NULL, archived_cb, command);
}

/* --- deleting --- */

typedef struct
{
  char     *id;    /* (owned) */
  AdwToast *toast; /* (owned) */
} Pending;

static void
pending_free (Pending *pending)
{
  g_free (pending->id);
  g_object_unref (pending->toast);
  g_free (pending);
}

/* A deletion that was promised is kept, even if the last window goes. */
static void
hold (gboolean is_held)
{
  GApplication *application = g_application_get_default ();

  if (application != NULL && is_held)
    g_application_hold (application);
  else if (application != NULL)
    g_application_release (application);
}

static void
set_hidden (ShipSidebarCommands *self, const char *id, gboolean is_hidden)
{
  for (guint i = 0; i < self->models->len; i++)
    ship_sidebar_model_set_hidden (self->models->pdata[i], id, is_hidden);
}

static gboolean
is_opened (ShipSidebarCommands *self, const char *id)
{
  for (guint i = 0; i < self->models->len; i++)
    if (ship_sidebar_model_is_opened (self->models->pdata[i], id))
      return TRUE;

  return FALSE;
}

static void
deleted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_session_delete_finish (result, &error))
    {
      set_hidden (command->self, command->id, FALSE);
      complain (command->self, error);
    }
  hold (FALSE);
}

/* @pending: (transfer full) */
static void
carry_out (ShipSidebarCommands *self, Pending *pending)
{
  ship_session_delete_async (self->paths,
                             pending->id,
                             FALSE,
                             NULL,
                             deleted_cb,
                             command_new (self, pending->id, ""));
  pending_free (pending);
}

/* (transfer full) (nullable) */
static Pending *
take_pending (ShipSidebarCommands *self, AdwToast *toast)
{
  for (guint i = 0; i < self->pending->len; i++)
    if (((Pending *) self->pending->pdata[i])->toast == toast)
      return g_ptr_array_steal_index (self->pending, i);

  return NULL;
}

static void
undo_cb (AdwToast *toast, ShipSidebarCommands *self)
{
  Pending *pending = take_pending (self, toast);

  if (pending == NULL)
    return;
  set_hidden (self, pending->id, FALSE);
  pending_free (pending);
  hold (FALSE);
}

static void
dismissed_cb (AdwToast *toast, ShipSidebarCommands *self)
{
  Pending *pending = take_pending (self, toast);

  if (pending != NULL)
    carry_out (self, pending);
}

static void
hide (ShipSidebarCommands *self, const char *id, const char *title, gboolean has_commits)
{
  Pending *pending = g_new0 (Pending, 1);

  pending->id = g_strdup (id);
  pending->toast = new_toast (
    has_commits ? g_strdup_printf (_ ("“%s” was deleted, its commits are kept for a while"), title)
                : g_strdup_printf (_ ("“%s” was deleted"), title));
  g_object_ref (pending->toast);
  g_signal_connect_object (pending->toast, "button-clicked", G_CALLBACK (undo_cb), self, 0);
  g_signal_connect_object (pending->toast, "dismissed", G_CALLBACK (dismissed_cb), self, 0);
  g_ptr_array_add (self->pending, pending);
  hold (TRUE);
  if (self->widget != NULL && is_opened (self, id))
    gtk_widget_activate_action (self->widget, "win.new-session", NULL);
  set_hidden (self, id, TRUE);
  show_undo (self, pending->toast);
}

static gboolean
is_working (const ShipSessionLosses *losses)
{
  static const char *const quiet[] = { "hibernated", "idle", "failed", "holding", NULL };

  return losses->snapshot != NULL && !g_strv_contains (quiet, losses->snapshot->session->state);
}

/* What goes for good, a sentence each. */
static char *
dup_losses (const ShipSessionLosses *losses)
{
  GString *text = g_string_new (NULL);

  if (losses->snapshot == NULL)
    g_string_append (text, _ ("It cannot be read, so nobody knows what is in it."));
  if (is_working (losses))
    g_string_append (text, _ ("Its agent is at work; what it is doing will be lost.\n"));
  if (losses->has_leftovers)
    g_string_append (text,
                     _ ("Its last task was not committed; what it left in the working copy will be "
                        "lost.\n"));
  if (losses->n_pending > 0)
    g_string_append_printf (text,
                            g_dngettext (GETTEXT_PACKAGE,
                                         "%u prompt waits in its queue and will be lost.\n",
                                         "%u prompts wait in its queue and will be lost.\n",
                                         losses->n_pending),
                            losses->n_pending);
  if (losses->n_commits > 0)
    g_string_append_printf (text,
                            g_dngettext (GETTEXT_PACKAGE,
                                         "%d commit is on no branch of the repository.\n",
                                         "%d commits are on no branch of the repository.\n",
                                         (gulong) losses->n_commits),
                            losses->n_commits);
  else if (losses->n_commits < 0)
    g_string_append (text, _ ("Whether its commits are anywhere else is not known.\n"));
  if (losses->has_commits)
    g_string_append_printf (text,
                            _ ("Its commits are kept for %d days: shipctl rescue brings them "
                               "back."),
                            SHIP_GIT_RESCUE_DAYS);

  return g_strchomp (g_string_free (text, FALSE));
}

static void
asked_cb (AdwMessageDialog *dialog, const char *response, Command *command)
{
  if (g_str_equal (response, "delete"))
    hide (command->self, command->id, command->title, command->has_commits);
}

static void
ask (Command *owned, const ShipSessionLosses *losses)
{
  g_autoptr (Command) command = owned;
  GtkWidget       *widget = command->self->widget;
  g_autofree char *heading = g_strdup_printf (_ ("Delete “%s”?"), command->title);
  g_autofree char *body = dup_losses (losses);
  GtkWidget       *dialog;

  if (widget == NULL)
    return;
  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), heading, body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel",
                                    _ ("Cancel"),
                                    "delete",
                                    _ ("Delete"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog),
                                              "delete",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog,
                         "response",
                         G_CALLBACK (asked_cb),
                         g_steal_pointer (&command),
                         closure_free,
                         0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
weighed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSessionLosses) losses = ship_session_losses_load_finish (result, &error);

  if (losses == NULL)
    {
      complain (command->self, error);
      return;
    }
  command->has_commits = losses->has_commits;
  if (!ship_session_losses_is_safe (losses) || is_working (losses))
    ask (g_steal_pointer (&command), losses);
  else
    hide (command->self, command->id, command->title, losses->has_commits);
}

void
ship_sidebar_commands_delete (ShipSidebarCommands *self, const char *id, const char *title)
{
  ship_session_losses_load_async (self->paths, id, NULL, weighed_cb, command_new (self, id, title));
}

/* --- the object --- */

/* Who shows it is gone: nobody can take anything back any more. */
static void
widget_gone_cb (gpointer user_data, GObject *widget)
{
  ShipSidebarCommands *self = user_data;

  self->widget = NULL;
}

void
ship_sidebar_commands_flush (ShipSidebarCommands *self)
{
  while (self->pending->len > 0)
    carry_out (self, g_ptr_array_steal_index (self->pending, self->pending->len - 1));
}

static void
ship_sidebar_commands_dispose (GObject *object)
{
  ShipSidebarCommands *self = SHIP_SIDEBAR_COMMANDS (object);

  if (self->widget != NULL)
    g_object_weak_unref (G_OBJECT (self->widget), widget_gone_cb, self);
  self->widget = NULL;

  G_OBJECT_CLASS (ship_sidebar_commands_parent_class)->dispose (object);
}

static void
ship_sidebar_commands_finalize (GObject *object)
{
  ShipSidebarCommands *self = SHIP_SIDEBAR_COMMANDS (object);

  g_clear_object (&self->last);
  g_ptr_array_unref (self->pending);
  g_ptr_array_unref (self->models);
  ship_paths_unref (self->paths);

  G_OBJECT_CLASS (ship_sidebar_commands_parent_class)->finalize (object);
}

static void
ship_sidebar_commands_class_init (ShipSidebarCommandsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_sidebar_commands_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_sidebar_commands_finalize;
}

static void
ship_sidebar_commands_init (ShipSidebarCommands *self)
{
  self->models = g_ptr_array_new_with_free_func (g_object_unref);
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) pending_free);
}

ShipSidebarCommands *
ship_sidebar_commands_new (ShipPaths *paths, GtkWidget *widget)
{
  ShipSidebarCommands *self = g_object_new (SHIP_TYPE_SIDEBAR_COMMANDS, NULL);

  self->paths = ship_paths_ref (paths);
  self->widget = widget;
  g_object_weak_ref (G_OBJECT (widget), widget_gone_cb, self);

  return self;
}

void
ship_sidebar_commands_add_model (ShipSidebarCommands *self, ShipSidebarModel *model)
{
  g_ptr_array_add (self->models, g_object_ref (model));
}

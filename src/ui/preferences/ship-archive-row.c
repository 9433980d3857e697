/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-archive-row.h"

#include "client/ship-archive.h"
#include "git/ship-git-rescue.h"
#include "preferences/ship-preferences-rows.h"

#include <glib/gi18n-lib.h>

/*
 *   count -> counted_cb
 *   clicked -> (the question) -> answered_cb -> deleted_cb -> count
 */
struct _ShipArchiveRow
{
  AdwActionRow  parent_instance;
  ShipPaths    *paths;       /* (owned) */
  GtkWidget    *button;      /* (unowned) */
  GtkWidget    *spinner;     /* (unowned) */
  GPtrArray    *losses;      /* (owned) (nullable) (element-type ShipSessionLosses): as counted */
  GCancellable *cancellable; /* (owned) */
};

enum
{
  DELETED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipArchiveRow, ship_archive_row, ADW_TYPE_ACTION_ROW)

#define MOST_NAMED 5

static void
set_busy (ShipArchiveRow *self, gboolean is_busy)
{
  gtk_widget_set_visible (self->spinner, is_busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_busy);
  gtk_widget_set_sensitive (self->button,
                            !is_busy && self->losses != NULL && self->losses->len > 0);
}

/* --- how many --- */

static void
counted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipArchiveRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) losses = ship_archive_survey_finish (result, &error);
  g_autofree char *text = NULL;

  if (g_cancellable_is_cancelled (self->cancellable)) /* the window is closed */
    return;
  g_clear_pointer (&self->losses, g_ptr_array_unref);
  if (losses == NULL)
    text = g_strdup (error->message);
  else if (losses->len == 0)
    text = g_strdup (_ ("There are none"));
  else
    text =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "There is %u", "There are %u", losses->len),
                       losses->len);
  self->losses = g_steal_pointer (&losses);
  ship_preferences_row_set_subtitle (GTK_WIDGET (self), text);
  set_busy (self, FALSE);
}

void
ship_archive_row_count (ShipArchiveRow *self)
{
  g_return_if_fail (SHIP_IS_ARCHIVE_ROW (self));

  set_busy (self, TRUE);
  ship_archive_survey_async (self->paths, self->cancellable, counted_cb, g_object_ref (self));
}

/* --- the question --- */

static void
append_losses (GString *text, const ShipSessionLosses *losses)
{
  const char *title = losses->snapshot != NULL ? losses->snapshot->session->title : losses->id;

  g_string_append_printf (text, "\n• %s: ", title);
  if (losses->snapshot == NULL)
    g_string_append (text, _ ("it cannot be read"));
  else if (losses->n_commits > 0)
    g_string_append_printf (text,
                            g_dngettext (GETTEXT_PACKAGE,
                                         "%d commit on no branch of yours",
                                         "%d commits on no branch of yours",
                                         (gulong) losses->n_commits),
                            losses->n_commits);
  else if (losses->has_leftovers)
    g_string_append (text, _ ("changes that were not committed"));
  else if (losses->n_pending > 0)
    g_string_append (text, _ ("prompts that wait"));
  else
    g_string_append (text, _ ("commits that cannot be compared with your repository"));
}

/* (transfer full) */
static char *
dup_question (ShipArchiveRow *self)
{
  GString *text = g_string_new (_ ("Their conversations and working copies are gone then. Branches "
                                   "in your repositories stay."));
  guint    n_unsafe = 0;

  for (guint i = 0; i < self->losses->len; i++)
    n_unsafe += !ship_session_losses_is_safe (self->losses->pdata[i]);
  if (n_unsafe == 0)
    return g_string_free (text, FALSE);
  g_string_append (text, "\n\n");
  g_string_append_printf (
    text,
    _ ("These hold work that is nowhere else (commits are kept for %d days):"),
    SHIP_GIT_RESCUE_DAYS);
  for (guint i = 0, n = 0; i < self->losses->len && n < MOST_NAMED; i++)
    if (!ship_session_losses_is_safe (self->losses->pdata[i]))
      {
        append_losses (text, self->losses->pdata[i]);
        n++;
      }
  if (n_unsafe > MOST_NAMED)
    {
      g_string_append (text, "\n");
      g_string_append_printf (text, _ ("and %u more"), n_unsafe - MOST_NAMED);
    }
  return g_string_free (text, FALSE);
}

static void
deleted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipArchiveRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint            n = ship_archive_delete_finish (result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  text = g_strdup_printf (
    g_dngettext (GETTEXT_PACKAGE, "%u session was deleted", "%u sessions were deleted", n),
    n);
  ship_preferences_say (GTK_WIDGET (self), error != NULL ? error->message : text);
  ship_archive_row_count (self);
  g_signal_emit (self, signals[DELETED], 0);
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, ShipArchiveRow *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (!g_str_equal (response, "delete") || self->losses == NULL)
    return;
  for (guint i = 0; i < self->losses->len; i++)
    g_ptr_array_add (ids, ((ShipSessionLosses *) self->losses->pdata[i])->id);
  g_ptr_array_add (ids, NULL);
  set_busy (self, TRUE);
  ship_archive_delete_async (self->paths,
                             (const char *const *) ids->pdata,
                             self->cancellable,
                             deleted_cb,
                             g_object_ref (self));
}

static void
clicked_cb (GtkButton *button, ShipArchiveRow *self)
{
  GtkWidget       *dialog;
  g_autofree char *question = dup_question (self);
  g_autofree char *heading = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                           "Delete %u Archived Session?",
                                                           "Delete %u Archived Sessions?",
                                                           self->losses->len),
                                              self->losses->len);

  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                   heading,
                                   question);
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
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- the widget --- */

static void
ship_archive_row_dispose (GObject *object)
{
  g_cancellable_cancel (SHIP_ARCHIVE_ROW (object)->cancellable);

  G_OBJECT_CLASS (ship_archive_row_parent_class)->dispose (object);
}

static void
ship_archive_row_finalize (GObject *object)
{
  ShipArchiveRow *self = SHIP_ARCHIVE_ROW (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->losses, g_ptr_array_unref);
  g_clear_pointer (&self->paths, ship_paths_unref);

  G_OBJECT_CLASS (ship_archive_row_parent_class)->finalize (object);
}

static void
ship_archive_row_class_init (ShipArchiveRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_archive_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_archive_row_finalize;

  signals[DELETED] = g_signal_new ("deleted",
                                   SHIP_TYPE_ARCHIVE_ROW,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
}

static void
ship_archive_row_init (ShipArchiveRow *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
ship_archive_row_new (ShipPaths *paths)
{
  ShipArchiveRow *self = g_object_new (SHIP_TYPE_ARCHIVE_ROW,
                                       "use-markup",
                                       FALSE,
                                       "title",
                                       _ ("Archived Sessions"),
                                       NULL);

  self->paths = ship_paths_ref (paths);
  self->spinner = gtk_spinner_new ();
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->spinner);
  self->button = ship_preferences_row_add_button (GTK_WIDGET (self),
                                                  _ ("Delete All…"),
                                                  _ ("Delete All Archived Sessions"));
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (clicked_cb), self, 0);
  set_busy (self, FALSE);
  return GTK_WIDGET (self);
}

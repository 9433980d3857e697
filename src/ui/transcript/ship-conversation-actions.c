/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-conversation-private.h"
#include "transcript/ship-entry-row.h"
#include "transcript/ship-entry-text.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* What is done with a conversation: as actions of its widget. */

static void
whole_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_transcript_close_finish (SHIP_TRANSCRIPT (object), result, &error))
    g_warning ("A conversation was not closed well: %s", error->message);
}

static void
whole_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipConversation) self = SHIP_CONVERSATION (user_data);
  ShipTranscript *whole = SHIP_TRANSCRIPT (object);
  guint           n = g_list_model_get_n_items (G_LIST_MODEL (whole));
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!ship_transcript_load_finish (whole, result, &error))
    ship_conversation_fail (self, error);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (entries, g_list_model_get_item (G_LIST_MODEL (whole), i));
  text = ship_entries_to_markdown (entries);
  if (error == NULL && ship_conversation_get_transcript (self) != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  ship_transcript_close_async (whole, whole_closed_cb, NULL);
}

/* All of it, not only what is shown. */
static void
copy_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipConversation *self = SHIP_CONVERSATION (widget);
  ShipTranscript   *transcript = ship_conversation_get_transcript (self);
  g_autoptr (ShipTranscript) whole = NULL;

  if (transcript == NULL)
    return;
  whole = ship_transcript_new_whole (transcript);
  ship_transcript_load_async (whole,
                              ship_conversation_get_cancellable (self),
                              whole_loaded_cb,
                              g_object_ref (self));
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipConversation) self = SHIP_CONVERSATION (user_data);
  g_autoptr (GError) error = NULL;

  ship_session_handle_send_finish (SHIP_SESSION_HANDLE (object), result, &error);
  if (error != NULL)
    ship_conversation_fail (self, error);
}

static char *
dup_title (const char *text)
{
  gsize            length = strcspn (text, "\n");
  g_autofree char *line = g_strndup (text, length);

  return g_utf8_substring (line, 0, MIN (g_utf8_strlen (line, -1), 60));
}

void
ship_conversation_make_task (ShipConversation *self, GtkWidget *row)
{
  ShipSessionHandle   *handle = ship_conversation_get_handle (self);
  ShipTranscriptEntry *entry = ship_entry_row_get_entry (SHIP_ENTRY_ROW (row));
  g_autofree char     *text = ship_entry_to_markdown (entry);
  g_autofree char     *title = dup_title (text);
  GVariantDict         options;

  if (handle == NULL)
    return;
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "source", "x", ship_transcript_entry_get_message (entry));
  g_variant_dict_insert (&options, "title", "s", title);
  ship_session_handle_send_async (handle,
                                  text,
                                  g_variant_dict_end (&options),
                                  ship_conversation_get_cancellable (self),
                                  sent_cb,
                                  g_object_ref (self));
}

/* --- the ways on after an error --- */

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipConversation) self = SHIP_CONVERSATION (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    ship_conversation_fail (self, error);
}

static void
call (ShipConversation *self, const char *method, GVariant *arguments)
{
  ShipSessionHandle *handle = ship_conversation_get_handle (self);

  if (handle != NULL)
    ship_session_handle_call_async (handle,
                                    method,
                                    arguments,
                                    ship_conversation_get_cancellable (self),
                                    called_cb,
                                    g_object_ref (self));
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call (SHIP_CONVERSATION (widget), "Resume", g_variant_new ("(b)", TRUE));
}

static void
continue_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call (SHIP_CONVERSATION (widget), "Resume", g_variant_new ("(b)", FALSE));
}

static void
discard_cb (AdwMessageDialog *dialog, const char *response, ShipConversation *self)
{
  if (g_str_equal (response, "discard"))
    call (self, "Discard", NULL);
}

static void
discard_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget        *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)),
                                              _ ("Discard Changes?"),
                                              NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_set_body (
    message,
    _ ("What the agent changed since the last commit is lost for good. Commits stay."));
  adw_message_dialog_add_responses (message,
                                    "cancel",
                                    _ ("Cancel"),
                                    "discard",
                                    _ ("Discard"),
                                    NULL);
  adw_message_dialog_set_response_appearance (message, "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (message, "cancel");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (discard_cb), widget, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
choose_model_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ship_conversation_choose_model (SHIP_CONVERSATION (widget));
}

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ship_conversation_find (SHIP_CONVERSATION (widget));
}

static void
find_step_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ship_conversation_finder_step (ship_conversation_get_finder (SHIP_CONVERSATION (widget)),
                                 g_variant_get_int32 (parameter));
}

void
ship_conversation_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "turn.retry", NULL, retry_action);
  gtk_widget_class_install_action (klass, "turn.continue", NULL, continue_action);
  gtk_widget_class_install_action (klass, "turn.discard", NULL, discard_action);
  gtk_widget_class_install_action (klass, "turn.choose-model", NULL, choose_model_action);
  gtk_widget_class_install_action (klass, "conversation.copy-all", NULL, copy_all_action);
  gtk_widget_class_install_action (klass, "conversation.find", NULL, find_action);
  gtk_widget_class_install_action (klass, "conversation.find-step", "i", find_step_action);
}

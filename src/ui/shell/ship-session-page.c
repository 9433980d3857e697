/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-session-page.h"

#include "client/ship-session-handle.h"
#include "client/ship-transcript.h"
#include "composer/ship-composer.h"
#include "shell/ship-status-bar.h"
#include "transcript/ship-conversation.h"
#include "transcript/ship-request-card.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* The parts of a session's page, and what they ask of the session's handle. */

#define MAX_WIDTH        792
#define ANSWERS_AT_FIRST 60

struct _ShipSessionPage
{
  GtkWidget          parent_instance;
  ShipSessionHandle *handle;       /* (owned) */
  ShipTranscript    *transcript;   /* (owned) */
  GCancellable      *cancellable;  /* (owned): of calls */
  GtkWidget         *box;          /* (unowned): the only child */
  GtkWidget         *conversation; /* (unowned) */
  GtkWidget         *requests;     /* (unowned): a box of cards */
  GtkWidget         *status;       /* (unowned) */
  GtkWidget         *composer;     /* (unowned) */
};

enum
{
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipSessionPage, ship_session_page, GTK_TYPE_WIDGET)

static void
fail (ShipSessionPage *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

/* --- state --- */

static void
update_state (ShipSessionPage *self)
{
  ship_status_bar_set_state (SHIP_STATUS_BAR (self->status),
                             ship_session_handle_get_state (self->handle),
                             ship_session_handle_get_detail (self->handle),
                             ship_session_handle_get_activity (self->handle));
  ship_composer_set_working (SHIP_COMPOSER (self->composer),
                             ship_session_handle_is_working (self->handle));
}

static void
state_cb (GObject *object, GParamSpec *pspec, ShipSessionPage *self)
{
  update_state (self);
}

/* --- what it asks --- */

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipRequestCard) card = SHIP_REQUEST_CARD (user_data);
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (card), SHIP_TYPE_SESSION_PAGE);
  g_autoptr (GError) error = NULL;

  if (ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    return;

  ship_request_card_refused (card);
  if (page != NULL)
    fail (SHIP_SESSION_PAGE (page), error);
}

static void
answer_cb (ShipRequestCard *card, GVariant *options, ShipSessionPage *self)
{
  ship_session_handle_call_async (
    self->handle,
    "Answer",
    g_variant_new ("(x@a{sv})", ship_request_card_get_id (card), options),
    self->cancellable,
    answered_cb,
    g_object_ref (card));
}

static gboolean
has_request (const ShipSessionSnapshot *snapshot, gint64 id)
{
  for (guint i = 0; i < snapshot->requests->len; i++)
    if (((ShipRequestRow *) snapshot->requests->pdata[i])->id == id)
      return TRUE;

  return FALSE;
}

static GtkWidget *
find_card (ShipSessionPage *self, gint64 id)
{
  for (GtkWidget *card = gtk_widget_get_first_child (self->requests); card != NULL;
       card = gtk_widget_get_next_sibling (card))
    if (ship_request_card_get_id (SHIP_REQUEST_CARD (card)) == id)
      return card;

  return NULL;
}

/* Cards that stay are not touched: an answer may be half written in one. */
static void
show_requests (ShipSessionPage *self, const ShipSessionSnapshot *snapshot)
{
  GtkWidget *card = gtk_widget_get_first_child (self->requests);

  while (card != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (card);

      if (!has_request (snapshot, ship_request_card_get_id (SHIP_REQUEST_CARD (card))))
        gtk_box_remove (GTK_BOX (self->requests), card);
      card = next;
    }
  for (guint i = 0; i < snapshot->requests->len; i++)
    {
      const ShipRequestRow *row = snapshot->requests->pdata[i];

      if (find_card (self, row->id) != NULL)
        continue;
      card = ship_request_card_new (row);
      g_signal_connect_object (card, "answered", G_CALLBACK (answer_cb), self, 0);
      gtk_box_append (GTK_BOX (self->requests), card);
    }
}

static void
snapshot_cb (ShipSessionHandle *handle, GParamSpec *pspec, ShipSessionPage *self)
{
  const ShipSessionSnapshot *snapshot = ship_session_handle_get_snapshot (handle);

  show_requests (self, snapshot);
  ship_composer_set_model (SHIP_COMPOSER (self->composer), snapshot->session->model);
}

static void
trouble_cb (ShipSessionHandle *handle, const GError *error, ShipSessionPage *self)
{
  fail (self, error);
}

/* --- what the user wants of it --- */

/* A prompt under way; it is given back when it could not be sent. */
typedef struct
{
  ShipSessionPage *self; /* (owned) */
  char            *text; /* (owned) */
} Prompt;

static void
prompt_free (Prompt *prompt)
{
  g_object_unref (prompt->self);
  g_free (prompt->text);
  g_free (prompt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Prompt, prompt_free)

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Prompt) prompt = user_data;
  ShipSessionPage *self = prompt->self;
  g_autoptr (GError) error = NULL;
  g_autofree char *written = NULL;

  ship_session_handle_send_finish (SHIP_SESSION_HANDLE (object), result, &error);
  if (error == NULL || self->box == NULL)
    return;

  written = ship_composer_dup_text (SHIP_COMPOSER (self->composer));
  if (written[0] == '\0')
    ship_composer_set_text (SHIP_COMPOSER (self->composer), prompt->text);
  fail (self, error);
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSessionPage) self = SHIP_SESSION_PAGE (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error) &&
      self->box != NULL)
    fail (self, error);
}

/* @arguments: (nullable): floating references are taken */
static void
call (ShipSessionPage *self, const char *method, GVariant *arguments)
{
  ship_session_handle_call_async (self->handle,
                                  method,
                                  arguments,
                                  self->cancellable,
                                  called_cb,
                                  g_object_ref (self));
}

void
ship_session_page_send (ShipSessionPage *self, const char *text, const char *mode)
{
  GVariantDict options;
  Prompt      *prompt;

  g_return_if_fail (SHIP_IS_SESSION_PAGE (self));

  prompt = g_new0 (Prompt, 1);
  prompt->self = g_object_ref (self);
  prompt->text = g_strdup (text);
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "mode", "s", mode);
  ship_session_handle_send_async (self->handle,
                                  text,
                                  g_variant_dict_end (&options),
                                  self->cancellable,
                                  sent_cb,
                                  prompt);
  ship_conversation_scroll_to_end (SHIP_CONVERSATION (self->conversation));
}

static void
send_cb (ShipComposer *composer, const char *text, ShipSessionPage *self)
{
  g_autofree char *copy = g_strdup (text);

  ship_composer_set_text (composer, "");
  ship_session_page_send (self, copy, ship_composer_get_mode (composer));
}

void
ship_session_page_stop (ShipSessionPage *self)
{
  g_return_if_fail (SHIP_IS_SESSION_PAGE (self));

  if (ship_session_handle_is_live (self->handle))
    call (self, "Stop", NULL);
}

static void
stop_cb (ShipComposer *composer, ShipSessionPage *self)
{
  ship_session_page_stop (self);
}

static void
conversation_failed_cb (ShipConversation *conversation, const char *sentence, ShipSessionPage *self)
{
  g_signal_emit (self, signals[FAILED], 0, sentence);
}

static void
choose_model_cb (ShipConversation *conversation, ShipSessionPage *self)
{
  ship_composer_focus (SHIP_COMPOSER (self->composer));
}

static void
resume_cb (ShipStatusBar *bar, gboolean again, ShipSessionPage *self)
{
  call (self, "Resume", g_variant_new ("(b)", again));
}

/* --- the widget --- */

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSessionPage) self = SHIP_SESSION_PAGE (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_transcript_load_finish (SHIP_TRANSCRIPT (object), result, &error))
    fail (self, error);
  else if (self->box != NULL)
    ship_conversation_set_transcript (SHIP_CONVERSATION (self->conversation),
                                      SHIP_TRANSCRIPT (object));
}

static void
transcript_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_transcript_close_finish (SHIP_TRANSCRIPT (object), result, &error))
    g_warning ("A conversation was not closed well: %s", error->message);
}

static void
ship_session_page_dispose (GObject *object)
{
  ShipSessionPage *self = SHIP_SESSION_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  if (self->transcript != NULL)
    ship_transcript_close_async (self->transcript, transcript_closed_cb, NULL);
  g_clear_object (&self->transcript);
  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);

  G_OBJECT_CLASS (ship_session_page_parent_class)->dispose (object);
}

static void
ship_session_page_finalize (GObject *object)
{
  ShipSessionPage *self = SHIP_SESSION_PAGE (object);

  g_clear_object (&self->handle);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (ship_session_page_parent_class)->finalize (object);
}

static void
ship_session_page_class_init (ShipSessionPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_session_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_session_page_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  signals[FAILED] = g_signal_new ("failed",
                                  SHIP_TYPE_SESSION_PAGE,
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
ship_session_page_init (ShipSessionPage *self)
{
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);

  self->cancellable = g_cancellable_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->conversation = ship_conversation_new ();
  self->requests = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  self->status = ship_status_bar_new ();
  self->composer = ship_composer_new ();
  gtk_widget_set_vexpand (self->conversation, TRUE);
  gtk_widget_add_css_class (foot, "foot");
  gtk_box_append (GTK_BOX (foot), self->requests);
  gtk_box_append (GTK_BOX (foot), self->status);
  gtk_box_append (GTK_BOX (foot), self->composer);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), MAX_WIDTH - 160);
  adw_clamp_set_child (ADW_CLAMP (clamp), foot);
  gtk_box_append (GTK_BOX (self->box), self->conversation);
  gtk_box_append (GTK_BOX (self->box), clamp);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (self->composer, "send", G_CALLBACK (send_cb), self, 0);
  g_signal_connect_object (self->composer, "stop", G_CALLBACK (stop_cb), self, 0);
  g_signal_connect_object (self->conversation,
                           "failed",
                           G_CALLBACK (conversation_failed_cb),
                           self,
                           0);
  g_signal_connect_object (self->conversation,
                           "choose-model",
                           G_CALLBACK (choose_model_cb),
                           self,
                           0);
  g_signal_connect_object (self->status, "resume", G_CALLBACK (resume_cb), self, 0);
}

GtkWidget *
ship_session_page_new (ShipPaths *paths, const char *session_id)
{
  ShipSessionPage   *self = g_object_new (SHIP_TYPE_SESSION_PAGE, NULL);
  ShipSessionClient *client;

  self->handle = ship_session_handle_new (paths, session_id);
  client = ship_session_handle_get_client (self->handle);
  self->transcript = ship_transcript_new (paths, session_id, client);
  ship_transcript_set_limit (self->transcript, ANSWERS_AT_FIRST);
  ship_conversation_set_handle (SHIP_CONVERSATION (self->conversation), self->handle);
  g_signal_connect_object (self->handle, "notify::state", G_CALLBACK (state_cb), self, 0);
  g_signal_connect_object (self->handle, "notify::snapshot", G_CALLBACK (snapshot_cb), self, 0);
  g_signal_connect_object (self->handle, "trouble", G_CALLBACK (trouble_cb), self, 0);
  ship_transcript_load_async (self->transcript, self->cancellable, loaded_cb, g_object_ref (self));

  return GTK_WIDGET (self);
}

const char *
ship_session_page_get_id (ShipSessionPage *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_PAGE (self), NULL);

  return ship_session_handle_get_id (self->handle);
}

void
ship_session_page_set_item (ShipSessionPage *self, ShipSessionItem *item)
{
  g_return_if_fail (SHIP_IS_SESSION_PAGE (self));

  ship_session_handle_set_item (self->handle, item);
}

void
ship_session_page_focus (ShipSessionPage *self)
{
  g_return_if_fail (SHIP_IS_SESSION_PAGE (self));

  ship_composer_focus (SHIP_COMPOSER (self->composer));
}

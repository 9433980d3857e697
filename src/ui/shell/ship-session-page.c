/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-session-page.h"

#include "client/ship-session-handle.h"
#include "client/ship-transcript.h"
#include "composer/ship-session-composer.h"
#include "shell/ship-request-list.h"
#include "shell/ship-status-bar.h"
#include "transcript/ship-conversation.h"
#include "widgets/ship-say.h"

#include <adwaita.h>

/* The parts of a session's page, and what they ask of the session's handle. */

#define MAX_WIDTH        792
#define READABLE_WIDTH   440
#define ANSWERS_AT_FIRST 60

struct _ShipSessionPage
{
  GtkWidget          parent_instance;
  ShipSessionHandle *handle;       /* (owned) */
  ShipTranscript    *transcript;   /* (owned) */
  ShipClosing       *closing;      /* (owned) */
  GCancellable      *cancellable;  /* (owned): of calls */
  GtkWidget         *box;          /* (unowned): the only child */
  GtkWidget         *conversation; /* (unowned) */
  GtkWidget         *status;       /* (unowned) */
  GtkWidget         *foot;         /* (unowned): a box, of what is below the conversation */
  GtkWidget         *composer;     /* (unowned): its last */
};

G_DEFINE_FINAL_TYPE (ShipSessionPage, ship_session_page, GTK_TYPE_WIDGET)

static void
fail (ShipSessionPage *self, const GError *error)
{
  ship_say_error (GTK_WIDGET (self), error);
}

/* --- state --- */

static void
update_state (ShipSessionPage *self)
{
  ship_status_bar_set_state (SHIP_STATUS_BAR (self->status),
                             ship_session_handle_get_state (self->handle),
                             ship_session_handle_get_detail (self->handle),
                             ship_session_handle_get_activity (self->handle));
}

static void
state_cb (GObject *object, GParamSpec *pspec, ShipSessionPage *self)
{
  update_state (self);
}

static void
trouble_cb (ShipSessionHandle *handle, const GError *error, ShipSessionPage *self)
{
  fail (self, error);
}

/* --- what the user wants of it --- */

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
ship_session_page_send (ShipSessionPage *self, const char *text, GVariant *options)
{
  g_return_if_fail (SHIP_IS_SESSION_PAGE (self));

  ship_session_composer_send (SHIP_SESSION_COMPOSER (self->composer), text, options);
}

static void
sent_cb (ShipSessionComposer *composer, ShipSessionPage *self)
{
  ship_conversation_scroll_to_end (SHIP_CONVERSATION (self->conversation));
}

static void
failed_cb (ShipSessionComposer *composer, const char *sentence, ShipSessionPage *self)
{
  ship_say (GTK_WIDGET (self), sentence);
}

void
ship_session_page_stop (ShipSessionPage *self)
{
  g_return_if_fail (SHIP_IS_SESSION_PAGE (self));

  if (ship_session_handle_is_live (self->handle))
    call (self, "Stop", NULL);
}

void
ship_session_page_use_model (ShipSessionPage *self, const char *model)
{
  g_return_if_fail (SHIP_IS_SESSION_PAGE (self));

  call (self, "SetModel", g_variant_new ("(s)", model));
}

static void
conversation_failed_cb (ShipConversation *conversation, const char *sentence, ShipSessionPage *self)
{
  ship_say (GTK_WIDGET (self), sentence);
}

static void
choose_model_cb (ShipConversation *conversation, ShipSessionPage *self)
{
  ship_session_composer_focus (SHIP_SESSION_COMPOSER (self->composer));
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

/* A conversation takes what there is: it asks for no width, however long its lines are, so that
 * what is beside it has its own. */
static void
ship_session_page_measure (GtkWidget     *widget,
                           GtkOrientation orientation,
                           int            for_size,
                           int           *minimum,
                           int           *natural,
                           int           *minimum_baseline,
                           int           *natural_baseline)
{
  GtkWidget *box = SHIP_SESSION_PAGE (widget)->box;

  gtk_widget_measure (box, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, READABLE_WIDTH);
}

static void
ship_session_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *box = SHIP_SESSION_PAGE (widget)->box;

  gtk_widget_size_allocate (box, &(GtkAllocation){ 0, 0, width, height }, baseline);
}

static void
ship_session_page_dispose (GObject *object)
{
  ShipSessionPage *self = SHIP_SESSION_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  if (self->transcript != NULL)
    ship_closing_take_transcript (self->closing, g_steal_pointer (&self->transcript));
  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);

  G_OBJECT_CLASS (ship_session_page_parent_class)->dispose (object);
}

static void
ship_session_page_finalize (GObject *object)
{
  ShipSessionPage *self = SHIP_SESSION_PAGE (object);

  g_clear_object (&self->handle);
  g_clear_object (&self->closing);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (ship_session_page_parent_class)->finalize (object);
}

static void
ship_session_page_class_init (ShipSessionPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_session_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_session_page_finalize;
  GTK_WIDGET_CLASS (klass)->measure = ship_session_page_measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = ship_session_page_size_allocate;
}

static void
ship_session_page_init (ShipSessionPage *self)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->cancellable = g_cancellable_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->conversation = ship_conversation_new ();
  self->foot = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  self->status = ship_status_bar_new ();
  gtk_widget_set_vexpand (self->conversation, TRUE);
  gtk_widget_add_css_class (self->foot, "foot");
  gtk_box_append (GTK_BOX (self->foot), self->status);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), MAX_WIDTH - 160);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->foot);
  gtk_box_append (GTK_BOX (self->box), self->conversation);
  gtk_box_append (GTK_BOX (self->box), clamp);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
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
ship_session_page_new (ShipPaths     *paths,
                       ShipClosing   *closing,
                       ShipModelList *models,
                       ShipDrafts    *drafts,
                       const char    *session_id)
{
  ShipSessionPage   *self = g_object_new (SHIP_TYPE_SESSION_PAGE, NULL);
  ShipSessionClient *client;

  self->closing = g_object_ref (closing);
  self->handle = ship_session_handle_new (paths, session_id);
  client = ship_session_handle_get_client (self->handle);
  self->transcript = ship_transcript_new (paths, session_id, client);
  ship_transcript_set_limit (self->transcript, ANSWERS_AT_FIRST);
  ship_conversation_set_handle (SHIP_CONVERSATION (self->conversation), self->handle);
  gtk_box_prepend (GTK_BOX (self->foot), ship_request_list_new (self->handle));
  self->composer = ship_session_composer_new (paths, self->handle, models, drafts);
  gtk_box_append (GTK_BOX (self->foot), self->composer);
  g_signal_connect_object (self->composer, "sent", G_CALLBACK (sent_cb), self, 0);
  g_signal_connect_object (self->composer, "failed", G_CALLBACK (failed_cb), self, 0);
  g_signal_connect_object (self->handle, "notify::state", G_CALLBACK (state_cb), self, 0);
  g_signal_connect_object (self->handle, "trouble", G_CALLBACK (trouble_cb), self, 0);
  ship_transcript_load_async (self->transcript, self->cancellable, loaded_cb, g_object_ref (self));

  return GTK_WIDGET (self);
}

ShipSessionHandle *
ship_session_page_get_handle (ShipSessionPage *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_PAGE (self), NULL);

  return self->handle;
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

  ship_session_composer_focus (SHIP_SESSION_COMPOSER (self->composer));
}

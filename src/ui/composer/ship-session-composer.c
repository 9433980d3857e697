/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-session-composer.h"

#include "client/ship-file-matcher.h"
#include "composer/ship-composer.h"
#include "composer/ship-model-picker.h"
#include "composer/ship-queue-strip.h"

#include <glib/gi18n-lib.h>

/* What the composer's parts ask, asked of the session. Calls outlive the page: what was sent is
 * sent. */

#define MOST_FILES 20

struct _ShipSessionComposer
{
  GtkWidget          parent_instance;
  ShipSessionHandle *handle;   /* (owned) */
  ShipFileMatcher   *matcher;  /* (owned) */
  GtkWidget         *box;      /* (unowned): the only child */
  GtkWidget         *queue;    /* (unowned) */
  GtkWidget         *composer; /* (unowned) */
  GtkWidget         *picker;   /* (unowned) */
  char              *mode;     /* (owned) (nullable): the session's, as it was seen last */
};

enum
{
  SENT,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipSessionComposer, ship_session_composer, GTK_TYPE_WIDGET)

static void
fail (ShipSessionComposer *self, const char *sentence)
{
  g_signal_emit (self, signals[FAILED], 0, sentence);
}

static void
failed_cb (GtkWidget *widget, const char *sentence, ShipSessionComposer *self)
{
  fail (self, sentence);
}

/* --- sending --- */

/* A prompt under way. */
typedef struct
{
  ShipSessionComposer *self;     /* (owned) */
  ShipComposer        *composer; /* (owned): may be closed meanwhile */
  guint                id;       /* what the composer calls it; 0: it was written elsewhere */
  char                *text;     /* (owned) */
} Prompt;

static void
prompt_free (Prompt *prompt)
{
  g_object_unref (prompt->self);
  g_object_unref (prompt->composer);
  g_free (prompt->text);
  g_free (prompt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Prompt, prompt_free)

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Prompt) prompt = user_data;
  g_autoptr (GError) error = NULL;

  ship_session_handle_send_finish (SHIP_SESSION_HANDLE (object), result, &error);
  if (error == NULL && prompt->id != 0)
    ship_composer_sent (prompt->composer, prompt->id);
  if (error == NULL)
    return;

  if (prompt->id != 0)
    ship_composer_give_back (prompt->composer, prompt->id);
  else if (prompt->self->box != NULL)
    ship_composer_add_text (prompt->composer, prompt->text);
  if (prompt->self->box != NULL)
    fail (prompt->self, error->message);
}

static void
send (ShipSessionComposer *self, guint id, const char *text, GVariant *options)
{
  Prompt *prompt = g_new0 (Prompt, 1);

  prompt->self = g_object_ref (self);
  prompt->composer = SHIP_COMPOSER (g_object_ref (self->composer));
  prompt->id = id;
  prompt->text = g_strdup (text);
  ship_session_handle_send_async (self->handle, text, options, NULL, sent_cb, prompt);
  g_signal_emit (self, signals[SENT], 0);
}

static void
send_cb (ShipComposer *composer, const char *text, GVariant *options, ShipSessionComposer *self)
{
  send (self, ship_composer_take (composer), text, options);
}

void
ship_session_composer_send (ShipSessionComposer *self, const char *text, GVariant *options)
{
  g_return_if_fail (SHIP_IS_SESSION_COMPOSER (self));

  send (self, 0, text, options);
}

/* --- other commands --- */

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSessionComposer) self = SHIP_SESSION_COMPOSER (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error) &&
      self->box != NULL)
    fail (self, error->message);
}

static void
stop_cb (ShipComposer *composer, ShipSessionComposer *self)
{
  if (ship_session_handle_is_live (self->handle))
    ship_session_handle_call_async (self->handle,
                                    "Stop",
                                    NULL,
                                    NULL,
                                    called_cb,
                                    g_object_ref (self));
}

static void show_model (ShipSessionComposer *self);

/* What was chosen and refused is not shown as if it were in use. */
static void
changed_model_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSessionComposer) self = SHIP_SESSION_COMPOSER (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error) ||
      self->box == NULL)
    return;
  show_model (self);
  fail (self, error->message);
}

static void
chosen_cb (ShipModelPicker *picker, const char *model, ShipSessionComposer *self)
{
  ship_session_handle_call_async (self->handle,
                                  "SetModel",
                                  g_variant_new ("(s)", model),
                                  NULL,
                                  changed_model_cb,
                                  g_object_ref (self));
}

static void
effort_cb (ShipModelPicker *picker, const char *variant, ShipSessionComposer *self)
{
  ship_session_handle_call_async (self->handle,
                                  "SetVariant",
                                  g_variant_new ("(s)", variant),
                                  NULL,
                                  changed_model_cb,
                                  g_object_ref (self));
}

static void
recall_cb (ShipComposer *composer, ShipSessionComposer *self)
{
  ship_queue_strip_edit_last (SHIP_QUEUE_STRIP (self->queue));
}

static void
left_cb (ShipQueueStrip *queue, ShipSessionComposer *self)
{
  ship_composer_focus (SHIP_COMPOSER (self->composer));
}

/* --- what the session says --- */

static void
show_model (ShipSessionComposer *self)
{
  const ShipSessionSnapshot *snapshot = ship_session_handle_get_snapshot (self->handle);
  ShipModelPicker           *picker = SHIP_MODEL_PICKER (self->picker);

  if (snapshot == NULL)
    return;
  ship_model_picker_set_model (picker, snapshot->session->model);
  ship_model_picker_set_effort (picker,
                                snapshot->session->variant != NULL ? snapshot->session->variant
                                                                   : "");
}

/* "/plan" and "/build" change it; until then it is the composer's. */
static void
follow_mode (ShipSessionComposer *self, const char *mode)
{
  if (g_strcmp0 (mode, self->mode) == 0)
    return;
  if (self->mode != NULL || ship_composer_is_empty (SHIP_COMPOSER (self->composer)))
    ship_composer_set_mode (SHIP_COMPOSER (self->composer), mode);
  g_free (self->mode);
  self->mode = g_strdup (mode);
}

static void
snapshot_cb (ShipSessionHandle *handle, GParamSpec *pspec, ShipSessionComposer *self)
{
  show_model (self);
  follow_mode (self, ship_session_handle_get_snapshot (handle)->session->mode);
}

static void
state_cb (ShipSessionHandle *handle, GParamSpec *pspec, ShipSessionComposer *self)
{
  gboolean is_working = ship_session_handle_is_working (handle);

  ship_composer_set_working (SHIP_COMPOSER (self->composer), is_working);
  ship_model_picker_set_locked (
    SHIP_MODEL_PICKER (self->picker),
    is_working ? _ ("The model can be changed when the agent has done what it is at") : NULL);
}

static void
commands_cb (ShipSessionClient *client, GParamSpec *pspec, ShipSessionComposer *self)
{
  ship_composer_set_agent_commands (SHIP_COMPOSER (self->composer),
                                    ship_session_client_get_commands (client));
}

static void
trouble_cb (GObject *object, const GError *error, ShipSessionComposer *self)
{
  fail (self, error->message);
}

/* --- the agent's commands --- */

static void
woken_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    g_debug ("The session was not woken for its commands: %s", error->message);
}

/* A session that sleeps does not know them; whoever asks is about to use it. */
static void
learn_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipSessionComposer *self = SHIP_SESSION_COMPOSER (widget);

  if (!ship_session_handle_is_live (self->handle))
    ship_session_handle_call_async (self->handle, "Wake", NULL, NULL, woken_cb, NULL);
}

/* --- the widget --- */

static void
ship_session_composer_dispose (GObject *object)
{
  ShipSessionComposer *self = SHIP_SESSION_COMPOSER (object);

  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);
  if (self->matcher != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->matcher, self);
      ship_file_matcher_stop (self->matcher);
    }
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_session_composer_parent_class)->dispose (object);
}

static void
ship_session_composer_finalize (GObject *object)
{
  ShipSessionComposer *self = SHIP_SESSION_COMPOSER (object);

  g_clear_object (&self->handle);
  g_clear_object (&self->matcher);
  g_free (self->mode);

  G_OBJECT_CLASS (ship_session_composer_parent_class)->finalize (object);
}

static void
ship_session_composer_class_init (ShipSessionComposerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_session_composer_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_session_composer_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass),
                                   "session.learn-commands",
                                   NULL,
                                   learn_action);

  signals[SENT] = g_signal_new ("sent",
                                SHIP_TYPE_SESSION_COMPOSER,
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                0);
  signals[FAILED] = g_signal_new ("failed",
                                  SHIP_TYPE_SESSION_COMPOSER,
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
ship_session_composer_init (ShipSessionComposer *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static void
connect (ShipSessionComposer *self)
{
  ShipSessionClient *client = ship_session_handle_get_client (self->handle);

  g_signal_connect_object (self->queue, "failed", G_CALLBACK (failed_cb), self, 0);
  g_signal_connect_object (self->queue, "left", G_CALLBACK (left_cb), self, 0);
  g_signal_connect_object (self->composer, "send", G_CALLBACK (send_cb), self, 0);
  g_signal_connect_object (self->composer, "stop", G_CALLBACK (stop_cb), self, 0);
  g_signal_connect_object (self->composer, "recall", G_CALLBACK (recall_cb), self, 0);
  g_signal_connect_object (self->composer, "failed", G_CALLBACK (failed_cb), self, 0);
  g_signal_connect_object (self->picker, "chosen", G_CALLBACK (chosen_cb), self, 0);
  g_signal_connect_object (self->picker, "effort-chosen", G_CALLBACK (effort_cb), self, 0);
  g_signal_connect_object (self->handle, "notify::snapshot", G_CALLBACK (snapshot_cb), self, 0);
  g_signal_connect_object (self->handle, "notify::state", G_CALLBACK (state_cb), self, 0);
  g_signal_connect_object (client, "notify::commands", G_CALLBACK (commands_cb), self, 0);
  g_signal_connect_object (self->matcher, "trouble", G_CALLBACK (trouble_cb), self, 0);
}

GtkWidget *
ship_session_composer_new (ShipPaths         *paths,
                           ShipSessionHandle *handle,
                           ShipModelList     *models,
                           ShipDrafts        *drafts)
{
  ShipSessionComposer *self = g_object_new (SHIP_TYPE_SESSION_COMPOSER, NULL);
  const char          *id = ship_session_handle_get_id (handle);

  self->handle = g_object_ref (handle);
  self->matcher = ship_file_matcher_new (paths, MOST_FILES);
  ship_file_matcher_set_session (self->matcher, id);
  self->queue = ship_queue_strip_new (handle);
  self->composer = ship_composer_new ();
  self->picker = ship_model_picker_new (models);
  ship_model_picker_set_effort (SHIP_MODEL_PICKER (self->picker), "");
  ship_composer_set_model_widget (SHIP_COMPOSER (self->composer), self->picker);
  ship_composer_set_matcher (SHIP_COMPOSER (self->composer), self->matcher);
  ship_composer_set_drafts (SHIP_COMPOSER (self->composer), drafts, id);
  gtk_box_append (GTK_BOX (self->box), self->queue);
  gtk_box_append (GTK_BOX (self->box), self->composer);
  connect (self);
  state_cb (handle, NULL, self);
  commands_cb (ship_session_handle_get_client (handle), NULL, self);

  return GTK_WIDGET (self);
}

void
ship_session_composer_focus (ShipSessionComposer *self)
{
  g_return_if_fail (SHIP_IS_SESSION_COMPOSER (self));

  ship_composer_focus (SHIP_COMPOSER (self->composer));
}

void
ship_session_composer_add_text (ShipSessionComposer *self, const char *text)
{
  g_return_if_fail (SHIP_IS_SESSION_COMPOSER (self));

  ship_composer_add_text (SHIP_COMPOSER (self->composer), text);
}

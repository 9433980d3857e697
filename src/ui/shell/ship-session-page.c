/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-session-page.h"

#include "client/ship-session-client.h"
#include "client/ship-transcript.h"
#include "composer/ship-composer.h"
#include "shell/ship-status-bar.h"
#include "transcript/ship-conversation.h"
#include "transcript/ship-request-card.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/*
 * What is shown comes from three places: the conversation from the session's store, the state from
 * its process or, while it sleeps, from the list, and what it asks from a snapshot that is read
 * again when the process says so.
 */

#define SNAPSHOT_DELAY_MS 50
#define MAX_WIDTH         792

struct _ShipSessionPage
{
  GtkWidget          parent_instance;
  ShipPaths         *paths;        /* (owned) */
  char              *id;           /* (owned) */
  ShipSessionClient *client;       /* (owned) */
  ShipTranscript    *transcript;   /* (owned) */
  ShipSessionItem   *item;         /* (owned) (nullable) */
  GCancellable      *cancellable;  /* (owned) */
  GtkWidget         *box;          /* (unowned): the only child */
  GtkWidget         *conversation; /* (unowned) */
  GtkWidget         *requests;     /* (unowned): a box of cards */
  GtkWidget         *status;       /* (unowned) */
  GtkWidget         *composer;     /* (unowned) */
  GPtrArray         *wishes;       /* (owned) (element-type Wish): until there is a process */
  guint              snapshot_timer;
  gboolean           is_connecting;
  gboolean           is_starting; /* the process too, if there is none */
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
  gboolean            is_live = ship_session_client_is_connected (self->client);
  const ShipIndexRow *row = self->item != NULL ? ship_session_item_get_row (self->item) : NULL;
  const char         *state = is_live       ? ship_session_client_get_state (self->client)
                              : row != NULL ? row->state
                                            : "hibernated";
  const char         *detail = is_live       ? ship_session_client_get_detail (self->client)
                               : row != NULL ? row->detail
                                             : NULL;
  gboolean is_stoppable = g_strcmp0 (state, "running") == 0 || g_strcmp0 (state, "waiting") == 0 ||
                          g_strcmp0 (state, "waking") == 0 || g_strcmp0 (state, "retrying") == 0;

  ship_status_bar_set_state (SHIP_STATUS_BAR (self->status),
                             state,
                             detail,
                             is_live ? ship_session_client_get_activity (self->client) : NULL);
  ship_composer_set_working (SHIP_COMPOSER (self->composer), is_live && is_stoppable);
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

  if (ship_session_client_call_finish (SHIP_SESSION_CLIENT (object), result, &error))
    return;

  ship_request_card_refused (card);
  if (page != NULL)
    fail (SHIP_SESSION_PAGE (page), error);
}

static void
answer_cb (ShipRequestCard *card, GVariant *options, ShipSessionPage *self)
{
  ship_session_client_call_async (
    self->client,
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
snapshot_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSessionPage) self = SHIP_SESSION_PAGE (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSessionSnapshot) snapshot = ship_session_snapshot_load_finish (result, &error);

  if (snapshot == NULL)
    {
      fail (self, error);
      return;
    }
  if (self->box == NULL) /* closed meanwhile */
    return;
  show_requests (self, snapshot);
  ship_composer_set_model (SHIP_COMPOSER (self->composer), snapshot->session->model);
}

static gboolean
snapshot_due_cb (gpointer user_data)
{
  ShipSessionPage *self = user_data;

  self->snapshot_timer = 0;
  ship_session_snapshot_load_async (self->paths,
                                    self->id,
                                    self->cancellable,
                                    snapshot_cb,
                                    g_object_ref (self));

  return G_SOURCE_REMOVE;
}

static void
read_snapshot (ShipSessionPage *self)
{
  if (self->snapshot_timer == 0)
    self->snapshot_timer = g_timeout_add (SNAPSHOT_DELAY_MS, snapshot_due_cb, self);
}

static void
changed_cb (ShipSessionClient *client, const char *table, gint64 row, ShipSessionPage *self)
{
  if (g_str_equal (table, "request") || g_str_equal (table, "session"))
    read_snapshot (self);
}

/* --- the session's process --- */

/* A call of the user's, which may have to wait until the process was started. */
typedef struct
{
  ShipSessionPage *self;      /* (owned) */
  char            *method;    /* (owned) */
  GVariant        *arguments; /* (owned) (nullable) */
  char            *text;      /* (owned) (nullable): of a prompt; given back when it fails */
} Wish;

static void
wish_free (Wish *wish)
{
  g_object_unref (wish->self);
  g_free (wish->method);
  g_clear_pointer (&wish->arguments, g_variant_unref);
  g_free (wish->text);
  g_free (wish);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wish, wish_free)

static void
refuse (Wish *wish, const GError *error)
{
  ShipSessionPage *self = wish->self;
  g_autofree char *written = NULL;

  if (self->box == NULL)
    return;
  if (wish->text != NULL)
    {
      written = ship_composer_dup_text (SHIP_COMPOSER (self->composer));
      if (written[0] == '\0')
        ship_composer_set_text (SHIP_COMPOSER (self->composer), wish->text);
    }
  fail (self, error);
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Wish) wish = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_session_client_call_finish (SHIP_SESSION_CLIENT (object), result, &error))
    refuse (wish, error);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Wish) wish = user_data;
  g_autoptr (GError) error = NULL;

  ship_session_client_send_finish (SHIP_SESSION_CLIENT (object), result, &error);
  if (error != NULL)
    refuse (wish, error);
}

/* @wish: (transfer full) */
static void
make_call (Wish *wish)
{
  ShipSessionPage *self = wish->self;

  if (wish->text != NULL)
    ship_session_client_send_async (self->client,
                                    wish->text,
                                    wish->arguments,
                                    self->cancellable,
                                    sent_cb,
                                    wish);
  else
    ship_session_client_call_async (self->client,
                                    wish->method,
                                    wish->arguments,
                                    self->cancellable,
                                    called_cb,
                                    wish);
}

static void connect_client (ShipSessionPage *self, gboolean start);

/* What waited for the process goes out, or is given back. */
static void
settle_wishes (ShipSessionPage *self, const GError *error)
{
  g_autoptr (GPtrArray) wishes = g_steal_pointer (&self->wishes);

  self->wishes = g_ptr_array_new ();
  for (guint i = 0; i < wishes->len; i++)
    {
      g_autoptr (Wish) wish = wishes->pdata[i];

      if (error == NULL)
        make_call (g_steal_pointer (&wish));
      else
        refuse (wish, error);
    }
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSessionPage) self = SHIP_SESSION_PAGE (user_data);
  g_autoptr (GError) error = NULL;
  gboolean is_asleep;

  self->is_connecting = FALSE;
  ship_session_client_connect_finish (self->client, result, &error);
  is_asleep =
    !self->is_starting && g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE);
  if (is_asleep && self->wishes->len > 0 && self->box != NULL)
    {
      connect_client (self, TRUE);
      return;
    }

  if (self->wishes->len > 0)
    settle_wishes (self, error);
  else if (error != NULL && !is_asleep) /* asleep, there is just nobody to listen to */
    fail (self, error);
  if (self->box == NULL)
    return;
  update_state (self);
  read_snapshot (self);
}

static void
connect_client (ShipSessionPage *self, gboolean start)
{
  if (self->is_connecting)
    return;

  self->is_connecting = TRUE;
  self->is_starting = start;
  ship_session_client_connect_async (self->client,
                                     start,
                                     self->cancellable,
                                     connected_cb,
                                     g_object_ref (self));
}

static void
listen_if_awake (ShipSessionPage *self)
{
  if (!ship_session_client_is_connected (self->client))
    connect_client (self, FALSE);
}

static void
closed_cb (ShipSessionClient *client, const GError *error, ShipSessionPage *self)
{
  update_state (self);
  read_snapshot (self);
}

/* --- what the user wants of it --- */

/* @arguments: (nullable): floating references are taken */
static void
want (ShipSessionPage *self, const char *method, GVariant *arguments, const char *text)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->self = g_object_ref (self);
  wish->method = g_strdup (method);
  wish->arguments = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;
  wish->text = g_strdup (text);
  if (ship_session_client_is_connected (self->client))
    {
      make_call (wish);
      return;
    }
  g_ptr_array_add (self->wishes, wish);
  connect_client (self, TRUE);
}

void
ship_session_page_send (ShipSessionPage *self, const char *text, const char *mode)
{
  GVariantDict options;

  g_return_if_fail (SHIP_IS_SESSION_PAGE (self));

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "mode", "s", mode);
  want (self, "Send", g_variant_dict_end (&options), text);
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

  if (ship_session_client_is_connected (self->client))
    want (self, "Stop", NULL, NULL);
}

static void
stop_cb (ShipComposer *composer, ShipSessionPage *self)
{
  ship_session_page_stop (self);
}

static void
resume_cb (ShipStatusBar *bar, gboolean again, ShipSessionPage *self)
{
  want (self, "Resume", g_variant_new ("(b)", again), NULL);
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
    ship_conversation_set_model (SHIP_CONVERSATION (self->conversation), G_LIST_MODEL (object));
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

  g_clear_handle_id (&self->snapshot_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  if (self->transcript != NULL)
    ship_transcript_close_async (self->transcript, transcript_closed_cb, NULL);
  g_clear_object (&self->transcript);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  ship_session_page_set_item (self, NULL);

  G_OBJECT_CLASS (ship_session_page_parent_class)->dispose (object);
}

static void
ship_session_page_finalize (GObject *object)
{
  ShipSessionPage *self = SHIP_SESSION_PAGE (object);

  g_clear_object (&self->client);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->wishes); /* each holds the page: none is left */
  g_clear_pointer (&self->paths, ship_paths_unref);
  g_free (self->id);

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
  self->wishes = g_ptr_array_new ();
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
  g_signal_connect_object (self->status, "resume", G_CALLBACK (resume_cb), self, 0);
}

GtkWidget *
ship_session_page_new (ShipPaths *paths, const char *session_id)
{
  ShipSessionPage *self = g_object_new (SHIP_TYPE_SESSION_PAGE, NULL);

  self->paths = ship_paths_ref (paths);
  self->id = g_strdup (session_id);
  self->client = ship_session_client_new (paths, session_id);
  self->transcript = ship_transcript_new (paths, session_id, self->client);
  g_signal_connect_object (self->client, "notify", G_CALLBACK (state_cb), self, 0);
  g_signal_connect_object (self->client, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (self->client, "closed", G_CALLBACK (closed_cb), self, 0);
  ship_transcript_load_async (self->transcript, self->cancellable, loaded_cb, g_object_ref (self));
  listen_if_awake (self);

  return GTK_WIDGET (self);
}

const char *
ship_session_page_get_id (ShipSessionPage *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_PAGE (self), NULL);

  return self->id;
}

/* Somebody else may have woken it. */
static void
item_changed_cb (ShipSessionItem *item, GParamSpec *pspec, ShipSessionPage *self)
{
  if (!g_str_equal (ship_session_item_get_row (item)->state, "hibernated"))
    listen_if_awake (self);
  update_state (self);
}

void
ship_session_page_set_item (ShipSessionPage *self, ShipSessionItem *item)
{
  g_return_if_fail (SHIP_IS_SESSION_PAGE (self));

  if (self->item == item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;

  g_signal_connect_object (item, "notify", G_CALLBACK (item_changed_cb), self, 0);
  update_state (self);
}

void
ship_session_page_focus (ShipSessionPage *self)
{
  g_return_if_fail (SHIP_IS_SESSION_PAGE (self));

  ship_composer_focus (SHIP_COMPOSER (self->composer));
}

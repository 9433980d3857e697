/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-request-list.h"

#include "transcript/ship-request-card.h"
#include "widgets/ship-say.h"

struct _ShipRequestList
{
  GtkWidget          parent_instance;
  ShipSessionHandle *handle;      /* (owned) */
  GCancellable      *cancellable; /* (owned): of answers */
  GtkWidget         *box;         /* (unowned): the only child, with the cards */
};

G_DEFINE_FINAL_TYPE (ShipRequestList, ship_request_list, GTK_TYPE_WIDGET)

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipRequestCard) card = SHIP_REQUEST_CARD (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    return;

  ship_request_card_refused (card);
  ship_say_error (GTK_WIDGET (card), error);
}

static void
answer_cb (ShipRequestCard *card, GVariant *options, ShipRequestList *self)
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
find_card (ShipRequestList *self, gint64 id)
{
  for (GtkWidget *card = gtk_widget_get_first_child (self->box); card != NULL;
       card = gtk_widget_get_next_sibling (card))
    if (ship_request_card_get_id (SHIP_REQUEST_CARD (card)) == id)
      return card;

  return NULL;
}

/* Cards that stay are not touched: an answer may be half written in one. */
static void
snapshot_cb (ShipSessionHandle *handle, GParamSpec *pspec, ShipRequestList *self)
{
  const ShipSessionSnapshot *snapshot = ship_session_handle_get_snapshot (handle);
  GtkWidget                 *card = gtk_widget_get_first_child (self->box);

  while (card != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (card);

      if (!has_request (snapshot, ship_request_card_get_id (SHIP_REQUEST_CARD (card))))
        gtk_box_remove (GTK_BOX (self->box), card);
      card = next;
    }
  for (guint i = 0; i < snapshot->requests->len; i++)
    {
      const ShipRequestRow *row = snapshot->requests->pdata[i];

      if (find_card (self, row->id) != NULL)
        continue;
      card = ship_request_card_new (row);
      g_signal_connect_object (card, "answered", G_CALLBACK (answer_cb), self, 0);
      gtk_box_append (GTK_BOX (self->box), card);
    }
}

/* --- the widget --- */

static void
ship_request_list_dispose (GObject *object)
{
  ShipRequestList *self = SHIP_REQUEST_LIST (object);

  g_cancellable_cancel (self->cancellable);
  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);
  g_clear_object (&self->handle);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_request_list_parent_class)->dispose (object);
}

static void
ship_request_list_finalize (GObject *object)
{
  g_clear_object (&SHIP_REQUEST_LIST (object)->cancellable);

  G_OBJECT_CLASS (ship_request_list_parent_class)->finalize (object);
}

static void
ship_request_list_class_init (ShipRequestListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_request_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_request_list_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
ship_request_list_init (ShipRequestList *self)
{
  self->cancellable = g_cancellable_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_request_list_new (ShipSessionHandle *handle)
{
  ShipRequestList *self = g_object_new (SHIP_TYPE_REQUEST_LIST, NULL);

  self->handle = g_object_ref (handle);
  g_signal_connect_object (handle, "notify::snapshot", G_CALLBACK (snapshot_cb), self, 0);

  return GTK_WIDGET (self);
}

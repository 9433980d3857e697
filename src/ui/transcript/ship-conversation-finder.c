/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-conversation-private.h"
#include "transcript/ship-entry-row.h"
#include "transcript/ship-find-bar.h"

struct _ShipConversationFinder
{
  ShipConversation *conversation; /* (unowned): has this */
  GtkWidget        *bar;          /* (unowned): a part of the conversation */
  char             *text;         /* (owned) (nullable) */
  GPtrArray        *hits;         /* (owned) (nullable) (element-type ShipTranscriptHit) */
  guint             position;     /* of them: the one that is looked at */
  GCancellable     *cancellable;  /* (owned): of the search under way */
};

static const ShipTranscriptHit *
get_hit (ShipConversationFinder *self)
{
  return self->hits != NULL && self->position < self->hits->len ? self->hits->pdata[self->position]
                                                                : NULL;
}

void
ship_conversation_finder_mark (ShipConversationFinder *self)
{
  GPtrArray               *rows = ship_conversation_get_rows (self->conversation);
  const ShipTranscriptHit *hit = get_hit (self);

  for (guint i = 0; i < rows->len; i++)
    {
      ShipEntryRow *row = rows->pdata[i];
      const char   *key = ship_transcript_entry_get_key (ship_entry_row_get_entry (row));

      ship_entry_row_highlight (row, self->text, hit != NULL && g_str_equal (hit->key, key));
    }
}

static void
show_hit (ShipConversationFinder *self)
{
  const ShipTranscriptHit *hit = get_hit (self);

  ship_find_bar_set_count (SHIP_FIND_BAR (self->bar),
                           self->position,
                           self->hits != NULL ? self->hits->len : 0);
  if (hit != NULL)
    ship_conversation_go_to (self->conversation, hit->key, hit->task);
  ship_conversation_finder_mark (self);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipConversation) conversation = SHIP_CONVERSATION (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits =
    ship_transcript_find_finish (SHIP_TRANSCRIPT (object), result, &error);
  ShipConversationFinder *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (hits == NULL)
    {
      ship_conversation_fail (conversation, error);
      return;
    }
  self = ship_conversation_get_finder (conversation);
  if (self == NULL) /* it is gone */
    return;
  self->hits = g_steal_pointer (&hits);
  /* What was said last is what one remembers. */
  self->position = self->hits->len > 0 ? self->hits->len - 1 : 0;
  show_hit (self);
}

static void
search_cb (ShipFindBar *bar, const char *text, ShipConversationFinder *self)
{
  ShipTranscript *transcript = ship_conversation_get_transcript (self->conversation);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->hits, g_ptr_array_unref);
  self->position = 0;
  if (text[0] == '\0' || transcript == NULL)
    {
      show_hit (self);
      return;
    }
  self->text = g_strdup (text);
  self->cancellable = g_cancellable_new ();
  ship_transcript_find_async (transcript,
                              text,
                              self->cancellable,
                              found_cb,
                              g_object_ref (self->conversation));
}

static void
step_cb (ShipFindBar *bar, int by, ShipConversationFinder *self)
{
  ship_conversation_finder_step (self, by);
}

/* The keyboard goes where one was led to. */
static void
closed_cb (ShipFindBar *bar, ShipConversationFinder *self)
{
  GPtrArray               *rows = ship_conversation_get_rows (self->conversation);
  const ShipTranscriptHit *hit = get_hit (self);

  for (guint i = rows->len; i > 0; i--)
    {
      ShipEntryRow *row = rows->pdata[i - 1];
      const char   *key = ship_transcript_entry_get_key (ship_entry_row_get_entry (row));

      if (hit == NULL || g_str_equal (hit->key, key))
        {
          gtk_widget_grab_focus (GTK_WIDGET (row));
          return;
        }
    }
}

ShipConversationFinder *
ship_conversation_finder_new (ShipConversation *conversation)
{
  ShipConversationFinder *self = g_new0 (ShipConversationFinder, 1);

  self->conversation = conversation;
  self->bar = ship_find_bar_new ();
  g_signal_connect (self->bar, "search", G_CALLBACK (search_cb), self);
  g_signal_connect (self->bar, "step", G_CALLBACK (step_cb), self);
  g_signal_connect (self->bar, "closed", G_CALLBACK (closed_cb), self);

  return self;
}

void
ship_conversation_finder_free (ShipConversationFinder *self)
{
  if (self == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->bar, self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->hits, g_ptr_array_unref);
  g_free (self->text);
  g_free (self);
}

GtkWidget *
ship_conversation_finder_get_bar (ShipConversationFinder *self)
{
  return self->bar;
}

void
ship_conversation_finder_open (ShipConversationFinder *self)
{
  ship_find_bar_open (SHIP_FIND_BAR (self->bar));
}

void
ship_conversation_finder_step (ShipConversationFinder *self, int by)
{
  guint n = self->hits != NULL ? self->hits->len : 0;

  if (n == 0)
    return;
  self->position = (self->position + n + (guint) by) % n;
  show_hit (self);
}

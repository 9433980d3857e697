/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-request-desk-private.h"

#include "base/ship-backoff.h"

#include <glib/gi18n-lib.h>

/*
 * The way of an answer to the agent: sent at once, tried again later and later while the agent does
 * not answer, and ended by the agent having it or not knowing the request.
 */

#define FIRST_MS   500
#define LONGEST_MS 15000

typedef struct
{
  ShipRequestDesk *self;     /* (owned) */
  char            *agent_id; /* (owned) */
  gboolean         is_permission;
  guint            serial; /* of the entry, unless there is a newer delivery */
} Delivery;

static void
delivery_free (Delivery *delivery)
{
  g_clear_object (&delivery->self);
  g_free (delivery->agent_id);
  g_free (delivery);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Delivery, delivery_free)

typedef struct
{
  ShipRequestDesk  *self;  /* (unowned): the entry's timer ends before it */
  ShipRequestEntry *entry; /* (unowned) */
} Retry;

static gboolean
retry_cb (gpointer user_data)
{
  Retry *retry = user_data;

  retry->entry->timer = 0;
  ship_request_desk_start_delivery (retry->self, retry->entry);

  return G_SOURCE_REMOVE;
}

static void
try_again (ShipRequestDesk *self, ShipRequestEntry *entry, const GError *error)
{
  Retry *retry = g_new0 (Retry, 1);
  guint  delay;

  g_debug ("an answer did not get through: %s", error->message);
  entry->attempt++;
  if (entry->attempt == 1)
    ship_request_desk_note (
      self,
      _ ("The answer to “%s” has not reached the agent yet: it is tried again"),
      entry->title);
  delay = ship_backoff_delay_ms (entry->attempt, FIRST_MS, LONGEST_MS, g_random_double ());
  retry->self = self;
  retry->entry = entry;
  entry->timer = g_timeout_add_full (G_PRIORITY_DEFAULT, delay, retry_cb, retry, g_free);
}

void
ship_request_desk_drop_answer (ShipRequestDesk *self, ShipRequestEntry *entry)
{
  if (entry->state == SHIP_REQUEST_ANSWERED)
    {
      ship_request_desk_note (self,
                              _ ("The agent did not wait for the answer to “%s” any more"),
                              entry->title);
      ship_request_desk_mark (self, SHIP_REQUEST_JOB_WITHDRAW, entry->agent_id);
    }
  g_ptr_array_remove (self->entries, entry);
}

/* It did not understand the answer: the user may give another one. */
static void
reopen (ShipRequestDesk *self, ShipRequestEntry *entry)
{
  ship_request_desk_note (self,
                          _ ("The agent did not take the answer to “%s”: it waits for another one"),
                          entry->title);
  entry->state = SHIP_REQUEST_OPEN;
  ship_request_desk_mark (self, SHIP_REQUEST_JOB_REOPEN, entry->agent_id);
  ship_request_desk_update_waiting (self);
}

static gboolean
finish_delivery (Delivery *delivery, ShipAgent *agent, GAsyncResult *result, GError **error)
{
  return delivery->is_permission ? ship_agent_answer_permission_finish (agent, result, error)
                                 : ship_agent_answer_question_finish (agent, result, error);
}

static void
delivered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Delivery) delivery = user_data;
  ShipRequestDesk  *self = delivery->self;
  ShipRequestEntry *entry = ship_request_desk_find (self, delivery->agent_id);
  g_autoptr (GError) error = NULL;
  gboolean is_taken = finish_delivery (delivery, SHIP_AGENT (object), result, &error);

  /* Its closing may come before this; it is marked there. */
  if (entry == NULL || entry->serial != delivery->serial)
    return;

  entry->serial = 0;
  if (is_taken)
    {
      entry->state = SHIP_REQUEST_DELIVERED;
      ship_request_desk_mark (self, SHIP_REQUEST_JOB_DELIVERED, entry->agent_id);
    }
  else if (g_error_matches (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_NOT_FOUND))
    ship_request_desk_drop_answer (self, entry);
  else if (g_error_matches (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_REFUSED))
    reopen (self, entry);
  else
    try_again (self, entry, error);
}

/* Takes @delivery (nullable): without one nobody waits for the end. */
static void
send_answer (ShipAgent          *agent,
             ShipRequestEntry   *entry,
             GAsyncReadyCallback callback,
             Delivery           *delivery)
{
  if (entry->permission != NULL)
    ship_agent_answer_permission_async (agent,
                                        entry->agent_id,
                                        entry->is_allowed,
                                        entry->message,
                                        NULL,
                                        callback,
                                        delivery);
  else
    ship_agent_answer_question_async (agent,
                                      entry->agent_id,
                                      (const char *const *) entry->answers,
                                      NULL,
                                      callback,
                                      delivery);
}

void
ship_request_desk_start_delivery (ShipRequestDesk *self, ShipRequestEntry *entry)
{
  Delivery *delivery;

  g_clear_handle_id (&entry->timer, g_source_remove);
  if (self->agent == NULL || entry->serial != 0)
    return;

  entry->serial = ++self->last_serial;
  delivery = g_new0 (Delivery, 1);
  delivery->self = g_object_ref (self);
  delivery->agent_id = g_strdup (entry->agent_id);
  delivery->is_permission = entry->permission != NULL;
  delivery->serial = entry->serial;
  send_answer (self->agent, entry, delivered_cb, delivery);
}

void
ship_request_desk_set_agent (ShipRequestDesk *self, ShipAgent *agent)
{
  g_return_if_fail (SHIP_IS_REQUEST_DESK (self));

  if (!g_set_object (&self->agent, agent))
    return;

  /* What was on its way went to the other one. */
  for (guint i = 0; i < self->entries->len; i++)
    {
      ShipRequestEntry *entry = self->entries->pdata[i];

      entry->serial = 0;
      if (entry->state == SHIP_REQUEST_ANSWERED)
        ship_request_desk_start_delivery (self, entry);
    }
}

void
ship_request_desk_turn_away (ShipRequestDesk *self, ShipRequestEntry *entry, const char *reason)
{
  const ShipAnswer answer = { .is_rejected = TRUE, .message = reason };

  ship_request_entry_set_answer (entry, &answer);
  if (self->agent != NULL)
    send_answer (self->agent, entry, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/opencode/ship-opencode-merge.h"

/*
 * The replay is a picture taken while the stream went on, so events from before and from after it
 * are held side by side, and nothing in them says which is which. What can be told is what is
 * final: an ended part, a completed message. No I/O, no state, any thread.
 */

/* What the replay tells as final or as there. Keys are borrowed from its events. */
static GHashTable *
collect_settled (GPtrArray *replay)
{
  GHashTable *settled = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < replay->len; i++)
    {
      ShipAgentEvent *event = g_ptr_array_index (replay, i);

      if (event->part != NULL && event->part->is_ended)
        g_hash_table_add (settled, event->part->id);
      if (event->message != NULL && event->message->completed_ms > 0)
        g_hash_table_add (settled, event->message->id);
      if (event->request != NULL)
        g_hash_table_add (settled, event->request->id);
    }

  return settled;
}

static gboolean
is_overtaken (ShipAgentEvent *event, GHashTable *settled)
{
  switch (event->kind)
    {
    case SHIP_AGENT_EVENT_PART:
      return !event->part->is_ended && g_hash_table_contains (settled, event->part->id);
    case SHIP_AGENT_EVENT_PART_DELTA:
      return g_hash_table_contains (settled, event->part_id);
    case SHIP_AGENT_EVENT_MESSAGE:
      return event->message->completed_ms == 0 &&
             g_hash_table_contains (settled, event->message->id);
    case SHIP_AGENT_EVENT_PERMISSION:
    case SHIP_AGENT_EVENT_QUESTION:
      return g_hash_table_contains (settled, event->request->id);
    case SHIP_AGENT_EVENT_UNKNOWN:
    case SHIP_AGENT_EVENT_IGNORED:
    case SHIP_AGENT_EVENT_STATUS:
    case SHIP_AGENT_EVENT_PART_REMOVED:
    case SHIP_AGENT_EVENT_TODOS:
    case SHIP_AGENT_EVENT_REQUEST_CLOSED:
    case SHIP_AGENT_EVENT_FILE_EDITED:
    case SHIP_AGENT_EVENT_SESSION:
    case SHIP_AGENT_EVENT_SESSION_ERROR:
    case SHIP_AGENT_EVENT_COMPACTED:
      break;
    }

  return FALSE;
}

GPtrArray *
ship_opencode_merge (const char *session_id, GPtrArray *replay, GQueue *held)
{
  g_autoptr (GHashTable) settled = collect_settled (replay);
  GPtrArray      *merged = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_agent_event_unref);
  ShipAgentEvent *status = g_ptr_array_index (replay, replay->len - 1);

  for (guint i = 0; i + 1 < replay->len; i++)
    g_ptr_array_add (merged, ship_agent_event_ref (g_ptr_array_index (replay, i)));
  for (GList *l = held->head; l != NULL; l = l->next)
    {
      ShipAgentEvent *event = l->data;

      if (event->kind == SHIP_AGENT_EVENT_STATUS && g_strcmp0 (event->session_id, session_id) == 0)
        status = event;
      else if (!is_overtaken (event, settled))
        g_ptr_array_add (merged, ship_agent_event_ref (event));
    }
  g_ptr_array_add (merged, ship_agent_event_ref (status));

  return merged;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-watch-private.h"

#include <glib/gi18n-lib.h>

/*
 * Whether the agent is there and at work, and what is shown when it is not: never plainly working.
 * The connection is the link's, which reconnects by itself; how long nothing new came is the
 * watch's.
 */

/* --- the connection --- */

static void
link_down_cb (ShipAgentLink *link, const char *sentence, gint64 next_ms, ShipSession *self)
{
  if (self->turn != NULL && ship_session_can (self, SHIP_SESSION_EVENT_RETRY))
    {
      if (self->watch != NULL)
        ship_stuck_watch_touch (self->watch);
      self->is_reconnecting = TRUE;
      ship_session_set_retry_at (self, next_ms);
      ship_session_apply (self, SHIP_SESSION_EVENT_RETRY, sentence, NULL);
    }
  else if (self->state == SHIP_SESSION_STATE_IDLE)
    {
      ship_transcript_writer_note (self->writer, "step", sentence);
      ship_session_set_detail (self, sentence);
    }
}

/* What the agent told meanwhile has been taken in: where nothing of it said otherwise, it goes on
 * as before. */
static void
link_up_cb (ShipAgentLink *link, ShipSession *self)
{
  gboolean is_ours = self->is_reconnecting && self->state == SHIP_SESSION_STATE_RETRYING;

  self->is_reconnecting = FALSE;
  if (self->turn != NULL)
    ship_turn_caught_up (self->turn);

  if (self->state == SHIP_SESSION_STATE_IDLE)
    {
      ship_session_set_detail (self, NULL);
      ship_session_kick (self);
    }
  else if (is_ours && ship_request_desk_get_waiting (self->desk) != NULL)
    {
      ship_session_check_waiting (self);
    }
  else if (is_ours)
    {
      ship_session_apply (self, SHIP_SESSION_EVENT_GO_ON, NULL, NULL);
    }
}

static void
link_given_up_cb (ShipAgentLink *link, const GError *error, ShipSession *self)
{
  ship_session_lose_agent (self, error);
}

/* --- is it at work? --- */

static void
stuck_cb (ShipStuckWatch *watch, ShipSession *self)
{
  g_autofree char *text = NULL;

  /* A retry, a question and a stop have their own words. */
  if (self->state != SHIP_SESSION_STATE_RUNNING)
    {
      ship_stuck_watch_touch (watch);
      return;
    }

  text = g_strdup_printf (_ ("Nothing new from the agent for %u s. Wait, or stop it."),
                          MAX (self->patience.stuck_ms / 1000, 1));
  g_free (self->work_activity);
  self->work_activity = g_strdup (self->activity);
  ship_transcript_writer_note (self->writer, "state", text);
  ship_session_set_activity (self, "stuck");
  ship_session_set_detail (self, text);
}

static void
work_cb (ShipStuckWatch *watch, ShipSession *self)
{
  if (self->work_activity == NULL)
    return;

  if (g_str_equal (self->activity, "stuck"))
    ship_session_set_activity (self, self->work_activity);
  if (self->state == SHIP_SESSION_STATE_RUNNING)
    ship_session_set_detail (self, NULL);
  g_clear_pointer (&self->work_activity, g_free);
}

void
ship_session_watch_agent (ShipSession *self, ShipAgent *agent)
{
  if (self->link != NULL)
    ship_agent_link_stop (self->link);
  g_clear_object (&self->link);
  if (agent == NULL)
    return;

  self->is_reconnecting = FALSE;
  self->link = ship_agent_link_new (agent, &self->patience);
  g_signal_connect_object (self->link, "down", G_CALLBACK (link_down_cb), self, 0);
  g_signal_connect_object (self->link, "up", G_CALLBACK (link_up_cb), self, 0);
  g_signal_connect_object (self->link, "given-up", G_CALLBACK (link_given_up_cb), self, 0);
}

gboolean
ship_session_is_linked (ShipSession *self)
{
  return self->link == NULL || ship_agent_link_is_up (self->link);
}

void
ship_session_watch_turn (ShipSession *self)
{
  g_clear_object (&self->watch);
  g_clear_pointer (&self->work_activity, g_free);
  if (self->turn == NULL)
    return;

  self->watch = ship_stuck_watch_new (self->agent, self->patience.stuck_ms);
  g_signal_connect_object (self->watch, "stuck", G_CALLBACK (stuck_cb), self, 0);
  g_signal_connect_object (self->watch, "work", G_CALLBACK (work_cb), self, 0);
}

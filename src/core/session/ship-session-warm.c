/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-warm.h"

#include "session/ship-session-watch-private.h"

#include <glib/gi18n-lib.h>

/*
 * Waking before there is work, because some is likely to come. From the first prompt on it is a
 * wake like any other (see go_on() in ship-session-commands.c): retried, and failing the session.
 */

static const char *
find_obstacle (ShipSession *self)
{
  if (self->is_closing)
    return _ ("The session is just going to sleep: try again in a moment");
  if (self->row->archived_at != 0)
    return _ ("The session is archived: a prompt restores it");
  if (self->state == SHIP_SESSION_STATE_HOLDING || self->state == SHIP_SESSION_STATE_FAILED)
    return _ ("The session's queue waits for you: go on with it first");

  return NULL;
}

gboolean
ship_session_wake (ShipSession *self, GError **error)
{
  const char *obstacle;

  g_return_val_if_fail (SHIP_IS_SESSION (self), FALSE);

  obstacle = find_obstacle (self);
  if (obstacle != NULL)
    {
      g_set_error_literal (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT, obstacle);
      return FALSE;
    }

  if (self->state == SHIP_SESSION_STATE_HIBERNATED)
    {
      self->is_unasked = TRUE;
      ship_session_apply (self, SHIP_SESSION_EVENT_WAKE, NULL, NULL);
    }
  return TRUE;
}

void
ship_session_give_up_warming (ShipSession *self, const GError *error)
{
  gboolean is_stopped = self->state == SHIP_SESSION_STATE_STOPPING;

  self->is_unasked = FALSE;
  ship_session_watch_agent (self, NULL);
  ship_runtime_sleep_async (self->runtime, NULL, NULL); /* the agent may be up, and of no use */
  if (is_stopped)
    ship_session_apply (self, SHIP_SESSION_EVENT_DONE, NULL, NULL);
  /* A close that waited for this has put it to sleep already. */
  if (ship_session_can (self, SHIP_SESSION_EVENT_SLEEP) &&
      self->state != SHIP_SESSION_STATE_HIBERNATED)
    ship_session_apply (self,
                        SHIP_SESSION_EVENT_SLEEP,
                        is_stopped || error == NULL ? NULL : error->message,
                        NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-parts-private.h"

#include <glib/gi18n-lib.h>

/*
 * What a wake is at. A step that takes long says for how long: the journal has the step once, the
 * detail counts.
 */

static gboolean
still_cb (gpointer user_data)
{
  ShipSession     *self = user_data;
  gint64           seconds = (g_get_monotonic_time () - self->step_since) / G_USEC_PER_SEC;
  g_autofree char *text = g_strdup_printf (_ ("%s, %" G_GINT64_FORMAT " s…"), self->step, seconds);

  ship_session_set_detail (self, text);

  return G_SOURCE_CONTINUE;
}

void
ship_session_tell_step (ShipSession *self, const char *step)
{
  ship_session_end_steps (self);
  if (self->state != SHIP_SESSION_STATE_WAKING || step[0] == '\0')
    return;

  self->step = g_strdup (step);
  self->step_since = g_get_monotonic_time ();
  self->step_timer = g_timeout_add (self->patience.progress_ms, still_cb, self);
  ship_session_set_detail (self, step);
  ship_transcript_writer_note (self->writer, "step", step);
}

void
ship_session_end_steps (ShipSession *self)
{
  g_clear_handle_id (&self->step_timer, g_source_remove);
  g_clear_pointer (&self->step, g_free);
}

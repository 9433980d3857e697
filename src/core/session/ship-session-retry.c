/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-watch-private.h"

#include "base/ship-backoff.h"
#include "base/ship-clock.h"

#include <glib/gi18n-lib.h>

/*
 * Trying again what failed on our own side while waking: the mirror, the sandbox, the start of the
 * agent. Only what is transient, and a few times; what calls a model is retried by the agent alone.
 */

#define MAX_RETRIES 3

typedef struct
{
  ShipSession  *self;        /* (owned) */
  GCancellable *cancellable; /* (owned) */
  gulong        handler;
  guint         timer;
} Pause;

/* Ends the pause; @is_over: it was not cut short. Frees @pause. */
static void
end_pause (Pause *pause, gboolean is_over)
{
  g_autoptr (ShipSession) self = pause->self;
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&pause->timer, g_source_remove);
  g_clear_signal_handler (&pause->handler, pause->cancellable);
  g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled"));
  g_clear_object (&pause->cancellable);
  g_free (pause);

  ship_session_set_retry_at (self, 0);
  g_clear_object (&self->wake_cancellable);
  if (is_over)
    ship_session_start_wake (self);
  else
    ship_session_end_wake (self, error);
}

static gboolean
pause_over_cb (gpointer user_data)
{
  Pause *pause = user_data;

  pause->timer = 0;
  end_pause (pause, TRUE);

  return G_SOURCE_REMOVE;
}

static gboolean
pause_cut_cb (gpointer user_data)
{
  Pause *pause = user_data;

  pause->timer = 0;
  end_pause (pause, FALSE);

  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Pause *pause = user_data;

  /* From the cancelling caller: when the stack has unwound. */
  g_source_remove (pause->timer);
  pause->timer = g_idle_add (pause_cut_cb, pause);
}

gboolean
ship_session_retry_wake (ShipSession *self, const GError *error)
{
  ShipErrorClass   error_class = ship_session_error_classify (error);
  g_autofree char *detail = NULL;
  Pause           *pause;
  guint            delay;

  if ((error_class != SHIP_ERROR_CLASS_RETRY && error_class != SHIP_ERROR_CLASS_RETRY_AFTER) ||
      self->n_wake_retries >= MAX_RETRIES || self->is_closing)
    return FALSE;

  self->n_wake_retries++;
  delay = ship_backoff_delay_ms (self->n_wake_retries,
                                 self->patience.retry_ms,
                                 self->patience.retry_ms * 4,
                                 g_random_double ());
  detail = g_strdup_printf (_ ("Retry %u of %u in %u s: %s"),
                            self->n_wake_retries,
                            MAX_RETRIES,
                            (delay + 500) / 1000,
                            error->message);
  ship_transcript_writer_note (self->writer, "step", detail);
  ship_session_set_retry_at (self, ship_clock_now_ms () + delay);
  ship_session_set_detail (self, detail);

  ship_session_end_steps (self);
  g_clear_error (&self->down);
  self->wake_cancellable = g_cancellable_new ();
  pause = g_new0 (Pause, 1);
  pause->self = g_object_ref (self);
  pause->cancellable = g_object_ref (self->wake_cancellable);
  pause->timer = g_timeout_add (delay, pause_over_cb, pause);
  pause->handler =
    g_signal_connect (pause->cancellable, "cancelled", G_CALLBACK (cancelled_cb), pause);

  return TRUE;
}

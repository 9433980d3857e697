/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-agent-link.h"

#include "base/ship-backoff.h"
#include "base/ship-clock.h"

#include <glib/gi18n-lib.h>

/*
 *   lost_cb → pause → pause_over_cb → try_now → connected_cb → caught_up_cb → "up"
 *               ↑______________________________________|____________|
 *
 * Two ways to lose an agent are told apart. A connection that was cut says nothing about the agent,
 * which goes on: there is time. One that is open and silent although its heart should beat means an
 * agent that hangs: it is asked once more, at once, and then given up.
 */

struct _ShipAgentLink
{
  GObject      parent_instance;
  ShipAgent   *agent; /* (owned) */
  ShipPatience patience;
  char        *agent_session; /* (owned) (nullable) */
  gboolean     is_up;
  gboolean     is_stopped;

  /* While it is down. */
  GError       *cause;    /* (owned) (nullable) */
  gint64        deadline; /* monotonic microseconds */
  guint         attempt;
  guint         timer;       /* the pause, or the end of the try under way */
  GCancellable *cancellable; /* (owned) (nullable): of the try under way */
};

enum
{
  DOWN,
  UP,
  GIVEN_UP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipAgentLink, ship_agent_link, G_TYPE_OBJECT)

static void
end_attempt (ShipAgentLink *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->cancellable);
}

static void
ship_agent_link_dispose (GObject *object)
{
  ShipAgentLink *self = SHIP_AGENT_LINK (object);

  if (self->agent != NULL)
    ship_agent_link_stop (self);
  g_clear_object (&self->agent);
  g_clear_error (&self->cause);
  g_clear_pointer (&self->agent_session, g_free);

  G_OBJECT_CLASS (ship_agent_link_parent_class)->dispose (object);
}

static void
ship_agent_link_class_init (ShipAgentLinkClass *klass)
{
  GType type = SHIP_TYPE_AGENT_LINK;

  G_OBJECT_CLASS (klass)->dispose = ship_agent_link_dispose;

  signals[DOWN] = g_signal_new ("down",
                                type,
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                2,
                                G_TYPE_STRING,
                                G_TYPE_INT64);
  signals[UP] = g_signal_new ("up", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GIVEN_UP] = g_signal_new ("given-up",
                                    type,
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    1,
                                    G_TYPE_ERROR);
}

static void
ship_agent_link_init (ShipAgentLink *self)
{
  self->is_up = TRUE;
}

static gboolean
is_silence (ShipAgentLink *self)
{
  return g_error_matches (self->cause, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_SILENT);
}

static void
give_up (ShipAgentLink *self)
{
  g_autoptr (ShipAgentLink) keep = g_object_ref (self);
  g_autoptr (GError) error = NULL;

  error = g_error_new_literal (
    SHIP_AGENT_ERROR,
    is_silence (self) ? SHIP_AGENT_ERROR_SILENT : SHIP_AGENT_ERROR_LOST,
    is_silence (self)
      ? _ ("The agent stopped responding and was ended. Resume to go on where it was.")
      : _ ("The connection to the agent was lost and could not be made again. Resume to go on "
           "where it was."));
  ship_agent_link_stop (self);
  g_signal_emit (self, signals[GIVEN_UP], 0, error);
}

static void try_now (ShipAgentLink *self);

static gboolean
pause_over_cb (gpointer user_data)
{
  ShipAgentLink *self = user_data;

  self->timer = 0;
  try_now (self);

  return G_SOURCE_REMOVE;
}

static guint
get_left_ms (ShipAgentLink *self)
{
  gint64 left = (self->deadline - g_get_monotonic_time ()) / 1000;

  return (guint) CLAMP (left, 0, G_MAXINT);
}

/* The next try, after a pause; or the end, when there is no time left for one. */
static void
try_later (ShipAgentLink *self)
{
  g_autofree char *sentence = NULL;
  guint            delay;

  end_attempt (self);
  self->attempt++;
  delay = ship_backoff_delay_ms (self->attempt,
                                 self->patience.reconnect_ms,
                                 self->patience.reconnect_max,
                                 g_random_double ());
  if (get_left_ms (self) <= delay)
    {
      give_up (self);
      return;
    }

  self->timer = g_timeout_add (delay, pause_over_cb, self);
  sentence = g_strdup_printf (_ ("Connection to the agent lost, trying again in %u s"),
                              MAX ((delay + 500) / 1000, 1));
  g_signal_emit (self, signals[DOWN], 0, sentence, ship_clock_now_ms () + delay);
}

/* Whether a step that has ended is still of interest; @self: (nullable): what the step held. */
static gboolean
is_current (ShipAgentLink *self, GCancellable *cancellable)
{
  return !self->is_stopped && self->cancellable == cancellable;
}

/* A step under way: a try may have ended meanwhile, and another begun. */
typedef struct
{
  ShipAgentLink *self;        /* (owned) */
  GCancellable  *cancellable; /* (owned) */
} Step;

static Step *
step_new (ShipAgentLink *self)
{
  Step *step = g_new0 (Step, 1);

  step->self = g_object_ref (self);
  step->cancellable = g_object_ref (self->cancellable);

  return step;
}

static void
step_free (Step *step)
{
  g_clear_object (&step->self);
  g_clear_object (&step->cancellable);
  g_free (step);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Step, step_free)

static void
be_up (ShipAgentLink *self)
{
  end_attempt (self);
  g_clear_error (&self->cause);
  self->attempt = 0;
  self->is_up = TRUE;
  g_signal_emit (self, signals[UP], 0);
}

static void
caught_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Step) step = user_data;
  ShipAgentLink *self = step->self;
  g_autoptr (GError) error = NULL;
  gboolean is_done = ship_agent_reconcile_finish (SHIP_AGENT (object), result, &error);

  if (!is_current (self, step->cancellable))
    return;
  if (is_done)
    {
      be_up (self);
      return;
    }

  g_debug ("The agent did not tell what was missed: %s", error->message);
  ship_agent_disconnect (self->agent);
  try_later (self);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Step) step = user_data;
  ShipAgentLink *self = step->self;
  g_autoptr (GError) error = NULL;
  gboolean is_done = ship_agent_connect_finish (SHIP_AGENT (object), result, &error);

  if (!is_current (self, step->cancellable))
    return;
  if (!is_done)
    {
      g_debug ("The agent was not reached: %s", error->message);
      try_later (self);
      return;
    }

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->agent_session == NULL)
    be_up (self);
  else
    ship_agent_reconcile_async (self->agent,
                                self->agent_session,
                                self->cancellable,
                                caught_up_cb,
                                step_new (self));
}

static gboolean
attempt_over_cb (gpointer user_data)
{
  ShipAgentLink *self = user_data;

  self->timer = 0;
  g_cancellable_cancel (self->cancellable); /* connected_cb() goes on */

  return G_SOURCE_REMOVE;
}

static void
try_now (ShipAgentLink *self)
{
  g_assert (self->cancellable == NULL && self->timer == 0);

  self->cancellable = g_cancellable_new ();
  self->timer = g_timeout_add (MIN (self->patience.attempt_ms, MAX (get_left_ms (self), 1)),
                               attempt_over_cb,
                               self);
  ship_agent_connect_async (self->agent, self->cancellable, connected_cb, step_new (self));
}

static void
lost_cb (ShipAgent *agent, const GError *error, ShipAgentLink *self)
{
  guint patience_ms;

  /* Lost again while it catches up: that step fails, and goes on. */
  if (!self->is_up || self->is_stopped)
    return;

  self->is_up = FALSE;
  self->attempt = 0;
  self->cause = error != NULL ? g_error_copy (error) : NULL;
  patience_ms = is_silence (self) ? self->patience.probe_ms : self->patience.give_up_ms;
  self->deadline = g_get_monotonic_time () + (gint64) patience_ms * 1000;
  if (is_silence (self))
    {
      g_signal_emit (self,
                     signals[DOWN],
                     0,
                     _ ("The agent gives no sign of life; asking it once more"),
                     (gint64) 0);
      if (!self->is_stopped)
        try_now (self);
    }
  else
    {
      try_later (self);
    }
}

ShipAgentLink *
ship_agent_link_new (ShipAgent *agent, const ShipPatience *patience)
{
  ShipAgentLink *self = g_object_new (SHIP_TYPE_AGENT_LINK, NULL);

  self->agent = g_object_ref (agent);
  self->patience = *patience;
  g_signal_connect_object (agent, "lost", G_CALLBACK (lost_cb), self, 0);

  return self;
}

void
ship_agent_link_set_session (ShipAgentLink *self, const char *agent_session)
{
  g_return_if_fail (SHIP_IS_AGENT_LINK (self));

  g_free (self->agent_session);
  self->agent_session = g_strdup (agent_session);
}

gboolean
ship_agent_link_is_up (ShipAgentLink *self)
{
  g_return_val_if_fail (SHIP_IS_AGENT_LINK (self), FALSE);

  return self->is_up && !self->is_stopped;
}

void
ship_agent_link_stop (ShipAgentLink *self)
{
  g_return_if_fail (SHIP_IS_AGENT_LINK (self));

  if (self->is_stopped)
    return;

  self->is_stopped = TRUE;
  g_signal_handlers_disconnect_by_data (self->agent, self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  end_attempt (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-stuck-watch.h"

/*
 * A timer that is not moved with each event: when it ends too early it is set again for the rest.
 */

struct _ShipStuckWatch
{
  GObject  parent_instance;
  guint    limit_ms;
  guint    timer;
  gint64   last_news; /* monotonic microseconds */
  gboolean is_stuck;
};

enum
{
  STUCK,
  WORK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipStuckWatch, ship_stuck_watch, G_TYPE_OBJECT)

static void
ship_stuck_watch_dispose (GObject *object)
{
  g_clear_handle_id (&SHIP_STUCK_WATCH (object)->timer, g_source_remove);

  G_OBJECT_CLASS (ship_stuck_watch_parent_class)->dispose (object);
}

static void
ship_stuck_watch_class_init (ShipStuckWatchClass *klass)
{
  GType type = SHIP_TYPE_STUCK_WATCH;

  G_OBJECT_CLASS (klass)->dispose = ship_stuck_watch_dispose;

  signals[STUCK] =
    g_signal_new ("stuck", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[WORK] =
    g_signal_new ("work", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ship_stuck_watch_init (ShipStuckWatch *self)
{
}

static gboolean
timer_cb (gpointer user_data)
{
  ShipStuckWatch *self = user_data;
  gint64          silent_ms = (g_get_monotonic_time () - self->last_news) / 1000;

  self->timer = 0;
  if (silent_ms < self->limit_ms)
    {
      self->timer = g_timeout_add ((guint) (self->limit_ms - silent_ms), timer_cb, self);
      return G_SOURCE_REMOVE;
    }

  self->is_stuck = TRUE;
  g_signal_emit (self, signals[STUCK], 0);

  return G_SOURCE_REMOVE;
}

void
ship_stuck_watch_touch (ShipStuckWatch *self)
{
  g_return_if_fail (SHIP_IS_STUCK_WATCH (self));

  self->last_news = g_get_monotonic_time ();
  if (self->timer == 0)
    self->timer = g_timeout_add (self->limit_ms, timer_cb, self);
  if (!self->is_stuck)
    return;

  self->is_stuck = FALSE;
  g_signal_emit (self, signals[WORK], 0);
}

static gboolean
is_news (ShipAgentEvent *event)
{
  switch (event->kind)
    {
    case SHIP_AGENT_EVENT_STATUS:
    case SHIP_AGENT_EVENT_MESSAGE:
    case SHIP_AGENT_EVENT_PART:
    case SHIP_AGENT_EVENT_PART_DELTA:
    case SHIP_AGENT_EVENT_PART_REMOVED:
    case SHIP_AGENT_EVENT_TODOS:
    case SHIP_AGENT_EVENT_PERMISSION:
    case SHIP_AGENT_EVENT_QUESTION:
    case SHIP_AGENT_EVENT_REQUEST_CLOSED:
    case SHIP_AGENT_EVENT_FILE_EDITED:
    case SHIP_AGENT_EVENT_COMPACTED:
      return TRUE;
    case SHIP_AGENT_EVENT_UNKNOWN:
    case SHIP_AGENT_EVENT_IGNORED:
    case SHIP_AGENT_EVENT_SESSION:
    case SHIP_AGENT_EVENT_SESSION_ERROR:
      break;
    }

  return FALSE;
}

static void
event_cb (ShipAgent *agent, ShipAgentEvent *event, ShipStuckWatch *self)
{
  if (is_news (event))
    ship_stuck_watch_touch (self);
}

ShipStuckWatch *
ship_stuck_watch_new (ShipAgent *agent, guint limit_ms)
{
  ShipStuckWatch *self = g_object_new (SHIP_TYPE_STUCK_WATCH, NULL);

  self->limit_ms = MAX (limit_ms, 1);
  g_signal_connect_object (agent, "event", G_CALLBACK (event_cb), self, 0);
  ship_stuck_watch_touch (self);

  return self;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-idle-policy.h"

/*
 * One timer, set anew whenever the state or the number of clients changes; none while there is
 * work.
 */

#define ASLEEP_SECONDS 5

struct _ShipIdlePolicy
{
  GObject             parent_instance;
  ShipSession        *session; /* (owned) */
  ShipSessionService *service; /* (owned) */
  guint               idle_seconds;
  guint               timer;
};

enum
{
  SLEEP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipIdlePolicy, ship_idle_policy, G_TYPE_OBJECT)

static void
ship_idle_policy_dispose (GObject *object)
{
  ShipIdlePolicy *self = SHIP_IDLE_POLICY (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->service);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ship_idle_policy_parent_class)->dispose (object);
}

static void
ship_idle_policy_class_init (ShipIdlePolicyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_idle_policy_dispose;

  signals[SLEEP] = g_signal_new ("sleep",
                                 SHIP_TYPE_IDLE_POLICY,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 0);
}

static void
ship_idle_policy_init (ShipIdlePolicy *self)
{
}

static void update (ShipIdlePolicy *self);

static gboolean
timer_cb (gpointer user_data)
{
  ShipIdlePolicy *self = user_data;

  self->timer = 0;
  if (ship_session_is_quiet (self->session))
    g_signal_emit (self, signals[SLEEP], 0);
  else
    update (self); /* it looks at its queue, and if that is empty no state will change */

  return G_SOURCE_REMOVE;
}

static void
update (ShipIdlePolicy *self)
{
  gboolean is_awake = ship_session_get_sandbox (self->session) != NULL;
  gboolean is_watched = ship_session_service_get_n_clients (self->service) > 0;
  guint    seconds = is_awake ? self->idle_seconds : is_watched ? 0 : ASLEEP_SECONDS;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (seconds > 0 && ship_session_get_state (self->session) != SHIP_SESSION_STATE_WAKING &&
      !ship_session_state_is_working (ship_session_get_state (self->session)))
    self->timer = g_timeout_add_seconds (seconds, timer_cb, self);
}

void
ship_idle_policy_set_idle_seconds (ShipIdlePolicy *self, guint idle_seconds)
{
  g_return_if_fail (SHIP_IS_IDLE_POLICY (self));

  self->idle_seconds = idle_seconds;
  update (self);
}

ShipIdlePolicy *
ship_idle_policy_new (ShipSession *session, ShipSessionService *service, guint idle_seconds)
{
  ShipIdlePolicy *self = g_object_new (SHIP_TYPE_IDLE_POLICY, NULL);

  self->session = g_object_ref (session);
  self->service = g_object_ref (service);
  self->idle_seconds = idle_seconds;
  g_signal_connect_object (session, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (service,
                           "notify::n-clients",
                           G_CALLBACK (update),
                           self,
                           G_CONNECT_SWAPPED);
  update (self);

  return self;
}

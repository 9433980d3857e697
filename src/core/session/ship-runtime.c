/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-runtime.h"

/*
 * The abstract type and its dispatch; nothing is decided here. See core/context/ for what fills it
 * in.
 */

typedef struct
{
  char               *step;         /* (owned) */
  ShipRuntimeGateFunc gate;         /* (nullable) */
  gpointer            gate_data;    /* (unowned) */
  GStrv               permissions;  /* (owned) (nullable) */
  char               *egress_mode;  /* (owned) (nullable) */
  GStrv               egress_hosts; /* (owned) (nullable) */
  ShipSandboxLimits   limits;
} ShipRuntimePrivate;

typedef enum
{
  PROP_STEP = 1,
} ShipRuntimeProperty;

enum
{
  DIED,
  AGENT_DIED,
  METERED,
  REFUSED,
  SETTLED,
  CONTACT,
  EGRESS_CHANGED,
  LIMITS_CHANGED,
  LIMITED,
  NOTICED,
  N_SIGNALS
};

static GParamSpec *properties[PROP_STEP + 1];
static guint       signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ShipRuntime, ship_runtime, G_TYPE_OBJECT)

static void
ship_runtime_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch ((ShipRuntimeProperty) prop_id)
    {
    case PROP_STEP:
      g_value_set_string (value, ship_runtime_get_step (SHIP_RUNTIME (object)));
      break;
    }
}

static void
ship_runtime_finalize (GObject *object)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (SHIP_RUNTIME (object));

  g_free (priv->step);
  g_strfreev (priv->permissions);
  g_free (priv->egress_mode);
  g_strfreev (priv->egress_hosts);

  G_OBJECT_CLASS (ship_runtime_parent_class)->finalize (object);
}

static void
ship_runtime_class_init (ShipRuntimeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_runtime_get_property;
  object_class->finalize = ship_runtime_finalize;

  properties[PROP_STEP] =
    g_param_spec_string ("step", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[DIED] = g_signal_new ("died",
                                SHIP_TYPE_RUNTIME,
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                1,
                                G_TYPE_ERROR);
  signals[AGENT_DIED] = g_signal_new ("agent-died",
                                      SHIP_TYPE_RUNTIME,
                                      G_SIGNAL_RUN_LAST,
                                      0,
                                      NULL,
                                      NULL,
                                      NULL,
                                      G_TYPE_NONE,
                                      1,
                                      G_TYPE_ERROR);
  signals[METERED] = g_signal_new ("metered",
                                   SHIP_TYPE_RUNTIME,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_POINTER);
  signals[REFUSED] = g_signal_new ("refused",
                                   SHIP_TYPE_RUNTIME,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_STRING);
  signals[CONTACT] = g_signal_new ("contact",
                                   SHIP_TYPE_RUNTIME,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_POINTER);
  signals[EGRESS_CHANGED] = g_signal_new ("egress-changed",
                                          SHIP_TYPE_RUNTIME,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          0);
  signals[LIMITS_CHANGED] = g_signal_new ("limits-changed",
                                          SHIP_TYPE_RUNTIME,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          1,
                                          G_TYPE_POINTER);
  signals[LIMITED] = g_signal_new ("limited",
                                   SHIP_TYPE_RUNTIME,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_STRING);
  signals[NOTICED] = g_signal_new ("noticed",
                                   SHIP_TYPE_RUNTIME,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_STRING);
  signals[SETTLED] = g_signal_new ("settled",
                                   SHIP_TYPE_RUNTIME,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
}

static void
ship_runtime_init (ShipRuntime *self)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  priv->step = g_strdup ("");
}

void
ship_runtime_wake_async (ShipRuntime          *self,
                         const ShipSessionRow *session,
                         gboolean              is_read_only,
                         GCancellable         *cancellable,
                         GAsyncReadyCallback   callback,
                         gpointer              user_data)
{
  g_return_if_fail (SHIP_IS_RUNTIME (self));
  g_return_if_fail (session != NULL);

  SHIP_RUNTIME_GET_CLASS (self)
    ->wake_async (self, session, is_read_only, cancellable, callback, user_data);
}

gboolean
ship_runtime_wake_finish (ShipRuntime *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_RUNTIME (self), FALSE);

  return SHIP_RUNTIME_GET_CLASS (self)->wake_finish (self, result, error);
}

void
ship_runtime_sleep_async (ShipRuntime *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SHIP_IS_RUNTIME (self));

  SHIP_RUNTIME_GET_CLASS (self)->sleep_async (self, callback, user_data);
}

gboolean
ship_runtime_sleep_finish (ShipRuntime *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_RUNTIME (self), FALSE);

  return SHIP_RUNTIME_GET_CLASS (self)->sleep_finish (self, result, error);
}

ShipSandbox *
ship_runtime_get_sandbox (ShipRuntime *self)
{
  g_return_val_if_fail (SHIP_IS_RUNTIME (self), NULL);

  return SHIP_RUNTIME_GET_CLASS (self)->get_sandbox (self);
}

ShipAgent *
ship_runtime_get_agent (ShipRuntime *self)
{
  g_return_val_if_fail (SHIP_IS_RUNTIME (self), NULL);

  return SHIP_RUNTIME_GET_CLASS (self)->get_agent (self);
}

gboolean
ship_runtime_learn_model (ShipRuntime *self, const char *model)
{
  g_return_val_if_fail (SHIP_IS_RUNTIME (self), FALSE);
  g_return_val_if_fail (model != NULL, FALSE);

  return SHIP_RUNTIME_GET_CLASS (self)->learn_model == NULL ||
         SHIP_RUNTIME_GET_CLASS (self)->learn_model (self, model);
}

const char *
ship_runtime_get_mirror_path (ShipRuntime *self)
{
  g_return_val_if_fail (SHIP_IS_RUNTIME (self), NULL);

  return SHIP_RUNTIME_GET_CLASS (self)->get_mirror_path (self);
}

gboolean
ship_runtime_takes_images (ShipRuntime *self, const char *model)
{
  g_return_val_if_fail (SHIP_IS_RUNTIME (self), FALSE);
  g_return_val_if_fail (model != NULL, FALSE);

  return SHIP_RUNTIME_GET_CLASS (self)->takes_images == NULL ||
         SHIP_RUNTIME_GET_CLASS (self)->takes_images (self, model);
}

const char *const *
ship_runtime_get_commands (ShipRuntime *self)
{
  g_return_val_if_fail (SHIP_IS_RUNTIME (self), NULL);

  if (SHIP_RUNTIME_GET_CLASS (self)->get_commands == NULL)
    return NULL;
  return SHIP_RUNTIME_GET_CLASS (self)->get_commands (self);
}

const char *
ship_runtime_get_step (ShipRuntime *self)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_val_if_fail (SHIP_IS_RUNTIME (self), NULL);

  return priv->step;
}

void
ship_runtime_set_step (ShipRuntime *self, const char *step)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_if_fail (SHIP_IS_RUNTIME (self));
  g_return_if_fail (step != NULL);

  if (g_str_equal (priv->step, step))
    return;

  g_free (priv->step);
  priv->step = g_strdup (step);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP]);
}

void
ship_runtime_set_gate (ShipRuntime *self, ShipRuntimeGateFunc func, gpointer user_data)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_if_fail (SHIP_IS_RUNTIME (self));

  priv->gate = func;
  priv->gate_data = user_data;
}

char *
ship_runtime_ask_gate (ShipRuntime *self, const char *provider)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_val_if_fail (SHIP_IS_RUNTIME (self), NULL);

  return priv->gate != NULL ? priv->gate (self, provider, priv->gate_data) : NULL;
}

void
ship_runtime_emit_died (ShipRuntime *self, const GError *error)
{
  g_return_if_fail (SHIP_IS_RUNTIME (self));

  g_signal_emit (self, signals[DIED], 0, error);
}

void
ship_runtime_emit_agent_died (ShipRuntime *self, const GError *error)
{
  g_return_if_fail (SHIP_IS_RUNTIME (self));

  g_signal_emit (self, signals[AGENT_DIED], 0, error);
}

void
ship_runtime_emit_metered (ShipRuntime *self, const ShipExchangeRow *exchange)
{
  g_return_if_fail (SHIP_IS_RUNTIME (self));

  g_signal_emit (self, signals[METERED], 0, exchange);
}

void
ship_runtime_emit_refused (ShipRuntime *self, const char *sentence)
{
  g_return_if_fail (SHIP_IS_RUNTIME (self));
  g_return_if_fail (sentence != NULL);

  g_signal_emit (self, signals[REFUSED], 0, sentence);
}

void
ship_runtime_set_permissions (ShipRuntime *self, const char *const *permissions)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_if_fail (SHIP_IS_RUNTIME (self));

  g_strfreev (priv->permissions);
  priv->permissions = g_strdupv ((char **) permissions);
}

const char *const *
ship_runtime_get_permissions (ShipRuntime *self)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_val_if_fail (SHIP_IS_RUNTIME (self), NULL);

  return (const char *const *) priv->permissions;
}

void
ship_runtime_emit_settled (ShipRuntime *self)
{
  g_return_if_fail (SHIP_IS_RUNTIME (self));

  g_signal_emit (self, signals[SETTLED], 0);
}

void
ship_runtime_set_egress (ShipRuntime *self, const char *mode, const char *const *hosts)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_if_fail (SHIP_IS_RUNTIME (self));

  g_free (priv->egress_mode);
  priv->egress_mode = g_strdup (mode);
  g_strfreev (priv->egress_hosts);
  priv->egress_hosts = g_strdupv ((char **) hosts);
  g_signal_emit (self, signals[EGRESS_CHANGED], 0);
}

const char *
ship_runtime_get_egress_mode (ShipRuntime *self)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_val_if_fail (SHIP_IS_RUNTIME (self), NULL);

  return priv->egress_mode;
}

const char *const *
ship_runtime_get_egress_hosts (ShipRuntime *self)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_val_if_fail (SHIP_IS_RUNTIME (self), NULL);

  return (const char *const *) priv->egress_hosts;
}

void
ship_runtime_set_limits (ShipRuntime *self, const ShipSandboxLimits *limits)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_if_fail (SHIP_IS_RUNTIME (self));

  priv->limits = *limits;
  g_signal_emit (self, signals[LIMITS_CHANGED], 0, limits);
}

const ShipSandboxLimits *
ship_runtime_get_limits (ShipRuntime *self)
{
  ShipRuntimePrivate *priv = ship_runtime_get_instance_private (self);

  g_return_val_if_fail (SHIP_IS_RUNTIME (self), NULL);

  return &priv->limits;
}

void
ship_runtime_emit_limited (ShipRuntime *self, const char *way)
{
  g_return_if_fail (SHIP_IS_RUNTIME (self));

  g_signal_emit (self, signals[LIMITED], 0, way);
}

void
ship_runtime_emit_noticed (ShipRuntime *self, const char *sentence)
{
  g_return_if_fail (SHIP_IS_RUNTIME (self));

  g_signal_emit (self, signals[NOTICED], 0, sentence);
}

void
ship_runtime_emit_contact (ShipRuntime *self, const ShipContactRow *contact)
{
  g_return_if_fail (SHIP_IS_RUNTIME (self));

  g_signal_emit (self, signals[CONTACT], 0, contact);
}

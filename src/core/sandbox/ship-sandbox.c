/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/ship-sandbox.h"

#include <signal.h>

#include "sandbox/ship-sandbox-private.h"

/*
 * The abstract sandbox: what its kinds have in common is the progress that is shown, whether it
 * runs, and the signal for an end that nobody asked for. Owned by a session; main thread.
 */

typedef struct
{
  char    *step; /* (owned) (nullable): under way */
  gboolean is_running;
} ShipSandboxPrivate;

typedef enum
{
  PROP_STEP = 1,
  PROP_RUNNING,
} ShipSandboxProperty;

typedef enum
{
  SIGNAL_DIED,
  N_SIGNALS,
} ShipSandboxSignal;

static GParamSpec *properties[PROP_RUNNING + 1];
static guint       signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ShipSandbox, ship_sandbox, G_TYPE_OBJECT)

static ShipSandboxPrivate *
get_private (ShipSandbox *self)
{
  return ship_sandbox_get_instance_private (self);
}

static void
ship_sandbox_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShipSandboxPrivate *priv = get_private (SHIP_SANDBOX (object));

  switch ((ShipSandboxProperty) id)
    {
    case PROP_STEP:
      g_value_set_string (value, priv->step);
      return;
    case PROP_RUNNING:
      g_value_set_boolean (value, priv->is_running);
      return;
    }

  G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ship_sandbox_finalize (GObject *object)
{
  g_free (get_private (SHIP_SANDBOX (object))->step);

  G_OBJECT_CLASS (ship_sandbox_parent_class)->finalize (object);
}

static void
ship_sandbox_class_init (ShipSandboxClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /* Writing to a program that has ended is an error, not our end. GSocket does the same for
   * sockets. */
  signal (SIGPIPE, SIG_IGN);

  object_class->get_property = ship_sandbox_get_property;
  object_class->finalize = ship_sandbox_finalize;

  properties[PROP_STEP] = g_param_spec_string ("step", NULL, NULL, NULL, flags);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[SIGNAL_DIED] = g_signal_new ("died",
                                       SHIP_TYPE_SANDBOX,
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
ship_sandbox_init (ShipSandbox *self)
{
}

void
ship_sandbox_start_async (ShipSandbox        *self,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_SANDBOX (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_SANDBOX_GET_CLASS (self)->start_async (self, cancellable, callback, user_data);
}

gboolean
ship_sandbox_start_finish (ShipSandbox *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX (self), FALSE);

  return SHIP_SANDBOX_GET_CLASS (self)->start_finish (self, result, error);
}

void
ship_sandbox_stop_async (ShipSandbox *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SHIP_IS_SANDBOX (self));

  SHIP_SANDBOX_GET_CLASS (self)->stop_async (self, callback, user_data);
}

gboolean
ship_sandbox_stop_finish (ShipSandbox *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX (self), FALSE);

  return SHIP_SANDBOX_GET_CLASS (self)->stop_finish (self, result, error);
}

void
ship_sandbox_spawn_async (ShipSandbox        *self,
                          ShipSandboxCommand *command,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_SANDBOX (self));
  g_return_if_fail (command != NULL && command->argv->len > 0);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_SANDBOX_GET_CLASS (self)->spawn_async (self, command, cancellable, callback, user_data);
}

ShipSandboxProcess *
ship_sandbox_spawn_finish (ShipSandbox *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX (self), NULL);

  return SHIP_SANDBOX_GET_CLASS (self)->spawn_finish (self, result, error);
}

gboolean
ship_sandbox_attach_port (ShipSandbox *self, guint16 port, int fd, GError **error)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX (self), FALSE);
  g_return_val_if_fail (port != 0 && fd >= 0, FALSE);

  return SHIP_SANDBOX_GET_CLASS (self)->attach_port (self, port, fd, error);
}

gboolean
ship_sandbox_is_running (ShipSandbox *self)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX (self), FALSE);

  return get_private (self)->is_running;
}

const char *
ship_sandbox_get_step (ShipSandbox *self)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX (self), NULL);

  return get_private (self)->step;
}

/* For the kinds of sandbox. @step: (nullable): none under way */
void
ship_sandbox_set_step (ShipSandbox *self, const char *step)
{
  ShipSandboxPrivate *priv = get_private (self);

  if (g_strcmp0 (priv->step, step) == 0)
    return;

  g_free (priv->step);
  priv->step = g_strdup (step);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP]);
}

void
ship_sandbox_set_running (ShipSandbox *self, gboolean running)
{
  ShipSandboxPrivate *priv = get_private (self);

  if (priv->is_running == running)
    return;

  priv->is_running = running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

void
ship_sandbox_report_death (ShipSandbox *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_DIED], 0, error);
}

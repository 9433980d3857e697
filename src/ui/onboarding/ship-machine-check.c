/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "onboarding/ship-machine-check.h"

#include "doctor/ship-doctor.h"

#include <glib/gi18n-lib.h>

/*
 *   run -> next -> checked_cb -> next … -> "changed"
 */

static const ShipDoctorCheck needed[] = {
  SHIP_DOCTOR_SANDBOX,
  SHIP_DOCTOR_OPENCODE,
  SHIP_DOCTOR_RIPGREP,
  SHIP_DOCTOR_DATA_DISK,
};

struct _ShipMachineCheck
{
  GObject          parent_instance;
  ShipPaths       *paths;       /* (owned) */
  GCancellable    *cancellable; /* (owned) */
  ShipMachineState state;
  guint            next;
  char            *trouble; /* (owned) (nullable) */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipMachineCheck, ship_machine_check, G_TYPE_OBJECT)

static void
set_state (ShipMachineCheck *self, ShipMachineState state)
{
  self->state = state;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void next (ShipMachineCheck *self);

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipMachineCheck) self = SHIP_MACHINE_CHECK (user_data);
  g_autoptr (ShipDoctorFinding) finding = ship_doctor_check_finish (result);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (finding->result != SHIP_DOCTOR_BAD)
    {
      next (self);
      return;
    }
  self->trouble =
    finding->remedy != NULL
      ? g_strdup_printf ("%s: %s. %s", _ (finding->name), finding->detail, finding->remedy)
      : g_strdup (finding->detail);
  set_state (self, SHIP_MACHINE_LACKING);
}

static void
next (ShipMachineCheck *self)
{
  if (self->next < G_N_ELEMENTS (needed))
    ship_doctor_check_async (self->paths,
                             needed[self->next++],
                             self->cancellable,
                             checked_cb,
                             g_object_ref (self));
  else
    set_state (self, SHIP_MACHINE_READY);
}

void
ship_machine_check_run (ShipMachineCheck *self)
{
  g_return_if_fail (SHIP_IS_MACHINE_CHECK (self));

  if (self->state == SHIP_MACHINE_CHECKING)
    return;
  self->next = 0;
  g_clear_pointer (&self->trouble, g_free);
  set_state (self, SHIP_MACHINE_CHECKING);
  next (self);
}

static void
ship_machine_check_dispose (GObject *object)
{
  g_cancellable_cancel (SHIP_MACHINE_CHECK (object)->cancellable);

  G_OBJECT_CLASS (ship_machine_check_parent_class)->dispose (object);
}

static void
ship_machine_check_finalize (GObject *object)
{
  ShipMachineCheck *self = SHIP_MACHINE_CHECK (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->paths, ship_paths_unref);
  g_free (self->trouble);

  G_OBJECT_CLASS (ship_machine_check_parent_class)->finalize (object);
}

static void
ship_machine_check_class_init (ShipMachineCheckClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_machine_check_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_machine_check_finalize;

  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_MACHINE_CHECK,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
}

static void
ship_machine_check_init (ShipMachineCheck *self)
{
  self->cancellable = g_cancellable_new ();
}

ShipMachineCheck *
ship_machine_check_new (ShipPaths *paths)
{
  ShipMachineCheck *self = g_object_new (SHIP_TYPE_MACHINE_CHECK, NULL);

  self->paths = ship_paths_ref (paths);

  return self;
}

ShipMachineState
ship_machine_check_get_state (ShipMachineCheck *self)
{
  g_return_val_if_fail (SHIP_IS_MACHINE_CHECK (self), SHIP_MACHINE_UNKNOWN);

  return self->state;
}

const char *
ship_machine_check_get_trouble (ShipMachineCheck *self)
{
  g_return_val_if_fail (SHIP_IS_MACHINE_CHECK (self), NULL);

  return self->trouble;
}

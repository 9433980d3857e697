/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether this machine has what Ship needs: what shipctl doctor prints and the window's preferences
 * show. In the order in which they are told. */
typedef enum
{
  SHIP_DOCTOR_BUBBLEWRAP,
  SHIP_DOCTOR_SANDBOX,
  SHIP_DOCTOR_OPENCODE,
  SHIP_DOCTOR_RIPGREP,
  SHIP_DOCTOR_GIT,
  SHIP_DOCTOR_IDENTITY,
  SHIP_DOCTOR_KEYRING,
  SHIP_DOCTOR_DATA_DISK,
  SHIP_DOCTOR_CACHE_DISK,
  SHIP_DOCTOR_WORKING_COPIES,
  SHIP_DOCTOR_CACHE,
} ShipDoctorCheck;
#define SHIP_DOCTOR_N_CHECKS (SHIP_DOCTOR_CACHE + 1)

typedef enum
{
  SHIP_DOCTOR_GOOD,
  SHIP_DOCTOR_BETTER, /* it works without */
  SHIP_DOCTOR_BAD,
} ShipDoctorVerdict;

/* What was found. */
typedef struct
{
  const char       *id;   /* static; stable, for scripts */
  const char       *name; /* static, not translated yet */
  ShipDoctorVerdict result;
  char             *detail; /* (owned): what was found */
  char             *remedy; /* (owned) (nullable) */
} ShipDoctorFinding;

void ship_doctor_finding_free (ShipDoctorFinding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipDoctorFinding, ship_doctor_finding_free)

/* Looks at one thing, which never fails: cancelled, it finds that. Nothing stays, except for
 * directories of ours that were missing. Main thread. finish: (transfer full) */
void               ship_doctor_check_async (ShipPaths          *paths,
                                            ShipDoctorCheck     check,
                                            GCancellable       *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data);
ShipDoctorFinding *ship_doctor_check_finish (GAsyncResult *result);

G_END_DECLS

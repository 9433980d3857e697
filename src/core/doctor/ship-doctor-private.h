/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "doctor/ship-doctor.h"

G_BEGIN_DECLS

/* @id, @name: static. @detail, @remedy: (transfer full) */
ShipDoctorFinding *ship_doctor_finding_new (const char       *id,
                                            const char       *name,
                                            ShipDoctorVerdict result,
                                            char             *detail,
                                            char             *remedy);

/* The task of a check, and how it ends. @finding: (transfer full) */
GTask *ship_doctor_task_new (GAsyncReadyCallback callback, gpointer user_data);
void   ship_doctor_end (GTask *task, ShipDoctorFinding *finding);

void ship_doctor_check_cache (ShipPaths          *paths,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "doctor/ship-doctor.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A row that says what became of a check: icon, colour and word, what was found and what can be
 * done. */
#define SHIP_TYPE_CHECK_ROW (ship_check_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipCheckRow, ship_check_row, SHIP, CHECK_ROW, AdwActionRow)

GtkWidget *ship_check_row_new (const char *title, const char *subtitle);
/* @finding: (nullable): it is under way */
void ship_check_row_set_finding (ShipCheckRow *self, const ShipDoctorFinding *finding);
/* Only how it went: the subtitle stays. */
void ship_check_row_set_verdict (ShipCheckRow *self, ShipDoctorVerdict verdict);

G_END_DECLS

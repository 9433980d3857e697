/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "onboarding/ship-machine-check.h"
#include "onboarding/ship-repository-choice.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What else can be said about a new session: its sandbox, which says whether it is ready, and,
 * folded, the name of its branch and what it may cost. Both are judged as they are typed. */
#define SHIP_TYPE_SESSION_OPTIONS (ship_session_options_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionOptions, ship_session_options, SHIP, SESSION_OPTIONS, GtkWidget)

GtkWidget *ship_session_options_new (ShipMachineCheck *machine, ShipRepositoryChoice *choice);
/* What is wrong with what is typed, and the focus goes there. */
gboolean ship_session_options_check (ShipSessionOptions *self, GError **error);
/* (transfer full) (nullable): named by the session */
char *ship_session_options_dup_branch (ShipSessionOptions *self);
/* US dollars; 0: as the settings say */
double ship_session_options_get_budget (ShipSessionOptions *self);
/* Everything as it was at first. */
void ship_session_options_reset (ShipSessionOptions *self);

/* What a branch's name or an amount means, as typed. */
gboolean
ship_session_options_check_branch (const char *text, ShipRepositoryChoice *choice, GError **error);
gboolean ship_session_options_parse_budget (const char *text, double *dollars, GError **error);

G_END_DECLS

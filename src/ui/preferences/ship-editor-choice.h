/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Adds the choice of what opens a folder to @group: the editors of this machine, as soon as they
 * are found, or a command. Applies at once; a command when it is finished. */
#define SHIP_TYPE_EDITOR_CHOICE (ship_editor_choice_get_type ())
G_DECLARE_FINAL_TYPE (ShipEditorChoice, ship_editor_choice, SHIP, EDITOR_CHOICE, AdwComboRow)

void ship_editor_choice_add (AdwPreferencesGroup *group, GSettings *settings);

G_END_DECLS

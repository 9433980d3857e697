/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "onboarding/ship-repository-choice.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Where a session's repository is chosen: typed, from the last ones, from a folder chooser; what
 * was found there; and the branch to begin from.
 *
 * Signals: "changed": what it gives is another
 */
#define SHIP_TYPE_REPOSITORY_PICKER (ship_repository_picker_get_type ())
G_DECLARE_FINAL_TYPE (ShipRepositoryPicker,
                      ship_repository_picker,
                      SHIP,
                      REPOSITORY_PICKER,
                      GtkWidget)

/* @sessions: where the last ones are known from */
GtkWidget *ship_repository_picker_new (GListModel *sessions);
void       ship_repository_picker_set_path (ShipRepositoryPicker *self, const char *path);
/* Opens the folder chooser. */
void ship_repository_picker_choose (ShipRepositoryPicker *self);
void ship_repository_picker_focus (ShipRepositoryPicker *self);

ShipRepositoryChoice *ship_repository_picker_get_choice (ShipRepositoryPicker *self);
/* The branch to begin from. (nullable): what is checked out, which is no branch */
const char *ship_repository_picker_get_base (ShipRepositoryPicker *self);
/* Whether the session begins with what is not committed. */
gboolean ship_repository_picker_get_include_dirty (ShipRepositoryPicker *self);

G_END_DECLS

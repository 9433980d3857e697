/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* @row: just made for @entry, for what else there is to say of it */
typedef void (*ShipSettingRowFunc) (GtkWidget *row, const char *entry, gpointer user_data);

/*
 * The entries of a setting that is a list of strings, as rows at the end of @group; each with a
 * button that takes it out of the setting. They follow it for as long as the group lives, and so
 * must @user_data. @remove: what the button does, one "%s" for the entry. @func: (nullable)
 */
void ship_setting_rows_add (AdwPreferencesGroup *group,
                            GSettings           *settings,
                            const char          *key,
                            const char          *remove,
                            ShipSettingRowFunc   func,
                            gpointer             user_data);

G_END_DECLS

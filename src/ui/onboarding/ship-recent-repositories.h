/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The repositories of @sessions (a list of ShipSessionItem, newest first), each once, as they come;
 * a rehearsal's sample is none that one comes back to. (transfer full) */
GStrv ship_recent_repositories_list (GListModel *sessions);
/* A menu of them; each item has @action with its path. Two of the same name say where they are.
 * (transfer full) */
GMenuModel *ship_recent_repositories_make_menu (const char *const *paths, const char *action);

G_END_DECLS

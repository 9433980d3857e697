/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes @items (of @model, with g_object_unref) what @fresh says, and tells the one range that
 * differs, if any.
 * @fresh: (transfer full) (element-type GObject) */
void ship_list_splice (GListModel *model, GPtrArray **items, GPtrArray *fresh);

G_END_DECLS

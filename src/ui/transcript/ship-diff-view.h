/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "transcript/ship-diff.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A change to be read: numbered lines, what came and what went on its own colour and with its sign.
 * Of a long one the beginning, until more is asked for. */
#define SHIP_TYPE_DIFF_VIEW (ship_diff_view_get_type ())
G_DECLARE_FINAL_TYPE (ShipDiffView, ship_diff_view, SHIP, DIFF_VIEW, GtkWidget)

/* @diff: (transfer full)
 * @height: pixels at most; more scrolls. 0: as high as it is */
GtkWidget *ship_diff_view_new (ShipDiff *diff, int height);

G_END_DECLS

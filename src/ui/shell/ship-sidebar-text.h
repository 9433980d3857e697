/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-list.h"

#include <pango/pango.h>

G_BEGIN_DECLS

/* How a session's row of the sidebar is worded. Pure functions, all of them. */

/* The heading a session stands under: who has to do something, else the day or month of its last
 * activity. What is archived needs nobody. (transfer full) */
char *ship_sidebar_dup_heading (const ShipIndexRow *row, gboolean is_unread, GDateTime *now);
/* How the attention groups are ordered, from 0; the days come behind them. */
guint ship_sidebar_get_rank (const ShipIndexRow *row, gboolean is_unread);

/* How long ago, in few letters. (transfer full) */
char *ship_sidebar_dup_age (gint64 then_ms, GDateTime *now);
/* In how many seconds such a text may change, 60 or more: what changes within a day does so by the
 * minute or by the hour. */
guint ship_sidebar_get_age_seconds (gint64 then_ms, GDateTime *now);
/* "": nothing was spent; "—": nobody knows. (transfer full) */
char *ship_sidebar_dup_cost (const ShipIndexRow *row);

/* The words of a search, folded. (transfer full): (element-type utf8) */
GPtrArray *ship_sidebar_split_words (const char *text);
/* Whether each word is in @text, upper or lower case. */
gboolean ship_sidebar_matches (const char *text, GPtrArray *words);
/* Marks the words in @text. (transfer full) (nullable): none is in it */
PangoAttrList *ship_sidebar_mark_words (const char *text, GPtrArray *words);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-index-tables.h"

G_BEGIN_DECLS

/* What there is to be told about a session beside what it asks. */
typedef enum
{
  SHIP_NOTICE_NONE,
  SHIP_NOTICE_DONE,
  SHIP_NOTICE_FAILED,
} ShipNotice;

/* What is known of a session that was looked at before. Plain struct. */
typedef struct
{
  gint64     told_end; /* the end of a task that was told of, or was there before us */
  ShipNotice shown;    /* what stands on the screen, unless the user sent it away */
  gboolean   has_failed;
} ShipNoticeMemory;

/* What is there already is no news: not after a restart either. */
void ship_notice_remember (ShipNoticeMemory *memory, const ShipIndexRow *row);

/* What should be shown of the session now; not what is shown already, which is in
 * @memory. @is_news: (out): it has to be told, that is, has not been yet. @is_watched: the user is
 * looking at it, and is told nothing. Pure but for @memory. */
ShipNotice ship_notice_next (ShipNoticeMemory   *memory,
                             const ShipIndexRow *row,
                             gboolean            is_watched,
                             gboolean           *is_news);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attention/ship-notice.h"

#include "widgets/ship-status.h"

static gboolean
has_failed (const ShipIndexRow *row)
{
  return g_str_equal (row->state, "failed");
}

void
ship_notice_remember (ShipNoticeMemory *memory, const ShipIndexRow *row)
{
  memory->told_end = row->finished_at;
  memory->has_failed = has_failed (row);
  memory->shown = SHIP_NOTICE_NONE;
}

/* A session with more in its queue goes on, and is done when it comes to rest. */
static gboolean
is_done (const ShipIndexRow *row)
{
  return row->finished_at > row->seen_at &&
         ship_status_lookup (row->state, NULL)->attention == SHIP_ATTENTION_NONE;
}

ShipNotice
ship_notice_next (ShipNoticeMemory   *memory,
                  const ShipIndexRow *row,
                  gboolean            is_watched,
                  gboolean           *is_news)
{
  ShipNotice next = SHIP_NOTICE_NONE;

  *is_news = FALSE;
  if (has_failed (row))
    {
      *is_news = !memory->has_failed && !is_watched;
      next =
        *is_news || memory->shown == SHIP_NOTICE_FAILED ? SHIP_NOTICE_FAILED : SHIP_NOTICE_NONE;
    }
  else if (is_done (row))
    {
      *is_news = row->finished_at > memory->told_end && !is_watched;
      next = *is_news || memory->shown == SHIP_NOTICE_DONE ? SHIP_NOTICE_DONE : SHIP_NOTICE_NONE;
      memory->told_end = row->finished_at;
    }
  memory->has_failed = has_failed (row);
  if (is_watched)
    next = SHIP_NOTICE_NONE;
  memory->shown = next;

  return next;
}

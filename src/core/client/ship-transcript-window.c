/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-transcript-private.h"

/* Where a bounded reading begins and ends. Pure; on the store's thread. */

/* Of one that was asked for more, so many times the limit: the other end is let go. */
#define MOST_LIMITS 4

static guint
find_unit (GArray *units, gint64 task, gint64 message, guint fallback)
{
  for (guint i = 0; i < units->len; i++)
    {
      const ShipTranscriptUnit *unit = &g_array_index (units, ShipTranscriptUnit, i);

      if (unit->task == task && unit->message == message)
        return i;
    }

  return fallback;
}

/* A task that had no answers when it was looked at may have some now. */
static guint
find_task (GArray *units, gint64 task, guint fallback)
{
  for (guint i = 0; i < units->len; i++)
    if (g_array_index (units, ShipTranscriptUnit, i).task == task)
      return i;

  return fallback;
}

static guint
minus (guint a, guint b)
{
  return a > b ? a - b : 0;
}

static void
move (ShipTranscriptWindow *self, GArray *units, guint *begin, guint *end)
{
  guint most = self->limit * MOST_LIMITS;

  switch (self->place)
    {
    case SHIP_TRANSCRIPT_SAME:
      break;
    case SHIP_TRANSCRIPT_LATEST:
      *end = units->len;
      *begin = minus (units->len, self->limit);
      break;
    case SHIP_TRANSCRIPT_EARLIER:
      *begin = minus (*begin, self->limit);
      *end = MIN (*end, *begin + most);
      break;
    case SHIP_TRANSCRIPT_LATER:
      *end = MIN (*end + self->limit, units->len);
      *begin = MAX (*begin, minus (*end, most));
      break;
    case SHIP_TRANSCRIPT_TASK:
      *begin = find_task (units, self->task, *begin);
      *end = MIN (*begin + self->limit, units->len);
      *begin = minus (*begin, self->limit / 4);
      break;
    }
}

void
ship_transcript_window_place (ShipTranscriptWindow *self, GArray *units, guint *begin, guint *end)
{
  guint before = find_task (units, self->begin_task, minus (units->len, self->limit));

  *begin = 0;
  *end = units->len;
  if (self->limit == 0)
    return;

  *begin = find_unit (units, self->begin_task, self->begin_message, before);
  if (self->has_later)
    *end = find_unit (units, self->end_task, self->end_message, units->len);
  move (self, units, begin, end);
  self->has_earlier = *begin > 0;
  self->has_later = *end < units->len;
  if (*begin < units->len)
    {
      self->begin_task = g_array_index (units, ShipTranscriptUnit, *begin).task;
      self->begin_message = g_array_index (units, ShipTranscriptUnit, *begin).message;
    }
  if (self->has_later)
    {
      self->end_task = g_array_index (units, ShipTranscriptUnit, *end).task;
      self->end_message = g_array_index (units, ShipTranscriptUnit, *end).message;
    }
}

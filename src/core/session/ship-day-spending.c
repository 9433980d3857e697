/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-day-spending.h"

/*
 *   refresh -> (job on the index) -> read_cb -> (changed)
 *
 * The own part is taken from the ledger once a day and then only counted here, so that a booking
 * that fails loses nothing of it. Jobs on the index run in order: what was added before a read was
 * queued is in its answer, what was added after is not.
 */

struct _ShipDaySpending
{
  GObject          parent_instance;
  ShipIndexWriter *index;   /* (owned) */
  char            *session; /* (owned) */
  guint            timer;
  guint            seconds;

  char    *day; /* (owned) (nullable): the one all this is about */
  double   own;
  double   others;
  double   allowed;
  gboolean is_own_known;
  gboolean is_settled;
  gboolean is_reading;
  guint    serial;          /* of the read under way */
  double   added_meanwhile; /* own, since the read under way was queued */
  char    *failure;         /* (owned) (nullable) */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipDaySpending, ship_day_spending, G_TYPE_OBJECT)

static void
ship_day_spending_dispose (GObject *object)
{
  ShipDaySpending *self = SHIP_DAY_SPENDING (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->index);

  G_OBJECT_CLASS (ship_day_spending_parent_class)->dispose (object);
}

static void
ship_day_spending_finalize (GObject *object)
{
  ShipDaySpending *self = SHIP_DAY_SPENDING (object);

  g_free (self->session);
  g_free (self->day);
  g_free (self->failure);

  G_OBJECT_CLASS (ship_day_spending_parent_class)->finalize (object);
}

static void
ship_day_spending_class_init (ShipDaySpendingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_day_spending_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_day_spending_finalize;

  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_DAY_SPENDING,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
}

static void
ship_day_spending_init (ShipDaySpending *self)
{
}

ShipDaySpending *
ship_day_spending_new (ShipIndexWriter *index, const char *session)
{
  ShipDaySpending *self = g_object_new (SHIP_TYPE_DAY_SPENDING, NULL);

  self->index = g_object_ref (index);
  self->session = g_strdup (session);

  return self;
}

/* Midnight, or a clock that was set: everything is about another day from here on. What was spent
 * on it before is asked of the ledger. */
static void
turn_to (ShipDaySpending *self, const char *day)
{
  if (g_strcmp0 (self->day, day) == 0)
    return;

  g_free (self->day);
  self->day = g_strdup (day);
  self->own = self->others = self->allowed = 0;
  self->is_own_known = self->is_settled = self->is_reading = FALSE;
  self->added_meanwhile = 0;
  ship_day_spending_refresh (self, day);
}

void
ship_day_spending_set_fallback (ShipDaySpending *self, const char *day, double dollars)
{
  g_return_if_fail (SHIP_IS_DAY_SPENDING (self));

  turn_to (self, day);
  if (!self->is_own_known)
    self->own += dollars;
}

void
ship_day_spending_add (ShipDaySpending *self, const char *day, double dollars)
{
  g_return_if_fail (SHIP_IS_DAY_SPENDING (self));

  turn_to (self, day);
  self->own += dollars;
  self->added_meanwhile += dollars;
}

double
ship_day_spending_get_spent (ShipDaySpending *self, const char *day)
{
  g_return_val_if_fail (SHIP_IS_DAY_SPENDING (self), 0);

  turn_to (self, day);
  return self->own + self->others;
}

double
ship_day_spending_get_allowed (ShipDaySpending *self, const char *day)
{
  g_return_val_if_fail (SHIP_IS_DAY_SPENDING (self), 0);

  turn_to (self, day);
  return self->allowed;
}

const char *
ship_day_spending_get_failure (ShipDaySpending *self)
{
  g_return_val_if_fail (SHIP_IS_DAY_SPENDING (self), NULL);

  return self->failure;
}

gboolean
ship_day_spending_is_settled (ShipDaySpending *self, const char *day)
{
  g_return_val_if_fail (SHIP_IS_DAY_SPENDING (self), FALSE);

  turn_to (self, day);
  return self->is_settled;
}

typedef struct
{
  ShipDaySpending *self; /* (owned) */
  guint            serial;
} Reading;

static void
reading_free (Reading *reading)
{
  g_clear_object (&reading->self);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  ShipDaySpending *self = reading->self;
  g_autoptr (GError) error = NULL;
  ShipIndexDay found;
  gboolean     is_found =
    ship_index_writer_read_day_finish (SHIP_INDEX_WRITER (object), result, &found, &error);
  gboolean is_news;

  if (reading->serial != self->serial)
    return; /* the day is over; its own read is on its way */

  self->is_reading = FALSE;
  is_news = !self->is_settled || (self->failure != NULL) != (error != NULL);
  self->is_settled = TRUE;
  g_clear_pointer (&self->failure, g_free);
  if (is_found)
    {
      is_news |= found.others != self->others || found.allowed != self->allowed;
      if (!self->is_own_known)
        self->own = MAX (self->own, found.own + self->added_meanwhile);
      self->is_own_known = TRUE;
      self->others = found.others;
      self->allowed = found.allowed;
    }
  else
    {
      self->failure = g_strdup (error->message);
    }
  if (is_news)
    g_signal_emit (self, signals[CHANGED], 0);
}

void
ship_day_spending_refresh (ShipDaySpending *self, const char *day)
{
  Reading *reading;

  g_return_if_fail (SHIP_IS_DAY_SPENDING (self));

  turn_to (self, day);
  if (self->is_reading || self->index == NULL)
    return;

  self->is_reading = TRUE;
  self->added_meanwhile = 0;
  reading = g_new0 (Reading, 1);
  reading->self = g_object_ref (self);
  reading->serial = ++self->serial;
  ship_index_writer_read_day_async (self->index, day, self->session, read_cb, reading);
}

static gboolean
timer_cb (gpointer user_data)
{
  g_autofree char *today = ship_day_spending_dup_today ();

  ship_day_spending_refresh (user_data, today);
  return G_SOURCE_CONTINUE;
}

void
ship_day_spending_watch (ShipDaySpending *self, guint seconds)
{
  g_return_if_fail (SHIP_IS_DAY_SPENDING (self));

  if (self->seconds == seconds)
    return;

  g_clear_handle_id (&self->timer, g_source_remove);
  self->seconds = seconds;
  if (seconds > 0)
    self->timer = g_timeout_add_seconds (seconds, timer_cb, self);
}

char *
ship_day_spending_dup_today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d");
}

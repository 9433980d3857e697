/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-parts-private.h"

#include <glib/gi18n-lib.h>

/*
 * Each model request as the gateway measured it, on its way into the store and the ledger. One that
 * cannot be written ends the work, since it would go on to spend what nobody counts; it is kept and
 * written with the next one, or before the work goes on.
 */

typedef struct
{
  ShipSession    *self; /* (owned) */
  ShipSessionJob *job;  /* (owned) */
} Booking;

static void
booking_free (Booking *booking)
{
  g_clear_object (&booking->self);
  g_clear_pointer (&booking->job, ship_session_job_unref);
  g_free (booking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Booking, booking_free)

static void
booked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Booking) booking = user_data;
  ShipSession *self = booking->self;
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_ptr_array_add (self->unbooked, g_steal_pointer (&booking->job));
      g_prefix_error (&error, "%s ", _ ("What a model request cost could not be written down:"));
      /* A task that is just ending or being committed spends nothing; the next one is not begun
       * before this is written. */
      if (self->turn != NULL || self->task == NULL)
        ship_session_break (self, error);
      return;
    }

  ship_index_writer_touch (self->index, self->store);
  ship_session_emit_changed (self, "exchange", 0);
}

/* Takes @job. */
static void
book (ShipSession *self, ShipSessionJob *job)
{
  Booking *booking = g_new0 (Booking, 1);

  booking->self = g_object_ref (self);
  booking->job = ship_session_job_ref (job);
  ship_session_run_job (self, job, booked_cb, booking);
}

void
ship_session_book_again (ShipSession *self)
{
  g_autoptr (GPtrArray) unbooked = g_steal_pointer (&self->unbooked);

  self->unbooked = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_session_job_unref);
  for (guint i = 0; i < unbooked->len; i++)
    book (self, ship_session_job_ref (unbooked->pdata[i]));
}

void
ship_session_book (ShipSession *self, const ShipExchangeRow *exchange)
{
  ShipSessionJob  *job = ship_session_job_new (SHIP_SESSION_JOB_ADD_EXCHANGE);
  ShipExchangeRow *row = g_memdup2 (exchange, sizeof *exchange);

  row->task = ship_session_money_get_task (self);
  row->provider = g_strdup (exchange->provider);
  row->model = g_strdup (exchange->model);
  row->agent_session = g_strdup (exchange->agent_session);
  row->purpose = g_strdup (ship_session_take_purpose (self, exchange));
  job->exchange = row;
  ship_session_money_take (self, row);
  ship_index_writer_book (self->index, self->id, row);
  ship_session_book_again (self);
  book (self, job);
}

void
ship_session_end_booking (ShipSession *self)
{
  if (self->unbooked->len > 0)
    g_warning ("What %u model requests cost was never written down", self->unbooked->len);
  g_clear_pointer (&self->unbooked, g_ptr_array_unref);
}

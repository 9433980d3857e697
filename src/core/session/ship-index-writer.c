/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-index-writer.h"

#include "session/ship-session-tables.h"

/*
 * The session's row in the index, derived from the session's store:
 *
 *   touch -> (read job on the session's store) -> read_cb -> (write job on the index) -> written_cb
 *
 * A touch while one is under way is remembered and makes exactly one more round.
 */

struct _ShipIndexWriter
{
  GObject    parent_instance;
  ShipStore *index;         /* (owned) */
  ShipStore *session_store; /* (owned) (nullable): of the round under way or remembered */
  gboolean   is_busy;
  gboolean   is_again;
  GTask     *closing;   /* (owned) (nullable) */
  gboolean   is_closed; /* a touch from now on is for the next time */
};

G_DEFINE_FINAL_TYPE (ShipIndexWriter, ship_index_writer, G_TYPE_OBJECT)

static void
ship_index_writer_dispose (GObject *object)
{
  ShipIndexWriter *self = SHIP_INDEX_WRITER (object);

  g_assert (!self->is_busy && self->closing == NULL);
  g_clear_object (&self->session_store);
  g_clear_object (&self->index);

  G_OBJECT_CLASS (ship_index_writer_parent_class)->dispose (object);
}

static void
ship_index_writer_class_init (ShipIndexWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_index_writer_dispose;
}

static void
ship_index_writer_init (ShipIndexWriter *self)
{
}

ShipIndexWriter *
ship_index_writer_new (const char *path)
{
  ShipIndexWriter *self = g_object_new (SHIP_TYPE_INDEX_WRITER, NULL);

  self->index = ship_store_new (path, ship_index_tables_dup_migrations ());

  return self;
}

/* Shared by the two jobs of a round, one after the other. */
static void
row_box_free (ShipIndexRow **box)
{
  g_clear_pointer (box, ship_index_row_free);
  g_free (box);
}

static gboolean
read_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipIndexRow **box = data;

  *box = ship_index_row_derive (db, error);
  return *box != NULL;
}

static gboolean
write_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  const ShipIndexRow *row = data;

  return ship_index_table_upsert (db, row, error) &&
         ship_inbox_table_replace (db, row->id, row->requests, error);
}

static void start_round (ShipIndexWriter *self);

static void
end_round (ShipIndexWriter *self)
{
  self->is_busy = FALSE;
  if (self->is_again)
    {
      self->is_again = FALSE;
      start_round (self);
      return;
    }

  g_clear_object (&self->session_store);
  if (self->closing != NULL)
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->closing);

      self->is_closed = TRUE;
      g_task_return_boolean (task, TRUE);
    }
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipIndexWriter) self = SHIP_INDEX_WRITER (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_warning ("The list of sessions could not be written: %s", error->message);

  end_round (self);
}

typedef struct
{
  ShipIndexWriter *self; /* (owned) */
  ShipIndexRow   **box;  /* (owned) */
} Round;

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Round *round = user_data;
  g_autoptr (ShipIndexWriter) self = g_steal_pointer (&round->self);
  g_autoptr (GError) error = NULL;

  if (ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      ship_store_run_async (self->index,
                            SHIP_STORE_DURABILITY_NORMAL,
                            write_thread,
                            g_steal_pointer (round->box),
                            (GDestroyNotify) ship_index_row_free,
                            NULL,
                            written_cb,
                            g_object_ref (self));
    }
  else
    {
      g_warning ("The session could not be read for the list: %s", error->message);
      end_round (self);
    }

  row_box_free (round->box);
  g_free (round);
}

static void
start_round (ShipIndexWriter *self)
{
  Round *round = g_new0 (Round, 1);

  self->is_busy = TRUE;
  round->self = g_object_ref (self);
  round->box = g_new0 (ShipIndexRow *, 1);
  /* The box outlives the job: it is freed in read_cb, on this thread, after the job has ended. */
  ship_store_run_async (self->session_store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        read_thread,
                        round->box,
                        NULL,
                        NULL,
                        read_cb,
                        round);
}

void
ship_index_writer_touch (ShipIndexWriter *self, ShipStore *session_store)
{
  g_return_if_fail (SHIP_IS_INDEX_WRITER (self));
  g_return_if_fail (SHIP_IS_STORE (session_store));

  if (self->is_closed)
    return;

  g_set_object (&self->session_store, session_store);
  if (self->is_busy)
    self->is_again = TRUE;
  else
    start_round (self);
}

typedef struct
{
  char            *day;      /* (owned) */
  char            *session;  /* (owned) */
  ShipExchangeRow *exchange; /* (owned) */
} Booking;

static void
booking_free (Booking *booking)
{
  g_free (booking->day);
  g_free (booking->session);
  ship_exchange_row_free (booking->exchange);
  g_free (booking);
}

static gboolean
book_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Booking *booking = data;

  return ship_ledger_table_add (db, booking->day, booking->session, booking->exchange, error);
}

static void
booked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_warning ("The ledger could not be written: %s", error->message);
}

void
ship_index_writer_book (ShipIndexWriter *self, const char *session, const ShipExchangeRow *exchange)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  Booking *booking = g_new0 (Booking, 1);

  g_return_if_fail (SHIP_IS_INDEX_WRITER (self));

  booking->day = g_date_time_format (now, "%Y-%m-%d");
  booking->session = g_strdup (session);
  booking->exchange = g_memdup2 (exchange, sizeof *exchange);
  booking->exchange->provider = g_strdup (exchange->provider);
  booking->exchange->model = g_strdup (exchange->model);
  booking->exchange->agent_session = g_strdup (exchange->agent_session);
  booking->exchange->purpose = g_strdup (exchange->purpose);
  ship_store_run_async (self->index,
                        SHIP_STORE_DURABILITY_NORMAL,
                        book_thread,
                        booking,
                        (GDestroyNotify) booking_free,
                        NULL,
                        booked_cb,
                        NULL);
}

/* A question about a day and its answer; owned by the task, which the job only borrows. */
typedef struct
{
  char        *day;     /* (owned) */
  char        *session; /* (owned) (nullable) */
  double       dollars;
  ShipIndexDay found;
} Day;

static void
day_free (gpointer data)
{
  Day *day = data;

  g_free (day->day);
  g_free (day->session);
  g_free (day);
}

static gboolean
read_day_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Day *day = data;

  return ship_ledger_table_sum_day (db,
                                    day->day,
                                    day->session,
                                    &day->found.own,
                                    &day->found.others,
                                    error) &&
         ship_allowance_table_load (db, day->day, &day->found.allowed, error);
}

static gboolean
allow_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Day *day = data;

  return ship_allowance_table_add (db, day->day, day->dollars, error);
}

static void
day_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_index_writer_read_day_async (ShipIndexWriter    *self,
                                  const char         *day,
                                  const char         *session,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  GTask *task;
  Day   *data;

  g_return_if_fail (SHIP_IS_INDEX_WRITER (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_index_writer_read_day_async);
  data = g_new0 (Day, 1);
  data->day = g_strdup (day);
  data->session = g_strdup (session);
  g_task_set_task_data (task, data, day_free);
  ship_store_run_async (self->index,
                        SHIP_STORE_DURABILITY_NORMAL,
                        read_day_thread,
                        data,
                        NULL,
                        NULL,
                        day_cb,
                        task);
}

gboolean
ship_index_writer_read_day_finish (ShipIndexWriter *self,
                                   GAsyncResult    *result,
                                   ShipIndexDay    *found,
                                   GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_index_writer_read_day_async), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  *found = ((Day *) g_task_get_task_data (G_TASK (result)))->found;
  return TRUE;
}

void
ship_index_writer_allow_async (ShipIndexWriter    *self,
                               const char         *day,
                               double              dollars,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  GTask *task;
  Day   *data;

  g_return_if_fail (SHIP_IS_INDEX_WRITER (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_index_writer_allow_async);
  data = g_new0 (Day, 1);
  data->day = g_strdup (day);
  data->dollars = dollars;
  g_task_set_task_data (task, data, day_free);
  ship_store_run_async (self->index,
                        SHIP_STORE_DURABILITY_FULL,
                        allow_thread,
                        data,
                        NULL,
                        NULL,
                        day_cb,
                        task);
}

gboolean
ship_index_writer_allow_finish (ShipIndexWriter *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_index_writer_allow_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_store_close_finish (SHIP_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
drained_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ShipIndexWriter *self = SHIP_INDEX_WRITER (object);

  ship_store_close_async (self->index, closed_cb, user_data);
}

void
ship_index_writer_close_async (ShipIndexWriter    *self,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_INDEX_WRITER (self));
  g_return_if_fail (self->closing == NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_index_writer_close_async);

  self->is_closed = !self->is_busy;
  if (self->is_closed)
    ship_store_close_async (self->index, closed_cb, task);
  else
    self->closing = g_task_new (self, NULL, drained_cb, task);
}

gboolean
ship_index_writer_close_finish (ShipIndexWriter *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_index_writer_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

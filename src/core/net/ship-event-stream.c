/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "net/ship-event-stream.h"
#include "net/ship-http-error-private.h"
#include "net/ship-sse-parser.h"

/*
 * A text/event-stream that is read on the main context. Owned by whoever wants the events; dropping
 * the last reference stops it, as ship_event_stream_stop() does: the read under way holds only a
 * weak reference.
 *
 *   start → read_chunk → chunk_cb → "event"… → read_chunk … → "closed"
 */

#define CHUNK_SIZE (16 * 1024)

struct _ShipEventStream
{
  GObject        parent_instance;
  GInputStream  *input;       /* (owned) */
  ShipSseParser *parser;      /* (owned) */
  GCancellable  *cancellable; /* (owned): of the read under way */
  gint64         last_activity;
  guint          started : 1;
  guint          stopped : 1; /* no signal after this */
};

typedef enum
{
  SIGNAL_EVENT,
  SIGNAL_CLOSED,
} ShipEventStreamSignal;

static guint signals[SIGNAL_CLOSED + 1];

G_DEFINE_FINAL_TYPE (ShipEventStream, ship_event_stream, G_TYPE_OBJECT)

static GWeakRef *
weak_new (ShipEventStream *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

static void
weak_free (GWeakRef *weak)
{
  g_weak_ref_clear (weak);
  g_free (weak);
}

static void
event_cb (const char *event, const char *data, const char *id, gpointer user_data)
{
  ShipEventStream *self = user_data;

  /* A handler of an earlier event in the same chunk may have stopped us. */
  if (!self->stopped)
    g_signal_emit (self, signals[SIGNAL_EVENT], 0, event, data, id);
}

/* Takes @error (nullable). */
static void
close_with (ShipEventStream *self, GError *error)
{
  g_autoptr (GError) converted = error != NULL ? ship_http_error_convert (error, NULL) : NULL;

  if (self->stopped)
    return;

  self->stopped = TRUE;
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, converted);
}

static void read_chunk (ShipEventStream *self);

static void
chunk_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (ShipEventStream) self = g_weak_ref_get (weak);
  g_autoptr (GBytes) chunk = NULL;
  GError *error = NULL;

  weak_free (weak);
  chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  if (self == NULL || self->stopped)
    {
      g_clear_error (&error);
      return;
    }
  if (chunk == NULL || g_bytes_get_size (chunk) == 0)
    {
      close_with (self, error);
      return;
    }

  self->last_activity = g_get_monotonic_time ();
  if (!ship_sse_parser_feed (self->parser,
                             g_bytes_get_data (chunk, NULL),
                             g_bytes_get_size (chunk),
                             event_cb,
                             self,
                             &error))
    close_with (self, error);
  else if (!self->stopped)
    read_chunk (self);
}

static void
read_chunk (ShipEventStream *self)
{
  g_input_stream_read_bytes_async (self->input,
                                   CHUNK_SIZE,
                                   G_PRIORITY_DEFAULT,
                                   self->cancellable,
                                   chunk_cb,
                                   weak_new (self));
}

static void
ship_event_stream_dispose (GObject *object)
{
  ShipEventStream *self = SHIP_EVENT_STREAM (object);

  ship_event_stream_stop (self);

  G_OBJECT_CLASS (ship_event_stream_parent_class)->dispose (object);
}

static void
ship_event_stream_finalize (GObject *object)
{
  ShipEventStream *self = SHIP_EVENT_STREAM (object);

  g_clear_object (&self->input);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->parser, ship_sse_parser_free);

  G_OBJECT_CLASS (ship_event_stream_parent_class)->finalize (object);
}

static void
ship_event_stream_class_init (ShipEventStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ship_event_stream_dispose;
  object_class->finalize = ship_event_stream_finalize;

  /* Only during the emission: the strings are the parser's. */
  signals[SIGNAL_EVENT] = g_signal_new ("event",
                                        SHIP_TYPE_EVENT_STREAM,
                                        G_SIGNAL_RUN_LAST,
                                        0,
                                        NULL,
                                        NULL,
                                        NULL,
                                        G_TYPE_NONE,
                                        3,
                                        G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                                        G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                                        G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed",
                                         SHIP_TYPE_EVENT_STREAM,
                                         G_SIGNAL_RUN_LAST,
                                         0,
                                         NULL,
                                         NULL,
                                         NULL,
                                         G_TYPE_NONE,
                                         1,
                                         G_TYPE_ERROR);
}

static void
ship_event_stream_init (ShipEventStream *self)
{
  self->cancellable = g_cancellable_new ();
  self->last_activity = g_get_monotonic_time ();
}

ShipEventStream *
ship_event_stream_new (GInputStream *input, gsize max_event_size)
{
  ShipEventStream *self;

  g_return_val_if_fail (G_IS_INPUT_STREAM (input), NULL);

  self = g_object_new (SHIP_TYPE_EVENT_STREAM, NULL);
  self->input = g_object_ref (input);
  self->parser = ship_sse_parser_new (max_event_size);

  return self;
}

void
ship_event_stream_start (ShipEventStream *self)
{
  g_return_if_fail (SHIP_IS_EVENT_STREAM (self));
  g_return_if_fail (!self->started);

  self->started = TRUE;
  if (!self->stopped)
    read_chunk (self);
}

void
ship_event_stream_stop (ShipEventStream *self)
{
  g_return_if_fail (SHIP_IS_EVENT_STREAM (self));

  self->stopped = TRUE;
  g_cancellable_cancel (self->cancellable);
}

gint64
ship_event_stream_get_last_activity (ShipEventStream *self)
{
  g_return_val_if_fail (SHIP_IS_EVENT_STREAM (self), 0);

  return self->last_activity;
}

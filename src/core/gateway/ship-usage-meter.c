/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gateway/ship-usage-meter-private.h"

#include "base/ship-json.h"
#include "gateway/ship-usage-report-private.h"
#include "net/ship-sse-parser.h"

/*
 * Feeds the events of a stream, or the one JSON value of a plain answer, to the reader of its
 * protocol (ship-usage-report.c). Owned by the exchange; main thread.
 *
 * What cannot be read is never an error here: the answer belongs to the agent, the meter only
 * listens. It then falls back to an estimate, which is high rather than low, so that a budget
 * holds.
 */

#define MAX_EVENT_SIZE  (8 * 1024 * 1024)
#define MAX_BODY_SIZE   (32 * 1024 * 1024)
#define BYTES_PER_TOKEN 4

struct _ShipUsageMeter
{
  ShipWire        wire;
  gsize           request_size;
  guint           status;
  ShipSseParser  *parser; /* (owned) (nullable): for a stream */
  GByteArray     *body;   /* (owned) (nullable): for a plain answer */
  gsize           n_bytes;
  gboolean        is_deaf; /* the answer outgrew the limits: it is not listened to any more */
  ShipUsageReport report;
};

ShipUsageMeter *
ship_usage_meter_new (ShipWire wire, gsize request_size)
{
  ShipUsageMeter *self = g_new0 (ShipUsageMeter, 1);

  self->wire = wire;
  self->request_size = request_size;
  ship_usage_report_init (&self->report);
  return self;
}

void
ship_usage_meter_free (ShipUsageMeter *self)
{
  g_clear_pointer (&self->parser, ship_sse_parser_free);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self);
}

void
ship_usage_meter_begin (ShipUsageMeter *self, guint status, const char *content_type)
{
  g_return_if_fail (self->parser == NULL && self->body == NULL);

  self->status = status;
  if (self->wire == SHIP_WIRE_NONE || status < 200 || status >= 300)
    return;
  if (content_type != NULL && g_ascii_strncasecmp (content_type, "text/event-stream", 17) == 0)
    self->parser = ship_sse_parser_new (MAX_EVENT_SIZE);
  else
    self->body = g_byte_array_new ();
}

static void
read_json (ShipUsageMeter *self, const char *text, gssize length)
{
  g_autoptr (JsonNode) node = ship_json_parse (text, length, NULL);

  if (node == NULL)
    return;
  if (JSON_NODE_HOLDS_OBJECT (node))
    ship_usage_report_read (&self->report, self->wire, json_node_get_object (node));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      /* What Gemini sends when it is not asked for events: one array of the same objects. */
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, i)))
          ship_usage_report_read (&self->report,
                                  self->wire,
                                  json_array_get_object_element (array, i));
    }
}

static void
event_cb (const char *event, const char *data, const char *id, gpointer user_data)
{
  ShipUsageMeter *self = user_data;

  if (g_str_equal (data, "[DONE]"))
    self->report.has_ended = TRUE;
  else
    read_json (self, data, -1);
}

void
ship_usage_meter_feed (ShipUsageMeter *self, const char *bytes, gsize n_bytes)
{
  self->n_bytes += n_bytes;
  if (self->is_deaf)
    return;
  if (self->parser != NULL)
    self->is_deaf = !ship_sse_parser_feed (self->parser, bytes, n_bytes, event_cb, self, NULL);
  else if (self->body != NULL && self->body->len + n_bytes <= MAX_BODY_SIZE)
    g_byte_array_append (self->body, (const guint8 *) bytes, (guint) n_bytes);
  else
    self->is_deaf = self->body != NULL;
}

gboolean
ship_usage_meter_saw_end (ShipUsageMeter *self)
{
  return self->parser == NULL || self->is_deaf || self->report.has_ended || self->report.is_error;
}

static void
raise_to (gint64 *count, gsize size)
{
  *count = MAX (*count, (gint64) (size / BYTES_PER_TOKEN) + 1);
}

static void
estimate (ShipUsageMeter *self, ShipUsage *usage)
{
  gsize output_size = self->report.n_text;

  /* Without a single event that could be read, the bytes that came are all there is to go by. */
  if (output_size == 0)
    output_size = self->is_deaf || self->body != NULL ? self->n_bytes : 0;
  if (usage->input < 0)
    raise_to (&usage->input, self->request_size);
  raise_to (&usage->output, output_size);
}

gboolean
ship_usage_meter_finish (ShipUsageMeter *self, gboolean is_whole, ShipUsage *usage)
{
  const ShipUsage nothing = { 0, 0, 0, 0, 0, -1.0 };

  if (self->body != NULL && !self->is_deaf && is_whole)
    {
      read_json (self, (const char *) self->body->data, self->body->len);
      self->report.is_final |= self->report.has_usage;
    }
  *usage = self->report.usage;

  if (self->parser == NULL && self->body == NULL)
    {
      *usage = nothing;
      return FALSE;
    }
  if (self->report.is_final || (is_whole && self->report.has_usage && !self->report.is_partial))
    return FALSE;
  if (self->report.is_error && !self->report.has_usage && self->report.n_text == 0)
    {
      *usage = nothing;
      return FALSE;
    }
  estimate (self, usage);
  return TRUE;
}

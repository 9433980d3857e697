/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/ship-sse-parser.h"
#include "ship-fuzz.h"

/* A stream of events: whole and byte by byte it says the same. */

#define MAX_EVENT_SIZE 256

static void
note_event (const char *event, const char *data, const char *id, gpointer user_data)
{
  g_string_append_printf (user_data, "%s\n%s\n%s\n\n", event, data, id != NULL ? id : "-");
}

static char *
read_stream (const char *bytes, gsize size, gsize step)
{
  g_autoptr (ShipSseParser) parser = ship_sse_parser_new (MAX_EVENT_SIZE);
  GString *events = g_string_new (NULL);

  for (gsize at = 0; at < size; at += step)
    {
      if (!ship_sse_parser_feed (parser,
                                 bytes + at,
                                 MIN (step, size - at),
                                 note_event,
                                 events,
                                 NULL))
        {
          g_string_append (events, "too large");
          break;
        }
    }
  return g_string_free (events, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *whole = read_stream ((const char *) data, size, MAX (size, 1));
  g_autofree char *split = read_stream ((const char *) data, size, 1);

  SHIP_FUZZ_CHECK (g_str_equal (whole, split));
  return 0;
}

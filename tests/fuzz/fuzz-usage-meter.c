/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "gateway/ship-usage-meter-private.h"
#include "ship-fuzz.h"

/*
 * An answer of a model provider, real or not: however it is cut, the same usage is read from it.
 * The first byte of the input chooses protocol and content type, the second the size of the slices.
 */

static const char *const types[] = { "text/event-stream", "application/json", "text/html", NULL };

static gboolean
read_answer (const guint8 *data, gsize size, gsize step, ShipUsage *usage)
{
  g_autoptr (ShipUsageMeter) meter = ship_usage_meter_new (data[0] % (SHIP_WIRE_GEMINI + 1), 1000);

  ship_usage_meter_begin (meter, 200, types[data[0] / 8 % G_N_ELEMENTS (types)]);
  for (gsize at = 2; at < size; at += step)
    ship_usage_meter_feed (meter, (const char *) data + at, MIN (step, size - at));
  return ship_usage_meter_finish (meter, data[0] < 128, usage);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  ShipUsage whole = { 0 };
  ShipUsage split = { 0 };

  if (size < 2)
    return 0;
  SHIP_FUZZ_CHECK (read_answer (data, size, size, &whole) ==
                   read_answer (data, size, data[1] % 64 + 1, &split));
  SHIP_FUZZ_CHECK (whole.input == split.input && whole.output == split.output);
  return 0;
}

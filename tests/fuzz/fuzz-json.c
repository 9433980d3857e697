/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-json.h"
#include "ship-fuzz.h"

/* Untrusted JSON: what is taken can be written, and what was written is taken again. */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = ship_json_parse ((const char *) data, (gssize) size, &error);
  g_autoptr (JsonNode) again = NULL;
  g_autofree char *text = NULL;

  SHIP_FUZZ_CHECK ((node == NULL) == (error != NULL));
  if (node == NULL)
    return 0;
  text = ship_json_node_to_text (node);
  again = ship_json_parse (text, -1, NULL);
  SHIP_FUZZ_CHECK (again != NULL);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/ship-secrets.h"
#include "ship-fuzz.h"

/* A stream with secrets in it: however it is cut, none comes out, and the outcome is that of the
 * whole. */

static const char *const secrets[] = { "aaaaaaab", "ababababab", "secret-1234", "secret-12345678" };

static char *
redact_in_steps (ShipSecrets *known, const char *text, gsize step)
{
  g_autoptr (ShipRedactingText) stream = ship_redacting_text_new (known);
  gsize            size = strlen (text);
  GString         *result = g_string_new (NULL);
  g_autofree char *rest = NULL;

  for (gsize at = 0; at < size; at += step)
    {
      g_autofree char *piece = g_strndup (text + at, step);
      g_autofree char *safe = ship_redacting_text_feed (stream, piece);

      g_string_append (result, safe);
    }
  rest = ship_redacting_text_finish (stream);
  g_string_append (result, rest);
  return g_string_free (result, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (ShipSecrets) known = ship_secrets_new ();
  g_autofree char *text = g_strndup ((const char *) data + MIN (size, 1), size - MIN (size, 1));
  g_autofree char *whole = NULL;
  g_autofree char *split = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    ship_secrets_add (known, secrets[i]);
  whole = ship_secrets_redact (known, text);
  split = redact_in_steps (known, text, size > 0 ? data[0] % 16 + 1 : 1);
  SHIP_FUZZ_CHECK (g_str_equal (whole, split));
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    SHIP_FUZZ_CHECK (strstr (whole, secrets[i]) == NULL);
  return 0;
}

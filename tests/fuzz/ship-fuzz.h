/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdlib.h>

/* What libFuzzer calls with each input. Anything but returning 0 is a finding. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A property that must hold for every input: ends as libFuzzer notices, so that it keeps the input.
 */
#define SHIP_FUZZ_CHECK(expression)                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!(expression))                                                                             \
      {                                                                                            \
        g_printerr ("%s:%d: not so: %s\n", __FILE__, __LINE__, #expression);                       \
        abort ();                                                                                  \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-secrets.h"

G_BEGIN_DECLS

/*
 * The redaction of one stream, wherever it is cut. Bytes go in with push, safe ones come out with
 * pull. Occurrences that overlap become one mask, so that no piece of the second is left standing.
 */
typedef struct
{
  ShipSecrets *secrets; /* (owned) */
  GByteArray  *hold;    /* (owned): what came in and has not been decided */
  gsize        covered; /* bytes at the start of hold whose mask has begun already */
  gsize        mask;    /* bytes of the mask that have still to go out */
} ShipRedaction;

void ship_redaction_init (ShipRedaction *self, ShipSecrets *secrets);
void ship_redaction_clear (ShipRedaction *self);
void ship_redaction_reset (ShipRedaction *self);
void ship_redaction_push (ShipRedaction *self, const void *bytes, gsize n_bytes);
/* Writes up to @size bytes that are safe; @at_end: nothing more will be pushed. */
gsize ship_redaction_pull (ShipRedaction *self, gboolean at_end, char *out, gsize size);

/* Pulls everything that is safe. Returns: (transfer full) */
char *ship_redaction_pull_all (ShipRedaction *self, gboolean at_end);

G_END_DECLS

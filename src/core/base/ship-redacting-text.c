/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-secrets-private.h"
#include "base/ship-secrets.h"

/* Text that is streamed piece by piece and stored. One per stream, owned by its reader; main
 * thread. */

struct _ShipRedactingText
{
  ShipRedaction redaction;
};

ShipRedactingText *
ship_redacting_text_new (ShipSecrets *secrets)
{
  ShipRedactingText *self;

  g_return_val_if_fail (secrets != NULL, NULL);

  self = g_new0 (ShipRedactingText, 1);
  ship_redaction_init (&self->redaction, secrets);

  return self;
}

void
ship_redacting_text_free (ShipRedactingText *self)
{
  g_return_if_fail (self != NULL);

  ship_redaction_clear (&self->redaction);
  g_free (self);
}

char *
ship_redacting_text_feed (ShipRedactingText *self, const char *piece)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (piece != NULL, NULL);

  ship_redaction_push (&self->redaction, piece, strlen (piece));
  return ship_redaction_pull_all (&self->redaction, FALSE);
}

char *
ship_redacting_text_finish (ShipRedactingText *self)
{
  char *rest;

  g_return_val_if_fail (self != NULL, NULL);

  rest = ship_redaction_pull_all (&self->redaction, TRUE);
  ship_redaction_reset (&self->redaction);
  return rest;
}

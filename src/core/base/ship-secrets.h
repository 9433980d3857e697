/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The set of secrets this process knows, so that they can be taken out of anything that is stored,
 * logged or shown. Main thread only; ship_secrets_redact() is also safe on other threads as long as
 * no secret is being added (give workers a copy of the text instead).
 * Secrets shorter than 8 bytes are not accepted: redacting them would destroy ordinary text.
 */
typedef struct _ShipSecrets ShipSecrets;

ShipSecrets *ship_secrets_new (void);
ShipSecrets *ship_secrets_ref (ShipSecrets *self);
void         ship_secrets_unref (ShipSecrets *self);
gboolean     ship_secrets_add (ShipSecrets *self, const char *secret);
gboolean     ship_secrets_is_empty (ShipSecrets *self);
gsize        ship_secrets_get_longest (ShipSecrets *self);

#define SHIP_SECRETS_MASK "[secret]"

/* Returns: (transfer full): @text with every secret replaced by SHIP_SECRETS_MASK */
char *ship_secrets_redact (ShipSecrets *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSecrets, ship_secrets_unref)

/*
 * The same for a stream: a GConverter whose output never holds a secret, wherever the input was
 * cut. It holds back as many bytes as could still be the start of a secret.
 */
#define SHIP_TYPE_REDACTING_CONVERTER (ship_redacting_converter_get_type ())
G_DECLARE_FINAL_TYPE (ShipRedactingConverter,
                      ship_redacting_converter,
                      SHIP,
                      REDACTING_CONVERTER,
                      GObject)

ShipRedactingConverter *ship_redacting_converter_new (ShipSecrets *secrets);

/*
 * The same for text that is streamed piece by piece and stored: feed a piece, get what may be let
 * out. Plain struct, one per stream.
 */
typedef struct _ShipRedactingText ShipRedactingText;

ShipRedactingText *ship_redacting_text_new (ShipSecrets *secrets);
void               ship_redacting_text_free (ShipRedactingText *self);
/* Returns: (transfer full): what is safe now, possibly empty */
char *ship_redacting_text_feed (ShipRedactingText *self, const char *piece);
/* Returns: (transfer full): the rest; the stream has ended */
char *ship_redacting_text_finish (ShipRedactingText *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipRedactingText, ship_redacting_text_free)

G_END_DECLS

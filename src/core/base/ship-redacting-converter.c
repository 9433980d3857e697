/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-secrets-private.h"
#include "base/ship-secrets.h"

/*
 * The redaction as a GConverter, to be put into a stream. Owned by that stream; main thread.
 * A flush does not let out what could be the start of a secret: only the end of the input does.
 */

/* More than this is not taken in at once, so that what is held stays small. */
#define MAX_HOLD 4096

struct _ShipRedactingConverter
{
  GObject       parent_instance;
  ShipRedaction redaction;
};

static void ship_redacting_converter_iface_init (GConverterIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShipRedactingConverter,
                               ship_redacting_converter,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_CONVERTER,
                                                      ship_redacting_converter_iface_init))

static GConverterResult
ship_redacting_converter_convert (GConverter     *converter,
                                  const void     *inbuf,
                                  gsize           inbuf_size,
                                  void           *outbuf,
                                  gsize           outbuf_size,
                                  GConverterFlags flags,
                                  gsize          *bytes_read,
                                  gsize          *bytes_written,
                                  GError        **error)
{
  ShipRedactingConverter *self = SHIP_REDACTING_CONVERTER (converter);
  gsize                   room = ship_secrets_get_longest (self->redaction.secrets) + MAX_HOLD;
  gsize                   taken = MIN (inbuf_size, room - MIN (room, self->redaction.hold->len));
  gboolean                all = taken == inbuf_size;
  gboolean                at_end = all && (flags & G_CONVERTER_INPUT_AT_END) != 0;

  ship_redaction_push (&self->redaction, inbuf, taken);
  *bytes_read = taken;
  *bytes_written = ship_redaction_pull (&self->redaction, at_end, outbuf, outbuf_size);

  /* A full buffer may have left something that is ready. */
  if (*bytes_written == outbuf_size && outbuf_size > 0)
    return G_CONVERTER_CONVERTED;
  if (at_end)
    return G_CONVERTER_FINISHED;
  if (all && (flags & G_CONVERTER_FLUSH) != 0)
    return G_CONVERTER_FLUSHED;
  if (*bytes_read > 0 || *bytes_written > 0)
    return G_CONVERTER_CONVERTED;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "More input is needed");
  return G_CONVERTER_ERROR;
}

static void
ship_redacting_converter_reset (GConverter *converter)
{
  ship_redaction_reset (&SHIP_REDACTING_CONVERTER (converter)->redaction);
}

static void
ship_redacting_converter_iface_init (GConverterIface *iface)
{
  iface->convert = ship_redacting_converter_convert;
  iface->reset = ship_redacting_converter_reset;
}

static void
ship_redacting_converter_finalize (GObject *object)
{
  ship_redaction_clear (&SHIP_REDACTING_CONVERTER (object)->redaction);

  G_OBJECT_CLASS (ship_redacting_converter_parent_class)->finalize (object);
}

static void
ship_redacting_converter_class_init (ShipRedactingConverterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_redacting_converter_finalize;
}

static void
ship_redacting_converter_init (ShipRedactingConverter *self)
{
}

ShipRedactingConverter *
ship_redacting_converter_new (ShipSecrets *secrets)
{
  ShipRedactingConverter *self;

  g_return_val_if_fail (secrets != NULL, NULL);

  self = g_object_new (SHIP_TYPE_REDACTING_CONVERTER, NULL);
  ship_redaction_init (&self->redaction, secrets);

  return self;
}

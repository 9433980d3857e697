/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* text/event-stream, WHATWG HTML section 9.2.6. No I/O; takes any slice. */
typedef struct _ShipSseParser ShipSseParser;

/* @event ("message" by default), @data and @id are valid only during the call. */
typedef void (*ShipSseFunc) (const char *event,
                             const char *data,
                             const char *id,
                             gpointer    user_data);

ShipSseParser *ship_sse_parser_new (gsize max_event_size);
void           ship_sse_parser_free (ShipSseParser *self);
/* FALSE with G_IO_ERROR_MESSAGE_TOO_LARGE once an event exceeds the limit; the parser is then
 * finished. */
gboolean ship_sse_parser_feed (ShipSseParser *self,
                               const char    *bytes,
                               gsize          n_bytes,
                               ShipSseFunc    func,
                               gpointer       user_data,
                               GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSseParser, ship_sse_parser_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"
#include "ship-cli-output.h"

G_BEGIN_DECLS

/*
 * Entries of a conversation on a terminal or in a pipe: keeps what has been printed of each, and
 * the line at the bottom of a terminal that is not there to stay. Plain struct; main thread.
 */
typedef struct _ShipCliPrinter ShipCliPrinter;

ShipCliPrinter *ship_cli_printer_new (ShipCli *cli);
void            ship_cli_printer_free (ShipCliPrinter *self);

/* Prints what is new of @entry. @is_last: nothing follows it yet, so it may still be waited for.
 * @is_over: nothing more will come. FALSE: entries behind it have to wait. */
gboolean ship_cli_printer_print_entry (ShipCliPrinter      *self,
                                       ShipTranscriptEntry *entry,
                                       gboolean             is_last,
                                       gboolean             is_over);
/* A line of our own, above the line at the bottom. @text is cleaned. */
void ship_cli_printer_print_line (ShipCliPrinter *self,
                                  ShipCliStyle    style,
                                  const char     *mark,
                                  const char     *text);
/* The line at the bottom, replaced; NULL takes it away. Nothing where there is no terminal. */
void ship_cli_printer_set_status (ShipCliPrinter *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipCliPrinter, ship_cli_printer_free)

G_END_DECLS

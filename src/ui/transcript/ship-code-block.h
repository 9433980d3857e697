/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Code to be read: coloured by its language, copied by one click. Never wider than its place: long
 * lines scroll. */
#define SHIP_TYPE_CODE_BLOCK (ship_code_block_get_type ())
G_DECLARE_FINAL_TYPE (ShipCodeBlock, ship_code_block, SHIP, CODE_BLOCK, GtkWidget)

/* @language: (nullable): what stands behind the fence, for example "c" or "sh" */
GtkWidget *ship_code_block_new (const char *code, const char *language);
/* More of it. FALSE: it does not begin as it did. */
gboolean ship_code_block_grow (ShipCodeBlock *self, const char *code);

G_END_DECLS

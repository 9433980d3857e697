/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What a command printed, as text with colours: the escape sequences that set graphics (SGR) are
 * understood, every other one is dropped, whole, however it is cut into slices. No I/O, any thread.
 */
#define SHIP_ANSI_DEFAULT (-1)
#define SHIP_ANSI_RGB     0x1000000 /* and 0xRRGGBB; below it one of 256 colours */

typedef enum
{
  SHIP_ANSI_BOLD = 1 << 0,
  SHIP_ANSI_DIM = 1 << 1,
  SHIP_ANSI_ITALIC = 1 << 2,
  SHIP_ANSI_UNDERLINE = 1 << 3,
  SHIP_ANSI_INVERSE = 1 << 4,
  SHIP_ANSI_STRIKE = 1 << 5,
} ShipAnsiFlags;

typedef struct
{
  int           foreground;
  int           background;
  ShipAnsiFlags flags;
} ShipAnsiStyle;

/* @text: (nullable): not terminated; NULL: what stands in the line is written over. Slices of the
 * input, never across an escape sequence. */
typedef void (*ShipAnsiFunc) (const char          *text,
                              gsize                length,
                              const ShipAnsiStyle *style,
                              gpointer             user_data);

typedef struct _ShipAnsiParser ShipAnsiParser;

ShipAnsiParser *ship_ansi_parser_new (ShipAnsiFunc func, gpointer user_data);
void            ship_ansi_parser_free (ShipAnsiParser *self);
void            ship_ansi_parser_feed (ShipAnsiParser *self, const char *text, gsize length);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipAnsiParser, ship_ansi_parser_free)

/* Text without its escape sequences. (transfer full) */
char *ship_ansi_strip (const char *text);

G_END_DECLS

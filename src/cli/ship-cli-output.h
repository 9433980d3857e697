/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ship-cli.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  SHIP_CLI_STYLE_PLAIN,
  SHIP_CLI_STYLE_BOLD,
  SHIP_CLI_STYLE_DIM,
  SHIP_CLI_STYLE_RED,
  SHIP_CLI_STYLE_GREEN,
  SHIP_CLI_STYLE_YELLOW,
  SHIP_CLI_STYLE_CYAN,
} ShipCliStyle;

/* The escape that turns @style on (PLAIN: everything off), or "" where there are no colours. */
const char *ship_cli_style (ShipCli *self, ShipCliStyle style);

/* What may reach a terminal of a text that somebody else wrote: no control characters but line
 * feeds and tabs, nothing that turns the direction of writing. (transfer full) */
char *ship_cli_clean (const char *text);
/* The same on one line, at most @n_most columns wide, "…" where it was cut. (transfer full) */
char *ship_cli_clean_line (const char *text, guint n_most);

/* To standard output, at once. */
void ship_cli_print (ShipCli *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void ship_cli_write (ShipCli *self, const char *text);

/* The columns of the terminal; 200 where there is none to overflow. */
guint ship_cli_get_columns (void);

/* "1.2 s", "3 min 5 s"; "" for a negative one. (transfer full) */
char *ship_cli_format_duration (gint64 ms);
/* "5 min ago". (transfer full) */
char *ship_cli_format_age (gint64 ms);

/* A document on standard output; takes what @builder made. @pretty: for people, else on one line.
 */
void ship_cli_print_json (ShipCli *self, JsonBuilder *builder, gboolean pretty);
/* Members of an object that is being built. Strings may be NULL; times are ISO 8601 in UTC, 0 is
 * null; a negative cost or count is null. */
void ship_cli_json_string (JsonBuilder *builder, const char *name, const char *value);
void ship_cli_json_int (JsonBuilder *builder, const char *name, gint64 value);
void ship_cli_json_count (JsonBuilder *builder, const char *name, gint64 value);
void ship_cli_json_cost (JsonBuilder *builder, const char *name, double value);
void ship_cli_json_boolean (JsonBuilder *builder, const char *name, gboolean value);
void ship_cli_json_time (JsonBuilder *builder, const char *name, gint64 ms);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-output.h"

#include "base/ship-clock.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* How things are printed. What others wrote passes ship_cli_clean() first: an agent must not drive
 * the terminal. */

const char *
ship_cli_style (ShipCli *self, ShipCliStyle style)
{
  if (!self->has_colour)
    return "";
  switch (style)
    {
    case SHIP_CLI_STYLE_PLAIN:
      return "\033[0m";
    case SHIP_CLI_STYLE_BOLD:
      return "\033[1m";
    case SHIP_CLI_STYLE_DIM:
      return "\033[2m";
    case SHIP_CLI_STYLE_RED:
      return "\033[31m";
    case SHIP_CLI_STYLE_GREEN:
      return "\033[32m";
    case SHIP_CLI_STYLE_YELLOW:
      return "\033[33m";
    case SHIP_CLI_STYLE_CYAN:
      return "\033[36m";
    }
  return "";
}

/* C0, DEL and C1, and the characters that turn or hide text. */
static gboolean
is_harmless (gunichar c)
{
  if (c == '\n' || c == '\t')
    return TRUE;
  return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0x200b && c != 0x200e && c != 0x200f &&
         !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff;
}

char *
ship_cli_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString         *clean = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    if (is_harmless (g_utf8_get_char (at)))
      g_string_append_len (clean, at, g_utf8_next_char (at) - at);
  return g_string_free (clean, FALSE);
}

char *
ship_cli_clean_line (const char *text, guint n_most)
{
  g_autofree char *clean = ship_cli_clean (text);
  GString         *line = g_string_new (NULL);
  guint            n_columns = 0;
  gsize            cut = 0; /* where "…" would still fit */

  g_strstrip (clean);
  for (const char *at = clean; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == '\n' || c == '\t')
        c = ' ';
      n_columns += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
      if (n_columns > n_most)
        {
          g_string_truncate (line, cut);
          g_string_append (line, "…");
          break;
        }
      g_string_append_unichar (line, c);
      if (n_columns < n_most)
        cut = line->len;
    }
  return g_string_free (line, FALSE);
}

void
ship_cli_write (ShipCli *self, const char *text)
{
  /* A reader that went away (… | head) has seen what it wanted. */
  if ((fputs (text, stdout) < 0 || fflush (stdout) != 0) && errno == EPIPE)
    ship_cli_end (self, SHIP_CLI_FAILED);
}

void
ship_cli_print (ShipCli *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  ship_cli_write (self, text);
}

guint
ship_cli_get_columns (void)
{
  struct winsize size;

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
    return size.ws_col;
  return isatty (STDOUT_FILENO) ? 80 : 200;
}

char *
ship_cli_format_duration (gint64 ms)
{
  if (ms < 0)
    return g_strdup ("");
  if (ms < 60 * 1000)
    return g_strdup_printf (_ ("%.1f s"), (double) ms / 1000);
  if (ms < 60 * 60 * 1000)
    return g_strdup_printf (_ ("%d min %d s"), (int) (ms / 60000), (int) (ms / 1000 % 60));
  return g_strdup_printf (_ ("%d h %d min"), (int) (ms / 3600000), (int) (ms / 60000 % 60));
}

char *
ship_cli_format_age (gint64 ms)
{
  gint64 seconds = ship_clock_age_ms (ms, ship_clock_now_ms ()) / 1000;

  if (seconds < 60)
    return g_strdup (_ ("just now"));
  if (seconds < 3600)
    return g_strdup_printf (_ ("%d min ago"), (int) (seconds / 60));
  if (seconds < 48 * 3600)
    return g_strdup_printf (_ ("%d h ago"), (int) (seconds / 3600));
  return g_strdup_printf (_ ("%d days ago"), (int) (seconds / 86400));
}

/* json-glib leaves C1 and the like as they are; in JSON they can be escaped without a loss. */
static char *
escape_rest (const char *text)
{
  GString *escaped = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (is_harmless (c))
        g_string_append_len (escaped, at, g_utf8_next_char (at) - at);
      else
        g_string_append_printf (escaped, "\\u%04x", c);
    }
  return g_string_free (escaped, FALSE);
}

void
ship_cli_print_json (ShipCli *self, JsonBuilder *builder, gboolean pretty)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, pretty);
  g_autofree char *escaped = escape_rest (text);

  ship_cli_print (self, "%s\n", escaped);
}

void
ship_cli_json_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
ship_cli_json_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
ship_cli_json_count (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  if (value >= 0)
    json_builder_add_int_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
ship_cli_json_cost (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  if (value >= 0)
    json_builder_add_double_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
ship_cli_json_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

void
ship_cli_json_time (JsonBuilder *builder, const char *name, gint64 ms)
{
  g_autoptr (GDateTime) second = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *day = g_date_time_format (second, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *text = g_strdup_printf ("%s.%03dZ", day, (int) (ms % 1000));

  ship_cli_json_string (builder, name, ms != 0 ? text : NULL);
}

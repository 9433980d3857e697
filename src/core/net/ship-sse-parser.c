/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "net/ship-sse-parser.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * A parser for text/event-stream (WHATWG HTML, 9.2.6). It does no I/O: it is fed slices of any
 * size, keeps what it needs of an unfinished line, and calls back once for each finished event.
 * Owned by one reader.
 */

#define BOM "\xef\xbb\xbf"

struct _ShipSseParser
{
  GString *line;  /* (owned): the unfinished line */
  GString *data;  /* (owned): the unfinished event's data */
  char    *event; /* (owned) (nullable) */
  char    *id;    /* (owned) (nullable): survives the event, as the standard says */
  gsize    max_event_size;
  gsize    event_size; /* bytes of the unfinished event so far, its field names included */
  gsize    bom_seen;   /* how many bytes of a byte order mark have been held back */
  guint    at_start : 1;
  guint    after_cr : 1;
  guint    failed : 1;
};

ShipSseParser *
ship_sse_parser_new (gsize max_event_size)
{
  ShipSseParser *self = g_new0 (ShipSseParser, 1);

  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->max_event_size = max_event_size;
  self->at_start = TRUE;

  return self;
}

void
ship_sse_parser_free (ShipSseParser *self)
{
  g_return_if_fail (self != NULL);

  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self->event);
  g_free (self->id);
  g_free (self);
}

static void
dispatch (ShipSseParser *self, ShipSseFunc func, gpointer user_data)
{
  if (self->data->len > 0)
    {
      g_string_truncate (self->data, self->data->len - 1); /* the last line feed */
      func (self->event != NULL ? self->event : "message", self->data->str, self->id, user_data);
    }

  g_string_truncate (self->data, 0);
  g_clear_pointer (&self->event, g_free);
  self->event_size = 0;
}

static void
take_field (ShipSseParser *self, const char *name, const char *value, gboolean has_nul)
{
  if (g_str_equal (name, "data"))
    {
      g_string_append (self->data, value);
      g_string_append_c (self->data, '\n');
    }
  else if (g_str_equal (name, "event"))
    {
      g_free (self->event);
      self->event = value[0] != '\0' ? g_strdup (value) : NULL;
    }
  else if (g_str_equal (name, "id") && !has_nul)
    {
      g_free (self->id);
      self->id = g_strdup (value);
    }
  /* Unknown fields are ignored, as the standard says; we do not reconnect, so "retry" is one of
   * them. */
}

/* The stream is UTF-8 by definition; what is not, and a NUL, becomes U+FFFD. Returns: (transfer
 * full) */
static char *
decode (const GString *line)
{
  if (g_utf8_validate_len (line->str, line->len, NULL))
    return g_strndup (line->str, line->len);

  return g_utf8_make_valid (line->str, (gssize) line->len);
}

static void
take_line (ShipSseParser *self, ShipSseFunc func, gpointer user_data)
{
  g_autofree char *line = NULL;
  gboolean         has_nul = memchr (self->line->str, '\0', self->line->len) != NULL;
  char            *colon;

  if (self->line->len == 0)
    {
      dispatch (self, func, user_data);
      return;
    }

  line = decode (self->line);
  colon = strchr (line, ':');
  if (colon == NULL)
    {
      take_field (self, line, "", has_nul);
    }
  else if (colon != line) /* a line that starts with a colon is a comment */
    {
      *colon = '\0';
      take_field (self, line, colon[1] == ' ' ? colon + 2 : colon + 1, has_nul);
    }
  else if (self->data->len == 0 && self->event == NULL)
    {
      self->event_size = 0; /* comments alone, hours of keep-alive, are no event that grows */
    }

  g_string_truncate (self->line, 0);
}

static gboolean
fail (ShipSseParser *self, GError **error)
{
  self->failed = TRUE;
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_MESSAGE_TOO_LARGE,
               _ ("An event of the stream is larger than %" G_GSIZE_FORMAT " bytes"),
               self->max_event_size);
  return FALSE;
}

static gboolean
take_byte (ShipSseParser *self, char byte, ShipSseFunc func, gpointer user_data, GError **error)
{
  gboolean after_cr = self->after_cr;

  self->after_cr = byte == '\r';
  if (byte == '\n' && after_cr)
    return TRUE;
  if (byte == '\r' || byte == '\n')
    {
      take_line (self, func, user_data);
      return TRUE;
    }
  if (self->event_size >= self->max_event_size)
    return fail (self, error);

  self->event_size++;
  g_string_append_c (self->line, byte);
  return TRUE;
}

/* One byte order mark at the very start is skipped; the beginning of one that turns out to be none
 * is not. */
static gboolean
take_first_bytes (ShipSseParser *self,
                  char           byte,
                  ShipSseFunc    func,
                  gpointer       user_data,
                  GError       **error)
{
  if (byte == BOM[self->bom_seen])
    {
      self->at_start = ++self->bom_seen < strlen (BOM);
      return TRUE;
    }

  self->at_start = FALSE;
  for (gsize i = 0; i < self->bom_seen; i++)
    {
      if (!take_byte (self, BOM[i], func, user_data, error))
        return FALSE;
    }
  return take_byte (self, byte, func, user_data, error);
}

gboolean
ship_sse_parser_feed (ShipSseParser *self,
                      const char    *bytes,
                      gsize          n_bytes,
                      ShipSseFunc    func,
                      gpointer       user_data,
                      GError       **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  if (self->failed)
    return fail (self, error);

  for (gsize i = 0; i < n_bytes; i++)
    {
      gboolean ok = self->at_start ? take_first_bytes (self, bytes[i], func, user_data, error)
                                   : take_byte (self, bytes[i], func, user_data, error);

      if (!ok)
        return FALSE;
    }

  return TRUE;
}

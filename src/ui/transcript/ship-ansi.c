/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transcript/ship-ansi.h"

#include <string.h>

#define MOST_PARAMETERS 16
#define MOST_VALUE      65535

typedef enum
{
  STATE_TEXT,
  STATE_ESCAPE,
  STATE_SEQUENCE, /* ESC [ */
  STATE_STRING,   /* ESC ], P, X, ^ or _: up to BEL or ESC \ */
  STATE_STRING_ESCAPE,
  STATE_ONE_MORE, /* ESC ( and the like */
} State;

struct _ShipAnsiParser
{
  ShipAnsiFunc  func;
  gpointer      user_data; /* (unowned) */
  ShipAnsiStyle style;
  State         state;
  int           parameters[MOST_PARAMETERS];
  guint         n_parameters;
  gboolean      is_private;         /* not one of ours: ESC [ ? … */
  gboolean      is_carriage_return; /* it depends on what follows */
};

static const ShipAnsiStyle plain = { SHIP_ANSI_DEFAULT, SHIP_ANSI_DEFAULT, 0 };

ShipAnsiParser *
ship_ansi_parser_new (ShipAnsiFunc func, gpointer user_data)
{
  ShipAnsiParser *self = g_new0 (ShipAnsiParser, 1);

  self->func = func;
  self->user_data = user_data;
  self->style = plain;

  return self;
}

void
ship_ansi_parser_free (ShipAnsiParser *self)
{
  g_free (self);
}

static int
get_parameter (ShipAnsiParser *self, guint i)
{
  return i < self->n_parameters ? MIN (self->parameters[i], MOST_VALUE) : 0;
}

/* 38;5;N or 38;2;R;G;B from @i on. Returns: how many more were used */
static guint
take_colour (ShipAnsiParser *self, guint i, int *colour)
{
  int kind = get_parameter (self, i + 1);

  if (kind == 5)
    {
      *colour = get_parameter (self, i + 2) & 0xff;
      return 2;
    }
  if (kind == 2)
    {
      *colour = SHIP_ANSI_RGB | (get_parameter (self, i + 2) & 0xff) << 16 |
                (get_parameter (self, i + 3) & 0xff) << 8 | (get_parameter (self, i + 4) & 0xff);
      return 4;
    }

  return 0;
}

static void
set_flag (ShipAnsiParser *self, int code)
{
  static const ShipAnsiFlags on[] = { 0,
                                      SHIP_ANSI_BOLD,
                                      SHIP_ANSI_DIM,
                                      SHIP_ANSI_ITALIC,
                                      SHIP_ANSI_UNDERLINE,
                                      0,
                                      0,
                                      SHIP_ANSI_INVERSE,
                                      0,
                                      SHIP_ANSI_STRIKE };

  if (code < (int) G_N_ELEMENTS (on))
    self->style.flags |= on[code];
  else if (code == 22)
    self->style.flags &= ~(SHIP_ANSI_BOLD | SHIP_ANSI_DIM);
  else if (code > 20 && code < 30)
    self->style.flags &= ~on[code - 20];
}

/* Returns: how many more parameters were used */
static guint
set_graphics (ShipAnsiParser *self, guint i)
{
  int code = get_parameter (self, i);

  if (code == 0)
    self->style = plain;
  else if (code < 30)
    set_flag (self, code);
  else if (code == 38)
    return take_colour (self, i, &self->style.foreground);
  else if (code == 48)
    return take_colour (self, i, &self->style.background);
  else if (code < 40)
    self->style.foreground = code == 39 ? SHIP_ANSI_DEFAULT : code - 30;
  else if (code < 50)
    self->style.background = code == 49 ? SHIP_ANSI_DEFAULT : code - 40;
  else if (code >= 90 && code < 98)
    self->style.foreground = code - 90 + 8;
  else if (code >= 100 && code < 108)
    self->style.background = code - 100 + 8;

  return 0;
}

static void
end_sequence (ShipAnsiParser *self, char final)
{
  self->state = STATE_TEXT;
  if (self->is_private)
    return;
  if (final != 'm')
    return;
  if (self->n_parameters == 0)
    self->style = plain;
  for (guint i = 0; i < self->n_parameters; i++)
    i += set_graphics (self, i);
}

static void
feed_sequence (ShipAnsiParser *self, char c)
{
  if (c >= '0' && c <= '9')
    {
      int *value;

      if (self->n_parameters == 0)
        self->parameters[self->n_parameters++] = 0;
      value = &self->parameters[self->n_parameters - 1];
      *value = MIN (*value * 10 + (c - '0'), MOST_VALUE);
    }
  else if (c == ';' || c == ':')
    {
      if (self->n_parameters == 0)
        self->parameters[self->n_parameters++] = 0;
      if (self->n_parameters < MOST_PARAMETERS)
        self->parameters[self->n_parameters++] = 0;
      else
        self->is_private = TRUE; /* too long to mean anything */
    }
  else if (c >= 0x40 && c <= 0x7e)
    end_sequence (self, c);
  else if (c == 0x1b)
    self->state = STATE_ESCAPE;
  else
    self->is_private = TRUE;
}

static void
feed_escape (ShipAnsiParser *self, char c)
{
  if (c == '[')
    {
      self->state = STATE_SEQUENCE;
      self->n_parameters = 0;
      self->is_private = FALSE;
    }
  else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_')
    self->state = STATE_STRING;
  else if (c >= 0x20 && c <= 0x2f)
    self->state = STATE_ONE_MORE;
  else if (c != 0x1b)
    self->state = STATE_TEXT;
}

static void
feed_control (ShipAnsiParser *self, char c)
{
  switch (self->state)
    {
    case STATE_TEXT:
      break;
    case STATE_ESCAPE:
      feed_escape (self, c);
      break;
    case STATE_SEQUENCE:
      feed_sequence (self, c);
      break;
    case STATE_STRING:
      if (c == 0x07)
        self->state = STATE_TEXT;
      else if (c == 0x1b)
        self->state = STATE_STRING_ESCAPE;
      break;
    case STATE_STRING_ESCAPE:
      self->state = c == '\\' ? STATE_TEXT : c == 0x1b ? STATE_STRING_ESCAPE : STATE_STRING;
      break;
    case STATE_ONE_MORE:
      if (c < 0x20 || c > 0x2f)
        self->state = STATE_TEXT;
      break;
    }
}

static gboolean
is_text (char c)
{
  return (guchar) c >= 0x20 && c != 0x7f;
}

/* One control character in text, other than the start of a sequence. */
static void
take_control (ShipAnsiParser *self, char c)
{
  if (c == '\r')
    self->is_carriage_return = TRUE;
  else if (c == 0x1b)
    self->state = STATE_ESCAPE;
  else if (c == '\n' || c == '\t')
    self->func (&c, 1, &self->style, self->user_data);
}

void
ship_ansi_parser_feed (ShipAnsiParser *self, const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *start = text;

      if (self->state != STATE_TEXT)
        {
          feed_control (self, *text++);
          continue;
        }
      if (self->is_carriage_return && *text != '\r')
        {
          self->is_carriage_return = FALSE;
          if (*text != '\n')
            self->func (NULL, 0, &self->style, self->user_data);
        }
      while (text < end && is_text (*text))
        text++;
      if (text > start)
        self->func (start, (gsize) (text - start), &self->style, self->user_data);
      else
        take_control (self, *text++);
    }
}

static void
append_cb (const char *text, gsize length, const ShipAnsiStyle *style, gpointer user_data)
{
  GString *all = user_data;

  if (text != NULL)
    g_string_append_len (all, text, (gssize) length);
  else
    while (all->len > 0 && all->str[all->len - 1] != '\n')
      g_string_truncate (all, all->len - 1);
}

char *
ship_ansi_strip (const char *text)
{
  GString *all = g_string_new (NULL);
  g_autoptr (ShipAnsiParser) parser = ship_ansi_parser_new (append_cb, all);

  ship_ansi_parser_feed (parser, text, strlen (text));
  return g_string_free (all, FALSE);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-secret.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/*
 * Reading what nobody is to see. The terminal gives us every byte and no signal while it does not
 * show what is typed: an interrupt cannot leave it like that. Blocks, before the main loop runs.
 */

#define MAX_BYTES 8192
#define CTRL_C    0x03
#define CTRL_D    0x04
#define CTRL_U    0x15

/* The buffer is of one size from the start, so that no copy is left behind. */
typedef struct
{
  char  bytes[MAX_BYTES + 1];
  gsize length;
} Line;

typedef enum
{
  TYPED_MORE,
  TYPED_LINE,
  TYPED_INTERRUPT,
} Typed;

static Typed
take (Line *line, char c)
{
  switch (c)
    {
    case '\n':
    case '\r':
    case CTRL_D:
      return TYPED_LINE;
    case CTRL_C:
      return TYPED_INTERRUPT;
    case CTRL_U:
      line->length = 0;
      return TYPED_MORE;
    case '\b':
    case 0x7f:
      line->length -= line->length > 0;
      return TYPED_MORE;
    default:
      if (line->length < MAX_BYTES)
        line->bytes[line->length++] = c;
      return TYPED_MORE;
    }
}

static Typed
read_terminal (Line *line, const char *question)
{
  struct termios before;
  struct termios silent;
  Typed          typed = TYPED_MORE;
  char           c;

  if (tcgetattr (STDIN_FILENO, &before) != 0)
    return TYPED_LINE;
  silent = before;
  silent.c_lflag &= ~(tcflag_t) (ECHO | ECHONL | ICANON | ISIG);
  fprintf (stderr, "%s", question);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  while (typed == TYPED_MORE)
    typed = read (STDIN_FILENO, &c, 1) == 1 ? take (line, c) : TYPED_LINE;
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  fputc ('\n', stderr);
  return typed;
}

static void
read_all (Line *line)
{
  gssize n;

  while (line->length < MAX_BYTES &&
         (n = read (STDIN_FILENO, line->bytes + line->length, MAX_BYTES - line->length)) > 0)
    line->length += (gsize) n;
}

char *
ship_cli_secret_read (const char *question, int *status)
{
  Line  line = { .length = 0 };
  Typed typed = TYPED_LINE;
  char *secret = NULL;

  if (isatty (STDIN_FILENO))
    typed = read_terminal (&line, question);
  else
    read_all (&line);
  *status = typed == TYPED_INTERRUPT ? SHIP_CLI_INTERRUPTED : SHIP_CLI_USAGE;
  if (typed != TYPED_INTERRUPT && memchr (line.bytes, '\0', line.length) != NULL)
    ship_cli_complain (_ ("That is not text"));
  else if (typed != TYPED_INTERRUPT)
    secret = g_strndup (line.bytes, line.length);
  explicit_bzero (&line, sizeof line);
  return secret;
}

void
ship_cli_secret_free (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

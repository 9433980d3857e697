/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is being typed just before the cursor. */
typedef enum
{
  SHIP_COMPLETION_NONE,
  SHIP_COMPLETION_FILE,    /* "@pat" or "@"pat" */
  SHIP_COMPLETION_COMMAND, /* "/pat" where the text begins */
} ShipCompletionKind;

/* @line: what stands before the cursor in its line. @is_first: that line is the text's first.
 * @start: (out): the byte of the "@" or "/". @pattern: (out) (transfer full): what follows it, NULL
 * for NONE. Pure, as session/ship-mention.h and session/ship-slash-command.h read a prompt. */
ShipCompletionKind
ship_completion_token_find (const char *line, gboolean is_first, gsize *start, char **pattern);

/* How @path is written in a prompt, so that it is read as that path. A directory (with its slash)
 * is left open, for what is in it. (transfer full) (nullable): it cannot be written */
char *ship_completion_token_new_mention (const char *path);

G_END_DECLS

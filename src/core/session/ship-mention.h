/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file of the repository that a prompt names: "@src/a.c", "@src/a.c:10-20", "@"a file.txt"". */
typedef struct
{
  char *path;  /* (owned): relative, without "." and ".." */
  int   first; /* line, from 1; 0: the whole file */
  int   last;  /* 0: to the end */
} ShipMention;

void ship_mention_free (ShipMention *self);

/* What @text may name, in its order, each once: (transfer full) (element-type ShipMention). Whether
 * it is there is for whoever can look. Nothing that would lead out of the working copy. A pure
 * function. */
GPtrArray *ship_mentions_parse (const char *text);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Finding by a few letters: those of the needle must come in the text in the same order, in any
 * case, with anything between them. What begins words and what stands together counts more, so that
 * "ns" finds "New Session" before "Transcript". Spaces of the needle count for nothing.
 *
 * Both are prepared once; of a text the first SHIP_FUZZY_LONGEST characters are looked at. Pure;
 * any thread.
 */
#define SHIP_FUZZY_LONGEST        160
#define SHIP_FUZZY_LONGEST_NEEDLE 40

typedef struct
{
  guint     n_letters;
  gunichar *letters;   /* (owned): folded */
  guint16  *offsets;   /* (owned): in bytes of the text as it was given; one more than letters */
  guint8   *is_start;  /* (owned): of a word */
  guint64   signature; /* which letters there are; what a needle has beside is not found */
} ShipFuzzyText;

ShipFuzzyText *ship_fuzzy_text_new (const char *text);
void           ship_fuzzy_text_free (ShipFuzzyText *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipFuzzyText, ship_fuzzy_text_free)

/* How well @needle is found in @text: the more the better; negative: it is not. An empty needle is
 * found everywhere, with 0.
 * @matched: (nullable): takes for each letter of the text whether it is one of those; of
 * SHIP_FUZZY_LONGEST elements */
int ship_fuzzy_match (const ShipFuzzyText *needle, const ShipFuzzyText *text, guint8 *matched);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-fuzzy.h"

#include <string.h>

/*
 * The best way to lay the needle over the text: for each letter of the needle, the best sum of
 * points when it lies on each letter of the text, from those of the letter before it.
 */

#define POINTS_LETTER   16
#define POINTS_TOGETHER 14 /* right behind the letter before */
#define POINTS_WORD     10 /* at the start of a word */
#define POINTS_FIRST    6  /* at the very start, beside that */
#define COST_OF_GAP     3  /* and one for each letter of it */
#define MOST_COST       9
#define NEVER           (G_MININT / 2)

static gboolean
is_word_start (gunichar before, gunichar c)
{
  if (!g_unichar_isalnum (c))
    return FALSE;

  return !g_unichar_isalnum (before) || (g_unichar_islower (before) && g_unichar_isupper (c));
}

static guint64
get_bit (gunichar c)
{
  return G_GUINT64_CONSTANT (1) << (c % 64);
}

ShipFuzzyText *
ship_fuzzy_text_new (const char *text)
{
  ShipFuzzyText *self = g_new0 (ShipFuzzyText, 1);
  const char    *at = text;
  gunichar       before = ' ';
  guint          n = 0;

  g_return_val_if_fail (text != NULL, self);

  self->letters = g_new (gunichar, SHIP_FUZZY_LONGEST);
  self->offsets = g_new (guint16, SHIP_FUZZY_LONGEST + 1);
  self->is_start = g_new (guint8, SHIP_FUZZY_LONGEST);
  while (*at != '\0' && n < SHIP_FUZZY_LONGEST)
    {
      gunichar c = g_utf8_get_char (at);

      self->letters[n] = g_unichar_tolower (c);
      self->offsets[n] = (guint16) (at - text);
      self->is_start[n] = is_word_start (before, c);
      self->signature |= g_unichar_isspace (c) ? 0 : get_bit (self->letters[n]);
      before = c;
      at = g_utf8_next_char (at);
      n++;
    }
  self->offsets[n] = (guint16) (at - text);
  self->n_letters = n;

  return self;
}

void
ship_fuzzy_text_free (ShipFuzzyText *self)
{
  if (self == NULL)
    return;
  g_free (self->letters);
  g_free (self->offsets);
  g_free (self->is_start);
  g_free (self);
}

/* The needle without its spaces. */
static guint
get_wanted (const ShipFuzzyText *needle, gunichar *wanted)
{
  guint n = 0;

  for (guint i = 0; i < needle->n_letters && n < SHIP_FUZZY_LONGEST_NEEDLE; i++)
    if (!g_unichar_isspace (needle->letters[i]))
      wanted[n++] = needle->letters[i];

  return n;
}

static gboolean
comes_in_order (const gunichar *wanted, guint n, const ShipFuzzyText *text)
{
  guint found = 0;

  for (guint i = 0; i < text->n_letters && found < n; i++)
    found += text->letters[i] == wanted[found];

  return found == n;
}

/* Of a letter of the text, wherever the letter before it lies. */
static int
get_points (const ShipFuzzyText *text, guint at)
{
  return POINTS_LETTER + (text->is_start[at] ? POINTS_WORD : 0) + (at == 0 ? POINTS_FIRST : 0);
}

typedef struct
{
  int    points[SHIP_FUZZY_LONGEST_NEEDLE][SHIP_FUZZY_LONGEST];
  guint8 from[SHIP_FUZZY_LONGEST_NEEDLE][SHIP_FUZZY_LONGEST]; /* where the letter before lies */
} Table;

static void
fill_first_row (Table *table, gunichar wanted, const ShipFuzzyText *text)
{
  for (guint j = 0; j < text->n_letters; j++)
    table->points[0][j] =
      text->letters[j] == wanted ? get_points (text, j) - (int) MIN (j, MOST_COST) : NEVER;
}

/* @best: where the letter before lies best, were the gap without its end: what is lost by each
 * letter of a gap is the same for all ways until it is the most that can be lost. */
static void
fill_row (Table *table, guint row, gunichar wanted, const ShipFuzzyText *text)
{
  const int *before = table->points[row - 1];
  int        best = NEVER;
  guint      best_at = 0;

  table->points[row][0] = NEVER;
  for (guint j = 1; j < text->n_letters; j++)
    {
      int together = before[j - 1] + POINTS_TOGETHER;
      int apart;

      if (j >= 2 && before[j - 2] >= best - (int) MIN (j - 1 - best_at, MOST_COST))
        {
          best = before[j - 2];
          best_at = j - 2;
        }
      table->points[row][j] = NEVER;
      if (text->letters[j] != wanted)
        continue;
      apart = best - MIN (COST_OF_GAP + (int) (j - 1 - best_at), MOST_COST);
      table->points[row][j] = MAX (together, apart) + get_points (text, j);
      table->from[row][j] = (guint8) (together >= apart ? j - 1 : best_at);
    }
}

static void
trace (const Table *table, guint n, guint at, guint8 *matched)
{
  memset (matched, 0, SHIP_FUZZY_LONGEST);
  for (guint i = n; i > 0; i--)
    {
      matched[at] = TRUE;
      if (i > 1)
        at = table->from[i - 1][at];
    }
}

int
ship_fuzzy_match (const ShipFuzzyText *needle, const ShipFuzzyText *text, guint8 *matched)
{
  gunichar wanted[SHIP_FUZZY_LONGEST_NEEDLE];
  guint    n = get_wanted (needle, wanted);
  Table    table;
  int      best = NEVER;
  guint    best_at = 0;

  if (n == 0 && matched != NULL)
    memset (matched, 0, SHIP_FUZZY_LONGEST);
  if (n == 0)
    return 0;
  if ((needle->signature & ~text->signature) != 0 || !comes_in_order (wanted, n, text))
    return -1;

  fill_first_row (&table, wanted[0], text);
  for (guint i = 1; i < n; i++)
    fill_row (&table, i, wanted[i], text);
  for (guint j = 0; j < text->n_letters; j++)
    if (table.points[n - 1][j] > best)
      {
        best = table.points[n - 1][j];
        best_at = j;
      }
  if (matched != NULL)
    trace (&table, n, best_at, matched);

  return MAX (best, 0);
}

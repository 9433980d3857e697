/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names like the one that was written, for a sentence that says what there is not. Pure.
 */
#include "base/ship-nearest.h"

#include <string.h>

#define MAX_LENGTH 200 /* longer texts are nobody's typing mistake */

typedef struct
{
  const char *name; /* (unowned) */
  guint       distance;
} Candidate;

/* How many bytes have to be changed, added or taken away (Levenshtein). */
static guint
get_distance (const char *a, const char *b)
{
  gsize             length = strlen (b);
  g_autofree guint *row = g_new (guint, length + 1);

  for (gsize j = 0; j <= length; j++)
    row[j] = (guint) j;
  for (gsize i = 0; a[i] != '\0'; i++)
    {
      guint diagonal = row[0];

      row[0] = (guint) i + 1;
      for (gsize j = 0; j < length; j++)
        {
          guint replaced = diagonal + (a[i] != b[j]);

          diagonal = row[j + 1];
          row[j + 1] = MIN (replaced, MIN (row[j], row[j + 1]) + 1);
        }
    }
  return row[length];
}

/* A part of a name that was written out counts as near, whatever the rest of the name. */
static guint
judge (const char *text, const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  gsize            length = strlen (text);
  guint            distance = get_distance (text, lower);

  if (length >= 3 && strstr (lower, text) != NULL)
    return MIN (distance, 1);
  return distance <= MAX (length / 3, 1) ? distance : G_MAXUINT;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Candidate *first = a;
  const Candidate *second = b;

  return first->distance < second->distance ? -1 : first->distance > second->distance;
}

const char **
ship_nearest_find (const char *text, const char *const *names, guint n_most)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_autofree char *lower = NULL;
  const char     **found = g_new0 (const char *, (gsize) n_most + 1);

  g_return_val_if_fail (text != NULL, found);

  if (strlen (text) > MAX_LENGTH)
    return found;
  lower = g_ascii_strdown (text, -1);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      Candidate candidate = { names[i], judge (lower, names[i]) };

      if (candidate.distance != G_MAXUINT)
        g_array_append_val (candidates, candidate);
    }
  g_array_sort (candidates, compare);
  for (guint i = 0; i < MIN (candidates->len, n_most); i++)
    found[i] = g_array_index (candidates, Candidate, i).name;
  return found;
}

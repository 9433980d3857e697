/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-list-splice-private.h"

/* How our list models change: everything between the common start and the common end. Main thread.
 */

void
ship_list_splice (GListModel *model, GPtrArray **items, GPtrArray *fresh)
{
  g_autoptr (GPtrArray) old = *items;
  guint start = 0;
  guint end = 0;

  while (start < MIN (old->len, fresh->len) && old->pdata[start] == fresh->pdata[start])
    start++;
  while (end < MIN (old->len, fresh->len) - start &&
         old->pdata[old->len - 1 - end] == fresh->pdata[fresh->len - 1 - end])
    end++;
  *items = fresh;
  if (old->len - end > start || fresh->len - end > start)
    g_list_model_items_changed (model, start, old->len - start - end, fresh->len - start - end);
}

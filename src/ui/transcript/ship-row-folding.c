/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transcript/ship-row-folding.h"

#include "transcript/ship-entry-row.h"

/* Rows are in order: an agent's stand behind the one that started it, so that one pass sees every
 * parent before its children. */

static gboolean
is_unfolded (GHashTable *unfolded, ShipTranscriptEntry *parent)
{
  gpointer how;

  if (g_hash_table_lookup_extended (unfolded, ship_transcript_entry_get_key (parent), NULL, &how))
    return GPOINTER_TO_INT (how);
  return !ship_transcript_entry_is_ended (parent);
}

void
ship_rows_fold (GPtrArray *rows, GHashTable *unfolded)
{
  g_autoptr (GHashTable) open = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < rows->len; i++)
    {
      ShipTranscriptEntry *entry = ship_entry_row_get_entry (rows->pdata[i]);
      const char          *parent = ship_transcript_entry_get_parent_key (entry);
      gboolean             is_shown = parent == NULL || !g_hash_table_contains (counts, parent) ||
                          g_hash_table_contains (open, parent);

      if (gtk_widget_get_visible (rows->pdata[i]) != is_shown)
        gtk_widget_set_visible (rows->pdata[i], is_shown);
      if (parent != NULL && g_hash_table_contains (counts, parent))
        g_hash_table_insert (
          counts,
          (gpointer) parent,
          GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, parent)) + 1));
      if (!ship_transcript_entry_has_sub_agent (entry))
        continue;
      g_hash_table_insert (counts,
                           (gpointer) ship_transcript_entry_get_key (entry),
                           GUINT_TO_POINTER (0));
      if (is_shown && is_unfolded (unfolded, entry))
        g_hash_table_add (open, (gpointer) ship_transcript_entry_get_key (entry));
    }
  for (guint i = 0; i < rows->len; i++)
    {
      ShipTranscriptEntry *entry = ship_entry_row_get_entry (rows->pdata[i]);
      const char          *key = ship_transcript_entry_get_key (entry);

      if (ship_transcript_entry_has_sub_agent (entry))
        ship_entry_row_set_steps (rows->pdata[i],
                                  GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)),
                                  g_hash_table_contains (open, key));
    }
}

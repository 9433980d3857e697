/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-entry-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static guint
longest_fence (const char *text)
{
  guint longest = 2;
  guint run = 0;

  for (; *text != '\0'; text++)
    {
      run = *text == '`' ? run + 1 : 0;
      longest = MAX (longest, run);
    }

  return longest + 1;
}

char *
ship_markdown_fence (const char *text, const char *language)
{
  g_autofree char *fence = g_strnfill (longest_fence (text), '`');
  gboolean         has_end = text[0] == '\0' || g_str_has_suffix (text, "\n");

  return g_strconcat (fence, language, "\n", text, has_end ? "" : "\n", fence, NULL);
}

static char *
dup_tool (ShipTranscriptEntry *entry)
{
  const char      *subject = ship_transcript_entry_get_subject (entry);
  const char      *output = ship_transcript_entry_get_output (entry);
  const char      *tool = ship_transcript_entry_get_tool (entry);
  gboolean         is_command = g_strcmp0 (tool, "bash") == 0;
  g_autofree char *text = NULL;

  if (subject == NULL)
    subject = ship_transcript_entry_get_title (entry);
  text = g_strconcat (is_command ? "$ " : tool,
                      is_command ? "" : " ",
                      subject != NULL ? subject : "",
                      "\n",
                      output,
                      NULL);
  return ship_markdown_fence (text, is_command ? "console" : "");
}

static char *
dup_quoted (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *joined = g_strjoinv ("\n> ", lines);

  return g_strconcat ("> ", joined, NULL);
}

char *
ship_entry_to_markdown (ShipTranscriptEntry *entry)
{
  const char *kind = ship_transcript_entry_get_kind (entry);

  if (g_str_equal (kind, "tool"))
    return dup_tool (entry);
  if (g_str_equal (kind, "turn"))
    return ship_format_turn (entry);

  return g_strdup (ship_transcript_entry_get_text (entry));
}

char *
ship_entries_to_markdown (GPtrArray *entries)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      const char      *kind = ship_transcript_entry_get_kind (entries->pdata[i]);
      g_autofree char *text = ship_entry_to_markdown (entries->pdata[i]);
      gboolean         is_said = g_str_equal (kind, "prompt") || g_str_equal (kind, "steer");
      g_autofree char *quoted = is_said ? dup_quoted (text) : NULL;

      if (text[0] == '\0' || g_str_equal (kind, "turn"))
        continue;
      g_string_append_printf (all, "%s%s", all->len > 0 ? "\n\n" : "", is_said ? quoted : text);
    }

  return g_string_free (all, FALSE);
}

char *
ship_format_duration (gint64 ms)
{
  if (ms < 60 * 1000)
    return g_strdup_printf (_ ("%.1f s"), (double) ms / 1000.0);
  if (ms < 60 * 60 * 1000)
    return g_strdup_printf (_ ("%d min %d s"), (int) (ms / 60000), (int) (ms / 1000 % 60));
  return g_strdup_printf (_ ("%d h %d min"), (int) (ms / 3600000), (int) (ms / 60000 % 60));
}

static char *
format_count (gint64 n)
{
  if (n < 10000)
    return g_strdup_printf ("%" G_GINT64_FORMAT, n);
  if (n < 1000000)
    return g_strdup_printf (_ ("%.1f k"), (double) n / 1000.0);
  return g_strdup_printf (_ ("%.1f M"), (double) n / 1000000.0);
}

/* Input is all that was read by the model, whether it was held ready for it or not. */
static char *
format_tokens (const ShipUsage *usage)
{
  gint64           cached = MAX (usage->cache_read, 0);
  gint64           in = MAX (usage->input, 0) + MAX (usage->cache_write, 0) + cached;
  gint64           out = MAX (usage->output, 0) + MAX (usage->reasoning, 0);
  g_autofree char *read = format_count (in);
  g_autofree char *written = format_count (out);
  g_autofree char *held = format_count (cached);

  if (in == 0 && out == 0)
    return NULL;
  if (cached == 0)
    return g_strdup_printf (_ ("%s tokens in, %s out"), read, written);
  return g_strdup_printf (_ ("%s tokens in (%s cached), %s out"), read, held, written);
}

static char *
format_cost (const ShipTurnFigures *turn)
{
  g_autofree char *cost = ship_usage_format_cost (turn->cost);

  return turn->is_cost_whole || turn->cost < 0 ? g_steal_pointer (&cost)
                                               : g_strdup_printf (_ ("%s or more"), cost);
}

char *
ship_format_turn (ShipTranscriptEntry *entry)
{
  const ShipTurnFigures *turn = ship_transcript_entry_get_turn (entry);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  gint64 ms = ship_transcript_entry_get_duration_ms (entry);
  char  *tokens;

  if (turn == NULL)
    return g_strdup ("");
  if (ms >= 0)
    g_ptr_array_add (parts, ship_format_duration (ms));
  if (turn->files_changed > 0)
    g_ptr_array_add (
      parts,
      g_strdup_printf (
        ngettext ("%d file changed", "%d files changed", (gulong) turn->files_changed),
        turn->files_changed));
  tokens = format_tokens (&turn->usage);
  if (tokens != NULL)
    g_ptr_array_add (parts, tokens);
  g_ptr_array_add (parts, format_cost (turn));
  g_ptr_array_add (parts, NULL);

  return g_strjoinv (" · ", (char **) parts->pdata);
}
